"""What is uncertain in a fault tree, and what was found of it."""

import importlib.util
import math

import pytest

from hotwash.investigate.trees import Invalid, read
from hotwash.investigate.trees.barriers import against
from hotwash.investigate.trees.laws import LAWS, BadValue, Reckoning
from hotwash.investigate.trees.model import Call
from hotwash.investigate.trees.solving import work_out
from hotwash.investigate.trees.uncertainty import each, tornado, uncertainty


def value(law: str, *arguments: float) -> float:
    return Reckoning({}, None).value(Call(law, arguments))


def test_laws_over_time_have_their_textbook_values() -> None:
    assert value("exponential", 1e-3, 1000) == pytest.approx(1 - math.exp(-1))
    assert value("weibull", 100, 2, 50, 150) == pytest.approx(1 - math.exp(-1))
    assert value("glm", 0.1, 0, 0, 5) == pytest.approx(0.1)
    assert value("glm", 0, 1e-3, 1e-1, 1e9) == pytest.approx(1e-3 / (1e-3 + 1e-1))
    assert value("periodic-test", 1e-3, 100, 50, 250) == pytest.approx(1 - math.exp(-0.1))
    assert value("periodic-test", 1e-3, 100, 50, 20) == pytest.approx(1 - math.exp(-0.02))


def test_a_test_with_quick_repair_is_a_test_that_makes_new() -> None:
    quick = value("periodic-test", 1e-3, 1e6, 100, 50, 230)
    assert quick == pytest.approx(value("periodic-test", 1e-3, 100, 50, 230), rel=1e-4)
    never = value("periodic-test", 1e-3, 0, 100, 50, 230)
    assert never == pytest.approx(value("exponential", 1e-3, 230), rel=1e-9)


def test_a_repaired_unit_follows_its_steps_of_time() -> None:
    """The closed form beside a run in small steps of time."""
    rate, repair, every, first, end = 2e-3, 5e-2, 40.0, 30.0, 205.0
    works, failed, mended, step, steps = 1.0, 0.0, 0.0, 0.01, 20_500
    for at in range(steps):
        time = at * step
        if time >= first and abs((time - first) % every) < step / 2:
            mended, failed = mended + failed, 0.0
        broke, returned = works * rate * step, mended * repair * step
        works, failed, mended = works - broke + returned, failed + broke, mended - returned
    assert value("periodic-test", rate, repair, every, first, end) == pytest.approx(1 - works, abs=2e-4)


@pytest.mark.parametrize(
    ("law", "arguments", "mean", "deviation"),
    [
        ("lognormal", (0.01, 3.0), 0.01, 0.0075),
        ("normal", (0.5, 0.1), 0.5, 0.1),
        ("uniform", (0.2, 0.4), 0.3, 0.0577),
        ("beta", (2.0, 8.0), 0.2, 0.1206),
        ("gamma", (4.0, 0.01), 0.04, 0.02),
    ],
)
def test_a_distribution_is_drawn_around_the_mean_it_stands_for(
    law: str, arguments: tuple[float, ...], mean: float, deviation: float
) -> None:
    assert LAWS[law].value(*arguments) == pytest.approx(mean)
    listed = ", ".join(str(one) for one in arguments)
    tree = read(f"gate top = a\nevent a = {law}({listed})\n", "tree")
    found = uncertainty(tree, work_out(tree), samples=20_000, seed=7)
    assert found.mean == pytest.approx(mean, rel=0.03)
    assert found.deviation == pytest.approx(deviation, rel=0.06)
    assert found.low < found.median < found.high


def test_an_error_factor_is_the_95_percent_point_over_the_median() -> None:
    tree = read("gate top = a\nevent a = lognormal(0.01, 5)\n", "tree")
    found = uncertainty(tree, work_out(tree), samples=40_000, seed=3)
    assert found.high / found.median == pytest.approx(5, rel=0.05)


def test_the_same_seed_gives_the_same_numbers_and_another_one_others() -> None:
    tree = read("gate top = a AND b\nevent a = beta(1, 9)\nevent b = uniform(0.1, 0.2)\n", "tree")
    solved = work_out(tree)
    assert uncertainty(tree, solved, samples=500, seed=1) == uncertainty(tree, solved, samples=500, seed=1)
    assert uncertainty(tree, solved, samples=500, seed=1) != uncertainty(tree, solved, samples=500, seed=2)


