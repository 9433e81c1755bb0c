"""A playbook under way: what it asks for, what came of it, and that later editions do not change it."""

from datetime import timedelta
from typing import Any

import pytest

from hotwash.incident.events.playbooks import PlaybookStarted
from hotwash.incident.state import copied
from hotwash.knowledge.playbooks import LEVELS, plain, shelf
from hotwash.ledger.rule import NotAllowed
from hotwash.reports import playbook as reading
from hotwash.reports.words import sentence
from tests.incident.history import history
from tests.incident.played import Played


@pytest.fixture
def started() -> Played:
    played = Played()
    played.says("declare", title="Loans refused", harms=("fairness",))
    played.says("start-playbook", playbook="biased-decisions", tier="Major")
    return played


def run_of(played: Played) -> int:
    return next(iter(played.state.runs))


def test_starting_keeps_the_playbook_whole(started: Played) -> None:
    run = started.state.runs[run_of(started)]
    assert isinstance(run.started.event, PlaybookStarted)
    assert run.playbook == shelf().playbook("biased-decisions")


def test_an_edition_that_came_later_does_not_change_what_is_under_way() -> None:
    played = Played()
    played.says("declare", title="Loans refused")
    own = {"id": "ours", "title": "Ours", "version": "1", "harms": ["fairness"], "when": "x"}
    step = {"id": "a", "title": "Old words", "role": "commander", "due": 5, "done": "seen"}
    played.says("start-playbook", content={**own, "steps": [step]})
    played.says("end-playbook", run=run_of(played), reason="A new edition came.")
    played.says("start-playbook", content={**own, "version": "2", "steps": [{**step, "title": "New words"}]})
    assert [run.steps[0].title for run in played.state.runs.values()] == ["Old words", "New words"]


def test_without_a_tier_it_takes_that_of_the_severity() -> None:
    played = Played()
    played.says("declare", title="Loans refused")
    played.says("assess", answers={"death_or_grave_injury": "yes"})
    played.says("start-playbook", playbook="biased-decisions")
    assert played.state.runs[run_of(played)].tier == "Critical"


def test_every_outcome_of_a_step_is_kept_and_the_last_counts(started: Played) -> None:
    run = run_of(started)
    started.says("record-step", run=run, step="command")
    started.says("record-step", run=run, step="command", outcome="open", text="Bo had to leave.")
    started.says("record-step", run=run, step="command", text="Cy commands.")
    known = started.state.runs[run]
    assert [said.event.outcome for said in known.outcomes["command"]] == ["done", "open", "done"]
    assert not known.open("command")


