"""A world that runs: people come in simulated time, the switch is asked before each decision, and it takes effect.

The clock never runs ahead of the decisions: on a slow machine simulated time passes more slowly, and no case is decided
under a switch that was set later than it came.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hotwash.drills.worlds.deciding import Deciding, Made
from hotwash.drills.worlds.description import World
from hotwash.drills.worlds.draws import BLOCK
from hotwash.drills.worlds.harming import Stop, micros
from hotwash.drills.worlds.predicates import Coded

SPEED_MAX = 3_600.0
TURN_S = 0.05

Ask = Callable[[str, Mapping[str, Any]], str]
"""A guard's ``state``: what the process shall do, for a switch and what is known of a case."""
Note = Callable[..., object]
"""Takes a row of the log."""


class Refused(ValueError):
    """The world cannot do what it was asked to."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What has come of a running world: it holds the truth, so it is for the console alone."""

    decided: dict[str, int]
    harmed: int
    people: int
    subjects: tuple[str, ...]
    spared: int
    first_contained: datetime | None


@dataclass(frozen=True, slots=True)
class _Case:
    """One case: how it is decided with the harm, and without."""

    at: int
    person: int
    bad: dict[str, Any]
    good: dict[str, Any]
    hurt: bool


class Live:
    """A world from the moment at which the drill begins.

    :param ask: asked before each decision
    :param note: takes each row of the log
    :param switch: the switch that is asked about
    """

    def __init__(self, world: World, *, rows: int, seed: int, switch: str, ask: Ask, note: Note) -> None:
        self.world, self.switch, self.seed = world, switch, seed
        self._ask, self._note = ask, note
        self._bad = Deciding(world, rows=rows, seed=seed)
        self._good = Deciding(world, rows=rows, seed=seed, stops=[Stop(world.start, "fallback")])
        self._cases = self._coming()
        self._next: _Case | None = next(self._cases, None)
        self._lock = threading.RLock()
        self._now = micros(world.zero)
        self._speed = 0.0
        self._from = (time.monotonic(), self._now)
        self._asked = 0
        self._states: dict[str, int] = {}
        self._harmed: list[int] = []
        self._spared = 0
        self._first: int | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="world", daemon=True)

    # The clock.

    @property
    def now(self) -> datetime:
        """Simulated time: everybody who came before has been decided."""
        return _moment(self._now)

    @property
    def speed(self) -> float:
        """How many simulated seconds pass in a second; 0 stands still."""
        return self._speed

    def run_at(self, speed: float) -> None:
        """Let the clock run, or stand still at 0.

        :raises Refused: if the speed is out of range
        """
        if speed != 0 and not 1 <= speed <= SPEED_MAX:
            raise Refused(f"The speed is 0 (stand still) or 1 to {SPEED_MAX:,.0f}.")
        with self._lock:
            self._speed = speed
            self._from = (time.monotonic(), self._now)

    def run_to(self, moment: datetime) -> None:
        """Decide everybody who comes before a moment, at once.

        :raises Refused: if the moment has passed
        """
        with self._lock:
            if micros(moment) < self._now:
                raise Refused(f"Simulated time is {self.now.isoformat()}; it does not go back.")
            self._advance(min(micros(moment), micros(self.world.end)))
            self._from = (time.monotonic(), self._now)

    def start(self) -> None:
        """Run beside the caller, until `close`."""
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.wait(TURN_S):
            with self._lock:
                if self._speed:
                    real, simulated = self._from
                    target = simulated + int((time.monotonic() - real) * self._speed * 1e6)
                    # One turn at a time: whoever sets the speed or asks for the time does not wait for a whole day.
                    self._advance(min(target, self._now + 60_000_000, micros(self.world.end)))
                    if target > self._now:
                        self._from = (time.monotonic(), self._now)

    def _advance(self, target: int) -> None:
        while self._next is not None and self._next.at < target:
            case = self._next
            self._now = max(self._now, case.at)
            self._decide(case)
            self._next = next(self._cases, None)
        self._now = max(self._now, target)

    # Decisions.

    def _coming(self) -> Iterator[_Case]:
        zero = micros(self.world.zero)
        for number in range(self._bad.calendar.first_at(zero) // BLOCK, self._bad.blocks):
            bad = self._bad.block(number)
            good = self._good.block(number)
            for place in range(len(bad.at)):
                if bad.at[place] >= zero:
                    yield _case(self.world, bad, good, place)

    def _decide(self, case: _Case) -> tuple[str, dict[str, Any]]:
        state = self._ask(self.switch, _attributes(self.world, case.bad))
        self._states[state] = self._states.get(state, 0) + 1
        row = case.bad if state == "serve" else case.good
        if state in ("human", "off"):
            row = {**row, **_undecided(self.world, state)}
        if state == "serve":
            if case.hurt:
                self._harmed.append(case.person)
        else:
            self._first = case.at if self._first is None else self._first
            self._spared += case.hurt
        self._note(at=_moment(case.at), **{name: value for name, value in row.items() if name != "at"}, state=state)
        return state, row

    def predict(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Decide one case that somebody else brings, now: attributes and numbers by name; what is missing is drawn.

        :raises Refused: if a name or a value is none of this world's
        """
        with self._lock:
            frame = self._told(told)
            self._asked += 1
            block = 2**32 + self._asked
            bad = self._bad.asked(frame, at=self._now, block=block)
            good = self._good.asked(frame, at=self._now, block=block)
            state, row = self._decide(_case(self.world, bad, good, 0))
        return {**row, "state": state, "simulated": self.now.isoformat()}

    def _told(self, told: Mapping[str, Any]) -> dict[str, Any]:
        attributes = {one.name: tuple(one.values) for one in self.world.attributes}
        numbers = {one.name for one in self.world.numbers}
        found: dict[str, Any] = {}
        for name, value in told.items():
            if name in attributes:
                if value not in attributes[name]:
                    raise Refused(f"{name} is one of {', '.join(attributes[name])}.")
                found[name] = attributes[name].index(value)
            elif name in numbers:
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise Refused(f"{name} is a number.")
                found[name] = float(value)
            else:
                raise Refused(f"There is no {name[:60]!r}; there are {', '.join([*attributes, *sorted(numbers)])}.")
        return found

    def tally(self) -> Tally:
        """What has come of it so far."""
        with self._lock:
            people = sorted(set(self._harmed))
            prefix = self.world.columns.subject_prefix
            return Tally(
                decided=dict(self._states),
                harmed=len(self._harmed),
                people=len(people),
                subjects=tuple(f"{prefix}{one + 1:07d}" for one in people),
                spared=self._spared,
                first_contained=_moment(self._first) if self._first is not None else None,
            )


def _case(world: World, bad: Made, good: Made, place: int) -> _Case:
    columns = [
        {name: _plain(world, name, column, place) for name, column in made.columns.items()} for made in (bad, good)
    ]
    return _Case(int(bad.at[place]), int(bad.person[place]), columns[0], columns[1], bool(bad.harmed[place]))


def _plain(world: World, name: str, column: Any, place: int) -> Any:
    told = world.columns
    if isinstance(column, Coded):
        code = int(column.codes[place])
        return column.values[code] if code >= 0 else None
    value = column[place]
    if name in (told.id, told.subject):
        return f"{told.id_prefix if name == told.id else told.subject_prefix}{int(value):07d}"
    if name in (told.time, told.label_time):
        return _moment(int(value)).isoformat() if value >= 0 else None
    if isinstance(value, str):
        return value
    return None if value != value else float(value)  # noqa: PLR0124 - NaN is missing


def _attributes(world: World, row: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a case before it is decided."""
    told = world.columns
    later = {told.id, told.score, told.decision, told.label, told.label_time}
    if world.price:
        later |= {world.price.column, world.price.truth}
    if world.chat:
        later |= {world.chat.answer, world.chat.flagged}
    return {name: value for name, value in row.items() if name not in later and value is not None}


def _undecided(world: World, state: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if world.price:
        told[world.price.column] = None
    elif world.chat:
        told[world.chat.answer] = None
    else:
        told[world.columns.decision] = world.decision.human if state == "human" else None
        if world.columns.score:
            told[world.columns.score] = None
    return told


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1_000_000, UTC).replace(microsecond=at % 1_000_000)
