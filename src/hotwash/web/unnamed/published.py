"""A post-mortem that everybody may read: the sentences that were picked, and nothing else. No sign-in, no cookie.

What was never published and what is hidden look alike; what was taken back says so, and no more.
"""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotwash.incident.events.postmortem import PostmortemPublishedOutside
from hotwash.incident.rules.messages import SLUG
from hotwash.incident.state import Incident
from hotwash.response.desk import NotFound
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all

KEPT_S = 60


@open_to_all
@require_safe
def page(request: HttpRequest, incident_id: str, slug: str) -> HttpResponse:  # noqa: ARG001 - alike for everybody
    """The page."""
    known = _known(incident_id, slug) if SLUG.fullmatch(slug) else None
    if known is None:
        return _kept(HttpResponse("Nothing is here.", status=404, content_type="text/plain; charset=utf-8"))
    styles = {"css": static("status.css"), "icon": static("mark.svg")}
    # Without the request: nothing of whoever reads goes into it, and times are those of everybody.
    with timezone.override(ZoneInfo("UTC")):
        return _kept(HttpResponse(render_to_string("published.html", {**known, **styles})))


def _known(incident_id: str, slug: str) -> dict[str, object] | None:
    try:
        incident: Incident = desk().incident(incident_id)
    except NotFound:
        return None
    held = incident.postmortem
    found = [
        one for one in held.publications if isinstance(one.event, PostmortemPublishedOutside) and one.event.slug == slug
    ]
    if not found:
        return None
    last = found[-1]
    standing = any(one.entry == last.entry for one in held.in_force(outside=True))
    proposal = held.proposal(last.event.version) if isinstance(last.event, PostmortemPublishedOutside) else None
    if proposal is None:
        return None
    exercise = incident.kind in ("drill", "test")
    return {"page": proposal.event, "at": last.at, "standing": standing, "exercise": exercise}


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Referrer-Policy"] = "no-referrer"
    return response
