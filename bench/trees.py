"""The Aralia set of 43 fault trees: solved in one warm process, in pure Python, and beside SCRAM where it is there.

CPU seconds for the whole of each tree: reading the XML, probability, the count of minimal cut sets, the importance of
every event. SCRAM is Debian's package, looked for on the path or where HOTWASH_SCRAM says.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.measure import Row, child, say

TOTAL_S, LARGEST_S, SMALL_MS = 15.0, 60.0, 50.0
UNSOLVED, LARGEST = "nus9601", "das9701"
SMALL_NODES = 500
SCRAM_S = {True: 10.0, False: 60.0}
_DATA = Path(os.environ.get("HOTWASH_TEST_DATA", Path(__file__).parents[2] / "shared" / "data")) / "aralia"
_CACHED = Path(__file__).parents[1] / ".cache" / "envs" / "scram" / "scram"


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Every figure of fault trees."""
    if not _DATA.is_dir():
        say(f"  left out: {_DATA} is not here")
        return []
    known = _known()
    most = sorted(set(known) - {UNSOLVED, LARGEST})
    say("  41 trees …")
    took = _solved("compiled", most)
    wrong = [name for name in most if not took[name]["right"]]
    total = sum(one["cpu_s"] for one in took.values())
    figures = {"trees": len(most), "exact": len(most) - len(wrong), "CPU s": total, "limit": TOTAL_S}
    rows = [Row("solved in one warm process", figures, total <= TOTAL_S and not wrong)]
    small = [name for name in most if took[name]["nodes"] < SMALL_NODES]
    plain = _solved("plain", small)
    worst = max(one["cpu_s"] for one in plain.values()) * 1e3
    right = sum(one["right"] for one in plain.values())
    figures = {"trees": len(small), "exact": right, "worst CPU ms": worst, "limit": SMALL_MS}
    rows.append(Row("small ones, without numba", figures, worst <= SMALL_MS and right == len(small)))
    rows += _beside(took, {name: known[name] for name in most}, SCRAM_S[short])
    if not short:
        rows += _largest()
    return rows


def _known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DATA / "scram-results.json").read_text())["trees"]
    return found


def _solved(how: str, names: list[str]) -> dict[str, Any]:
    """Solve in a process of its own, after one tree that nobody counts."""
    spent = child([sys.executable, "-m", "bench.trees", how, *names])
    found: dict[str, Any] = json.loads(spent.out)
    return found


def _beside(took: dict[str, Any], known: dict[str, Any], limit_s: float) -> list[Row]:
    scram = os.environ.get("HOTWASH_SCRAM") or shutil.which("scram") or (str(_CACHED) if _CACHED.exists() else "")
    if not scram:
        say("  SCRAM left out: there is no scram on the path, and HOTWASH_SCRAM names none")
        return []
    theirs: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in known:
            say(f"  SCRAM, {name} …")
            report = str(Path(folder) / "report.xml")
            options = ["--bdd", "--probability", "1", "--importance", "1", "-l", "1000", "-o", report]
            try:
                theirs[name] = child([scram, *options, str(_DATA / f"{name}.xml")], timeout_s=limit_s).cpu_s
            except RuntimeError as ended:
                say(f"    {str(ended).splitlines()[0]}")
    ours = sum(took[name]["cpu_s"] for name in theirs)
    figures = {
        "trees": len(theirs), "CPU s": ours, "SCRAM CPU s": sum(theirs.values()),
        "SCRAM over ours": sum(theirs.values()) / ours, "each at most, s": limit_s,
    }  # fmt: skip
    return [Row("beside SCRAM, where it ends", figures)]


def _largest() -> list[Row]:
    say(f"  {LARGEST} …")
    one = _solved("compiled", [LARGEST])[LARGEST]
    figures = {"trees": 1, "exact": int(one["right"]), "CPU s": one["cpu_s"], "limit": LARGEST_S}
    rows = [Row(f"{LARGEST}, on which SCRAM gave up", figures, one["cpu_s"] <= LARGEST_S and one["right"])]
    say(f"  {UNSOLVED} …")
    one = _solved("compiled", [UNSOLVED])[UNSOLVED]
    bounds = {"trees": 1, "exact": 0, "CPU s": one["cpu_s"], "low": one["low"], "high": one["high"]}
    return [*rows, Row(f"{UNSOLVED}, which nobody solves: bounds", bounds, one["low"] < one["high"] < 1e-4)]


# ── the work, in a process of its own ────────────────────────────────────────


def _work(how: str, names: list[str]) -> dict[str, Any]:
    from hotwash.investigate.trees import read, solve

    compiled, known = how == "compiled", _known()
    found = {}
    for name in ["chinese", *names]:
        start = time.process_time()
        tree = read((_DATA / f"{name}.xml").read_bytes(), "xml")
        one = solve(tree, cutsets=0, compiled=compiled)
        took = time.process_time() - start
        right = _right(one, known[name])
        found[name] = {"cpu_s": took, "right": right, "nodes": one.nodes, "low": one.low, "high": one.high}
    return {name: found[name] for name in names}


def _right(one: Any, known: dict[str, Any]) -> bool:
    expected = known["expected"]
    if one.probability is None or abs(one.probability / expected["probability"] - 1) > 1e-9:
        return False
    worth = (known["birnbaum_top5_scram"] or {}).items()
    return one.cutsets_count == expected["minimal_cut_sets"] and all(
        abs(abs(one.importance[event].birnbaum) / abs(value) - 1) <= 1e-6 for event, value in worth
    )


if __name__ == "__main__":
    print(json.dumps(_work(sys.argv[1], sys.argv[2:])))
