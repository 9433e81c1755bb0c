"""What every question makes of worlds whose truth is known, measured: how often it is right, over many seeds.

`python -m tests.investigate.truth --write` plays all worlds and writes docs/explanation/truth.md. The tests play a few
of the same worlds in `make test`, and all of them in `make soak`.
"""

import argparse
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import sqrt
from pathlib import Path
from typing import Any

from tests.investigate import worlds

from hotwash.investigate import (
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
    scores,
    slices,
    texts,
)

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "truth.md"
FIRST_SEED = 20_000

Verdict = dict[str, bool | None]
"""What came true in one world, by the name of the promise. None: this world says nothing about it."""


@dataclass(frozen=True, slots=True)
class Promise:
    """How often something comes true.

    :param share: at least so often; for false alarms, at most
    """

    says: str
    share: float
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """A kind of world, the question that is asked of it, and what is promised.

    :param few: how many worlds `make test` plays
    :param many: how many worlds `make soak` plays
    """

    question: str
    world: str
    ask: Callable[[int], Verdict]
    promises: dict[str, Promise]
    few: int
    many: int


@dataclass(frozen=True, slots=True)
class Measured:
    """How often one promise was kept."""

    promise: Promise
    hits: int
    runs: int

    @property
    def rate(self) -> float:
        """As a share."""
        return self.hits / self.runs

    @property
    def limits(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        z, p, n = 1.959964, self.rate, self.runs
        middle, reach = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - reach) / (1 + z * z / n)), min(1.0, (middle + reach) / (1 + z * z / n))

    @property
    def kept(self) -> bool:
        """Whether the measured share keeps the promise. A false alarm rate does if its interval reaches the promise:
        it is promised as a probability, which a measured share scatters around."""
        return self.limits[0] <= self.promise.share if self.promise.alarm else self.rate >= self.promise.share


def _inside(number: dict[str, Any], true: float) -> bool:
    return bool(number["low"] <= true <= number["high"])


def _harm(seed: int) -> Verdict:
    world = worlds.harm(seed)
    before = f"at < '{world.truth['since']}'"
    r = blast_radius(world.log, harm="wrong", subject="person", time="at", by="region", baseline=before).result
    cohorts = {one["attributes"]["region"]: (one["decisions"], one["subjects"]) for one in r["by"]}
    days = {one["since"][:10]: (one["decisions"], one["subjects"]) for one in r["over_time"]}
    exact = (r["decisions"], r["subjects"]) == world.truth["all"]
    return {
        "exact": exact and cohorts == world.truth["cohorts"] and days == world.truth["days"],
        "excess": _inside(r["excess"], world.truth["excess"]),
    }


def _audit(seed: int) -> Verdict:
    world = worlds.audit(seed)
    ask: dict[str, Any] = {"decision": "flagged", "label": "label", "group": "group", "reference": {"group": "a"}}
    found = fairness(world.log, **ask).result
    groups = {g["attributes"]["group"]: g for g in found["groups"]}
    told: Verdict = {
        "exact": all(
            [groups[name][cell] for cell in ("tp", "fp", "tn", "fn")] == cells
            for name, cells in world.truth["cells"].items()
        )
    }
    for metric, name in (("fpr", "b"), ("tpr", "c")):
        gap = world.truth[metric][name] - world.truth[metric]["a"]
        told[metric] = _inside(groups[name]["difference"][metric], gap)
    fair = fairness(worlds.audit(seed, unfair=False).log, **ask).result["disparities"]
    # Base rates differ in this world, so that only error rates are equal.
    told["alarm"] = any(d["p_holm"] is not None and d["p_holm"] <= 0.05 for d in fair if d["metric"] in ("fpr", "tpr"))
    return told


def _dated(found: Any, true: datetime) -> Verdict:
    """Whether a change was found; whether one of those found holds the true moment in its interval."""
    listed = found.result["changes"]
    inside = any(datetime.fromisoformat(c["low"]) <= true <= datetime.fromisoformat(c["high"]) for c in listed)
    return {"found": bool(listed), "inside": inside if listed else None}


