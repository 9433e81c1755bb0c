"""Fairness with bootstrap intervals: whatever the number of rows, beside Fairlearn, which resamples the rows."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.measure import Row, child, say
from bench.peers import python_of

RESAMPLES = 100

_OURS = """
import sys
from hotwash.investigate import fairness
fairness(sys.argv[1], decision="decision", label="label", group=["sex", "race", "age_band", "region"], intersections=4,
         bootstrap=int(sys.argv[2]))
"""
_THEIRS = """
import sys, warnings; warnings.filterwarnings("ignore")
import pandas as pd
from fairlearn.metrics import (MetricFrame, false_negative_rate, false_positive_rate, selection_rate,
                               true_positive_rate)
from sklearn.metrics import accuracy_score, precision_score
groups = ["sex", "race", "age_band", "region"]
log = pd.read_csv(sys.argv[1], usecols=[*groups, "decision", "label"])
n = int(sys.argv[2])
more = dict(n_boot=n, ci_quantiles=[0.025, 0.975], random_state=0) if n else {}
frame = MetricFrame(metrics=dict(a=selection_rate, b=true_positive_rate, c=false_positive_rate, d=false_negative_rate,
                                 e=accuracy_score, f=precision_score),
                    y_true=log["label"], y_pred=log["decision"], sensitive_features=log[groups], **more)
frame.by_group, frame.difference()
"""


def run(short: bool) -> list[Row]:  # noqa: FBT001 - what `bench` calls
    """Our CPU at rising sizes; Fairlearn's at 100 thousand rows, with fewer resamples in the short form."""
    sizes = (100_000, 1_000_000) if short else (100_000, 1_000_000, 10_000_000)
    found: list[Row] = []
    with TemporaryDirectory(prefix="hotwash-bench-") as folder:
        base = 0.0
        for rows in sizes:
            log = _log(Path(folder), rows)
            say(f"fairness of {rows:,} rows, {RESAMPLES} resamples")
            plain, ours = (child([sys.executable, "-c", _OURS, str(log), str(n)]) for n in (0, RESAMPLES))
            base = base or ours.cpu_s
            figures = {
                "CPU s": ours.cpu_s,
                "of it for resampling": ours.cpu_s - plain.cpu_s,
                "RSS MB": ours.rss_mb,
            }
            found.append(Row(f"hotwash, {rows:,} rows, 384 groups, {RESAMPLES} resamples", figures))
        found.append(_peer(Path(folder), base, resamples=2 if short else RESAMPLES))
    return found


def _peer(folder: Path, ours: float, *, resamples: int) -> Row:
    """Fairlearn at the smallest size. Its cost is a resample's, times their number: the short form scales it up."""
    python = python_of("fairlearn")
    if isinstance(python, str):
        return Row(f"Fairlearn: {python}")
    csv = folder / "peer.csv"
    duckdb.execute(f"COPY (FROM '{folder / '100000.parquet'}') TO '{csv}' (HEADER)")
    say(f"Fairlearn, {resamples} resamples")
    none, some = (child([str(python), "-c", _THEIRS, str(csv), str(n)]) for n in (0, resamples))
    whole = none.cpu_s + (some.cpu_s - none.cpu_s) / resamples * RESAMPLES
    work = "Fairlearn, 100,000 rows" + ("" if resamples == RESAMPLES else f", from {resamples} resamples")
    return Row(work, {"CPU s": whole, "RSS MB": some.rss_mb, "times ours": whole / ours}, whole / ours >= 50)


def _log(folder: Path, rows: int) -> Path:
    """Four attributes, 384 combinations, one of them harmed."""
    place = folder / f"{rows}.parquet"
    duckdb.execute(f"""
        COPY (
            SELECT 's' || (hash(i, 1) % 2) AS sex, 'r' || (hash(i, 2) % 6) AS race, 'a' || (hash(i, 3) % 8) AS age_band,
                'g' || (hash(i, 4) % 4) AS region, ((hash(i, 5) % 1000) / 1000.0
                - CASE WHEN hash(i, 2) % 6 = 5 AND hash(i, 3) % 8 = 7 THEN 0.2 ELSE 0 END >= 0.5)::TINYINT AS decision,
                ((hash(i, 5) % 1000) / 1400.0 + (hash(i, 6) % 1000) / 3300.0 >= 0.5)::TINYINT AS label
            FROM range({rows}) t(i)
        ) TO '{place}' (FORMAT parquet, COMPRESSION zstd)
    """)
    return place


if __name__ == "__main__":
    print(json.dumps([[row.work, dict(row.figures)] for row in run(short="--long" not in sys.argv)], indent=1))
