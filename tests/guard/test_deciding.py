"""What a snapshot says of one decision."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.guard.conditions import compiled, shared
from hotwash.guard.faults import NotUnderstood
from hotwash.guard.moments import Word
from hotwash.guard.policy import KEEP, Policy, read
from hotwash.guard.snapshot import Switch, _order
from hotwash.guard.table import Rules

EU = {"attribute": "region", "is": "=", "value": "EU"}


class Ticking:
    """A clock that stands until it is moved."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def rules(*orders: Mapping[str, Any], policy: Policy = KEEP, clock: Ticking | None = None) -> Rules:
    moved = clock or Ticking()
    switch = Switch("resume-screening", tuple(_order(dict(one)) for one in orders))
    return Rules(switch, policy, Word(moved(), 0.0), moved, lambda *_: None)


def decide(of: Rules, attributes: Mapping[str, Any] | None = None) -> str:
    entry = of.entry()
    return entry if isinstance(entry, str) else entry(attributes)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(["", "EU", "US", "1"]),
    st.just(math.nan),
    st.floats(-3, 3),
)
GIVEN = st.dictionaries(st.sampled_from("abc"), VALUES)
LITERALS = st.one_of(st.booleans(), st.integers(-3, 3), st.sampled_from(["EU", "US", "1"]))
PARTS = st.one_of(
    st.builds(
        lambda name, sign, value: {"attribute": name, "is": sign, "value": value},
        st.sampled_from("abc"),
        st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
        LITERALS,
    ),
    st.builds(
        lambda name, values: {"attribute": name, "is": "in", "values": values},
        st.sampled_from("abc"),
        st.lists(LITERALS, min_size=1, max_size=4),
    ),
    st.builds(lambda name: {"attribute": name, "is": "null"}, st.sampled_from("abc")),
)
TREES = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)


def plainly(tree: Mapping[str, Any], given: Mapping[str, Any]) -> bool | None:
    """The rule read word by word, by Kleene's tables: false < unknown < true."""
    rank = {False: 0, None: 1, True: 2}
    if "all" in tree:
        return min((plainly(one, given) for one in tree["all"]), key=rank.__getitem__)
    if "any" in tree:
        return max((plainly(one, given) for one in tree["any"]), key=rank.__getitem__)
    if "not" in tree:
        inner = plainly(tree["not"], given)
        return None if inner is None else not inner
    value = given.get(tree["attribute"])
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    if tree["is"] == "null":
        return missing
    against = tree["values"] if tree["is"] == "in" else [tree["value"]]
    alike = [one for one in against if isinstance(one, str) == isinstance(value, str)]
    if missing or not alike:
        return None
    signs = {"=": "__eq__", "<>": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
    if tree["is"] == "in":
        return value in alike
    left, right = (value, alike[0]) if isinstance(value, str) else (float(value), float(alike[0]))  # type: ignore[arg-type]
    return bool(getattr(left, signs[tree["is"]])(right))


@given(TREES, GIVEN)
def test_a_compiled_rule_says_what_its_words_say(tree: dict[str, Any], attributes: dict[str, Any]) -> None:
    assert compiled(tree)(attributes) is plainly(tree, attributes)


@given(st.lists(TREES, max_size=3), GIVEN, st.booleans())
def test_the_reason_is_of_the_decision_that_was_made(
    trees: list[dict[str, Any]], attributes: dict[str, Any], passes: bool
) -> None:
    states = ("off", "human", "fallback")
    missing = "passes" if passes else "holds"
    of = rules(
        *({"state": state, "when": tree, "missing": missing} for state, tree in zip(states, trees, strict=False))
    )
    assert of.explained(attributes).state == decide(of, attributes)


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"all": []},
        {"any": "EU"},
        {"not": None},
        EU | {"is": "like"},
        EU | {"value": None},
        EU | {"value": [1]},
        EU | {"more": 1},
        {"attribute": 1, "is": "null"},
        {"attribute": "a", "is": "in", "values": []},
        7,
        "region = 'EU'",
        None,
    ],
)
def test_what_is_no_rule_is_refused(tree: object) -> None:
    with pytest.raises(NotUnderstood):
        compiled(tree)


def test_a_rule_of_any_depth_or_length_is_refused_before_it_can_do_harm() -> None:
    deep: dict[str, Any] = EU
    for _ in range(41):
        deep = {"not": deep}
    with pytest.raises(NotUnderstood):
        compiled(deep)
    with pytest.raises(NotUnderstood):
        compiled({"any": [EU] * 2_001})


def test_a_cohort_of_which_nothing_is_known_is_contained_unless_the_order_says_otherwise() -> None:
    holds, passes = rules({"state": "off", "when": EU}), rules({"state": "off", "when": EU, "missing": "passes"})
    assert [decide(of, given) for of in (holds, passes) for given in (None, {}, {"region": 7})] == ["off"] * 3 + [
        "serve"
    ] * 3
    assert [decide(of, {"region": "US"}) for of in (holds, passes)] == ["serve"] * 2


