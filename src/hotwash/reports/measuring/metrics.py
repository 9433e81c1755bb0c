"""How long it took: every measure of incidents that count, as a whole and by groups; drills apart, tests nowhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from hotwash.knowledge.harms import harms
from hotwash.knowledge.measures import measures as table
from hotwash.reports.measuring.figures import Line, Timed
from hotwash.reports.measuring.summing import Summary, summed
from hotwash.reports.phrases import count
from hotwash.systems.governance import MeasureDefined

Dimension = Literal["harm", "severity", "detector", "system", "team", "quarter"]
DIMENSIONS: dict[Dimension, str] = {
    "harm": "Type of harm",
    "severity": "Severity",
    "detector": "Who saw it first",
    "system": "AI system",
    "team": "Team",
    "quarter": "Quarter in which it was declared",
}
"""By what incidents can be put into groups."""
DETECTORS = {"inside": "us", "outside": "people outside", "": "not recorded"}
OVER = ("resolved", "closed")


@dataclass(frozen=True, slots=True)
class Kind:
    """A measure: one of the table, or one of the organisation's own."""

    id: str
    name: str
    short: str
    sentence: str
    since: str
    until: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure over some incidents. ``counted`` are the incidents whose time is in it."""

    kind: Kind
    summary: Summary
    counted: tuple[str, ...]
    odd: tuple[str, ...] = ()
    """Incidents in which the end lies before the beginning: they are left out until somebody states them again."""


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents that share something, and their measures."""

    key: str
    title: str
    incidents: int
    measures: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of a period.

    :param incidents: those that count; ``afterwards`` of them were recorded after they were over
    :param left_out: tests, and what was not confirmed or goes on in another incident
    """

    since: datetime | None
    until: datetime | None
    incidents: int
    afterwards: int
    drills: int
    left_out: int
    measures: tuple[Measured, ...]
    drilled: tuple[Measured, ...]
    groups: dict[str, tuple[Group, ...]]


def kinds(own: Mapping[str, MeasureDefined]) -> tuple[Kind, ...]:
    """Every measure: those of the table, then the organisation's own."""
    known = [Kind(one.id, one.name, one.short, one.sentence, one.since, one.until) for one in table().measures]
    known += [Kind(one.measure, one.name, one.name, one.sentence, one.since, one.until, True) for one in own.values()]
    return tuple(known)


def within(lines: Iterable[Line], since: datetime | None, until: datetime | None) -> list[Line]:
    """Incidents declared in a half-open range."""
    return [
        line
        for line in lines
        if (since is None or line.declared_at >= since) and (until is None or line.declared_at < until)
    ]


def metrics(
    lines: Sequence[Line],
    now: datetime,
    *,
    own: Mapping[str, MeasureDefined] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    by: Iterable[Dimension] = (),
    mean_limits: bool = True,
) -> Metrics:
    """The figures of a period, as a whole and by groups.

    :param now: until when what has not ended has lasted
    :param by: by what to group
    :param mean_limits: whether limits of means are worked out for the whole
    """
    chosen, measured = within(lines, since, until), kinds(own or {})
    real = [line for line in chosen if line.real]
    drills = [line for line in chosen if line.drill]
    return Metrics(
        since,
        until,
        len(real),
        sum(line.kind == "backdated" for line in real),
        len(drills),
        len(chosen) - len(real) - len(drills),
        tuple(over(real, kind, now, mean_limits=mean_limits) for kind in measured),
        tuple(over(drills, kind, now) for kind in measured) if drills else (),
        {name: tuple(_groups(real, name, measured, now)) for name in by},
    )


def over(lines: Iterable[Line], kind: Kind, now: datetime, *, mean_limits: bool = False) -> Measured:
    """One measure over some incidents."""
    values: list[float] = []
    running: list[float] = []
    counted, odd = [], []
    pending = not_applicable = 0
    moment = now.timestamp()
    for line in lines:
        timed = time_of(line, kind)
        if timed.state == "not-applicable":
            not_applicable += 1
        elif timed.seconds is None:
            pending += 1
            if timed.since is not None and _runs(line, kind):
                running.append(max(0.0, moment - timed.since))
        elif timed.seconds < 0:
            odd.append(line.id)
        else:
            values.append(timed.seconds)
            counted.append(line.id)
    summary = summed(values, running=running, pending=pending, not_applicable=not_applicable, mean_limits=mean_limits)
    return Measured(kind, summary, tuple(counted), tuple(odd))


