"""A guard and its server, both well."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from tests.guard.conftest import SWITCH, TOKEN, Make, Until

from hotwash.guard import Guard
from hotwash.guard.double import Double

MODES = pytest.mark.parametrize("mode", ["pushed", "told to refetch", "polled"])


def served(mode: str) -> Double:
    return Double(TOKEN, stream=mode != "polled", push=mode == "pushed")


def arrived(server: Double, guard: Guard, tag: str, state: str) -> bool:
    return guard.state(SWITCH) == state and server.confirmed(tag) == {guard.status().instance}


@MODES
def test_a_switch_that_is_turned_arrives_and_is_confirmed(mode: str, guard_of: Make, until: Until) -> None:
    with served(mode) as server:
        guard = guard_of(server)
        until(lambda: guard.status().synced)
        assert guard.state(SWITCH) == "serve"
        for state in ("off", "human", "fallback", "serve"):
            tag = server.turn(SWITCH, state)
            until(partial(arrived, server, guard, tag, state))
        until(lambda: guard.status().confirmed)
        until(lambda: guard.status().following == ("poll" if mode == "polled" else "stream"))


def test_all_of_several_confirm_and_one_that_is_gone_does_not(server: Double, guard_of: Make, until: Until) -> None:
    guards = [guard_of(server, name=f"worker-{n}") for n in range(4)]
    until(lambda: all(guard.status().synced for guard in guards))
    guards[3].close()
    tag = server.turn(SWITCH, "off")
    until(lambda: server.confirmed(tag) == {"worker-0", "worker-1", "worker-2"})
    assert guards[3].state(SWITCH) == "serve"


def test_a_healthy_stream_needs_no_polling(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server, policies={SWITCH: {"stale": "engage", "stale_after_s": 1.5}})
    until(lambda: guard.status().following == "stream")
    heard = guard._held.word.heard
    until(lambda: guard._held.word.heard > heard + 1)
    assert guard.state(SWITCH) == "serve"
    assert "/guard/v1/snapshot" not in server.asked


def test_a_policy_of_the_server_that_wants_words_more_often_gets_them(
    server: Double, guard_of: Make, until: Until
) -> None:
    guard = guard_of(server)
    until(lambda: guard.status().following == "stream")
    order = {"orders": [], "policy": {"stale": "engage", "stale_after_s": 1.5, "engaged": "human"}}
    server.publish({SWITCH: order})
    until(lambda: server.asked.count("/guard/v1/stream") > 1)
    heard = guard._held.word.heard
    until(lambda: guard._held.word.heard > heard + 2)
    assert guard.state(SWITCH) == "serve"
    server.trouble = "hang"
    until(lambda: guard.state(SWITCH) == "human")


def test_a_server_that_comes_late_is_found(guard_of: Make, until: Until) -> None:
    with Double(TOKEN) as gone:
        port = gone.port
    guard = guard_of(f"http://127.0.0.1:{port}", policies={SWITCH: "engage"})
    until(lambda: guard.status().faults)
    assert (guard.state(SWITCH), guard.state("another"), guard.status().synced) == ("off", "serve", False)
    assert guard.explain(SWITCH).source == "never-synced"
    with Double(TOKEN, port=port) as server:
        server.turn(SWITCH, "fallback")
        until(lambda: guard.state(SWITCH) == "fallback")
        assert guard.wait(30)
        until(lambda: "server" not in guard.status().faults)


def test_a_server_that_restarts_is_followed_again(guard_of: Make, until: Until) -> None:
    with Double(TOKEN) as server:
        port = server.port
        server.turn(SWITCH, "human")
        guard = guard_of(server)
        until(lambda: guard.state(SWITCH) == "human")
    until(lambda: guard.status().following == "nothing")
    assert guard.state(SWITCH) == "human"
    with Double(TOKEN, port=port) as server:
        tag = server.turn(SWITCH, "off")
        until(lambda: guard.state(SWITCH) == "off")
        until(lambda: server.confirmed(tag))


def test_what_code_says_of_a_switch_comes_before_what_the_server_says(
    server: Double, guard_of: Make, until: Until
) -> None:
    told = {"stale": "engage", "stale_after_s": 0.5, "engaged": "human"}
    server.publish({name: {"orders": [], "policy": told} for name in ("a", "b")} | {"c": {"orders": []}})
    here = {"stale": "engage", "stale_after_s": 0.5}
    guard = guard_of(server, policies={"a": "keep", "*": here})
    until(lambda: guard.status().synced)
    server.trouble = "hang"
    until(lambda: guard.state("c") == "off")
    assert [guard.state(name) for name in "abc"] == ["serve", "human", "off"]


def test_a_switch_that_nobody_knows_is_told_of(server: Double, guard_of: Make, until: Until) -> None:
    guard = guard_of(server, policies={"*": {"never_synced": "engage", "engaged": "human"}})
    until(lambda: guard.status().synced)
    assert (guard.state("resume-screning"), guard.state(SWITCH)) == ("human", "serve")
    assert guard.status().unknown == ("resume-screning",)
    assert "does not know" in guard.explain("resume-screning").sentence


def test_the_reason_of_a_decision_names_who_and_why(server: Double, guard_of: Make, until: Until) -> None:
    server.turn(SWITCH, "off", set_by="Bo", reason="Women were refused twice as often", incident="INC-2026-0001")
    guard = guard_of(server)
    until(lambda: guard.status().synced)
    told = guard.explain(SWITCH)
    assert told.sentence == 'Set to "off" by Bo: Women were refused twice as often'
    assert guard.switches()[SWITCH][0]["incident"] == "INC-2026-0001"


@pytest.mark.parametrize(
    "url", ["", "hotwash", "ftp://a", "https://", "http://bo:secret@a", "http://a?b", "http://a:x"]
)
def test_an_address_that_is_none_is_a_programmers_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|Port|port"):
        Guard(url, token=TOKEN)


def test_an_empty_token_is_a_programmers_error() -> None:
    with pytest.raises(ValueError, match="token"):
        Guard("http://127.0.0.1:9", token=" \n")


def test_the_token_itself_never_travels_and_what_travels_cannot_sign(server: Double) -> None:
    assert TOKEN not in server.access
    assert server.key.hex() not in server.access


def test_it_stands_on_the_standard_library_alone() -> None:
    """In an interpreter that sees no installed package."""
    source = str(Path(__file__).parents[2] / "src")
    code = (
        f"import sys; sys.path.insert(0, {source!r}); import hotwash.guard, hotwash.guard.double;"
        "print(*{name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names) - {'hotwash'})"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"__main__"}
