"""The real OFREP providers of Python and npm against a real server."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests import envs
from tests.cli.server import server, token
from tests.cli.terminal import environment

from hotwash.guard.signing import access

HERE = Path(__file__).parent
pytestmark = pytest.mark.xdist_group("ofrep")


class Place:
    """A server with one service, and one containment for people in the EU."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.client = httpx.Client(
            base_url=f"{url}/api/v1", timeout=60, headers={"Authorization": f"Bearer {token(home)}"}
        )
        self.say("/systems", name="Loans")
        self.access = access(self.say("/services", name="loans-api", systems=["loans"])["token"])
        self.say("/incidents", title="Loans refused", system="loans")

    def say(self, path: str, **words: Any) -> Any:
        answer = self.client.post(path, json=words)
        assert answer.is_success, answer.text
        return answer.json()

    def contain(self, **words: Any) -> int:
        said = self.say(
            "/incidents/INC-2026-0001/contain", switch="loans", state="human", unheld_because="now", **words
        )
        assert said["applied"]
        return int(said["containment"])

    def release(self, containment: int) -> None:
        self.say("/incidents/INC-2026-0001/release", containment=containment, reason="Fixed.")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("ofrep") / "home"
    with server(home, "--empty") as running:
        made = Place(running.url, home)
        yield made
        made.client.close()


class Provider:
    """A provider in a process of its own, to which one speaks line by line."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment(), cwd=folder,
        )  # fmt: skip

    def ask(self, flag: str, default: Any, **words: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        kind = "boolean" if isinstance(default, bool) else "string"
        self.process.stdin.write(json.dumps({"flag": flag, "default": default, "kind": kind, **words}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        return dict(json.loads(line))

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def python(url: str, shown: str, folder: Path) -> list[str]:
    return [str(envs.place("ofrep-python") / "bin" / "python"), str(HERE / "ofrep_python.py"), url, shown]


def node(url: str, shown: str, folder: Path) -> list[str]:
    # Node looks for packages beside the script.
    (folder / "node_modules").symlink_to(envs.place("ofrep-node") / "node_modules")
    (folder / "ask.mjs").write_text((HERE / "ofrep_node.mjs").read_text())
    return ["node", str(folder / "ask.mjs"), url, shown]


@pytest.fixture(
    params=[
        pytest.param(python, id="python", marks=pytest.mark.real("ofrep-python")),
        pytest.param(node, id="npm", marks=pytest.mark.real("ofrep-node")),
    ]
)
def provider(request: pytest.FixtureRequest, place: Place, tmp_path: Path) -> Iterator[Provider]:
    made = Provider(request.param(place.url, place.access, tmp_path), tmp_path)
    yield made
    made.end()


def test_a_provider_gets_what_a_guard_would_decide(provider: Provider, place: Place) -> None:
    free = provider.ask("loans", False, key="p1", attributes={"region": "EU"})
    assert (free["value"], free["variant"], free["reason"], free["error"]) == (True, "serve", "STATIC", None)
    containment = place.contain(cohort="region = 'EU'")
    try:
        held = provider.ask("loans", True, key="p1", attributes={"region": "EU"})
        assert (held["value"], held["variant"], held["reason"]) == (False, "human", "TARGETING_MATCH")
        assert provider.ask("loans", False, key="p1", attributes={"region": "US"})["value"] is True
        assert provider.ask("loans:state", "off", key="p1", attributes={"region": "EU"})["value"] == "human"
    finally:
        place.release(containment)


def test_a_share_keeps_each_person_on_one_side(provider: Provider, place: Place) -> None:
    containment = place.contain(share=0.5, share_of="applicant")
    try:
        once = [provider.ask("loans", True, key=f"p{n}")["value"] for n in range(12)]
        assert [provider.ask("loans", True, key=f"p{n}")["value"] for n in range(12)] == once
        assert set(once) == {True, False}
    finally:
        place.release(containment)


def test_a_switch_that_is_not_there_is_the_callers_default_with_its_reason(provider: Provider) -> None:
    missing = provider.ask("cards", True, key="p1")
    assert missing["value"] is True
    assert "FLAG_NOT_FOUND" in missing["error"]
    wrong = provider.ask("loans", "human", key="p1")
    assert wrong["value"] == "human"
    assert "TYPE_MISMATCH" in wrong["error"]


@pytest.mark.real("ofrep-node")
def test_the_web_provider_is_told_in_bulk(place: Place, tmp_path: Path) -> None:
    provider = Provider(node(place.url, place.access, tmp_path), tmp_path)
    try:
        assert provider.ask("loans", False, web=True)["value"] is True
        containment = place.contain()
        try:
            end = time.monotonic() + 30
            while provider.ask("loans", True, web=True)["value"] is True:
                assert time.monotonic() < end, "the web provider never heard of it"
                time.sleep(0.05)
        finally:
            place.release(containment)
    finally:
        provider.end()


@pytest.mark.parametrize("kind", [pytest.param(python, id="python", marks=pytest.mark.real("ofrep-python"))])
def test_a_wrong_token_is_the_callers_default(kind: Any, place: Place, tmp_path: Path) -> None:
    provider = Provider(kind(place.url, "nonsense", tmp_path), tmp_path)
    try:
        refused = provider.ask("loans", True, key="p1")
        assert refused["value"] is True
        assert refused["error"]
    finally:
        provider.end()
