"""The post-mortem in an incident: no text is lost, nobody signs or publishes their own work alone."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.incident.postmortem import sentences
from hotwash.incident.rules import take
from hotwash.incident.rules.postmortem import due_by, required, unsigned
from hotwash.incident.rules.publishing import offered
from hotwash.incident.state import copied
from hotwash.ledger.rule import Asked, NotAllowed
from tests.incident.played import NINE, Played


@pytest.fixture
def played() -> Played:
    """A Major incident that was resolved, with Bo in command and Lea for the law."""
    made = Played()
    made.says("declare", title="Loans refused", by="ana")
    made.says("assign", role="commander", person="bo")
    made.says("assign", role="legal", person="lea")
    made.says("add-evidence", name="log.csv", digest="sha256:" + "1" * 64, size=3)
    made.says("contain", switch="loans", state="human")
    made.says("summarise", text="Women were refused loans. It was contained the same day.")
    made.says("resolve", how="The fix holds.")
    return made


def _only(events: list[Any]) -> Any:
    (one,) = events
    return one


def _texts(played: Played, section: str = "lessons") -> list[str]:
    return [said.event.text for said in played.state.postmortem.heads(section)]


def _head(played: Played, section: str = "lessons") -> int:
    return played.state.postmortem.heads(section)[-1].entry


def test_an_incident_that_nobody_assessed_needs_one_like_a_major_one(played: Played) -> None:
    assert required(played.state)
    assert due_by(played.state) == (NINE + timedelta(days=14)).date()


def test_a_later_day_needs_a_reason_and_then_holds(played: Played) -> None:
    late = (NINE + timedelta(days=40)).date()
    with pytest.raises(NotAllowed, match="takes longer"):
        played.says("plan-postmortem", owner="ana", facilitator="cy", due=late)
    played.says("plan-postmortem", owner="ana", facilitator="cy", due=late, reason="The vendor answers in April.")
    assert due_by(played.state) == late


def test_waiving_what_the_severity_asks_for_says_so_and_a_plan_takes_it_back(played: Played) -> None:
    waived = _only(played.says("waive-postmortem", reason="It is looked into with INC-2026-0002."))
    assert waived.required
    assert played.state.postmortem.waiver is not None
    played.says("plan-postmortem", owner="ana", facilitator="cy")
    assert played.state.postmortem.waiver is None


def test_two_people_who_write_at_once_both_keep_their_text(played: Played) -> None:
    played.says("write-section", section="lessons", text="We log groups.", by="ana")
    seen = _head(played)
    played.says("write-section", section="lessons", text="We log groups. Weekly.", made_from=(seen,), by="ana")
    played.says("write-section", section="lessons", text="We log groups, by hand.", made_from=(seen,), by="cy")
    assert _texts(played) == ["We log groups. Weekly.", "We log groups, by hand."]
    with pytest.raises(NotAllowed, match="two texts"):
        played.says("submit-postmortem")
    both = tuple(said.entry for said in played.state.postmortem.heads("lessons"))
    played.says("write-section", section="lessons", text="We log groups weekly, by hand.", made_from=both, by="bo")
    assert _texts(played) == ["We log groups weekly, by hand."]


def test_the_same_text_from_two_people_is_one_text(played: Played) -> None:
    played.says("write-section", section="lessons", text="One.", by="ana")
    seen = _head(played)
    played.says("write-section", section="lessons", text="Two.", made_from=(seen,), by="ana")
    with pytest.raises(NotAllowed, match="stands there already"):
        played.says("write-section", section="lessons", text="Two.", made_from=(seen,), by="cy")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6), st.booleans()), max_size=12))
def test_whatever_people_write_in_whatever_order_no_text_leaves_the_heads_unseen(
    acts: list[tuple[int, int, bool]],
) -> None:
    played = Played()
    played.says("declare", title="Loans refused")
    known: list[int] = []
    merged: set[int] = set()
    for number, (writer, seen, merge) in enumerate(acts):
        heads = [said.entry for said in played.state.postmortem.heads("lessons")]
        made_from = tuple(heads) if merge else tuple(known[seen % len(known) : seen % len(known) + 1]) if known else ()
        played.says("write-section", section="lessons", text=f"{number}", made_from=made_from, by=f"writer{writer}")
        merged |= set(made_from)
        known.append(played.state.number)
        held = {said.entry for said in played.state.postmortem.heads("lessons")}
        assert held == set(known) - merged, "a text leaves only when somebody had it before them"


def test_a_text_longer_than_its_place_is_refused_with_the_number(played: Played) -> None:
    with pytest.raises(NotAllowed, match="700 fit"):
        played.says("write-section", section="in-plain-words", text="a" * 701)


def test_it_counts_as_signed_once_every_role_did_and_not_by_its_submitter_alone(played: Played) -> None:
    played.says("submit-postmortem", by="bo")
    known = played.state.postmortem.submission
    assert known is not None
    with pytest.raises(NotAllowed, match="lea is legal"):
        played.says("sign-postmortem", submission=known.number, role="legal", by="bo")
    played.says("sign-postmortem", submission=known.number, role="commander", by="bo")
    assert "waits for the signature of legal" in unsigned(played.state, played.state.postmortem.submissions[-1])
    played.says("sign-postmortem", submission=known.number, role="legal", by="lea")
    assert unsigned(played.state, played.state.postmortem.submissions[-1]) == ""


def test_one_person_with_every_role_does_not_sign_their_own_submission_alone() -> None:
    played = Played()
    played.says("declare", title="Loans refused")
    played.says("assign", role="commander", person="bo")
    played.says("summarise", text="Short.")
    played.says("submit-postmortem", by="bo")
    number = played.state.number
    for role in ("commander", "legal"):
        played.says("sign-postmortem", submission=number, role=role, by="bo")
    assert "signed it alone" in unsigned(played.state, played.state.postmortem.submissions[-1])


def test_what_was_sent_back_is_submitted_and_signed_anew(played: Played) -> None:
    played.says("submit-postmortem", by="ana")
    number = played.state.number
    played.says("sign-postmortem", submission=number, role="commander", by="bo")
    played.says("return-postmortem", submission=number, role="legal", reason="Name no vendor.", by="lea")
    assert played.state.postmortem.submission is None
    with pytest.raises(NotAllowed, match="not what is submitted"):
        played.says("sign-postmortem", submission=number, role="legal", by="lea")


def _signed(played: Played) -> int:
    played.says("plan-postmortem", owner="ana", facilitator="cy")
    played.says("write-section", section="lessons", text="We log groups. Our vendor did not.", by="ana")
    played.says("submit-postmortem", by="ana")
    number = played.state.number
    played.says("sign-postmortem", submission=number, role="commander", by="bo")
    played.says("sign-postmortem", submission=number, role="legal", by="lea")
    return number


def test_neither_its_owner_nor_its_submitter_publishes_it(played: Played) -> None:
    number = _signed(played)
    with pytest.raises(NotAllowed, match="somebody else publishes"):
        played.says("publish-postmortem", submission=number, by="ana")
    played.says("publish-postmortem", submission=number, by="bo")
    published = played.state.number
    played.says("acknowledge-postmortem", publication=published, by="dee")
    with pytest.raises(NotAllowed, match="said so already"):
        played.says("acknowledge-postmortem", publication=published, by="dee")


def test_only_what_was_picked_becomes_public_and_another_person_publishes_it(played: Played) -> None:
    number = _signed(played)
    played.says("write-section", section="lessons", text="Later.", made_from=(_head(played),), by="ana")
    proposed = _only(
        played.says(
            "propose-public-version", submission=number, title="Our loans", picks=("lessons:0", "summary:1"), by="cy"
        )
    )
    assert [(part.title, part.paragraphs, part.left_out) for part in proposed.parts] == [
        ("Summary", ("It was contained the same day.",), 1),
        ("What we learned", ("We log groups.",), 1),
    ]
    version = played.state.number
    for person in ("cy", "ana"):
        with pytest.raises(NotAllowed, match="somebody else publishes it outside"):
            played.says("publish-outside", version=version, slug="our-loans", reason="We promised it.", by=person)
    played.says("publish-outside", version=version, slug="our-loans", reason="We promised it.", by="bo")
    assert len(played.state.postmortem.in_force(outside=True)) == 1
    played.says("withdraw-publication", publication=played.state.number, reason="A figure was wrong.", by="bo")
    assert played.state.postmortem.in_force(outside=True) == []


def test_a_sentence_that_is_not_there_cannot_be_picked(played: Played) -> None:
    number = _signed(played)
    with pytest.raises(NotAllowed, match="no sentence lessons:9"):
        played.says("propose-public-version", submission=number, title="T", picks=("lessons:0", "lessons:9"), by="cy")


def test_what_is_offered_is_what_stood_there_when_it_was_submitted(played: Played) -> None:
    number = _signed(played)
    played.says("summarise", text="Another summary.")
    as_of = next(one.said.event.as_of for one in played.state.postmortem.submissions if one.number == number)
    assert {part: lines for part, _, lines in offered(played.state, as_of)}["summary"] == [
        "Women were refused loans.",
        "It was contained the same day.",
    ]


def test_a_meeting_moves_along_its_agenda_and_keeps_notes(played: Played) -> None:
    played.says("open-meeting", form="hot-wash", attendees=("ana", "bo", "bo"))
    played.says("note-meeting", text="Started late.")
    played.says("move-meeting", item="saw")
    played.says("note-meeting", text="The alert was green.")
    meeting = played.state.postmortem.meeting
    assert meeting is not None
    assert [(said.event.item, said.event.text) for said in meeting.notes] == [
        ("open", "Started late."),
        ("saw", "The alert was green."),
    ]
    assert meeting.opened.event.attendees == ("ana", "bo")
    with pytest.raises(NotAllowed, match="no point"):
        played.says("move-meeting", item="timeline")
    played.says("end-meeting")
    with pytest.raises(NotAllowed, match="No meeting"):
        played.says("note-meeting", text="Too late.")


def test_only_the_facilitator_takes_in_what_came_without_a_name(played: Played) -> None:
    played.says("plan-postmortem", owner="ana", facilitator="cy")
    asked = Asked("bo", NINE, NINE)
    with pytest.raises(NotAllowed, match="leads its meeting"):
        take(played.state, "take-contributions", asked, texts=("The alert was muted.",))
    taken = _only(take(played.state, "take-contributions", Asked("cy", NINE, NINE), texts=("The alert was muted.",)))
    assert taken.texts == ("The alert was muted.",)


@pytest.mark.parametrize(("answers", "enough"), [(4, False), (5, True)])
def test_a_pulse_is_told_from_five_answers_up(played: Played, answers: int, enough: bool) -> None:
    played.says("open-pulse")
    closed = _only(take(played.state, "close-pulse", Asked("cy", NINE, NINE), answers=((4, 3, 2, 1, 0),) * answers))
    assert (closed.enough, closed.answers) == (enough, answers if enough else None)
    assert [one.counts for one in closed.tallies] == (
        [(0, 0, 0, 0, 5), (0, 0, 0, 5, 0), (0, 0, 5, 0, 0), (0, 5, 0, 0, 0), (5, 0, 0, 0, 0)] if enough else []
    )


def test_a_copied_state_is_not_touched_by_what_comes_later(played: Played) -> None:
    before = copied(played.state)
    played.says("write-section", section="lessons", text="Later.")
    assert before.postmortem.versions == ()
    assert len(played.state.postmortem.versions) == 1


def test_what_is_erased_leaves_the_texts(played: Played) -> None:
    played.says("write-section", section="lessons", text="A name that must go.")
    entry = _head(played)
    played.says("redact", entry=entry, reason="It names a person.")
    assert _texts(played) == []


def test_sentences_end_where_readers_end_them() -> None:
    assert sentences("It was 3.5 per cent. We saw it late.\nThen Dr Bo wrote. (It held.)") == [
        "It was 3.5 per cent.",
        "We saw it late.",
        "Then Dr Bo wrote.",
        "(It held.)",
    ]
