"""Contributing factors and whys: versions that stay, what was taken back, and what is only believed."""

from typing import Any

import pytest

from hotwash.incident.causes import believed
from hotwash.incident.rules.reasons import DEPTH_MAX
from hotwash.ledger.rule import NotAllowed
from tests.incident.played import Played

FACTOR: dict[str, Any] = {"text": "Error rates were not compared by group", "tag": "evaluation"}


@pytest.fixture
def declared() -> Played:
    played = Played()
    played.says("declare", title="Loans refused")
    return played


def factor(played: Played, **more: Any) -> int:
    played.says("add-factor", **(FACTOR | more))
    return max(played.state.factors)


def why(played: Played, answer: str = "The check had no groups", **more: Any) -> int:
    played.says("add-why", question="Why?", answer=answer, **more)
    return max(played.state.whys)


def test_a_factor_in_better_words_keeps_its_number_and_its_earlier_words(declared: Played) -> None:
    first = factor(declared)
    declared.says(
        "edit-factor", factor=first, version=first, by="bo", **(FACTOR | {"tag": "monitoring", "evidence": "dashboard"})
    )
    known = declared.state.factors[first]
    assert (known.entry, known.event.tag, known.by) == (first, "monitoring", "bo")
    assert [said.event.tag for said in known.versions] == ["evaluation", "monitoring"]


def test_nobody_writes_over_a_version_that_they_did_not_see(declared: Played) -> None:
    first, other = factor(declared), why(declared)
    declared.says("edit-factor", factor=first, version=first, text="Ana's words", tag="data")
    declared.says("edit-why", why=other, version=other, question="Why?", answer="Ana's answer")
    with pytest.raises(NotAllowed, match="ana wrote another version"):
        declared.says("edit-factor", factor=first, version=first, by="bo", text="Bo's words", tag="data")
    with pytest.raises(NotAllowed, match="ana wrote another version"):
        declared.says("edit-why", why=other, version=other, by="bo", question="Why?", answer="Bo's answer")
    assert declared.state.factors[first].event.text == "Ana's words"
    now = declared.state.whys[other].version
    declared.says("edit-why", why=other, version=now, by="bo", question="Why?", answer="Bo's answer")
    assert len(declared.state.whys[other].versions) == 3


def test_the_same_words_again_are_no_version(declared: Played) -> None:
    first, other = factor(declared), why(declared)
    with pytest.raises(NotAllowed, match="says already"):
        declared.says("edit-factor", factor=first, version=first, **FACTOR)
    with pytest.raises(NotAllowed, match="says already"):
        declared.says("edit-why", why=other, version=other, question="Why?", answer="The check had no groups")


def test_a_factor_that_was_taken_back_no_longer_counts_and_stays(declared: Played) -> None:
    first = factor(declared)
    declared.says("withdraw-factor", factor=first, reason="It was compared after all.")
    assert declared.state.factors == {}
    assert declared.state.withdrawn_factors[first].event.text == FACTOR["text"]
    for verb, words in {
        "edit-factor": {"factor": first, "version": first, **FACTOR},
        "withdraw-factor": {"factor": first, "reason": "again"},
        "add-why": {"question": "Why?", "answer": "So", "parent": first},
    }.items():
        with pytest.raises(NotAllowed, match="took"):
            declared.says(verb, **words)


def test_an_answer_that_was_taken_back_keeps_what_stands_below_it(declared: Played) -> None:
    above = why(declared)
    below = why(declared, "Labels came later", parent=above)
    declared.says("withdraw-why", why=above, reason="It had.")
    assert declared.state.whys[above].withdrawn is not None
    assert declared.state.whys[below].event.parent == above
    with pytest.raises(NotAllowed, match="ana took entry"):
        declared.says("edit-why", why=above, version=above, question="Why?", answer="Else")


def test_what_rests_on_a_belief_is_a_belief(declared: Played) -> None:
    belief = why(declared)
    first = factor(declared, supports=(belief,))
    assert believed(declared.state, declared.state.factors[first].event)
    declared.says(
        "edit-why", why=belief, version=belief, question="Why?", answer="The check had no groups", evidence="its code"
    )
    assert not believed(declared.state, declared.state.factors[first].event)
    declared.says("withdraw-why", why=belief, reason="Another check was meant.")
    assert believed(declared.state, declared.state.factors[first].event)


def test_two_that_rest_on_each_other_are_beliefs_both(declared: Played) -> None:
    one = why(declared)
    two = why(declared, "Labels came later", supports=(one,))
    declared.says("edit-why", why=one, version=one, question="Why?", answer="The check had no groups", supports=(two,))
    assert believed(declared.state, declared.state.whys[one].event)
    assert believed(declared.state, declared.state.whys[two].event)


def test_what_a_factor_names_must_be_there(declared: Played) -> None:
    first = factor(declared, failures=("Concept Drift", "Limited Dataset"), timing="pre-deployment")
    assert declared.state.factors[first].event.failures == ("Limited Dataset", "Concept Drift")
    with pytest.raises(NotAllowed, match="no failure 'Bad luck'"):
        factor(declared, failures=("Bad luck",))
    with pytest.raises(NotAllowed, match="no entry 99"):
        factor(declared, supports=(99,))
    with pytest.raises(NotAllowed, match="cannot rest on itself"):
        declared.says("edit-factor", factor=first, version=first, supports=(first,), **FACTOR)


def test_a_chain_ends_before_it_leaves_what_anybody_could_change(declared: Played) -> None:
    below = None
    for _ in range(DEPTH_MAX):
        below = why(declared, parent=below)
    with pytest.raises(NotAllowed, match="begin a chain of its own"):
        why(declared, parent=below)


def test_many_that_rest_on_each_other_are_told_at_once(declared: Played) -> None:
    numbers: list[int] = []
    for _ in range(60):
        numbers.append(why(declared, supports=tuple(numbers[-3:])))
    assert believed(declared.state, declared.state.whys[numbers[-1]].event)
