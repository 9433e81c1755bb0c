"""The list of actions across incidents: nearest first, narrowed, 50 a page, with the mix of strengths.

Four statements whatever their number: a page, its incidents, the figures, the mix.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower

from hotwash.reports.actions import Mix, mix_of
from hotwash.response.redress.cells import defused
from hotwash.response.request import BadRequest
from hotwash.web.tables.models import ActionRow

PAGE = 50
CSV_MAX = 100_000
OPEN = ("open", "slipped", "done")
STATES = ("left", "to-do", "waiting", *OPEN, "effective", "closed", "dropped")
"""What the list can be narrowed to: `left` is whatever is not closed, `to-do` the work itself, `waiting` what is done
and not yet shown."""

COLUMNS = (
    "incident", "entry", "title", "kind", "strength", "owner", "state", "how", "due", "overdue", "age_days", "added_at",
    "done_at", "closed_at", "ask_on", "measurements", "last_outcome", "slips", "factors", "tags", "not_smart",
    "tracker", "issue", "url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty narrows nothing. ``owners`` are names, any of which will do."""

    owners: tuple[str, ...] = ()
    state: str = ""
    kind: str = ""
    strength: str = ""
    overdue: bool = False
    system: str = ""
    incident: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them, and where to go on."""

    rows: Sequence[ActionRow]
    next: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the narrowed list comes to."""

    total: int
    left: int
    overdue: int
    waiting: int
    mix: Mix


def rows(wanted: Wanted, *, today: date) -> QuerySet[ActionRow]:
    """The actions that fit, in no order.

    :raises BadRequest: if a word narrows to nothing that there is
    """
    found = ActionRow.objects.all()
    if wanted.owners:
        names = {name.lower() for name in wanted.owners}
        found = found.alias(owner_small=Lower("owner")).filter(Q(owner__in=wanted.owners) | Q(owner_small__in=names))
    if wanted.state:
        found = found.filter(state__in=_states(wanted.state))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.strength:
        found = found.filter(strength="" if wanted.strength == "none" else wanted.strength)
    if wanted.overdue:
        found = found.filter(state__in=OPEN, due__lt=today)
    if wanted.system:
        found = found.filter(incident__system=wanted.system)
    if wanted.incident:
        found = found.filter(incident=wanted.incident)
    if wanted.tag:
        # Both databases keep the list as text in which each tag stands in quotation marks.
        found = found.filter(tags__icontains=f'"{wanted.tag}"')
    return found


def _states(word: str) -> tuple[str, ...]:
    if word not in STATES:
        raise BadRequest("state", f"is one of {', '.join(STATES)}.")
    return {"left": OPEN, "to-do": ("open", "slipped"), "waiting": ("done",)}.get(word, (word,))


def page(wanted: Wanted, *, today: date, cursor: str = "", limit: int = PAGE) -> Page:
    """Some of the actions, what is due first, then those without a day.

    :raises BadRequest: if the cursor is not the ``next`` of a page
    """
    found = rows(wanted, today=today)
    if cursor:
        day, last = _opened(cursor)
        if day is None:
            found = found.filter(due=None, id__gt=last)
        else:
            found = found.filter(Q(due__gt=day) | Q(due=day, id__gt=last) | Q(due=None))
    listed = list(found.order_by(F("due").asc(nulls_last=True), "id").select_related("incident")[: limit + 1])
    more = ""
    if len(listed) > limit:
        end = listed[limit - 1]
        more = f"{end.due or '-'}.{end.pk}"
    return Page(listed[:limit], more)


def figures(wanted: Wanted, *, today: date) -> Figures:
    """How many there are, how many are left, late or waiting, and how strong they are together."""
    found = rows(wanted, today=today)
    told: dict[str, int] = found.aggregate(
        total=Count("id"),
        left=Count("id", filter=Q(state__in=OPEN)),
        overdue=Count("id", filter=Q(state__in=OPEN, due__lt=today)),
        waiting=Count("id", filter=Q(state="done")),
    )
    strengths = found.exclude(state="dropped").values_list("strength").annotate(count=Count("id"))
    counted = [strength for strength, count in strengths for _ in range(count)]
    return Figures(told["total"], told["left"], told["overdue"], told["waiting"], mix_of(counted))


def line(row: ActionRow, *, today: date) -> dict[str, Any]:
    """One action as plain values."""
    return {
        "incident": row.incident_id,
        "entry": row.entry,
        "title": row.title,
        "kind": row.kind,
        "strength": row.strength or None,
        "owner": row.owner,
        "state": row.state,
        "how": row.how or None,
        "due": row.due,
        "overdue": late(row, today=today),
        "age_days": age_days(row, today=today),
        "added_at": row.added_at,
        "done_at": row.done_at,
        "closed_at": row.closed_at,
        "ask_on": row.ask_on,
        "effects": row.effects,
        "slips": row.slips,
        "factors": row.factors,
        "tags": row.tags,
        "not_smart": row.not_smart,
        "tracker": row.tracker or None,
        "issue": row.issue or None,
        "url": row.url or None,
    }


def late(row: ActionRow, *, today: date) -> bool:
    """Whether its day is over and something is left to do for it."""
    return row.state in OPEN and row.due is not None and row.due < today


def age_days(row: ActionRow, *, today: date) -> int:
    """From when it was agreed until it was closed or dropped, or until now."""
    end = row.ended_at.date() if row.ended_at else today
    return max(0, (end - row.added_at.date()).days)


def as_csv(wanted: Wanted, *, today: date) -> Iterator[str]:
    """The whole list as CSV, a piece at a time; no cell is a formula."""
    found = rows(wanted, today=today).order_by(F("due").asc(nulls_last=True), "id")
    held = io.StringIO()
    out = csv.writer(held)
    out.writerow(COLUMNS)
    for place, row in enumerate(found[:CSV_MAX].iterator(chunk_size=1000), 1):
        known = line(row, today=today)
        told = known["effects"]
        known |= {"measurements": len(told), "last_outcome": told[-1]["outcome"] if told else ""}
        out.writerow([_cell(known[name]) for name in COLUMNS])
        if place % 500 == 0:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat()
        case list():
            return defused(" ".join(str(one) for one in value))
        case int():
            return str(value)
    return defused(str(value))


def _opened(cursor: str) -> tuple[date | None, int]:
    day, _, last = cursor.partition(".")
    try:
        if not last.isascii() or len(last) > 18:
            raise ValueError
        return None if day == "-" else date.fromisoformat(day), int(last)
    except ValueError as bad:
        raise BadRequest("cursor", "is not the `next` of a page.") from bad
