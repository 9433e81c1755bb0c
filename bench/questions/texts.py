"""Texts: terms, near copies and masked samples of logs of rising size, with planted words and copies."""

import csv
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Row, child, say

_OURS = """
import sys
from hotwash.investigate import texts
found = texts(sys.argv[1], text="text", harm="harmful = 1")
terms = {t["term"] for t in found.result["terms"]}
print(int({"poison", "weapon"} <= terms), int(bool(found.result["clusters"])), end="")
"""


def run(short: bool) -> list[Row]:  # noqa: FBT001 - what `bench` calls
    """CPU and memory for texts of forty words; whether the planted words and copies were found."""
    found: list[Row] = []
    with TemporaryDirectory(prefix="hotwash-bench-") as folder:
        for rows in (2_000, 20_000) if short else (2_000, 20_000, 200_000):
            log = _log(Path(folder), rows)
            say(f"{rows:,} texts")
            spent = child([sys.executable, "-c", _OURS, str(log)])
            figures = {"CPU s": spent.cpu_s, "ms a text": 1000 * spent.cpu_s / rows, "RSS MB": spent.rss_mb}
            found.append(Row(f"texts, {rows:,} of 40 words", figures, spent.out == "1 1"))
    return found


def _log(folder: Path, rows: int) -> Path:
    chance = random.Random(rows)
    words = [
        f"{a}{b}{c}{d}" for a in "bdfgklmn" for b in "aeiou" for c in "lnrst" for d in ("ix", "on", "ar", "eth", "um")
    ]
    copied = [chance.choice(words) for _ in range(40)]
    place = folder / f"{rows}.csv"
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "harmful"])
        for i in range(rows):
            harmful = chance.random() < 0.2
            held = list(copied) if i % 50 == 0 else [chance.choice(words) for _ in range(40)]
            held[chance.randrange(40)] = chance.choice(("poison", "weapon") if harmful else words)
            writer.writerow([" ".join(held), int(harmful or i % 50 == 0)])
    return place
