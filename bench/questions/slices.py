"""Cohorts: a complete search to depth 3 beside exhaustive counting, DivExplorer and SliceLine; then a table as wide as
the US Census of 1990.

Fifteen columns of 5 to 20 values; harm 10 %, but 35 % where f0=1 and f3=2 (A), 45 % where f5=0 and f7=1 and f9=2 (B).
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Row, child, say
from bench.peers import python_of

CPU_MOST_S, RSS_MOST_MB, WIDE_MOST_S, PEER_MOST_S = 2.3, 300, 1_200, 1_800
_TARGET = f"both first; at most {CPU_MOST_S} s, {RSS_MOST_MB} MB"
CARDS = (5, 6, 7, 8, 9, 5, 10, 6, 12, 7, 14, 15, 16, 18, 20)
WIDE_ROWS, WIDE_COLUMNS = 2_458_285, 68

_OURS = """
import json, sys, resource
from hotwash.investigate import slices
found = slices(sys.argv[1], harm="err = 1", support=float(sys.argv[2])).result
rated = sorted(found["slices"], key=lambda one: one["rank_by_rate"])
print(json.dumps({"tested": found["searched"]["tested"], "excess": [one["where"] for one in found["slices"][:2]],
    "rate": [one["where"] for one in rated[:2]]}))
"""
_EXHAUSTIVE = """
import sys, json, itertools, duckdb, numpy as np
f, least = sys.argv[1], float(sys.argv[2])
names = [f"f{i}" for i in range(15)]
r = duckdb.connect().execute(f"select {', '.join(names)}, err from read_parquet('{f}')").fetchnumpy()
X, e = [r[x].astype(np.int32) for x in names], r["err"].astype(np.int32)
K, tested = [int(x.max()) + 1 for x in X], 0
for depth in (1, 2, 3):
    for s in itertools.combinations(range(15), depth):
        key = np.zeros(len(e), np.int32)
        for i in s: key = key * K[i] + X[i]
        size = int(np.prod([K[i] for i in s]))
        h = np.bincount(key * 2 + e, minlength=2 * size).reshape(size, 2)
        tested += int((h.sum(1) >= least * len(e)).sum())
