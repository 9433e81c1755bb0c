"""Lines of the inbox for people to look through: the worst and newest first, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import Q, QuerySet

from hotwash.response.request import BadRequest
from hotwash.web.tables.models import SignalGroup, Triage

PAGE, PAGE_MAX = 50, 200

View = Literal["to-triage", "snoozed", "incidents", "dismissed", "over", "all"]
VIEWS: Mapping[View, str] = {
    "to-triage": "To triage",
    "snoozed": "Snoozed",
    "incidents": "In incidents",
    "dismissed": "Dismissed",
    "over": "Over by themselves",
    "all": "All",
}
COUNT_MAX = 1_000
"""Beyond so many, nobody needs the number."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty narrows nothing."""

    view: View = "to-triage"
    sender: str = ""
    system: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and where the next page begins; empty if there is none."""

    lines: list[SignalGroup]
    next: str


def waiting(now: datetime) -> QuerySet[SignalGroup]:
    """The lines that wait for somebody: also those that slept long enough."""
    return SignalGroup.objects.filter(_waiting(now))


def count_waiting(now: datetime) -> int:
    """How many lines wait, up to `COUNT_MAX`."""
    return waiting(now).values("pk")[:COUNT_MAX].count()


def page(wanted: Wanted, *, now: datetime, cursor: str = "", limit: int = PAGE) -> Page:
    """A page of lines.

    :param cursor: of the page before
    :raises BadRequest: if the cursor is none of ours
    """
    rows = SignalGroup.objects.filter(_of(wanted.view, now))
    for name in ("sender", "system", "grade"):
        value = getattr(wanted, name)
        if value:
            rows = rows.filter(**{name: value[:190].replace("\x00", "")})
    if cursor:
        rows = rows.filter(_after(cursor))
    found = list(rows.order_by("-rank", "-last_received_at", "-pk")[: limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{more.rank}~{more.last_received_at.isoformat()}~{more.pk}" if more else "")


def stands(line: SignalGroup, now: datetime) -> str:
    """The state of a line as of now: one that slept long enough waits again."""
    if line.state == Triage.SNOOZED and line.snoozed_until is not None and line.snoozed_until <= now:
        return Triage.WAITING.value
    return line.state


def told(line: SignalGroup, now: datetime) -> dict[str, Any]:
    """A line as JSON."""
    delay = None
    if line.first_alert_at is not None and line.first_data_at is not None:
        delay = (line.first_alert_at - line.first_data_at).total_seconds()
    names = (
        "sender", "group", "title", "system", "grade", "count", "firing", "first_data_at", "first_alert_at",
        "last_alert_at", "first_received_at", "last_received_at", "incident", "snoozed_until", "reason", "by",
        "decided_at",
    )  # fmt: skip
    state = stands(line, now)
    return {"line": line.pk, "state": state, **{name: getattr(line, name) for name in names}, "seen_after_s": delay}


def _waiting(now: datetime) -> Q:
    return Q(state=Triage.WAITING) | Q(state=Triage.SNOOZED, snoozed_until__lte=now)


def _of(view: View, now: datetime) -> Q:
    match view:
        case "to-triage":
            return _waiting(now)
        case "snoozed":
            return Q(state=Triage.SNOOZED, snoozed_until__gt=now)
        case "incidents":
            return Q(state__in=(Triage.PROMOTED, Triage.JOINED))
        case "dismissed":
            return Q(state=Triage.DISMISSED)
        case "over":
            return Q(state=Triage.RESOLVED)
        case _:
            return Q()


def _after(cursor: str) -> Q:
    try:
        rank, text, pk = cursor.split("~")
        at, graver, number = datetime.fromisoformat(text), int(rank), int(pk)
        if at.tzinfo is None or not 0 <= graver < 10 or not 0 <= number < 2**62:
            raise ValueError
    except ValueError as bad:
        raise BadRequest("cursor", "is none that a page gave.") from bad
    return Q(rank__lt=graver) | Q(rank=graver) & (Q(last_received_at__lt=at) | Q(last_received_at=at, pk__lt=number))
