"""Small logs, written where a test says."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV file with a header; None is an empty field."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return str(path)


def confusion(groups: Mapping[str, tuple[int, int, int, int]]) -> list[tuple[str, int, int]]:
    """Rows of (group, decision, label) from tn, fp, fn, tp of each group."""
    sides = ((0, 0), (1, 0), (0, 1), (1, 1))
    return [
        (g, d, y) for g, counts in groups.items() for n, (d, y) in zip(counts, sides, strict=True) for _ in range(n)
    ]
