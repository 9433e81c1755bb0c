"""Error pages: each a sentence that says what happened, and what would mend it."""

import sys
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from hotwash.ledger.entry import ChainBroken, Conflict
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound, NotPermitted
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web.store import Busy


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
AWAY = Fault(
    503,
    "The database does not answer",
    "What you last sent may not have been recorded. Drafts are kept in this browser.",
    "Try again in a minute, and look whether it is there before you send it again.",
)


def is_away(raised: BaseException | None) -> bool:
    """Whether the database server was not there, or went away in the middle."""
    if not isinstance(raised, OperationalError | InterfaceError) or connection.vendor != "postgresql":
        return False
    lost = connection.connection is None or connection.connection.broken or connection.connection.closed
    return bool(lost)


def page(request: HttpRequest, fault: Fault) -> HttpResponse:
    """The fault as a page, or as a fragment where htmx asked."""
    htmx = bool(request.headers.get("HX-Request"))
    text = render_to_string("fault_part.html" if htmx else "fault.html", {"fault": fault}, request)
    return HttpResponse(text, status=fault.status)


def told(raised: Exception) -> Fault | None:
    """What to say about a refusal of the desk or a busy database; None about anything else."""
    sentence = str(raised)
    match raised:
        case NotAllowed():
            mend = "Go back and change what you asked for, or look at what was recorded meanwhile."
            known = Fault(409, "This cannot be done now", sentence, mend)
        case NotPermitted():
            known = Fault(403, NOT_YOURS.title, sentence, NOT_YOURS.mend)
        case NotFound():
            known = Fault(404, NOWHERE.title, sentence, NOWHERE.mend)
        case BadRequest():
            mend = "Go back: what you typed is still in the form. Change it and send it again."
            known = Fault(422, "This could not be recorded yet", sentence, mend)
        case Conflict():
            mend = "Go back, reload the page, look at what changed and send yours again."
            known = Fault(409, "Somebody else wrote first", "Nothing of yours was recorded yet.", mend)
        case ChainBroken():
            mend = "Nothing more is written to it. Tell your administrator: a backup or a seal shows what it held."
            known = Fault(500, "A record is damaged", sentence, mend)
        case Busy():
            known = BUSY
        case OutsideFault(system="vault"):
            known = Fault(503, "The vault does not answer", sentence, AWAY.mend)
        case OperationalError() if "locked" in sentence:
            known = BUSY
        case _:
            return None
    return known


def form_not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's check against forged forms failed."""
    return page(request, FORM)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400; what is too large is a 413 that names the limit."""
    match exception:
        case RequestDataTooBig():
            why = f"What was sent is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MiB."
        case TooManyFieldsSent() | TooManyFilesSent():
            why = f"The form has more than {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields, or too many files."
        case _:
            return page(request, WRONG)
    return page(request, Fault(413, "This is too large", f"{why} Nothing was recorded.", WRONG.mend))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's 403."""
    return page(request, NOT_YOURS)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's 404."""
    return page(request, NOWHERE)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's 500. Drawn without the database, which may be what failed; if it is, that is said, with a 503."""
    fault = AWAY if is_away(sys.exc_info()[1]) else BROKEN
    words = {"fault": fault, "reference": getattr(request, "reference", "")}
    return HttpResponse(render_to_string("broken.html", words), status=fault.status)
