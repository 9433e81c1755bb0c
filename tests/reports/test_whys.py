"""The tree of whys: what it warns of, what it asks next, and its picture."""

from typing import Any
from xml.etree import ElementTree

import pytest
from tests.incident.history import history
from tests.incident.played import Played

from hotwash.incident.state import replay
from hotwash.knowledge.whys import whys
from hotwash.reports.whys import DEPTH_MAX, Forest, grow
from hotwash.reports.whys.drawing import NODES_MAX, svg
from hotwash.reports.whys.stopping import same, stops_at_person, stops_at_training


@pytest.fixture
def declared() -> Played:
    played = Played()
    played.says("declare", title="Loans refused")
    return played


def why(played: Played, answer: str, parent: int | None = None, **more: Any) -> int:
    played.says("add-why", question="Why was that?", answer=answer, parent=parent, **more)
    return max(played.state.whys)


def kinds(forest: Forest) -> list[str]:
    return [hint.kind for hint in forest.hints]


@pytest.mark.parametrize(
    "answer",
    [
        "The reviewer clicked accept.",
        "The analyst forgot to update the mapping.",
        "The alert was ignored by the engineer.",
        "Human error.",
        "An operator approved the batch without reading it.",
    ],
)
def test_an_answer_about_what_somebody_did_stops_at_a_person(answer: str) -> None:
    assert stops_at_person(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Reviewers had eight seconds for each case.",
        "The model failed to recognise her.",
        "The vendor changed the schema.",
        "The engineer merged the change because the check was green.",
        "The team did not have a check.",
        "The dashboard did not show rates by sex.",
    ],
)
def test_a_condition_does_not_stop_at_a_person(answer: str) -> None:
    assert not stops_at_person(answer)


@pytest.mark.parametrize(
    ("answer", "stops"),
    [
        ("Staff had not been trained.", True),
        ("Insufficient training for reviewers", True),
        ("They need to be more careful.", True),
        ("The training data had no women.", False),
        ("The model was trained on data from 2019.", False),
        ("Training of the classifier ended early.", False),
    ],
)
def test_training_people_is_told_from_training_a_model(answer: str, *, stops: bool) -> None:
    assert stops_at_training(answer) is stops


def test_the_same_answer_in_other_words_is_the_same() -> None:
    assert same("The check had no groups", "No groups were in the check")
    assert not same("The check had no groups", "The check had no owner")


def test_a_chain_that_comes_back_to_its_beginning_is_a_circle(declared: Played) -> None:
    first = why(declared, "The check had no groups")
    why(declared, "There were no groups in the check", why(declared, "Labels came late", first))
    hint = next(one for one in grow(declared.state).hints if one.kind == "circle")
    assert f"entry {first}" in hint.text


def test_an_answer_that_rests_on_what_it_explains_is_a_circle(declared: Played) -> None:
    first = why(declared, "The check had no groups")
    below = why(declared, "Labels came late", first)
    declared.says(
        "edit-why",
        why=first,
        version=first,
        question="Why was that?",
        answer="The check had no groups",
        supports=(below,),
    )
    assert "circle" in kinds(grow(declared.state))


def test_a_chain_without_a_branch_is_asked_what_else_had_to_be_so(declared: Played) -> None:
    first = why(declared, "The check had no groups")
    second = why(declared, "Labels came late", first)
    assert "chain" not in kinds(grow(declared.state))
    why(declared, "The vendor sends them monthly", second)
    assert "chain" in kinds(grow(declared.state))
    why(declared, "Joining them costs a day", second)
    assert "chain" not in kinds(grow(declared.state))


def test_only_where_a_chain_stops_is_a_person_worth_a_question(declared: Played) -> None:
    first = why(declared, "The reviewer clicked accept.")
    node = grow(declared.state).chains[0]
    assert [hint.kind for hint in node.hints] == ["person"]
    assert node.prompts[0].ask == "What made this the sensible thing to do?"
    why(declared, "Eight seconds were left for each case.", first)
    assert "person" not in kinds(grow(declared.state))


def test_one_factor_is_never_all(declared: Played) -> None:
    declared.says("add-factor", text="Error rates were not compared by group", tag="evaluation")
    assert kinds(grow(declared.state)) == ["single"]
    declared.says("add-factor", text="Nobody was told that the labels had changed", tag="labels")
    assert kinds(grow(declared.state)) == []
    declared.says("withdraw-factor", factor=max(declared.state.factors), reason="They were told.")
    assert kinds(grow(declared.state)) == ["single"]


def test_what_was_taken_back_stays_only_where_something_stands_on_it(declared: Played) -> None:
    alone, above = why(declared, "Nobody asked"), why(declared, "The check had no groups")
    why(declared, "Labels came late", above)
    for number in (alone, above):
        declared.says("withdraw-why", why=number, reason="It was not so.")
    assert [node.entry for node in grow(declared.state).chains] == [above]


def test_every_question_names_what_it_rests_on() -> None:
    for prompt in whys().prompts:
        assert whys().source(prompt.source).title


def test_the_picture_holds_words_as_words_and_says_what_is_believed(declared: Played) -> None:
    declared.says("add-factor", text="<script>alert(1)</script> & more", tag="data", evidence="seen")
    why(declared, "Labels came late", max(declared.state.factors))
    drawn = ElementTree.fromstring(svg(grow(declared.state)))
    words = [text for text in drawn.itertext() if text.strip()]
    assert any("<script>" in text for text in words)
    assert "a belief so far" in words
    assert "evidence given" in words
    assert not [one for one in drawn.iter() if one.tag.endswith("script")]


def test_a_picture_of_many_nodes_is_cut() -> None:
    lines = "\n".join(f"09:03 ana why-added question=why answer='Answer {n}'" for n in range(NODES_MAX + 50))
    forest = grow(replay("INC-2026-0001", history(f"09:02 ana declared title=Loans\n{lines}")))
    assert svg(forest).count("<rect") == NODES_MAX


def test_the_same_history_gives_the_same_picture(declared: Played) -> None:
    why(declared, "Labels came late", why(declared, "The check had no groups"))
    assert svg(grow(declared.state)) == svg(grow(declared.state))


def test_a_chain_without_end_from_elsewhere_is_read_to_a_depth() -> None:
    lines = "\n".join(f"09:03 ana why-added question=why answer='It was so {n}' parent={n + 1}" for n in range(1, 2000))
    text = f"09:02 ana declared title=Loans\n09:03 ana why-added question=why answer='It was so'\n{lines}"
    forest = grow(replay("INC-2026-0001", history(text)))
    assert len(list(forest.chains[0].all())) == DEPTH_MAX
    assert svg(forest).count("<rect") == DEPTH_MAX
