"""The flag file, as flagd's real provider reads it, beside what a guard would decide."""

import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.envs import place

from hotwash.connect.flagd import FlagdFile
from hotwash.guard.conditions import compiled
from hotwash.incident.events.work import SwitchState
from hotwash.response.outside import Disagreed, NotThere, OutsideFault, Refused, Unreachable
from hotwash.response.switchboard import Setting

REAL = """
import json, sys, time
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType

file, asked = sys.argv[1], json.load(sys.stdin)
api.set_provider(FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=file))
client = api.get_client()
for _ in range(3000):
    if client.get_provider_status().value == "READY":
        break
    time.sleep(0.02)
said = []
for switch, attributes in asked:
    told = client.get_string_details(switch, "the caller's default", EvaluationContext("t", attributes))
    said.append([told.value, told.error_code])
json.dump(said, sys.stdout)
api.shutdown()
"""
SWITCH = "resume-screening"
EU = {"attribute": "region", "is": "=", "value": "EU"}

Asked = list[tuple[str, dict[str, Any]]]
Ask = Callable[[Path, Asked], list[tuple[str, str | None]]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "flags.json"


@pytest.fixture(scope="session")
def flagd() -> Ask:
    python = place("flagd") / "bin" / "python"

    def ask(file: Path, asked: Asked) -> list[tuple[str, str | None]]:
        done = subprocess.run(
            [python, "-W", "ignore", "-c", REAL, file], input=json.dumps(asked), capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return [(value, error) for value, error in json.loads(done.stdout)]

    return ask


@pytest.mark.real("flagd")
@pytest.mark.xdist_group("flagd")
def test_a_state_for_everyone_is_what_the_provider_tells(file: Path, flagd: Ask) -> None:
    board = FlagdFile(file)
    states: list[SwitchState] = ["serve", "fallback", "human", "off"]
    for state in states:
        assert board.set(state, [Setting(state)]).serves is (state == "serve")
    board.set("released", [Setting("off")])
    assert board.set("released", []).serves
    asked: Asked = [(switch, {"region": "EU"}) for switch in (*states, "released")]
    assert flagd(file, asked) == [(state, None) for state in (*states, "serve")]


@pytest.mark.real("flagd")
@pytest.mark.xdist_group("flagd")
def test_the_first_setting_that_fits_counts(file: Path, flagd: Ask) -> None:
    old = {"attribute": "age", "is": ">=", "value": 50}
    position = FlagdFile(file).set(SWITCH, [Setting("off", when=EU), Setting("human", when=old), Setting("fallback")])
    assert not position.serves
    people: Asked = [(SWITCH, {"region": region, "age": age}) for region in ("EU", "US") for age in (30, 60)]
    assert [state for state, _ in flagd(file, people)] == ["off", "off", "fallback", "human"]


NAMES = ("region", "age", "score", "seen")
VALUES = ("EU", "US", "", "44", "Ä", 44, 44.5, -1, 0, 1e9, True, False)


def a_rule(draw: random.Random, depth: int = 0) -> dict[str, Any]:
    kind = draw.choice(["all", "any", "not", "null", "in", "is", "is", "is"]) if depth < 3 else "is"
    name = draw.choice(NAMES)
    if kind in ("all", "any"):
        return {kind: [a_rule(draw, depth + 1) for _ in range(draw.randint(1, 3))]}
    if kind == "not":
        return {"not": a_rule(draw, depth + 1)}
    if kind == "null":
        return {"attribute": name, "is": "null"}
    if kind == "in":
        return {"attribute": name, "is": "in", "values": draw.sample(VALUES, draw.randint(1, 4))}
    sign = draw.choice(["=", "<>", "<", "<=", ">", ">="])
    return {"attribute": name, "is": sign, "value": draw.choice(VALUES)}


@pytest.mark.real("flagd")
@pytest.mark.xdist_group("flagd")
def test_a_cohort_is_the_same_for_flagd_as_for_a_guard_whatever_is_missing(file: Path, flagd: Ask) -> None:
    draw = random.Random(20261123)
    rules = {f"switch-{number}": a_rule(draw) for number in range(80)}
    board = FlagdFile(file)
    for switch, rule in rules.items():
        board.set(switch, [Setting("off", when=rule)])
    people = [
        {name: draw.choice(VALUES) for name in NAMES if draw.random() < 0.7}
        | ({"region": None} if one % 9 == 0 else {})
        for one in range(60)
    ]
    asked: Asked = [(switch, person) for switch in rules for person in people]
    said = flagd(file, asked)
    held = [compiled(rules[switch])(person) for switch, person in asked]
    assert {True, False, None} <= set(held)
    wrong = [
        (rules[switch], person, told)
        for (switch, person), told, holds in zip(asked, said, held, strict=True)
        if told != ("serve" if holds is False else "off", None)
    ]
    assert wrong == []


@pytest.mark.real("flagd")
@pytest.mark.xdist_group("flagd")
def test_a_share_has_its_size_grows_without_taking_anybody_out_and_takes_in_the_unknown(file: Path, flagd: Ask) -> None:
    shares = (0.0, 0.01, 0.1, 0.5, 1.0)
    for share in shares:
        FlagdFile(file).set(str(share), [Setting("off", share=share, share_of="applicant", salt="INC-2026-0001")])
    people = [{"applicant": f"applicant-{number}"} for number in range(2_000)]
    asked: Asked = [(str(share), person) for share in shares for person in (*people, {})]
    states = iter(state for state, _ in flagd(file, asked))
    former: set[int] = set()
    for share in shares:
        inside = {number for number in range(len(people)) if next(states) == "off"}
        assert next(states) == "off"
        assert former <= inside
        assert abs(len(inside) / len(people) - share) < 0.04
        former = inside


def test_other_flags_of_a_file_stay_as_they_are_and_readers_may_still_read(file: Path) -> None:
    theirs = {"state": "ENABLED", "variants": {"on": True}, "defaultVariant": "on", "metadata": {"team": "shop"}}
    file.write_text(json.dumps({"$evaluators": {"x": 1}, "flags": {"new-basket": theirs}}))
    file.chmod(0o640)
    FlagdFile(file).set(SWITCH, [Setting("off")])
    held = json.loads(file.read_text())
    assert held["flags"]["new-basket"] == theirs
    assert held["$evaluators"] == {"x": 1}
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_flag_of_that_name_that_somebody_else_made_is_left_alone(file: Path) -> None:
    text = json.dumps({"flags": {SWITCH: {"state": "ENABLED", "variants": {"on": True}, "defaultVariant": "on"}}})
    file.write_text(text)
    with pytest.raises(Refused, match=f"a flag {SWITCH} that Hotwash did not make. {SWITCH} was not set there"):
        FlagdFile(file).set(SWITCH, [Setting("off")])
    assert file.read_text() == text


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"flags": []}', b"\xff", b"x" * 5_000_001])
def test_a_file_that_is_no_flag_file_is_not_written_over(file: Path, text: bytes) -> None:
    file.write_bytes(text)
    with pytest.raises(Refused, match="is no flag file"):
        FlagdFile(file).set(SWITCH, [Setting("off")])
    assert file.read_bytes() == text


@pytest.mark.parametrize(
    "setting",
    [
        Setting("off", share=0.5),
        Setting("off", when={"attribute": "user.region", "is": "=", "value": "EU"}),
        Setting("off", when={"attribute": "region", "is": "like", "value": "E%"}),
    ],
)
def test_what_a_file_cannot_say_is_said_beforehand_and_touches_nothing(file: Path, setting: Setting) -> None:
    board = FlagdFile(file)
    no = board.able(SWITCH, [setting])
    assert no
    with pytest.raises(Refused) as told:
        board.set(SWITCH, [setting])
    assert told.value.sentence == f"{no} {SWITCH} was not set there."
    assert not file.exists()


def test_a_folder_that_is_not_there_or_closed_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be written: No such file or directory"):
        FlagdFile(tmp_path / "away" / "flags.json").set(SWITCH, [Setting("off")])
    with pytest.raises(NotThere, match="has no flag"):
        FlagdFile(tmp_path / "flags.json").read(SWITCH)


def test_a_full_disk_leaves_the_former_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = FlagdFile(file)
    board.set(SWITCH, [Setting("human")])
    before = file.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Unreachable, match="No space left on device"):
            board.set(SWITCH, [Setting("off")])
    assert file.read_bytes() == before
    assert sorted(one.name for one in file.parent.iterdir()) == [".flags.json.lock", "flags.json"]


