"""An answer that somebody else can check: numbers with intervals, one plain sentence, and how to get them again.

A finding holds nothing that changes when the same question is asked of the same data again: no time of asking, no
duration, no place on disk beyond the words in which the log was named. So the same question gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

import msgspec

from hotwash.investigate.frame import frame


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of the log were asked about; those that could not be used, by reason."""

    used: int
    skipped: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Data:
    """Which data: named as the person named it, and the digest of its bytes."""

    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to get the same again: what was run, with what, by which versions."""

    sql: tuple[str, ...]
    arguments: dict[str, Any]
    hotwash: str
    engine: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question. ``result`` and ``chart`` hold JSON values only; ``chart`` is a Vega-Lite drawing."""

    question: str
    sentence: str
    rows: Rows
    data: Data
    recipe: Recipe
    result: dict[str, Any]
    chart: dict[str, Any]

    def __str__(self) -> str:
        return self.sentence

    def to_json(self) -> str:
        """The finding as one JSON document. The same data and arguments give the same bytes."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Finding":
        """A finding that was written with `to_json`.

        :raises ValueError: if the text is not one
        """
        return msgspec.json.decode(text, type=cls)

    def to_frame(self, part: str | None = None, *, library: Literal["pandas", "polars"] | None = None) -> Any:
        """A table of the result as a data frame: every number with its limits in columns of their own.

        :param part: the part of the result, such as ``disparities``; without it the one that answers the question
        :param library: which kind of frame; without it pandas, or Polars where pandas is not installed
        :raises AskedWrongly: if there is no such part, or neither library is installed
        """
        return frame(self.result, part, library)

    def _repr_html_(self) -> str:
        """How a notebook shows it: the sentence, the picture, and where the numbers come from."""
        return (
            f"<figure><figcaption>{escape(self.sentence)}</figcaption>{picture(self.chart)}"
            f"<small>{self.rows.used:,} rows used, {self.rows.skipped:,} skipped; {escape(self.data.source)}, "
            f"{escape(self.data.fingerprint[:19])}…; {escape(self.recipe.engine)}, "
            f"hotwash {escape(self.recipe.hotwash)}</small></figure>"
        )


def picture(chart: dict[str, Any], *, width: int = 640) -> str:
    """A chart as SVG.

    :param width: in pixels, for charts that would fill whatever holds them
    """
    import vl_convert  # heavy, and only needed once somebody looks

    drawn = {**chart, "width": width} if chart.get("width") == "container" else chart
    convert: Callable[..., str] = vl_convert.vegalite_to_svg
    return convert(drawn)


@cache
def this_version() -> str:
    """The version of Hotwash that answers."""
    try:
        return version("hotwash")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "unknown"
