"""Numbers and groups in the words of a plain sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotwash.investigate.sides import plain

_PEOPLE = ("race", "sex", "gender", "ethnicity", "ethnic", "religion", "nationality")


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
    """A group in a sentence: ``African-American people``, ``people with age_cat "25 - 45"``."""
    if len(attributes) == 1:
        ((name, held),) = attributes.items()
        if name.lower() in _PEOPLE and isinstance(held, str) and held[:1].isalpha():
            return f"{held} people"
    parts = [f"no {n} recorded" if v is None else f'{n} "{plain(v)}"' for n, v in attributes.items()]
    return f"people with {listed(parts)}"


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
