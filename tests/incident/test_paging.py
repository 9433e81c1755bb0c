"""Pages, their answers, and what is passed on when nobody answers."""

from typing import Any

import pytest

from hotwash.incident.events import CATALOGUE, Event
from hotwash.incident.rules import take
from hotwash.incident.state import copied, fold
from hotwash.ledger.entry import Head, link
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.reports.words import sentence
from tests.incident.played import Played


class Called(Played):
    """Steps are taken as well as verbs said."""

    def takes(self, step: str, **request: Any) -> list[Event]:
        events = take(self.state, step, Asked("hotwash", self.now, self.now), **request)
        for event in events:
            draft = CATALOGUE.draft(event, by="hotwash", occurred_at=self.now, recorded_at=self.now)
            entry = link("incident/INC-2026-0001", self.head, draft, salt="00" * 16)
            self.head = Head(entry.number, entry.digest)
            fold(self.state, CATALOGUE.fact(entry))
        return events

    def pages(self, person: str, **words: Any) -> int:
        self.says("page", person=person, **words)
        return list(self.state.paging.pages)[-1]


@pytest.fixture
def declared() -> Called:
    played = Called()
    played.says("declare", title="Loans refused")
    return played


def test_a_page_waits_until_it_is_answered_and_says_how_long_it_took(declared: Called) -> None:
    number = declared.pages("bo", text="Please take command.")
    page = declared.state.paging.pages[number]
    assert page.open
    assert page.took is None
    declared.says("acknowledge-page", by="bo")
    assert page.acknowledged is not None
    assert page.took is not None
    assert page.took.total_seconds() == 60
    assert declared.state.paging.open == []


def test_one_answers_all_ones_own_pages_and_anothers_by_its_number(declared: Called) -> None:
    first, second = declared.pages("bo"), declared.pages("cy")
    with pytest.raises(NotAllowed, match="No page waits for your answer"):
        declared.says("acknowledge-page", by="dee")
    declared.says("acknowledge-page", by="dee", page=second)
    pages = declared.state.paging.pages
    answer = pages[second].acknowledged
    assert answer is not None
    assert answer.event.person == "dee"
    assert pages[first].open
    with pytest.raises(NotAllowed, match="answered this page already"):
        declared.says("acknowledge-page", by="cy", page=second)
    with pytest.raises(NotAllowed, match="is no page"):
        declared.says("acknowledge-page", by="cy", page=1)


def test_nobody_is_paged_twice_at_once_and_nobody_without_a_name(declared: Called) -> None:
    declared.pages("bo")
    for words in ({"person": "bo"}, {"person": " "}, {"person": "cy", "then": tuple(f"p{n}" for n in range(11))}):
        with pytest.raises(NotAllowed):
            declared.says("page", **words)


def test_what_nobody_answers_goes_on_to_whoever_comes_next(declared: Called) -> None:
    number = declared.pages("bo", then=("cy", "cy", "bo", "dee"))
    declared.takes("attempt-page", page=number, place=1, method="phone", state="unknown")
    assert declared.takes("attempt-page", page=number, place=1, method="phone", state="failed") == [], "told once"
    declared.takes("pass-page-on", page=number, why="No answer after 1 way.")
    assert [page.said.event.person for page in declared.state.paging.pages.values()] == ["bo", "cy"]
    assert declared.takes("pass-page-on", page=number, why="Again.") == []
    second = list(declared.state.paging.pages)[-1]
    assert declared.state.paging.pages[second].said.event.then == ("dee",)
    declared.takes("pass-page-on", page=second, why="No answer.")
    third = list(declared.state.paging.pages)[-1]
    [last] = declared.takes("pass-page-on", page=third, why="No answer.")
    assert last.next == ""  # type: ignore[union-attr]


def test_the_link_answers_once_also_after_it_was_passed_on(declared: Called) -> None:
    number = declared.pages("bo")
    declared.takes("pass-page-on", page=number, why="No answer.")
    assert len(declared.takes("answer-page", page=number)) == 1
    assert declared.takes("answer-page", page=number) == []


def test_a_drill_pages_only_who_takes_part_whoever_asks() -> None:
    drill = Called()
    drill.says("declare", title="Practice", kind="drill")
    drill.says("assign", role="commander", person="Bo")
    drill.pages("bo")
    for words in ({"person": "cy"}, {"person": "ana", "then": ("cy",)}):
        with pytest.raises(NotAllowed, match="takes no part in it"):
            drill.says("page", **words)
    events = drill.takes("escalate", rule="r", nth=1, reason="Silence.", people=("cy", "ana"), unfilled=("legal",))
    assert [type(event).__name__ for event in events] == ["Escalated", "Paged"]
    assert events[0].people == ("ana",)  # type: ignore[union-attr]
    assert events[0].unfilled == ("legal", "cy (takes no part in this drill)")  # type: ignore[union-attr]


def test_an_escalation_calls_nobody_who_is_being_paged(declared: Called) -> None:
    declared.pages("bo")
    events = declared.takes("escalate", rule="r", nth=1, reason="Silence.", people=("bo", "cy"))
    assert [event.person for event in events[1:]] == ["cy"]  # type: ignore[union-attr]
    assert declared.state.paging.pages[declared.state.number].said.event.escalation == declared.state.number - 1


def test_a_reminder_is_told_once(declared: Called) -> None:
    assert len(declared.takes("remind", key="clock@1", text="Due.", people=("bo",))) == 1
    assert declared.takes("remind", key="clock@1", text="Due.", people=("bo",)) == []


def test_every_step_has_its_sentence_and_a_copied_state_is_ones_own(declared: Called) -> None:
    number = declared.pages("bo", text="Come.", then=("cy",))
    twin = copied(declared.state)
    declared.takes("attempt-page", page=number, place=1, method="phone", state="failed", why="It answered 503.")
    declared.takes("pass-page-on", page=number, why="No answer after 1 way.")
    declared.says("acknowledge-page", by="cy")
    assert twin.paging.pages[number].attempts == ()
    assert list(twin.paging.pages) == [number]
    paging = declared.state.paging
    attempt = paging.pages[number].attempts[0]

    def said(kind: str, entry: int, by: str, event: Event) -> str:
        draft = CATALOGUE.draft(event, by=by, occurred_at=declared.now, recorded_at=declared.now)
        assert draft.kind == kind
        fact = CATALOGUE.fact(
            link("incident/INC-2026-0001", Head(entry - 1, declared.head.digest), draft, salt="00" * 16)
        )
        return sentence(fact, declared.state)

    assert said("paged", number, "ana", paging.pages[number].said.event) == "bo was paged by ana: Come."
    assert (
        said("page-attempted", attempt.entry, "hotwash", attempt.event)
        == "The page to bo by “phone” was not delivered: It answered 503."
    )
    unanswered = paging.pages[number].unanswered
    assert unanswered is not None
    assert "cy is paged next." in said("page-unanswered", unanswered.entry, "hotwash", unanswered.event)
