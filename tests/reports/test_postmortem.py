"""The post-mortem is drafted from the record: it says what is there, where it comes from, and what is missing."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.reports import case

from hotwash.incident.state import Incident, replay
from hotwash.reports.document import Callout, Document, Figure, Run, Section, Table
from hotwash.reports.postmortem import SECTIONS, postmortem
from hotwash.reports.render import FORMATS, to_markdown, write

BARE = "09:02 ana declared title='Loans refused'"


def whole() -> Document:
    return postmortem(case.facts(), case.incident(), case.findings(), system_name="Résumé screening")


def of(text: str) -> Document:
    facts, incident = case.written(text)
    return postmortem(facts, incident)


def part(document: Document, name: str) -> Section:
    return next(section for section in document.sections if section.id == name)


def said(document: Document, name: str) -> str:
    """A section's words, as Markdown shows them, on one line."""
    only = replace(document, sections=(part(document, name),))
    return " ".join(to_markdown(only).replace("\\", "").replace("\u00a0", " ").split())


def test_a_post_mortem_is_dated_by_its_last_entry() -> None:
    document = whole()
    assert document.date == datetime.fromisoformat("2026-03-19T13:00:00Z")
    assert document.subtitle == "Post-mortem, drafted from the record as of 19 March 2026"
    assert document.head == case.facts()[-1].digest


@pytest.mark.parametrize("name", [
    "summary", "impact", "containment", "factors", "observations", "actions", "remedies", "severity", "decisions",
    "questions", "people", "findings", "evidence",
])  # fmt: skip
def test_a_part_without_content_says_what_is_missing_and_how_to_add_it(name: str) -> None:
    gaps = [block for block in part(of(BARE), name).blocks if isinstance(block, Callout) and block.tone == "missing"]
    assert gaps
    assert all("“" in gap.text[0].text for gap in gaps)
    assert not [block for block in part(whole(), name).blocks if isinstance(block, Callout) and block.tone == "missing"]


def test_a_history_without_entries_still_makes_a_document() -> None:
    assert len(postmortem([], Incident(case.ID)).sections) == len(SECTIONS)


def test_the_first_page_says_how_many_how_long_and_how_it_stands() -> None:
    text = said(whole(), "glance")
    for words in ("People harmed | **1,243** | 1,180 to 1,306, finding 11", "**11 days 22 h**", "**53 min**",
                  "▲ Critical", "Résumé screening", "1 action and 1 open question", "Resolved"):  # fmt: skip
        assert words in text


def test_harm_that_goes_on_is_said_first() -> None:
    blocks = part(of(BARE + "\n09:30 ana harm-began source=log"), "glance").blocks
    assert isinstance(blocks[0], Callout)
    assert blocks[0].tone == "warning"
    assert blocks[0].text[0].text.startswith("Harm may be going on, since 3 March 2026")


@pytest.mark.parametrize(
    ("kind", "mark"), [("drill", "Drill"), ("test", "Test"), ("backdated", "Recorded after the event")]
)
def test_what_was_no_incident_is_marked_as_such(kind: str, mark: str) -> None:
    document = of(f"09:02 ana declared title=x kind={kind}")
    assert document.marks == (mark,)
    assert said(document, "glance").count(mark) > 0
    assert whole().marks == ()


def test_an_estimate_that_was_typed_is_told_from_one_that_was_computed() -> None:
    text = said(whole(), "impact")
    assert "1,243 people | 1,180 to 1,306 | Computed: finding 11" in text
    assert "2,400,000 EUR | at least 900,000 | **Typed estimate** by bo: A quarter" in text


def test_every_finding_with_a_chart_is_a_figure_with_its_sentence() -> None:
    figures = [block for block in part(whole(), "impact").blocks if isinstance(block, Figure)]
    assert [figure.chart["title"] for figure in figures] == [
        "Share of women turned down, by day",
        "Selection rate by sex",
    ]
    assert figures[1].sentence[0].text.startswith("Women were selected 0.44 times as often")


def test_a_finding_that_is_not_at_hand_is_told_from_the_record() -> None:
    document = postmortem(case.facts(), case.incident())
    assert "Women were selected 0.44 times as often" in said(document, "impact")
    assert "The whole finding was not at hand" in said(document, "findings")


def test_the_timeline_shows_both_clocks_only_where_they_differ() -> None:
    (table,) = (block for block in part(whole(), "timeline").blocks if isinstance(block, Table))
    first, second = table.rows[:2]
    assert [cell[0].text for cell in first.cells[:2]] == ["19 Feb 2026, 11:00", "3 Mar 2026, 11:58"]
    assert second.cells[1] == ()


def test_a_belief_is_marked_and_evidence_is_named() -> None:
    text = said(whole(), "factors")
    assert "(data; shown by finding 12)" in text
    assert "Nobody watched selection rates by group after a release.** (monitoring; **a belief so far**" in text
    assert "(evidence: loader log of 12 February)" in text


