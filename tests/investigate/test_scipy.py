"""Parity with SciPy, wherever definitions agree: its values were computed by `published/scipy_values.py` and are kept.

What is compared with SciPy on real data (drift of COMPAS) stands in `test_drift`.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hotwash.investigate import distances, intervals, tails
from hotwash.investigate.proportions import benjamini_hochberg, two_sided
from hotwash.investigate.questions.refusals import mcnemar
from hotwash.investigate.questions.scores_counted import Scored
from hotwash.investigate.questions.scores_parts import auc
from hotwash.investigate.spread import sorted_out

THEIRS: dict[str, Any] = json.loads((Path(__file__).parent / "published" / "scipy.json").read_text(encoding="utf-8"))
EXACT = 1e-9


@pytest.mark.parametrize("case", THEIRS["hypergeom"])
def test_the_tail_of_a_cohort_is_the_survival_function_of_hypergeom(case: list[Any]) -> None:
    *counts, theirs = case
    assert tails.excess(*counts) == pytest.approx(theirs, rel=1e-7, abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["fisher"])
def test_few_rows_are_tested_as_fisher_exact_does(case: list[Any]) -> None:
    *counts, theirs = case
    ours, test = two_sided(*counts)
    assert test == "fisher"
    assert ours == pytest.approx(theirs, abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["chi2_contingency"])
def test_many_rows_are_tested_as_chi2_contingency_does_without_correction(case: list[Any]) -> None:
    *counts, theirs = case
    ours, test = two_sided(*counts)
    assert test == "z"
    assert ours == pytest.approx(theirs, abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["wilson"])
def test_the_interval_of_a_share_is_wilsons_of_proportion_ci(case: list[Any]) -> None:
    hits, n, level, *limits = case
    assert intervals.wilson(hits, n, intervals.critical(level)) == pytest.approx(limits, abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["normal"])
def test_critical_values_are_those_of_norm(case: list[float]) -> None:
    assert intervals.critical(case[0]) == pytest.approx(case[1], abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["mcnemar"])
def test_pairs_are_tested_as_binomtest_does(case: list[Any]) -> None:
    assert mcnemar(*case[:2]) == pytest.approx(case[2], abs=EXACT)


def test_false_discoveries_are_controlled_as_false_discovery_control_does() -> None:
    values, theirs = THEIRS["bh"]
    assert benjamini_hochberg(values) == pytest.approx(theirs, abs=EXACT)
    assert tails.benjamini_hochberg(values) == pytest.approx(theirs, abs=EXACT)


def test_auc_is_the_statistic_of_mannwhitneyu_as_a_share() -> None:
    yes, no, theirs = THEIRS["auc"]
    positives, negatives = Counter(yes), Counter(no)
    held = Scored.of({float(at): [negatives[at], positives[at], 0] for at in {*yes, *no}})
    assert auc(held)[0] == pytest.approx(theirs, abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["chi2_sf"])
def test_the_tail_of_chi_square_is_that_of_chi2(case: list[Any]) -> None:
    assert tails.chi_square(*case[:2]) == pytest.approx(case[2], rel=1e-9, abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["kstwobign"])
def test_the_tail_of_kolmogorov_is_that_of_kstwobign(case: list[float]) -> None:
    # Its argument is the distance times the root of n, ours corrected for finite n: for a large n they are one.
    root = 1e7
    assert tails.kolmogorov(case[0] / (root + 0.12 + 0.11 / root), root * root) == pytest.approx(case[1], abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["jensenshannon"])
def test_the_distance_of_jensen_and_shannon_is_the_same_to_base_2(case: list[Any]) -> None:
    one, two, theirs = case
    assert distances.jensen_shannon(np.array(one), np.array(two)) == pytest.approx(theirs, abs=EXACT)


@pytest.mark.parametrize("case", THEIRS["wasserstein"])
def test_the_distance_of_wasserstein_is_the_same(case: list[Any]) -> None:
    one, two = (sorted_out(np.array(side, float)) for side in case[:2])
    assert distances.wasserstein(one, two) == pytest.approx(case[2], abs=EXACT)
