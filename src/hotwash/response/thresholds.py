"""The small language of a gate: where in a result a number stands, and what it must be.

    groups[race=Black].ratio.selection_rate.low >= 0.8
    disparities[*].ratio.low >= 0.8
    slices.count == 0

A name leads into an object; ``[3]`` takes one of a list, ``[*]`` each of them (all must meet the threshold),
``[column=value]`` the one with that value, also where it stands among its ``attributes`` or ``where``; ``.count`` is
how many a list has. What is not known is never passed: a result without the number is too few to say.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Literal

Said = Literal["passed", "failed", "too few"]
Plain = float | str | bool | None

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {">=": ge, "<=": le, "==": eq, "!=": ne, ">": gt, "<": lt}

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_INDEX = re.compile(r"\[(\d+)\]")
_EACH = re.compile(r"\[\*\]")
_PAIR = re.compile(r"""\s*([A-Za-z_][\w .-]*?)\s*=\s*("[^"]*"|'[^']*'|[^\],"']+?)\s*(?=[,\]])""")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class ThresholdWrong(ValueError):
    """A threshold cannot be read. The sentence says what would be right."""


@dataclass(frozen=True, slots=True)
class Name:
    """A part of an object."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """One of a list, by its place."""

    place: int


@dataclass(frozen=True, slots=True)
class Each:
    """Every one of a list."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The one of a list with these values."""

    pairs: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ", ".join(f"{key}={value}" for key, value in self.pairs)


