"""Since when: how often a 1-point gap in a daily year is found and dated, beside ruptures; and the Turing series.

Group A fails at 10 %, 400 rows a day; group B likewise, 200 rows a day, one point more from a day between 60 and 300.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
from tests.investigate.turing import covering, f1, univariate

from bench.measure import Row, say
from bench.peers import peer
from hotwash.investigate.changepoints import changes
from hotwash.investigate.segmentation import stretches
from hotwash.investigate.series import Gap, Plain, Rate

FOUND_LEAST, INSIDE_LEAST, ALARM = 0.78, 0.93, 0.05
F1_LEAST, COVERING_LEAST = 0.78, 0.76
_DAYS = 365
_PEER = """
import json, sys, time
import numpy as np, ruptures
courses = [np.array(c) for c in json.load(sys.stdin)]
ruptures.KernelCPD("linear").fit(courses[0]).predict(pen=10)
start = time.process_time()
told = [ruptures.KernelCPD("linear", min_size=2).fit(c).predict(pen=3 * np.log(len(c)))[:-1] for c in courses]
told = [[int(at) for at in ones] for ones in told]
print(json.dumps({"told": told, "cpu_s": time.process_time() - start}))
"""

Told = tuple[int, int, int]


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Some hundred series in the short form, thousands in the long one."""
    count = 200 if short else 4000
    return [*_gaps(count), *_turing()]


def _gap(seed: int, change: float) -> tuple[int, Gap]:
    rng = np.random.default_rng([seed, int(change * 1000)])
    at = int(rng.integers(60, 300))
    a = rng.binomial(400, 0.1, _DAYS).astype(float)
    b = rng.binomial(200, 0.1 + change * (np.arange(_DAYS) >= at)).astype(float)
    return at, Gap(Rate(b, np.full(_DAYS, 200.0)), Rate(a, np.full(_DAYS, 400.0)))


def _gaps(count: int) -> list[Row]:
    rows = []
    for change in (0.0, 0.01, 0.02, 0.05):
        worlds = [_gap(seed, change) for seed in range(count)]
        say(f"onset: {count} series, change {change}")
        start = process_time()
        told = [[(one.at, one.low, one.high) for one in changes(gap, cycles=(7,)).found] for _, gap in worlds]
        cpu = process_time() - start
        rows.append(_row("Hotwash", change, [at for at, _ in worlds], told, cpu))
        rows.append(_ruptures(change, worlds))
    return rows


def _row(who: str, change: float, truth: Sequence[int], told: Sequence[Sequence[Told]], cpu: float) -> Row:
    found = [(at, ones) for at, ones in zip(truth, told, strict=True) if ones]
    share = len(found) / len(truth)
    noise = 2 * (FOUND_LEAST * (1 - FOUND_LEAST) / len(truth)) ** 0.5
    inside = sum(any(low <= at <= high for _, low, high in ones) for at, ones in found) / max(1, len(found))
    kept = None
    if who == "Hotwash" and change == 0:
        kept = share <= ALARM + 2 * (ALARM * (1 - ALARM) / len(truth)) ** 0.5
    elif who == "Hotwash":
        error = 2 * (INSIDE_LEAST * (1 - INSIDE_LEAST) / max(1, len(found))) ** 0.5
        kept = share >= FOUND_LEAST - noise and inside >= INSIDE_LEAST - error
    figures: dict[str, float | int | str | None] = {
        "series": len(truth),
        "found" if change else "found (false alarms)": share,
        "within its interval": inside if change and who == "Hotwash" else None,
        "median error, days": float(median(min(abs(o[0] - at) for o in ones) for at, ones in found))
        if change and found
        else None,
        "more than one": sum(len(ones) > 1 for _, ones in found) / len(truth),
        "CPU ms a series": 1000 * cpu / len(truth),
    }
    return Row(f"{who}, gap of {100 * change:g} points", figures, kept)


def _ruptures(change: float, worlds: Sequence[tuple[int, Gap]]) -> Row:
    courses = []
    for _, gap in worlds:
        values = gap.seen((0, _DAYS)).values
        courses.append((values / (np.median(np.abs(np.diff(values))) / 0.6745 / 2**0.5)).tolist())
    answer = peer("ruptures", _PEER, json.dumps(courses))
    name = f"ruptures KernelCPD, 3 log n, gap of {100 * change:g} points"
    if isinstance(answer, str):
        return Row(name, {"series": f"skipped: {answer}"})
    told = [[(at, at, at) for at in ones] for ones in answer["told"]]
    return _row("ruptures KernelCPD, 3 log n", change, [at for at, _ in worlds], told, answer["cpu_s"])


def _turing() -> list[Row]:
    folder = Path(os.environ.get("HOTWASH_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tcpd"
    if not folder.exists():
        return [Row("Turing series", {"series": "skipped: the data are not here"})]
    series = univariate(folder)
    published = json.loads((folder / "published-default-scores.json").read_text())
    rows = []

    def ours(values: np.ndarray) -> list[int]:
        return [one.at for one in changes(Plain(values)).found]

    def bare(values: np.ndarray) -> list[int]:
        there = np.isfinite(values)
        filled = np.interp(np.arange(len(values)), np.flatnonzero(there), values[there])
        return [cut.at for cut in stretches(filled).cuts]

    ways: tuple[tuple[str, Callable[..., list[int]]], ...] = (("Hotwash", ours), ("its stretches alone", bare))
    for who, way in ways:
        start, scores = process_time(), []
        for raw, marks in series.values():
            told = way(np.array([np.nan if v is None else v for v in raw], dtype=float))
            scores.append((f1(marks, told), covering(marks, told, len(raw))))
        rows.append(_scored(who, scores, process_time() - start))
    for method in ("binseg", "pelt", "bocpd", "zero"):
        scores = [(published["f1"][name][method], published["cover"][name][method]) for name in series]
        rows.append(_scored(f"published default: {method}", scores, None))
    return rows


def _scored(who: str, scores: Sequence[tuple[float, float]], cpu: float | None) -> Row:
    told, covered = (sum(one[i] for one in scores) / len(scores) for i in (0, 1))
    kept = told >= F1_LEAST and covered >= COVERING_LEAST if who == "Hotwash" else None
    figures = {"series": len(scores), "F1": round(told, 3), "covering": round(covered, 3)}
    return Row(f"Turing series, {who}", figures | ({"CPU s": cpu} if cpu is not None else {}), kept)
