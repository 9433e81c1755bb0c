"""Every question, asked of the rows of `one_log` so that each of its words and each kind of column is met."""

from collections.abc import Callable
from typing import Any

from hotwash.investigate import (
    Finding,
    agreement,
    blast_radius,
    changes,
    compare,
    drift,
    estimates,
    exposure,
    fairness,
    fix,
    late_labels,
    onset,
    refusals,
    scores,
    slices,
    texts,
)

SPRING, AUTUMN = "at < '2026-06-01'", "at >= '2026-06-01'"
LIVE = [
    {"at": "2026-03-29T09:00:00Z", "part": "model", "version": "v2"},
    {"at": "2026-10-25T09:00:00Z", "part": "data"},
]

QUESTIONS: dict[str, dict[str, Callable[[Any], Finding]]] = {
    "fairness": {
        "of decisions": lambda log: fairness(
            log, decision="decision", label="label", group=["race", "site"], intersections=2, where="note <> 'AB'"
        ),
        "by score": lambda log: fairness(log, score="score", threshold=0.5, label="label", group="race"),
        "without labels": lambda log: fairness(log, decision="decision", group="day", smallest_cell=3),
    },
    "blast-radius": {
        "by the day": lambda log: blast_radius(
            log, harm="not decision", subject="person", time="at", by=["race", "site"], baseline=SPRING
        ),
        "by the hour": lambda log: blast_radius(log, harm="score < 0.3", time="at", every="hour"),
        "by the week": lambda log: blast_radius(
            log, harm="score < 0.3", time="clock" if log.zone else "at", every="week"
        ),
        "by the month of a date": lambda log: blast_radius(log, harm="label = 1", time="day", every="month"),
    },
    "onset": {
        "of a rate": lambda log: onset(log, time="at", harm="not decision", every="hour", alarm=0.5),
        "of a mean": lambda log: onset(log, time="at", value="score", where="site > 0", every="hour"),
        "of a mean by group": lambda log: onset(log, time="day", value="score", group="race", every="week"),
        "of a gap": lambda log: onset(log, time="at", harm="score < 0.3", group="site", where="site > 0"),
        "of the volume": lambda log: onset(log, time="day", every="week", watch="2026-08-03"),
    },
    "changes": {
        "found": lambda log: changes(log, time="at", harm="not decision", deployments=LIVE, alarm=0.5),
        "at a moment": lambda log: changes(
            log, time="day", harm="score < 0.3", at="2026-10-25", columns=["race", "site", "note"], where="label = 1"
        ),
    },
    "compare": {
        "of two parts": lambda log: compare(
            log,
            one=SPRING,
            two=AUTUMN,
            harm="score < 0.3",
            subject="person",
            decision="decision",
            label="label",
            group=["race", "site"],
            columns=["score", "note"],
            where="note <> 'AB'",
        ),
        "of one and the rest": lambda log: compare(log, one="site = 1", harm="not decision"),
    },
    "slices": {
        "of a harm": lambda log: slices(
            log,
            harm="not decision",
            features=["race", "site", "label", "score", "note"],
            where="note <> 'AB'",
            alarm=0.5,
        ),
        "of wrong decisions": lambda log: slices(log, score="score", label="label", features=["race", "decision"]),
    },
    "drift": {
        "of a part": lambda log: drift(
            log, baseline=SPRING, where="site > 0", floor=0, columns=["race", "note", "site", "score", "label"]
        ),
        "between two parts": lambda log: drift(log, baseline="site = 1", against="site > 1", columns=["score"]),
    },
    "fix": {
        "by conditions": lambda log: fix(
            log, decision="decision", label="label", group=["race", "site"], before=SPRING, after=AUTUMN
        ),
        "since a moment": lambda log: fix(
            log, decision="decision", group="race", since="2026-06-01", time="day", where="site > 0"
        ),
    },
    "scores": {
        "by group": lambda log: scores(
            log, score="score", label="label", group=["race", "site"], threshold=0.5, smallest_group=5
        ),
        "without labels": lambda log: scores(log, score="score", group="site", where="note <> 'AB'"),
    },
    "estimates": {
        "by group": lambda log: estimates(
            log, estimate="score", truth="label", group=["race", "site"], where="note <> 'AB'", smallest_group=5
        ),
    },
    "exposure": {
        "by group": lambda log: exposure(
            log, position="site", before="label", group=["race", "note"], top=2, smallest_group=5
        ),
    },
    "late-labels": {
        "by the day": lambda log: late_labels(log, label="label", time="at", group=["race", "site"], every="day"),
        "by the month": lambda log: late_labels(log, label="note", time="day", every="month", where="site > 0"),
    },
    "texts": {
        "by harm": lambda log: texts(log, text="note", harm="not decision", where="site > 0"),
    },
    "refusals": {
        "by verdict": lambda log: refusals(
            log, by="site", verdict="note", full="AB", partial=["ab", ""], unsafe="label = 1", prompt="person"
        ),
        "by phrases": lambda log: refusals(log, by="race", response="note", where="site > 0"),
    },
    "agreement": {
        "of two": lambda log: agreement(log, annotators=["decision", "label"], where="site > 0"),
        "of three": lambda log: agreement(log, annotators=["race", "note", "label"], ignore=["", "ab"]),
    },
}
"""Every question by the word that API and CLI use, asked in one way or more."""
