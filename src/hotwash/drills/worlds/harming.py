"""How strongly each harm acts on each decision: by its time, its people and its share of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from hotwash.drills.worlds.description import EVERYONE, Condition, Harm, World
from hotwash.drills.worlds.draws import of_person
from hotwash.drills.worlds.predicates import Frame, meets

Numbers = Any


@dataclass(frozen=True, slots=True)
class Stop:
    """A containment of the world: from ``since`` until ``until`` the harm does not reach those whom it covers.

    :param state: ``fallback`` decides as if there were no harm, ``human`` and ``off`` decide nothing
    :param share: of people, always the same ones
    """

    since: datetime
    state: str = "off"
    until: datetime | None = None
    where: Condition = EVERYONE
    share: float = 1.0


def micros(at: datetime) -> int:
    """Microseconds since 1970."""
    return int(at.timestamp() * 1_000_000)


def began(world: World, harm: Harm) -> int:
    """When a harm begins."""
    return micros(world.zero + harm.since)


def strength(world: World, harm: Harm, *, at: Numbers, person: Numbers, frame: Frame, seed: int) -> Numbers | None:
    """How strongly a harm acts on each row, in its own unit; None if on none of them."""
    since = began(world, harm)
    until = micros(world.zero + harm.until) if harm.until is not None else None
    if not len(at) or at[-1] < since or (until is not None and at[0] >= until):
        return None
    inside = at >= since
    if until is not None:
        inside = inside & (at < until)
    inside = inside & meets(harm.who, frame, len(at))
    if harm.share < 1:
        inside = inside & (of_person(person, seed, f"share of {harm.name}") < harm.share)
    force = inside.astype(np.float32) * np.float32(harm.by)
    if harm.ramp > timedelta(0):
        grown = (at - since) / (harm.ramp / timedelta(microseconds=1))
        force *= np.clip(grown, 0, 1).astype(np.float32)
    return force if force.any() else None


def stopped(stops: Sequence[Stop], *, at: Numbers, person: Numbers, frame: Frame, seed: int) -> Numbers:
    """What containment makes of each row: 0 nothing, 1 decided as if there were no harm, 2 not decided."""
    found = np.zeros(len(at), np.int8)
    for stop in stops:
        if not len(at) or at[-1] < micros(stop.since):
            continue
        inside = (at >= micros(stop.since)) & (found == 0)
        if stop.until is not None:
            inside &= at < micros(stop.until)
        inside &= meets(stop.where, frame, len(at))
        if stop.share < 1:
            inside &= of_person(person, seed, "share of containment") < stop.share
        found[inside] = 1 if stop.state == "fallback" else 2
    return found
