"""The playbooks that ship, and how a wrong one is refused."""

from typing import Any

import pytest

from hotwash.knowledge.harms import harms
from hotwash.knowledge.playbooks import LEVELS, BadPlaybook, Playbook, plain, read, shelf

STEP: dict[str, Any] = {"id": "look", "title": "Look", "role": "commander", "due": 5, "done": "seen"}
BOOK: dict[str, Any] = {"id": "x", "title": "X", "version": "1", "harms": ["safety"], "when": "y", "steps": [STEP]}

BOOKS = pytest.mark.parametrize("book", shelf().playbooks, ids=lambda book: book.id)


def test_at_least_ten_ship_and_every_kind_of_harm_has_one() -> None:
    assert len(shelf().playbooks) >= 10
    assert {harm for book in shelf().playbooks for harm in book.harms} == {harm.id for harm in harms().harms}


@BOOKS
def test_each_has_what_a_professional_looks_for(book: Playbook) -> None:
    for tier in LEVELS:
        phases = {step.phase(tier) for step in book.steps_at(tier)}
        assert {"quarter", "hour", "day"} <= phases
    kinds = {step.kind for step in book.steps}
    assert kinds == {"manual", "question", "contain", "message", "decision"}
    ids = {step.id for step in book.steps}
    assert {"hold", "radius", "onset", "aware", "clocks", "told", "redress", "gate", "causes"} <= ids
    assert book.authority
    assert book.handovers
    assert book.sources
    assert book.not_yet
    assert all(step.done for step in book.steps)


@BOOKS
def test_evidence_comes_before_the_switch(book: Playbook) -> None:
    assert "hold" in book.step("contain").after
    for tier in LEVELS:
        assert book.step("hold").due_within(tier) <= book.step("contain").due_within(tier)


@BOOKS
def test_a_step_is_never_due_before_one_that_it_waits_for(book: Playbook) -> None:
    for tier in LEVELS:
        asked = {step.id: step for step in book.steps_at(tier)}
        for step in asked.values():
            for before in step.after:
                if before in asked:
                    assert asked[before].due_within(tier) <= step.due_within(tier), (step.id, before, tier)


@BOOKS
def test_a_graver_tier_asks_for_no_less_and_no_later(book: Playbook) -> None:
    for lower, higher in (("Minor", "Major"), ("Major", "Critical")):
        below = {step.id: step for step in book.steps_at(lower)}  # type: ignore[arg-type]
        above = {step.id: step for step in book.steps_at(higher)}  # type: ignore[arg-type]
        assert below.keys() <= above.keys()
        for step in below.values():
            assert step.due_within(higher) <= step.due_within(lower)  # type: ignore[arg-type]


@BOOKS
def test_each_reads_back_as_it_was_written(book: Playbook) -> None:
    assert read(plain(book)) == book


@BOOKS
def test_questions_are_those_that_a_log_can_be_asked(book: Playbook) -> None:
    from hotwash.response.inquiries import QUESTIONS

    assert {step.question for step in book.steps if step.kind == "question"} <= set(QUESTIONS)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"steps": []}, "has no steps"),
        ({"steps": [STEP, STEP]}, "step look is there twice"),
        ({"steps": [{**STEP, "due": -1}]}, "due is minutes"),
        ({"steps": [{**STEP, "due": {}}]}, "due is minutes"),
        ({"steps": [{**STEP, "kind": "question"}]}, "does not say its question"),
        ({"steps": [{**STEP, "kind": "contain"}]}, "does not say its state"),
        ({"steps": [{**STEP, "kind": "message"}]}, "does not say its audience"),
        ({"steps": [{**STEP, "after": ["gone"]}]}, "which is no step"),
        ({"steps": [{**STEP, "after": ["look"]}]}, "wait for each other"),
        ({"steps": [{"use": "gone"}]}, "which there is not"),
        ({"steps": [{**STEP, "role": "pilot"}]}, r"step 1 \(look\), role"),
        ({"steps": [{key: value for key, value in STEP.items() if key != "done"}]}, r"step 1 \(look\).*done"),
        ({"harms": ["noise"]}, "harms"),
        ({"steps": [{**STEP, "id": str(number)} for number in range(201)]}, "200 are possible"),
    ],
)
def test_a_wrong_playbook_is_refused_where_it_is_wrong(change: dict[str, Any], why: str) -> None:
    with pytest.raises(BadPlaybook, match=why):
        read({**BOOK, **change}, name="ours.toml")


def test_a_due_time_holds_for_the_tiers_above_until_one_says_its_own() -> None:
    book = read({**BOOK, "steps": [{**STEP, "due": {"Minor": 60, "Critical": 10}}]})
    assert [book.steps[0].due_within(tier) for tier in LEVELS] == [60, 60, 10]
