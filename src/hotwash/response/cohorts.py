"""From a condition in words to the rule that serving processes read (see ``docs/reference/guard.md``).

A serving process compares attributes with values and nothing else. What goes beyond that is refused here, by the part
that cannot be said, before anything is switched.
"""

from typing import Any as Whatever

from hotwash.guard.conditions import compiled
from hotwash.guard.faults import NotUnderstood
from hotwash.investigate.errors import NotAnExpression
from hotwash.investigate.expression import (
    All,
    Any,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Expression,
    Like,
    Membership,
    Missing,
    Name,
    Negative,
    Not,
    Number,
    Text,
    Truth,
)
from hotwash.investigate.parse import parse
from hotwash.ledger.rule import NotAllowed

Rule = dict[str, Whatever]

_TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def rule_of(cohort: str) -> Rule | None:
    """The rule of a cohort; None for everyone.

    :raises NotAllowed: naming the part that is no condition, or that serving processes cannot tell
    """
    if not cohort.strip():
        return None
    try:
        rule = _rule(parse(cohort), cohort)
        compiled(rule)
    except NotAnExpression as bad:
        raise NotAllowed(f"The cohort is no condition: {bad}") from bad
    except NotUnderstood as bad:
        raise NotAllowed(f"The cohort cannot be told to serving processes: {bad}") from bad
    return rule


def _rule(part: Expression, text: str) -> Rule:  # noqa: PLR0911 - one for each part of the language
    match part:
        case All(parts):
            return {"all": [_rule(one, text) for one in parts]}
        case Any(parts):
            return {"any": [_rule(one, text) for one in parts]}
        case Not(inner):
            return {"not": _rule(inner, text)}
        case Missing(item):
            return {"attribute": _attribute(item, text), "is": "null"}
        case Membership(item, options):
            return {"attribute": _attribute(item, text), "is": "in", "values": [_value(one, text) for one in options]}
        case Between(item, low, high):
            name = _attribute(item, text)
            return {
                "all": [
                    {"attribute": name, "is": ">=", "value": _value(low, text)},
                    {"attribute": name, "is": "<=", "value": _value(high, text)},
                ]
            }
        case Comparison(sign, left, right):
            if isinstance(right, Name) and not isinstance(left, Name):
                sign, left, right = _TURNED[sign], right, left
            return {"attribute": _attribute(left, text), "is": sign, "value": _value(right, text)}
        case Name(name):
            return {"attribute": name, "is": "=", "value": True}
    raise _cannot(part, text)


def _attribute(part: Expression, text: str) -> str:
    if isinstance(part, Name):
        return part.name
    raise _cannot(part, text)


def _value(part: Expression, text: str) -> str | float | int | bool:
    match part:
        case Text(value):
            return value
        case Truth(truth):
            return truth
        case Number(number):
            return int(number) if number.isdecimal() else float(number)
        case Negative(Number() as number):
            return -_value(number, text)  # type: ignore[operator]
    raise _cannot(part, text)


def _cannot(part: Expression, text: str) -> NotAllowed:
    what = {
        Arithmetic: "arithmetic",
        Call: "a function",
        Like: "a pattern (`like`)",
        Name: "two attributes with each other",
        Negative: "arithmetic",
    }.get(type(part), "a value where a condition belongs")
    at = getattr(part, "at", 0)
    where = f" at character {at}, {text[max(0, at - 1) :][:30]!r}" if at else ""
    return NotAllowed(
        f"The cohort cannot be told to serving processes: they compare one attribute with a value, and this has {what}"
        f"{where}. Write it with = <> < <= > >= in, between, is null, and, or, not."
    )
