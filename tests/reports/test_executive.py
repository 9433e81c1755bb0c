"""The executive page: one page whatever the record holds, and every figure in it from the record."""

import io
import re

import pytest
from pypdf import PdfReader
from tests.reports import case

from hotwash.incident.state import Incident
from hotwash.reports.document import Document
from hotwash.reports.executive import TIGHTNESS, executive, one_page
from hotwash.reports.render import to_html, to_markdown


def _page(more: str = "") -> tuple[Document, str]:
    facts, incident = case.written(case.STORY + "\n" + more)
    made = executive(facts, incident, system_name="Résumé screening")
    return made, to_markdown(made)


def test_it_says_what_happened_who_what_it_cost_and_what_prevents_it() -> None:
    made, told = _page()
    assert [one.title for one in made.sections] == [
        "At a glance",
        "What happened",
        "Who was affected",
        "What it cost",
        "What prevents it",
        "Where it stands",
    ]
    assert "turned down about 1,243 women" in told
    assert "2,400,000 EUR" in told
    assert "The loader refuses a missing folder" in told


def test_the_words_in_plain_language_come_before_the_summary() -> None:
    _, told = _page(
        "+20d 09:00 ana section-written section=in-plain-words text='A computer refused women. It stopped.'"
    )
    assert "A computer refused women. It stopped." in told
    assert "From 19 February to 3 March 2026 release 4.2" not in told


def test_a_barrier_stands_before_an_alert() -> None:
    _, told = _page()
    assert told.index("The loader refuses") < told.index("Alert on selection rates")


def test_what_is_not_known_is_said_and_not_invented() -> None:
    facts, incident = case.written("09:02 ana declared title='Loans refused'")
    told = to_markdown(executive(facts, incident))
    assert "not known" in told
    assert "What it cost has not been recorded." in told
    assert "Nothing that prevents it has been agreed yet." in told
    assert executive([], Incident("INC-2026-0009")).id == "INC-2026-0009"


def test_every_figure_names_an_entry_that_holds_it() -> None:
    facts, incident = case.written(case.STORY)
    made, told = executive(facts, incident), ""
    told = to_markdown(made)
    bodies = " ".join(str(fact.body) for fact in facts)
    numbers = set(re.findall(r"\b\d{1,3}(?:,\d{3})+\b", told))
    assert numbers
    for number in numbers:
        assert number.replace(",", "") in bodies or number in bodies, number


def _long() -> str:
    words = "Wort für Wort ein langer Satz über die Menschen, die es traf. " * 40
    lines = [f"+20d 09:00 ana section-written section=in-plain-words text='{words[:690]}'"]
    lines += [
        f"+20d 09:{place:02d} bo action-added title='{place} {words[:220]}' kind=prevent owner='{'N' * 60}' "
        f"due=2026-04-{place + 1:02d}"
        for place in range(20)
    ]
    lines += [
        f"+20d 10:{place:02d} bo harm-estimated what='{place} {words[:200]}' value=99999999 unit=money currency=EUR "
        f"low=1 high=999999999 basis='{words[:300]}'"
        for place in range(12)
    ]
    lines += [
        (
            f"+20d 11:00 bo harm-estimated what='{words[:250]}' value=1200000 low=1 high=2400000 unit=people "
            f"basis='{words}'"
        )
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("more", ["", _long(), f"+20d 09:00 ana retitled title='{'Langer Titel ' * 25}'"])
def test_in_print_it_is_one_page(more: str) -> None:
    facts, incident = case.written(case.STORY + "\n" + more)
    pdf = PdfReader(io.BytesIO(one_page(facts, incident, system_name="Résumé screening")))
    assert len(pdf.pages) == 1
    text = pdf.pages[0].extract_text()
    assert "What prevents it" in text
    assert "Where it stands" in text


def test_words_that_never_end_stay_on_one_page() -> None:
    story = f"+20d 09:00 ana section-written section=in-plain-words text='{'x' * 690}'"
    facts, incident = case.written(case.STORY + "\n" + story)
    assert len(PdfReader(io.BytesIO(one_page(facts, incident))).pages) == 1


def test_it_is_shortened_step_by_step() -> None:
    assert list(TIGHTNESS) == sorted(TIGHTNESS, reverse=True)


def test_what_people_typed_is_text_and_no_markup() -> None:
    made, _ = _page("+20d 09:00 ana section-written section=in-plain-words text='<script>x</script> and #let y'")
    assert "<script>" not in to_html(made)
    facts, incident = case.written(
        case.STORY + "\n+20d 09:00 ana section-written section=in-plain-words text='#panic() <b>bold</b>'"
    )
    assert "#panic() <b>bold</b>" in PdfReader(io.BytesIO(one_page(facts, incident))).pages[0].extract_text()
