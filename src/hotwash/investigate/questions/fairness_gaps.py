"""The gaps between groups and their references: ranked and tested all together, told one by one.

With hundreds of intersections there are thousands of gaps. Each takes part in the ranking and in the correction for
many tests; only those that a finding shows are written out.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from hotwash.investigate.proportions import benjamini_hochberg, holm, rising
from hotwash.investigate.questions.fairness_harm import harm
from hotwash.investigate.rates import Json


class Gap(NamedTuple):
    """The gap of one group to its reference in one metric.

    :param place: where it stands among the others (`fairness_harm.rank`)
    :param p: of the test of equal rates, alone
    """

    place: tuple[int, bool, float, float]
    attributes: dict[str, Any]
    reference: dict[str, Any]
    metric: str
    value: float | None
    reference_value: float | None
    ratio: Json
    difference: Json
    distinct: bool
    p: float | None
    test: str


class Gaps:
    """All gaps of a finding, the worst first, with their p values corrected for all that were tested."""

    def __init__(self, gaps: Sequence[Gap], *, hoped_for: bool) -> None:
        self.ranked = sorted(gaps, key=itemgetter(0))  # by place
        alone = [gap.p for gap in self.ranked]
        order = rising(alone)
        self.holm, self._shares = holm(alone, order), benjamini_hochberg(alone, order)
        self._hoped_for = hoped_for

    def told(self, place: int) -> Json:
        """A gap as the finding tells it."""
        gap = self.ranked[place]
        item: Json = {
            "attributes": gap.attributes,
            "reference": gap.reference,
            "metric": gap.metric,
            "value": gap.value,
            "reference_value": gap.reference_value,
            "ratio": gap.ratio,
            "difference": gap.difference,
            "distinct": gap.distinct,
        }
        item["harm"] = harm(item, hoped_for=self._hoped_for)
        return item | {"p": gap.p, "test": gap.test, "p_holm": self.holm[place], "p_bh": self._shares[place]}
