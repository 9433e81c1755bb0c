"""Playbooks: what to do, by whom and until when, for a kind of harm (`data/playbooks/*.toml`).

Steps that every playbook has in the same words stand once, in `data/playbooks/shared.toml`; a playbook takes one with
``use`` and may say part of it anew.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from hotwash.knowledge.harms import HarmId
from hotwash.knowledge.roles import RoleId

Level = Literal["Minor", "Major", "Critical"]
StepKind = Literal["manual", "question", "contain", "message", "decision"]
PhaseId = Literal["quarter", "hour", "day", "later"]

LEVELS: tuple[Level, ...] = ("Minor", "Major", "Critical")
PHASES: dict[PhaseId, tuple[str, int]] = {
    "quarter": ("The first 15 minutes", 15),
    "hour": ("The first hour", 60),
    "day": ("The first 24 hours", 24 * 60),
    "later": ("After that", 10**9),
}
"""Parts of a playbook by the minute at which they end."""
STEPS_MAX = 200


class BadPlaybook(ValueError):
    """A playbook that cannot be used. The sentence names the file or the step, what is wrong, and the mend."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    :param due: minutes after the start; by tier where the tiers differ
    :param since: the lowest tier from which it is asked for
    :param done: how one sees that it is done
    :param question: the question to a prediction log that it asks, where its kind is ``question``
    :param state: the state of the switch that it proposes, where its kind is ``contain``
    :param audience: whom it speaks to, where its kind is ``message``
    :param after: steps that should be done before it
    """

    id: str
    title: str
    role: RoleId
    due: int | dict[Level, int]
    done: str
    kind: StepKind = "manual"
    since: Level = "Minor"
    detail: str = ""
    question: str = ""
    state: str = ""
    audience: str = ""
    after: tuple[str, ...] = ()

    def due_within(self, tier: Level) -> int:
        """Minutes after the start until which it is due at this tier."""
        if isinstance(self.due, int):
            return self.due
        for level in LEVELS[LEVELS.index(tier) :: -1]:
            if level in self.due:
                return self.due[level]
        return next(iter(self.due.values()))

    def asked_at(self, tier: Level) -> bool:
        """Whether it is asked for at this tier."""
        return LEVELS.index(self.since) <= LEVELS.index(tier)

    def phase(self, tier: Level) -> PhaseId:
        """The part of the playbook in which it falls."""
        return next(phase for phase, (_, until) in PHASES.items() if self.due_within(tier) <= until)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may decide something, and what they decide by."""

    decision: str
    who: RoleId
    by: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Another plan that takes part of it: when, and what goes along."""

    to: str
    when: str
    bring: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """What to do for a kind of harm.

    :param when: how one recognises that this is the one
    :param otherwise: which other playbook is meant when it is not
    :param not_yet: what must not be done, because it would harm people or destroy what is needed later
    """

    id: str
    title: str
    version: str
    harms: tuple[HarmId, ...]
    when: str
    steps: tuple[Step, ...]
    otherwise: str = ""
    not_yet: tuple[str, ...] = ()
    authority: tuple[Authority, ...] = ()
    handovers: tuple[HandOver, ...] = ()
    sources: tuple[str, ...] = ()

    def steps_at(self, tier: Level) -> tuple[Step, ...]:
        """The steps asked for at a tier, in the order in which they are due."""
        asked = [step for step in self.steps if step.asked_at(tier)]
        return tuple(sorted(asked, key=lambda step: step.due_within(tier)))

    def step(self, step: str) -> Step:
        """One step by its id.

        :raises KeyError: if there is no such step
        """
        for known in self.steps:
            if known.id == step:
                return known
        raise KeyError(step)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All playbooks that ship."""

    version: str
    playbooks: tuple[Playbook, ...]

    def playbook(self, playbook: str) -> Playbook:
        """One playbook by its id.

        :raises KeyError: if there is no such playbook
        """
        for known in self.playbooks:
            if known.id == playbook:
                return known
        raise KeyError(playbook)

    def for_harms(self, harms: tuple[str, ...]) -> tuple[Playbook, ...]:
        """The playbooks with those first that speak of one of these harms, the most of them first."""
        return tuple(sorted(self.playbooks, key=lambda one: -len(set(one.harms) & set(harms))))


