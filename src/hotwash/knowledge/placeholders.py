"""The language of templates: names in double braces, and parts that stand only if something is known. No code.

``{{people}}`` is replaced by what the record says, ``{{#people}}…{{/people}}`` stands only if it says something,
``{{^people}}…{{/people}}`` only if it does not. A name is letters, digits, ``_``, ``-`` and one ``:``. There is no
attribute, no index, no call, no include, and what was filled in is never read as a template again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

DEPTH_MAX = 8
_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}(?::[a-z][a-z0-9_-]{0,59})?")
_ROUND = str.maketrans("{}", "()")
_GAP = re.compile(r"\[missing: ([^\[\]]*)\]")


class BadPlaceholder(ValueError):
    """A template that cannot be read. The sentence says where and why."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Text, a name to fill in, or parts that depend on a name."""

    text: str = ""
    name: str = ""
    wanted: bool = True
    inside: "tuple[_Part, ...] | None" = None


def names(template: str) -> tuple[str, ...]:
    """Every name that a template speaks of, each once, in the order in which they come.

    :raises BadPlaceholder: if it cannot be read
    """
    return tuple(dict.fromkeys(_named(_read(template))))


def fill(
    template: str, known: Mapping[str, str], *, missing: Callable[[str], str] | None = None, later: str = ""
) -> str:
    """The template with what is known.

    :param missing: what stands for a name that nothing is known of; without it the placeholder stays
    :param later: names that begin with it are left as they are, to be filled another time
    :raises BadPlaceholder: if the template cannot be read
    """
    return "".join(_filled(_read(template), known, missing, later))


def gap(what: str) -> str:
    """What stands in a text where the record knows nothing: it has to be filled or taken out before it can go."""
    return f"[missing: {what.replace('[', '(').replace(']', ')')}]"


def gaps(text: str) -> tuple[str, ...]:
    """What is still missing in a text, in the words of `gap`."""
    return tuple(_GAP.findall(text))


def _read(template: str) -> tuple[_Part, ...]:
    _apart(template)
    stack: list[tuple[str, bool, list[_Part]]] = [("", True, [])]
    at = 0
    for tag in _TAG.finditer(template):
        stack[-1][2].append(_Part(_plain(template[at : tag.start()], at)))
        at = tag.end()
        inner = tag[1].strip()
        sign = inner[:1] if inner[:1] in "#^/" else ""
        name = inner[len(sign) :].strip()
        if not _NAME.fullmatch(name):
            raise BadPlaceholder(f"“{tag[0][:80]}” is no placeholder: a name is letters, digits, _, - and one colon.")
        if sign == "/":
            opened, wanted, inside = stack.pop()
            if not stack or opened != name:
                raise BadPlaceholder(f"“{tag[0]}” closes nothing that is open there.")
            stack[-1][2].append(_Part(name=name, wanted=wanted, inside=tuple(inside)))
        elif sign:
            if len(stack) > DEPTH_MAX:
                raise BadPlaceholder(f"Parts lie in each other more than {DEPTH_MAX} deep.")
            stack.append((name, sign == "#", []))
        else:
            stack[-1][2].append(_Part(name=name))
    stack[-1][2].append(_Part(_plain(template[at:], at)))
    if len(stack) > 1:
        raise BadPlaceholder(f"“{stack[-1][0]}” is opened and never closed.")
    return tuple(stack[0][2])


def _plain(text: str, at: int) -> str:
    for brace in ("{{", "}}"):
        if brace in text:
            raise BadPlaceholder(f"There is a loose “{brace}” near character {at + text.index(brace) + 1}.")
    return text


def _apart(template: str) -> None:
    for odd in ("{{{", "}}}"):
        if odd in template:
            raise BadPlaceholder(f"There is “{odd}” near character {template.index(odd) + 1}: braces come in twos.")


def _named(parts: tuple[_Part, ...]) -> Iterator[str]:
    for part in parts:
        if part.name:
            yield part.name
        if part.inside is not None:
            yield from _named(part.inside)


def _filled(
    parts: tuple[_Part, ...], known: Mapping[str, str], missing: Callable[[str], str] | None, later: str
) -> Iterator[str]:
    for part in parts:
        if not part.name:
            yield part.text
            continue
        value = known.get(part.name, "")
        if later and part.name.startswith(later):
            if part.inside is None:
                yield f"{{{{{part.name}}}}}"
            else:
                sign = "#" if part.wanted else "^"
                within = "".join(_filled(part.inside, known, missing, later))
                yield f"{{{{{sign}{part.name}}}}}{within}{{{{/{part.name}}}}}"
        elif part.inside is not None:
            if bool(value) == part.wanted:
                yield from _filled(part.inside, known, missing, later)
        elif value:
            # Two values side by side could make a placeholder of their braces.
            yield value.translate(_ROUND)
        else:
            yield missing(part.name) if missing is not None else f"{{{{{part.name}}}}}"