def test_the_first_order_that_fits_counts() -> None:
    of = rules({"state": "human", "when": EU}, {"state": "off"})
    assert (decide(of, {"region": "EU"}), decide(of, {"region": "US"})) == ("human", "off")


@given(st.integers(0, 100), st.integers(0, 100), st.text(max_size=5))
def test_a_smaller_share_lies_within_a_larger_one(one: int, other: int, salt: str) -> None:
    small, large = (shared({"of": "id", "part": part / 100, "salt": salt}) for part in sorted((one, other)))
    assert all(large({"id": key}) for key in range(50) if small({"id": key}))


def test_a_share_is_about_as_large_as_it_says_and_salts_are_independent() -> None:
    first, second = (shared({"of": "id", "part": 0.3, "salt": salt}) for salt in ("INC-2026-0001", "INC-2026-0002"))
    keys = [{"id": f"applicant-{n}"} for n in range(20_000)]
    inside = sum(bool(first(key)) for key in keys)
    twice = sum(bool(first(key) and second(key)) for key in keys)
    assert (5_700 < inside < 6_300, 1_550 < twice < 2_050) == (True, True)  # 4.6 standard deviations and more


def test_the_share_of_a_key_is_the_same_in_every_language_and_release() -> None:
    quarter = shared({"of": "id", "part": 0.25, "salt": "INC-2026-0001"})
    assert [n for n in range(20) if quarter({"id": n})] == [n for n in range(20) if quarter({"id": str(n)})]
    assert [n for n in range(20) if quarter({"id": n})] == QUARTER


QUARTER = [1, 2, 18, 19]


def test_nobody_is_in_a_share_of_nothing_and_everybody_in_all() -> None:
    keys = [{"id": n} for n in range(500)]
    assert not any(shared({"of": "id", "part": 0})(key) for key in keys)
    assert all(shared({"of": "id", "part": 1})(key) for key in keys)
    assert not any(shared({"part": 0})({}) for _ in keys)
    assert all(shared({"part": 1})({}) for _ in keys)


@pytest.mark.parametrize(
    "share",
    [{}, {"part": 1.1}, {"part": -1}, {"part": True}, {"part": "1"}, {"part": 1, "of": 3}, {"part": 1, "salt": 3}, 1],
)
def test_what_is_no_share_is_refused(share: object) -> None:
    with pytest.raises(NotUnderstood):
        shared(share)


def test_the_share_of_a_cohort_is_within_the_cohort() -> None:
    of = rules({"state": "off", "when": EU, "share": {"of": "id", "part": 0.5}})
    inside = {n for n in range(200) if decide(of, {"region": "EU", "id": n}) == "off"}
    assert 60 < len(inside) < 140
    assert {decide(of, {"region": "US", "id": n}) for n in range(200)} == {"serve"}


def test_an_order_ends_at_its_time_by_the_servers_clock() -> None:
    clock = Ticking()
    end = datetime.fromtimestamp(clock() + 60, UTC)
    of = rules({"state": "off", "until": end.isoformat()}, clock=clock)
    before = decide(of)
    clock.at += 60
    assert (before, decide(of), of.explained(None).state) == ("off", "serve", "serve")
    assert decide(rules({"state": "off", "until": (end + timedelta(days=1)).isoformat()}, clock=clock)) == "off"


@pytest.mark.parametrize(("course", "late"), [("keep", "human"), ("engage", "off"), ("release", "serve")])
def test_a_state_that_is_too_old_goes_the_way_of_its_policy(course: str, late: str) -> None:
    clock = Ticking()
    of = rules({"state": "human"}, policy=read({"stale": course, "stale_after_s": 5}), clock=clock)
    clock.at += 5
    fresh = decide(of), of.explained(None).state
    clock.at += 0.001
    assert (fresh, decide(of), of.explained(None).state) == (("human", "human"), late, late)


def test_attributes_that_fail_do_not_fail_the_decision() -> None:
    class Hostile(dict[str, Any]):
        def get(self, *_: Any) -> Any:
            raise RuntimeError("no")

    of = rules({"state": "off", "when": EU})
    both = rules({"state": "off", "when": EU}, {"state": "human", "when": EU})
    for given_ in (Hostile(), [1], 7, "EU"):
        assert [decide(of, given_), decide(both, given_), of.explained(given_).state] == ["off"] * 3  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "policy",
    [
        {"stale": "hold"},
        {"engaged": "serve"},
        {"stale_after_s": 0},
        {"stale_after_s": math.inf},
        {"later": 1},
        "stop",
        7,
    ],
)
def test_a_policy_that_is_none_is_a_programmers_error(policy: Any) -> None:
    with pytest.raises(ValueError, match=r"policy|stale|engaged|keep"):
        read(policy)
