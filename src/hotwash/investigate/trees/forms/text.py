"""The short text form of a tree: a line a gate or an event, made to be written by hand and to differ well."""

from collections.abc import Iterator
from typing import get_args

from hotwash.investigate.trees.checking import checked
from hotwash.investigate.trees.forms.lexing import BadLine, Tokens
from hotwash.investigate.trees.laws import DEPTH_MAX
from hotwash.investigate.trees.model import (
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
    Invalid,
    Join,
    Operand,
    Parameter,
    Tree,
)

_WORDS = ("tree", "about", "top", "time", "gate", "event", "undeveloped", "condition", "house", "parameter", "common")
_NAMED: dict[str, GateKind] = {one: one for one in get_args(GateKind) if one not in ("not", "at-least")}
_INFIX: tuple[str, ...] = ("and", "or", "xor", "if")
_FAULTS_MAX = 50
_CHARACTERS_MAX = 5_000_000


def read(text: str, *, top: str = "") -> Tree:
    """A tree from its text form. ``top`` takes another gate for the top event.

    :raises Invalid: with the line of every fault
    """
    draft = Draft()
    if len(text) > _CHARACTERS_MAX:
        raise Invalid([Fault(0, "The text is too long for a tree.")])
    for number, line in _lines(text):
        try:
            tokens = Tokens(line)
            if tokens:
                _line(draft, number, tokens)
        except BadLine as bad:
            draft.faults.append(Fault(number, str(bad)))
            if len(draft.faults) >= _FAULTS_MAX:
                break
    draft.top = top or draft.top
    return checked(draft)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that begins with a space goes on the one before."""
    whole, began = "", 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        stripped = _uncommented(line)
        if line[:1] in (" ", "\t") and whole:
            whole += " " + stripped
        else:
            if whole:
                yield began, whole
            whole, began = stripped, number
    if whole:
        yield began, whole


def _uncommented(line: str) -> str:
    quoted = escaped = False
    for at, sign in enumerate(line):
        if escaped:
            escaped = False
        elif quoted and sign == "\\":
            escaped = True
        elif sign == '"':
            quoted = not quoted
        elif sign == "#" and not quoted:
            return line[:at]
    return line


def _line(draft: Draft, number: int, tokens: Tokens) -> None:
    word = tokens.word(*_WORDS)
    if not word:
        raise BadLine(f"A line begins with one of {', '.join(_WORDS)}, not with {tokens.take().text[:30]!r}.")
    if word == "about":
        draft.about = tokens.string()
    elif word == "time":
        draft.time = _number(tokens)
        if tokens:
            tokens.name()  # a unit is for the reader
    else:
        name = tokens.name()
        if word == "tree":
            draft.name, draft.title = name, tokens.string()
        elif word == "top":
            draft.top = name
        else:
            if name in draft.lines:
                raise BadLine(f"{name} is defined twice: first in line {draft.lines[name]}.")
            draft.lines[name] = number
            _definition(draft, word, name, tokens)
    tokens.end()


def _definition(draft: Draft, word: str, name: str, tokens: Tokens) -> None:
    title = tokens.string()
    if word == "gate":
        tokens.needs("=")
        draft.gates.append(Gate(name, _join(tokens), title))
    elif word == "house":
        tokens.needs("=")
        state = tokens.word("on", "off", "true", "false")
        if not state:
            raise BadLine(f"The house event {name} is on or off.")
        draft.houses.append(House(name, state in ("on", "true"), title))
    elif word == "parameter":
        tokens.needs("=")
        draft.parameters.append(Parameter(name, _expression(tokens), title, _source(tokens)))
    elif word == "common":
        tokens.needs("=")
        draft.groups.append(_group(name, tokens))
    else:
        chance = _expression(tokens) if tokens.sign("=") else None
        kind: EventKind = "basic" if word == "event" else word  # type: ignore[assignment]
        draft.events.append(Event(name, chance, title, kind, _source(tokens)))


def _source(tokens: Tokens) -> str:
    if not tokens.word("source"):
        return ""
    said = tokens.string()
    if not said:
        raise BadLine("After source comes a text in quotes.")
    return said


def _number(tokens: Tokens) -> float:
    token = tokens.take()
    if token.kind != "number":
        raise BadLine(f"Expected a number, not {token.text[:30]!r}.")
    return float(token.text)


def _expression(tokens: Tokens, depth: int = 0) -> Expression:
    if depth > DEPTH_MAX:
        raise BadLine("The expression is nested too deep.")
    there = tokens.next()
    if there is not None and there.kind == "number":
        return _number(tokens)
    name = tokens.name()
    if not tokens.sign("("):
        return name
    arguments = [_expression(tokens, depth + 1)]
    while tokens.sign(","):
        arguments.append(_expression(tokens, depth + 1))
    tokens.needs(")")
    return Call(name, tuple(arguments))


def _group(name: str, tokens: Tokens) -> Group:
    call = _expression(tokens)
    known = get_args(GroupKind)
    if not isinstance(call, Call) or call.law not in known or len(call.arguments) < 2:
        raise BadLine(f"A common cause is one of {', '.join(known)}, with the chance of each and its factors.")
    if not tokens.word("of"):
        raise BadLine("After the model of a common cause comes OF, and its members.")
    members = [tokens.name()]
    while tokens.sign(","):
        members.append(tokens.name())
    model: GroupKind = call.law  # type: ignore[assignment]
    return Group(name, model, tuple(members), call.arguments[0], call.arguments[1:])


def _join(tokens: Tokens) -> Join:
    found = _infix(tokens, 0)
    return found if isinstance(found, Join) else Join("transfer", (found,))


def _infix(tokens: Tokens, depth: int) -> Operand:
    if depth > DEPTH_MAX:
        raise BadLine("The gate is nested too deep: give its parts names of their own.")
    operands = [_operand(tokens, depth)]
    kind = ""
    while word := tokens.word(*_INFIX):
        if kind and word != kind:
            raise BadLine(f"{kind.upper()} and {word.upper()} side by side: put parentheses.")
        if word == "if" and kind:
            raise BadLine("One IF only: put parentheses.")
        kind = word
        operands.append(_operand(tokens, depth))
    if not kind:
        return operands[0]
    return Join("inhibit" if kind == "if" else _NAMED[kind], tuple(operands))


def _operand(tokens: Tokens, depth: int) -> Operand:
    if tokens.word("not"):
        return Join("not", (_operand(tokens, depth + 1),)) if depth <= DEPTH_MAX else _infix(tokens, depth)
    if tokens.sign("("):
        found = _infix(tokens, depth + 1)
        tokens.needs(")")
        return found
    there = tokens.next()
    if there is not None and there.kind == "number":
        least = tokens.take().text
        if not tokens.word("of") or not least.isdigit():
            raise BadLine("A number in a gate is written 2 OF (a, b, c).")
        return Join("at-least", _listed(tokens, depth), int(least[:9]))
    if word := tokens.word(*_NAMED):
        return Join(_NAMED[word], _listed(tokens, depth))
    if word := tokens.word("true", "false"):
        return word == "true"
    return tokens.name()


def _listed(tokens: Tokens, depth: int) -> tuple[Operand, ...]:
    tokens.needs("(")
    found = [_infix(tokens, depth + 1)]
    while tokens.sign(","):
        found.append(_infix(tokens, depth + 1))
    tokens.needs(")")
    return tuple(found)
