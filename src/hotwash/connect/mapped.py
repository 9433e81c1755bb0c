"""Any other JSON, by a mapping that its user writes: for each word of a signal, the path at which the body has it.

A path is written with dots (``data.alert.title``); several may be given, and the first that is there counts. ``many``
names a list in the body of which each part is a signal. What no path can say, ``values`` translates, word by word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from hotwash.connect.bodies import TITLE_MAX, at, grade, json_of, labels, moment, number, text, web
from hotwash.response.outside import Refused
from hotwash.response.signals import Grade, Measured, Signal, State

WORDS = ("key", "title", "group", "state", "grade", "alert_at", "data_at", "detail", "link", "metric", "value", "limit")


class BadMapping(ValueError):
    """A mapping that cannot be used; the sentence names the word."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a body is read.

    :param name: what the sender is called
    :param paths: word of a signal to the paths at which it may stand
    :param values: word (``state`` or ``grade``) to a translation of what stands there
    :param many: path to the list of which each part is a signal; empty: the body is one
    :param labels: path to a mapping of labels
    """

    name: str
    paths: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    many: str = ""
    labels: str = ""

    def __post_init__(self) -> None:
        for word in self.paths:
            if word not in WORDS:
                raise BadMapping(f"`{word}` is no word of a signal. There are {', '.join(WORDS)}.")
        if not self.paths.get("title"):
            raise BadMapping("`title` has no path: what is the signal called?")
        for word, allowed in (("state", get_args(State)), ("grade", get_args(Grade))):
            for said, meant in self.values.get(word, {}).items():
                if meant not in allowed:
                    raise BadMapping(f"`{word}` cannot be {meant!r} (for {said!r}). It can be {', '.join(allowed)}.")


def read(mapping: Mapped, body: bytes) -> list[Signal]:
    """The signals of a body.

    :raises Refused: if it is not JSON, has no list where ``many`` says, or no title
    """
    held = json_of(mapping.name, body)
    parts = at(held, mapping.many) if mapping.many else [held]
    if not isinstance(parts, list):
        raise Refused(mapping.name, f"There is no list at `{mapping.many}`.")
    return [_signal(mapping, part, held) for part in parts]


def _signal(mapping: Mapped, part: Any, whole: Any) -> Signal:
    def said(word: str, most: int = 300) -> str:
        paths = mapping.paths.get(word, ())
        return (text(part, *paths, most=most) or text(whole, *paths, most=most)) if paths else ""

    title = said("title", TITLE_MAX)
    if not title:
        raise Refused(
            mapping.name, f"There is no title at {' or '.join(f'`{path}`' for path in mapping.paths['title'])}."
        )
    metric, value = said("metric", 100), number(part, *mapping.paths.get("value", ()))
    return Signal(
        source=mapping.name,
        key=said("key") or title,
        title=title,
        group=said("group"),
        state=_state(mapping, said("state")),
        grade=_grade(mapping, said("grade")),
        alert_at=moment(said("alert_at")),
        data_at=moment(said("data_at")),
        detail=said("detail", 4000),
        links=web(said("link", 2000)),
        labels=labels(at(part, mapping.labels)) if mapping.labels else {},
        measured=(Measured(metric or "value", value, number(part, *mapping.paths.get("limit", ()))),)
        if metric or value is not None
        else (),
    )


def _state(mapping: Mapped, word: str) -> State:
    meant = mapping.values.get("state", {}).get(word, word)
    if meant in get_args(State):
        return meant  # type: ignore[return-value]
    return "resolved" if word.lower() in ("resolved", "ok", "cleared", "recovered", "closed") else "firing"


def _grade(mapping: Mapped, word: str) -> Grade:
    meant = mapping.values.get("grade", {}).get(word, "")
    return meant if meant in get_args(Grade) else grade(word)  # type: ignore[return-value]
