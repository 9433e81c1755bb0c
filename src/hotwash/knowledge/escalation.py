"""When more people are called, and whom (`data/escalation.toml`). An organisation may replace and add rules."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

Silence = Literal["answer", "command", "record", "page"]
SILENCES: dict[str, str] = {
    "answer": "nobody is in command, and no page was answered",
    "command": "nobody is in command",
    "record": "no person wrote anything down while harm may be going on",
    "page": "nobody answered a page, and nobody comes next",
}
"""What can be silent, in words."""

_STEP = re.compile(r"(\d{1,5})=([a-z][a-z-]*)(?::(.{1,100}))?")
_PLACES = ("commander", "operations", "investigation", "communications", "legal", "liaison", "safety", "scribe")
_NAMED = ("group", "person", "on-call", "next-on-call")


@dataclass(frozen=True, slots=True)
class Step:
    """After so many minutes of silence, whom: a role, ``on-call``, ``group:NAME`` or ``person:NAME``."""

    after_min: int
    to: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it stands in the file.

    :param severities: for which incidents; none for every one
    """

    id: str
    title: str
    silence: Silence
    steps: tuple[str, ...]
    severities: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[Step, ...]:
        """Its steps."""
        return tuple(read_step(step) for step in self.steps)


@dataclass(frozen=True, slots=True)
class _File:
    version: str
    wait_min: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Escalation:
    """The rules that are shipped, by id.

    :param wait_min: how long a page waits for an answer before the next way is tried
    """

    version: str
    wait_min: int
    rules: dict[str, Rule]


@cache
def escalation() -> Escalation:
    """The table in force."""
    file = take("escalation.toml", _File)
    assert all(rule.read for rule in file.rules)
    return Escalation(file.version, file.wait_min, {rule.id: rule for rule in file.rules})


def read_step(text: str) -> Step:
    """A step as it is written: ``5=commander``, ``15=group:executives``, ``0=on-call``.

    :raises ValueError: if it is none
    """
    found = _STEP.fullmatch(text.strip())
    if found:
        minutes, word, name = found.groups()
        plain = word in (*_PLACES, "on-call", "next-on-call") and name is None
        if plain or (word in _NAMED and name is not None and name.strip()):
            return Step(int(minutes), word if name is None else f"{word}:{name.strip()}")
    raise ValueError(
        f"`{text[:60]}` is no step: write minutes=whom, such as 5=commander, 10=on-call, 15=group:executives, "
        "15=person:bo or 5=on-call:second."
    )
