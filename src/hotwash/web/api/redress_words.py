"""What the addresses of redress are asked with, and how it is read: words of forms, filters, terms of lists."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse

from hotwash.incident.redress import ACTS, Owed, Wanted
from hotwash.ledger.rule import NotAllowed
from hotwash.response.redress import cells
from hotwash.response.redress.kept import Where
from hotwash.response.redress.lines import Terms
from hotwash.response.redress.lists import as_line
from hotwash.response.redress.register import LinesRefused, Register, Taken
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import Caller, caller
from hotwash.web.api.exchange import body, reply
from hotwash.web.api.problem import Refusal, problem
from hotwash.web.api.sight import incident_of
from hotwash.web.redress.registers import register

Format = Literal["csv", "parquet", "jsonl"]
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "jsonl": "application/x-ndjson"}

TERMS = {
    "person": "The column with the person's key; `person` if left out.",
    "remedies": "What is owed, where no column `remedy` says it: words with commas between.",
    "owner": "Who sees to it, where no column says it.",
    "due": "Until when, where no column says it.",
    "harm": "What was done to them, where no column says it.",
    "language": "Their language, where no column says it.",
    "amount": "How much, where no column says it.",
    "currency": "In which currency.",
    "deadline": "A rule that finds the day until when, from the column `start`.",
    "start": "The column with the day from which the deadline is counted.",
    "place": "Where days are counted for that.",
    "identities": "Columns that say who the person is: sealed, and never in a record. With commas between.",
    "pseudonyms": "`true` makes the key from the column `person` and seals that.",
    "good_only": "`true` takes the good lines where others are bad.",
}
RESULTS = {"remedy": "The remedy, where no column says it.", "good_only": TERMS["good_only"]}
SAID = ("owner", "proof", "reason", "due", "amount", "currency", "language")
WHERE = ("state", "remedy", "owner", "group", "language", "person", "late", "open")
ACT = {
    "type": "object",
    "required": ["act"],
    "properties": {
        "act": {"type": "string", "enum": list(ACTS)},
        "people": {"type": "array", "items": {"type": "string"}, "description": "Keys; or a filter in `where`."},
        "where": {"type": "object", "description": f"Who is meant: {', '.join(WHERE)}."},
        **{name: {"type": "string"} for name in SAID},
        "good_only": {"type": "boolean"},
    },
}
OPEN = {
    "type": "object",
    "properties": {"finding": {"type": "integer"}, "note": {"type": "string"}},
}
FINDING = {
    "type": "object",
    "required": ["finding", "remedies"],
    "properties": {
        "finding": {"type": "integer", "description": "The entry of a blast radius with a column for the person."},
        "remedies": {"type": "array", "items": {"type": "string"}},
        **{name: {"type": "string"} for name in ("owner", "due", "harm", "language", "amount", "currency")},
    },
}
REASON = {"type": "object", "properties": {"reason": {"type": "string"}}}
ERASE = {
    "type": "object",
    "required": ["reason"],
    "properties": {
        "reason": {"type": "string"},
        "people": {"type": "array", "items": {"type": "string"}, "description": "Keys; all if left out."},
    },
}


def upload(words: dict[str, str]) -> dict[str, Any]:
    named = {name: {"type": "string", "description": text} for name, text in words.items()}
    schema = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}, **named},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def terms_of(words: dict[str, str]) -> Terms:
    """The terms of a list from the words of a form."""
    listed = {
        name: tuple(one.strip() for one in words.get(name, "").split(",") if one.strip())
        for name in ("remedies", "identities")
    }
    names = ("owner", "due", "harm", "language", "amount", "currency", "deadline", "start", "place")
    return Terms(
        person=words.get("person", "") or "person",
        pseudonyms=true(words, "pseudonyms"),
        **listed,  # type: ignore[arg-type]
        **{name: words.get(name, "") for name in names},  # type: ignore[arg-type]
    )


def where_of(words: dict[str, Any]) -> Where:
    """A filter from the words of a request.

    :raises BadRequest: if there is another word
    """
    try:
        return msgspec.convert(words, Where, strict=False) if words.keys() <= set(WHERE) else _unknown(words)
    except msgspec.ValidationError as bad:
        raise BadRequest("where", f"{bad}.") from bad


def wanted_of(said: dict[str, str]) -> Wanted:
    """What is said of an act, from texts.

    :raises BadRequest: if a day or an amount is none
    """
    due: date | None = None
    amount: int | None = None
    try:
        due, amount = cells.day(said.get("due", ""), "due"), cells.amount(said.get("amount", ""))
    except NotAllowed as no:
        field, _, why = str(no).partition(" ")
        raise BadRequest(field, why) from no
    owner, proof, reason, currency, language = (
        said.get(name, "") for name in ("owner", "proof", "reason", "currency", "language")
    )
    return Wanted("", "", "start", owner, proof, reason, due=due, amount=amount, currency=currency, language=language)


def _unknown(words: dict[str, Any]) -> Where:
    raise BadRequest("where", f"{min(words.keys() - set(WHERE))[:40]!r} is none of {', '.join(WHERE)}.")


def asked_of(request: HttpRequest, incident_id: str, verb: str) -> tuple[Caller, Register]:
    """Who asks, and the register, of an incident that they may see."""
    asking = caller(request)
    asking.need(verb)
    incident, _ = incident_of(request, incident_id)
    return asking, register(incident.id)


def came(opened: Register, work: Callable[[], Taken]) -> HttpResponse:
    try:
        taken = work()
    except LinesRefused as refused:
        return problem(409, "lines-refused", str(refused), taken=msgspec.to_builtins(refused.taken))
    return reply({"incident": opened.id, **msgspec.to_builtins(taken)}, number=taken.batch)


def line_of(one: Owed) -> dict[str, Any]:
    return as_line(one) | {
        "fields": dict(one.fields),
        "since": one.since,
        "changed_at": one.changed_at,
        "changed_by": one.changed_by,
        "version": one.version,
    }


def only(request: HttpRequest, *known: str) -> dict[str, Any]:
    words = body(request)
    if unknown := sorted(words.keys() - set(known)):
        raise BadRequest(unknown[0], "is not a word of this address.")
    return words


def form_words(request: HttpRequest, known: dict[str, str]) -> dict[str, str]:
    if request.content_type != "multipart/form-data":
        raise Refusal(415, "not-a-form", "Send the list as multipart/form-data, in the field `file`.")
    if unknown := sorted({*request.POST, *request.FILES} - {*known, "file"}):
        raise BadRequest(unknown[0], "is not a word of this address.")
    return {name: str(word) for name, word in request.POST.items()}


def true(words: dict[str, str], name: str) -> bool:
    word = words.get(name, "").lower()
    if word not in ("", "true", "false"):
        raise BadRequest(name, "is neither true nor false.")
    return word == "true"


def number_in(words: dict[str, Any], name: str) -> int | None:
    value = words.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise BadRequest(name, "is no number of an entry.")
    return value


def text_in(words: dict[str, Any], name: str) -> str:
    value = words.get(name) or ""
    if not isinstance(value, str):
        raise BadRequest(name, "is no text.")
    return value


def texts_in(words: dict[str, Any], name: str) -> list[str]:
    value = words.get(name)
    with suppress(msgspec.ValidationError):
        found: list[str] = msgspec.convert(value, list[str])
        return found
    raise BadRequest(name, "is no list of texts.")
