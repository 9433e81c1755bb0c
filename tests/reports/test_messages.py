"""Readings for messages: drafts that guess nothing, notes that point at the text, words that are due, letters."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.incident.history import history

from hotwash.incident.state import Incident, replay
from hotwash.knowledge.harms import harms
from hotwash.knowledge.message_templates import templates
from hotwash.knowledge.messages import LANGUAGES
from hotwash.knowledge.placeholders import gaps, names
from hotwash.knowledge.plainness import plainness
from hotwash.reports.cadence import due, next_word
from hotwash.reports.messages.drafts import HOLDING, draft
from hotwash.reports.messages.outgoing import Letter, Outgoing, Unfilled, letters, outgoing, preview
from hotwash.reports.messages.plain import check, syllables_of
from hotwash.reports.messages.public import public_page
from hotwash.reports.postmortem import postmortem
from hotwash.reports.render import write
from hotwash.systems.organisation import Organisation, OrganisationDescribed
from hotwash.systems.state import System

AT = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
NORD = Organisation(described=OrganisationDescribed("Nordlicht GmbH", "0800 1234"))
DECLARED = "09:02 ana declared title='Loans refused' harms=fairness"
WHOLE = """
    09:02 ana declared title='Loans refused' harms=fairness system=loans
    09:03 ana role-assigned role=commander person=bo
    09:04 bo role-assigned role=communications person=cy
    09:05 ana summarised text='A new model refused more loans in one district than it should have'
    09:06 ana harm-began source=log
    09:07 ana harm-estimated what='people refused' value=1243 low=1180 high=1306
    09:08 ana factor-added tag=data text='Old data'
    09:09 ana containment-applied switch=loans state=human reason=harm complete=true
    09:10 ana remediated how='The model of May is back' source=log
    09:11 ana action-added title='Compare districts before each release' kind=prevent owner=bo measure=x
    09:12 ana remedy-owed what='a new decision' people=1243 owner=cy
    09:13 ana detected detector=outside source=letters
    09:14 ana question-raised text='Since when?'
    09:15 ana severity-assessed severity=Critical provisional=true rule=x because=x answers={} rubric=1
