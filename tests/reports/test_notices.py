"""Drafts of notices: filled from the record, what is missing is named, nothing is guessed."""

import json
from datetime import UTC, datetime

import pytest
from tests.incident.history import history
from tests.reports import case

from hotwash.incident.state import replay
from hotwash.knowledge.duties import duties
from hotwash.knowledge.notices import notices
from hotwash.reports.document import Document
from hotwash.reports.notices import Notice, draft, fill
from hotwash.reports.notices.filling import known_fills
from hotwash.reports.postmortem import postmortem
from hotwash.reports.render import write
from hotwash.systems.organisation import Organisation, OrganisationDescribed
from hotwash.systems.state import System

FORMS = sorted(notices().forms)
NORD = Organisation(
    described=OrganisationDescribed("Nordlicht GmbH", "dpo@nordlicht.example", "Germany"), places=("DE",)
)


def missing(notice: Notice) -> list[str]:
    return [one.field.label for one in notice.missing]


def words(document: Document) -> str:
    return write(document, "md").decode()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_names_duties_stages_and_parts_of_the_record_that_exist(form: str) -> None:
    known = notices().forms[form]
    for duty in known.duties:
        assert duty in duties().duties
        if known.stage:
            assert duties().duties[duty].stage(known.stage)
    for field in known.fields:
        assert not field.fill or field.fill.split(":")[0] in known_fills(), field
        if field.fill.startswith("answer:"):
            assert duties().question(field.fill.split(":")[1])
        if field.needed and field.fill not in ("id", "title", "sent_before", "going_on", "detected"):
            assert field.ask, field
    assert bool(known.source)


def test_the_oecd_form_has_its_29_criteria() -> None:
    labels = [field.label.split(" ")[0] for field in notices().forms["oecd-29"].fields]
    assert labels == [str(number) for number in range(1, 30)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["html", "md", "json"])
def test_every_form_is_drawn_in_every_format_the_same_each_time(form: str, kind: str) -> None:
    facts, incident = case.facts(), case.incident()
    once = write(draft(form, facts, incident, organisation=NORD), kind)  # type: ignore[arg-type]
    assert once == write(draft(form, facts, incident, organisation=NORD), kind)  # type: ignore[arg-type]
    assert b"not legal advice" in once


def test_a_draft_becomes_a_pdf() -> None:
    assert write(draft("eu-gdpr-33", case.facts(), case.incident()), "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_record_answers_nothing_that_it_does_not_know(form: str) -> None:
    facts = history("09:02 ana declared title='Loans refused'")
    incident = replay(case.ID, facts)
    notice = fill(form, incident)
    asked = [one for one in notice.fields if one.field.needed]
    assert len(notice.missing) >= len(asked) - 4
    text = words(draft(form, facts, incident))
    assert f"Still missing: {len(notice.missing)} answers" in text
    assert "Draft" in text


def test_what_is_recorded_goes_from_the_list_of_what_is_missing() -> None:
    before = fill("eu-gdpr-33", replay(case.ID, history("09:02 ana declared title='Leak'")))
    told = history("""
        09:02 ana declared title='Leak'
        09:10 ana awareness-recorded fact=aware person=Bo evidence='A letter'
        09:20 bo summarised text='Answers of the assistant held the data of others.'
        09:30 bo harm-began source='The log' low='"2026-03-01T00:00:00Z"' high='"2026-03-02T00:00:00Z"'
        09:40 bo harm-estimated what='shown to others' value=120 low=100 high=150 basis='read by Cy'
        09:50 bo containment-applied switch=assistant state=off reason=stop complete=true
    """)
    notice = fill("eu-gdpr-33", replay(case.ID, told), organisation=NORD)
    assert "Controller" in missing(before)
    assert set(missing(before)) - set(missing(notice)) == {
        "Controller",
        "Data protection officer or other contact",
        "Competent authority",
        "What happened to the data",
        "When it began",
        "When the controller became aware, and how",
        "Kinds and approximate number of people concerned",
        "Likely consequences for the people",
        "Measures taken against the breach and its effects",
    }
    text = words(draft("eu-gdpr-33", told, replay(case.ID, told), organisation=NORD))
    for said in ("Nordlicht GmbH", "120 people (100 to 150), an estimate", "Bo. A letter", "Germany"):
        assert said in text


def test_answers_and_former_filings_are_told_with_their_receipt() -> None:
    told = history("""
        09:02 ana declared title='Outage'
        09:10 bo applicability-answered question=ict_incident answer=yes reason='110,000 clients; 25 hours'
        09:20 bo filing-submitted duty=eu-dora-19 stage=initial recipient=BaFin receipt=R-17 late_because='Portal down'
    """)
    incident = replay(case.ID, told)
    assert "110,000 clients" in words(draft("eu-dora-19-initial", told, incident))
    text = words(draft("eu-dora-19-final", told, incident))
    assert "initial to BaFin, receipt R-17" in text


def test_a_withdrawn_awareness_is_not_told_to_an_authority() -> None:
    told = history("""
        09:02 ana declared title='Leak'
        09:10 ana awareness-recorded fact=aware person=Bo
        09:20 bo awareness-withdrawn entry=2 reason='Another leak.'
    """)
    assert "When the controller became aware, and how" in missing(fill("eu-gdpr-33", replay(case.ID, told)))


def test_hostile_words_stay_words_in_every_format() -> None:
    told = history("""
        09:02 ana declared title='<script>alert(1)</script>'
        09:20 bo summarised text='<img src=x onerror=alert(1)> =cmd() #let x = read("/etc/passwd")'
    """)
    document = draft("us-ca-sb53", told, replay(case.ID, told))
    html = write(document, "html").decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert json.loads(write(document, "json"))


def test_the_form_of_a_duty_is_that_of_its_stage() -> None:
    forms = notices()
    assert forms.for_duty("eu-dora-19", "final") is forms.forms["eu-dora-19-final"]
    assert forms.for_duty("eu-aiact-73-2d", "report") is forms.forms["eu-aiact-73"]
    assert forms.for_duty("in-certin", "report") is None


def test_the_system_is_told_with_its_versions_and_purpose() -> None:
    system = System("loans", registered_at=datetime(2026, 1, 1, tzinfo=UTC), name="Loans", purpose="decides on loans")
    told = history("09:02 ana declared title='Loans refused' system=loans")
    notice = fill("eu-aiact-73", replay(case.ID, told), system=system)
    assert "Name, version and purpose" not in missing(notice)
    assert "Loans: decides on loans" in words(draft("eu-aiact-73", told, replay(case.ID, told), system=system))


def test_the_post_mortem_says_what_was_taken_back_and_who_was_told() -> None:
    told = history("""
        09:02 ana declared title='Leak'
        09:10 ana awareness-recorded fact=aware person=Bo
        09:20 bo awareness-withdrawn entry=2 reason='Another leak.'
        09:30 bo filing-submitted duty=eu-gdpr-33 stage=notify recipient=DPA receipt=R-17
    """)
    text = write(postmortem(told, replay(case.ID, told)), "md").decode()
    assert "Taken back" in text
    assert "Another leak." in text
    assert "GDPR: breach to the supervisory authority, notify, receipt R-17" in text
