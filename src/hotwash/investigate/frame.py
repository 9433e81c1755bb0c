"""The main table of a finding as rows of plain columns, and as a data frame where a library for them is there."""

from collections.abc import Mapping
from typing import Any, Literal

from hotwash.investigate.errors import AskedWrongly

PARTS = ("groups", "columns", "slices", "changes", "by", "over_time", "terms", "configurations", "pairs")
"""Parts of results that are tables, the one that answers the question first."""


def rows(result: Mapping[str, Any], part: str | None = None) -> list[dict[str, Any]]:
    """A table of a result with one plain value a column: ``fpr``, ``fpr_low``, ``fpr_high``, ``ratio_fpr``, and so on.

    :param part: the part of the result; without it the one that answers the question
    :raises AskedWrongly: if there is no such table
    """
    there = [name for name, held in result.items() if isinstance(held, list) and held and isinstance(held[0], dict)]
    chosen = part or next((name for name in PARTS if name in there), next(iter(there), None))
    if chosen not in there:
        raise AskedWrongly(f"This finding has no table {chosen!r}. It has: {', '.join(there) or 'none'}.")
    return [_flat(row) for row in result[str(chosen)]]


def _flat(held: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in held.items():
        title = f"{before}{name}"
        if isinstance(value, Mapping) and "value" in value:
            found[title] = value["value"]
            found |= {f"{title}_{side}": value[side] for side in ("low", "high") if side in value}
        elif isinstance(value, Mapping):
            # The attributes of a group are columns by themselves, as they were in the log.
            found |= _flat(value, before if name in ("attributes", "where") else f"{title}_")
        elif not isinstance(value, list):
            found[title] = value
    return found


def frame(result: Mapping[str, Any], part: str | None, library: Literal["pandas", "polars"] | None) -> Any:
    """The table as a data frame of pandas, or of Polars where pandas is not installed.

    :raises AskedWrongly: if neither is installed
    """
    table = rows(result, part)
    for name in (library,) if library else ("pandas", "polars"):
        try:
            if name == "pandas":
                import pandas as pd

                return pd.DataFrame(table)
            import polars as pl

            return pl.DataFrame(table, infer_schema_length=None, strict=False)
        except ImportError:
            continue
    raise AskedWrongly("A data frame needs pandas or Polars. Install one of them, or read `.result`.")
