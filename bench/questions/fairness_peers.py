"""Fairness beside the tools that others use. Each runs once, from the same Parquet file; none computes an interval.

CPU of the job itself, after every library is loaded.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Figure, Row, say
from bench.peers import python_of
from bench.questions.fairness import audit, job, made

_AEQUITAS = """
import warnings; warnings.filterwarnings("ignore")
import pandas as pd
from aequitas import Audit
A = ["sex", "race", "age_band", "region"]
since = begun()
frame = pd.read_parquet(sys.argv[1], columns=[*A, "decision", "label"])
frame = frame.rename(columns={"decision": "score", "label": "label_value"})
frame = frame.astype({"score": "int64", "label_value": "int64"})
Audit(frame, score_column="score", label_column="label_value", sensitive_attribute_column=A).audit(bias_args={})
told(since)
"""
_AIF360 = """
import warnings, logging; warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
import pandas as pd
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import ClassificationMetric
A = ["sex", "race", "age_band", "region"]
since = begun()
frame = pd.read_parquet(sys.argv[1], columns=[*A, "decision", "label"])
for x in A: frame[x] = frame[x].astype("category").cat.codes.astype("int8")
truth = frame.drop(columns="decision")
decided = frame.drop(columns="label").rename(columns={"decision": "label"})[truth.columns]
words = dict(label_names=["label"], protected_attribute_names=A, favorable_label=1, unfavorable_label=0)
one, two = BinaryLabelDataset(df=truth, **words), BinaryLabelDataset(df=decided, **words)
for x in A:
    reference = int(frame[x].mode()[0])
    for v in sorted(frame[x].unique()):
        if v != reference:
            m = ClassificationMetric(one, two, unprivileged_groups=[{x: float(v)}],
                                     privileged_groups=[{x: float(reference)}])
            m.disparate_impact(), m.statistical_parity_difference(), m.equal_opportunity_difference()
            m.average_odds_difference(), m.false_negative_rate_difference(), m.error_rate_difference()
told(since)
"""
_FAIRLEARN = """
import warnings; warnings.filterwarnings("ignore")
import pandas as pd
from fairlearn.metrics import (MetricFrame, false_negative_rate, false_positive_rate, selection_rate,
                               true_positive_rate)
from sklearn.metrics import accuracy_score, precision_score
A = ["sex", "race", "age_band", "region"]
since = begun()
frame = pd.read_parquet(sys.argv[1], columns=[*A, "decision", "label"])
found = MetricFrame(metrics=dict(a=selection_rate, b=true_positive_rate, c=false_positive_rate, d=false_negative_rate,
                                 e=accuracy_score, f=precision_score),
                    y_true=frame["label"], y_pred=frame["decision"], sensitive_features=frame[A])
found.by_group, found.difference()
told(since)
"""
_PEERS = {"Aequitas": (_AEQUITAS, 50), "AIF360": (_AIF360, None), "Fairlearn": (_FAIRLEARN, 500)}
PEER_MOST_S = 1_800


def run(short: bool) -> list[Row]:  # noqa: FBT001 - what `bench` calls
    """A million rows in the short form, ten million in the long one."""
    with TemporaryDirectory(prefix="hotwash-bench-") as folder:
        return _beside(made(Path(folder), 1_000_000 if short else 10_000_000), short=short)


def _beside(log: Path, *, short: bool) -> list[Row]:
    size = int(log.stem)
    say(f"ours and decoding, {size:,} rows")
    ours, plain = (audit(log, fold=fold, rounds=7) for fold in (4, 0))
    found = [
        Row(f"decoding, {size:,} rows", {"CPU s": ours.bare_s}),
        Row("ours, 384 intersections", {"CPU s": ours.ours_s, "times decoding": ours.times}),
        Row("ours, the 20 groups without intersections", {"CPU s": plain.ours_s, "times decoding": plain.times}),
    ]
    for name, (script, target) in _PEERS.items():
        python = python_of(name.lower())
        if isinstance(python, str):
            found.append(Row(f"{name}: {python}"))
            continue
        say(f"{name}, {size:,} rows")
        try:
            theirs, spent = job(str(python), script, log, timeout_s=PEER_MOST_S)
        except RuntimeError as failed:  # too little memory or time, most often: this is a figure too
            found.append(Row(f"{name}, {size:,} rows: {str(failed).strip().splitlines()[-1][-80:]}"))
            continue
        took = theirs["cpu_s"]
        # A tenth of a second of ours is the same at any size: the targets are for the large log.
        judged = target if target and not short else None
        figures: dict[str, Figure] = {
            "CPU s": took,
            "RSS MB": spent.rss_mb,
            "times ours": took / ours.ours_s,
            "times ours without intersections": took / plain.ours_s,
            "times decoding": took / ours.bare_s,
            "target": f"at least {judged} × ours" if judged else None,
        }
        kept = took >= judged * ours.ours_s if judged else None
        found.append(Row(f"{name}, {size:,} rows", figures, kept))
    return found
