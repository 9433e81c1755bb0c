"""Ten million rows of a synthetic world, drawn and written: beside a yardstick that only draws and writes bare numbers.

CPU seconds of a process of its own, and the most memory that it held. The yardstick draws as many columns of random
numbers with numpy and writes them as Parquet by DuckDB, in the same pieces.
"""

import json
import sys
import tempfile
import time
import tomllib
from importlib.resources import files
from pathlib import Path

from bench.measure import Row, child, say

ROWS = 10_000_000
CPU_S, RSS_MB = 20.0, 2_048.0
"""CPU, since other work on the machine spoils wall time; on a calm one that is about as long."""
SCENARIO = "resume-screening"


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """The log, who was harmed, and what talks."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="hotwash-bench-") as folder:
        bare_s = 0.0
        for what, name in (("bare", "the yardstick"), ("log", "a world's log"), ("truth", "who was harmed")):
            say(f"  {name}, {ROWS:,} rows …")
            spent = child([sys.executable, "-m", "bench.worlds", what, folder, str(ROWS)])
            told = json.loads(spent.out)
            bare_s = spent.cpu_s if what == "bare" else bare_s
            figures = {
                "rows": ROWS, "CPU s": spent.cpu_s, "limit s": CPU_S, "of the yardstick": spent.cpu_s / bare_s,
                "wall s": told["wall_s"], "MB": spent.rss_mb, "limit MB": RSS_MB, "file MB": told["file_mb"],
            }  # fmt: skip
            kept = None if what == "bare" else spent.cpu_s <= CPU_S and spent.rss_mb <= RSS_MB
            rows.append(Row(name, figures, kept))
        if not short:
            say("  100 million rows …")
            spent = child([sys.executable, "-m", "bench.worlds", "log", folder, "100000000"])
            told = json.loads(spent.out)
            figures = {"rows": 100_000_000, "CPU s": spent.cpu_s, "of the yardstick": spent.cpu_s / bare_s / 10}
            figures |= {"wall s": told["wall_s"], "MB": spent.rss_mb, "limit MB": RSS_MB, "file MB": told["file_mb"]}
            rows.append(Row("a world's log", figures, spent.rss_mb <= RSS_MB))
    return rows


# ── the work, in a process of its own ────────────────────────────────────────


def _work(what: str, folder: Path, rows: int) -> dict[str, float]:
    from hotwash.drills.worlds import read, truth, write

    table = (files("hotwash.drills") / "data" / f"{SCENARIO}.toml").read_text(encoding="utf-8")
    world = read(tomllib.loads(table)["world"])
    file = folder / f"{what}.parquet"
    start = time.monotonic()
    if what == "log":
        assert write(world, file, rows=rows, seed=1) == rows
    elif what == "truth":
        assert truth(world, rows=rows, seed=1).harmed.people > 0
    else:
        _bare(file, rows)
    wall = time.monotonic() - start
    size = file.stat().st_size / 2**20 if file.exists() else 0.0
    file.unlink(missing_ok=True)
    return {"wall_s": wall, "file_mb": size}


def _bare(file: Path, rows: int, columns: int = 12) -> None:
    """As many columns of numbers, without any sense in them."""
    import duckdb
    import numpy as np

    rng = np.random.Generator(np.random.Philox(1))
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        connection = duckdb.connect(f"{folder}/bare.duckdb", config={"threads": 2, "memory_limit": "700MB"})
        with connection:
            for first in range(0, rows, 245_760):
                piece = {f"c{n}": rng.random(min(245_760, rows - first), dtype=np.float32) for n in range(columns)}
                connection.register("piece", piece)
                connection.execute(("INSERT INTO log " if first else "CREATE TABLE log AS ") + "SELECT * FROM piece")
            connection.execute(f"COPY log TO '{file}' (FORMAT parquet)")


if __name__ == "__main__":
    print(json.dumps(_work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
