"""What is recorded of a drill beside the team's incident: the console's facts. None of them holds the truth."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotwash.drills.scenarios.shape import Channel
from hotwash.incident.events.life import HarmType
from hotwash.ledger.catalogue import Catalogue, Fact

Mode = Literal["led", "solo", "table"]
"""``led``: a facilitator at the console, players in the room. ``solo``: Hotwash facilitates. ``table``: one screen."""


@dataclass(frozen=True, slots=True)
class DrillPlanned:
    """A drill of a scenario was planned. ``text`` is the digest of the scenario's file in the vault.

    :param seed: of the world; the same one gives the same world
    :param by_hand: whether injects wait for the facilitator, rather than coming by the clock
    """

    scenario: str
    title: str
    text: str
    harm: HarmType
    playbook: str
    minutes: int
    seed: int
    mode: Mode
    facilitator: str = ""
    team: str = ""
    players: tuple[str, ...] = ()
    planned_for: datetime | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class DrillBegun:
    """The stage is set and the clock runs. ``system`` is the short name of its AI system, ``log`` of its log."""

    system: str
    log: str
    speed: float


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The clock runs so many times as fast from here on; 0: it stands."""

    speed: float


@dataclass(frozen=True, slots=True)
class InjectCame:
    """An inject of the scenario reached the team. ``minute`` is of simulated time."""

    inject: str
    minute: float
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class InjectSkipped:
    """An inject of the scenario is left out."""

    inject: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InjectImprovised:
    """The facilitator thought of something that the scenario does not have."""

    channel: Channel
    title: str
    text: str
    sent_by: str
    minute: float


@dataclass(frozen=True, slots=True)
class ConsoleNoted:
    """What the facilitator saw; ``part`` is the part of the score that it is about."""

    text: str
    minute: float
    part: str = ""


@dataclass(frozen=True, slots=True)
class TeamDeclared:
    """The team's incident is this one."""

    incident: str


@dataclass(frozen=True, slots=True)
class DrillEnded:
    """Time is up, or the team is through. The clock stands for good."""

    how: str
    minute: float


@dataclass(frozen=True, slots=True)
class DrillCancelled:
    """It does not take place."""

    reason: str


@dataclass(frozen=True, slots=True)
class PartScored:
    """One part of the score. ``points`` run from 0 to 1; None where the part did not apply."""

    part: str
    title: str
    points: float | None
    said: str


@dataclass(frozen=True, slots=True)
class TruthRevealed:
    """The debrief begins: from now on everybody may see what was planted, and how the team did."""

    parts: tuple[PartScored, ...]


@dataclass(frozen=True, slots=True)
class HotwashSaid:
    """What the team says about a question of the hot-wash; the newest answer to a question counts."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class LessonTaken:
    """A lesson became an action of an incident. ``part`` is the part of the score that it came from."""

    incident: str
    action: int
    title: str
    part: str = ""


DrillEvent = (
    DrillPlanned
    | DrillBegun
    | ClockSet
    | InjectCame
    | InjectSkipped
    | InjectImprovised
    | ConsoleNoted
    | TeamDeclared
    | DrillEnded
    | DrillCancelled
    | TruthRevealed
    | HotwashSaid
    | LessonTaken
)
DrillFact = Fact[DrillEvent]

CATALOGUE: Catalogue[DrillEvent] = Catalogue(
    {
        "drill-planned": DrillPlanned,
        "drill-begun": DrillBegun,
        "clock-set": ClockSet,
        "inject-came": InjectCame,
        "inject-skipped": InjectSkipped,
        "inject-improvised": InjectImprovised,
        "console-noted": ConsoleNoted,
        "team-declared": TeamDeclared,
        "drill-ended": DrillEnded,
        "drill-cancelled": DrillCancelled,
        "truth-revealed": TruthRevealed,
        "hotwash-said": HotwashSaid,
        "lesson-taken": LessonTaken,
    }
)
