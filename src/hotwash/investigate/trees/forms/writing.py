"""A tree in its short text form: the same tree gives the same text."""

from hotwash.investigate.trees.model import Call, Expression, Join, Operand, Tree

_SIGNS = {"and": " AND ", "or": " OR ", "xor": " XOR ", "inhibit": " IF "}
_WIDTH = 110


def write(tree: Tree) -> str:
    """The text form."""
    lines = [f"tree {tree.name}{_title(tree.title)}"]
    if tree.about:
        lines.append(f"about{_title(tree.about)}")
    lines.append(f"top {tree.top}")
    if tree.time is not None:
        lines.append(f"time {number(tree.time)}")
    lines.append("")
    lines += [f"gate {gate.name}{_title(gate.title)} = {_join(gate.join)}" for gate in tree.gates]
    lines.append("")
    for house in tree.houses:
        lines.append(f"house {house.name}{_title(house.title)} = {'on' if house.on else 'off'}")
    for parameter in tree.parameters:
        value = expression(parameter.value)
        lines.append(f"parameter {parameter.name}{_title(parameter.title)} = {value}{_source(parameter.source)}")
    for event in tree.events:
        word = "event" if event.kind == "basic" else event.kind
        chance = "" if event.chance is None else f" = {expression(event.chance)}"
        lines.append(f"{word} {event.name}{_title(event.title)}{chance}{_source(event.source)}")
    for group in tree.groups:
        model = expression(Call(group.model, (group.chance, *group.factors)))
        lines.append(f"common {group.name} = {model} OF {', '.join(group.members)}")
    return "\n".join(_wrapped(line) for line in lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def number(value: float) -> str:
    """A number that reads back as itself."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def expression(of: Expression) -> str:
    """An expression as text."""
    if isinstance(of, Call):
        return f"{of.law}({', '.join(expression(one) for one in of.arguments)})"
    return of if isinstance(of, str) else number(of)


def _title(text: str) -> str:
    return f" {_quoted(text)}" if text else ""


def _source(text: str) -> str:
    return f" source {_quoted(text)}" if text else ""


def _quoted(text: str) -> str:
    plain = " ".join(text.split())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _join(join: Join) -> str:
    if join.kind == "transfer":
        return _operand(join.of[0])
    if join.kind in _SIGNS and len(join.of) > 1:
        return _SIGNS[join.kind].join(_operand(one) for one in join.of)
    return _inner(join)


def _inner(join: Join) -> str:
    if join.kind == "not":
        return f"NOT {_operand(join.of[0])}"
    listed = ", ".join(_operand(one) for one in join.of)
    return f"{join.least} OF ({listed})" if join.kind == "at-least" else f"{join.kind.upper()}({listed})"


def _operand(one: Operand) -> str:
    if isinstance(one, bool):
        return str(one).upper()
    if isinstance(one, str):
        return one
    if one.kind in _SIGNS and len(one.of) > 1:
        return f"({_join(one)})"
    return _inner(one)


def _wrapped(line: str) -> str:
    """Long lines go on in the next, after a space; texts in quotes stay whole."""
    if len(line) <= _WIDTH or '"' in line:
        return line
    out, rest = [], line
    while len(rest) > _WIDTH and (at := rest.rfind(" ", 8, _WIDTH)) > 0:
        out.append(rest[:at])
        rest = "    " + rest[at + 1 :]
    return "\n".join([*out, rest])