def _rate(seed: int, **more: Any) -> Verdict:
    every = more.get("every", "day")
    world = worlds.course(seed, **more)
    told = _dated(onset(world.log, time="at", harm="wrong", every=every), world.truth["at"])
    calm = worlds.course(seed, **(more | {"rise": 0.0}))
    told["alarm"] = bool(onset(calm.log, time="at", harm="wrong", every=every).result["changes"])
    return told


def _volume(seed: int, *, a_period: float, periods: int) -> Verdict:
    calm = worlds.course(seed, every="hour", rise=0.0, a_period=a_period, periods=periods)
    return {"alarm": bool(onset(calm.log, time="at", every="hour").result["changes"])}


def _gap(seed: int) -> Verdict:
    world, calm = worlds.gap(seed), worlds.gap(seed, rise=0.0)
    told = _dated(onset(world.log, time="at", harm="wrong", group="group"), world.truth["at"])
    told["alarm"] = bool(onset(calm.log, time="at", harm="wrong", group="group").result["changes"])
    return told


def _mean(seed: int) -> Verdict:
    world, calm = worlds.values(seed), worlds.values(seed, rise=0.0)
    told = _dated(onset(world.log, time="at", value="score"), world.truth["at"])
    told["alarm"] = bool(onset(calm.log, time="at", value="score").result["changes"])
    return told


def _mixed(seed: int) -> Verdict:
    world, calm = worlds.mixed(seed), worlds.mixed(seed, moved=False)
    listed = changes(world.log, time="at", harm="wrong").result["changes"]
    return {
        "first": bool(listed) and listed[0]["what"] == world.truth["what"],
        "alarm": bool(changes(calm.log, time="at", harm="wrong").result["changes"]),
    }


def _deployed(seed: int) -> Verdict:
    world = worlds.deployed(seed)
    listed = changes(world.log, time="at", harm="wrong", deployments=world.truth["deployments"]).result["changes"]
    return {"first": bool(listed) and listed[0]["what"] == world.truth["what"]}


def _cohorts(seed: int) -> Verdict:
    world = worlds.cohorts(seed)
    listed = slices(world.log, harm="wrong", support=0.005).result["slices"]
    told = {str(one["where"]): one for one in listed}
    planted = [told.get(str(world.truth[name])) for name in ("two", "three")]
    counted = [
        one is None or (one["n"], one["harmed"]) == n for one, n in zip(planted, world.truth["counts"], strict=True)
    ]
    held = [one is None or _inside(one["excess"], x) for one, x in zip(planted, world.truth["excess"], strict=True)]
    by_rate = [one["where"] for one in sorted(listed, key=lambda one: one["rank_by_rate"])]
    calm = worlds.cohorts(seed, rows=6_000, planted=False)
    return {
        "two": bool(listed) and listed[0]["where"] == world.truth["two"],
        "three": bool(listed) and by_rate[0] == world.truth["three"],
        "only": [one["where"] for one in listed] == [world.truth["two"], world.truth["three"]],
        "exact": all(counted),
        "excess": all(held),
        "alarm": bool(slices(calm.log, harm="wrong").result["slices"]),
    }


def _exchanges(seed: int) -> Verdict:
    world, calm = worlds.exchanges(seed), worlds.exchanges(seed, planted=False)
    r = texts(world.log, text="text", harm="harmful").result
    copies = next(iter(r["clusters"]), None)
    quiet = texts(calm.log, text="text", harm="harmful").result
    return {
        "words": {t["term"] for t in r["terms"][:3]} == world.truth["words"],
        "copies": copies is not None and copies["rows"] >= 19 and copies["harmful"] == copies["rows"],
        "alarm": any(t["p_holm"] <= 0.05 for side in ("terms", "terms_of_others") for t in quiet[side]),
    }


def _columns(seed: int) -> Verdict:
    world, calm = worlds.columns(seed, changed=True), worlds.columns(seed, changed=False, rows=800)
    r = drift(world.log, world.truth["current"]).result["columns"]
    quiet = drift(calm.log, calm.truth["current"], floor=0).result["columns"]
    moved = world.truth["moved"]
    return {
        "found": moved <= {one["name"] for one in r if one["drifted"]},
        "first": {one["name"] for one in r[: len(moved)]} == moved,
        "alarm": any(one["drifted"] for one in quiet),
    }