print(json.dumps({"tested": tested}))
"""
_DIVEXPLORER = """
import sys, json, warnings; warnings.filterwarnings("ignore")
import pyarrow.parquet as pq
from divexplorer import DivergenceExplorer
d = pq.read_table(sys.argv[1]).to_pandas()
r = DivergenceExplorer(d).get_pattern_divergence(min_support=float(sys.argv[2]), boolean_outcomes=["err"])
print(json.dumps({"tested": len(r) - 1}))
"""
_SLICELINE = """
import sys, json, logging, warnings; warnings.filterwarnings("ignore")
import numpy as np, pyarrow.parquet as pq
from sliceline.slicefinder import Slicefinder
t = pq.read_table(sys.argv[1]); F = [f"f{i}" for i in range(15)]
X = np.column_stack([t[x].to_numpy() for x in F]).astype("int16"); e = t["err"].to_numpy().astype(float)
s = Slicefinder(alpha=0.99, k=10, max_l=3, min_sup=float(sys.argv[2]), verbose=False); s.fit(X, e)
print(json.dumps({"tested": None}))
"""
A, B = {"f0": 1, "f3": 2}, {"f5": 0, "f7": 1, "f9": 2}


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """A million rows; in the long form also the peers on 100 thousand, and the wide table."""
    with TemporaryDirectory() as folder:
        rows = _planted(Path(folder) / "million.parquet", 1_000_000)
        if not short:
            rows += _peers(Path(folder) / "small.parquet", 100_000)
            rows += _wide(Path(folder) / "wide.parquet")
    return rows


def _world(path: Path, rows: int) -> str:
    rng = np.random.default_rng(7)
    columns = [rng.integers(0, card, rows).astype("int8") for card in CARDS]
    chance = np.full(rows, 0.10)
    chance[(columns[0] == 1) & (columns[3] == 2)] = 0.35
    chance[(columns[5] == 0) & (columns[7] == 1) & (columns[9] == 2)] = 0.45
    table = {f"f{i}": column for i, column in enumerate(columns)} | {"err": (rng.random(rows) < chance).astype("int8")}
    pq.write_table(pa.table(table), path, compression="zstd", row_group_size=250_000)
    return str(path)


def _planted(path: Path, rows: int) -> list[Row]:
    log = _apart(_world, path, rows)
    say(f"slices: {rows:,} rows")
    ours = child([sys.executable, "-c", _OURS, log, "0.001"])
    plain = child([sys.executable, "-c", _EXHAUSTIVE, log, "0.001"])
    told, counted = json.loads(ours.out), json.loads(plain.out)
    right = told["excess"] == [A, B] and told["rate"] == [B, A] and told["tested"] == counted["tested"]
    kept = right and ours.cpu_s <= CPU_MOST_S and ours.rss_mb <= RSS_MOST_MB
    size = f"{rows:,} × 15, support 0.1 %"
    return [
        Row(
            f"slices {size}: cohorts, tests, intervals",
            {"CPU s": ours.cpu_s, "MB": ours.rss_mb, "cohorts": told["tested"], "times": 1.0, "target": _TARGET},
            kept=kept,
        ),
        Row(
            f"exhaustive counts {size}",
            {"CPU s": plain.cpu_s, "MB": plain.rss_mb, "cohorts": counted["tested"], "times": plain.cpu_s / ours.cpu_s},
        ),
    ]


def _peers(path: Path, rows: int) -> list[Row]:
    log = _apart(_world, path, rows)
    ours = child([sys.executable, "-c", _OURS, log, "0.01"])
    size = f"{rows:,} × 15, support 1 %"
    told = [Row(f"slices {size}", {"CPU s": ours.cpu_s, "MB": ours.rss_mb, "times": 1.0})]
    # SliceLine asks for 49 GiB at this support; 5 % is what it can do.
    for name, script, support in (("divexplorer", _DIVEXPLORER, "0.01"), ("sliceline", _SLICELINE, "0.05")):
        say(f"slices: {name}")
        python = python_of(name)
        if isinstance(python, str):
            told.append(Row(f"{name}: skipped ({python})"))
            continue
        try:
            spent = child([str(python), "-c", script, log, support], timeout_s=PEER_MOST_S)
        except RuntimeError as failed:
            told.append(Row(f"{name}: {str(failed).strip().splitlines()[-1][:80]}"))
            continue
        figures = {"CPU s": spent.cpu_s, "MB": spent.rss_mb, "times": spent.cpu_s / ours.cpu_s}
        told.append(Row(f"{name}, support {float(support):.0%}", figures))
    return told


def _apart(make: Callable[..., Any], *given: Any) -> Any:
    """Make data in a process of its own: a child's peak of memory counts that of the process which began it."""
    with ProcessPoolExecutor(1) as apart:
        return apart.submit(make, *given).result()


def _wide_world(path: Path) -> tuple[dict[str, int], int]:
    """Random values with the shape of the Census: 68 columns of 2 to 18 values, most of them uneven."""
    rng = np.random.default_rng(11)
    table, chance = {}, np.full(WIDE_ROWS, 0.05)
    for i in range(WIDE_COLUMNS):
        card = int(rng.choice([2, 2, 3, 3, 4, 5, 5, 7, 9, 10, 13, 18]))
        weights = rng.dirichlet(np.ones(card))
        table[f"f{i}"] = rng.choice(card, WIDE_ROWS, p=weights).astype("int8")
    planted = (table["f3"] == table["f3"][0]) & (table["f40"] == table["f40"][0]) & (table["f66"] == table["f66"][0])
    chance[planted] = 0.4
    table["err"] = (rng.random(WIDE_ROWS) < chance).astype("int8")
    pq.write_table(pa.table(table), path, compression="zstd")
    return {f"f{i}": int(table[f"f{i}"][0]) for i in (3, 40, 66)}, int(planted.sum())


def _wide(path: Path) -> list[Row]:
    say(f"slices: {WIDE_ROWS:,} rows of {WIDE_COLUMNS} columns")
    wanted, rows = _apart(_wide_world, path)
    ours = child([sys.executable, "-c", _OURS, str(path), "0.01"])
    told = json.loads(ours.out)
    found = rows < WIDE_ROWS // 100 or told["excess"][:1] == [wanted]
    return [
        Row(
            f"slices {WIDE_ROWS:,} × {WIDE_COLUMNS}, support 1 %",
            {"CPU s": ours.cpu_s, "MB": ours.rss_mb, "cohorts": told["tested"], "target": f"at most {WIDE_MOST_S} s"},
            kept=found and ours.cpu_s <= WIDE_MOST_S,
        )
    ]
