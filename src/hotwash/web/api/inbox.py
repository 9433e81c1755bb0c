"""The inbox in the API: lines, what they hold, triage, and the bytes that came."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.connect.senders import SENDERS
from hotwash.response.desk import NotFound
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, body, moment, reply
from hotwash.web.door import desk
from hotwash.web.inbox import listing
from hotwash.web.inbox.endpoint import BODY_MAX
from hotwash.web.inbox.listing import Wanted
from hotwash.web.inbox.taking import take
from hotwash.web.inbox.triage import Triaging
from hotwash.web.tables.models import KeptBody, SignalGroup, SignalRow, SystemRow

router = Router(tags=["inbox"])

Cursor = Annotated[str, Query(max_length=100)]
Limit = Annotated[int, Query(ge=1, le=listing.PAGE_MAX)]


@router.get("/inbox", summary="List lines of the inbox", operation_id="list_inbox")
def list_inbox(
    request: HttpRequest,
    *,
    view: Annotated[listing.View, Query()] = "to-triage",
    sender: Annotated[str, Query(max_length=40)] = "",
    system: Annotated[str, Query(max_length=190)] = "",
    grade: Annotated[str, Query(max_length=20)] = "",
    cursor: Cursor = "",
    limit: Limit = listing.PAGE,
) -> HttpResponse:
    """Lines, the worst and newest first. `seen_after_s` is the time from the first data to the first alert."""
    caller(request).need("read")
    now = desk().clock()
    page = listing.page(Wanted(view, sender, system, grade), now=now, cursor=cursor, limit=limit)
    return reply(
        {
            "lines": [listing.told(line, now) for line in page.lines],
            "to_triage": listing.count_waiting(now),
            "next": page.next or None,
        }
    )


@router.get("/inbox/{int:line}", summary="One line", operation_id="get_line")
def get_line(
    request: HttpRequest, line: int, before: Annotated[int | None, Query(ge=0)] = None, limit: Limit = listing.PAGE
) -> HttpResponse:
    """A line with its newest signals, and who did what with it. `next` goes into `before` for older signals."""
    caller(request).need("read")
    group = _line(line)
    rows = group.signals.order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    signals = list(rows[: limit + 1])
    acts = group.acts.order_by("pk").values("at", "by", "act", "reason", "incident", "until")[:200]
    return reply(
        {
            **listing.told(group, desk().clock()),
            "signals": [_signal(row) for row in signals[:limit]],
            "acts": list(acts),
            "next": signals[limit - 1].pk if len(signals) > limit else None,
        }
    )


@router.post("/inbox/{int:line}/promote", summary="Promote a line to an incident", operation_id="promote_line")
def promote_line(request: HttpRequest, line: int) -> HttpResponse:
    """Declare an incident: `title` (the line's, if left out), `harms`, `kind`, `detail`.

    Also records that harm began at the earliest data time, as an estimate, unless `begin_harm` is false.
    """
    triaging = _triaging(request)
    words = _only(body(request), "title", "harms", "kind", "detail", "begin_harm")
    if not isinstance(words.get("begin_harm", True), bool):
        raise BadRequest("begin_harm", "is true or false.")
    if not isinstance(words.get("title", ""), str):
        raise BadRequest("title", "is text.")
    incident = triaging.promote(line, **words)
    return reply({"line": line, "incident": incident}, status=201, location=f"/api/v1/incidents/{incident}")


@router.post("/inbox/take", summary="Bring signals in", operation_id="take_signals")
def take_signals(request: HttpRequest) -> HttpResponse:
    """Take in what a `sender` wrote: its `body` as text, and the `system` that it is about, if that is known."""
    caller(request).need("link-signal")
    words = _only(body(request), "sender", "body", "system")
    sender, said = _text(words, "sender", most=40), _text(words, "body", most=BODY_MAX)
    system = _text(words, "system", most=190, needed=False)
    if sender not in SENDERS:
        raise BadRequest("sender", f"is not known. There are {', '.join(SENDERS)}.")
    if system and not SystemRow.objects.filter(slug=system).exists():
        raise BadRequest("system", f"there is no AI system {system[:80]}.")
    try:
        signals = SENDERS[sender].read({}, said.encode())
    except OutsideFault as no:
        raise BadRequest("body", no.sentence) from no
    lines = take(sender, signals, raw=said.encode(), system=system)
    return reply({"taken": len(signals), "lines": lines}, status=201)


@router.post("/inbox/join", summary="Join lines to an incident", operation_id="join_lines")
def join_lines(request: HttpRequest) -> HttpResponse:
    """Link `lines` to the `incident`; what comes into them later is told there too."""
    triaging = _triaging(request)
    words = _only(body(request), "lines", "incident")
    return _done(triaging.join(_lines(words), _text(words, "incident", most=60)))


@router.post("/inbox/snooze", summary="Let lines sleep", operation_id="snooze_lines")
def snooze_lines(request: HttpRequest) -> HttpResponse:
    """Let `lines` sleep `until` a time, with a `reason` if there is one. They wake when something graver comes."""
    triaging = _triaging(request)
    words = _only(body(request), "lines", "until", "reason")
    until = moment(words.get("until"))
    if until is None:
        raise BadRequest("until", "is missing.")
    return _done(triaging.snooze(_lines(words), until, reason=_text(words, "reason", needed=False)))


@router.post("/inbox/dismiss", summary="Dismiss lines", operation_id="dismiss_lines")
def dismiss_lines(request: HttpRequest) -> HttpResponse:
    """Say in `reason` why `lines` need nobody."""
    triaging = _triaging(request)
    words = _only(body(request), "lines", "reason")
    return _done(triaging.dismiss(_lines(words), _text(words, "reason")))


@router.post("/inbox/{int:line}/undo", summary="Take a snooze or a dismissal back", operation_id="undo_line")
def undo_line(request: HttpRequest, line: int) -> HttpResponse:
    """The line waits for triage again."""
    return _done([_triaging(request).undo(line)])


@router.get("/inbox/bodies", summary="List what was refused", operation_id="list_bodies")
def list_bodies(
    request: HttpRequest, before: Annotated[int | None, Query(ge=0)] = None, limit: Limit = listing.PAGE
) -> HttpResponse:
    """Deliveries that were refused, with the reason, the newest first."""
    caller(request).need("triage")
    rows = KeptBody.objects.exclude(refused="").order_by("-pk").defer("content").select_related("address")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    return reply(
        {"bodies": [_body(one) for one in found[:limit]], "next": found[limit - 1].pk if len(found) > limit else None}
    )


@router.get("/inbox/bodies/{int:number}/content", summary="The bytes of a delivery", operation_id="get_body")
def get_body(request: HttpRequest, number: int) -> HttpResponse:
    """The bytes as they came, as far as they are kept, to be saved and not shown."""
    caller(request).need("triage")
    kept = KeptBody.objects.filter(pk=number).first()
    if kept is None:
        raise NotFound(f"There is no delivery {number}, or its bytes are no longer kept.")
    return attachment(bytes(kept.content), f"delivery-{number}.bin")


def _triaging(request: HttpRequest) -> Triaging:
    asking = caller(request)
    asking.need("triage")
    return Triaging(desk(), asking.person)


def _done(groups: list[SignalGroup]) -> HttpResponse:
    now = desk().clock()
    return reply({"lines": [listing.told(group, now) for group in groups]})


def _line(number: int) -> SignalGroup:
    group = SignalGroup.objects.filter(pk=number).first() if number < 2**62 else None
    if group is None:
        raise NotFound(f"There is no line {number} in the inbox.")
    return group


def _signal(row: SignalRow) -> dict[str, Any]:
    names = (
        "key", "title", "state", "grade", "alert_at", "data_at", "received_at", "detail", "labels", "links",
        "measured", "confirm", "open", "seen",
    )  # fmt: skip
    return {"signal": row.pk, **{name: getattr(row, name) for name in names}, "body": row.body_id}


def _body(kept: KeptBody) -> dict[str, Any]:
    names = ("sender", "received_at", "media_type", "size", "digest", "refused")
    address = kept.address.name if kept.address else ""
    return {"body": kept.pk, "address": address, **{name: getattr(kept, name) for name in names}}


def _lines(words: dict[str, Any]) -> list[int]:
    lines = words.get("lines")
    if not isinstance(lines, list) or not all(isinstance(one, int) and 0 <= one < 2**62 for one in lines):
        raise BadRequest("lines", "is a list of the numbers of lines.")
    return lines


def _text(words: dict[str, Any], name: str, *, most: int = 2_000, needed: bool = True) -> str:
    value = words.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value or (needed and not value.strip()):
        raise BadRequest(name, f"is text of at most {most:,} characters." if value else "is missing.")
    return value.strip()


def _only(words: dict[str, Any], *known: str) -> dict[str, Any]:
    for name in words:
        if name not in known:
            raise BadRequest(name, "is not a word of this request.")
    return words