def _versions(seed: int) -> Verdict:
    world, calm = worlds.versions(seed), worlds.versions(seed, shift=0.0)
    words: dict[str, Any] = {"decision": "decision", "label": "label", "group": "race", "reference": {"race": "Blue"}}
    one, two = "version = 'v1'", "version = 'v2'"
    gaps = compare(world.log, one=one, two=two, **words).result["gaps"]
    moved = next(g["change"] for g in gaps if g["metric"] == "fnr")
    held = fix(world.log, before=one, after=two, **words).result["changes"]
    fixed = next(c["change"] for c in held if c["metric"] == "fnr")
    return {
        "compare": _inside(moved, world.truth["shift"]),
        "fix": _inside(fixed, world.truth["shift"]),
        "alarm": bool(compare(calm.log, one=one, two=two, **words).result["distinct"]),
    }


def _scored(seed: int) -> Verdict:
    world, calm = worlds.scored(seed), worlds.scored(seed, odds=1.0)
    words: dict[str, Any] = {"score": "score", "label": "label", "group": "group", "reference": {"group": "a"}}

    def odds(log: Any) -> dict[str, Any]:
        b = next(g for g in scores(log, **words).result["groups"] if g["attributes"] == {"group": "b"})
        found: dict[str, Any] = b["calibration"]["odds_ratio_given_score"]
        return found

    return {"inside": _inside(odds(world.log), world.truth["odds"]), "alarm": odds(calm.log)["p"] <= 0.05}


def _of_b(found: Any) -> dict[str, Any]:
    entry: dict[str, Any] = next(g for g in found.result["groups"] if g["attributes"] == {"group": "b"})
    return entry


def _estimated(seed: int) -> Verdict:
    world = worlds.estimated(seed)
    found = estimates(world.log, estimate="estimate", truth="truth", group="group", reference={"group": "a"})
    return {"inside": _inside(_of_b(found)["difference"]["mean_error"], world.truth["difference"])}


def _rankings(seed: int) -> Verdict:
    told: Verdict = {}
    for name, favoured in (("inside", True), ("level", False)):
        world = worlds.rankings(seed, favoured=favoured)
        found = exposure(world.log, position="position", group="group", reference={"group": "a"})
        told[name] = _inside(_of_b(found)["difference"], world.truth["difference"])
    return told


def _labelled(seed: int) -> Verdict:
    world, calm = worlds.labelled(seed), worlds.labelled(seed, late=False)
    since = late_labels(world.log, label="label", time="at").result["censored_since"]
    return {
        "found": since is not None and datetime.fromisoformat(since) == world.truth["since"],
        "alarm": late_labels(calm.log, label="label", time="at").result["censored_since"] is not None,
    }


EXACT = Promise("every count is that of counting by hand", 1.0)
HELD = 0.93


def _dating(found: float, alarm: float = 0.05) -> dict[str, Promise]:
    return {
        "found": Promise("a change is found", found),
        "inside": Promise("where found, the true moment lies in a 95 % interval", HELD),
        "alarm": Promise("without a change, one is found all the same", alarm, alarm=True),
    }


def _quiet(says: str) -> dict[str, Promise]:
    return {"alarm": Promise(says, 0.05, alarm=True)}


