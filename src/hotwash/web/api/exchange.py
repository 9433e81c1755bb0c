"""How the API reads and writes: strict JSON in, plain JSON out, entry numbers as ETags."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from hotwash.ledger.entry import Entry
from hotwash.ledger.lines import Unreadable, read_object
from hotwash.response.desk import Desk, NotFound, Recorded
from hotwash.response.request import BadRequest, shape
from hotwash.web.api.problem import Refusal

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_TAG = re.compile(r'"(\d{1,15})"')


@dataclass(frozen=True, slots=True)
class Asked:
    """A verb's words, with what every verb may be sent beside them."""

    words: dict[str, Any]
    at: datetime | None
    expected: int | None


def reply(value: Any, *, status: int = 200, number: int | None = None, location: str = "") -> HttpResponse:
    """A value as JSON; ``number`` is the entry that the answer rests on."""
    response = HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")
    if number is not None:
        response["ETag"] = f'"{number}"'
    if location:
        response["Location"] = location
    return response


def recorded(written: Recorded, noun: str, **more: Any) -> HttpResponse:
    """What was written, by number and digest, so that the writer can go on from there."""
    number = written.entries[-1].number if written.entries else written.state.number
    body = {noun: written.id, "number": number, "entries": [line(entry) for entry in written.entries], **more}
    first = number == len(written.entries)
    location = f"/api/v1/{noun}s/{written.id}" if first else ""
    return reply(body, status=201 if first else 200, number=number, location=location)


def line(entry: Entry) -> dict[str, Any]:
    """An entry as it was recorded; ``body`` is null once it was erased."""
    return {
        "number": entry.number,
        "kind": entry.kind,
        "by": entry.by,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "body": entry.body,
        "body_digest": entry.body_digest,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def lines(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Entries as they were recorded."""
    return [line(entry) for entry in entries]


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; an empty body is an empty object.

    :raises Refusal: if it is something else
    """
    if request.content_type not in ("application/json", "text/plain", "") and request.body:
        raise Refusal(415, "not-json", "Send JSON, with `Content-Type: application/json`.")
    try:
        return read_object(request.body) if request.body.strip() else {}
    except Unreadable as bad:
        raise Refusal(400, "bad-json", f"The body cannot be read. {bad}") from bad


def asked(
    request: HttpRequest, rule: Callable[..., Any] | None = None, *, beside: frozenset[str] = frozenset()
) -> Asked:
    """The words of a verb, when it happened, and which entry the writer saw last.

    :param rule: whose keyword parameters the words must be; what the desk takes beside them cannot be sent
    :param beside: further words
    :raises BadRequest: if there is another word, or ``at`` or ``expected`` is not what it should be
    """
    words = body(request)
    at, expected = words.pop("at", None), words.pop("expected", None)
    if rule is not None:
        for name in words:
            if name not in shape(rule).__struct_fields__ and name not in beside:
                raise BadRequest(name, "is not a word of this verb.")
    return Asked(words, moment(at), tag(request, expected))


def moment(text: Any) -> datetime | None:
    """An RFC 3339 time with its zone, or None.

    :raises BadRequest: if it is something else
    """
    if text is None or text == "":
        return None
    try:
        at = msgspec.convert(text, datetime)
    except msgspec.ValidationError as bad:
        raise BadRequest("at", "is no RFC 3339 time, such as 2026-03-03T09:02:00+01:00.") from bad
    if at.tzinfo is None:
        raise BadRequest("at", "has no time zone: write it as 2026-03-03T09:02:00+01:00.")
    return at


def tag(request: HttpRequest, expected: Any) -> int | None:
    """The entry number that a writer expects to be the last: of the header, else of the body.

    :raises BadRequest: if it is no number
    """
    header = request.headers.get("If-Match", "").strip()
    if header and header != "*":
        found = _TAG.fullmatch(header)
        if not found:
            raise BadRequest("If-Match", 'is no entry number in quotation marks, such as "12".')
        return int(found[1])
    if expected is None:
        return None
    if isinstance(expected, bool) or not isinstance(expected, int) or not 0 <= expected <= 2**53:
        raise BadRequest("expected", "is no entry number.")
    return expected


def well_formed(record: str, noun: str) -> str:
    """An id that could be one.

    :raises NotFound: if no record can have this name
    """
    if not _ID.fullmatch(record):
        raise NotFound(f"There is no {noun} of that name.")
    return record


def attachment(data: bytes, name: str, *, media_type: str = "application/octet-stream") -> HttpResponse:
    """Bytes to be saved, never shown: whatever they hold, no browser runs it here."""
    response = HttpResponse(data, content_type=media_type)
    plain = re.sub(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]", "_", name)[:200] or "file"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=plain) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def vault_bytes(desk: Desk, digest: str, what: str) -> bytes:
    """Bytes of the vault.

    :raises NotFound: if they were erased
    """
    try:
        return desk.vault.get(digest)
    except LookupError as gone:
        raise NotFound(f"The bytes of {what} were erased.") from gone
