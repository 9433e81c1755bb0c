"""Functions that are guarded by a decorator."""

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.guard.conftest import SWITCH, Make, Until

from hotwash.guard import NotServing
from hotwash.guard.double import Double


def turned(server: Double, guard: Any, until: Until, state: str, **order: Any) -> None:
    tag = server.turn(SWITCH, state, **order)
    until(lambda: guard.status().etag == tag)


def test_the_function_for_the_state_is_called_with_the_same_arguments(
    server: Double, guard_of: Make, until: Until
) -> None:
    guard = guard_of(server)

    @guard.protect(
        SWITCH,
        fallback=lambda applicant, *, score: f"rule for {applicant}",
        human=lambda applicant, *, score: f"a person decides about {applicant}",
        off=lambda applicant, *, score: "nothing is decided",
    )
    def decide(applicant: str, *, score: float) -> str:
        """Decide."""
        return f"model: {applicant} {score}"

    said = {}
    for state in ("serve", "fallback", "human", "off"):
        turned(server, guard, until, state)
        said[state] = decide("Cy", score=0.5)
    assert said == {
        "serve": "model: Cy 0.5",
        "fallback": "rule for Cy",
        "human": "a person decides about Cy",
        "off": "nothing is decided",
    }
    assert (decide.__name__, decide.__doc__) == ("decide", "Decide.")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"human"}, {"fallback": "human", "human": "human", "off": None}),
        ({"fallback", "off"}, {"fallback": "fallback", "human": "off", "off": "off"}),
        (set(), {"fallback": None, "human": None, "off": None}),
    ],
)
def test_a_state_with_nothing_to_do_goes_to_a_stricter_one_and_never_to_a_laxer(
    given: set[str], expected: dict[str, str | None], server: Double, guard_of: Make, until: Until
) -> None:
    guard = guard_of(server)
    ways: Any = {state: lambda state=state: state for state in given}
    decide = guard.protect(SWITCH, **ways)(lambda: "serve")
    for state, way in expected.items():
        turned(server, guard, until, state)
        if way is None:
            with pytest.raises(NotServing, match=state):
                decide()
        else:
            assert decide() == way


def test_a_cohort_is_told_from_the_arguments(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server)
    decide = guard.protect(SWITCH, attributes=lambda region: {"region": region}, off=lambda region: "off")(
        lambda region: region
    )
    turned(server, guard, until, "off", when={"attribute": "region", "is": "=", "value": "EU"})
    assert (decide("EU"), decide("US")) == ("off", "US")


def test_attributes_that_cannot_be_made_are_unknown_and_told(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server)
    decide = guard.protect(SWITCH, attributes=lambda case: {"region": case["region"]}, off=lambda case: "off")(
        lambda case: "on"
    )
    turned(server, guard, until, "off", when={"attribute": "region", "is": "=", "value": "EU"})
    assert decide({}) == "off"
    assert "attributes" in guard.status().faults


def test_a_coroutine_stays_one(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server)

    async def asked(applicant: str) -> str:
        await asyncio.sleep(0)
        return f"a person decides about {applicant}"

    @guard.protect(SWITCH, human=asked, off=lambda applicant: "off")
    async def decide(applicant: str) -> str:
        await asyncio.sleep(0)
        return f"model: {applicant}"

    assert inspect.iscoroutinefunction(decide)
    said = []
    for state in ("serve", "fallback", "off"):
        turned(server, guard, until, state)
        # A thread of its own: a browser test of the same process may have left a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            said.append(thread.submit(lambda: asyncio.run(decide("Cy"))).result())
    assert said == ["model: Cy", "a person decides about Cy", "off"]
