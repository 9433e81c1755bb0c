"""Trees in the Open-PSA Model Exchange Format, written.

What the format has no place for (kinds of events, sources, the time of exposure, the top) goes into its attributes. An
INHIBIT inside another gate is written as AND, which it is.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from hotwash.investigate.trees.forms.openpsa import ARITHMETIC, GATES, LAWS
from hotwash.investigate.trees.forms.writing import number
from hotwash.investigate.trees.model import TIME, Call, Expression, Group, Join, Operand, Tree

_TAGS = {
    **{law: tag for tag, law in LAWS.items()},
    **{one: one for one in ARITHMETIC},
    "lognormal-of": "lognormal-deviate",
}
_GATES = {**{kind: tag for tag, kind in GATES.items()}, "inhibit": "and"}


def write(tree: Tree) -> str:
    """The XML of a tree, one file with its model data."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<opsa-mef>",
        f" <define-fault-tree name={quoteattr(tree.name)}>",
    ]
    time = "" if tree.time is None else number(tree.time)
    lines += _head(tree.title, {"top": tree.top, "about": tree.about, "mission-time": time}, "  ")
    gates = {gate.name for gate in tree.gates}
    houses = {house.name for house in tree.houses}
    for gate in tree.gates:
        lines.append(f"  <define-gate name={quoteattr(gate.name)}>")
        lines += _head(gate.title, {"flavor": "inhibit" if gate.join.kind == "inhibit" else ""}, "   ")
        lines += _formula(gate.join, gates, houses, "   ")
        lines.append("  </define-gate>")
    for group in tree.groups:
        lines += _group(group)
    lines += [" </define-fault-tree>", " <model-data>"]
    for house in tree.houses:
        lines.append(f"  <define-house-event name={quoteattr(house.name)}>")
        lines += _head(house.title, {}, "   ")
        lines += [f'   <constant value="{str(house.on).lower()}"/>', "  </define-house-event>"]
    for parameter in tree.parameters:
        lines.append(f"  <define-parameter name={quoteattr(parameter.name)}>")
        lines += _head(parameter.title, {"source": parameter.source}, "   ")
        lines += [*_expression(parameter.value, "   "), "  </define-parameter>"]
    grouped = {member for group in tree.groups for member in group.members}
    for event in tree.events:
        lines.append(f"  <define-basic-event name={quoteattr(event.name)}>")
        kind = "" if event.kind == "basic" else "conditional" if event.kind == "condition" else event.kind
        lines += _head(event.title, {"flavor": kind, "source": event.source}, "   ")
        if event.chance is not None and event.name not in grouped:
            lines += _expression(event.chance, "   ")
        lines.append("  </define-basic-event>")
    return "\n".join([*lines, " </model-data>", "</opsa-mef>", ""])


def _head(label: str, attributes: dict[str, str], pad: str) -> Iterator[str]:
    if label:
        yield f"{pad}<label>{escape(label)}</label>"
    said = [(name, value) for name, value in attributes.items() if value]
    if said:
        yield f"{pad}<attributes>"
        yield from (f"{pad} <attribute name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in said)
        yield f"{pad}</attributes>"


def _formula(one: Operand, gates: set[str], houses: set[str], pad: str) -> Iterator[str]:
    if isinstance(one, bool):
        yield f'{pad}<constant value="{str(one).lower()}"/>'
    elif isinstance(one, str):
        tag = "gate" if one in gates else "house-event" if one in houses else "basic-event"
        yield f"{pad}<{tag} name={quoteattr(one)}/>"
    elif one.kind == "transfer":
        yield from _formula(one.of[0], gates, houses, pad)
    elif one.kind == "xor" and len(one.of) > 2:  # readers take two
        yield from _formula(Join("xor", (Join("xor", one.of[:-1]), one.of[-1])), gates, houses, pad)
    else:
        tag = _GATES[one.kind]
        least = f' min="{one.least}"' if one.kind == "at-least" else ""
        yield f"{pad}<{tag}{least}>"
        for inner in one.of:
            yield from _formula(inner, gates, houses, pad + " ")
        yield f"{pad}</{tag}>"


def _expression(of: Expression, pad: str) -> Iterator[str]:
    if isinstance(of, str):
        yield f"{pad}<system-mission-time/>" if of == TIME else f"{pad}<parameter name={quoteattr(of)}/>"
    elif isinstance(of, Call):
        arguments = (*of.arguments, 0.95) if of.law == "lognormal" and len(of.arguments) == 2 else of.arguments
        yield f"{pad}<{_TAGS[of.law]}>"
        for inner in arguments:
            yield from _expression(inner, pad + " ")
        yield f"{pad}</{_TAGS[of.law]}>"
    else:
        yield f'{pad}<float value="{number(of)}"/>'


def _group(group: Group) -> Iterator[str]:
    yield f'  <define-CCF-group name={quoteattr(group.name)} model="{"MGL" if group.model == "mgl" else group.model}">'
    yield "   <members>"
    yield from (f"    <basic-event name={quoteattr(member)}/>" for member in group.members)
    yield "   </members>"
    yield "   <distribution>"
    yield from _expression(group.chance, "    ")
    yield "   </distribution>"
    first = {"beta-factor": len(group.members), "mgl": 2, "alpha-factor": 1}[group.model]
    yield "   <factors>"
    for level, factor in enumerate(group.factors, first):
        yield f'    <factor level="{level}">'
        yield from _expression(factor, "     ")
        yield "    </factor>"
    yield "   </factors>"
    yield "  </define-CCF-group>"
