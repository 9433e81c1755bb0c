"""A tree as JSON: the dataclasses of `model`, one to one."""

import json
from typing import Any

import msgspec

from hotwash.investigate.trees.checking import check
from hotwash.investigate.trees.model import Fault, Invalid, Tree


def read(text: str) -> Tree:
    """A tree from JSON.

    :raises Invalid: with the line where it can be told
    """
    try:
        raw: Any = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as bad:
        raise Invalid([Fault(bad.lineno, f"This is no JSON: {bad.msg}.")]) from bad
    except (ValueError, RecursionError) as bad:
        raise Invalid(
            [Fault(0, "This is no JSON that can be read: it is nested too deep, or holds a number that is none.")]
        ) from bad
    try:
        tree = msgspec.convert(raw, Tree)
    except (msgspec.ValidationError, RecursionError) as bad:
        raise Invalid([Fault(0, f"This JSON is no tree: {bad}.")]) from bad
    try:
        return check(tree)
    except Invalid as bad:
        raise Invalid([_placed(fault, text) for fault in bad.faults]) from bad


def write(tree: Tree) -> str:
    """The JSON of a tree."""
    return json.dumps(msgspec.to_builtins(tree), indent=1, ensure_ascii=False) + "\n"


def _refuse(word: str) -> float:
    raise ValueError(word)


def _placed(fault: Fault, text: str) -> Fault:
    """A fault's line: the first on which the name that its sentence begins with stands as a name."""
    first = fault.message.split(" ", 1)[0].rstrip(":.")
    at = text.find(f'"name": {json.dumps(first)}')
    return Fault(text.count("\n", 0, at) + 1, fault.message) if at >= 0 else fault