PLAYS: dict[str, Play] = {
    "harm": Play(
        "blast-radius",
        "4,000 decisions in 40 days; from a day on one region is harmed more often, by 3 to 30 points",
        _harm,
        {"exact": EXACT, "excess": Promise("the true excess lies in its 95 % interval", HELD)},
        30,
        2_000,
    ),
    "audit": Play(
        "fairness",
        "3,000 decisions; one of three groups is wrongly flagged more often, one rightly less often",
        _audit,
        {
            "exact": EXACT,
            "fpr": Promise("the true gap of false positive rates lies in its 95 % interval", HELD),
            "tpr": Promise("the true gap of true positive rates lies in its 95 % interval", HELD),
        }
        | _quiet("where errors are equal, one of their gaps has a corrected p of 0.05 or less"),
        20,
        1_000,
    ),
    "rate by day": Play(
        "onset",
        "the rate of harm goes from 10 % to 20 % on one of 120 days of about 60 decisions",
        _rate,
        _dating(0.99),
        12,
        600,
    ),
    "small rate by day": Play(
        "onset",
        "the rate of harm goes from 10 % to 13 % on one of 120 days of about 200 decisions",
        partial(_rate, rise=0.03, a_period=200),
        _dating(0.90),
        0,
        400,
    ),
    "rate by the hour, 20 decisions": Play(
        "onset",
        "from 10 % to 25 % in one of 336 hours of about 20 decisions",
        partial(_rate, every="hour", rise=0.15, a_period=20, periods=336),
        _dating(0.99),
        6,
        600,
    ),
    "rate by the hour, 10 decisions": Play(
        "onset",
        "from 5 % to 15 % in one of 336 hours of about 10 decisions",
        partial(_rate, every="hour", rise=0.1, base=0.05, a_period=10, periods=336),
        _dating(0.99),
        0,
        600,
    ),
    "volume by the hour": Play(
        "onset",
        "no change; 336 hours of about 15 decisions, whose number is followed",
        partial(_volume, a_period=15, periods=336),
        _quiet("without a change, one is found all the same"),
        0,
        600,
    ),
    "volume by the hour, a month": Play(
        "onset",
        "no change; 720 hours of about 10 decisions, whose number is followed",
        partial(_volume, a_period=10, periods=720),
        _quiet("without a change, one is found all the same"),
        0,
        400,
    ),
    "gap": Play(
        "onset",
        "the gap of one group to the other goes from 0 to 12 points on one of 120 days",
        _gap,
        _dating(0.99),
        8,
        400,
    ),
    "mean": Play(
        "onset",
        "the mean of a score with heavy tails moves by 0.4 on one of 120 days of 30 decisions",
        _mean,
        _dating(0.99),
        8,
        400,
    ),
    "mix": Play(
        "changes",
        "hard cases go from 20 % to 60 %; three other columns are noise",
        _mixed,
        {"first": Promise("the column that moved comes first", 0.97)}
        | _quiet("where nothing moved, a change is named"),
        8,
        300,
    ),
    "deployment": Play(
        "changes",
        "one of six deployments, a week apart, adds 12 points of harm; three columns are noise",
        _deployed,
        {"first": Promise("the deployment that did it comes first", 0.97)},
        8,
        300,
    ),
    "cohorts": Play(
        "slices",
        "30,000 decisions with eight features; planted: 35 % where two features meet, 60 % where three do, else 10 %",
        _cohorts,
        {
            "two": Promise("the cohort of depth 2 comes first by excess", 0.97),
            "three": Promise("the cohort of depth 3 comes first by rate", 0.97),
            "only": Promise("both are told, in this order, and nothing else", 0.93),
            "exact": EXACT,
            "excess": Promise("both true excesses lie in their intervals, which hold for the whole search", HELD),
        }
        | _quiet("where nothing is planted (6,000 decisions), a cohort is told"),
        4,
        300,
    ),
    "exchanges": Play(
        "texts",
        "800 texts of 12 words; three words stand in 60 % of harmful ones and 10 % of others; 20 near copies",
        _exchanges,
        {
            "words": Promise("the three planted words are the first three", 0.97),
            "copies": Promise("the near copies are the first cluster, 19 of 20 or more of them", 0.95),
        }
        | _quiet("where nothing is planted, a word has a corrected p of 0.05 or less"),
        2,
        150,
    ),
    "columns": Play(
        "drift",
        "twelve columns, 3,000 rows a side; four moved",
        _columns,
        {
            "found": Promise("all four are found", 0.99),
            "first": Promise("the four come first", 0.97),
        }
        | _quiet("where none moved (800 rows, no floor), one has drifted"),
        8,
        500,
    ),
    "versions": Play(
        "compare, fix",
        "1,600 decisions; in the second version one group is refused 20 points more often",
        _versions,
        {
            "compare": Promise("the true change of the gap lies in its 95 % interval (compare)", HELD),
            "fix": Promise("the true change of the gap lies in its 95 % interval (fix)", HELD),
        }
        | _quiet("where versions are equal, some line of the table is distinct"),
        12,
        600,
    ),
    "scores": Play(
        "scores",
        "3,000 scores; at the same score group b has twice the odds",
        _scored,
        {"inside": Promise("the true odds ratio lies in its 95 % interval", HELD)}
        | _quiet("where scores mean the same, the test says otherwise (p of 0.05 or less)"),
        12,
        600,
    ),
    "estimates": Play(
        "estimates",
        "1,500 estimates; those of group b are one too high",
        _estimated,
        {"inside": Promise("the true difference of mean errors lies in its 95 % interval", HELD)},
        20,
        800,
    ),
    "rankings": Play(
        "exposure",
        "150 whole lists of six places; group a is drawn to the top",
        _rankings,
        {
            "inside": Promise("the true difference of exposure lies in its 95 % interval", HELD),
            "level": Promise("where nobody is favoured, the difference 0 lies in its 95 % interval", HELD),
        },
        12,
        600,
    ),
    "labels": Play(
        "late-labels",
        "16 weeks of 200 decisions; labels are late in the newest weeks",
        _labelled,
        {"found": Promise("the first week of late labels is named", 0.90)}
        | _quiet("where labels are not late, a week is named"),
        12,
        600,
    ),
}


