"""Fairness of four attributes and their 384 intersections, with intervals, beside bare decoding.

CPU of the job itself, after every library is loaded; ours and decoding take turns in one process. Blast radius by day
and group, and the next question from stored counts, on the same log.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.measure import Figure, Row, Spent, child, say
from bench.pairs import Pair, paired

_MADE = """
import sys, duckdb
n = int(sys.argv[2])
u = ", ".join(f"(hash(i, {k}) % 1000000) / 1e6 AS u{k}" for k in range(1, 7))  # low bits hang together
duckdb.execute(f'''COPY (
  SELECT i AS id, TIMESTAMP '2025-01-01' + to_seconds((i * 7776000.0 / {n})::BIGINT) AS ts,
    CASE WHEN i < {n} * 0.5 THEN 'v1' ELSE 'v2' END AS model_version,
    (hash(i * 7919) % ({n} // 3 + 1))::BIGINT AS subject_id,
    's' || (u1 >= 0.52)::INT AS sex, 'r' || floor(u2 * u2 * 6)::INT AS race, 'a' || floor(u3 * 8)::INT AS age_band,
    'g' || floor(u4 * 4)::INT AS region, u5 AS score, (u5 >= 0.5)::TINYINT AS decision,
    (0.7 * u5 + 0.3 * u6 >= 0.5)::TINYINT AS label
  FROM (SELECT i, {u} FROM range({n}) t(i))
) TO '{sys.argv[1]}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 500000)''')
"""
_CLOCK = """
import json, sys, time
def begun(): return time.process_time()
def told(since, **more): print("\\n" + json.dumps({"cpu_s": time.process_time() - since, **more}))
"""
_LOADED = """
import sys, duckdb
from hotwash.investigate import Predictions, blast_radius, embedded, fairness, files
from hotwash.investigate.engine import Watch
ATTRIBUTES = ["sex", "race", "age_band", "region"]
"""
_BARE = """
def bare():
    with duckdb.connect() as connection:
        connection.execute("SELECT {shown} FROM read_parquet('" + sys.argv[1] + "')").fetchall()
"""
_AUDIT = """
files.digest = lambda paths, watch: "sha256:"  # it has a row of its own
def ours():
    return fairness(sys.argv[1], decision="decision", label="label", group=ATTRIBUTES, intersections={fold})
def tell(found):
    return len(found.result["groups"])
"""
_DIGEST = """
def ours():
    return files.digest(files.found(sys.argv[1]), Watch())
"""
_RADIUS = """
def ours():
    return blast_radius(Predictions(sys.argv[1], zone="UTC"), harm="decision = 0 and label = 1", time="ts", by="race",
                        subject={subject!r})
"""
_ONCE = "\nours()\n"
_ATTRIBUTES = [(name, "VARCHAR") for name in ("sex", "race", "age_band", "region")]
_SIX = [*_ATTRIBUTES, ("decision", "TINYINT"), ("label", "TINYINT")]
_HOW = {"VARCHAR": "sum(strlen({}))", "TIMESTAMP": "sum(epoch_us({}))"}
_NEXT = """
import duckdb
from hotwash.investigate import Cubes, Predictions, blast_radius, embedded, fairness
log = Cubes(sys.argv[2]).over(Predictions(sys.argv[1], time="ts", version="model_version", decision="decision",
                              label="label", attributes=("sex", "race", "age_band", "region"), zone="UTC"))
asks = {
    "fairness of four attributes": lambda: fairness(log),
    "fairness of one, of one version, since a day": lambda: fairness(
        log, group="race", where="model_version = 'v2' and ts >= '2025-03-01'"),
    "fairness with 384 intersections": lambda: fairness(log, intersections=4),
    "blast radius by day and group": lambda: blast_radius(log, harm="decision = 0 and label = 1", by="race"),
}
since = begun(); fairness(log, where="region = 'g1'"); first = begun() - since
took = {}
for name, ask in asks.items():
    times = []
    for _ in range(9):
        since = begun(); found = ask(); times.append(begun() - since)
        del found
    took[name] = [min(times), sorted(times)[4]]