def test_a_link_stays_a_link(tmp_path: Path, file: Path) -> None:
    (tmp_path / "store").mkdir()
    file.symlink_to(tmp_path / "store" / "real.json")
    FlagdFile(file).set(SWITCH, [Setting("off")])
    assert file.is_symlink()
    assert not FlagdFile(tmp_path / "store" / "real.json").read(SWITCH).serves


def test_somebody_who_writes_the_same_flag_in_between_is_noticed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = FlagdFile(file)
    write = Path.replace

    def overtaken(self: Path, target: Path) -> Path:
        done = write(self, target)
        file.write_text(file.read_text().replace('"defaultVariant": "off"', '"defaultVariant": "serve"'))
        return done

    monkeypatch.setattr(Path, "replace", overtaken)
    with pytest.raises(Disagreed, match="somebody else wrote it too") as told:
        board.set(SWITCH, [Setting("off")])
    assert told.value.effect == "other"


def test_a_flag_that_somebody_disabled_does_not_count_as_serving(file: Path) -> None:
    board = FlagdFile(file)
    board.set(SWITCH, [])
    file.write_text(file.read_text().replace("ENABLED", "DISABLED"))
    position = board.read(SWITCH)
    assert not position.serves
    assert "disabled, so readers take their own default" in position.sentence


def test_every_fault_is_one_of_an_outside_system(tmp_path: Path) -> None:
    with pytest.raises(OutsideFault):
        FlagdFile(tmp_path).set(SWITCH, [Setting("off")])