def test_a_shared_parameter_is_drawn_once() -> None:
    """Two events that share a rate fail together more often than two that have a rate each."""
    shared = read("gate top = a AND b\nparameter p = uniform(0, 1)\nevent a = p\nevent b = p\n", "tree")
    apart = read("gate top = a AND b\nevent a = uniform(0, 1)\nevent b = uniform(0, 1)\n", "tree")
    assert uncertainty(shared, work_out(shared), samples=20_000, seed=1).mean == pytest.approx(1 / 3, rel=0.03)
    assert uncertainty(apart, work_out(apart), samples=20_000, seed=1).mean == pytest.approx(1 / 4, rel=0.03)


def test_the_tornado_begins_with_what_matters_most() -> None:
    text = "gate top = (a OR b) AND c\nevent a = uniform(0.1, 0.5)\nevent b = uniform(0.01, 0.02)\nevent c = 0.5\n"
    tree = read(text, "tree")
    first, second = tornado(tree, work_out(tree), seed=1)
    assert (first.source, second.source) == ("a", "b")
    assert first.low == pytest.approx(0.5 * (1 - (1 - first.low_input) * (1 - 0.015)))
    assert first.low < first.high


def test_what_leaves_the_range_of_a_chance_is_counted() -> None:
    tree = read("gate top = a\nevent a = normal(0.1, 0.2)\n", "tree")
    found = uncertainty(tree, work_out(tree), samples=2_000, seed=1)
    assert 500 < found.cut < 800


def test_without_chances_there_is_no_run() -> None:
    tree = read("gate top = a\nevent a\n", "tree")
    with pytest.raises(Invalid, match="have no chance yet: a"):
        uncertainty(tree, work_out(tree), samples=10, seed=1)


@pytest.mark.skipif(not importlib.util.find_spec("numpy"), reason="numpy is not installed")
def test_many_runs_at_once_give_the_same_as_each_by_itself() -> None:
    tree = read("gate top = 2 OF (a, b, NOT c)\nevent a = 0.1\nevent b = 0.2\nevent c = 0.3\n", "tree")
    solution = work_out(tree).solution
    runs = 60_000
    columns = [[(at * step % 97) / 97 for at in range(runs)] for step in (3, 5, 7)]
    together = each(solution, columns, runs)
    assert together[:50] == [solution.probability([column[at] for column in columns]) for at in range(50)]


def test_a_law_without_a_value_says_so() -> None:
    with pytest.raises(BadValue, match="divides by 0"):
        value("div", 1, 0)
    with pytest.raises(BadValue, match=r"no finite number|has no value"):
        value("exp", 1e6)


TREE = "gate top = (a AND b) OR (c AND d) OR (a AND e)\n" + "".join(f"event {name} = 0.1\n" for name in "abcde")


def test_what_was_ruled_out_takes_its_paths_away_and_a_barrier_is_where_most_of_the_rest_meet() -> None:
    tree = read(TREE, "tree")
    found = against(tree, {})
    assert found is not None
    assert (found.paths, found.remaining) == (3, 3)
    assert (found.causes[0].name, found.causes[0].stops) == ("a", 2)
    found = against(tree, {"a": "ruled-out"})
    assert found is not None
    assert found.listed == (("c", "d"),)
    assert {cause.name: cause.now for cause in found.causes} == pytest.approx({"c": 1.0, "d": 1.0})


def test_what_is_confirmed_explains_when_it_fills_a_path() -> None:
    tree = read(TREE, "tree")
    found = against(tree, {"c": "confirmed"})
    assert found is not None
    assert not found.explained
    found = against(tree, {"c": "confirmed", "d": "confirmed"})
    assert found is not None
    assert found.established == (("c", "d"),)


def test_how_probable_a_cause_is_now_is_what_bayes_says() -> None:
    tree = read("gate top = a OR b\nevent a = 0.1\nevent b = 0.2\n", "tree")
    found = against(tree, {})
    assert found is not None
    top = 1 - 0.9 * 0.8
    assert {cause.name: cause.now for cause in found.causes} == pytest.approx({"a": 0.1 / top, "b": 0.2 / top})


def test_when_nothing_remains_the_tree_is_told_to_lack_something() -> None:
    found = against(read("gate top = a\nevent a\n", "tree"), {"a": "ruled-out"})
    assert found is not None
    assert found.impossible