Part = Name | Index | Each | Pick


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a number of a result must be."""

    text: str
    parts: tuple[Part, ...]
    operator: str
    wanted: Plain


@dataclass(frozen=True, slots=True)
class Judged:
    """A threshold held against a result.

    :param value: the number that decided: with ``[*]`` the first that does not meet it, else the last
    :param why: in words, where it did not pass
    """

    threshold: str
    said: Said
    value: Plain
    why: str = ""


class _Missing(Exception):
    """The number is not there, in a sentence."""


def read(text: str) -> Threshold:
    """A threshold from its text.

    :raises ThresholdWrong: if it cannot be read
    """
    left = text.strip()
    parts: list[Part] = []
    rest = _first(left, parts)
    while rest and not rest[0].isspace() and rest[0] not in "<>=!":
        rest = _next(rest, parts)
    said = re.match(r"\s*(>=|<=|==|!=|>|<)\s*(.+)$", rest, re.DOTALL)
    if said is None:
        raise ThresholdWrong(f"`{text}` compares nothing: end it with >=, >, <=, <, == or != and a value.")
    wanted = _literal(said[2].strip(), text)
    if said[1] in ("<", ">", "<=", ">=") and (isinstance(wanted, bool) or not isinstance(wanted, float)):
        raise ThresholdWrong(f"`{text}`: {said[1]} compares numbers, and {said[2].strip()} is none.")
    return Threshold(left, tuple(parts), said[1], wanted)


def judge(threshold: Threshold, result: Mapping[str, Any]) -> Judged:
    """Hold a threshold against the result of a finding."""
    try:
        values = list(_values(result, threshold.parts, "the result"))
        _not_itself(threshold, result)
    except _Missing as missing:
        return Judged(threshold.text, "too few", None, str(missing))
    if not values:
        return Judged(threshold.text, "too few", None, "There is nothing to compare: the list is empty.")
    compare = OPERATORS[threshold.operator]
    known: Plain = None
    for value in values:
        known = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        ordered = threshold.operator not in ("==", "!=")
        if ordered and (isinstance(known, bool) or not isinstance(known, float)):
            return Judged(threshold.text, "failed", known, f"{known!r} is no number.")
        if not compare(known, threshold.wanted):
            return Judged(threshold.text, "failed", known, f"It is {shown(known)}.")
    return Judged(threshold.text, "passed", known)


def _not_itself(threshold: Threshold, result: Mapping[str, Any]) -> None:
    """Refuse a group that is compared with itself: it would always pass, and which group it is may change by itself."""
    reference = result.get("reference")
    if not isinstance(reference, Mapping):
        return
    for pick, following in zip(threshold.parts, threshold.parts[1:], strict=False):
        if isinstance(pick, Pick) and following in (Name("ratio"), Name("difference")):
            chosen = {(name, _word(value)) for name, value in reference.items()}
            if set(pick.pairs) <= chosen:
                raise _Missing(f"{pick} is the group that others are compared with: name another `reference`.")


def shown(value: Plain) -> str:
    """A value as a person reads it."""
    return f"{value:.4g}" if isinstance(value, float) and not isinstance(value, bool) else str(value)


def _first(text: str, parts: list[Part]) -> str:
    found = _NAME.match(text)
    if found is None:
        raise ThresholdWrong(f"`{text}` does not begin with a name of the result, such as groups or share.")
    parts.append(Name(found[0]))
    return text[found.end() :]


def _next(text: str, parts: list[Part]) -> str:
    if text[0] == ".":
        found = _NAME.match(text, 1)
        if found is None:
            raise ThresholdWrong(f"`{text}`: a name must follow the full stop.")
        parts.append(Name(found[0]))
        return text[found.end() :]
    for pattern, make in ((_INDEX, lambda found: Index(int(found[1]))), (_EACH, lambda found: Each())):  # noqa: ARG005
        if found := pattern.match(text):
            parts.append(make(found))
            return text[found.end() :]
    if text[0] == "[":
        pairs, place = [], 1
        while found := _PAIR.match(text, place):
            pairs.append((found[1], found[2].strip("\"'")))
            place = found.end()
            if text[place] == "]":
                parts.append(Pick(tuple(pairs)))
                return text[place + 1 :]
            place += 1
    raise ThresholdWrong(f"`{text}` cannot be read: write .name, [0], [*] or [column=value].")


def _literal(text: str, whole: str) -> Plain:
    if _NUMBER.fullmatch(text):
        return float(text)
    if text in ("true", "false"):
        return text == "true"
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    raise ThresholdWrong(f"`{whole}`: {text} is no number; write text in quotation marks.")


def _values(value: Any, parts: Sequence[Part], where: str, why: str = "") -> Iterator[Plain]:
    """The plain values at the end of a path.

    :param why: what the result says about a number that it does not know
    """
    if not parts:
        yield _plain(value, where, why)
        return
    part, rest = parts[0], parts[1:]
    match part:
        case Name("count") if isinstance(value, list):
            yield from _values(len(value), rest, f"{where}.count")
        case Name(name):
            if not isinstance(value, Mapping):
                raise _Missing(f"{where} has no {name}: it is {_called(value)}.")
            if name not in value:
                there = ", ".join(sorted(value)) or "nothing"
                raise _Missing(f"{where} has no {name}; there is {there}.")
            yield from _values(value[name], rest, _further(where, name), str(value.get("why") or ""))
        case Index(place):
            held = _list(value, where)
            if place >= len(held):
                raise _Missing(f"{where} has {len(held)}, so there is no [{place}].")
            yield from _values(held[place], rest, f"{where}[{place}]")
        case Each():
            for place, one in enumerate(_list(value, where)):
                yield from _values(one, rest, f"{where}[{place}]")
        case Pick():
            yield from _values(_picked(_list(value, where), part, where), rest, f"{where}[{part}]")


def _plain(value: Any, where: str, why: str) -> Plain:
    if value is None:
        raise _Missing(f"{where} is not known: {why or 'too few to say'}.")
    if isinstance(value, Mapping):
        if "value" in value and value["value"] is None:
            raise _Missing(f"{where} is not known: {value.get('why') or 'too few to say'}.")
        ends = " or ".join(f".{name}" for name in ("low", "value", "high") if name in value)
        raise _Missing(f"{where} holds more than one number: say {ends or 'which of ' + ', '.join(sorted(value))}.")
    if isinstance(value, list):
        raise _Missing(f"{where} is a list: say [*] for each of it, or .count.")
    plain: Plain = value
    return plain


def _picked(held: Sequence[Any], pick: Pick, where: str) -> Any:
    found = [(one, names) for one in held if (names := _fits(one, pick)) is not None]
    exact = [one for one, names in found if names == {key for key, _ in pick.pairs}]
    if len(exact) == 1 or len(found) == 1:
        return exact[0] if len(exact) == 1 else found[0][0]
    if not found:
        raise _Missing(f"{where} has none with {pick}.")
    raise _Missing(f"{where} has {len(found)} with {pick}: name more of their values.")


def _fits(one: Any, pick: Pick) -> set[str] | None:
    """The names by which one of a list is told from the others, if it fits."""
    if not isinstance(one, Mapping):
        return None
    named: Mapping[str, Any] = next(
        (one[key] for key in ("attributes", "where") if isinstance(one.get(key), Mapping)), {}
    )
    for key, wanted in pick.pairs:
        held = one[key] if key in one else named.get(key, _Missing)
        if held is _Missing or _word(held) != wanted:
            return None
    return set(named) or {key for key, _ in pick.pairs}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _Missing(f"{where} is {_called(value)}, no list.")
    return value


def _called(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a text", bool: "yes or no"}.get(type(value), "a number")


def _further(where: str, name: str) -> str:
    return name if where == "the result" else f"{where}.{name}"