def test_a_chain_of_whys_hangs_below_its_factor() -> None:
    lines = to_markdown(replace(whole(), sections=(part(whole(), "factors"),))).splitlines()
    depth = {
        line.split("**")[1][:12]: len(line) - len(line.lstrip()) for line in lines if line.lstrip().startswith("- ")
    }
    assert depth == {"The training": 0, "Why were the": 2, "Why did the ": 4, "Nobody watch": 0}


@pytest.mark.parametrize("name", ["severity", "timeline"])
def test_another_view_stands_beside_what_it_is_about(name: str) -> None:
    assert "**Seen differently** by cy: An interview is not yet an income" in said(whole(), name)


def test_a_decision_stands_with_what_was_known_then() -> None:
    assert "**Known then:** Selection rates differ by sex since release 4.2; why is not known." in said(
        whole(), "decisions"
    )


def test_an_action_is_overdue_by_the_date_of_the_report_and_not_of_today() -> None:
    action = BARE + "\n09:10 bo action-added title=alert kind=detect owner=bo due=2026-03-05"
    assert "| open |" in said(of(action + "\n+2d 10:00 bo noted text=x"), "actions")
    assert "**overdue**" in said(of(action + "\n+3d 10:00 bo noted text=x"), "actions")


def test_remedies_say_whom_they_reached_and_why_they_wait() -> None:
    assert "**done for everyone**" in said(whole(), "remedies")
    waiting = of(
        BARE + "\n09:10 bo remedy-owed what=letters people=3 owner=dee"
        "\n09:20 dee remedy-completed remedy=2 people=2 proof=post"
        "\n09:30 bo resolved how=x owed_because='one person has moved'"
    )
    text = said(waiting, "remedies")
    assert "open: 1 person still waits" in text
    assert "Resolved while remedies were owed, because: one person has moved" in text


def test_every_measure_names_the_entries_it_stands_on() -> None:
    text = said(whole(), "measures")
    assert "onset of the selection rate, release 4.2 entry 13, finding 11" in text
    assert "**8 min**" in text


def test_roles_are_told_with_their_history() -> None:
    text = said(whole(), "people")
    assert "Incident commander | bo | 3 Mar 2026, 09:10 | 3 Mar 2026, 13:05" in text
    assert "Screening is with people; the audit of 4.1 runs; legal is told." in text


def test_the_appendix_holds_what_one_needs_to_repeat_a_finding() -> None:
    text = said(whole(), "findings")
    for words in (
        "sha256:" + "1" * 64,
        "184,322 rows used, 12 skipped (no time: 12)",
        "duckdb 1.4.0",
        'GROUP BY "sex"',
    ):
        assert words in text


def test_the_appendix_holds_every_entry_with_its_digest() -> None:
    text = said(whole(), "record")
    assert all(fact.digest in text for fact in case.facts())
    assert "cannot show that its newest entries were cut off" in text


def test_every_pointer_leads_to_an_entry_of_the_record() -> None:
    document = whole()
    pointers = {run.entry for section in document.sections for run in runs_of(section.blocks) if run.entry is not None}
    assert pointers
    assert pointers <= {fact.number for fact in case.facts()}


def runs_of(value: object) -> list[Run]:
    if isinstance(value, Run):
        return [value]
    if isinstance(value, tuple):
        return [run for one in value for run in runs_of(one)]
    names = getattr(type(value), "__dataclass_fields__", ())
    return [run for name in names for run in runs_of(getattr(value, name))]


@pytest.mark.parametrize("format_", FORMATS)
def test_erased_words_stand_in_no_report(format_: str) -> None:
    facts = case.facts()
    facts[26] = replace(facts[26], event=None, body=None)
    document = postmortem(facts, replay(case.ID, facts), case.findings())
    assert b"Works council informed" not in write(document, format_)  # type: ignore[arg-type]
    assert "were erased" in said(document, "timeline")
    assert "**Erased entries:** 27" in said(document, "record")


def test_a_kind_of_the_future_is_shown_and_passed_over() -> None:
    document = of(BARE + "\n09:10 ana model-pardoned text=x")
    assert "“model-pardoned”, which this version does not know" in said(document, "timeline")
    assert "**Entries that this version cannot read:** 2" in said(document, "record")


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from hashlib import sha256
from tests.reports.test_postmortem import whole
from hotwash.reports.render import FORMATS, write
print([sha256(write(whole(), name)).hexdigest() for name in FORMATS])
"""


def test_the_same_history_gives_the_same_bytes_in_every_format() -> None:
    """In two processes with other seeds, time zones and languages, too."""
    root = Path(__file__).parents[2]

    def run(seed: str, zone: str, language: str) -> str:
        outside = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(root)], env=outside, cwd=root, capture_output=True, text=True, check=True
        )
        return done.stdout

    first = run("1", "UTC", "C.UTF-8")
    assert len(first) > 4 * 64
    assert first == run("2", "Pacific/Auckland", "de_DE.UTF-8")
