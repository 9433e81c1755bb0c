"""What the API answers instead of what was asked for: always a problem document (RFC 9457), with a sentence.

Every refusal of the desk has its status here and nowhere else.
"""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import BadRequest as DjangoBadRequest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hotwash.ledger.entry import ChainBroken, Conflict
from hotwash.ledger.rule import NotAllowed
from hotwash.response.backdating import told
from hotwash.response.cases import Faulty
from hotwash.response.desk import NotFound, NotPermitted
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web import faults
from hotwash.web.store import Busy

log = logging.getLogger("hotwash.api")

MEDIA_TYPE = "application/problem+json"


class Refusal(Exception):
    """The API itself says no: with a status, a word for programs, and a sentence for people."""

    def __init__(self, status: int, word: str, detail: str, *, field: str = "") -> None:
        super().__init__(detail)
        self.status, self.word, self.detail, self.field = status, word, detail, field


def problem(status: int, word: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document. ``word`` tells one cause from another where they share a status."""
    body = {
        "type": f"urn:hotwash:problem:{word}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **{name: value for name, value in more.items() if value not in ("", None)},
    }
    return HttpResponse(msgspec.json.encode(body), status=status, content_type=MEDIA_TYPE)


def answer(request: HttpRequest, fault: Exception) -> HttpResponse:  # noqa: C901, PLR0911, PLR0912
    """The problem document for whatever was raised."""
    match fault:
        case Refusal():
            return problem(fault.status, fault.word, fault.detail, field=fault.field)
        case BadRequest():
            return problem(422, "bad-request", str(fault), field=fault.field)
        case Faulty():
            return problem(422, "faulty-file", str(fault), faults=told(fault.faults), faults_count=len(fault.faults))
        case NotAllowed():
            return problem(409, "not-allowed", str(fault))
        case NotPermitted():
            return problem(403, "not-permitted", str(fault))
        case NotFound():
            return problem(404, "not-found", str(fault))
        case Conflict():
            # What the writer named in a header is a condition of the request; what it named in the body is not.
            status = 412 if request.headers.get("If-Match") else 409
            response = problem(status, "conflict", str(fault), number=fault.found)
            response["ETag"] = f'"{fault.found}"'
            return response
        case ChainBroken():
            log.error("A record is damaged: %s, entry %s", fault.stream, fault.number)
            return problem(500, "chain-broken", str(fault), record=fault.stream, number=fault.number)
        case AuthenticationError():
            response = problem(401, "not-signed-in", "Sign in, or send a token: `Authorization: Bearer …`.")
            response["WWW-Authenticate"] = "Bearer"
            return response
        case ValidationError():
            return _invalid(fault)
        case Http404():
            return problem(404, "not-found", "The API has no such address.")
        case RequestDataTooBig():
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
            return problem(413, "too-large", f"The body is larger than {most} MiB. Add long material as evidence.")
        case HttpError():
            return problem(fault.status_code, "refused", fault.message)
        case RecursionError():
            return problem(400, "bad-json", "The body is nested too deep.")
        case SuspiciousOperation() | DjangoBadRequest():
            return problem(400, "bad-request", "The request could not be read. Nothing was recorded.")
        case Busy():
            return _busy()
        case OperationalError() if "locked" in str(fault):
            return _busy()
        case OutsideFault(system="vault"):
            return problem(503, "vault-away", f"{fault.sentence} {faults.AWAY.mend}")
        case OperationalError() | InterfaceError() if faults.is_away(fault):
            response = problem(503, "database-away", f"{faults.AWAY.title}. {faults.AWAY.sentence} {faults.AWAY.mend}")
            response["Retry-After"] = "10"
            return response
    log.error("The API failed", exc_info=fault, extra={"request": request})
    reference = getattr(request, "reference", "")
    return problem(
        500, "fault", "Something in Hotwash failed. Look whether it was recorded before you send it again.",
        reference=reference,
    )  # fmt: skip


def _busy() -> HttpResponse:
    response = problem(503, "busy", "Another process keeps the database. Nothing was recorded: try again in a minute.")
    response["Retry-After"] = "60"
    return response


def _invalid(fault: ValidationError) -> HttpResponse:
    first = fault.errors[0] if fault.errors else {}
    field = str((first.get("loc") or ("",))[-1])
    why = str(first.get("msg", "does not fit")).removesuffix(".")
    return problem(422, "bad-request", f"{field}: {why[:1].lower()}{why[1:]}.", field=field)
