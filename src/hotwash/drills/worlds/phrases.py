"""The phrases from which worlds that talk are made (`drills/data/phrases/`): a small grammar, in files of our own.

A question is an opening, a detail, what is asked, and a closing; an answer is a lead, two replies, and an end. Each
part is drawn by itself, and slots (``{medicine}``) are filled from lists, the same in question and answer.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

_SLOT = re.compile(r"\{(\w+)\}")


class Intent(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What people want: how they ask, what they tell beside it, what is answered, and what a bad answer says."""

    name: str
    asks: list[str]
    details: list[str]
    replies: list[str]
    bad: list[str] = []
    weight: float = 1.0


class Phrases(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All phrases of a world."""

    openings: list[str]
    closings: list[str]
    leads: list[str]
    ends: list[str]
    intents: list[Intent]
    slots: dict[str, list[str]] = {}

    def question(self, intent: int, draws: Sequence[float], slots: Mapping[str, str]) -> str:
        """What somebody asks; four draws."""
        one = self.intents[intent]
        first, last = [_one(one.details, draws[1]), _one(one.asks, draws[2])], _one(self.closings, draws[3])
        if draws[1] * 7 % 1 < 0.5:  # people say why before what, or after it
            first.reverse()
        return _sentences([_one(self.openings, draws[0]), *first, last], slots)

    def answer(self, intent: int, draws: Sequence[float], slots: Mapping[str, str], *, bad: bool) -> str:
        """What is answered; four draws."""
        one = self.intents[intent]
        body = [_one(one.replies, draws[1])]
        if len(one.replies) > 1:
            others = [text for text in one.replies if text != body[0]]
            body.append(_one(others, draws[2]))
        if bad and one.bad:
            body = [_one(one.bad, draws[1]), body[0]] if draws[2] < 0.3 else [_one(one.bad, draws[1])]
        return _sentences([_one(self.leads, draws[0]), *body, _one(self.ends, draws[3])], slots)

    def filled(self, draw: float) -> dict[str, str]:
        """A value for each slot, from one draw."""
        found = {}
        for name, values in self.slots.items():
            draw = draw * 7919.0 % 1.0
            found[name] = _one(values, draw)
        return found

    @property
    def templates(self) -> int:
        """How many different questions there are before slots are filled."""
        each = sum(len(set(one.asks)) * len(set(one.details)) for one in self.intents)
        return each * len(set(self.openings)) * len(set(self.closings))

    @property
    def sentences(self) -> int:
        """How many different sentences were written, before anything is put together."""
        several = [self.openings, self.closings, self.leads, self.ends]
        for one in self.intents:
            several += [one.asks, one.details, one.replies, one.bad]
        return len({text for part in several for text in part if text})


def _one(texts: Sequence[str], draw: float) -> str:
    return texts[int(draw * len(texts))] if texts else ""


def _sentences(parts: Sequence[str], slots: Mapping[str, str]) -> str:
    text = " ".join(part for part in parts if part)
    return _SLOT.sub(lambda found: slots[found[1]], text)


@cache
def available() -> tuple[str, ...]:
    """The phrases there are, by name."""
    folder = files("hotwash.drills") / "data" / "phrases"
    if not folder.is_dir():
        return ()
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))


@cache
def phrases(name: str) -> Phrases:
    """Phrases by name.

    :raises KeyError: if there are none of that name
    """
    if name not in available():
        raise KeyError(name)
    text = (files("hotwash.drills") / "data" / "phrases" / f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Phrases)
