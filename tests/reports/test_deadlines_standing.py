"""The clocks of an incident: from its own facts, answers and filings, and those of the organisation."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.incident.history import history

from hotwash.incident.state import Incident, replay
from hotwash.ledger.catalogue import Fact
from hotwash.ledger.rule import Asked
from hotwash.reports.deadlines import Deadlines, Standing, deadlines
from hotwash.systems.organisation import Organisation, fold
from hotwash.systems.rules_organisation import VERBS

NOW = datetime(2026, 1, 4, 12, 0, tzinfo=UTC)
AWARE = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
BASE = """
    09:02 ana declared title='Loans refused' system=loans
    09:30 ana awareness-recorded fact=aware person=Bo evidence='Four letters'
"""
YES = "\n".join(
    f"09:4{n} bo applicability-answered question={question} answer=yes"
    for n, question in enumerate(("in_eu", "controller", "personal_data_breach", "breach_risk"))
)


def incident(more: str = "", base: str = BASE) -> Incident:
    return replay("INC-2026-0001", history(f"{base}\n{more}"))


def organisation(*said: tuple[str, dict[str, Any]], at: datetime = NOW) -> Organisation:
    own = Organisation()
    for verb, words in said:
        for event in VERBS[verb](own, Asked("bo", at, at), **words):
            fold(own, Fact(own.number + 1, verb, "bo", at, at, event, None, ""))
    return own


def one(known: Deadlines, duty: str, stage: str = "notify") -> Standing:
    return next(each for each in known.clocks if (each.duty.id, each.clock.stage) == (duty, stage))


def test_unknown_means_shown_and_yes_comes_first() -> None:
    known = deadlines(incident(YES))
    assert known.due[0].duty.id == "eu-gdpr-33"
    assert one(known, "eu-gdpr-33").applies == "yes"
    assert one(known, "cn-cac-2025", "other operators").applies == "unknown"
    assert one(known, "cn-cac-2025", "other operators").due
    assert known.next is known.due[0]


def test_an_answer_of_the_incident_goes_before_that_of_the_organisation() -> None:
    own = organisation(("answer-for-organisation", {"question": "in_eu", "answer": "no"}))
    assert one(deadlines(incident(), own), "eu-gdpr-33").applies == "no"
    assert one(deadlines(incident(YES), own), "eu-gdpr-33").applies == "yes"
    lawyer = "10:00 bo applicability-answered question=eu-gdpr-33 answer=no reason='Counsel: encrypted.'"
    assert one(deadlines(incident(f"{YES}\n{lawyer}"), own), "eu-gdpr-33").applies == "no"


def test_the_earliest_awareness_counts_until_it_is_taken_back() -> None:
    later = "11:00 cy awareness-recorded fact=aware person=Cy"
    clock = one(deadlines(incident(later)), "eu-gdpr-33")
    assert (clock.clock.deadline, clock.started_by) == (AWARE + timedelta(hours=72), 2)
    moved = incident(f"{later}\n11:30 bo awareness-withdrawn entry=2 reason='Another letter.'")
    clock = one(deadlines(moved), "eu-gdpr-33")
    assert (clock.clock.deadline, clock.started_by) == (AWARE + timedelta(hours=73, minutes=30), 3)
    assert [said.entry for said in moved.awareness] == [2, 3]


def test_a_filing_ends_a_clock_and_starts_the_next_stage() -> None:
    sent = "12:00 bo filing-submitted duty=eu-nis2-23 stage='incident notification' recipient=CSIRT"
    known = deadlines(incident(sent))
    assert one(known, "eu-nis2-23", "incident notification").clock.state == "submitted"
    final = one(known, "eu-nis2-23", "final report")
    assert (final.clock.state, final.clock.starts_from, final.started_by) == (
        "running",
        "incident notification.submitted",
        3,
    )
    assert final.clock.deadline == datetime(2026, 4, 3, 12, 0, tzinfo=UTC) - timedelta(hours=1)
    back = deadlines(incident(f"{sent}\n13:00 bo filing-withdrawn filing=3 reason='Bounced.'"))
    assert one(back, "eu-nis2-23", "incident notification").due
    assert one(back, "eu-nis2-23", "final report").clock.state == "waiting"


def test_the_final_dora_report_is_counted_from_the_last_update() -> None:
    sent = """
        12:00 bo filing-submitted duty=eu-dora-19 stage=intermediate recipient=BaFin
        +2d 12:00 bo filing-submitted duty=eu-dora-19 stage=intermediate recipient=BaFin
    """
    known = deadlines(incident(sent))
    final = one(known, "eu-dora-19", "final")
    assert final.started_by == 4
    assert final.clock.started_at == datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
    assert one(known, "eu-dora-19", "intermediate").clock.submitted_at == datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def test_nothing_that_an_outer_limit_excuses_looks_met() -> None:
    late = "+3d 09:40 bo filing-submitted duty=eu-gdpr-33 stage=notify recipient=DPA"
    clock = one(deadlines(incident(late)), "eu-gdpr-33").clock
    assert clock.legal_outer is not None
    assert clock.submitted_at is not None
    assert clock.submitted_at < clock.legal_outer
    assert clock.late


def test_own_duties_and_places_of_the_organisation_count() -> None:
    clause = {
        "title": "Bank Nord",
        "recipient": "its desk",
        "trigger": "an incident",
        "start": "aware",
        "n": 8,
        "unit": "hour",
        "source": "Contract, clause 12",
        "place": "FI",
    }
    other = {**clause, "title": "Other system", "system": "chat"}
    own = organisation(("add-duty", clause), ("add-duty", other), ("choose-places", {"places": ("FI",)}))
    known = deadlines(incident(), own)
    mine = one(known, "own-bank-nord")
    assert (mine.applies, mine.clock.deadline) == ("yes", AWARE + timedelta(hours=8))
    assert known.due[0] is mine
    assert not [each for each in known.clocks if each.duty.id == "own-other-system"]
    assert one(known, "eu-gdpr-33").clock.place == "FI"
    ended = organisation(("add-duty", clause), ("retire-duty", {"duty": "own-bank-nord", "reason": "over"}))
    assert one(deadlines(incident(), ended), "own-bank-nord").clock.state == "not-in-force"


def test_questions_that_settle_most_are_asked_first() -> None:
    asked = dict(deadlines(incident()).asked())
    assert asked["in_eu"] > asked["in_singapore"]
    answered = dict(deadlines(incident("10:00 bo applicability-answered question=in_eu answer=no reason=x")).asked())
    assert "in_eu" not in answered
    assert "ai_provider" not in answered


def test_without_awareness_nothing_runs() -> None:
    known = deadlines(incident(base="09:02 ana declared title='Loans refused'"))
    assert known.due == []
    assert known.next is None
    assert one(known, "eu-gdpr-33").clock.state == "waiting"