@cache
def shelf() -> Shelf:
    """The playbooks that ship."""
    folder = files("hotwash.knowledge").joinpath("data", "playbooks")
    shared = tomllib.loads(folder.joinpath("shared.toml").read_text(encoding="utf-8"))
    written = {
        one.name: tomllib.loads(one.read_text(encoding="utf-8"))
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".toml") and one.name != "shared.toml"
    }
    order = {name: place for place, name in enumerate(shared["order"])}
    books = [read(one, shared=shared["steps"], name=name) for name, one in written.items()]
    return Shelf(str(shared["version"]), tuple(sorted(books, key=lambda book: order.get(book.id, len(order)))))


def read(told: Mapping[str, Any], *, shared: Mapping[str, Any] | None = None, name: str = "the playbook") -> Playbook:
    """A playbook from what was read of TOML or JSON.

    :param shared: steps that it may take with ``use``, by id
    :raises BadPlaybook: with the first thing that is wrong
    """
    steps = [_whole(step, shared or {}, name) for step in _listed(told.get("steps"), name)]
    try:
        book = msgspec.convert({**told, "steps": steps}, Playbook, strict=True)
    except msgspec.ValidationError as bad:
        raise BadPlaybook(f"{name}: {_where(str(bad), steps)}") from bad
    except UnicodeEncodeError as half:
        raise BadPlaybook(f"{name}: it holds half of a character, which is no text.") from half
    _check(book, name)
    return book


def plain(book: Playbook) -> dict[str, Any]:
    """A playbook as plain values: what `read` takes."""
    told = {
        one.name: getattr(book, one.name) for one in fields(book) if one.name != "steps" and getattr(book, one.name)
    }
    told["steps"] = [{key: one for key, one in asdict(step).items() if one not in ("", ())} for step in book.steps]
    plainly: dict[str, Any] = msgspec.to_builtins(told)
    return plainly


def lasting(minutes: int) -> str:
    """A number of minutes as it is said: ``T+15 min``, ``T+4 h``, ``T+3 d``."""
    for unit, size in (("d", 1440), ("h", 60)):
        if (minutes >= 2 * size and minutes % size == 0) or minutes == size:
            return f"T+{minutes // size} {unit}"
    return f"T+{minutes} min"


def _listed(steps: object, name: str) -> list[Any]:
    if not isinstance(steps, list) or not steps:
        raise BadPlaybook(f"{name}: it has no steps. Write at least one under [[steps]].")
    if len(steps) > STEPS_MAX:
        raise BadPlaybook(f"{name}: it has {len(steps)} steps; {STEPS_MAX} are possible. Split it.")
    return steps


def _whole(step: Any, shared: Mapping[str, Any], name: str) -> Any:
    if not isinstance(step, dict) or "use" not in step:
        return step
    used = str(step["use"])
    if used not in shared:
        raise BadPlaybook(f"{name}: it uses the shared step “{used}”, which there is not.")
    own = {key: value for key, value in step.items() if key != "use"}
    return {"id": used, **shared[used], **own}


def _where(said: str, steps: list[Any]) -> str:
    sentence, _, path = said.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    if path.startswith("steps["):
        place, _, rest = path[6:].partition("]")
        step = steps[int(place)] if place.isdecimal() and int(place) < len(steps) else None
        called = step.get("id", "") if isinstance(step, dict) else ""
        path = f"step {int(place) + 1}{f' ({called})' if called else ''}{rest.replace('.', ', ', 1)}" if step else path
    return f"{path}: {sentence[:1].lower()}{sentence[1:]}." if path else f"{sentence}."


def _check(book: Playbook, name: str) -> None:
    known: set[str] = set()
    for step in book.steps:
        at = f"{name}: step {step.id}"
        if step.id in known:
            raise BadPlaybook(f"{at} is there twice. Give one of them another id.")
        known.add(step.id)
        needs = {"question": step.question, "contain": step.state, "message": step.audience}
        if step.kind in needs and not needs[step.kind]:
            word = {"question": "question", "contain": "state", "message": "audience"}[step.kind]
            raise BadPlaybook(f"{at} is of kind {step.kind} and does not say its {word}.")
        due = [step.due] if isinstance(step.due, int) else list(step.due.values())
        if not due or min(due) < 0:
            raise BadPlaybook(f"{at}: due is minutes after the start, 0 or more.")
    for step in book.steps:
        for before in step.after:
            if before not in known:
                raise BadPlaybook(f"{name}: step {step.id} comes after “{before}”, which is no step of it.")
    _no_circle(book, name)


def _no_circle(book: Playbook, name: str) -> None:
    left = {step.id: set(step.after) for step in book.steps}
    while left:
        free = {step for step, before in left.items() if not before & left.keys()}
        if not free:
            raise BadPlaybook(f"{name}: the steps {', '.join(sorted(left))} wait for each other.")
        left = {step: before for step, before in left.items() if step not in free}
