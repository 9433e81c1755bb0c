"""Fairness with bootstrap intervals: whatever the number of rows, beside Fairlearn, which resamples the rows."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.measure import Row, child, say
from bench.peers import python_of

RESAMPLES = 100
PEER_LEAST, PEER_MOST_S = 50, 2_400

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
    command = [str(python), "-c", _THEIRS, str(csv)]
    try:
        none, some = (child([*command, str(n)], timeout_s=PEER_MOST_S) for n in (0, resamples))
    except RuntimeError as failed:
        return Row(f"Fairlearn, 100,000 rows, {resamples} resamples: {str(failed).strip().splitlines()[-1][-80:]}")
    whole = none.cpu_s + (some.cpu_s - none.cpu_s) / resamples * RESAMPLES
    work = "Fairlearn, 100,000 rows" + ("" if resamples == RESAMPLES else f", from {resamples} resamples")
    figures = {"CPU s": whole, "RSS MB": some.rss_mb, "times ours": whole / ours}
    return Row(work, figures | {"target": f"at least {PEER_LEAST} × ours"}, whole / ours >= PEER_LEAST)


def _log(folder: Path, rows: int) -> Path:
    """Four attributes, 384 combinations, one of them harmed."""
    place = folder / f"{rows}.parquet"
    duckdb.execute(f"""
        COPY (
            SELECT 's' || floor(u1 * 2)::INT AS sex, 'r' || floor(u2 * 6)::INT AS race,
                'a' || floor(u3 * 8)::INT AS age_band, 'g' || floor(u4 * 4)::INT AS region,
                (u5 - CASE WHEN u2 * 6 >= 5 AND u3 * 8 >= 7 THEN 0.2 ELSE 0 END >= 0.5)::TINYINT AS decision,
                (0.7 * u5 + 0.3 * u6 >= 0.5)::TINYINT AS label
            FROM (SELECT {", ".join(f"(hash(i, {k}) % 1000000) / 1e6 AS u{k}" for k in range(1, 7))}
                FROM range({rows}) t(i))
        ) TO '{place}' (FORMAT parquet, COMPRESSION zstd)
    """)
    return place


if __name__ == "__main__":
    print(json.dumps([[row.work, dict(row.figures)] for row in run(short="--long" not in sys.argv)], indent=1))
