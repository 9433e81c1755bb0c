"""Numbers and groups in the words of a plain sentence."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hotwash.investigate.sides import plain

_PEOPLE = ("race", "sex", "gender", "ethnicity", "ethnic", "religion", "nationality")
_SEXES = ("sex", "gender")
_WOMEN_AND_MEN = {"female": "women", "woman": "women", "women": "women", "male": "men", "man": "men", "men": "men"}
_AGE = re.compile(r"age($|_)")
_PLACES = {
    "university": "universities",
    "college": "colleges",
    "school": "schools",
    "region": "",
    "country": "",
    "city": "",
}
"""Columns that say where somebody comes from, with the plural of the place where its value may be a kind of it."""


def percent(share: float, digits: int = 1) -> str:
    """``44.8 %``."""
    return f"{100 * share:.{digits}f} %"


def span(number: Mapping[str, Any], *, shares: bool = True, of: str = "") -> str:
    """``95 % interval of the ratio 1.72 to 2.12``, of a number as findings write it. Empty if it has none."""
    if number.get("low") is None:
        return ""
    high = number["high"]
    write = percent if shares else (lambda x: f"{x:,.2f}")
    words = f" of the {of}" if of else ""
    top = "any size" if high is None else write(high)
    return f"{100 * number['level']:g} % interval{words} {write(number['low'])} to {top}"


def number(count: int, one: str, many: str = "") -> str:
    """``1 person``, ``1,243 people``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def value(attribute: str, held: object) -> str:
    """One attribute in words."""
    if held is None:
        return f"no {attribute} recorded"
    return plain(held) if isinstance(held, bool | int | float | str) else str(held)


def short(attributes: Mapping[str, Any]) -> str:
    """A group on a chart: ``African-American · Male``."""
    parts = [
        value(name, held) if held is None or (isinstance(held, str) and held) else f"{name} = {value(name, held)}"
        for name, held in attributes.items()
    ]
    return " · ".join(parts) or "everybody"


def people(attributes: Mapping[str, Any]) -> str:
    """A group in a sentence: ``African-American women``, ``people from women's colleges``, ``people aged 25 - 45``."""
    kinds, noun, where, rest = [], "people", [], []
    for name, held in attributes.items():
        word = name.lower()
        if held is None:
            rest.append(f"no {name} recorded")
        elif word in _SEXES and str(held).lower() in _WOMEN_AND_MEN:
            noun = _WOMEN_AND_MEN[str(held).lower()]
        elif word in _PEOPLE and isinstance(held, str) and held[:1].isalpha():
            kinds.append(held)
        elif _AGE.match(word) and isinstance(held, str | int) and any(map(str.isdigit, str(held))):
            where.append(f"aged {str(held)[:1].lower()}{str(held)[1:]}")
        elif isinstance(held, str) and held[:1].isalpha() and word in _PLACES:
            where.append(f"from {_place(held, _PLACES[word])}")
        else:
            rest.append(f'{name} "{plain(held)}"')
    if rest:
        where.append(f"with {listed(rest)}")
    return " ".join([*kinds, noun, *where])


def _place(held: str, plural: str) -> str:
    """``women's college`` as ``women's colleges``, ``public`` of universities as ``public universities``."""
    last = held.rsplit(" ", maxsplit=1)[-1]
    if last in _PLACES and held[:1].islower():
        return f"{held.removesuffix(last)}{_PLACES[last]}"
    return f"{held} {plural}" if held.islower() and plural else held


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
