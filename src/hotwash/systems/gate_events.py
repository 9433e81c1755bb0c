"""Facts about the gates of an AI system: checks that its past harms left behind, and what came of asking them."""

from dataclasses import dataclass
from typing import Literal

GateOutcome = Literal["passed", "failed", "too few", "no answer"]


@dataclass(frozen=True, slots=True)
class GateKept:
    """A gate was kept on the system. A later one of the same name takes its place.

    :param gate: its short name, as a file would be called
    :param text: the file as it was written (TOML)
    :param digest: of the text; a result names it, so that nobody takes an old gate's result for the new one's
    :param questions: the names of its questions
    :param incident: the incident that left it; empty for one that somebody kept without one
    """

    gate: str
    title: str
    text: str
    digest: str
    questions: tuple[str, ...]
    incident: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class GateRetired:
    """A gate is not asked any more."""

    gate: str
    reason: str


@dataclass(frozen=True, slots=True)
class GateCheck:
    """What one question of a gate came to. ``finding`` is the digest of its finding."""

    name: str
    outcome: GateOutcome
    rows: int = 0
    why: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True)
class GateReported:
    """Somebody asked a gate elsewhere, such as a pipeline, and tells what it came to. ``occurred_at`` is when.

    :param digest: of the text that was asked
    :param source: the log that was asked, and its fingerprint
    :param data: the version of the data, as whoever asked calls it
    :param model: the model that was held against it, with its version
    :param place: where it ran, such as the address of a job
    """

    gate: str
    digest: str
    outcome: GateOutcome
    checks: tuple[GateCheck, ...]
    source: str = ""
    fingerprint: str = ""
    data: str = ""
    model: str = ""
    version: str = ""
    place: str = ""
