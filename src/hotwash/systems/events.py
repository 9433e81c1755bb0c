"""Facts about an AI system, in the past tense, and the words under which they are stored."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from hotwash.ledger.catalogue import Catalogue, Fact
from hotwash.systems.gate_events import GateKept, GateReported, GateRetired
from hotwash.systems.teams import TeamJoined

Tier = Literal["minimal", "limited", "high", "prohibited", "unknown"]
Part = Literal["model", "data", "prompt", "code", "configuration"]


@dataclass(frozen=True, slots=True)
class Registered:
    """An AI system entered the landscape."""

    name: str
    purpose: str
    owner: str = ""
    tier: Tier = "unknown"


@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """Somebody else answers for the system now."""

    owner: str


@dataclass(frozen=True, slots=True)
class PurposeSet:
    """What the system decides or says, and for whom."""

    purpose: str


@dataclass(frozen=True, slots=True)
class TierSet:
    """The risk tier, with the reason."""

    tier: Tier
    reason: str


@dataclass(frozen=True, slots=True)
class VersionDeployed:
    """A version of a part (model, data, prompt, code, configuration) went live at ``occurred_at``."""

    part: Part
    version: str
    digest: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LogDescribed:
    """Where the predictions are kept and what their columns mean (a description of `investigate.Predictions`).

    :param source: path, glob or address of the log
    :param columns: role (``time``, ``version``, ``subject``, ``score``, ``decision``, ``label``) to column name
    :param attributes: columns that hold protected attributes
    :param favourable: the decision that a person would want, as it is written in the log
    :param zone: the zone of times that are written without one, such as ``Europe/Berlin``
    """

    source: str
    columns: dict[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    favourable: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class StopAuthoritySet:
    """Who may stop the system, by name or role, and how they are reached at night."""

    people: tuple[str, ...]
    how: str = ""


SwitchState = Literal["serve", "fallback", "human", "off"]
Course = Literal["keep", "engage", "release"]


@dataclass(frozen=True, slots=True)
class SwitchDescribed:
    """How a switch of the system works. One that nobody described has these defaults and the system's short name.

    :param board: where it is set: ``guard``, or the name of a board that the operator has set up
    :param never_synced: what serving processes do that never heard of it; ``stale``: that lately heard nothing
    :param engaged: the state that ``engage`` means
    :param may_set: people or roles who may set it; empty for everyone whose account may contain
    :param release_by_two: whether taking a containment back needs a second person
    """

    switch: str
    board: str = "guard"
    never_synced: Course = "keep"
    stale: Course = "keep"
    stale_after_s: float = 60.0
    engaged: SwitchState = "off"
    may_set: tuple[str, ...] = ()
    release_by_two: bool = False
    what: str = ""


@dataclass(frozen=True, slots=True)
class SwitchSet:
    """A containment's order for a switch: from now on serving processes are told so. A later one replaces it.

    :param containment: the number of the containment in its incident
    :param order: the entry of the incident that ordered it
    :param rule: the cohort in the form that serving processes read; None for everyone
    """

    switch: str
    incident: str
    containment: int
    order: int
    state: SwitchState
    reason: str = ""
    cohort: str = ""
    rule: dict[str, Any] | None = None
    share: float | None = None
    share_of: str = ""
    until: datetime | None = None
    recheck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SwitchCleared:
    """A containment's order for a switch no longer holds."""

    switch: str
    incident: str
    containment: int
    order: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SystemRetired:
    """The system no longer runs."""

    reason: str


@dataclass(frozen=True, slots=True)
class SystemNoted:
    """A note about the system."""

    text: str


Event = (
    Registered
    | OwnerChanged
    | PurposeSet
    | TierSet
    | VersionDeployed
    | LogDescribed
    | StopAuthoritySet
    | SwitchDescribed
    | SwitchSet
    | SwitchCleared
    | TeamJoined
    | GateKept
    | GateRetired
    | GateReported
    | SystemRetired
    | SystemNoted
)

SystemFact = Fact[Event]

CATALOGUE: Catalogue[Event] = Catalogue(
    {
        "system-registered": Registered,
        "owner-changed": OwnerChanged,
        "purpose-set": PurposeSet,
        "tier-set": TierSet,
        "version-deployed": VersionDeployed,
        "log-described": LogDescribed,
        "stop-authority-set": StopAuthoritySet,
        "switch-described": SwitchDescribed,
        "switch-set": SwitchSet,
        "switch-cleared": SwitchCleared,
        "team-joined": TeamJoined,
        "gate-kept": GateKept,
        "gate-retired": GateRetired,
        "gate-reported": GateReported,
        "system-retired": SystemRetired,
        "system-noted": SystemNoted,
    }
)
"""Every event of an AI system by its stored word."""
