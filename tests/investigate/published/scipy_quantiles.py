"""Prints the values of SciPy that test_order_statistics.py compares with, as JSON. Run where SciPy is installed."""

import json
import sys
import warnings
from importlib import import_module

import numpy as np


def main() -> None:
    """Print them."""
    scipy, stats = import_module("scipy"), import_module("scipy.stats")  # in an environment of its own
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(7)
    samples = {
        "three": [60.0, 7200.0, 300.0],
        "six": [float(v) for v in np.round(rng.lognormal(9, 1.5, 6))],
        "ties": [60.0, 60.0, 60.0, 120.0, 120.0, 600.0, 600.0, 900.0],
        "forty": [float(v) for v in np.round(rng.lognormal(9, 1.5, 40))],
        "many": [float(v) for v in np.round(rng.lognormal(9, 2, 500))],
    }
    quantiles, means = [], []
    for name, values in samples.items():
        for share in (0.1, 0.25, 0.5, 0.75, 0.9, 0.95):
            for level in (0.9, 0.95, 0.99):
                ci = stats.quantile_test(values, p=share).confidence_interval(level)
                low, high = (None if np.isnan(v) else float(v) for v in (ci.low, ci.high))
                quantiles.append([name, share, level, float(np.quantile(values, share)), low, high])
        if 3 < len(values) <= 40:
            n, resamples = len(values), 200
            drawn = np.random.default_rng(11).integers(0, n, (resamples, n))
            found = stats.bootstrap(
                (values,), np.mean, n_resamples=resamples, method="BCa", rng=np.random.default_rng(11)
            ).confidence_interval
            means.append([name, drawn.tolist(), float(found.low), float(found.high)])
    running = []
    for ended, still in ((10, 4), (5, 20), (30, 30), (1, 0)):
        times = [float(v) for v in np.round(rng.lognormal(8, 1, ended))]
        open_ones = [float(v) for v in np.round(rng.lognormal(8, 1, still))]
        sf = stats.ecdf(stats.CensoredData(uncensored=times, right=open_ones)).sf
        under = [float(q) for q, p in zip(sf.quantiles, sf.probabilities, strict=True) if p <= 0.5 + 1e-12]
        running.append([times, open_ones, under[0] if under else None])
    json.dump(
        {"scipy": scipy.__version__, "samples": samples, "quantiles": quantiles, "means": means, "running": running},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