def played(name: str, runs: int) -> dict[str, Measured]:
    """One kind of world, so many times, from the same seeds each time."""
    return _counted(PLAYS[name], [_one((name, FIRST_SEED + i)) for i in range(runs)])


def _one(which: tuple[str, int]) -> Verdict:
    return PLAYS[which[0]].ask(which[1])


def _counted(play: Play, verdicts: list[Verdict]) -> dict[str, Measured]:
    found = {}
    for name, promise in play.promises.items():
        told = [one[name] for one in verdicts if one[name] is not None]
        found[name] = Measured(promise, sum(map(bool, told)), len(told))
    return found


def page(measured: dict[str, dict[str, Measured]]) -> str:
    """The page of the documentation."""
    rows = []
    for name, found in measured.items():
        play = PLAYS[name]
        for place, one in enumerate(found.values()):
            low, high = one.limits
            promise = f"{'≤' if one.promise.alarm else '≥'} {100 * one.promise.share:g} %"
            if one.promise.share == 1:
                promise = "all"
            rows.append(
                f"| {play.question if not place else ''} | {play.world if not place else ''} | {one.promise.says} | "
                f"{promise} | {one.hits:,} of {one.runs:,} | {100 * one.rate:.1f} % | "
                f"{100 * low:.1f}–{100 * high:.1f} | {'kept' if one.kept else '**missed**'} |"
            )
    return HEAD + "\n".join(rows) + "\n"


HEAD = """# How often the questions are right

Worlds with planted truth: who was harmed, since when, by how much, at which depth. Each world is drawn from a seed, a
question is asked of it, and its answer is held against what was planted. The worlds stand in
`tests/investigate/worlds.py`, what is held against what in `tests/investigate/truth.py`. `make test` plays a few of
each; `make soak` plays all and fails where a promise is broken. This page is written by
`python -m tests.investigate.truth --write`, from the same seeds each time, so that it changes only with the code.

How to read it: *promised* is what the tests hold; the last number is Wilson's 95 % interval of the measured share, in
per cent. A false alarm is promised as a probability; it counts as kept while that interval reaches down to the promise.
An interval of 95 % is promised to hold in at least 93 % of the worlds. What such worlds cannot show: how well the
questions do where the world is built otherwise than they assume. What each assumes stands on its page in the reference.

| question | world | what should come true | promised | measured | share | interval | |
|---|---|---|---|---|---|---|---|
"""


def main(argv: list[str] | None = None) -> int:
    """Play, print, and write the page if asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[[], *PLAYS], metavar="WORLD")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--write", action="store_true")
    told = parser.parse_args(argv)
    measured = {}
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for name in told.names or PLAYS:
            play = PLAYS[name]
            seeds = [(name, FIRST_SEED + i) for i in range(told.runs or play.many)]
            measured[name] = _counted(play, list(pool.map(_one, seeds, chunksize=5)))
            for one in measured[name].values():
                low, high = one.limits
                sys.stdout.write(
                    f"{name}: {one.promise.says}: {one.hits} of {one.runs} = {one.rate:.4f} ({low:.3f} to {high:.3f})"
                    f"{'' if one.kept else '  MISSED'}\n"
                )
            sys.stdout.flush()
    if told.write:
        PAGE.write_text(page(measured), encoding="utf-8")
    return 0 if all(one.kept for found in measured.values() for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
