"""A flag of Unleash as a switch, against a real Unleash server and its own client."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from tests.connect.between import Between, between
from tests.envs import place
from tests.running import free_port
from tests.unleash import ADMIN, CLIENT, Server

from hotwash.connect.unleash import Polarity, Unleash
from hotwash.response.outside import Disagreed, NotLetIn, NotThere, OutsideFault, Refused, Unreachable
from hotwash.response.switchboard import Setting, Switchboard

pytestmark = [pytest.mark.real("unleash"), pytest.mark.xdist_group("unleash")]

SWITCH = "support-bot"
OFF = [Setting("off")]
REAL = """
import sys
from UnleashClient import UnleashClient

url, token, flag, cache = sys.argv[1:]
client = UnleashClient(
    url=url + "/api", app_name="bot", custom_headers={"Authorization": token}, refresh_interval=1,
    disable_metrics=True, disable_registration=True, cache_directory=cache,
)
client.initialize_client()
for _ in sys.stdin:
    print("on" if client.is_enabled(flag) else "off", flush=True)
client.destroy()
"""


@pytest.fixture
def flag(unleash_server: Server) -> str:
    return unleash_server.flag(f"kill.{uuid4().hex[:8]}")


@contextmanager
def connected(
    server: Server | Between, flag: str, means: Polarity = "on-serves", token: str = ADMIN
) -> Iterator[Unleash]:
    with Unleash(server.url, token=token, flag=flag, means=means, environment="development", timeout_s=60) as board:
        yield board


def is_on(server: Server, flag: str) -> bool:
    held = server.call("GET", f"projects/default/features/{flag}")
    return bool(next(one["enabled"] for one in held["environments"] if one["name"] == "development"))


@pytest.mark.parametrize("means", ["on-serves", "on-stops"])
@pytest.mark.parametrize("state", ["fallback", "human", "off"])
def test_a_stopped_system_has_its_flag_where_the_polarity_says(
    unleash_server: Server, flag: str, means: Polarity, state: str
) -> None:
    with connected(unleash_server, flag, means) as unleash:
        board: Switchboard = unleash
        stopped = board.set(SWITCH, [Setting(state)])  # type: ignore[arg-type]
        assert not stopped.serves
        assert is_on(unleash_server, flag) is (means == "on-stops")
        word = "on" if means == "on-stops" else "off"
        assert stopped.sentence.startswith(
            f"Unleash has the flag {flag} {word} in development: support-bot is stopped."
        )
        assert board.set(SWITCH, []).serves
        assert is_on(unleash_server, flag) is (means == "on-serves")
        assert board.read(SWITCH).serves


def test_a_serving_process_that_asks_unleash_sees_it(unleash_server: Server, flag: str, tmp_path: object) -> None:
    python: Path = place("unleash-python") / "bin" / "python"
    command: list[str | Path] = [python, "-W", "ignore", "-c", REAL, unleash_server.url, CLIENT, flag, str(tmp_path)]
    with (
        connected(unleash_server, flag) as board,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as serving,
    ):
        assert serving.stdin
        assert serving.stdout

        def sees(word: str) -> bool:
            for _ in range(600):
                serving.stdin.write("\n")  # type: ignore[union-attr]
                if serving.stdout.readline().strip() == word:  # type: ignore[union-attr]
                    return True
                try:
                    serving.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
            return False

        board.set(SWITCH, [])
        assert sees("on")
        board.set(SWITCH, OFF)
        assert sees("off")
        serving.stdin.close()


def test_who_turned_the_flag_is_known(unleash_server: Server, flag: str) -> None:
    with connected(unleash_server, flag) as board:
        board.set(SWITCH, [])
        board.set(SWITCH, OFF)
        newest, *others = board.changes()
    assert (newest.what, newest.by, newest.environment) == ("feature-environment-disabled", "admin", "development")
    assert newest.at.utcoffset() is not None
    assert [one.number for one in others] == sorted((one.number for one in others), reverse=True)
    assert others[-1].what == "feature-created"


def test_a_cohort_or_a_share_is_refused_beforehand_and_turns_nothing(unleash_server: Server, flag: str) -> None:
    cohort = {"attribute": "region", "is": "=", "value": "EU"}
    with connected(unleash_server, flag) as board:
        board.set(SWITCH, [])
        for setting in (Setting("off", when=cohort), Setting("off", share=0.1, share_of="applicant")):
            assert "on or off for everyone" in board.able(SWITCH, [setting])
            with pytest.raises(Refused, match=f"The flag {flag} was not turned"):
                board.set(SWITCH, [setting, Setting("off")])
        assert board.able(SWITCH, OFF) == board.able(SWITCH, []) == ""
    assert is_on(unleash_server, flag)


def test_a_flag_that_stops_when_on_but_only_for_some_is_not_claimed_to_stop(unleash_server: Server) -> None:
    rollout = {"rollout": "10", "stickiness": "default", "groupId": "g"}
    flag = unleash_server.flag(f"stop.{uuid4().hex[:8]}", {"name": "flexibleRollout", "parameters": rollout})
    with connected(unleash_server, flag, "on-stops") as board:
        with pytest.raises(Disagreed, match="stops support-bot for some only: flexibleRollout") as told:
            board.set(SWITCH, OFF)
        assert told.value.effect == "other"
        assert "narrow for whom it is on: flexibleRollout" in board.read(SWITCH).sentence
    with connected(unleash_server, flag, "on-serves") as board:
        assert board.set(SWITCH, []).serves


# ── what can be wrong ────────────────────────────────────────────────────────


def test_a_wrong_token_an_unknown_flag_and_an_unknown_environment_turn_nothing(
    unleash_server: Server, flag: str
) -> None:
    with connected(unleash_server, flag, token="*:*.nobody") as board, pytest.raises(NotLetIn, match="was not turned"):
        board.set(SWITCH, OFF)
    said = "expected a different token type for this endpoint"
    with connected(unleash_server, flag, token=CLIENT) as board, pytest.raises(NotLetIn, match=said):
        board.set(SWITCH, OFF)
    with connected(unleash_server, "no-such-flag") as board, pytest.raises(NotThere, match="no feature named"):
        board.set(SWITCH, OFF)
    with Unleash(
        unleash_server.url, token=ADMIN, flag=flag, means="on-serves", environment="moon", timeout_s=60
    ) as board, pytest.raises(NotThere, match="has no environment moon"):  # fmt: skip
        board.set(SWITCH, OFF)


def test_an_archived_flag_is_not_there(unleash_server: Server, flag: str) -> None:
    unleash_server.call("DELETE", f"projects/default/features/{flag}")
    with connected(unleash_server, flag) as board, pytest.raises(NotThere):
        board.read(SWITCH)


def test_a_server_that_is_away_is_told_at_once() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    said = r"cannot be reached .* The flag kill\.bot was not turned"
    with Unleash(url, token=ADMIN, flag="kill.bot", means="on-serves") as board, pytest.raises(Unreachable, match=said):
        board.set(SWITCH, OFF)


def test_a_turn_that_did_not_happen_or_cannot_be_read_back_is_not_claimed(unleash_server: Server, flag: str) -> None:
    with connected(unleash_server, flag) as board:
        board.set(SWITCH, [])
    with between(unleash_server.url) as mishaps, connected(mishaps, flag) as board:
        mishaps.trouble("POST", "/off", "swallowed")
        with pytest.raises(Disagreed, match=f"The flag {flag} is on, not off") as told:
            board.set(SWITCH, OFF)
        assert told.value.effect == "none"
        mishaps.trouble("POST", "/off", "answer lost")
        assert not board.set(SWITCH, OFF).serves
        board.set(SWITCH, [])
        mishaps.troubles.clear()
        mishaps.after = lambda method, path: mishaps.trouble("GET", flag, "rubbish") if method == "POST" else None
        with pytest.raises(OutsideFault, match=f"It is not known whether the flag {flag} is off now") as lost:
            board.set(SWITCH, OFF)
        assert lost.value.effect == "unknown"


def test_what_on_means_must_be_said() -> None:
    with pytest.raises(ValueError, match="on-serves or on-stops"):
        Unleash("http://127.0.0.1:1", token=ADMIN, flag="kill.bot", means="on")  # type: ignore[arg-type]
