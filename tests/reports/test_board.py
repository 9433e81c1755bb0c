"""The report to the board: plain, short, and every figure with a note that leads to its record."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.incident.history import history

from hotwash.incident.state import replay
from hotwash.reports.board import UnknownQuarter, board, quarter
from hotwash.reports.document import Row, Table
from hotwash.reports.measuring.figures import Line, figures
from hotwash.reports.render import to_html, to_markdown, to_pdf
from hotwash.reports.render.pdf import pages
from hotwash.systems.governance import Governance

NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
STORY = """
    09:00 ana declared title='Loans refused' harms=fairness system=loans
    08:00 ana harm-began source='the log'
    09:00 ana detected source=complaints detector=outside
    09:10 bo harm-estimated what=refused value=464 low=430 high=500
    09:30 bo factor-added text='nobody watched' tag=monitoring
    09:40 bo cost-recorded amount=500 currency=EUR purpose=redress basis=estimate what=vouchers
    09:50 bo control-judged control=nist:measure-2.4 verdict=failed reason='no alarm'
    09:55 bo policy-change-proposed policy=Watching change='an alarm for each group' because='none rang'
"""


def line(**more: object) -> Line:
    known = replay("INC-2026-0001", history(STORY))
    assert known.declared is not None
    made = Line(known.id, known.title, "normal", "open", "Major", ("fairness",), "loans", known.declared.at,
                harm_going_on=True, figures=figures(known), system_name="Loans")  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def told(*lines: Line, **more: object) -> str:
    return to_markdown(board(lines, Governance(), of="2026-Q1", now=NOW, **more))  # type: ignore[arg-type]


def test_every_figure_has_a_note_and_every_note_a_place_in_the_record() -> None:
    document = board([line()], Governance(), of="2026-Q1", now=NOW)
    page = to_html(document)
    pointed = {int(number) for number in re.findall(r'href="#entry-(\d+)"', page)}
    [table] = [one for one in document.sections[-1].blocks if isinstance(one, Table)]
    rows: list[Row] = list(table.rows)
    assert pointed == {row.entry for row in rows}
    assert 'href="/incidents/INC-2026-0001/entries/4/"' in page
    assert "464" in page
    assert "the quarter is not over" not in page


def test_it_is_three_pages_at_most() -> None:
    many = [line(id=f"INC-2026-{number:04d}") for number in range(1, 9)]
    document = board(many, Governance(), of="2026-Q1", now=NOW)
    assert pages(document) <= 3
    assert to_pdf(document) == to_pdf(document)


def test_an_executive_reads_no_abbreviation() -> None:
    text = told(line())
    assert not re.search(r"MTT[DACR]|\bFPR\b|\bKPI\b", text)
    assert "People outside noticed it, 1 h after the first person was harmed." in text
    assert "Decide: " in text


def test_drills_are_left_out_unless_the_rehearsal_itself_is_reported() -> None:
    rehearsed = line(kind="drill", title="Only a rehearsal")
    assert "Only a rehearsal" not in told(rehearsed)
    assert "No harm from our AI systems" in told(rehearsed)
    text = told(rehearsed, rehearsed=True)
    assert "Only a rehearsal" in text
    assert "Drill" in text
    assert "nothing in it happened to anybody" in text
    assert "Only a rehearsal" not in told(line(), rehearsed=True)


def test_links_are_whole_where_people_can_reach_the_installation() -> None:
    page = to_html(board([line()], Governance(), of="2026-Q1", now=NOW, home="https://hotwash.example.org/"))
    assert 'href="https://hotwash.example.org/incidents/INC-2026-0001/"' in page


@pytest.mark.parametrize("odd", ["", "2026", "2026-Q5", "Q1-2026", "x-Q1", "0001-Q1", "２０２６-Q1"])
def test_what_is_no_quarter_is_said(odd: str) -> None:
    with pytest.raises(UnknownQuarter):
        quarter(odd)


def test_quarters_follow_each_other() -> None:
    ends = [quarter(f"2026-Q{number}") for number in (1, 2, 3, 4)]
    assert [one.until for one in ends[:3]] == [one.since for one in ends[1:]]
    assert ends[3].until == datetime(2027, 1, 1, tzinfo=UTC)
    assert ends[0].words == "January to March 2026"