told(since, first=first, took=took)
"""
DECODING_MOST, DAYS_MOST, RSS_MOST_MB, NEXT_MOST_S = 2.0, 2.5, 250, 0.05


def run(short: bool) -> list[Row]:  # noqa: FBT001 - what `bench` calls
    """Ten million rows, in either form; more rounds in the long one."""
    rounds = 7 if short else 15
    with TemporaryDirectory(prefix="hotwash-bench-") as folder:
        log = made(Path(folder), 10_000_000)
        say("10,000,000 rows: decoding, fairness, blast radius")
        return [*_alone(log, rounds), *_next(log, Path(folder) / "cubes")]


def _alone(log: Path, rounds: int) -> list[Row]:
    whole = audit(log, fold=4, rounds=rounds)
    assert whole.told == 2 + 6 + 8 + 4 + 384
    held = child([sys.executable, "-c", _LOADED + _AUDIT.format(fold=4) + _ONCE, str(log)]).rss_mb
    digest = paired(_LOADED + _decoding(_SIX) + _DIGEST, log, rounds=3)
    rows = [
        Row("decoding six columns with DuckDB, 10 million rows", {"CPU s": whole.bare_s, "times decoding": 1.0}),
        _judged(
            "fairness, 384 intersections, intervals, tests", whole, DECODING_MOST, held, digest.ours_s, RSS_MOST_MB
        ),
        Row("the digest of the file (141 MB), beside it", {"CPU s": digest.ours_s, "times decoding": digest.times}),
    ]
    columns = [("race", "VARCHAR"), ("decision", "TINYINT"), ("label", "TINYINT"), ("ts", "TIMESTAMP")]
    for what, subject in (("decisions", None), ("people", "subject_id")):
        more = [("subject_id", "BIGINT")] if subject else []
        radius = _LOADED + _RADIUS.format(subject=subject)
        pair = paired(radius + _decoding([*columns, *more]) + "files.digest = lambda *given: ''\n", log, rounds=rounds)
        held = child([sys.executable, "-c", radius + _ONCE, str(log)]).rss_mb
        rows.append(_judged(f"blast radius by day and by group, {what}", pair, DAYS_MOST, held, digest.ours_s))
    return rows


def audit(log: Path, *, fold: int, rounds: int) -> Pair:
    """Fairness of the four attributes, in turn with decoding the six columns.

    :param fold: intersections of so many columns; 0 for none
    """
    return paired(_LOADED + _decoding(_SIX) + _AUDIT.format(fold=fold), log, rounds=rounds)


def _judged(work: str, pair: Pair, most: float, held: float, digest_s: float, held_most: float | None = None) -> Row:
    figures: dict[str, Figure] = {
        "CPU s": pair.ours_s,
        "RSS MB": held,
        "times decoding": pair.times,
        "middle round": pair.middle,
        "with the digest": (pair.ours_s + digest_s) / pair.bare_s,
        "target": f"at most {most:g} ×" + (f", {held_most:g} MB" if held_most else ""),
    }
    return Row(work, figures, pair.times <= most and (held_most is None or held <= held_most))


def _next(log: Path, cubes: Path) -> list[Row]:
    say("the next question, from stored counts")
    told, _ = job(sys.executable, _NEXT, log, str(cubes))
    rows = [Row("first question, which stores the counts", {"CPU s": told["first"]})]
    for name, (least, middle) in told["took"].items():
        figures = {"CPU s": least, "middle, CPU s": middle, "target": f"under {NEXT_MOST_S:g} s"}
        rows.append(Row(f"next question: {name}", figures, least < NEXT_MOST_S))
    return rows


def _decoding(columns: Sequence[tuple[str, str]]) -> str:
    """The sums force the values to be decoded: min, max and count are answered from the file's statistics."""
    return _BARE.format(shown=", ".join(_HOW.get(kind, "sum({})").format(name) for name, kind in columns))


def job(python: str, script: str, *given: object, timeout_s: float | None = None) -> tuple[dict[str, Any], Spent]:
    """What a script tells in its last line, and what its process took."""
    spent = child([python, "-c", _CLOCK + script, *map(str, given)], timeout_s=timeout_s)
    told: dict[str, Any] = json.loads(spent.out.strip().splitlines()[-1])
    return told, spent


def made(folder: Path, rows: int) -> Path:
    """The log of so many rows."""
    place = folder / f"{rows}.parquet"
    if not place.exists():
        say(f"a log of {rows:,} rows")
        child([sys.executable, "-c", _MADE, str(place), str(rows)])
    return place