def test_leaving_a_step_out_needs_a_reason(started: Played) -> None:
    with pytest.raises(NotAllowed, match="needs a reason"):
        started.says("record-step", run=run_of(started), step="hold", outcome="skipped")
    started.says("record-step", run=run_of(started), step="hold", outcome="skipped", text="The vendor holds the logs.")
    assert not started.state.runs[run_of(started)].open("hold")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"step": "dance"}, "asks for no step"),
        ({"step": "command", "entry": 99}, "has no entry 99"),
        ({"step": "command", "outcome": "open"}, "how it stands already"),
        ({"step": "command", "run": 77}, "started no playbook"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(started: Played, words: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        started.says("record-step", **{"run": run_of(started), **words})


def test_the_same_playbook_is_not_started_twice_at_once(started: Played) -> None:
    with pytest.raises(NotAllowed, match="under way already"):
        started.says("start-playbook", playbook="biased-decisions")


def test_an_unknown_playbook_is_refused_with_those_there_are() -> None:
    played = Played()
    played.says("declare", title="Loans refused")
    with pytest.raises(NotAllowed, match="privacy-leak"):
        played.says("start-playbook", playbook="none")


def test_a_playbook_of_ones_own_that_is_wrong_names_its_step() -> None:
    played = Played()
    played.says("declare", title="Loans refused")
    step = {"id": "look", "title": "Look", "role": "pilot", "due": 5, "done": "seen"}
    content = {"id": "x", "title": "X", "version": "1", "harms": ["safety"], "when": "y", "steps": [step]}
    with pytest.raises(NotAllowed, match=r"step 1 \(look\), role"):
        played.says("start-playbook", content=content)


def test_a_graver_severity_raises_it_and_keeps_what_was_done(started: Played) -> None:
    run = run_of(started)
    started.says("record-step", run=run, step="command")
    started.says("assess", answers={"death_or_grave_injury": "yes"})
    assert reading.progress(started.state, run, started.now).raise_to == "Critical"
    started.says("raise-playbook", run=run, tier="Critical", reason="Somebody was hurt.")
    now = reading.progress(started.state, run, started.now)
    assert (now.run.tier, now.raise_to) == ("Critical", "")
    assert now.tasks[0].stand == "done"


def test_ending_with_open_steps_needs_a_reason(started: Played) -> None:
    run = run_of(started)
    with pytest.raises(NotAllowed, match="say why it ends"):
        started.says("end-playbook", run=run)
    for step in started.state.runs[run].left:
        started.says("record-step", run=run, step=step.id)
    started.says("end-playbook", run=run)
    assert started.state.runs[run].ended is not None
    with pytest.raises(NotAllowed, match="has ended"):
        started.says("record-step", run=run, step="command", text="late")


def test_a_step_is_late_from_its_minute_on(started: Played) -> None:
    run = run_of(started)
    since = started.state.runs[run].started.at
    first = reading.progress(started.state, run, since + timedelta(minutes=5)).tasks[0]
    later = reading.progress(started.state, run, since + timedelta(minutes=5, seconds=1)).tasks[0]
    assert (first.step.id, first.stand, later.stand) == ("command", "open", "late")
    assert first.due == since + timedelta(minutes=5)


def test_what_is_recorded_meanwhile_is_offered_as_the_showing_of_a_step(started: Played) -> None:
    started.says("assign", role="commander", person="bo")
    tasks = {task.step.id: task for task in reading.progress(started.state, run_of(started), started.now).tasks}
    assert [shown.what for shown in tasks["command"].shown] == ["bo took command"]
    assert tasks["command"].person == "bo"
    started.says("record-step", run=run_of(started), step="command", entry=tasks["command"].shown[0].entry)
    tasks = {task.step.id: task for task in reading.progress(started.state, run_of(started), started.now).tasks}
    assert tasks["command"].shown == ()
    assert tasks["command"].stand == "done"


def test_the_next_step_waits_for_nothing(started: Played) -> None:
    run = run_of(started)
    for step in ("command", "danger", "severity", "switches"):
        started.says("record-step", run=run, step=step)
    now = reading.progress(started.state, run, started.now)
    assert now.next is not None
    assert now.next.step.id == "hold"
    waiting = next(task for task in now.tasks if task.step.id == "contain")
    assert waiting.waits_for == ("Keep the evidence before anything is changed",)


def test_playbooks_for_the_kind_of_harm_are_offered_first(started: Played) -> None:
    offered = reading.offered(started.state)
    assert "biased-decisions" not in {book.id for book in offered}
    assert "fairness" in offered[0].harms
    assert len(offered) == len(shelf().playbooks) - 1


def test_a_copied_state_keeps_its_runs_to_itself(started: Played) -> None:
    run = run_of(started)
    twin = copied(started.state)
    started.says("record-step", run=run, step="command")
    assert twin.runs[run].open("command")


def test_each_entry_is_told_in_a_sentence(started: Played) -> None:
    run = run_of(started)
    facts = history(
        f"""
        09:10 ana step-recorded run={run} step=hold outcome=skipped text='The vendor has them'
        09:11 ana playbook-raised run={run} tier=Critical reason='Somebody was hurt'
        09:12 ana playbook-ended run={run} reason='Another plan leads'
        """
    )
    assert [sentence(fact, started.state) for fact in facts] == [
        "Skipped: Keep the evidence before anything is changed. The vendor has them.",
        "The playbook “Biased decisions” goes on at the tier Critical: Somebody was hurt.",
        "The playbook “Biased decisions” was ended: Another plan leads.",
    ]


@pytest.mark.parametrize("book", shelf().playbooks, ids=lambda book: book.id)
def test_each_shipped_playbook_can_be_worked_to_its_end_at_every_tier(book: object) -> None:
    for tier in LEVELS:
        played = Played()
        played.says("declare", title="Something")
        played.says("start-playbook", content=plain(book), tier=tier)  # type: ignore[arg-type]
        run = run_of(played)
        while (now := reading.progress(played.state, run, played.now)).next is not None:
            assert now.next.waits_for == ()
            played.says("record-step", run=run, step=now.next.step.id)
        played.says("end-playbook", run=run)
        assert now.left == 0
