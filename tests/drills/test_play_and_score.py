"""Every scenario is played twice: as a good team and as a poor one. The score separates them in every part."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.drills import (
    teams_agent,
    teams_feed,
    teams_houses,
    teams_leak,
    teams_loans,
    teams_medical,
    teams_pricing,
    teams_refusal,
    teams_screening,
    teams_welfare,
)
from tests.drills.stage import BO, FAY, START, Table, Team, refused

from hotwash.drills.score.debriefing import played, reveal
from hotwash.drills.score.parts import Part, by_time
from hotwash.drills.score.scoring import score
from hotwash.response.desk import Person

TEAMS: dict[str, tuple[Team, Team]] = {
    "agent-injection": (teams_agent.good, teams_agent.poor),
    "house-prices": (teams_houses.good, teams_houses.poor),
    "loan-approvals": (teams_loans.good, teams_loans.poor),
    "medical-chat": (teams_medical.good, teams_medical.poor),
    "over-refusal": (teams_refusal.good, teams_refusal.poor),
    "pricing-error": (teams_pricing.good, teams_pricing.poor),
    "recommender": (teams_feed.good, teams_feed.poor),
    "resume-screening": (teams_screening.good, teams_screening.poor),
    "support-leak": (teams_leak.good, teams_leak.poor),
    "welfare-fraud": (teams_welfare.good, teams_welfare.poor),
}


def _scored(table: Table) -> dict[str, Part]:
    return {one.id: one for one in score(played(table.book, table.id))}


@pytest.mark.parametrize("scenario", list(TEAMS))
def test_the_score_separates_a_good_team_from_a_poor_one_in_every_part(scenario: str, tmp_path: Path) -> None:
    good, poor = TEAMS[scenario]
    well, badly = Table(tmp_path / "a", scenario=scenario), Table(tmp_path / "b", scenario=scenario)
    good(well)
    poor(badly)
    one, other = _scored(well), _scored(badly)
    for name, part in one.items():
        assert part.points is not None, name
        assert part.points >= 0.7, (name, part.said)
        assert other[name].points is not None
        assert part.points - (other[name].points or 0.0) >= 0.4, (name, part.said, other[name].said)


@pytest.mark.parametrize("scenario", list(TEAMS))
def test_the_truth_lies_inside_the_intervals_of_the_good_team(scenario: str, tmp_path: Path) -> None:
    table = Table(tmp_path, scenario=scenario)
    TEAMS[scenario][0](table)
    true, incident = played(table.book, table.id).reality, table.desk.incident(table.incident)
    said = incident.estimates[-1].event
    assert said.low is not None
    assert said.high is not None
    assert said.low <= true.harmed <= said.high
    began = incident.beginnings[-1]
    assert began.event.low is not None
    assert began.event.high is not None
    assert began.event.low - timedelta(days=1) <= true.onset <= began.event.high + timedelta(days=1)


def test_branches_follow_what_the_team_did(tmp_path: Path) -> None:
    well, badly = Table(tmp_path / "a"), Table(tmp_path / "b")
    teams_screening.good(well)
    teams_screening.poor(badly)
    assert {"ceo-after", "queue-grows", "article-with"} <= set(well.drill.came)
    assert not {"ceo-before", "still-rejecting", "article-without", "engineer-cleans"} & set(well.drill.came)
    assert {"ceo-before", "still-rejecting", "press-calls", "article-without", "customer-nobody-declared"} <= set(
        badly.drill.came
    )
    assert "article-with" not in badly.drill.came


def test_before_the_declaration_injects_reach_the_inbox_and_then_the_room(tmp_path: Path) -> None:
    table = Table(tmp_path)
    teams_screening.good(table)
    assert [kind for kind, _, _ in table.inbox.came] == ["alert", "complaint", "complaint", "complaint", "alert"]
    assert any("yearly dip" in said.event.text for said in table.desk.incident(table.incident).story)


def test_the_clock_counts_simulated_minutes_at_any_speed(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.begin(speed=60)
    table.clock.now += timedelta(seconds=10)
    assert table.drill.minute(table.now) == pytest.approx(10)
    table.book.say(table.id, "set-clock", by=FAY, speed=0)
    table.clock.now += timedelta(hours=1)
    assert table.drill.minute(table.now) == pytest.approx(10)
    assert table.drill.stage == "paused"
    assert table.drill.moment(12) is None
    table.book.say(table.id, "set-clock", by=FAY, speed=3600)
    table.clock.now += timedelta(seconds=1)
    assert table.drill.minute(table.now) == pytest.approx(70)
    assert table.drill.moment(130) == table.now + timedelta(seconds=1)


def test_while_the_clock_stands_nothing_comes_by_itself(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.begin()
    table.book.say(table.id, "set-clock", by=FAY, speed=0)
    table.clock.now += timedelta(hours=2)
    table.play.advance(table.id)
    assert set(table.drill.came) == {"share-alert"}
    table.play.send_next(table.id, by=FAY)
    assert set(table.drill.came) == {"share-alert", "complaint-ilse"}


def test_doing_it_twice_sends_nothing_twice(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.begin()
    table.at(8)
    for _ in range(3):
        table.play.advance(table.id)
    assert len(table.inbox.came) == 3
    assert "has come already" in refused(lambda: table.play.send(table.id, "share-alert", by=FAY))


def test_a_solo_drill_ends_by_itself(tmp_path: Path) -> None:
    table = Table(tmp_path, mode="solo", players=("Ana",))
    table.begin()
    table.at(76)
    assert table.drill.stage == "ended"
    assert "Time is up" in table.drill.ended.event.how  # type: ignore[union-attr]
    parts = _scored(table)
    assert parts["declared"].points == 0
    assert parts["contained"].points == 0
    assert parts["wording"].points is None


def test_whoever_facilitates_does_not_play(tmp_path: Path) -> None:
    assert "cannot play" in refused(lambda: Table(tmp_path, players=("Fay",)))
    assert "Hotwash facilitates" in refused(lambda: Table(tmp_path, mode="solo", facilitator="Fay"))


def test_what_the_facilitator_thinks_of_reaches_the_team(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.begin()
    table.play.improvise(table.id, by=FAY, channel="call", title="The cleaner", text="The server room is open.")
    assert table.inbox.came[-1] == ("call", "The cleaner", "The server room is open.")
    assert "not improvised" in refused(
        lambda: table.play.improvise(table.id, by=FAY, channel="alert", title="x", text="y")
    )


def test_the_score_is_kept_and_open_only_after_the_end(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.begin()
    assert "scored when it is over" in refused(lambda: played(table.book, table.id))
    assert "is running" in refused(lambda: reveal(table.book, table.id, by=FAY))
    table.play.end(table.id, by=FAY)
    drill = reveal(table.book, table.id, by=FAY)
    assert drill.stage == "debriefed"
    assert drill.revealed is not None
    assert {one.part: one.points for one in drill.revealed.event.parts}["declared"] == 0
    assert "is debriefed" in refused(lambda: table.play.end(table.id, by=FAY))


def test_nothing_of_the_truth_is_written_down_before_the_debrief(tmp_path: Path) -> None:
    table = Table(tmp_path)
    table.begin()
    table.at(20)
    scenario = table.book.scenario(table.drill)
    written = " ".join(
        str(entry.body) for stream in table.desk.store.streams() for entry in table.desk.store.read(stream)
    )
    for hidden in (scenario.truth.cause, *(one.text for one in scenario.truth.factors), *scenario.truth.because):
        assert hidden.strip()[:60] not in written
    log = (table.logs / f"{table.drill.system}.parquet").read_bytes()
    assert b"campus-tier" not in log
    assert b"harmed" not in log


def test_the_same_seed_gives_the_same_log_and_another_another(tmp_path: Path) -> None:
    logs = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        table = Table(tmp_path / name, seed=seed)
        table.begin()
        logs.append((tmp_path / name / f"{table.drill.system}.parquet").read_bytes())
    assert logs[0] == logs[1] != logs[2]


def test_points_for_time_fall_evenly() -> None:
    assert [by_time(minute, 10) for minute in (0, 10, 20, 30, 99, None)] == [1, 1, 0.5, 0, 0, 0]


def test_a_changed_scenario_does_not_change_a_drill_that_was_planned(tmp_path: Path) -> None:
    table = Table(tmp_path)
    assert table.book.scenario(table.drill).name == "resume-screening"
    assert table.desk.vault.has(table.drill.plan.text)
    assert table.now == START
    assert isinstance(BO, Person)