"""


def incident(text: str = WHOLE) -> Incident:
    return replay("INC-2026-0001", history(text))


def system() -> System:
    return System("loans", name="Loan decisions")


@pytest.mark.parametrize("harm", ["", *[one.id for one in harms().harms]])
@pytest.mark.parametrize("audience", [*HOLDING, "responders", "executives", "press", "regulator"])
def test_the_first_word_is_whole_from_the_declaration_alone(audience: str, harm: str) -> None:
    stated = f"09:02 ana declared title='Something is wrong'{f' harms={harm}' if harm else ''}"
    made = draft(incident(stated), audience, "first-word", at=AT)
    assert made.whole, made.body
    assert names(made.subject + made.body) == ()


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.reference)
def test_a_full_record_fills_every_template_but_words_in_another_language(template: object) -> None:
    audience, stage, language = template.audience, template.stage, template.language  # type: ignore[attr-defined]
    made = draft(incident(), audience, stage, at=AT, organisation=NORD, system=system(), language=language)
    lacking = {one.name for one in made.missing} - {"next_update"}
    if language == "en":
        assert not lacking, made.body
    else:
        assert lacking <= {"summary", "cause", "fix", "prevention"}
        assert "Old data" not in made.body
        assert all(LANGUAGES[language] in one.label for one in made.missing if one.name in lacking)


def test_what_is_not_certain_says_so_in_the_draft() -> None:
    body = draft(incident(), "regulator", "update", at=AT, organisation=NORD, system=system()).body
    assert "Critical, provisional" in body
    assert "about 1,243 people (between 1,180 and 1,306, an estimate)" in body
    assert "(we believe)" in draft(incident(), "press", "after", at=AT, organisation=NORD, system=system()).body


def test_a_missing_fact_is_named_in_its_place_and_never_invented() -> None:
    made = draft(incident(DECLARED), "customers", "resolved", at=AT)
    assert "[missing: when the harm stopped]" in made.body
    assert {one.name for one in made.missing} >= {"ended", "people", "fix", "summary", "contact"}
    assert set(gaps(made.body)) == {one.label for one in made.missing} - set(gaps(made.subject)) | set(gaps(made.body))


def test_the_same_record_gives_the_same_draft() -> None:
    first, second = (draft(incident(), "harmed", "resolved", at=AT, organisation=NORD, system=system()) for _ in "ab")
    assert first == second


def test_moments_and_numbers_are_said_in_the_language_of_the_letter() -> None:
    german = draft(incident(), "harmed", "resolved", at=AT, organisation=NORD, system=system(), language="de").body
    assert "3. März 2026, 09:06 Uhr UTC" in german
    spanish = draft(incident(), "harmed", "resolved", at=AT, organisation=NORD, system=system(), language="es").body
    assert "3 de marzo de 2026" in spanish


# ── plain language ───────────────────────────────────────────────────────────


def test_notes_point_at_the_words_with_plain_ones_beside() -> None:
    found = check("We write to you.\nIn order to ascertain the cohort, we utilise data.")
    assert [(one.line, one.start, one.text, one.say) for one in found.notes if one.kind == "word"] == [
        (2, 0, "In order to", "Plainer: to."),
        (2, 12, "ascertain", "Plainer: find out."),
        (2, 26, "cohort", "Plainer: group."),
        (2, 37, "utilise", "Plainer: use."),
    ]
    text = "We write to you.\nIn order to ascertain the cohort, we utilise data."
    for one in found.notes:
        assert text.split("\n")[one.line - 1][one.start : one.end] == one.text


def test_a_passive_asks_who_did_it_and_a_state_does_not() -> None:
    asked = [one.text for one in check("Your loan was refused. It was done. You were not told.").notes]
    assert asked == ["was refused", "was done", "were not told"]
    assert check("You may be affected. The shop is closed. They are interested and are harmed.").clear
    assert [one.kind for one in check("Ihr Antrag wurde abgelehnt.", "de").notes] == ["passive"]
    assert [one.kind for one in check("Su solicitud fue rechazada.", "es").notes] == ["passive"]


def test_a_sentence_that_is_too_long_is_named_with_its_words() -> None:
    long = " ".join(["word"] * 26) + "."
    (note,) = check(f"Short one. {long}").notes
    assert (note.kind, note.start, note.text) == ("sentence", 11, long)


def test_a_message_has_to_say_what_happened_who_was_affected_what_we_did_and_what_prevents_it() -> None:
    found = check("All is well.", audience="customers", stage="after")
    lacking = {one.id for one in found.parts if not one.found}
    assert {"happened", "who", "did", "prevents"} <= lacking
    text = (
        "What happened: a model refused loans. Who was affected: 1,243 people. What we did: we stopped it. "
        "What prevents it from happening again: we compare districts. We are sorry. Write to us."
    )
    assert all(one.found for one in check(text, audience="customers", stage="after").parts)


def test_every_template_keeps_to_what_the_check_asks_for() -> None:
    for one in templates():
        made = draft(
            incident(), one.audience, one.stage, at=AT, organisation=NORD, system=system(), language=one.language
        )
        found = check(made.body, one.language, audience=one.audience, stage=one.stage)
        kinds = {note.kind for note in found.notes}
        assert "part" not in kinds, (one.reference, [note.say for note in found.notes if note.kind == "part"])
        assert not kinds & {"word", "sentence", "readability"}, (one.reference, found.notes)


def test_readability_by_the_published_formulas() -> None:
    text = "The cat sat on the mat. " * 6
    found = check(text)
    assert found.words == 36
    assert found.ease == pytest.approx(206.835 - 1.015 * 6 - 84.6 * 1, abs=0.05)
    assert found.grade == pytest.approx(0.39 * 6 + 11.8 - 15.59, abs=0.05)
    assert check("Too short to say.").ease is None


@pytest.mark.parametrize(
    ("word", "count"),
    {"affected": 3, "idea": 3, "create": 2, "used": 1, "wanted": 2, "make": 1, "table": 2, "changes": 2, "science": 2,
     "various": 3, "special": 2, "information": 4, "people": 2, "decision": 3, "automated": 4}.items(),
)  # fmt: skip
def test_syllables_of_english_words(word: str, count: int) -> None:
    assert syllables_of(word) == count


@given(st.text(max_size=300), st.sampled_from(["en", "de", "es", "fr", "x"]))
def test_any_text_can_be_checked_and_every_note_lies_in_it(text: str, language: str) -> None:
    lines = text.split("\n")
    for one in check(text, language, audience="harmed", stage="after").notes:
        if one.line:
            assert lines[one.line - 1][one.start :][:5].startswith(one.text[:1])


def test_a_text_made_to_be_slow_is_not() -> None:
    for evil in ("is " * 30_000, "a" * 100_000, "wird " + "x " * 40_000, "[missing: " * 20_000, "{{" * 50_000):
        check(evil, "de")
        check(evil, "en", audience="harmed", stage="after")


def test_every_word_to_avoid_is_found_by_itself() -> None:
    for language in LANGUAGES:
        table = plainness(language)
        assert table is not None
        for one in table.jargon:
            assert one.pattern.search(f"x {one.say.replace('*', 'a')} y"), (language, one.say)


# ── when the next word is due ────────────────────────────────────────────────

SENT = """
    09:16 cy message-drafted audience=customers stage=first-word subject=a body=b
    09:17 cy message-submitted message=15 text=15
    09:20 cy message-sending message=15 text=15 targets=customers
