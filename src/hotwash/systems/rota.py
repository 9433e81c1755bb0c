"""Who is on call: a rota whose people change at a wall-clock time in a zone, what was imported, and who stands in.

Events of the organisation and pure arithmetic. A hand-over is at its wall-clock time whatever daylight-saving time
does: a week can have an hour more or less. A time that a change skips is the moment after it; one that comes twice is
the first.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHIFTS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Shift:
    """A person is on call in the half-open range from ``since`` to ``until``."""

    person: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RotaSet:
    """Who takes turns, and when the next one takes over.

    :param weekday: on which a turn begins; Monday is 0
    :param at: the wall-clock time at which it begins, such as ``09:00``
    :param starts: a day in the week in which the first person's first turn begins
    :param weeks: how long a turn is
    """

    rota: str
    people: tuple[str, ...]
    zone: str
    weekday: int
    at: str
    starts: date
    weeks: int = 1


@dataclass(frozen=True, slots=True)
class RotaOverridden:
    """Somebody stands in. Where several were said for the same time, the last one counts."""

    rota: str
    person: str
    since: datetime
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShiftsImported:
    """The shifts of another tool, in place of those that were imported before. ``digest`` is of the file."""

    rota: str
    shifts: tuple[Shift, ...]
    source: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RotaRetired:
    """A rota no longer holds."""

    rota: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroupSet:
    """The people behind a name, such as ``executives``."""

    group: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EscalationSet:
    """A rule of escalation of the organisation's own, or in place of one that is shipped.

    :param silence: what is missing, by a word of `hotwash.knowledge.escalation`
    :param steps: such as ``5=commander``: after so many minutes, whom
    """

    rule: str
    title: str
    severities: tuple[str, ...]
    silence: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EscalationDropped:
    """A rule of escalation no longer holds, or one that is shipped does not hold here."""

    rule: str
    reason: str


Event = RotaSet | RotaOverridden | ShiftsImported | RotaRetired | GroupSet | EscalationSet | EscalationDropped

KINDS: dict[str, type[Event]] = {
    "rota-set": RotaSet,
    "rota-overridden": RotaOverridden,
    "shifts-imported": ShiftsImported,
    "rota-retired": RotaRetired,
    "group-set": GroupSet,
    "escalation-set": EscalationSet,
    "escalation-dropped": EscalationDropped,
}


@dataclass(frozen=True, slots=True)
class Rota:
    """A rota as it stands. ``turns`` are the settings in their order; each counts until the next one begins."""

    name: str
    turns: tuple[RotaSet, ...] = ()
    imported: tuple[Shift, ...] = ()
    overrides: tuple[RotaOverridden, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody in it, each once."""
        named = (*(one for turn in self.turns[-1:] for one in turn.people), *(one.person for one in self.imported))
        return tuple(dict.fromkeys(named))


@dataclass(slots=True)
class OnCall:
    """Everything that the organisation has said about whom to call."""

    rotas: dict[str, Rota] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rules: dict[str, EscalationSet] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)


def fold(known: OnCall, event: Event) -> None:
    """Take one more fact into the state."""
    match event:
        case RotaSet(rota=name):
            before = known.rotas.get(name, Rota(name))
            known.rotas[name] = replace(before, turns=(*before.turns, event))
        case ShiftsImported(rota=name):
            before = known.rotas.get(name, Rota(name))
            known.rotas[name] = replace(before, imported=tuple(sorted(event.shifts, key=lambda one: one.since)))
        case RotaOverridden(rota=name):
            before = known.rotas.get(name, Rota(name))
            known.rotas[name] = replace(before, overrides=(*before.overrides, event))
        case RotaRetired(rota=name):
            known.rotas.pop(name, None)
        case GroupSet(group=name):
            known.groups[name] = event.people
        case EscalationSet(rule=name):
            known.rules[name] = event
            known.dropped.discard(name)
        case EscalationDropped(rule=name):
            known.rules.pop(name, None)
            known.dropped.add(name)


def on_call(rota: Rota, at: datetime) -> str:
    """Who is on call at a moment; empty if nobody is."""
    # Two moments in one zone are compared by the wall clock, which is wrong where it goes back.
    at = at.astimezone(UTC)
    for one in reversed(rota.overrides):
        if one.since <= at < one.until:
            return one.person
    place = bisect_right([shift.since for shift in rota.imported], at) - 1
    # Shifts of another tool may overlap: the one that began last and still runs counts.
    for shift in reversed(rota.imported[max(0, place - 20) : place + 1]):
        if at < shift.until:
            return shift.person
    turn = _in_force(rota, at)
    return "" if turn is None else turn.people[_number(turn, at) % len(turn.people)]


def shifts(rota: Rota, since: datetime, until: datetime) -> list[Shift]:
    """Who is on call when, from one moment to another; stretches in which nobody is are left out."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    edges = sorted({since, *(edge for edge in _edges(rota, since, until) if since < edge < until)})
    found: list[Shift] = []
    for start, end in zip(edges, [*edges[1:], until], strict=True):
        person = on_call(rota, start)
        if not person:
            continue
        if found and found[-1].person == person and found[-1].until == start:
            found[-1] = replace(found[-1], until=end)
        else:
            found.append(Shift(person, start, end))
    return found


def next_on_call(rota: Rota, at: datetime, *, within: timedelta = timedelta(days=120)) -> Shift | None:
    """The next shift of somebody else, if one begins in time."""
    now = on_call(rota, at)
    return next((one for one in shifts(rota, at, at + within) if one.person != now), None)


def _edges(rota: Rota, since: datetime, until: datetime) -> Iterable[datetime]:
    changes: tuple[RotaOverridden | Shift, ...] = (*rota.overrides, *rota.imported)
    for one in changes:
        yield one.since.astimezone(UTC)
        yield one.until.astimezone(UTC)
    for place, turn in enumerate(rota.turns):
        end = _begins(rota.turns[place + 1], 0) if place + 1 < len(rota.turns) else until
        number = max(0, _number(turn, since))
        while (edge := _begins(turn, number)) < min(until, end):
            yield edge
            number += 1
        yield end


def _in_force(rota: Rota, at: datetime) -> RotaSet | None:
    return next((turn for turn in reversed(rota.turns) if turn.people and _begins(turn, 0) <= at), None)


def _begins(turn: RotaSet, number: int) -> datetime:
    """When a turn begins, counted from 0, in UTC."""
    first = turn.starts + timedelta(days=(turn.weekday - turn.starts.weekday()) % 7)
    day = first + timedelta(weeks=turn.weeks * number)
    wall = datetime.combine(day, time.fromisoformat(turn.at), ZoneInfo(turn.zone))
    return wall.astimezone(UTC)


def _number(turn: RotaSet, at: datetime) -> int:
    """Which turn it is at a moment, counted from 0; negative before the first."""
    guess = (at - _begins(turn, 0)) // timedelta(weeks=turn.weeks)
    # A change of the clocks moves an edge by an hour or two, so the guess is at most one off.
    while _begins(turn, guess) > at:
        guess -= 1
    while _begins(turn, guess + 1) <= at:
        guess += 1
    return guess
