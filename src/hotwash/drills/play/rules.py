"""What can be said of a drill, and when: pure functions from its state and a request to facts, or `NotAllowed`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hotwash.drills.play.events import (
    ClockSet,
    ConsoleNoted,
    DrillBegun,
    DrillCancelled,
    DrillEnded,
    DrillEvent,
    DrillPlanned,
    HotwashSaid,
    InjectCame,
    InjectImprovised,
    InjectSkipped,
    LessonTaken,
    Mode,
    PartScored,
    TeamDeclared,
    TruthRevealed,
)
from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios.shape import Channel
from hotwash.incident.events.life import HarmType
from hotwash.ledger.rule import Asked, NotAllowed, need

SPEED_MAX = 3600.0
PLAYERS_MAX = 40


def plan(
    drill: Drill,
    asked: Asked,
    *,
    scenario: str,
    title: str,
    text: str,
    harm: HarmType,
    playbook: str,
    minutes: int,
    seed: int,
    mode: Mode = "led",
    facilitator: str = "",
    team: str = "",
    players: tuple[str, ...] = (),
    planned_for: datetime | None = None,
    by_hand: bool = False,
) -> list[DrillEvent]:
    """Plan a drill. One that is led has a facilitator, who does not play."""
    if drill.planned is not None:
        raise NotAllowed(f"{drill.id} is planned already.")
    names = tuple(dict.fromkeys(one.strip() for one in players if one.strip()))
    if len(names) > PLAYERS_MAX:
        raise NotAllowed(f"At most {PLAYERS_MAX} people play.")
    who = facilitator.strip() or (asked.by if mode != "solo" else "")
    if mode == "solo" and who:
        raise NotAllowed("In a solo drill Hotwash facilitates: name nobody.")
    if who in names:
        raise NotAllowed(f"{who} facilitates and knows the script, so cannot play.")
    if planned_for is not None and planned_for.tzinfo is None:
        raise NotAllowed("That time has no zone: write it as 2026-03-03T09:02:00+01:00.")
    return [
        DrillPlanned(
            scenario,
            title,
            text,
            harm,
            playbook,
            minutes,
            seed,
            mode,
            who,
            team.strip()[:100],
            names,
            planned_for,
            by_hand,
        )
    ]


def begin(drill: Drill, asked: Asked, *, system: str, log: str, speed: float = 1.0) -> list[DrillEvent]:
    """Let the clock run."""
    if drill.stage != "planned":
        raise NotAllowed(_not("begin", drill))
    return [DrillBegun(system, log, _speed(speed))]


def set_clock(drill: Drill, asked: Asked, *, speed: float) -> list[DrillEvent]:
    """Let the clock run faster or slower, stand (0), or go on."""
    _live(drill, "set the clock of")
    if speed == drill.speed:
        raise NotAllowed("The clock does that already.")
    return [ClockSet(0.0 if speed == 0 else _speed(speed))]


def deliver(drill: Drill, asked: Asked, *, inject: str, by_hand: bool = False) -> list[DrillEvent]:
    """State that an inject of the scenario reached the team."""
    _live(drill, "add to")
    if inject in drill.came:
        raise NotAllowed("That inject has come already.")
    return [InjectCame(inject, drill.minute(asked.now), by_hand)]


def skip(drill: Drill, asked: Asked, *, inject: str, reason: str = "") -> list[DrillEvent]:
    """Leave an inject out."""
    _live(drill, "change")
    if inject in drill.came or inject in drill.skipped:
        raise NotAllowed("That inject has come, or was left out already.")
    return [InjectSkipped(inject, reason.strip())]


def improvise(
    drill: Drill, asked: Asked, *, channel: Channel, title: str, text: str, sent_by: str = ""
) -> list[DrillEvent]:
    """Send the team something that the scenario does not have."""
    _live(drill, "add to")
    if channel in ("alert", "absence"):
        raise NotAllowed("An alert or an absence is not improvised: tell it as a call, a mail or a rumour.")
    words = need(title, "The title")[:200], need(text, "The text"), sent_by.strip()[:200]
    return [InjectImprovised(channel, *words, drill.minute(asked.now))]


def note(drill: Drill, asked: Asked, *, text: str, part: str = "") -> list[DrillEvent]:
    """Write down what was seen; players see it after the debrief has begun."""
    if drill.begun is None or drill.revealed is not None:
        raise NotAllowed(_not("note something about", drill))
    return [ConsoleNoted(need(text, "The note"), drill.minute(asked.now), part)]


def find_incident(drill: Drill, asked: Asked, *, incident: str) -> list[DrillEvent]:
    """State which incident is the team's: the first one about the drill's system."""
    _live(drill, "change")
    if drill.incident:
        raise NotAllowed(f"The team works in {drill.incident}.")
    return [TeamDeclared(incident)]


def end(drill: Drill, asked: Asked, *, how: str = "") -> list[DrillEvent]:
    """End the play. The truth stays hidden until the debrief begins."""
    _live(drill, "end")
    return [DrillEnded(how.strip() or "Ended by the facilitator.", drill.minute(asked.now))]


def cancel(drill: Drill, asked: Asked, *, reason: str) -> list[DrillEvent]:
    """Take a planned drill back."""
    if drill.stage != "planned":
        raise NotAllowed(_not("cancel", drill))
    return [DrillCancelled(need(reason, "The reason"))]


def reveal(drill: Drill, asked: Asked, *, parts: tuple[PartScored, ...]) -> list[DrillEvent]:
    """Begin the debrief: what was planted, and the score, are open to everybody from here on."""
    if drill.stage != "ended":
        raise NotAllowed(_not("debrief", drill))
    return [TruthRevealed(parts)]


def say(drill: Drill, asked: Asked, *, question: str, text: str) -> list[DrillEvent]:
    """Say something to a question of the hot-wash. What others said stands beside it."""
    if drill.stage != "debriefed":
        raise NotAllowed(_not("write into the hot-wash of", drill))
    if any(one.by == asked.by and one.event.text == text.strip() for one in drill.answers.get(question, ())):
        raise NotAllowed("You said that already.")
    return [HotwashSaid(need(question, "The question"), need(text, "The answer"))]


def take_lesson(
    drill: Drill, asked: Asked, *, incident: str, action: int, title: str, part: str = ""
) -> list[DrillEvent]:  # fmt: skip
    """State that a lesson became an action."""
    if drill.stage != "debriefed":
        raise NotAllowed(_not("take a lesson from", drill))
    return [LessonTaken(incident, action, title, part)]


VERBS: dict[str, Callable[..., list[DrillEvent]]] = {
    "plan": plan,
    "begin": begin,
    "set-clock": set_clock,
    "deliver": deliver,
    "skip": skip,
    "improvise": improvise,
    "note": note,
    "find-incident": find_incident,
    "end": end,
    "cancel": cancel,
    "reveal": reveal,
    "say": say,
    "take-lesson": take_lesson,
}


def _speed(speed: float) -> float:
    if not 1 <= speed <= SPEED_MAX:
        raise NotAllowed(f"The clock runs 1 to {SPEED_MAX:,.0f} times as fast as the wall's.")
    return float(speed)


def _live(drill: Drill, what: str) -> None:
    if not drill.live:
        raise NotAllowed(_not(what, drill))


def _not(what: str, drill: Drill) -> str:
    return f"Nobody can {what} {drill.id} now: it is {drill.stage}."


def words_of(event: Any) -> str:  # noqa: PLR0911 - one return for each kind of fact
    """One fact of the console as a line, for the console and the debrief."""
    match event:
        case DrillPlanned():
            return f"Planned: {event.title}."
        case DrillBegun():
            return f"The clock runs, {_times(event.speed)}."
        case ClockSet():
            return f"The clock runs {_times(event.speed)}." if event.speed else "The clock stands."
        case InjectCame() | InjectSkipped():
            return f"{'Came' if isinstance(event, InjectCame) else 'Left out'}: {event.inject}."
        case InjectImprovised():
            return f"Improvised: {event.title}."
        case ConsoleNoted() | HotwashSaid():
            return str(event.text)
        case TeamDeclared():
            return f"The team declared {event.incident}."
        case DrillEnded():
            return str(event.how)
        case DrillCancelled():
            return f"Cancelled: {event.reason}"
        case LessonTaken():
            return f"Lesson: {event.title}."
    return "The debrief began."


def _times(speed: float) -> str:
    return "as fast as the wall's" if speed == 1 else f"{speed:g} times as fast as the wall's"
