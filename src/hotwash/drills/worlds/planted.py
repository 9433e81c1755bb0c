"""What is true of a world: who was harmed, when, and since when. Counted from the same draws with the harm and without.

It is computed when it is asked for and never lies beside the log, so that nobody finds it by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from hotwash.drills.worlds.description import World
from hotwash.drills.worlds.harming import Stop, began, micros

Numbers = Any


@dataclass(frozen=True, slots=True)
class Harmed:
    """Decisions that went against somebody only because of a harm, and the different people."""

    decisions: int
    people: int


@dataclass(frozen=True, slots=True)
class Planted:
    """One harm: when it was planted, the first decision that it turned, and what it did.

    :param acted: on how many decisions it acted, also on those that it did not turn
    """

    name: str
    how: str
    who: str
    since: datetime
    first: datetime | None
    last: datetime | None
    acted: int
    harmed: Harmed


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is true of a world up to a moment.

    :param onset: when the first harm was planted to begin; None without any
    :param by: for each attribute, who was harmed by its values, as people truly are (also where the log misses it)
    :param days: who was harmed on each day (UTC)
    :param loss: for worlds with prices: what the harms changed of all prices together
    :param subjects: the people harmed, as the log names them
    """

    rows: int
    people: int
    until: datetime
    onset: datetime | None
    first: datetime | None
    harmed: Harmed
    by: dict[str, dict[str, Harmed]]
    days: dict[str, Harmed]
    harms: tuple[Planted, ...]
    loss: float | None
    subjects: tuple[str, ...]


def truth(
    world: World,
    *,
    rows: int | None = None,
    seed: int = 0,
    until: datetime | None = None,
    stops: Sequence[Stop] = (),
) -> Truth:
    """Who was harmed in a world of this size and seed, up to a moment.

    :param rows: how many decisions the whole world has; its own number if left out
    :param stops: containments that took effect: nobody whom they cover is harmed while they hold
    :raises NumpyMissing: if numpy is not installed
    """
    from hotwash.drills.worlds.making import maker

    made = maker(world, rows=rows or world.rows, seed=seed, until=until, stops=stops)
    counted = _Counted(world, made.people)
    for number in range(made.blocks):
        counted.add(made.block(number))
    end = min(until or world.end, world.end)
    return counted.truth(end)


class _Counted:
    """Adds up what the blocks say; only rows that were harmed are kept."""

    def __init__(self, world: World, people: int) -> None:
        self.world = world
        self.rows = 0
        self.loss = 0.0
        self.met = np.zeros(people, np.bool_)
        self.person: list[Numbers] = []
        self.at: list[Numbers] = []
        self.codes: dict[str, list[Numbers]] = {one.name: [] for one in world.attributes}
        self.acting: dict[str, list[Numbers]] = {harm.name: [] for harm in world.harms}
        self.acted = dict.fromkeys(self.acting, 0)

    def add(self, made: Any) -> None:
        """Count one block."""
        self.rows += len(made.at)
        self.met[made.person] = True
        hurt = np.flatnonzero(made.harmed)
        for name, rows in made.acting.items():
            self.acted[name] += int(rows.sum())
        if not len(hurt):
            return
        self.person.append(made.person[hurt])
        self.at.append(made.at[hurt])
        for name, kept in self.codes.items():
            kept.append(made.frame[name].codes[hurt])
        for name, rows_kept in self.acting.items():
            rows_kept.append(made.acting[name][hurt] if name in made.acting else np.zeros(len(hurt), bool))
        if made.loss is not None:
            self.loss += float(made.loss[hurt].sum())

    def truth(self, until: datetime) -> Truth:
        """The sum."""
        world = self.world
        person, at = _whole(self.person, np.int64), _whole(self.at, np.int64)
        day = at // 86_400_000_000
        by = {}
        for one in world.attributes:
            codes, values = _whole(self.codes[one.name], np.int8), tuple(one.values)
            by[one.name] = {value: _harmed(person[codes == place]) for place, value in enumerate(values)}
        days = {_day(int(one)): _harmed(person[day == one]) for one in np.unique(day)}
        planted = []
        for harm in world.harms:
            own = _whole(self.acting[harm.name], np.bool_)
            when = at[own]
            planted.append(
                Planted(
                    harm.name,
                    harm.how,
                    harm.who.text,
                    world.zero + harm.since,
                    _moment(int(when.min())) if len(when) else None,
                    _moment(int(when.max())) if len(when) else None,
                    self.acted[harm.name],
                    _harmed(person[own]),
                )
            )
        onsets = [world.zero + harm.since for harm in world.harms if micros(until) > began(world, harm)]
        told = world.columns
        return Truth(
            rows=self.rows,
            people=int(self.met.sum()),
            until=until,
            onset=min(onsets, default=None),
            first=_moment(int(at.min())) if len(at) else None,
            harmed=_harmed(person),
            by=by,
            days=days,
            harms=tuple(planted),
            loss=round(self.loss, 2) if world.price else None,
            subjects=tuple(f"{told.subject_prefix}{one + 1:07d}" for one in np.unique(person).tolist()),
        )


def _whole(parts: list[Numbers], kind: Any) -> Numbers:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _harmed(person: Numbers) -> Harmed:
    return Harmed(len(person), len(np.unique(person)))


def _moment(micros_: int) -> datetime:
    return datetime.fromtimestamp(micros_ // 1_000_000, UTC).replace(microsecond=micros_ % 1_000_000)


def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 86_400, UTC).date().isoformat()
