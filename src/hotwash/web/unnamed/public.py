"""Two pages that look at nobody: a contribution without a name, and the pulse. No sign-in, no cookie, no script.

They are drawn without the request, so that nothing of whoever reads goes into them.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import postmortem_book
from hotwash.reports.visible import visible
from hotwash.response.desk import NotFound
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all
from hotwash.web.unnamed import keeping

BODY_MAX = 64 * 1024


@csrf_exempt  # there is no cookie here that another site could make use of
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request: HttpRequest, incident_id: str, word: str) -> HttpResponse:
    """Take a contribution."""
    incident = _incident(incident_id)
    known = keeping.word_of(incident) if incident is not None else ""
    if incident is None or not known or not constant_time_compare(known, word):
        return _nothing()
    if request.method != "POST":
        return _answer("unnamed/contribute.html", {"most": keeping.TEXT_MAX})
    if _too_large(request):
        return _answer("unnamed/contribute.html", {"most": keeping.TEXT_MAX, "fault": _LONG}, 413)
    text = request.POST.get("text", "").replace("\r\n", "\n").replace("\t", " ").strip()
    fault = _fault(text, request.POST.get("website", ""))
    if not fault:
        try:
            keeping.put(incident.id, text)
        except keeping.Full:
            fault = "Too many came in today. Nothing was kept: copy your text, and come back tomorrow."
        else:
            return _answer("unnamed/thanks.html", {"what": "contribution"})
    typed = text.replace("\x00", "")[: 4 * keeping.TEXT_MAX]
    return _answer("unnamed/contribute.html", {"most": keeping.TEXT_MAX, "fault": fault, "typed": typed}, 422)


_LONG = f"That is too long: {keeping.TEXT_MAX:,} characters fit. Nothing was kept."


def _fault(text: str, trap: str) -> str:
    if trap:
        return "A field that nobody sees was filled in. Nothing was kept: leave it empty, and send it again."
    if not text:
        return "Nothing was written."
    if "\x00" in text or text != visible(text).strip():
        return "The text holds a hidden character. Nothing was kept: take it out, and send it again."
    return _LONG if len(text) > keeping.TEXT_MAX else ""


@csrf_exempt
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def pulse(request: HttpRequest, incident_id: str, ticket: str) -> HttpResponse:
    """Take the answer of whoever holds a ticket."""
    incident = _incident(incident_id)
    if incident is None or not keeping.holds(incident, ticket):
        return _nothing()
    book = postmortem_book().pulse
    context: dict[str, Any] = {"pulse": book}
    if request.method != "POST":
        return _answer("unnamed/pulse.html", context)
    if _too_large(request):
        return _answer("unnamed/pulse.html", context, 413)
    given = [request.POST.get(one.id, "") for one in book.statements]
    if not all(one.isascii() and one.isdecimal() and int(one[:3]) < len(book.answers) for one in given):
        chosen = dict(zip((one.id for one in book.statements), given, strict=True))
        fault = "Choose one answer for each of them: half an answer cannot be counted."
        return _answer("unnamed/pulse.html", {**context, "fault": fault, "chosen": chosen}, 422)
    if not keeping.answer(incident, ticket, [int(one) for one in given]):
        return _nothing()
    return _answer("unnamed/thanks.html", {"what": "answer"})


def _incident(incident_id: str) -> Incident | None:
    try:
        return desk().incident(incident_id)
    except NotFound:
        return None


def _too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > BODY_MAX


def _answer(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    # With an icon of its own, no browser asks for one elsewhere, where it would be given a cookie.
    styles = {"css": static("hotwash.css"), "own": static("complaints.css"), "icon": static("mark.svg")}
    response = HttpResponse(render_to_string(template, {**context, **styles}), status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _nothing() -> HttpResponse:
    response = HttpResponse("Nothing is here.", status=404, content_type="text/plain; charset=utf-8")
    response["Referrer-Policy"] = "no-referrer"
    return response
