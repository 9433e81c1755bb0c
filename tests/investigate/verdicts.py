"""What is asked of each kind of world, and what of the answer is held against what was planted."""

from datetime import datetime
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

Verdict = dict[str, bool | None]
"""What came true in one world, by the name of the promise. None: this world says nothing about it."""


def _inside(number: dict[str, Any], true: float) -> bool:
    return bool(number["low"] <= true <= number["high"])


def of_harm(seed: int) -> Verdict:
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


def of_audit(seed: int) -> Verdict:
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


def of_rate(seed: int, **more: Any) -> Verdict:
    every = more.get("every", "day")
    world = worlds.course(seed, **more)
    told = _dated(onset(world.log, time="at", harm="wrong", every=every), world.truth["at"])
    calm = worlds.course(seed, **(more | {"rise": 0.0}))
    told["alarm"] = bool(onset(calm.log, time="at", harm="wrong", every=every).result["changes"])
    return told


def of_volume(seed: int, *, a_period: float, periods: int) -> Verdict:
    calm = worlds.course(seed, every="hour", rise=0.0, a_period=a_period, periods=periods)
    return {"alarm": bool(onset(calm.log, time="at", every="hour").result["changes"])}


def of_gap(seed: int) -> Verdict:
    world, calm = worlds.gap(seed), worlds.gap(seed, rise=0.0)
    told = _dated(onset(world.log, time="at", harm="wrong", group="group"), world.truth["at"])
    told["alarm"] = bool(onset(calm.log, time="at", harm="wrong", group="group").result["changes"])
    return told


def of_mean(seed: int) -> Verdict:
    world, calm = worlds.values(seed), worlds.values(seed, rise=0.0)
    told = _dated(onset(world.log, time="at", value="score"), world.truth["at"])
    told["alarm"] = bool(onset(calm.log, time="at", value="score").result["changes"])
    return told


def of_mixed(seed: int) -> Verdict:
    world, calm = worlds.mixed(seed), worlds.mixed(seed, moved=False)
    listed = changes(world.log, time="at", harm="wrong").result["changes"]
    return {
        "first": bool(listed) and listed[0]["what"] == world.truth["what"],
        "alarm": bool(changes(calm.log, time="at", harm="wrong").result["changes"]),
    }


def of_deployed(seed: int) -> Verdict:
    world = worlds.deployed(seed)
    listed = changes(world.log, time="at", harm="wrong", deployments=world.truth["deployments"]).result["changes"]
    return {"first": bool(listed) and listed[0]["what"] == world.truth["what"]}


def of_cohorts(seed: int) -> Verdict:
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


def of_exchanges(seed: int) -> Verdict:
    world, calm = worlds.exchanges(seed), worlds.exchanges(seed, planted=False)
    r = texts(world.log, text="text", harm="harmful").result
    copies = next(iter(r["clusters"]), None)
    quiet = texts(calm.log, text="text", harm="harmful").result
    return {
        "words": {t["term"] for t in r["terms"][:3]} == world.truth["words"],
        "copies": copies is not None and copies["rows"] >= 19 and copies["harmful"] == copies["rows"],
        "alarm": any(t["p_holm"] <= 0.05 for side in ("terms", "terms_of_others") for t in quiet[side]),
    }


def of_columns(seed: int) -> Verdict:
    world, calm = worlds.columns(seed, changed=True), worlds.columns(seed, changed=False, rows=800)
    r = drift(world.log, world.truth["current"]).result["columns"]
    quiet = drift(calm.log, calm.truth["current"], floor=0).result["columns"]
    moved = world.truth["moved"]
    return {
        "found": moved <= {one["name"] for one in r if one["drifted"]},
        "first": {one["name"] for one in r[: len(moved)]} == moved,
        "alarm": any(one["drifted"] for one in quiet),
    }


def of_versions(seed: int) -> Verdict:
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


def of_scored(seed: int) -> Verdict:
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


def of_estimated(seed: int) -> Verdict:
    world = worlds.estimated(seed)
    found = estimates(world.log, estimate="estimate", truth="truth", group="group", reference={"group": "a"})
    return {"inside": _inside(_of_b(found)["difference"]["mean_error"], world.truth["difference"])}


def of_rankings(seed: int) -> Verdict:
    told: Verdict = {}
    for name, favoured in (("inside", True), ("level", False)):
        world = worlds.rankings(seed, favoured=favoured)
        found = exposure(world.log, position="position", group="group", reference={"group": "a"})
        told[name] = _inside(_of_b(found)["difference"], world.truth["difference"])
    return told


def of_labelled(seed: int) -> Verdict:
    world, calm = worlds.labelled(seed), worlds.labelled(seed, late=False)
    since = late_labels(world.log, label="label", time="at").result["censored_since"]
    return {
        "found": since is not None and datetime.fromisoformat(since) == world.truth["since"],
        "alarm": late_labels(calm.log, label="label", time="at").result["censored_since"] is not None,
    }
