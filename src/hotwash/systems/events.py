"""Facts about an AI system, in the past tense, and the words under which they are stored."""

from dataclasses import dataclass, field
from typing import Literal

from hotwash.ledger.catalogue import Catalogue, Fact

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
        "system-retired": SystemRetired,
        "system-noted": SystemNoted,
    }
)
"""Every event of an AI system by its stored word."""
