"""The solver against every case tried by hand, with and without numba."""

import importlib.util
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from tests.investigate.trees_by_hand import cases, minimal_sets, primes, probability, trees, value

from hotwash.investigate.trees import Tree, read, solve
from hotwash.investigate.trees.model import Call

ENGINES = [
    False,
    pytest.param(True, marks=pytest.mark.skipif(not importlib.util.find_spec("numba"), reason="no numba")),
]
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))


def reached(tree: Tree) -> list[str]:
    found = solve(tree, compiled=False)
    return list(found.chances)


@pytest.mark.parametrize("compiled", ENGINES)
@SLOW
@given(tree=trees())
def test_any_tree_has_the_probability_cut_sets_and_importance_of_all_its_cases(compiled: bool, tree: Tree) -> None:
    found = solve(tree, cutsets=10_000, compiled=compiled)
    names = list(found.chances)
    chances = {event.name: event.chance for event in tree.events if event.name in names}
    assert found.probability == pytest.approx(probability(tree, chances), abs=1e-12)  # type: ignore[arg-type]
    assert {frozenset(one) for one in found.cutsets} == minimal_sets(tree, names)
    assert found.cutsets_count == len(found.cutsets)
    weights = [product(one, found.chances) for one in found.cutsets]
    assert weights == sorted(weights, reverse=True)
    monotone = all(value(tree, case) <= value(tree, case | {name: True}) for case in every(names) for name in names)
    assert found.coherent is monotone
    if not monotone:
        assert {frozenset(one) for one in found.implicants or ()} == primes(tree, names)
        assert found.implicants_count == len(found.implicants or ())
    held_against_cases(tree, chances, found.importance)  # type: ignore[arg-type]


def every(names: list[str]) -> list[dict[str, bool]]:
    return cases(names)


def product(of: tuple[str, ...], chances: Mapping[str, float]) -> float:
    found = 1.0
    for one in sorted(of, key=list(chances).index):
        found *= chances[one]
    return round(found, 12)


def held_against_cases(tree: Tree, chances: dict[str, float], importance: Mapping[str, object]) -> None:
    top = probability(tree, chances)
    assert set(importance) == set(chances)
    for name, one in importance.items():
        certain = probability(tree, chances | {name: 1.0})
        never = probability(tree, chances | {name: 0.0})
        expected = {
            "birnbaum": certain - never,
            "fussell_vesely": (top - never) / top if top else None,
            "raw": certain / top if top else None,
            "rrw": top / never if never > 1e-13 else None,
            "criticality": (certain - never) * chances[name] / top if top else None,
            "diagnosis": chances[name] * certain / top if top else None,
        }
        for key, number in expected.items():
            got = getattr(one, key)
            if number is None:
                assert got is None or got > 1e9 or top < 1e-13
            else:
                assert got == pytest.approx(number, rel=1e-9, abs=1e-9), (name, key)


@SLOW
@given(tree=trees(coherent=True, groups=True))
def test_a_common_cause_is_the_same_as_its_combinations_written_out(tree: Tree) -> None:
    found = solve(tree, cutsets=10_000, compiled=False)
    if not tree.groups:
        return
    (group,) = tree.groups
    combined = {name: name.strip("[]").split() for name in found.chances if name.startswith("[")}
    total = 0.0
    names = list(found.chances)
    for case in every(names):
        events = {event.name: case.get(event.name, False) for event in tree.events}
        for name, members in combined.items():
            for member in members:
                events[member] = events[member] or case[name]
        weight = 1.0
        for name in names:
            weight *= found.chances[name] if case[name] else 1 - found.chances[name]
        total += weight * value(tree, events)
    assert found.probability == pytest.approx(total, abs=1e-12)
    for member in group.members:  # each member keeps its whole chance
        parts = [found.chances[name] for name, members in combined.items() if member in members]
        assert f"[{member}]" not in combined or sum(parts) == pytest.approx(0.2)


def test_an_event_that_every_cut_set_needs_has_no_reduction_worth() -> None:
    found = solve(read("gate top = a AND (b OR c)\nevent a = 1e-9\nevent b = 0.5\nevent c = 0.5\n", "tree"))
    assert found.importance["a"].rrw is None
    assert found.importance["a"].fussell_vesely == 1.0


def test_a_house_event_is_a_switch_and_in_no_cut_set() -> None:
    text = "gate top = a AND guard-off\nevent a = 0.25\nhouse guard-off = on\n"
    assert solve(read(text, "tree")).cutsets == (("a",),)
    off = solve(read(text, "tree"), fixed={"guard-off": False})
    assert (off.probability, off.cutsets, off.cutsets_count) == (0.0, (), 0)


