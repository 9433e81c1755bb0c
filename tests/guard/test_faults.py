"""Whatever a server does: no decision fails, none is made on a state older than its policy allows, all is told."""

import json
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from tests.guard.conftest import SWITCH, TOKEN, Make, Until

from hotwash.guard import Guard
from hotwash.guard.double import TROUBLES, Double
from hotwash.guard.moments import clock

STALE_S = 0.6
POLICY = {SWITCH: {"never_synced": "engage", "stale": "engage", "stale_after_s": STALE_S, "engaged": "human"}}

KINDS = {
    "500": "refused",
    "401": "refused",
    "redirect": "refused",
    "rubbish": "not-signed",
    "html": "not-understood",
    "not-http": "not-understood",
    "hang": "unreachable",
    "drip": "unreachable",
    "huge": "not-understood",
    "cut": "unreachable",
    "other-key": "not-signed",
    "changed": "not-signed",
    "old-answer": "not-signed",
    "wrong-types": "not-understood",
    "older": "older",
}


class Asking:
    """Asks without a pause in a thread of its own, and keeps what does not agree with the policy.

    :param allowed: what may be decided at a moment of the clock
    """

    def __init__(self, guard: Guard, allowed: Callable[[float], set[str]]) -> None:
        self.wrong: list[str] = []
        self.asked = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=(guard, allowed))

    def _ask(self, guard: Guard, allowed: Callable[[float], set[str]]) -> None:
        while not self._end.is_set():
            before = clock()
            try:
                state: str = guard.state(SWITCH, {"region": "EU"})
            except BaseException as fault:  # noqa: BLE001 - that there is none is what is tested
                state = repr(fault)
            self.asked += 1
            if state not in allowed(before):
                self.wrong.append(state)
            time.sleep(0.0005)

    def __enter__(self) -> "Asking":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


@pytest.mark.parametrize("trouble", [trouble for trouble in TROUBLES if trouble != "deaf"])
def test_a_server_in_trouble_leaves_the_last_state_until_it_is_too_old(
    trouble: str, server: Double, guard_of: Make, until: Until
) -> None:
    server.turn(SWITCH, "fallback")
    guard = guard_of(server, policies=POLICY)
    until(lambda: guard.state(SWITCH) == "fallback")
    since = float("inf")

    def allowed(at: float) -> set[str]:
        return {"human"} if at > since + STALE_S else {"fallback", "human"}

    with Asking(guard, allowed) as asking:
        server.trouble = trouble
        since = clock() + 0.2  # an answer may be under way
        server.turn(SWITCH, "off")
        until(lambda: guard.state(SWITCH) == "human")
        until(lambda: KINDS[trouble] in {fault.kind for fault in guard.status().faults.values()})
        asking._end.wait(0.3)
    assert asking.wrong == []
    assert asking.asked > 100
    assert guard.explain(SWITCH).source == "stale"
    server.trouble = ""
    until(lambda: guard.state(SWITCH) == "off")
    until(lambda: not {"server", "stream"} & set(guard.status().faults))


def test_a_stream_that_goes_on_without_a_proved_word_does_not_keep_the_state_fresh(
    server: Double, guard_of: Make, until: Until
) -> None:
    guard = guard_of(server, policies={SWITCH: {"stale": "engage", "stale_after_s": 1}})
    until(lambda: guard.status().following == "stream")
    server.trouble = "deaf"
    until(lambda: "stream" in guard.status().faults)
    assert guard.status().faults["stream"].kind == "unreachable"


def test_a_snapshot_that_cannot_be_read_is_told_to_the_server(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server)
    until(lambda: guard.status().synced)
    server.trouble = "wrong-types"
    until(lambda: any(one["faults"] for one in tuple(server.confirmations)))
    told = [one for one in server.confirmations if one["faults"]][-1]
    assert told["etag"] == guard.status().etag
    assert "not understood" in json.dumps(told["faults"])


def test_a_guard_with_another_token_is_told_so(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server, token="of another service", policies=POLICY)
    until(lambda: "server" in guard.status().faults)
    assert "token" in guard.status().faults["server"].sentence
    assert guard.state(SWITCH) == "human"


def later(seconds: float) -> float:
    return time.time() + seconds


def test_a_server_whose_clock_jumps_is_still_believed(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server, policies=POLICY)
    until(lambda: guard.status().following == "stream")
    for jump in (3_600, -3_600):
        server.clock = partial(later, jump)
        tag = server.turn(SWITCH, "off" if jump > 0 else "fallback")
        until(partial(server.confirmed, tag))
        until(lambda: abs(guard._held.word.ahead + clock() - server.clock()) < 60)
    assert guard.state(SWITCH) == "fallback"


def test_an_order_with_an_end_ends_while_the_server_is_away(guard_of: Make, until: Until) -> None:
    with Double(TOKEN) as server:
        server.clock = lambda: 1_000_000_000 + time.monotonic()  # it lives in another year than this machine
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(server.clock() + 3))
        server.turn(SWITCH, "off", until=end)
        guard = guard_of(server)
        until(lambda: guard.state(SWITCH) == "off")
    until(lambda: guard.state(SWITCH) == "serve")
    assert guard.status().following == "nothing"


def test_the_log_tells_of_a_trouble_once(
    server: Double, guard_of: Make, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    guard = guard_of(server, stream=False, poll_s=0.05)
    until(lambda: guard.status().synced)
    server.trouble = "500"
    until(lambda: guard.status().counts.get("refused", 0) > 5)
    assert len([one for one in caplog.records if one.getMessage().startswith("server:")]) == 1


@pytest.mark.soak
def test_a_server_that_changes_its_mood_for_a_minute(server: Double, guard_of: Make, until: Until) -> None:
    """Every trouble in turn, several times, with states that change."""
    guard = guard_of(server, policies=POLICY)
    until(lambda: guard.status().following == "stream")
    for turn in range(4):
        for trouble in ("", *TROUBLES):
            server.trouble = trouble
            server.turn(SWITCH, ("off", "fallback")[turn % 2])
            time.sleep(0.7)
            if guard.state(SWITCH) != "human":
                age = guard.stale_s
                assert age is not None
                assert age < STALE_S + 1
    server.trouble = ""
    until(lambda: guard.state(SWITCH) == "fallback")
