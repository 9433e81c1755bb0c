"""What is true of a drill: drawn anew from its world and its seed, and kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from hotwash.drills import worlds
from hotwash.drills.scenarios.shape import Scenario


@dataclass(frozen=True, slots=True)
class Reality:
    """What was planted, from the world's own draws.

    :param onset: since when people were harmed
    :param harmed: how many people until the drill began
    :param later: minutes after the beginning at each of which one more person is harmed, if nobody stops it
    """

    onset: datetime
    harmed: int
    later: tuple[float, ...]

    def until(self, minute: float) -> int:
        """How many more people are harmed up to a minute."""
        return sum(one <= minute for one in self.later)


def reality(scenario: Scenario, *, zero: datetime, seed: int) -> Reality:
    """What is true of a scenario's world that begins at a moment."""
    from hotwash.drills.worlds.harming import micros
    from hotwash.drills.worlds.making import maker

    world = worlds.read(scenario.world).anchored(zero)
    drawn = maker(world, rows=world.rows, seed=seed)
    begin = micros(world.zero)
    first: dict[int, int] = {}
    for number in range(drawn.blocks):
        made = drawn.block(number)
        for at, person in zip(made.at[made.harmed].tolist(), made.person[made.harmed].tolist(), strict=True):
            first[person] = min(at, first.get(person, at))
    later = sorted((at - begin) / 60_000_000 for at in first.values() if at >= begin)
    onset = world.zero + min(harm.since for harm in world.harms)
    return Reality(onset, sum(at < begin for at in first.values()), tuple(later))
