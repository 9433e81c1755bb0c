"""Prints the values of SciPy that test_scipy.py compares with, as JSON. Run where SciPy is installed."""

import json
import sys
from importlib import import_module

import numpy as np


def main() -> None:
    """Print them."""
    scipy, stats = import_module("scipy"), import_module("scipy.stats")  # in an environment of its own
    jensenshannon = import_module("scipy.spatial.distance").jensenshannon
    rng = np.random.default_rng(1)
    ps = [float(p) for p in rng.random(12) ** 3]
    x, y = rng.integers(0, 9, 120), rng.integers(0, 11, 90)
    tails = [(3, 20, 25, 100), (9, 30, 60, 200), (20, 30, 60, 200), (1, 5, 3, 5000), (400, 1000, 30000, 100000)]
    tails += [(700, 1000, 60000, 100000), (60, 2000, 1500, 60000)]
    few = [(1, 8, 6, 9), (0, 10, 4, 12), (2, 30, 6, 31), (2, 5, 4, 6), (0, 3, 3, 3)]
    many = [(30, 100, 45, 110), (300, 1000, 330, 1000), (12, 400, 33, 410)]
    shares = [(0, 10, 0.95), (3, 10, 0.95), (81, 263, 0.95), (263, 263, 0.99), (5000, 100000, 0.9)]
    levels = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
    squares = [(3.84, 1), (10, 4), (100, 60), (500, 400), (0.1, 2), (1e-3, 1), (900, 30)]
    counted = [([10, 20, 30], [15, 15, 30]), ([1, 0, 5], [0, 7, 5])]
    samples = [([1, 2, 3, 9], [2, 2, 5]), ([0.5, -3], [0.25, 8, 1])]

    def table(a: int, n: int, b: int, m: int) -> list[list[int]]:
        return [[a, n - a], [b, m - b]]

    found = {
        "scipy": scipy.__version__,
        "hypergeom": [[h, n, H, N, float(stats.hypergeom.sf(h - 1, N, H, n))] for h, n, H, N in tails],
        "fisher": [[*one, float(stats.fisher_exact(table(*one)).pvalue)] for one in few],
        "chi2_contingency": [[*o, float(stats.chi2_contingency(table(*o), correction=False).pvalue)] for o in many],
        "wilson": [[k, n, a, *map(float, stats.binomtest(k, n).proportion_ci(a, "wilson"))] for k, n, a in shares],
        "normal": [[a, float(stats.norm.ppf((1 + a) / 2))] for a in levels],
        "mcnemar": [
            [a, b, float(stats.binomtest(a, a + b, 0.5).pvalue)]
            for a, b in [(1, 9), (5, 5), (0, 4), (30, 12), (200, 260)]
        ],
        "bh": [ps, [float(p) for p in stats.false_discovery_control(ps)]],
        "auc": [x.tolist(), y.tolist(), float(stats.mannwhitneyu(x, y).statistic / (len(x) * len(y)))],
        "chi2_sf": [[v, d, float(stats.chi2.sf(v, d))] for v, d in squares],
        "kstwobign": [[v, float(stats.kstwobign.sf(v))] for v in (0.3, 0.6, 0.9, 1.2, 1.6, 2.5)],
        "jensenshannon": [[p, q, float(jensenshannon(p, q, 2))] for p, q in counted],
        "wasserstein": [[a, b, float(stats.wasserstein_distance(a, b))] for a, b in samples],
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
