"""Cohorts and shares: from the snapshot's small tree to a closure that looks at the attributes of one decision.

A closure answers True, False or None: it cannot be known, because an attribute is missing or of another kind. That is
the three-valued logic of Hotwash's conditions: ``and`` is false if one part is false, ``or`` true if one is true.
"""

import math
import random
from collections.abc import Callable, Mapping
from hashlib import blake2s
from typing import Any

from hotwash.guard.faults import NotUnderstood

Attributes = Mapping[str, Any]
Fits = Callable[[Attributes], bool | None]

DEPTH_MAX = 40
PARTS_MAX = 2_000
OPTIONS_MAX = 10_000
SIGNS = ("=", "<>", "<", "<=", ">", ">=")


def compiled(tree: object) -> Fits:
    """A cohort's rule as a closure.

    :raises NotUnderstood: if it is no rule, or too deep or too long
    """
    return _Compiler().part(tree, 0)


class _Compiler:
    """Counts the parts of one tree."""

    def __init__(self) -> None:
        self.parts = 0

    def part(self, tree: object, depth: int) -> Fits:
        self.parts += 1
        if depth > DEPTH_MAX or self.parts > PARTS_MAX:
            raise NotUnderstood(f"A rule is nested deeper than {DEPTH_MAX} or has more than {PARTS_MAX} parts.")
        match tree:
            case {"all": [_, *_] as several, **rest} if not rest:
                return _all([self.part(one, depth + 1) for one in several])
            case {"any": [_, *_] as several, **rest} if not rest:
                return _any([self.part(one, depth + 1) for one in several])
            case {"not": one, **rest} if not rest:
                return _not(self.part(one, depth + 1))
            case {"attribute": str(name), "is": "null", **rest} if not rest:
                return lambda given: _missing(given.get(name))
            case {"attribute": str(name), "is": "in", "values": [_, *_] as values, **rest} if not rest:
                return _among(name, values)
            case {"attribute": str(name), "is": str(sign), "value": value, **rest} if not rest and sign in SIGNS:
                return _compared(name, sign, value)
        raise NotUnderstood(f"A rule has a part that this guard does not know: {str(tree)[:120]}")


def _missing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN


def _all(parts: list[Fits]) -> Fits:
    def fits(given: Attributes) -> bool | None:
        known: bool | None = True
        for part in parts:
            answer = part(given)
            if answer is False:
                return False
            if answer is None:
                known = None
        return known

    return parts[0] if len(parts) == 1 else fits


def _any(parts: list[Fits]) -> Fits:
    def fits(given: Attributes) -> bool | None:
        known: bool | None = False
        for part in parts:
            answer = part(given)
            if answer:
                return True
            if answer is None:
                known = None
        return known

    return parts[0] if len(parts) == 1 else fits


def _not(part: Fits) -> Fits:
    def fits(given: Attributes) -> bool | None:
        answer = part(given)
        return None if answer is None else not answer

    return fits


def _among(name: str, values: list[object]) -> Fits:
    if len(values) > OPTIONS_MAX:
        raise NotUnderstood(f"A list in a rule has more than {OPTIONS_MAX} values.")
    for value in values:
        _literal(value)
    texts = frozenset(value for value in values if isinstance(value, str))
    numbers = frozenset(value for value in values if not isinstance(value, str))

    def fits(given: Attributes) -> bool | None:
        value = given.get(name)
        if isinstance(value, str):
            return value in texts if texts else None
        number = _number(value)
        return None if number is None or not numbers else number in numbers

    return fits


def _literal(value: object) -> None:
    if isinstance(value, str | bool) or (isinstance(value, int | float) and math.isfinite(value)):
        return
    raise NotUnderstood(f"A rule compares with {str(value)[:60]}; it can compare with text, numbers, true and false.")


def _number(value: Any) -> float | None:
    """Numbers of other libraries have ``__float__``; text does not count as a number."""
    if not isinstance(value, int | float):
        if value is None or isinstance(value, str) or not hasattr(value, "__float__"):
            return None
        value = float(value)
    return value if value == value else None  # noqa: PLR0124 - NaN


def _compared(name: str, sign: str, value: Any) -> Fits:
    _literal(value)
    return _text(name, sign, value) if isinstance(value, str) else _figure(name, sign, value)


def _text(name: str, sign: str, value: str) -> Fits:
    if sign == "=":
        # Its own closure, since it is what nearly every cohort says, and on the path of every decision.
        def equal(given: Attributes) -> bool | None:
            held = given.get(name)
            return held == value if isinstance(held, str) else None

        return equal
    holds = _HOLDS[sign]

    def fits(given: Attributes) -> bool | None:
        held = given.get(name)
        return holds(held, value) if isinstance(held, str) else None

    return fits


def _figure(name: str, sign: str, value: float) -> Fits:
    holds = _HOLDS[sign]

    def fits(given: Attributes) -> bool | None:
        held = _number(given.get(name))
        return None if held is None else holds(held, value)

    return fits


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def shared(tree: object) -> Fits:
    """A share of traffic as a closure. The same value of the key attribute is always on the same side.

    A value belongs to the share if the BLAKE2s digest of salt, line feed and value, read as a number below 2^256, is
    below part x 2^256. So with one salt a smaller share lies within a larger one. Without a key, chance decides.

    :raises NotUnderstood: if it is no share
    """
    match tree:
        case {"part": part, **rest} if not set(rest) - {"of", "salt"} and not isinstance(part, bool | str | None):
            name, salt = rest.get("of"), rest.get("salt", "")
            if isinstance(part, int | float) and 0 <= part <= 1 and isinstance(salt, str):
                if name is None:
                    return lambda _: random.random() < part
                if isinstance(name, str):
                    return _hashed(name, f"{salt}\n".encode(), part)
    raise NotUnderstood(f"A share of traffic is not understood: {str(tree)[:120]}")


def _hashed(name: str, salt: bytes, part: float) -> Fits:
    bound = int(part * 2**64) << 192
    limit = bound.to_bytes(32, "big") if part < 1 else b"\xff" * 33  # longer than a digest, so above every digest

    def fits(given: Attributes) -> bool | None:
        value = given.get(name)
        if not isinstance(value, str):
            if isinstance(value, bool) or not isinstance(value, int):
                return None
            value = str(value)
        return blake2s(salt + value.encode("utf-8", "surrogatepass")).digest() < limit

    return fits


def both(first: Fits, second: Fits) -> Fits:
    """The share of a cohort."""

    def fits(given: Attributes) -> bool | None:
        one = first(given)
        if one is False:
            return False
        other = second(given)
        return one if other else other

    return fits