"""


def due_to(state: Incident, audience: str, now: datetime = AT) -> tuple[str, str] | None:
    return next(((one.stage, f"{one.at:%d %H:%M}") for one in due(state, now) if one.audience == audience), None)


def test_a_first_word_is_due_from_the_declaration_and_then_an_update_by_the_rhythm() -> None:
    assert due_to(incident(DECLARED), "executives") == ("first-word", "03 11:02")
    assert due_to(incident(), "executives") == ("first-word", "03 09:32")
    assert due_to(incident(), "customers") == ("first-word", "03 10:02")
    assert due_to(incident(WHOLE + SENT), "customers") == ("update", "03 10:20")


def test_a_promise_counts_where_it_is_earlier_than_the_rhythm() -> None:
    sooner = SENT.replace("body=b", 'body=b next_at="2026-03-03T09:45:00Z"')
    later = SENT.replace("body=b", 'body=b next_at="2026-03-03T19:00:00Z"')
    assert due_to(incident(WHOLE + sooner), "customers") == ("update", "03 09:45")
    assert due_to(incident(WHOLE + later), "customers") == ("update", "03 10:20")
    (first, *_) = due(incident(WHOLE + sooner), AT)
    assert first.late or first.at >= AT


def test_nothing_is_due_to_people_who_were_told_that_it_is_over_nor_after_the_fact() -> None:
    told = SENT.replace("stage=first-word", "stage=resolved")
    assert due_to(incident(WHOLE + told), "customers") is None
    assert due(incident("09:02 ana declared title=x kind=backdated"), AT) == ()
    assert due(incident(WHOLE + "10:00 bo closed reason=x"), AT) == ()


def test_who_heard_of_it_is_told_that_it_has_stopped() -> None:
    assert due_to(incident(WHOLE + SENT + "09:50 bo resolved how=x"), "customers") == ("resolved", "03 10:50")


def test_a_reminder_has_a_key_of_its_own_for_every_word() -> None:
    keys = {one.key for one in (*due(incident(), AT), *due(incident(WHOLE + SENT), AT))}
    assert len(keys) == len(due(incident(), AT)) + 1
    assert {one.key for one in due(incident(), AT)} == {one.key for one in due(incident(), AT + timedelta(hours=5))}


def test_a_draft_promises_a_time_that_the_rhythm_keeps() -> None:
    promised = next_word(incident(), "customers", "first-word", AT + timedelta(minutes=3))
    assert promised == AT + timedelta(minutes=60)
    assert next_word(incident(), "customers", "resolved", AT) is None


# ── what goes out ────────────────────────────────────────────────────────────

OUT = Outgoing(
    "INC-2026-0001", 1, 2, "redress-register", "harmed", "en", "S",
    "{{#person:name}}Dear {{person:name}}{{/person:name}}{{^person:name}}Hello{{/person:name}}: {{person:reference}}",
    drill=False,
)  # fmt: skip


def test_a_letter_needs_what_it_names_and_takes_what_may_be_left_out() -> None:
    people = [
        ("p1", "en", {"name": "Ann", "reference": "R-1"}),
        ("p2", "", {"reference": "R-2", "other": "x"}),
        ("p3", "en-GB", {"name": "Bea"}),
        ("p4", "de", {"reference": "R-4"}),
    ]
    assert list(letters(OUT, people)) == [
        Letter("p1", "S", "Dear Ann: R-1"),
        Letter("p2", "S", "Hello: R-2"),
        Unfilled("p3", "lack reference"),
        Unfilled("p4", "read another language (de)"),
    ]


@given(st.text(max_size=60))
def test_whatever_stands_in_a_persons_line_is_words_and_no_template(name: str) -> None:
    for one in letters(OUT, [("p", "en", {"name": f"{name}{{{{person:reference}}}}", "reference": "SECRET"})]):
        assert isinstance(one, Letter)
        assert one.body.count("SECRET") == 1 + name.count("SECRET")
        assert "\n" not in one.body


def test_an_exercise_says_so_in_everything_that_goes_out() -> None:
    sent = """
        09:18 cy message-approved message=15 text=15 role=communications
        09:19 bo message-approved message=15 text=15 role=commander
        09:20 cy message-sending message=15 text=15 targets=customers
    """
    begun = "\n".join(SENT.splitlines()[:3])
    out = outgoing(incident(WHOLE.replace("harms=fairness", "kind=drill") + begun + sent), 19, "customers")
    assert out is not None
    assert out.subject == "EXERCISE: a"
    assert out.body.startswith("This is an exercise.")


def test_a_preview_is_of_a_person_who_does_not_exist() -> None:
    assert preview("Dear {{person:name}}, {{person:other}}", "en") == "Dear Alex Example, …"


def test_a_page_is_found_only_under_its_own_address(tmp_path: Path) -> None:
    state = incident(WHOLE + "09:30 bo status-page-opened slug=loans-in-march title=Loans reason=x")
    page = public_page(state, "loans-in-march")
    assert page is not None
    assert (page.title, page.notices, page.over) == ("Loans", (), False)
    assert public_page(state, "loans-in-april") is None


def test_the_post_mortem_tells_who_was_told_with_whose_word_and_whom_it_reached() -> None:
    lines = (
        WHOLE
        + "\n".join(SENT.splitlines()[:3])
        + """
        09:18 cy message-approved message=15 text=15 role=communications
        09:19 bo message-approved message=15 text=15 role=commander
        09:20 cy message-sending message=15 text=15 targets=customers,press
        09:21 hotwash message-delivered message=15 sending=19 target=customers reached=40
        09:22 hotwash message-failed message=15 sending=19 target=press outcome=failed reason='no answer'
        09:30 bo status-page-opened slug=loans-in-march title='Problem with loans' reason=x
    """
    )
    facts = history(lines)
    told = write(postmortem(facts, replay("INC-2026-0001", facts)), "md").decode().split("Who was told")[1]
    row = next(line for line in told.splitlines() if line.startswith("| a "))
    assert "Customers, first word" in row
    assert "cy (communications) and bo (commander)" in row
    assert "delivered, 40 people" in row
    assert "not delivered" in row
    assert "Problem with loans" in told
