"""Awareness that is taken back, answers on which duties depend, and filings: all append, nothing is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotwash.incident.events import FilingSubmitted
from hotwash.incident.rules import allow
from hotwash.incident.state import Incident, copied, replay
from hotwash.ledger.rule import Asked, NotAllowed
from tests.incident.history import history

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BO = Asked("bo", NOW, NOW)


def incident(more: str = "") -> Incident:
    lines = """
        09:02 ana declared title='Loans refused'
        09:30 ana awareness-recorded fact=aware person=Bo evidence='Four letters'
        09:40 cy evidence-added name=notice.pdf digest=sha256:ab size=12
    """
    return replay("INC-2026-0001", history(lines + more))


def refused(verb: str, state: Incident | None = None, **words: Any) -> str:
    with pytest.raises(NotAllowed) as no:
        allow(state or incident(), verb, BO, **words)
    return str(no.value)


def test_awareness_taken_back_stays_in_the_record_with_its_reason() -> None:
    state = incident("10:00 bo awareness-withdrawn entry=2 reason='It was the other letter.'")
    assert [said.entry for said in state.awareness] == [2]
    assert state.withdrawn_awareness[2].event.reason == "It was the other letter."
    assert "already" in refused("withdraw-awareness", state, entry=2, reason="again")
    assert "says nothing" in refused("withdraw-awareness", entry=1, reason="no")
    assert "empty" in refused("withdraw-awareness", entry=2, reason=" ")


def test_a_no_that_hides_a_deadline_needs_its_reason_and_an_unknown_does_not() -> None:
    assert allow(incident(), "answer-applicability", BO, question="in_eu", answer="yes")
    assert allow(incident(), "answer-applicability", BO, question="in_eu", answer="unknown")
    assert "reason" in refused("answer-applicability", question="in_eu", answer="no")
    assert "reason" in refused("answer-applicability", question="eu-gdpr-33", answer="yes")
    assert allow(incident(), "answer-applicability", BO, question="own-bank", answer="no", reason="Other client.")
    assert "No duty depends" in refused("answer-applicability", question="is_it_bad", answer="yes")


def test_a_filing_takes_the_digest_of_what_was_kept_and_the_recipient_of_the_row() -> None:
    (sent,) = allow(incident(), "submit-filing", BO, duty="eu-gdpr-33", evidence=3, receipt="2026-7")
    assert sent == FilingSubmitted("eu-gdpr-33", "notify", "supervisory authority", "2026-7", 3, "sha256:ab")


def test_a_filing_names_a_duty_a_stage_and_something_kept_and_lies_in_the_past() -> None:
    assert "no duty" in refused("submit-filing", duty="eu-nothing")
    assert "name one of initial, intermediate, final" in refused("submit-filing", duty="eu-dora-19")
    assert "no stage `second`" in refused("submit-filing", duty="eu-dora-19", stage="second")
    assert "no evidence" in refused("submit-filing", duty="eu-gdpr-33", evidence=2)
    assert "recipient is empty" in refused("submit-filing", duty="own-bank").lower()
    ahead = Asked("bo", NOW + timedelta(minutes=1), NOW)
    with pytest.raises(NotAllowed, match="still to come"):
        allow(incident(), "submit-filing", ahead, duty="eu-gdpr-33")


def test_a_filing_taken_back_is_still_told_and_a_state_of_ones_own_stays_as_it_was() -> None:
    state = incident("10:00 bo filing-submitted duty=eu-gdpr-33 stage=notify recipient=DPA")
    twin = copied(state)
    both = replay(
        "INC-2026-0001",
        history("""
        09:02 ana declared title='Loans refused'
        10:00 bo filing-submitted duty=eu-gdpr-33 stage=notify recipient=DPA
        10:30 bo filing-withdrawn filing=2 reason='Sent to the wrong authority.'
    """),
    )
    assert both.filings[2].withdrawn is not None
    assert twin.filings[4].withdrawn is None
    assert twin.filings[4] is not state.filings[4]
    assert "already" in refused("withdraw-filing", both, filing=2, reason="again")
    assert "no filing" in refused("withdraw-filing", filing=1, reason="no")
