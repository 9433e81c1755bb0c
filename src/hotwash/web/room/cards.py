"""A finding as a card: figures, tables whose numbers have their intervals, samples behind their warning, notes.

Each question reads its result in a file of its own nouns; a finding of a question that is not known here is shown by
the table that answers it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard

from hotwash.reports.phrases import amount

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One place in a table.

    :param text: what is read
    :param note: quiet words under it: an interval, a reason
    :param number: whether it stands to the right
    :param drawn: a share drawn as a bar with its interval
    :param meaning: what the words mean, for those who ask
    :param tags: words in a frame
    """

    text: str = ""
    note: str = ""
    number: bool = False
    drawn: dict[str, Any] | None = None
    tags: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table: its title, and what it means."""

    title: str
    meaning: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row names it. With a fold, it is opened by whoever wants it."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    fold: str = ""
    dense: bool = False

    @property
    def body(self) -> list[list[tuple[Head, Cell]]]:
        """Each row with the heads of its cells."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that everybody wants to know, what it counts, and its range."""

    value: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that somebody wrote or a model said, masked; perhaps upsetting."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a finding shows below its sentence."""

    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    warning: str = ""


Reading = Callable[[Json], Card]

_UNITS = (" %", " points", " ×")


# Numbers


def is_number(held: Any) -> TypeGuard[Json]:
    """Whether there is a value, not a reason why there is none."""
    return isinstance(held, Mapping) and isinstance(held.get("value"), int | float)


def percent(value: float, digits: int = 1) -> str:
    """``16.5 %``."""
    return f"{100 * value:.{digits}f} %"


def points(value: float) -> str:
    """A difference of shares: ``+6.3 points``."""
    return f"{100 * value:+.1f} points"


def times(value: float) -> str:
    """A ratio: ``2.03 ×``."""
    return f"{value:.2f} ×"


def plain(value: float) -> str:
    """A number with as many digits as one reads."""
    return amount(value) if value == int(value) else f"{value:,.3g}" if abs(value) < 100 else f"{value:,.1f}"


def whole(value: float) -> str:
    """Rounded to people or decisions."""
    return f"{value:,.0f}"


def ranged(held: Any, write: Callable[[float], str]) -> str:
    """The interval of a number in words; empty if it has none."""
    if not isinstance(held, Mapping) or held.get("low") is None:
        return ""
    return between(held["low"], held.get("high"), write)


def between(low: float, high: float | None, write: Callable[[float], str]) -> str:
    """``23.4 to 27.8 %``: the unit once."""
    first, last = write(low), "any size" if high is None else write(high)
    unit = next((unit for unit in _UNITS if first.endswith(unit) and last.endswith(unit)), "")
    return f"{first.removesuffix(unit)} to {last}"


def p_value(p: float | None) -> str:
    """A p value."""
    if p is None:
        return "–"
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.2f}"


def moment(at: str | None) -> str:
    """The start of a period or a moment, without a midnight that only says that it is a day."""
    if not at:
        return "–"
    try:
        known = datetime.fromisoformat(at)
    except ValueError:
        return at
    day = f"{known.day} {known:%b %Y}"
    return day if (known.hour, known.minute) == (0, 0) else f"{day}, {known:%H:%M} {known.tzname() or ''}".rstrip()


# Cells


def text(said: Any, note: str = "", *tags: str) -> Cell:
    """Words."""
    return Cell("–" if said is None else str(said), note, tags=tuple(tag for tag in tags if tag))


def count(held: Any, of: Any = None) -> Cell:
    """A count, perhaps out of another; a dash where it is hidden or not known."""
    if not isinstance(held, int):
        return Cell("–", "hidden: too few" if held is None else "", number=True)
    return Cell(f"{held:,}", f"of {of:,}" if isinstance(of, int) else "", number=True)


def value(held: Any, write: Callable[[float], str] = plain) -> Cell:
    """A number with its interval under it, or the reason why there is none."""
    if isinstance(held, int | float):
        return Cell(write(held), number=True)
    if not is_number(held):
        return Cell("–", str(held.get("why", "")) if isinstance(held, Mapping) else "", number=True)
    return Cell(write(held["value"]), ranged(held, write), number=True)


def share(held: Any, top: float = 1.0) -> Cell:
    """A share, drawn."""
    return Cell(drawn=drawn(held, top))


def drawn(held: Any, top: float) -> dict[str, Any]:
    """A share with its interval in hundredths of a scale, so that it can be drawn without a script or a style."""
    if not is_number(held):
        return {"value": None, "why": held.get("why", "") if isinstance(held, Mapping) else ""}
    found, low, high = held["value"], held.get("low"), held.get("high")
    place: dict[str, Any] = {"at": round(100 * found / top, 2)}
    if isinstance(low, int | float) and isinstance(high, int | float):
        place |= {"low": round(100 * low / top, 2), "width": round(100 * (min(high, top) - low) / top, 2)}
        place |= {"range": between(low, high, percent)}
    return {"value": found, **place}


def highest(*numbers: Any) -> float:
    """The scale on which shares are drawn together."""
    tops = [0.0001]
    for held in numbers:
        if is_number(held):
            high = held.get("high")
            tops.append(float(high if isinstance(high, int | float) else held["value"]))
    return max(tops)


def name(attributes: Json) -> str:
    """A group or cohort."""
    return " · ".join(f"{key}: {'–' if held is None else held}" for key, held in attributes.items()) or "everyone"


def group(row: Json) -> Cell:
    """The name of a group with what is to be known of it."""
    return text(
        name(row.get("attributes") or {}),
        "",
        "reference" if row.get("reference") is True else "",
        "too few to say" if row.get("too_few") else "",
    )


def left_out(result: Json) -> tuple[str, ...]:
    """Groups about which nothing is said, with the reason."""
    return tuple(
        f"Left out: {name(one['attributes'])}: {one['why']}." for one in result.get("left_out") or () if one.get("why")
    )[:12]


def heads(*titles: str | tuple[str, str]) -> tuple[Head, ...]:
    """Heads; a title that begins with ``#`` stands over numbers, a pair brings its meaning."""
    found = []
    for one in titles:
        title, meaning = one if isinstance(one, tuple) else (one, "")
        found.append(Head(title.removeprefix("#"), meaning, title.startswith("#")))
    return tuple(found)


def rows(made: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows as a table keeps them."""
    return tuple(tuple(row) for row in made)
