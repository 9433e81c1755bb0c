"""The forms of command: filled from the record, saying what is missing, the same for the same record."""

import json

import pytest
from tests.incident.history import history

from hotwash.incident.events import IncidentFact
from hotwash.incident.state import replay
from hotwash.knowledge.playbooks import plain, shelf
from hotwash.reports.command import FORMS, Source, activity_log, briefing, read_in, span_of_control
from hotwash.reports.document import Document
from hotwash.reports.render import write

STORY = """
    09:02 ana declared title='Loans refused' harms=fairness
    09:04 ana severity-assessed severity=Major provisional=true rule=r because=Somebody answers={} rubric=1
    09:05 ana role-assigned role=commander person=bo
    09:06 bo  role-assigned role=operations person=bo
    09:07 bo  role-assigned role=legal person=cy
    09:08 bo  decision-made decision='A person decides from now on' known='Refusals doubled in the north'
    09:09 bo  period-started until=2026-03-03T13:00:00Z objectives='Stop it,Count them' safety='Read no letters alone'
    09:20 cy  objective-settled period=7 objective=1 outcome=met
    09:30 ana question-raised text='Since when?'
    09:40 ana noted text='The queue is manual <b>now</b>'
"""


def source(text: str = STORY) -> Source:
    facts: list[IncidentFact] = history(text)
    return Source(tuple(facts), replay("INC-2026-0001", facts))


def words(document: Document) -> str:
    return write(document, "md").decode()


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_written_in_every_format_and_the_same_twice(form: str) -> None:
    document = FORMS[form][1](source())
    for kind in ("html", "md", "json", "pdf"):
        first = write(document, kind)
        assert first
        assert first == write(FORMS[form][1](source()), kind)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_bare_incident_says_what_is_missing(form: str) -> None:
    bare = words(FORMS[form][1](source("09:02 ana declared title='Loans refused'")))
    assert "Loans refused" in bare
    assert "nobody" in bare.lower() or form == "ics-214"


def test_the_briefing_form_has_situation_objectives_actions_and_organisation() -> None:
    text = words(FORMS["ics-201"][1](source()))
    for part in ("Stop it", "met", "Read no letters alone", "bo", "A person decides from now on"):
        assert part in text


def test_the_assignment_list_keeps_who_held_a_role_before() -> None:
    text = words(
        FORMS["ics-203"][1](
            source(
                STORY + "    10:00 bo  role-handed-over role=commander before=bo person=dee briefing='All is said'\n"
            )
        )
    )
    commander = [line for line in text.splitlines() if line.startswith("| Incident commander")]
    assert len(commander) == 2
    assert "10:00" in commander[0]
    assert "holds it now" in commander[1]


def test_the_activity_log_is_of_one_person_or_of_everybody() -> None:
    everybody, own = words(activity_log(source())), words(activity_log(source(), "cy"))
    assert "Objective met: Stop it" in own
    assert "opened an operational period" not in own
    assert "opened an operational period" in everybody
    assert "legal" in own
    assert "no entry by this person" in words(activity_log(source(), "eve"))


def test_a_commander_with_another_role_in_a_grave_incident_is_told_to_give_it_away() -> None:
    assert span_of_control(source()) == [
        "bo commands and is also Operations and ML lead: at Major, give that to others."
    ]
    assert span_of_control(source("09:02 ana declared title=x")) == []
    assert (
        "Nobody commands"
        in span_of_control(source("09:02 ana declared title=x\n09:03 ana role-assigned role=legal person=cy"))[0]
    )


def test_late_joiners_read_harm_decisions_people_and_what_is_open() -> None:
    text = words(read_in(source()))
    for part in ("Harm may be going on", "A person decides from now on", "Since when?", "cy", "Count them"):
        assert part in text
    assert "Nobody has counted them yet" in text


def test_a_person_writes_no_markup_into_a_form() -> None:
    page = write(read_in(source()), "html").decode()
    assert "<b>now</b>" not in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page


def test_the_draft_of_a_briefing_speaks_to_the_next_holder_of_the_role() -> None:
    book = json.dumps(plain(shelf().playbook("biased-decisions")))
    started = f"    09:41 bo playbook-started tier=Major playbook='{book.replace(chr(39), chr(8217))}'\n"
    draft = briefing(source(STORY + started), "legal")
    assert "Record who became aware of what, and when" in draft
    assert "Take command, aloud" not in draft
    assert "Severity: Major, provisional." in draft
    assert "Not known: Since when?" in draft
    assert "bo (Incident commander)" in draft
    assert "cy" not in draft
