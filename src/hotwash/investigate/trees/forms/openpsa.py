"""Trees in the Open-PSA Model Exchange Format (version 2.0d), read. Event trees and sequences in a file are passed
over.
"""

import math
from collections.abc import Iterator
from typing import get_args

from hotwash.investigate.trees.checking import checked
from hotwash.investigate.trees.forms.elements import Element, parse
from hotwash.investigate.trees.model import (
    TIME,
    Call,
    Draft,
    Event,
    EventKind,
    Expression,
    Fault,
    Gate,
    GateKind,
    Group,
    GroupKind,
    House,
    Join,
    Operand,
    Parameter,
    Tree,
)

LAWS = {
    "exponential": "exponential",
    "GLM": "glm",
    "Weibull": "weibull",
    "periodic-test": "periodic-test",
    "normal-deviate": "normal",
    "lognormal-deviate": "lognormal",
    "uniform-deviate": "uniform",
    "beta-deviate": "beta",
    "gamma-deviate": "gamma",
}
ARITHMETIC = ("add", "sub", "mul", "div", "neg", "min", "max", "mean", "exp", "log", "log10", "sqrt", "pow")
GATES: dict[str, GateKind] = {
    "and": "and",
    "or": "or",
    "xor": "xor",
    "not": "not",
    "nand": "nand",
    "nor": "nor",
    "iff": "iff",
    "imply": "imply",
    "atleast": "at-least",
}
_REFERENCES = ("gate", "basic-event", "house-event", "event")
_PLACES = ("opsa-mef", "define-fault-tree", "define-component", "define-substitution", "model-data")
_ASIDE = ("label", "attributes", "members")


class _Bad(ValueError):
    def __init__(self, element: Element, message: str) -> None:
        super().__init__(message)
        self.line = element.line


def read(data: bytes, *, top: str = "") -> Tree:
    """A tree from its XML. ``top`` says which gate is meant where several stand below no other.

    :raises Invalid: with the line of every fault
    """
    root = parse(data)
    draft = Draft(top=top)
    if root.tag != "opsa-mef":
        draft.faults.append(Fault(root.line, f"The root is {root.tag[:60]!r} and not opsa-mef: no Open-PSA file."))
    else:
        _fill(draft, root)
    _members(draft)
    return checked(draft)


def _fill(draft: Draft, place: Element) -> None:
    said = _attributes(place)
    if place.tag in ("opsa-mef", "define-fault-tree"):
        draft.name = draft.name or place.attributes.get("name", "")
        draft.title = draft.title or _text(place.child("label"))
        draft.top = draft.top or said.get("top", "")
        draft.about = draft.about or said.get("about", "")
        if "mission-time" in said:
            draft.time = _float(place, said["mission-time"])
    for element in place.children:
        try:
            if element.tag in _PLACES:
                _fill(draft, element)
            elif element.tag.startswith("define-"):
                _define(draft, element)
        except _Bad as bad:
            draft.faults.append(Fault(bad.line, str(bad)))


def _define(draft: Draft, element: Element) -> None:
    name = _name(element)
    title, said = _text(element.child("label")), _attributes(element)
    inner = [one for one in element.children if one.tag not in _ASIDE]
    if element.tag not in _MADE:
        return
    if name in draft.lines:
        raise _Bad(element, f"{name} is defined twice: first in line {draft.lines[name]}.")
    draft.lines[name] = element.line
    if element.tag == "define-gate":
        if len(inner) != 1:
            raise _Bad(element, f"The gate {name} needs one formula, and has {len(inner)}.")
        draft.gates.append(Gate(name, _gate(inner[0], said.get("flavor", "")), title))
    elif element.tag == "define-basic-event":
        flavour = said.get("flavor", "")
        kind: EventKind = (
            "undeveloped" if flavour == "undeveloped" else "condition" if "condition" in flavour else "basic"
        )
        chance = _expression(inner[0]) if inner else None
        draft.events.append(Event(name, chance, title, kind, said.get("source", "")))
    elif element.tag == "define-house-event":
        draft.houses.append(House(name, bool(inner) and _constant(inner[0]), title))
    elif element.tag == "define-parameter":
        if len(inner) != 1:
            raise _Bad(element, f"The parameter {name} needs one expression.")
        draft.parameters.append(Parameter(name, _expression(inner[0]), title, said.get("source", "")))
    else:
        draft.groups.append(_group(element, name))


_MADE = ("define-gate", "define-basic-event", "define-house-event", "define-parameter", "define-CCF-group")