def test_what_has_no_chance_is_named_and_cut_sets_are_found_all_the_same() -> None:
    found = solve(read("gate top = a AND b\nevent a\nevent b = 0.5\n", "tree"))
    assert (found.probability, found.missing, found.cutsets, found.importance) == (None, ("a",), (("a", "b"),), {})


def test_the_beta_factor_of_two_is_the_textbook_value() -> None:
    found = solve(read("gate top = a AND b\nevent a\nevent b\ncommon c = beta-factor(0.01, 0.1) OF a, b\n", "tree"))
    alone, both = 0.009, 0.001
    assert found.probability == pytest.approx(both + (1 - both) * alone**2, rel=1e-12)
    assert set(found.cutsets) == {("[a b]",), ("[a]", "[b]")}


def test_multiple_greek_letters_and_alpha_factors_are_the_textbook_values() -> None:
    events = "".join(f"event {name}\n" for name in "abc")
    mgl = solve(read(f"gate top = 2 OF (a, b, c)\n{events}common g = mgl(0.01, 0.1, 0.5) OF a, b, c\n", "tree"))
    assert mgl.chances["[a]"] == pytest.approx(0.009)
    assert mgl.chances["[a b]"] == pytest.approx(0.1 * 0.5 / 2 * 0.01)
    assert mgl.chances["[a b c]"] == pytest.approx(0.1 * 0.5 * 0.01)
    alpha = solve(
        read(f"gate top = 2 OF (a, b, c)\n{events}common g = alpha-factor(0.01, 0.9, 0.08, 0.02) OF a, b, c\n", "tree")
    )
    whole = 0.9 + 2 * 0.08 + 3 * 0.02
    assert alpha.chances["[a b]"] == pytest.approx(2 / 2 * 0.08 / whole * 0.01)
    assert alpha.chances["[a b c]"] == pytest.approx(3 * 0.02 / whole * 0.01)


def test_a_chain_of_thousands_of_gates_is_no_trouble() -> None:
    lines = ["top g0", "event e = 0.5"]
    lines += [f"gate g{at} = g{at + 1} {'AND' if at % 2 else 'OR'} e{at}\nevent e{at} = 0.001" for at in range(3000)]
    lines.append("gate g3000 = e OR g2999x\ngate g2999x = e")
    found = solve(read("\n".join(lines), "tree"), cutsets=3, compiled=False)
    assert found.exact
    assert found.probability == pytest.approx(0.0010005, rel=1e-3)


def test_a_tree_too_large_for_its_allowance_has_bounds_that_hold() -> None:
    names = [f"e{at}" for at in range(14)]
    gates = [
        f"gate g{at} = {names[at]} OR ({names[(at * 5 + 3) % 14]} AND {names[(at * 3 + 1) % 14]})" for at in range(14)
    ]
    text = "top t\ngate t = 5 OF (" + ", ".join(f"g{at}" for at in range(14)) + ")\n"
    tree = read(text + "\n".join(gates) + "\n" + "\n".join(f"event {name} = 0.05" for name in names), "tree")
    exact = solve(tree, compiled=False).probability
    held = solve(tree, compiled=False, nodes_max=20)
    assert exact is not None
    assert held.low is not None
    assert held.high is not None
    assert not held.exact
    assert held.probability is None
    assert held.low <= exact <= held.high < 1


@SLOW
@given(tree=trees())
def test_bounds_hold_for_any_tree(tree: Tree) -> None:
    exact = solve(tree, compiled=False).probability
    held = solve(tree, compiled=False, nodes_max=3)
    assert exact is not None
    assert held.low is not None
    assert held.high is not None
    assert held.low - 1e-12 <= exact <= held.high + 1e-12


def test_rates_with_exposure_make_chances() -> None:
    text = "time 100\ngate top = a OR b\nevent a = exponential(1e-3, time)\nevent b = weibull(1000, 2, 0, time)\n"
    tree = read(text, "tree")
    found = solve(tree)
    assert found.chances == pytest.approx({"a": 0.09516258, "b": 0.00995017}, rel=1e-6)
    later = solve(replace(tree, time=200.0))
    assert later.chances["a"] == pytest.approx(0.18126925, rel=1e-6)
    assert Call("exponential", (1e-3, "time")) == tree.events[0].chance
