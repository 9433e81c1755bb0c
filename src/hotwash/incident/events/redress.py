"""The register of the people harmed: the few facts that an incident's own record keeps of it, and the register's own.

The people themselves are in neither: a batch names the vault's bytes that hold them (see `incident.redress`).
"""

from dataclasses import dataclass, field
from typing import Literal

from hotwash.ledger.catalogue import Catalogue, Fact

BatchAct = Literal["import", "results", "assign", "start", "done", "refused", "unreachable", "waive", "reopen", "amend"]


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people stand where. Everybody is counted once: by the remedy of theirs that stands worst.

    :param whole: everything that was owed to them is done
    :param waiting: something is still owed
    :param unreachable: nothing is open, but something could not reach them
    :param refused: nothing is open, but they did not want something
    :param waived: nothing is open, but something was given up, with a reason
    """

    people: int = 0
    whole: int = 0
    waiting: int = 0
    unreachable: int = 0
    refused: int = 0
    waived: int = 0


@dataclass(frozen=True, slots=True)
class RedressOpened:
    """A register of the people harmed was opened; ``finding`` counted them, if one did."""

    finding: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RedressImported:
    """People were taken into the register: ``batch`` is the entry of the register that holds them."""

    batch: int
    people: int
    remedies: int
    source: str
    counts: PeopleCount


@dataclass(frozen=True, slots=True)
class RedressWaived:
    """Remedies were given up, by somebody who signs why."""

    batch: int
    remedies: int
    people: int
    reason: str
    counts: PeopleCount


@dataclass(frozen=True, slots=True)
class RedressProgressed:
    """How far redress has come, as it stood after an entry of the register."""

    batch: int
    counts: PeopleCount


@dataclass(frozen=True, slots=True)
class RedressClosed:
    """The register was closed: nobody waits any more, or somebody signs why some still do."""

    counts: PeopleCount
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RedressReopened:
    """The register was opened again."""

    reason: str


@dataclass(frozen=True, slots=True)
class RegisterOpened:
    """The first entry of a register."""

    finding: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a batch: changes as compressed JSON Lines in the vault."""

    digest: str
    changes: int


@dataclass(frozen=True, slots=True)
class BatchRecorded:
    """Changes that were taken up together, all of them or none.

    :param source: what they came from: a file's name, a finding, a person's hand
    :param source_digest: the digest of the file, if it was one
    :param identities: to how many people an identity was kept beside the register
    """

    act: BatchAct
    pieces: tuple[Piece, ...]
    changes: int
    people: int
    added: int = 0
    source: str = ""
    source_digest: str = ""
    reason: str = ""
    left_out: int = 0
    identities: int = 0


@dataclass(frozen=True, slots=True)
class RegisterClosed:
    """Nothing is taken up any more."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class RegisterReopened:
    """Changes are taken up again."""

    reason: str


@dataclass(frozen=True, slots=True)
class IdentitiesSeen:
    """Somebody was shown who the people behind the keys are, or took a list of it out."""

    people: int
    through: str
    reason: str
    chosen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IdentitiesErased:
    """The identities of so many people were erased; the register goes on under their keys."""

    people: int
    reason: str


RegisterEvent = RegisterOpened | BatchRecorded | RegisterClosed | RegisterReopened | IdentitiesSeen | IdentitiesErased
RegisterFact = Fact[RegisterEvent]

REGISTER: Catalogue[RegisterEvent] = Catalogue(
    {
        "register-opened": RegisterOpened,
        "batch-recorded": BatchRecorded,
        "register-closed": RegisterClosed,
        "register-reopened": RegisterReopened,
        "identities-seen": IdentitiesSeen,
        "identities-erased": IdentitiesErased,
    }
)
"""Every event of a register by its stored word. It has a chain of its own, beside the incident's."""
