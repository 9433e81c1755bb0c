"""Every question is asked in the room: its form, its run, its card."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.web.people import enter, person
from tests.web.screening import write_log

from hotwash.response import inquiries as asked
from hotwash.response.desk import Person
from hotwash.web import inquiries, manual
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.room.cards import Card
from hotwash.web.room.cards_known import READINGS, card_of
from hotwash.web.room.forms.questions import FIRST, FORMS
from hotwash.web.tables.models import Inquiry

BO = Person("bo", "commander")
HARM = "qualified = true and decision = 'reject'"
CHANGED = datetime(2026, 3, 1, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Résumé screening: version 2 refuses women more often."""
    place = tmp_path_factory.mktemp("made") / "screening.csv"
    write_log(place, changed_at=CHANGED, until=datetime(2026, 3, 11, tzinfo=UTC), days_before=30)
    return place


@pytest.fixture
def screening(made: Path, tmp_path: Path) -> Path:
    """The log in a folder of its own, which an installation may read."""
    return Path(shutil.copy(made, tmp_path / "screening.csv"))


@pytest.fixture
def room(sqlite: Options, screening: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An incident of résumé screening; no thread: a test runs what waits itself."""
    monkeypatch.setattr(inquiries, "wake", lambda: None)
    before = settings.HOTWASH
    settings.HOTWASH = Options(home=before.home, logs=(screening.parent,))
    person("bo", role="commander")
    desk().register(by=BO, name="Screening", slug="screening")
    for version, at in (("v1", datetime(2026, 1, 1, tzinfo=UTC)), ("v2", CHANGED)):
        desk().record_system("screening", "deploy", by=BO, at=at, part="model", version=version)
    roles = {"time": "decided_at", "version": "model_version", "subject": "applicant_id", "score": "score"}
    desk().record_system(
        "screening",
        "describe-log",
        by=BO,
        source=str(screening),
        columns={**roles, "decision": "decision", "label": "qualified"},
        attributes=("sex", "university"),
        favourable="invite",
    )
    yield f"/incidents/{desk().declare(by=BO, title='Women rejected', system='screening').id}/"
    settings.HOTWASH = before


def text_of(response: Any) -> str:
    return str(response.content.decode())


def answered(client: Client, room: str, question: str, **words: Any) -> Inquiry:
    reply = client.post(f"{room}questions/ask/{question}/", words)
    assert reply.status_code == 302, re.findall(r'<ul class="errors".*?</ul>', text_of(reply), re.DOTALL)
    row = Inquiry.objects.order_by("-pk")[0]
    inquiries.run_waiting()
    row.refresh_from_db()
    assert row.status == "done", row.error
    return row


def write(place: Path, lines: list[str]) -> str:
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place.name


def texts_log(folder: Path) -> str:
    """Complaints, of which some tell of threats; a person's address in one."""
    lines = ["message,flagged,config,refused,one,two"]
    for n in range(60):
        bad = n % 3 == 0
        said = f"they threatened me again number{n}" if bad else f"thank you for the parcel number{n}"
        said += " write to jo@example.org" if n == 3 else ""
        lines.append(f"{said},{str(bad).lower()},c{n % 2},{'no' if n % 4 else 'yes'},{'ab'[n % 2]},{'ab'[n % 5 == 0]}")
    return write(folder / "texts.csv", lines)


def ranks_log(folder: Path) -> str:
    lines = ["place,sex,price,paid"]
    lines += [f"{1 + n % 8},{'fm'[n % 3 == 0]},{100 + n % 7},{100 + n % 5}" for n in range(400)]
    return write(folder / "ranks.csv", lines)


def test_the_first_questions_are_seen_and_the_others_lie_below_a_fold(room: str) -> None:
    page = text_of(enter("bo").get(f"{room}questions/"))
    above, fold = page.split('<details class="shelves">')
    for kind in FIRST.forms:
        assert f'id="{kind.question}"' in above
    assert len(re.findall(r'<details class="ask"', fold)) == len(FORMS) - len(FIRST.forms)
    assert page.count("<textarea") <= 3 + page.count("hx-post"), "only the open form is written out"
    assert set(FORMS) == set(asked.QUESTIONS) == set(READINGS) - {"imported"}, (
        "results of other tools are taken in, not asked"
    )


@pytest.mark.parametrize("question", list(FORMS))
def test_each_form_comes_when_it_is_opened_with_words_and_help(room: str, question: str) -> None:
    bo = enter("bo")
    part = text_of(bo.get(f"{room}questions/form/{question}/"))
    assert f'action="{room}questions/ask/{question}/"' in part
    assert "<html" not in part
    for label in re.findall(r"<(?:label|legend)[^>]*>\s*([^<]*?)\s*<", part):
        assert "_" not in label or label in part, label
    page = text_of(bo.get(f"{room}questions/?ask={question}"))
    assert re.search(rf'id="{question}" open', page)
    assert f"/library/questions/{question}/" in page
    assert bo.get("/library/questions/" + question + "/").status_code == 200


WORDS: dict[str, dict[str, Any]] = {
    "blast-radius": {"harm": HARM, "by": ["sex"], "subject": "applicant_id", "time": "decided_at", "every": "day"},
    "onset": {"harm": HARM, "where": "qualified = true", "group": "sex", "time": "decided_at", "every": "day"},
    "fairness": {"group": ["sex"], "decision": "decision", "label": "qualified", "reference": "largest"},
    "slices": {"harm": HARM, "depth": "2", "rank": "excess", "features": ["model_version", "sex", "university"]},
    "changes": {"harm": HARM, "time": "decided_at", "every": "day"},
    "fix": {"how": "moment", "moment": "2026-03-01T06:00", "group": ["sex"], "decision": "decision"},
    "compare": {"how": "versions", "first_version": "v1", "second_version": "v2", "harm": HARM, "group": ["sex"]},
    "drift": {"how": "versions", "first_version": "v1", "second_version": "v2"},
    "scores": {"score": "score", "label": "qualified", "threshold": "0.525", "group": ["sex"]},
    "late-labels": {"label": "qualified", "group": ["sex"], "time": "decided_at", "every": "week"},
}
ELSEWHERE: dict[str, dict[str, Any]] = {
    "estimates": {"estimate": "price", "truth": "paid", "group": ["sex"]},
    "exposure": {"position": "place", "top": "2", "group": ["sex"], "reference": "best"},
    "texts": {"text": "message", "harm": "flagged = true"},
    "refusals": {"by": "config", "verdict": "refused", "full": "yes"},
    "agreement": {"annotators": ["one", "two"]},
}
FIGURES = {
    "blast-radius": "more than usual|of the decisions",
    "onset": "it began",
    "fairness": "Wrongly rejected",
    "slices": "sex: female",
    "changes": "model v2",
    "fix": "widened",
    "compare": "beyond chance",
    "drift": "drifted",
    "scores": "AUC",
    "late-labels": "have a label",
    "estimates": "Average error",
    "exposure": "Ratio to the reference",
    "texts": "threatened",
    "refusals": "In full or in part",
    "agreement": "kappa of the first two",
}


@pytest.mark.parametrize("question", list(FORMS))
def test_each_question_is_asked_and_its_card_shows_figures_limits_rows_and_recipe(
    room: str, question: str, screening: Path
) -> None:
    bo, words = enter("bo"), WORDS.get(question) or ELSEWHERE[question]
    if question in ELSEWHERE:
        words = {**words, "log": (ranks_log if question in ("estimates", "exposure") else texts_log)(screening.parent)}
    row = answered(bo, room, question, **words)
    page = text_of(bo.get(f"{room}findings/{row.entry}/"))
    assert re.search(FIGURES[question], page), question
    for part in (
        "<table",
        "What it assumes, and cannot show",
        "rows were used",
        "hotwash reproduce",
        "data-chart-from",
    ):
        assert part in page, part
    assert re.search(r"\d+\.\d+ (%|points)?\s*to|\bto\b", page)
    card = text_of(bo.get(f"{room}findings/{row.entry}/card/"))
    assert "<html" not in card
    assert "hotwash reproduce" in card
    again = text_of(bo.get(f"{room}questions/?again={row.pk}"))
    assert f'id="{question}" open' in again


def test_small_counts_are_hidden_on_request(room: str) -> None:
    bo = enter("bo")
    row = answered(bo, room, "blast-radius", harm=HARM, by=["university"], smallest_cell="50")
    page = text_of(bo.get(f"{room}findings/{row.entry}/"))
    assert "hidden" in page
    assert "Hide counts under" in text_of(bo.get(f"{room}questions/form/blast-radius/"))


def test_what_was_counted_as_harm_is_there_in_the_next_form(room: str) -> None:
    bo = enter("bo")
    assert "qualified = true and decision" not in re.findall(
        r"<textarea[^>]*>(.*?)</textarea>", text_of(bo.get(f"{room}questions/form/slices/")), re.DOTALL
    )
    answered(bo, room, "blast-radius", harm=HARM)
    part = text_of(bo.get(f"{room}questions/form/slices/"))
    assert HARM.replace("'", "&#x27;") in str(re.findall(r"<textarea[^>]*>(.*?)</textarea>", part, re.DOTALL))


def test_two_sides_are_offered_as_the_log_allows(room: str, screening: Path) -> None:
    bo = enter("bo")
    part = text_of(bo.get(f"{room}questions/form/drift/"))
    assert re.search(r'value="v1" selected', part)
    assert re.search(r'value="v2" selected', part)
    assert 'value="2026-03-01T06:00"' in part, "the last deployment"
    assert 'value="log"' not in part, "there is no other log"
    name = write(screening.parent / "march.csv", screening.read_text().splitlines()[:900])
    assert name in text_of(bo.get(f"{room}questions/form/drift/"))
    assert 'value="versions"' not in text_of(bo.get(f"{room}questions/form/drift/?log={texts_log(screening.parent)}"))


def test_a_second_log_is_compared_with_the_first(room: str, screening: Path) -> None:
    bo = enter("bo")
    lines = screening.read_text().splitlines()
    place = screening.parent / "march.csv"
    write(place, [lines[0], *(line for line in lines if ",v2," in line)])
    row = answered(bo, room, "drift", how="log", other=str(place))
    assert "as it is now" in text_of(bo.get(f"{room}findings/{row.entry}/"))
    again = text_of(bo.get(f"{room}questions/?again={row.pk}"))
    assert re.search(r'value="[^"]*march.csv" selected', again)
    refused = bo.post(f"{room}questions/ask/drift/", {"how": "log", "other": "/etc/passwd"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("question", "words", "field", "said"),
    [
        ("onset", {"time": ""}, "time", "This is needed"),
        ("onset", {"time": "decided_at", "harm": HARM, "value": "score"}, "value", "not both"),
        ("slices", {}, "harm", "Say which decisions did harm"),
        ("slices", {"harm": HARM, "support": "many"}, "support", "Write a number"),
        ("changes", {"harm": HARM, "time": "decided_at", "at": "then"}, "at", "This is no time"),
        ("fairness", {"group": ["sex"], "score": "score"}, "threshold", "from which score"),
        ("fairness", {"group": ["sex"], "intersections": "2"}, "intersections", "at least 2"),
        ("fix", {"how": "conditions", "first": "model_version = 'v1'", "group": ["sex"]}, "second", "second side"),
        ("drift", {"how": "moment", "moment": ""}, "moment", "which moment"),
        (
            "compare",
            {"how": "versions", "first_version": "v1", "second_version": "v1"},
            "second_version",
            "two different",
        ),
        ("exposure", {"group": ["sex"]}, "position", "place in the ranking"),
        ("refusals", {}, "response", "one of them"),
        ("refusals", {"verdict": "decision"}, "full", "Say which values"),
        ("agreement", {"annotators": ["sex"]}, "annotators", "at least two"),
        ("texts", {"text": "score", "harm": HARM}, "text", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    room: str, question: str, words: dict[str, Any], field: str, said: str
) -> None:
    reply = enter("bo").post(f"{room}questions/ask/{question}/", words)
    assert reply.status_code == 422
    listed = re.search(rf'id="{question}-{field}_error">(.*?)</ul>', text_of(reply), re.DOTALL)
    assert listed, re.findall(r'<ul class="errors".*?</ul>', text_of(reply), re.DOTALL)
    assert said in listed[1]
    assert not Inquiry.objects.exists()


def test_a_failed_run_says_why_beside_the_word_that_was_wrong(room: str) -> None:
    bo = enter("bo")
    bo.post(f"{room}questions/ask/fairness/", {"group": ["sex"], "decision": "decision", "favourable": "hire"})
    inquiries.run_waiting()
    row = Inquiry.objects.get()
    assert row.status == "failed"
    page = text_of(bo.get(f"{room}questions/?again={row.pk}"))
    listed = re.search(r'id="fairness-(favourable|decision)_error">(.*?)</ul>', page, re.DOTALL)
    assert listed, row.error
    assert "hire" in listed[2]


def test_samples_of_texts_are_covered_until_somebody_opens_them(room: str, screening: Path) -> None:
    bo = enter("bo")
    row = answered(bo, room, "texts", text="message", harm="flagged = true", log=texts_log(screening.parent))
    page = text_of(bo.get(f"{room}findings/{row.entry}/"))
    samples = page.split('<section class="part flow samples">')[1].split("</section>")[0]
    assert "May be upsetting" in samples
    assert '<span class="blurred">' in samples
    assert '<details class="sample"><summary>' in samples
    assert "jo@example.org" not in page
    raw = page.split("The whole result")[1]
    assert "behind the warning above" in raw
    assert "again number" not in raw
    document = text_of(bo.get(f"{room}post-mortem/"))
    assert "again number" not in document
    assert "may be upsetting" in document.lower()


def test_a_finding_from_elsewhere_is_shown_by_its_own_table(room: str) -> None:
    bo = enter("bo")
    row = answered(bo, room, "agreement", annotators=["sex", "university"])
    finding = asked.read(desk(), desk().incident(room.split("/")[2]).findings[row.entry or 0].event.digest)
    for question, result in (
        ("horoscope", {"groups": [{"attributes": {"sign": "leo"}, "rate": {"value": 0.5, "low": 0.1, "high": 0.9}}]}),
        ("agreement", {"pairs": [{"annotators": 3}]}),
        ("onset", {}),
    ):
        changed = type(finding)(question, "s", finding.rows, finding.data, finding.recipe, result, finding.chart)
        assert isinstance(card_of(changed), Card)
    upsetting = {"samples": [{"text": "a threat"}], "content_warning": "May upset."}
    changed = type(finding)("horoscope", "s", finding.rows, finding.data, finding.recipe, upsetting, {})
    assert card_of(changed) == Card(warning="May upset.")
    changed = type(finding)("horoscope", "s", finding.rows, finding.data, finding.recipe, {"groups": [{"n": 3}]}, {})
    assert card_of(changed).tables[0].rows[0][0].text == "3"


def test_the_manual_has_a_page_with_limits_for_every_question() -> None:
    for question in FORMS:
        page = manual.page(question)
        assert page is not None, question
        assert "<li>" in page.limits or "<p>" in page.limits, question
        assert "```" not in page.whole
        assert "](" not in page.whole
    assert manual.page("../../../README") is None
    assert manual.page("nowhere") is None
