"""What one incident contributes to the figures of all: kept beside its record, and made again from it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from hotwash.incident.state import Incident
from hotwash.reports.actions import readings
from hotwash.reports.metrics import measures, points

State = Literal["recorded", "pending", "not-applicable"]
SUMMARY_MAX = 700


@dataclass(frozen=True, slots=True)
class Timed:
    """A measure of one incident: its time in seconds, from which entry to which.

    :param since: when it began, in seconds since 1970, also while its end is still missing
    """

    state: State
    seconds: float | None = None
    since: float | None = None
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost that counts."""

    entry: int
    amount: float
    currency: str
    purpose: str
    basis: str


@dataclass(frozen=True, slots=True)
class FactorLine:
    """A contributing factor: its number, where it lies, and when it was named."""

    entry: int
    tag: str
    at: float


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action. ``due`` is the day on which something is due for it."""

    entry: int
    title: str
    kind: str
    strength: str
    state: str
    how: str
    owner: str
    added: float
    closed: float | None
    due: date | None
    tags: tuple[str, ...]
    measured: int
    slips: int


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """How a control did."""

    entry: int
    control: str
    verdict: str
    at: float


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposed change of a rule."""

    entry: int
    policy: str
    change: str
    control: str
    state: str
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class Harmed:
    """How many people were harmed, by the last estimate of people: ``finding`` is None where it was typed."""

    entry: int
    value: float
    low: float | None
    high: float | None
    finding: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What an incident contributes.

    :param detector: who saw it first; empty where that is not recorded
    :param moments: the first and last moment of every kind of entry, in seconds since 1970
    :param points: the moment of every fact that measures stand on, and its entry
    :param tested: gates that were run or left, as tests of controls
    """

    measures: dict[str, Timed] = field(default_factory=dict)
    detector: str = ""
    detected: int | None = None
    moments: dict[str, tuple[float, float]] = field(default_factory=dict)
    points: dict[str, tuple[float, int]] = field(default_factory=dict)
    costs: tuple[CostLine, ...] = ()
    factors: tuple[FactorLine, ...] = ()
    actions: tuple[ActionLine, ...] = ()
    judged: tuple[JudgedLine, ...] = ()
    proposals: tuple[ProposalLine, ...] = ()
    harmed: Harmed | None = None
    owed: int = 0
    gates: int = 0
    assessed: int | None = None
    summary: str = ""


EMPTY = Figures()


def figures(incident: Incident) -> Figures:
    """What this incident contributes, from its state."""
    # Everything that hangs on today is counted when it is shown; any day serves here.
    actions = readings(incident, date.min)
    people = [said for said in incident.estimates if said.event.unit == "people"]
    facts = points(incident)
    return Figures(
        measures={name: _timed(one) for name, one in measures(incident).items()},
        detector=incident.detections[-1].event.detector if incident.detections else "",
        detected=incident.detections[-1].entry if incident.detections else None,
        moments={
            kind: (first.timestamp(), last.timestamp()) for kind, (first, last) in sorted(incident.moments.items())
        },
        points={name: (point.at.timestamp(), point.entry) for name, point in facts.items() if point is not None},
        costs=tuple(
            CostLine(entry, said.amount, said.currency, said.purpose, said.basis)
            for entry, cost in incident.costs.items()
            if cost.counts
            for said in [cost.recorded.event]
        ),
        factors=tuple(
            FactorLine(entry, factor.event.tag, factor.at.timestamp()) for entry, factor in incident.factors.items()
        ),
        actions=tuple(_action(one) for one in actions),
        judged=tuple(
            JudgedLine(entry, one.judged.event.control, one.judged.event.verdict, one.judged.at.timestamp())
            for entry, one in incident.judgements.items()
            if one.withdrawn is None
        ),
        proposals=tuple(
            ProposalLine(
                entry, said.event.policy, said.event.change, said.event.control, one.state, said.by, said.at.timestamp()
            )
            for entry, one in incident.proposals.items()
            for said in [one.proposed]
        ),
        harmed=_harmed(people[-1]) if people else None,
        owed=incident.owed,
        gates=len(incident.gates),
        assessed=incident.assessments[-1].entry if incident.assessments else None,
        summary=incident.summary[:SUMMARY_MAX],
    )


def _timed(one: Any) -> Timed:
    ends = tuple(point.entry for point in (one.since, one.until) if point is not None)
    since = one.since.at.timestamp() if one.since is not None else None
    return Timed(one.state, one.seconds, since, ends)


def _harmed(said: Any) -> Harmed:
    event = said.event
    return Harmed(said.entry, event.value, event.low, event.high, event.finding)


def _action(one: Any) -> ActionLine:
    return ActionLine(
        one.entry,
        one.title[:200],
        one.kind,
        one.strength,
        one.state,
        one.how,
        one.owner[:200],
        one.added_at.timestamp(),
        one.closed_at.timestamp() if one.closed_at else None,
        one.due,
        one.tags,
        len(one.effects),
        one.slips,
    )


def plain(known: Figures) -> dict[str, Any]:
    """As JSON values, without what is empty."""
    made = msgspec.to_builtins(known)
    return {name: value for name, value in made.items() if value not in (None, "", 0, [], {})}


def read(kept: str) -> Figures:
    """From JSON, such as `plain` makes."""
    return _DECODER.decode(kept) if kept not in ("", "{}") else EMPTY


# Made at once: two threads that need a type for the first time at the same moment crash msgspec 0.22.
_DECODER = msgspec.json.Decoder(Figures)


@dataclass(frozen=True, slots=True)
class Line:
    """An incident among others: its line of the list with what it contributes."""

    id: str
    title: str
    kind: str
    state: str
    severity: str
    harms: tuple[str, ...]
    system: str
    declared_at: datetime
    ended_at: datetime | None = None
    harm_going_on: bool | None = None
    figures: Figures = EMPTY
    system_name: str = ""
    team: str = ""

    @property
    def real(self) -> bool:
        """Whether it counts: neither a drill nor a test, confirmed, and not a part of another one."""
        return self.kind in ("normal", "backdated") and self.state not in ("not-confirmed", "merged")

    @property
    def drill(self) -> bool:
        """Whether it was a drill."""
        return self.kind == "drill" and self.state not in ("not-confirmed", "merged")
