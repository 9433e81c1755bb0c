"""Error pages: each a sentence that says what happened, and what would mend it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error page says."""

    status: int
    title: str
    sentence: str
    mend: str


NOT_YOURS = Fault(
    403,
    "This page is not open to you",
    "Your role does not include it.",
    "Ask an administrator to change your role if your work needs this page.",
)
FORM = Fault(
    403,
    "The form was not sent",
    "Hotwash could not be sure that the form came from its own page. Nothing was recorded.",
    "Go back, reload the page and send the form again. Cookies must be allowed for this address.",
)
NOWHERE = Fault(
    404,
    "There is nothing here",
    "The address is wrong, or what it showed is not open to you.",
    "Check the address, or start again from the first page.",
)
WRONG = Fault(
    400,
    "The request could not be read",
    "Something in it is not well formed. Nothing was recorded.",
    "Go back, reload the page and try again.",
)
BROKEN = Fault(
    500,
    "Something in Hotwash failed",
    "What you last sent may not have been recorded. Drafts are kept in this browser.",
    "Go back and look whether it is there before you send it again. Tell your administrator the reference below.",
)
BUSY = Fault(
    503,
    "The record is being written by somebody else",
    "Nothing of yours was recorded yet.",
    "Wait a minute, go back and send it again. What you wrote is still in the form.",
)


def page(request: HttpRequest, fault: Fault) -> HttpResponse:
    """The fault as a page, or as a fragment where htmx asked."""
    htmx = bool(request.headers.get("HX-Request"))
    text = render_to_string("fault_part.html" if htmx else "fault.html", {"fault": fault}, request)
    return HttpResponse(text, status=fault.status)


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """A rule said no: its own sentence, as a conflict with what is recorded."""
    mend = "Go back and change what you asked for, or look at what was recorded meanwhile."
    return page(request, Fault(409, "This cannot be done now", sentence, mend))


def busy(request: HttpRequest) -> HttpResponse:
    """The database is kept by another process."""
    return page(request, BUSY)


def form_not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's check against forged forms failed."""
    return page(request, FORM)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's 400."""
    return page(request, WRONG)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's 403."""
    return page(request, NOT_YOURS)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's 404."""
    return page(request, NOWHERE)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's 500. Drawn without the database, which may be what failed."""
    return HttpResponse(
        render_to_string("broken.html", {"fault": BROKEN, "reference": getattr(request, "reference", "")}), status=500
    )
