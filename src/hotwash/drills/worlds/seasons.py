"""When decisions are made: how many fall into each minute, from the seed, and at which moment each of them lies."""

from datetime import timedelta
from typing import Any

import numpy as np

from hotwash.drills.worlds.description import World
from hotwash.drills.worlds.draws import stream

Numbers = Any
MINUTE_US = 60_000_000


class Calendar:
    """The moments of so many decisions: a Poisson process with seasons, given how many there are in all."""

    def __init__(self, world: World, rows: int, seed: int) -> None:
        self.start_us = int(world.start.timestamp()) * 1_000_000
        self.length_us = (world.end - world.start) // timedelta(microseconds=1)
        counts = stream(seed, "minutes").multinomial(rows, _weights(world, seed))
        self.before = np.concatenate(([0], np.cumsum(counts)))
        """How many decisions lie before each minute."""
        self.rows = rows

    def at(self, first: int, jitter: Numbers) -> Numbers:
        """The moments of rows from ``first`` on in microseconds since 1970 (whole thousands), rising.

        :param jitter: a number from 0 to 1 for each row
        """
        number = np.arange(first, first + len(jitter))
        minute = np.searchsorted(self.before, number, side="right") - 1
        inside = (number - self.before[minute] + jitter) / (self.before[minute + 1] - self.before[minute])
        moment = minute * MINUTE_US + (inside * (MINUTE_US // 1000)).astype(np.int64) * 1000
        return self.start_us + np.minimum(moment, self.length_us - 1000)

    def first_at(self, micros: int) -> int:
        """A row at or before the first one of this moment, exact to the minute."""
        minute = (micros - self.start_us) // MINUTE_US
        return int(self.before[min(max(minute, 0), len(self.before) - 1)])


def _weights(world: World, seed: int) -> Numbers:
    """How likely a decision falls into each minute of the world."""
    season, start = world.season, world.own_start
    minutes = -(-int((world.end - world.start).total_seconds()) // 60)
    since = np.arange(minutes)
    clock = (start.hour * 60 + start.minute + since) % 1440
    # Between the middles of two hours the weight goes straight from one to the other.
    hours = np.asarray(season.hours, float)
    weight = np.interp(clock / 60, np.arange(-0.5, 25.5), np.concatenate((hours[-1:], hours, hours[:1])))
    day = (start.hour * 60 + start.minute + since) // 1440
    weight *= np.asarray(season.weekdays, float)[(start.weekday() + day) % 7]
    weight *= (1 + season.growth) ** (since / 10_080)
    if season.noise:
        spread = stream(seed, "days").standard_normal(int(day[-1]) + 1) * season.noise
        weight *= np.exp(spread)[day]
    left = (world.end - world.start).total_seconds() / 60 - (minutes - 1)
    weight[-1] *= left
    return weight / weight.sum()