def _runs(line: Line, kind: Kind) -> bool:
    """Whether its end is still to come, as far as is known: no harm to stop, or nobody to make whole, ends nothing."""
    if line.state in OVER:
        return False
    if kind.until == "contained":
        return line.harm_going_on is not False
    return kind.until != "redressed" or line.figures.owed > 0


def time_of(line: Line, kind: Kind) -> Timed:
    """A measure of one incident; one of the organisation's own is worked out from the points of its record."""
    if not kind.own:
        return line.figures.measures.get(kind.id, Timed("pending"))
    if line.state in ("not-confirmed", "merged"):
        return Timed("not-applicable")
    since, until = moment_of(line, kind.since), moment_of(line, kind.until)
    if since is not None and until is not None:
        return Timed("recorded", until - since, since)
    # Once it is closed nothing more is done under it: what is missing then never came.
    return Timed("not-applicable" if line.state == "closed" else "pending", None, since)


def moment_of(line: Line, point: str) -> float | None:
    """A point of a record: a fact that measures stand on, or the first or last entry of a kind."""
    order, colon, kind = point.partition(":")
    if not colon:
        known = line.figures.points.get(point)
        return known[0] if known else None
    moments = line.figures.moments.get(kind)
    if moments is None:
        return None
    return moments[0] if order == "first" else moments[1]


def _groups(lines: Sequence[Line], name: Dimension, measured: Sequence[Kind], now: datetime) -> Iterator[Group]:
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        for key in keys_of(line, name):
            found.setdefault(key, []).append(line)
    order: Callable[[tuple[str, str]], object] = _ORDER.get(name, lambda key: (not key[0], key[1].lower(), key[0]))
    for key in sorted(found, key=order):  # type: ignore[arg-type]
        inside = found[key]
        yield Group(key[0], key[1], len(inside), tuple(over(inside, kind, now) for kind in measured))


def keys_of(line: Line, name: Dimension) -> list[tuple[str, str]]:
    """The groups to which an incident belongs: key and title. One with several types of harm belongs to each."""
    match name:
        case "harm":
            return [(harm, _harm_titles().get(harm, harm)) for harm in line.harms] or [("", "not said")]
        case "severity":
            return [(line.severity, line.severity or "not assessed")]
        case "detector":
            return [(line.figures.detector, DETECTORS.get(line.figures.detector, line.figures.detector))]
        case "system":
            return [(line.system, line.system_name or line.system or "no system named")]
        case "team":
            return [(line.team, line.team or "no team named")]
        case "quarter":
            quarter = quarter_of(line.declared_at)
            return [(quarter, quarter)]


def quarter_of(moment: datetime) -> str:
    """``2026-Q1``."""
    at = moment.astimezone(UTC)
    return f"{at.year}-Q{(at.month + 2) // 3}"


@cache
def _harm_titles() -> dict[str, str]:
    return {harm.id: harm.title for harm in harms().harms}


_GRAVE = {"Critical": 0, "Major": 1, "Minor": 2}
_ORDER: dict[str, Callable[[tuple[str, str]], object]] = {
    "severity": lambda key: _GRAVE.get(key[0], 3),
    "quarter": lambda key: key[0],
}


def caveats(known: Metrics) -> list[str]:
    """What these figures cannot say as a whole."""
    said = []
    if not known.incidents:
        return ["There is no incident in this period, so there is nothing to measure."]
    if known.incidents < 6:
        said.append(
            f"There {'is' if known.incidents == 1 else 'are'} {count(known.incidents, 'incident', 'incidents')}. That "
            "is too few for a trend, for a comparison of teams or systems, or for a promise of how long the next one "
            "will take. Read each of them instead."
        )
    said.append(
        "Medians stand first, because incidents differ so much that one long one moves a mean to where none of them "
        "was. Groups are shown to find questions, not to rank people: differences between groups with overlapping "
        "ranges may be chance."
    )
    if known.afterwards:
        said.append(
            f"{count(known.afterwards, 'incident was', 'incidents were')} recorded after the event: "
            "the times are as good as what was remembered."
        )
    return said
