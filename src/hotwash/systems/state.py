"""The state of an AI system: a fold over its facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from hotwash.systems.events import (
    LogDescribed,
    OwnerChanged,
    PurposeSet,
    Registered,
    StopAuthoritySet,
    SwitchCleared,
    SwitchDescribed,
    SwitchSet,
    SystemFact,
    SystemNoted,
    SystemRetired,
    Tier,
    TierSet,
    VersionDeployed,
)
from hotwash.systems.gate_events import GateKept, GateReported, GateRetired
from hotwash.systems.gates import KeptGate, fold_gate
from hotwash.systems.teams import TeamJoined


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version that went live, and when."""

    entry: int
    at: datetime
    by: str
    event: VersionDeployed


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order of a switch that stands, who gave it and when."""

    entry: int
    at: datetime
    by: str
    event: SwitchSet


@dataclass(slots=True)
class Switch:
    """A switch of a system: how it works, and the orders that stand, by incident and containment.

    :param changed: the last entry that changed what serving processes are told
    :param described_at: the entry that described it; 0 where nobody did
    """

    described: SwitchDescribed
    orders: dict[tuple[str, int], Ordered] = field(default_factory=dict)
    changed: int = 0
    described_at: int = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return self.described.switch

    def in_turn(self) -> list[Ordered]:
        """The orders that stand, the strictest first, so that a later containment never loosens an earlier one."""
        return sorted(self.orders.values(), key=lambda one: (-STRICT.index(one.event.state), -one.entry))


STRICT = ("serve", "fallback", "human", "off")
"""The states of a switch from the least to the most strict."""


@dataclass(slots=True)
class System:
    """What is known of one AI system at one moment. ``number`` is the last entry that it rests on."""

    slug: str
    number: int = 0
    registered_at: datetime | None = None
    name: str = ""
    purpose: str = ""
    owner: str = ""
    team: str = ""
    tier: Tier = "unknown"
    tier_reason: str = ""
    deployments: list[Deployment] = field(default_factory=list)
    log: LogDescribed | None = None
    stop_authority: StopAuthoritySet | None = None
    switches: dict[str, Switch] = field(default_factory=dict)
    gates: dict[str, KeptGate] = field(default_factory=dict)
    notes: list[tuple[datetime, str, str]] = field(default_factory=list)
    retired: str | None = None
    unread: list[int] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether it was registered."""
        return self.registered_at is not None

    @property
    def running(self) -> dict[str, Deployment]:
        """The version of each part that went live last."""
        latest: dict[str, Deployment] = {}
        for deployment in sorted(self.deployments, key=lambda one: (one.at, one.entry)):
            latest[deployment.event.part] = deployment
        return latest


def replay(slug: str, facts: Iterable[SystemFact]) -> System:
    """The state that a history makes."""
    system = System(slug)
    for fact in facts:
        fold(system, fact)
    return system


def fold(system: System, fact: SystemFact) -> None:
    """Take one more fact into the state."""
    system.number = fact.number
    match fact.event:
        case Registered(name, purpose, owner, tier):
            system.registered_at = fact.occurred_at
            system.name, system.purpose, system.owner, system.tier = name, purpose, owner, tier
            system.switches[system.slug] = Switch(SwitchDescribed(system.slug))
        case OwnerChanged(owner):
            system.owner = owner
        case PurposeSet(purpose):
            system.purpose = purpose
        case TierSet(tier, reason):
            system.tier, system.tier_reason = tier, reason
        case VersionDeployed() as event:
            system.deployments.append(Deployment(fact.number, fact.occurred_at, fact.by, event))
        case LogDescribed() as event:
            system.log = event
        case StopAuthoritySet() as event:
            system.stop_authority = event
        case (
            TeamJoined()
            | SwitchDescribed()
            | SwitchSet()
            | SwitchCleared()
            | GateKept()
            | GateRetired()
            | GateReported()
        ):
            _folded(system, fact)
        case SystemRetired(reason):
            system.retired = reason
        case SystemNoted(text):
            system.notes.append((fact.occurred_at, fact.by, text))
        case None:
            system.unread.append(fact.number)
            if fact.kind == "system-registered":
                system.registered_at, system.name = fact.occurred_at, "[redacted]"
                system.switches[system.slug] = Switch(SwitchDescribed(system.slug))


def _folded(system: System, fact: SystemFact) -> None:
    match fact.event:
        case TeamJoined(team):
            system.team = team
        case SwitchDescribed() | SwitchSet() | SwitchCleared() as event:
            _switched(system, fact, event)
        case GateKept() | GateRetired() | GateReported() as event:
            fold_gate(system.gates, fact.number, fact.occurred_at, fact.by, event)


def _switched(system: System, fact: SystemFact, event: SwitchDescribed | SwitchSet | SwitchCleared) -> None:
    switch = system.switches.setdefault(event.switch, Switch(SwitchDescribed(event.switch)))
    switch.changed = fact.number
    match event:
        case SwitchDescribed():
            switch.described, switch.described_at = event, fact.number
        case SwitchSet(incident=incident, containment=containment):
            switch.orders[incident, containment] = Ordered(fact.number, fact.occurred_at, fact.by, event)
        case SwitchCleared(incident=incident, containment=containment):
            switch.orders.pop((incident, containment), None)
