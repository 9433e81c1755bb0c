"""Scenarios are read strictly: what is wrong is said with its place and what would mend it, and all of it at once."""

from datetime import UTC, datetime

import pytest

from hotwash.connect.senders import SENDERS
from hotwash.drills.scenarios import conditions, payloads
from hotwash.drills.scenarios.reading import Unsound, read
from hotwash.drills.scenarios.shape import told
from hotwash.drills.scenarios.shelf import shipped
from hotwash.incident.state import Incident

TEXT = next(one.text for one in shipped() if one.scenario.name == "resume-screening").decode()


def _faults(text: str) -> dict[str, str]:
    with pytest.raises(Unsound) as unsound:
        read(text)
    return {fault.path: f"{fault.wrong} {fault.mend}" for fault in unsound.value.faults}


@pytest.mark.parametrize("shelved", shipped(), ids=lambda one: str(one.scenario.name))
def test_alerts_of_shipped_scenarios_are_read_by_the_real_senders(shelved: object) -> None:
    scenario = shelved.scenario  # type: ignore[attr-defined]
    alerts = [one for one in scenario.injects if one.channel == "alert"]
    assert alerts
    for one in alerts:
        body = payloads.fill(one.body, at=datetime(2026, 5, 4, 8, tzinfo=UTC), system="s", name="n").encode()
        assert SENDERS[one.sender].read({}, body), one.id


@pytest.mark.parametrize("shelved", shipped(), ids=lambda one: str(one.scenario.name))
def test_shipped_scenarios_are_whole(shelved: object) -> None:
    scenario = shelved.scenario  # type: ignore[attr-defined]
    assert 30 <= scenario.minutes <= 90
    assert {"alert", "complaint", "rumour", "absence"} <= {one.channel for one in scenario.injects}
    assert any(one.when for one in scenario.injects), "nothing depends on what the team does"
    for one in scenario.injects:
        assert one.expects, one.id
        assert one.because, one.id
    assert len(scenario.truth.factors) >= 3
    assert len(scenario.debrief) >= 5


def test_what_is_told_of_a_scenario_holds_none_of_its_truth() -> None:
    scenario = read(TEXT)
    said = str(told(scenario))
    assert scenario.title in said
    for hidden in (scenario.truth.cause, scenario.truth.factors[0].text, scenario.injects[1].text, "Kaapveer"):
        assert hidden.strip() not in said


def test_every_fault_is_told_at_once_with_its_place() -> None:
    broken = (
        TEXT.replace('playbook = "biased-decisions"', 'playbook = "biased"')
        .replace('channel = "rumour"', 'channel = "rumor"')
        .replace("minutes = 60", 'minutes = "an hour"')
        .replace("synopsis =", "sinopsis =")
    )
    faults = _faults(broken)
    assert "Did you mean `rumour`?" in faults["injects[4].channel"]
    assert "a whole number" in faults["minutes"]
    assert "Did you mean `synopsis`?" in faults["sinopsis"]
    assert "missing" in faults["synopsis"]


def test_what_does_not_hold_together_is_told_too() -> None:
    broken = (
        TEXT.replace('severity = "Major"', 'severity = "Minor"', 1)
        .replace('when = ["not declared"]', 'when = ["not decleared"]')
        .replace('after = "press-calls"', 'after = "press-cals"')
        .replace("good]\ndeclare = 10", "good]\ndeclare = 0")
        .replace("{at-6m}", "{at-6minutes}x{att}")
        .replace('duty = "eu-aiact-26-5"', 'duty = "eu-aiact-26"')
        .replace('audience = "harmed"', 'audience = "everybody"')
        .replace('playbook = "biased-decisions"', 'playbook = "biased"')
    )
    faults = _faults(broken)
    assert set(faults) >= {
        "truth.severity", "injects[5].when[0]", "good.declare", "injects[0].body", "truth.duties[0].duty",
        "good.audience", "playbook",
    }  # fmt: skip
    assert any(path.endswith(".after") for path in faults)
    assert "Major" in faults["truth.severity"]


def test_a_fault_of_the_world_has_its_path() -> None:
    faults = _faults(TEXT.replace("who = \"university in ('Kaapveer', 'Zuidpolder')\"", "who = \"campus = 'x'\""))
    assert any(path.startswith("world.harms[0]") for path in faults)


def test_an_inject_that_follows_itself_is_refused() -> None:
    faults = _faults(TEXT.replace('id = "press-mail"', 'id = "press-mail"\nafter = "article-without"'))
    assert [path for path, why in faults.items() if path.endswith(".after") and "leads back" in why]


@pytest.mark.parametrize("text", ["", "x = ", "format = 2", "\x00", "format = 1\n" + "a = [" * 3000])
def test_hostile_files_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Unsound) as unsound:
        read(text)
    assert all(str(fault) for fault in unsound.value.faults)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Unsound, match="UTF-8"):
        read(b"\xff\xfe")


def test_times_in_payloads_count_from_the_moment_of_the_inject() -> None:
    at = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
    said = payloads.fill("{at-2h} {day-3d} {s} {system} {no}", at=at, system="drill--1", name="N")
    assert said == f"2026-05-04T06:00:00Z 1 May {int(at.timestamp())} drill--1 {{no}}"


@pytest.mark.parametrize("word", [*conditions.WORDS, "role:legal", "severity:Major", "came:a"])
def test_each_condition_is_false_of_nothing_and_true_when_turned(word: str) -> None:
    assert not conditions.wrong(word, ["a"])
    assert not conditions.holds(word, None, [])
    assert conditions.holds(f"not {word}", Incident("INC-1"), [])


def test_an_unknown_condition_names_the_known_ones() -> None:
    assert "contained" in conditions.wrong("stopped", [])
    assert "Critical" in conditions.wrong("severity:huge", [])
    assert "came:" in conditions.wrong("went:a", [])


def test_a_part_of_a_system_that_does_not_exist_is_named() -> None:
    said = _faults(TEXT.replace('part = "model"', 'part = "modle"', 1))
    assert list(said) == ["system.deployments[0].part"]
    assert "model" in said["system.deployments[0].part"]
