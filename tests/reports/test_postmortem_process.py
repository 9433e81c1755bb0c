"""How the post-mortem stands: asked for by severity, due on a day, written, signed, waived."""

from datetime import date

import pytest
from tests.reports import case

from hotwash.reports.postmortem import postmortem
from hotwash.reports.postmortem.process import process
from hotwash.reports.reminders import reminders
from hotwash.reports.render import to_html, to_markdown, to_pdf
from hotwash.systems.organisation import Organisation

BEGUN = """
09:02 ana declared title='Loans refused'
09:03 ana severity-assessed severity={level} provisional=false rule=x because=y answers={{}} rubric=1
09:04 ana role-assigned role=commander person=bo
09:05 ana role-assigned role=legal person=lea
+1d 09:00 bo summarised text='Loans were refused.'
+1d 10:00 bo resolved how=fixed
"""
PLANNED = (
    "+2d 09:00 bo postmortem-planned form=full owner=ana facilitator=cy due=2026-03-12 required=true "
    "meet_at=2026-03-10T14:00:00Z"
)


def _state(level: str = "Major", more: str = "") -> tuple[str, date | None]:
    _, incident = case.written(BEGUN.format(level=level) + more)
    known = process(incident)
    assert known.sentence.endswith((".", "Bo"))
    return known.state, known.due


@pytest.mark.parametrize(
    ("level", "state", "due"),
    [
        ("Critical", "due", date(2026, 3, 11)),
        ("Major", "due", date(2026, 3, 18)),
        ("Minor", "not-asked", None),
    ],
)
def test_the_severity_decides_whether_one_is_due_and_when(level: str, state: str, due: date | None) -> None:
    assert _state(level) == (state, due)


def test_a_drill_is_asked_for_none() -> None:
    _, incident = case.written(
        BEGUN.format(level="Critical").replace("title='Loans refused'", "title='Loans refused' kind=drill")
    )
    assert process(incident).state == "not-asked"


def test_a_plan_moves_the_day_and_a_waiver_ends_it() -> None:
    assert _state(more=PLANNED) == ("planned", date(2026, 3, 12))
    assert _state(more="+2d 09:00 bo postmortem-waived reason='Done with another.' required=true") == ("waived", None)


def test_it_waits_for_signatures_and_then_for_somebody_to_publish_it() -> None:
    submitted = PLANNED + "\n+3d 09:00 ana postmortem-submitted as_of=7"
    assert _state(more=submitted)[0] == "submitted"
    signed = (
        submitted
        + "\n+3d 10:00 bo postmortem-signed submission=8 role=commander"
        + "\n+3d 11:00 lea postmortem-signed submission=8 role=legal"
    )
    assert _state(more=signed) == ("signed", None)
    assert _state(more=signed + "\n+4d 09:00 bo postmortem-published submission=8")[0] == "published"


def test_two_texts_of_a_section_stand_in_the_draft_until_one_is_made_of_them() -> None:
    two = "\n".join(
        [
            "+2d 09:00 ana section-written section=lessons text='First.'",
            "+2d 09:01 ana section-written section=lessons text='From Ana.' made_from=7",
            "+2d 09:02 cy section-written section=lessons text='From Cy.' made_from=7",
        ]
    )
    facts, incident = case.written(BEGUN.format(level="Major") + two)
    told = to_markdown(postmortem(facts, incident))
    assert "2 texts stand side by side" in told
    assert "From Ana." in told
    assert "From Cy." in told
    facts, incident = case.written(
        BEGUN.format(level="Major") + two + "\n+2d 10:00 bo section-written section=lessons text='Both.' made_from=8,9"
    )
    told = to_markdown(postmortem(facts, incident))
    assert "side by side" not in told
    assert "Both." in told


def test_notes_contributions_and_the_pulse_stand_in_the_draft() -> None:
    more = "\n".join(
        [
            "+2d 09:00 cy meeting-opened form=hot-wash agenda=1.0 attendees=ana,bo item=open",
            "+2d 09:05 cy meeting-noted meeting=7 item=saw text='The alert was green.'",
            "+2d 09:30 cy meeting-ended meeting=7",
            "+2d 09:31 cy contributions-taken texts='[\"It was muted in May.\"]'",
            "+2d 09:40 cy pulse-opened book=1.0",
            "+2d 09:50 cy pulse-closed pulse=11 enough=false",
        ]
    )
    facts, incident = case.written(BEGUN.format(level="Major") + more)
    told = to_markdown(postmortem(facts, incident))
    assert "The alert was green." in told
    assert "It was muted in May." in told
    assert "Fewer than 5 people answered" in told


def test_readers_are_reminded_at_once_and_those_who_have_not_read_the_day_before() -> None:
    sent = PLANNED + ("\n+2d 10:00 bo pre-read-sent as_of=7 readers=ana,cy,dee\n+3d 10:00 cy pre-read-confirmed sent=8")
    _, incident = case.written(BEGUN.format(level="Major") + sent)
    found = [
        (one.about, one.people)
        for one in reminders(incident, Organisation(), case.NOON)
        if one.about.startswith(("pre-read", "post-mortem"))
    ]
    assert found[0] == ("pre-read:8", ("ana", "cy", "dee"))
    assert ("pre-read-left:8", ("ana", "dee")) in found
    assert ("post-mortem", ("ana",)) in found


def test_a_merged_incident_is_asked_for_none_of_its_own() -> None:
    merged = PLANNED + "\n+2d 11:00 bo incident-merged into=INC-2026-0008 reason=same"
    assert _state(more=merged)[1] is None


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "#panic() *b* <label>", "a | b", "x" * 3_000])
def test_what_people_wrote_is_text_and_no_markup(words: str) -> None:
    facts, incident = case.written(
        BEGUN.format(level="Major")
        + f"+2d 09:00 ana section-written section=lessons text='{words}'\n"
        + f"+2d 09:00 cy meeting-opened form=full agenda=1.0 attendees='{words}' item=open\n"
        + f"+2d 09:05 cy meeting-noted meeting=8 item='{words}' text='{words}'\n"
        + f"+2d 09:06 cy contribution-made text='{words}'"
    )
    made = postmortem(facts, incident)
    assert "<script>" not in to_html(made)
    assert "<label>" not in to_html(made)
    assert to_pdf(made).startswith(b"%PDF")