def _gate(element: Element, flavour: str) -> Join:
    found = _formula(element)
    if not isinstance(found, Join):
        return Join("transfer", (found,))
    if flavour == "inhibit" and found.kind == "and" and len(found.of) == 2:
        return Join("inhibit", found.of)
    return found


def _formula(element: Element) -> Operand:
    if element.tag in _REFERENCES:
        return _name(element)
    if element.tag == "constant":
        return _constant(element)
    operands = tuple(_formula(one) for one in element.children if one.tag not in _ASIDE)
    if element.tag == "cardinality":
        least, most = _whole(element, "min"), _whole(element, "max")
        upper = Join("not", (Join("at-least", operands, most + 1),))
        return Join("and", (Join("at-least", operands, least), *((upper,) if most < len(operands) else ())))
    if element.tag not in GATES:
        raise _Bad(element, f"There is no gate {element.tag[:60]!r} here.")
    return Join(GATES[element.tag], operands, _whole(element, "min") if element.tag == "atleast" else 0)


def _expression(element: Element) -> Expression:
    tag = element.tag
    if tag in ("float", "int"):
        return _float(element, element.attributes.get("value", ""))
    if tag == "system-mission-time":
        return TIME
    if tag == "pi":
        return math.pi
    if tag == "parameter":
        return _name(element)
    arguments = tuple(_expression(one) for one in element.children if one.tag not in _ASIDE)
    if tag == "lognormal-deviate" and len(arguments) == 2:
        return Call("lognormal-of", arguments)
    law = LAWS.get(tag, tag if tag in ARITHMETIC else "")
    if not law:
        raise _Bad(element, f"The expression {tag[:60]!r} is not known here.")
    return Call(law, arguments)


def _group(element: Element, name: str) -> Group:
    model = element.attributes.get("model", "").lower()
    known: dict[str, GroupKind] = {one: one for one in get_args(GroupKind)}
    if model not in known:
        raise _Bad(element, f"The common-cause model {model[:60]!r} is not known here. There are {', '.join(known)}.")
    members = element.child("members")
    chance = element.child("distribution")
    inside = [one for one in chance.children if one.tag not in _ASIDE] if chance else []
    if members is None or len(inside) != 1:
        raise _Bad(element, f"The group {name} needs members, and a distribution.")
    factors = [
        (_whole(one, "level") if "level" in one.attributes else at, one) for at, one in enumerate(_factors(element))
    ]
    factors.sort(key=lambda pair: pair[0])
    values = []
    for _, factor in factors:
        below = [one for one in factor.children if one.tag not in _ASIDE]
        if len(below) != 1:
            raise _Bad(factor, "A factor needs one expression.")
        values.append(_expression(below[0]))
    names = tuple(_name(one) for one in members.children)
    return Group(name, known[model], names, _expression(inside[0]), tuple(values))


def _factors(element: Element) -> Iterator[Element]:
    for one in element.children:
        if one.tag == "factor":
            yield one
        elif one.tag == "factors":
            yield from (inner for inner in one.children if inner.tag == "factor")


def _members(draft: Draft) -> None:
    """Events that only a common-cause group defines exist too; its members carry their chance from the group."""
    known = {event.name for event in draft.events}
    for group in draft.groups:
        for member in group.members:
            if member not in known and member not in draft.lines:
                known.add(member)
                draft.lines[member] = draft.lines[group.name]
                draft.events.append(Event(member))


def _attributes(element: Element) -> dict[str, str]:
    listed = element.child("attributes")
    if listed is None:
        return {}
    return {one.attributes.get("name", ""): one.attributes.get("value", "") for one in listed.children}


def _name(element: Element) -> str:
    name = element.attributes.get("name", "")
    if not name:
        raise _Bad(element, f"{element.tag[:60]} has no name.")
    return name


def _text(element: Element | None) -> str:
    return " ".join(element.text.split()) if element else ""


def _constant(element: Element) -> bool:
    value = element.attributes.get("value", "").lower()
    if value not in ("true", "false"):
        raise _Bad(element, "A constant is true or false.")
    return value == "true"


def _float(element: Element, text: str) -> float:
    try:
        value = float(text)
    except ValueError as bad:
        raise _Bad(element, f"{text[:40]!r} is no number.") from bad
    if not math.isfinite(value):
        raise _Bad(element, f"{text[:40]!r} is no finite number.")
    return value


def _whole(element: Element, name: str) -> int:
    text = element.attributes.get(name, "")
    if not text.isdecimal() or len(text) > 9:
        raise _Bad(element, f"{element.tag} needs a whole number as {name}, not {text[:40]!r}.")
    return int(text)
