"""Events with a common cause: how the chance of each is shared out over those that come alone and those together.

After the Open-PSA Model Exchange Format and NUREG/CR-5485: the beta factor, multiple Greek letters, and alpha factors
(tests not staggered).
"""

import math
from itertools import combinations

from hotwash.investigate.trees.laws import BadValue, Reckoning
from hotwash.investigate.trees.model import Group

MEMBERS_MAX = 8


def shares(group: Group, reckoning: Reckoning) -> list[float]:
    """For 1, 2, … members that come together: the chance of each single such combination.

    :raises BadValue: if factors do not make chances
    """
    chance = reckoning.value(group.chance)
    factors = [reckoning.value(one) for one in group.factors]
    count = len(group.members)
    if group.model == "alpha-factor":
        whole = math.fsum(at * factor for at, factor in enumerate(factors, 1))
        if min(factors) < 0 or whole <= 0:
            raise BadValue("alpha factors are at least 0, and not all of them 0")
        return [at / math.comb(count - 1, at - 1) * factor / whole * chance for at, factor in enumerate(factors, 1)]
    if not all(0 <= factor <= 1 for factor in factors):
        raise BadValue("factors lie between 0 and 1")
    if group.model == "beta-factor":
        return [(1 - factors[0]) * chance, *[0.0] * (count - 2), factors[0] * chance]
    found, passed = [], 1.0
    for at, following in enumerate([*factors, 0.0], 1):
        found.append(passed * (1 - following) / math.comb(count - 1, at - 1) * chance)
        passed *= following
    return found


def together(group: Group) -> list[tuple[str, ...]]:
    """The combinations of members that the model allows for."""
    sizes = (1, len(group.members)) if group.model == "beta-factor" else range(1, len(group.members) + 1)
    return [some for size in sizes for some in combinations(group.members, size)]


def name_of(some: tuple[str, ...]) -> str:
    """What a combination is called in cut sets: ``[a b]``; one alone keeps its name in brackets too."""
    return f"[{' '.join(some)}]"
