"""Messages: no text goes that was not approved as it stands, whatever is done in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event as seen
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.incident.events import (
    CATALOGUE,
    EntryRedacted,
    MessageApproved,
    MessageDelivered,
    MessageDrafted,
    MessageEdited,
    MessageRefused,
    MessageSending,
    MessageSubmitted,
)
from hotwash.incident.events.messages import REGISTER, STATUS_PAGE
from hotwash.incident.messages import due_to, lacking, published
from hotwash.incident.rules import allow, take
from hotwash.incident.state import Incident, copied, fold, replay
from hotwash.knowledge.messages import approval
from hotwash.ledger.catalogue import Fact
from hotwash.ledger.rule import Asked, NotAllowed
from tests.incident.history import history

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
ROOM = """
    09:02 ana declared title='Loans refused' harms=fairness
    09:03 ana role-assigned role=commander person=bo
    09:04 bo  role-assigned role=communications person=cy
    09:05 bo  role-assigned role=legal person=dee
"""
TEXT = {"subject": "We are looking into it", "body": "We do not know yet who was affected."}


def incident(more: str = "") -> Incident:
    return replay("INC-2026-0001", history(ROOM + more))


def say(state: Incident, verb: str, by: str = "cy", **words: Any) -> list[Any]:
    """Say a verb and take what it records into the state."""
    events = allow(state, verb, Asked(by, NOW, NOW), **words)
    for event in events:
        record(state, event, by)
    return events


def record(state: Incident, event: Any, by: str = "cy") -> Any:
    fact = Fact(state.number + 1, WORDS[type(event)], by, NOW, NOW, event, {}, "")
    fold(state, fact)
    return fact


WORDS = {event: word for word, event in CATALOGUE.kinds.items()}


def refused(state: Incident, verb: str, by: str = "cy", **words: Any) -> str:
    with pytest.raises(NotAllowed) as no:
        allow(state, verb, Asked(by, NOW, NOW), **words)
    return str(no.value)


def drafted(audience: str = "customers", **words: Any) -> tuple[Incident, int]:
    state = incident()
    say(state, "draft-message", audience=audience, stage="first-word", **(TEXT | words))
    return state, state.number


def approved(audience: str = "customers", **words: Any) -> tuple[Incident, int]:
    state, message = drafted(audience, **words)
    say(state, "submit-message", message=message)
    people = {"commander": "bo", "communications": "cy", "legal": "dee"}
    for role in approval(audience, "first-word").needs:
        say(state, "approve-message", people[role], message=message, text=message, role=role)
    return state, message


def test_a_message_goes_from_a_draft_over_each_word_it_needs_to_every_list() -> None:
    state, message = approved()
    assert state.messages[message].state == "approved"
    (sent,) = say(state, "send-message", message=message, targets=("all customers", "press list"))
    assert sent == MessageSending(message, message, ("all customers", "press list"))
    sending = state.number
    assert due_to(state.messages, sending, "press list") is state.messages[message]
    hand = Asked("hotwash", NOW, NOW)
    for event in take(state, "deliver-message", hand, sending=sending, target="press list", reached=12):
        record(state, event)
    assert due_to(state.messages, sending, "press list") is None
    assert due_to(state.messages, sending, "all customers") is not None
    assert take(state, "deliver-message", hand, sending=sending, target="press list") == []
    for event in take(
        state, "fail-message", hand, sending=sending, target="all customers", reason="The server is away."
    ):
        record(state, event)
    assert (
        take(state, "fail-message", hand, sending=sending, target="all customers", reason="The server is away.") == []
    )
    assert state.messages[message].reached == 12
    assert "has it already" in refused(state, "send-message", message=message, targets=("press list",))
    say(state, "send-message", message=message, targets=("all customers",))
    assert "on its way" in refused(state, "send-message", message=message, targets=("all customers",))


def test_nothing_goes_before_everybody_who_is_asked_has_agreed() -> None:
    state, message = drafted()
    assert "not submitted" in refused(state, "send-message", message=message, targets=("all",))
    say(state, "submit-message", message=message)
    assert "waits for the word of communications and commander" in refused(
        state, "send-message", message=message, targets=("all",)
    )
    say(state, "approve-message", "cy", message=message, text=message, role="communications")
    assert "word of commander" in refused(state, "send-message", message=message, targets=("all",))


def test_a_change_after_approval_voids_it_and_the_earlier_text_is_kept() -> None:
    state, message = approved()
    (edited,) = say(state, "edit-message", message=message, text=message, subject="Another", body="Another text.")
    assert edited == MessageEdited(message, 2, "Another", "Another text.")
    known = state.messages[message]
    assert (known.state, known.version, known.approved) == ("draft", 2, {})
    assert [one.event.subject for one in known.texts] == [TEXT["subject"], "Another"]
    assert "not submitted" in refused(state, "send-message", message=message, targets=("all",))
    say(state, "submit-message", message=message)
    old = refused(state, "approve-message", "bo", message=message, text=message, role="commander")
    assert "changed the text (version 2" in old


def test_a_refusal_takes_back_what_was_approved_before_it() -> None:
    state, message = approved()
    say(state, "refuse-message", "bo", message=message, text=message, role="commander", reason="Too early.")
    assert state.messages[message].state == "refused"
    say(state, "submit-message", message=message)
    assert state.messages[message].approved == {}


def test_only_the_holder_of_a_role_approves_for_it_and_the_commander_for_one_that_nobody_holds() -> None:
    state, message = drafted("harmed")
    say(state, "submit-message", message=message)
    assert "dee is legal here" in refused(state, "approve-message", "bo", message=message, text=message, role="legal")
    assert "not of scribe" in refused(state, "approve-message", "bo", message=message, text=message, role="scribe")
    bare = replay("INC-2026-0001", history(ROOM.split("09:04")[0]))
    say(bare, "draft-message", "ana", audience="staff", stage="first-word", submit=True, **TEXT)
    number = bare.number - 1
    (word,) = say(bare, "approve-message", "bo", message=number, text=number, role="communications")
    assert word.standing_in
    assert lacking(bare.messages[number]) == ""
    say(bare, "draft-message", "ana", audience="press", stage="first-word", submit=True, **TEXT)
    number = bare.number - 1
    assert "Nobody is legal" in refused(bare, "approve-message", "bo", message=number, text=number, role="legal")


def test_nobody_alone_writes_and_approves_what_goes_outside() -> None:
    state = incident("""
        09:06 bo role-assigned role=communications person=bo
    """)
    say(state, "draft-message", "bo", audience="customers", stage="first-word", submit=True, **TEXT)
    message = state.number - 1
    for role in ("communications", "commander"):
        say(state, "approve-message", "bo", message=message, text=message, role=role)
    assert "somebody else must approve" in refused(state, "send-message", "bo", message=message, targets=("all",))


@pytest.mark.parametrize(
    "target", ["ana@example.org", "mailto:x", "https://x.example", "+49 30 1234567", "030 1234567", "tel 0301234567"]
)
def test_an_address_is_no_name_of_a_list(target: str) -> None:
    state, message = approved()
    if target != "mailto:x":
        assert "not an address" in refused(state, "send-message", message=message, targets=(target,))
    assert "addresses of people" in refused(state, "answer-message", message=message, sender="a@b.c", text="Thanks")


def test_a_text_with_a_gap_or_a_placeholder_that_nothing_fills_is_not_ready() -> None:
    for body, why in (
        ("It began [missing: when it began].", "gaps: when it began"),
        ("Dear {{person:name}}", "Nothing fills"),
        ("Loose }}", "loose"),
    ):
        state, message = drafted("customers", body=body)
        assert why in refused(state, "submit-message", message=message)
    state, message = drafted("harmed", body="Dear {{person:name}}")
    assert say(state, "submit-message", message=message)
    state, message = drafted("harmed", subject="For {{person:name}}")
    assert "same for everyone" in refused(state, "submit-message", message=message)


def test_a_hidden_character_stays_out_of_what_people_read() -> None:
    for hidden in "\u202e\x07\x1b\u2066\x85":
        words = TEXT | {"body": f"a{hidden}b"}
        assert "hidden character" in refused(incident(), "draft-message", audience="staff", stage="update", **words)


def test_a_letter_with_places_for_each_person_goes_to_the_register_and_nowhere_else() -> None:
    state, message = approved("harmed", body="Dear {{person:name}}, we are sorry.")
    assert "goes to the redress-register, not to all" in refused(
        state, "send-message", message=message, targets=("all",)
    )
    assert say(state, "send-message", message=message, targets=(REGISTER,))
    state, message = approved("customers")
    assert "Only letters" in refused(state, "send-message", message=message, targets=(REGISTER,))


def test_two_writers_the_second_is_told_of_the_newer_text() -> None:
    state, message = drafted()
    say(state, "edit-message", "bo", message=message, text=message, subject="Bo's", body="Bo's words")
    assert "bo wrote version 2" in refused(
        state, "edit-message", message=message, text=message, subject="Cy's", body="Cy's words"
    )


def test_what_was_sent_cannot_be_changed_and_what_was_taken_back_does_not_go() -> None:
    state, message = approved()
    say(state, "send-message", message=message, targets=("all",))
    sending = state.number
    assert "corrects it" in refused(state, "edit-message", message=message, text=message, subject="a", body="b")
    say(state, "withdraw-message", message=message, reason="It names a person.")
    assert due_to(state.messages, sending, "all") is None
    assert "taken back" in refused(state, "send-message", message=message, targets=("more",))


def test_the_public_page_shows_what_was_sent_to_the_public_and_nothing_else() -> None:
    state, message = approved("public")
    assert "Name at least one list" in refused(state, "send-message", message=message)
    assert "8 to 60" in refused(state, "open-status-page", slug="short", title="Loans", reason="People ask.")
    say(state, "open-status-page", slug="loans-march", title="Loans", reason="People ask.")
    assert published(state.messages) == []
    sent, delivered = say(state, "send-message", message=message)
    assert sent.targets == (STATUS_PAGE,)
    assert delivered == MessageDelivered(message, state.number - 1, STATUS_PAGE, None, "It stands on the page.")
    assert published(state.messages) == [state.messages[message]]
    assert "once" in refused(state, "send-message", message=message, targets=(STATUS_PAGE,))
    say(state, "withdraw-message", message=message, reason="Wrong day.")
    assert published(state.messages) == []
    say(state, "close-status-page", reason="It is over.")
    assert "No status page" in refused(state, "close-status-page", reason="again")


def erased(entry: int, facts: list[Any]) -> Incident:
    """The same record read again after the words of an entry were erased."""
    return replay(
        "INC-2026-0001", [replace(one, event=None, body=None) if one.number == entry else one for one in facts]
    )


def test_erasing_an_edit_does_not_bring_an_old_approval_back_to_life() -> None:
    lines = (
        ROOM
        + """
        09:06 cy message-drafted audience=customers stage=first-word subject=One body=One
        09:07 cy message-submitted message=5 text=5
        09:08 cy message-approved message=5 text=5 role=communications
        09:09 bo message-approved message=5 text=5 role=commander
        09:10 cy message-edited message=5 version=2 subject=Two body=Two
        09:11 bo entry-redacted entry=9 reason=private
    """
    )
    facts = history(lines)
    noted = replay("INC-2026-0001", facts)
    again = erased(9, facts)
    for state in (noted, again):
        assert state.messages[5].text.event.subject == "One"
        assert lacking(state.messages[5])
    assert noted.messages == again.messages


def test_erasing_why_a_message_was_taken_back_does_not_publish_it_again() -> None:
    state, message = approved("public")
    say(state, "open-status-page", slug="loans-march", title="Loans", reason="People ask.")
    say(state, "send-message", message=message)
    say(state, "withdraw-message", message=message, reason="Names somebody.")
    entry = state.number
    twin = copied(state)
    record(state, EntryRedacted(entry, "private"), "ana")
    assert published(state.messages) == []
    fold(twin, Fact(entry, "message-withdrawn", "cy", NOW, NOW, None, None, ""))
    assert not any(lacking(one) == "" and one.withdrawn is None for one in twin.messages.values())


PEOPLE = ("bo", "cy", "dee", "ana")
ROLES = ("commander", "communications", "legal", "scribe")
ENTRY = st.integers(1, 24)
ACTS = st.one_of(
    st.tuples(
        st.just("draft-message"),
        st.fixed_dictionaries(
            {
                "audience": st.sampled_from(["responders", "staff", "customers", "harmed", "public"]),
                "stage": st.sampled_from(["first-word", "after"]),
                "subject": st.just("A"),
                "body": st.sampled_from(["one", "two", "[missing: x]"]),
                "submit": st.booleans(),
            }
        ),
    ),
    st.tuples(
        st.just("edit-message"),
        st.fixed_dictionaries(
            {"message": ENTRY, "text": ENTRY, "subject": st.just("A"), "body": st.sampled_from(["one", "two", "three"])}
        ),
    ),
    st.tuples(st.just("submit-message"), st.fixed_dictionaries({"message": ENTRY})),
    st.tuples(
        st.sampled_from(["approve-message"] * 5),
        st.fixed_dictionaries({"message": ENTRY, "text": ENTRY, "role": st.sampled_from(ROLES[:3])}),
    ),
    st.tuples(
        st.just("refuse-message"),
        st.fixed_dictionaries(
            {"message": ENTRY, "text": ENTRY, "role": st.sampled_from(ROLES), "reason": st.just("no")}
        ),
    ),
    st.tuples(st.just("withdraw-message"), st.fixed_dictionaries({"message": ENTRY, "reason": st.just("no")})),
    st.tuples(
        st.sampled_from(["send-message"] * 3),
        st.fixed_dictionaries({"message": ENTRY, "targets": st.sampled_from([("a",), ("b", "a"), ()])}),
    ),
    st.tuples(st.just("redact"), st.fixed_dictionaries({"entry": ENTRY, "reason": st.just("no")})),
    st.tuples(st.just("close-status-page"), st.fixed_dictionaries({"reason": st.just("no")})),
    st.tuples(
        st.just("open-status-page"),
        st.fixed_dictionaries({"slug": st.just("loans-march"), "title": st.just("L"), "reason": st.just("r")}),
    ),
)


GO_ON: tuple[str, dict[str, Any]] = ("go-on", {})


class Onlooker:
    """Somebody who writes down what was said, by means of their own, and looks at every text that goes."""

    def __init__(self) -> None:
        self.texts: dict[int, list[tuple[int, str, str]]] = {}
        self.agreed: dict[tuple[int, int], dict[str, str]] = {}
        self.went = 0

    def hear(self, state: Incident, event: Any, by: str) -> None:
        match event:
            case MessageDrafted():
                self.texts[state.number] = [(state.number, event.body, by)]
            case MessageEdited():
                self.texts[event.message].append((state.number, event.body, by))
            case MessageSubmitted():
                self.agreed[event.message, event.text] = {}
            case MessageRefused():
                self.agreed.pop((event.message, event.text), None)
            case MessageApproved():
                self.agreed[event.message, event.text][event.role] = by
            case EntryRedacted():
                for known in self.texts.values():
                    known[:] = [one for one in known if one[0] != event.entry]
            case MessageSending():
                self.look(state, event)

    def look(self, state: Incident, event: MessageSending) -> None:
        entry, body, writer = self.texts[event.message][-1]
        assert event.text == entry, "the newest text goes, or none"
        row, agreed = state.messages[event.message].row, self.agreed[event.message, entry]
        assert set(row.needs) <= set(agreed), "everybody who is asked approved this very text"
        assert not row.second or set(agreed.values()) != {writer}
        assert "[missing" not in body
        self.went += 1


HOLDERS = {"commander": "bo", "communications": "cy", "legal": "dee"}


def aimed(state: Incident, by: str, verb: str, words: dict[str, Any], at: int) -> tuple[str, str, dict[str, Any]]:
    """The act of a message that is there: what would be next for it, or the act as it was drawn, in its newest text."""
    if not state.messages or not ("message" in words or verb == "go-on"):
        return by, "note" if verb == "go-on" else verb, {"text": "x"} if verb == "go-on" else words
    message = sorted(state.messages)[at % len(state.messages)]
    known = state.messages[message]
    if verb != "go-on":
        newest = {"text": known.text.entry} if "text" in words else {}
        return HOLDERS.get(words.get("role", ""), by), verb, {**words, "message": message, **newest}
    if known.submission is None:
        return by, "submit-message", {"message": message}
    if known.waiting_for:
        role = known.waiting_for[0]
        return HOLDERS[role], "approve-message", {"message": message, "text": known.text.entry, "role": role}
    return by, "send-message", {"message": message, "targets": (f"list {at}",)}


STEP = st.tuples(st.sampled_from(PEOPLE), st.integers(0, 2), ACTS, st.integers(0, 5))


@settings(max_examples=300, deadline=None)
@given(steps=st.lists(STEP, min_size=8, max_size=40))
def test_no_sequence_of_acts_sends_a_text_that_was_not_approved_as_it_stands(steps: list[Any]) -> None:
    state, onlooker = incident(), Onlooker()
    for audience in ("staff", "customers"):
        for event in say(state, "draft-message", audience=audience, stage="first-word", **TEXT):
            onlooker.hear(state, event, "cy")
    for person, natural, drawn, at in steps:
        act, chosen = GO_ON if natural else drawn
        by, verb, words = aimed(state, person, act, chosen, at)
        if verb == "go-on":
            continue
        try:
            events = allow(state, verb, Asked(by, NOW, NOW), **words)
        except NotAllowed:
            continue
        for said in events:
            record(state, said, by)
            onlooker.hear(state, said, by)
    for known in state.messages.values():
        for sending in known.sendings:
            for target in sending.event.targets:
                found = due_to(state.messages, sending.entry, target)
                assert found is None or not lacking(found)
    seen(f"sent {min(onlooker.went, 3)}")


REDACT = st.tuples(st.just("redact"), st.fixed_dictionaries({"entry": st.integers(5, 20), "reason": st.just("no")}))
DRAFT = st.tuples(
    st.just("draft-message"),
    st.fixed_dictionaries(
        {"audience": st.just("staff"), "stage": st.just("update")} | {k: st.just(v) for k, v in TEXT.items()}
    ),
)
ERASING = st.tuples(
    st.sampled_from(PEOPLE), st.integers(0, 2), st.one_of(*[REDACT] * 5, *[DRAFT] * 3, ACTS), st.integers(0, 5)
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(ERASING, min_size=8, max_size=40))
def test_what_was_erased_leaves_the_same_messages_when_the_record_is_read_again(steps: list[Any]) -> None:
    facts: list[Any] = history(ROOM)
    state = replay("INC-2026-0001", facts)
    for person, natural, drawn, at in steps:
        act, chosen = GO_ON if natural else drawn
        by, verb, words = aimed(state, person, act, chosen, at)
        if verb == "go-on":
            continue
        try:
            events = allow(state, verb, Asked(by, NOW, NOW), **words)
        except NotAllowed:
            continue
        facts += [record(state, event, by) for event in events]
    again = replay(
        "INC-2026-0001",
        [replace(one, event=None, body=None) if one.number in state.redacted else one for one in facts],
    )
    assert again.messages == state.messages
    assert again.status_pages == state.status_pages


def test_a_promise_lies_ahead_and_is_kept_with_its_text() -> None:
    state = incident()
    past = refused(state, "draft-message", audience="staff", stage="update", next_at=NOW - timedelta(hours=1), **TEXT)
    assert "lies in the past" in past
    say(state, "draft-message", audience="staff", stage="update", next_at=NOW + timedelta(hours=1), **TEXT)
    assert state.messages[state.number].next_at == NOW + timedelta(hours=1)
