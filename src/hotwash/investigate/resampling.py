"""Bootstrap intervals from the cells of counts: as long for ten million rows as for ten thousand.

Drawing n rows with replacement gives counts that follow a multinomial distribution over the cells, so the cells are
drawn instead (Efron, B. (1979), Annals of Statistics 7:1-26, for the bootstrap; percentile intervals). What a
resample leaves undefined is left out of its quantiles, and where that is more than one in ten, there is no interval.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hotwash.investigate.errors import LogError
from hotwash.investigate.rates import METRICS, Json

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

UNDEFINED_MOST = 0.1
CHUNK = 3_000_000
"""Cells drawn at a time: about 24 MB."""
UNDEFINED = "more than one resample in ten leaves it undefined"


class Resampled:
    """Groups of one set of columns, resampled: every metric of every group in every resample."""

    def __init__(self, rates: "dict[str, Numbers]", level: float) -> None:
        self.rates, self._level = rates, level

    def rate(self, metric: str, group: int) -> Json:
        """The interval of a rate."""
        return _limits(self.rates[metric][:, group], self._level)

    def ratio(self, metric: str, group: int, reference: int) -> Json:
        """The interval of a ratio to the reference."""
        import numpy as np

        below = self.rates[metric][:, reference]
        with np.errstate(divide="ignore", invalid="ignore"):
            return _limits(np.where(below > 0, self.rates[metric][:, group] / below, np.nan), self._level)

    def difference(self, metric: str, group: int, reference: int) -> Json:
        """The interval of a difference to the reference."""
        return _limits(self.rates[metric][:, group] - self.rates[metric][:, reference], self._level)

    def spread(self, metric: str, groups: Sequence[int]) -> Json:
        """The interval of the gap between the highest and the lowest of these groups."""
        import numpy as np

        if len(groups) < 2:
            return {"low": None, "high": None, "why": "fewer than two groups"}
        held = self.rates[metric][:, list(groups)]
        return _limits(np.max(held, axis=1) - np.min(held, axis=1), self._level)


def _limits(values: "Numbers", level: float) -> Json:
    import numpy as np

    known = values[~np.isnan(values)]
    if len(known) < (1 - UNDEFINED_MOST) * len(values):
        return {"low": None, "high": None, "why": UNDEFINED}
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return {"low": float(low), "high": float(high)}


def resample(
    cube: Mapping[tuple[Any, ...], Sequence[int]],
    sets: Sequence[Sequence[tuple[Any, ...]]],
    places: Sequence[Sequence[int]],
    *,
    resamples: int,
    seed: int,
    level: float,
) -> list[Resampled]:
    """Every set of groups, resampled from the same draws.

    :param cube: n, selected, tp, fp, tn, fn by the values of all columns
    :param sets: the groups of each set, by the values of its columns
    :param places: which of the cube's values each set's columns are
    :raises LogError: if numpy is not installed
    """
    try:
        import numpy as np
    except ImportError:
        raise LogError("Resampling needs numpy: pip install 'hotwash[questions]'.") from None

    rows = sorted(cube, key=repr)  # an engine gives its counts in no order, and the same seed must draw the same
    held = np.array([cube[row] for row in rows], dtype=np.int64)
    n, selected, labelled = held[:, 0], held[:, 1], held[:, 2:].sum(axis=1)
    yes_unknown = selected - held[:, 2] - held[:, 3]
    cells = np.column_stack([held[:, 2:], yes_unknown, n - labelled - yes_unknown])
    total = int(cells.sum())
    found = np.flatnonzero(cells)
    shares = cells.ravel()[found] / total
    rng = np.random.default_rng(seed)
    step = max(1, CHUNK // max(1, cells.size))
    orders = [_order(rows, groups, at) for groups, at in zip(sets, places, strict=True)]
    parts: list[list[dict[str, Any]]] = [[] for _ in sets]
    for first in range(0, resamples, step):
        size = min(step, resamples - first)
        drawn = np.zeros((size, cells.size), dtype=np.int64)
        drawn[:, found] = rng.multinomial(total, shares, size=size)
        drawn = drawn.reshape(size, *cells.shape)
        for part, (order, starts) in zip(parts, orders, strict=True):
            part.append(_rates(np.add.reduceat(drawn[:, order, :], starts, axis=1)))
    return [Resampled({m: np.concatenate([p[m] for p in part]) for m in METRICS}, level) for part in parts]


def _order(rows: Sequence[tuple[Any, ...]], groups: Sequence[tuple[Any, ...]], at: Sequence[int]) -> tuple[Any, Any]:
    """The cube's rows, those of one group beside each other, and where each group begins."""
    import numpy as np

    place = {group: i for i, group in enumerate(groups)}
    belongs = np.array([place[tuple(row[i] for i in at)] for row in rows])
    order = np.argsort(belongs, kind="stable")
    return order, np.searchsorted(belongs[order], np.arange(len(groups)))


def _rates(cells: Any) -> dict[str, Any]:
    import numpy as np

    tp, fp, tn, fn, yes, no = (cells[:, :, i].astype(float) for i in range(6))

    def share(top: Any, bottom: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(bottom > 0, top / bottom, np.nan)

    positives, negatives, labelled = tp + fn, fp + tn, tp + fp + tn + fn
    return {
        "base_rate": share(positives, labelled),
        "selection_rate": share(tp + fp + yes, labelled + yes + no),
        "tpr": share(tp, positives),
        "fpr": share(fp, negatives),
        "fnr": share(fn, positives),
        "tnr": share(tn, negatives),
        "ppv": share(tp, tp + fp),
        "npv": share(tn, tn + fn),
        "fdr": share(fp, tp + fp),
        "for": share(fn, tn + fn),
        "accuracy": share(tp + tn, labelled),
    }
