"""`POST /hooks/trackers/<name>/`: where a tracker says that an issue changed, without an account.

The call must be signed as its tracker signs. What it says is not believed: it names issues, which are then asked for.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from hotwash.response.outside import NotVerified, OutsideFault
from hotwash.web import strongbox
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all
from hotwash.web.rates import Rate
from hotwash.web.tables.models import Tracker
from hotwash.web.trackers.keeping import HOOK_PURPOSE
from hotwash.web.trackers.syncing import heard

BODY_MAX = 1_000_000
A_MINUTE = 600
RATE = Rate("hooks")


@open_to_all
@csrf_exempt
def hear(request: HttpRequest, name: str) -> HttpResponse:
    """Take a webhook in."""
    if request.method != "POST":
        refused = _said(405, "Trackers deliver by POST.")
        refused["Allow"] = "POST"
        return refused
    row = Tracker.objects.filter(name=name).first()
    if row is None or not row.hook:
        return _said(404, "There is no such tracker, or it has no secret for webhooks.")
    if wait := RATE.wait_s(row.pk, a_minute=A_MINUTE):
        later = _said(429, "This tracker says too much. What it says is asked for later.")
        later["Retry-After"] = str(int(wait) + 1)
        return later
    if int(request.headers.get("Content-Length") or 0) > BODY_MAX:
        return _said(413, f"The body is larger than {BODY_MAX:,} bytes.")
    return _heard(request, row)


def _heard(request: HttpRequest, row: Tracker) -> HttpResponse:
    from hotwash.connect.trackers import github, gitlab, jira

    connector = {"github": github, "gitlab": gitlab, "jira": jira}[row.kind]
    secret = strongbox.take_out(row.hook, purpose=HOOK_PURPOSE)
    body, headers = request.body, {word.lower(): value for word, value in request.headers.items()}
    try:
        if not secret:
            raise NotVerified(row.name, "The secret of its webhooks cannot be opened any more: set it again.")
        connector.verify(headers, body, secret)
        named = connector.named(body)
    except NotVerified as no:
        return _said(401, no.sentence)
    except (OutsideFault, RecursionError) as no:
        return _said(400, str(no) or "The body is nested too deeply.")
    count = heard(row, named, desk().clock()) if row.paused_at is None else 0
    return JsonResponse({"heard": count}, status=202)


def _said(status: int, detail: str) -> HttpResponse:
    return JsonResponse({"status": status, "detail": detail}, status=status)
