"""Worlds with planted truth: who was harmed, since when, by how much, at which depth. Each is drawn from its seed.

A world is a table in memory and what is true of it. The truth is what was planted, not what came out of the draw; only
counts, which must be exact, are taken from the drawn rows.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

START = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lnrst"]
PLANTED = ("poison", "weapon", "insult")
CARDS = (5, 6, 7, 8, 4, 5, 6, 6)

Draw = np.random.Generator
Numbers = Any


@dataclass(frozen=True, slots=True)
class World:
    """A log, and what is true of it by name."""

    log: Any
    truth: dict[str, Any]


def moments(hours: Numbers) -> Any:
    """Hours since the start as a column of times."""
    at = np.datetime64(START.replace(tzinfo=None)) + (np.asarray(hours) * 3_600_000_000).astype("timedelta64[us]")
    return pa.array(at.astype("datetime64[us]"), pa.timestamp("us", tz="UTC"))


def day(number: int) -> str:
    """The day so many days after the start."""
    return (START + timedelta(days=int(number))).date().isoformat()


def harm(seed: int) -> World:
    """From a day on, decisions in the north go wrong more often. People are met several times."""
    rng = np.random.default_rng(seed)
    rows, since = 4_000, int(rng.integers(12, 30))
    hours = rng.random(rows) * 40 * 24
    region = rng.choice(np.array(["north", "south", "west"]), rows, p=[0.3, 0.5, 0.2])
    person = rng.integers(0, 1_500, rows)
    late = hours >= since * 24
    chance = np.where(late & (region == "north"), 0.05 + rng.uniform(0.03, 0.3), 0.05)
    wrong = rng.random(rows) < chance
    log = pa.table({"at": moments(hours), "region": region, "person": person, "wrong": wrong})
    true = chance[late].sum() - late.sum() * chance[~late].mean()
    cohorts = {name: _counted(wrong & (region == name), person) for name in ("north", "south", "west")}
    days = (hours // 24).astype(int)
    truth = {"since": day(since), "excess": float(true), "all": _counted(wrong, person), "cohorts": cohorts}
    truth["days"] = {day(d): _counted(wrong & (days == d), person) for d in np.unique(days)}
    return World(log, truth)


def _counted(rows: Numbers, person: Numbers) -> tuple[int, int]:
    """Decisions and different people."""
    return int(rows.sum()), len(np.unique(person[rows]))


def audit(seed: int, *, unfair: bool = True) -> World:
    """Three groups, of which one is wrongly flagged more often, and less often rightly. Errors are equal if fair."""
    rng = np.random.default_rng(seed)
    rows = 3_000
    group = rng.choice(np.array(["a", "b", "c"]), rows, p=[0.55, 0.3, 0.15])
    label = rng.random(rows) < np.where(group == "b", 0.4, 0.3)
    fpr = np.where((group == "b") & unfair, rng.uniform(0.22, 0.45), 0.2)
    tpr = np.where((group == "c") & unfair, rng.uniform(0.3, 0.6), 0.7)
    flagged = rng.random(rows) < np.where(label, tpr, fpr)
    log = pa.table({"group": group, "label": label, "flagged": flagged})
    truth: dict[str, Any] = {"fpr": {}, "tpr": {}, "cells": {}}
    for name in ("a", "b", "c"):
        own = group == name
        truth["fpr"][name], truth["tpr"][name] = float(fpr[own][0]), float(tpr[own][0])
        cells = ((flagged, label), (flagged, ~label), (~flagged, ~label), (~flagged, label))
        truth["cells"][name] = [int((own & f & y).sum()) for f, y in cells]
    return World(log, truth)


def course(
    seed: int, *, every: str = "day", rise: float = 0.1, a_period: float = 60, base: float = 0.1, periods: int = 120
) -> World:
    """A rate of harm with a step at a period that the seed draws; as many rows a period as Poisson gives."""
    rng = np.random.default_rng(seed)
    at = int(rng.integers(periods // 6, periods - periods // 6))
    n = rng.poisson(a_period, periods)
    period = np.repeat(np.arange(periods), n)
    wrong = rng.random(len(period)) < base + rise * (period >= at)
    hours = period.astype(float) + rng.random(len(period))
    if every == "day":
        hours = hours * 24
    starts = START + timedelta(hours=at) if every == "hour" else START + timedelta(days=at)
    return World(pa.table({"at": moments(hours), "wrong": wrong}), {"at": starts})


def gap(seed: int, *, rise: float = 0.12) -> World:
    """Two groups over 120 days; the smaller one is harmed more often from a day on."""
    rng = np.random.default_rng(seed)
    at = int(rng.integers(20, 100))
    rows = 120 * 90
    hours = rng.random(rows) * 120 * 24
    group = rng.choice(np.array(["a", "b"]), rows, p=[2 / 3, 1 / 3])
    wrong = rng.random(rows) < 0.1 + rise * ((hours >= at * 24) & (group == "b"))
    return World(pa.table({"at": moments(hours), "group": group, "wrong": wrong}), {"at": START + timedelta(days=at)})


def values(seed: int, *, rise: float = 0.4) -> World:
    """A score whose mean moves on a day; heavy tails."""
    rng = np.random.default_rng(seed)
    at = int(rng.integers(20, 100))
    rows = 120 * 30
    hours = rng.random(rows) * 120 * 24
    score = rng.standard_t(5, rows) + rise * (hours >= at * 24)
    return World(pa.table({"at": moments(hours), "score": score}), {"at": START + timedelta(days=at)})


def mixed(seed: int, *, moved: bool = True) -> World:
    """From a day on more of the hard cases come in, and each kind fares as before. The other columns are noise."""
    rng = np.random.default_rng(seed)
    at, rows = int(rng.integers(30, 60)), 90 * 80
    hours = rng.random(rows) * 90 * 24
    hard = rng.random(rows) < np.where((hours >= at * 24) & moved, 0.6, 0.2)
    wrong = rng.random(rows) < np.where(hard, 0.4, 0.08)
    noise = {f"c{i}": rng.integers(0, 4, rows).astype(str) for i in range(3)}
    kind = np.where(hard, "hard", "easy")
    return World(pa.table({"at": moments(hours), "kind": kind, **noise, "wrong": wrong}), {"what": "kind", "at": at})


def deployed(seed: int) -> World:
    """One of six deployments makes the harm rise within its first day. The others lie a week apart or more."""
    rng = np.random.default_rng(seed)
    days, rows = 90, 90 * 80
    live = 14 + np.sort(rng.choice(np.arange(9), 6, replace=False)) * 7 + rng.integers(0, 2, 6)
    guilty = int(rng.integers(0, 6))
    hours = rng.random(rows) * days * 24
    wrong = rng.random(rows) < 0.1 + 0.12 * (hours >= live[guilty] * 24)
    noise = {f"c{i}": rng.integers(0, 4, rows).astype(str) for i in range(3)}
    parts = ("model", "prompt", "data", "threshold", "upstream", "traffic")
    went = [
        {"at": (START + timedelta(days=int(d), hours=1)).isoformat(), "part": parts[i], "version": f"r{i}"}
        for i, d in enumerate(live)
    ]
    return World(
        pa.table({"at": moments(hours), **noise, "wrong": wrong}),
        {"deployments": went, "what": f"{parts[guilty]} r{guilty}"},
    )


def cohorts(seed: int, *, rows: int = 30_000, planted: bool = True) -> World:
    """Eight features; harm 10 %, but 35 % where f0=1 and f3=2, and 60 % where f4=0 and f5=1 and f6=2."""
    rng = np.random.default_rng(seed)
    columns = {f"f{i}": rng.integers(0, card, rows).astype("int8") for i, card in enumerate(CARDS)}
    chance = np.full(rows, 0.10)
    a = (columns["f0"] == 1) & (columns["f3"] == 2)
    b = (columns["f4"] == 0) & (columns["f5"] == 1) & (columns["f6"] == 2)
    if planted:
        chance[a], chance[b] = 0.35, 0.60
    wrong = rng.random(rows) < chance
    truth: dict[str, Any] = {"two": {"f0": 1, "f3": 2}, "three": {"f4": 0, "f5": 1, "f6": 2}}
    truth["excess"] = [float(chance[c].sum() - c.sum() * chance.mean()) for c in (a, b)]
    truth["counts"] = [(int(c.sum()), int(wrong[c].sum())) for c in (a, b)]
    return World(pa.table({**columns, "wrong": wrong}), truth)


def exchanges(seed: int, *, rows: int = 800, planted: bool = True) -> World:
    """Texts of 12 words: harmful ones more often hold one of three words, and 20 are copies with one word changed."""
    rng = np.random.default_rng(seed)
    harmful = rng.random(rows) < 0.3
    words = rng.choice(np.array(WORDS, object), (rows, 12))
    if planted:
        held = rng.random(rows) < np.where(harmful, 0.6, 0.1)
        words[held, rng.integers(0, 12, int(held.sum()))] = rng.choice(np.array(PLANTED, object), int(held.sum()))
    texts = [" ".join(row) for row in words]
    if planted:
        copied = rng.choice(np.array(WORDS, object), 14)
        for _ in range(20):
            one = copied.copy()
            one[rng.choice([0, 13])] = rng.choice(np.array(WORDS, object))
            texts.append(" ".join(one))
        harmful = np.append(harmful, np.ones(20, bool))
    order = rng.permutation(len(texts))
    return World(pa.table({"text": [texts[i] for i in order], "harmful": harmful[order]}), {"words": set(PLANTED)})


def columns(seed: int, *, changed: bool, rows: int = 3_000) -> World:
    """Twelve columns, of which four change: a mean, a heavy tail, the shares of categories, what is missing."""
    rng = np.random.default_rng(seed)
    both = []
    for moved in (False, changed):
        made: dict[str, Any] = {f"same{i}": rng.standard_normal(rows) for i in range(4)}
        made |= {f"kept{i}": rng.integers(0, 4 + i, rows).astype(str) for i in range(4)}
        made["mean"] = rng.standard_normal(rows) + 0.3 * moved
        made["tail"] = rng.standard_cauchy(rows) * (1.5 if moved else 1)
        made["shares"] = rng.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2] if moved else [0.3, 0.4, 0.3])
        lost = rng.random(rows) < (0.2 if moved else 0.05)
        made["lost"] = pa.array(rng.standard_normal(rows), mask=lost)
        both.append(pa.table(made))
    return World(both[0], {"current": both[1], "moved": {"mean", "tail", "shares", "lost"}})


def versions(seed: int, *, shift: float = 0.2) -> World:
    """Two versions; in the second, Green people who should be selected are refused more often."""
    rng = np.random.default_rng(seed)
    rows = 1_600
    version = rng.choice(np.array(["v1", "v2"]), rows)
    race = rng.choice(np.array(["Blue", "Green"]), rows)
    label = rng.random(rows) < 0.5
    refused = 0.2 + shift * ((version == "v2") & (race == "Green"))
    decision = np.where(label, rng.random(rows) > refused, rng.random(rows) < 0.1)
    return World(pa.table({"version": version, "race": race, "label": label, "decision": decision}), {"shift": shift})


def scored(seed: int, *, odds: float = 2.0) -> World:
    """At the same score, group b is truly positive with that many times the odds of group a."""
    rng = np.random.default_rng(seed)
    rows = 3_000
    group = rng.choice(np.array(["a", "b"]), rows, p=[0.6, 0.4])
    score = rng.integers(1, 11, rows)
    logit = 0.5 * (score - 5.5) + np.log(odds) * (group == "b")
    label = rng.random(rows) < 1 / (1 + np.exp(-logit))
    return World(pa.table({"group": group, "score": score, "label": label}), {"odds": odds})


def estimated(seed: int) -> World:
    """Estimates for group b are one too high on average."""
    rng = np.random.default_rng(seed)
    rows = 1_500
    group = rng.choice(np.array(["a", "b"]), rows, p=[0.6, 0.4])
    truth = rng.gamma(4, 5, rows)
    estimate = truth + rng.normal(0, 3, rows) + (group == "b")
    return World(pa.table({"group": group, "truth": truth, "estimate": estimate}), {"difference": 1.0})


def rankings(seed: int, *, favoured: bool = True) -> World:
    """Lists of six places, whole ones; group a is drawn towards the top."""
    rng = np.random.default_rng(seed)
    lists, groups = 150, np.array(["a", "b", "a", "b", "b", "a"])
    pull = np.where((groups == "a") & favoured, 0.7, 0.0)
    orders = np.argsort(-(pull + rng.gumbel(size=(lists, 6))), axis=1)
    position = np.tile(np.arange(1, 7), lists)
    return World(pa.table({"group": groups[orders].ravel(), "position": position}), {"difference": _pulled(favoured)})


def _pulled(favoured: bool) -> float:
    """The planted difference in mean exposure of b to a: by a long draw, made once."""
    if not favoured:
        return 0.0
    if "gap" not in _LONG:
        rng, groups = np.random.default_rng(99), np.array(["a", "b", "a", "b", "b", "a"])
        orders = np.argsort(-(np.where(groups == "a", 0.7, 0.0) + rng.gumbel(size=(400_000, 6))), axis=1)
        seen = 1 / np.log2(1 + np.arange(1, 7))
        held = groups[orders] == "b"
        _LONG["gap"] = float((held * seen).sum() / held.sum() - (~held * seen).sum() / (~held).sum())
    return _LONG["gap"]


_LONG: dict[str, float] = {}


def labelled(seed: int, *, late: bool = True) -> World:
    """95 % of labels are known, but fewer in the newest weeks, from a week that the seed draws."""
    rng = np.random.default_rng(seed)
    weeks, since = 16, int(rng.integers(10, 15))
    week = np.repeat(np.arange(weeks), 200)
    known = rng.random(len(week)) < np.where((week >= since) & late, 0.95 - 0.2 * (week - since + 1).clip(0, 4), 0.95)
    label = pa.array(rng.integers(0, 2, len(week)), mask=~known)
    hours = week * 168 + rng.random(len(week)) * 168
    return World(pa.table({"at": moments(hours), "label": label}), {"since": START + timedelta(weeks=since)})
