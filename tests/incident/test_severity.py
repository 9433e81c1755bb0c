"""The severity table, evaluated."""

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.incident.severity import NUMBER_MAX, Answer, Assessment, BadAnswer, assess, next_questions
from hotwash.knowledge.severity import rubric

YES_NO = [question.id for question in rubric().questions if question.kind == "yes_no"]
NOTHING: dict[str, Answer] = {**dict.fromkeys(YES_NO, "no"), "people": 0}
GRAVITY = {"no": 0, "unknown": 1, "yes": 2}
PEOPLE: list[Answer] = [0, 1, 99, 100, 9_999, 10_000, NUMBER_MAX]


def but(**answers: Answer) -> dict[str, Answer]:
    return {**NOTHING, **answers}


def outcome(assessed: Assessment) -> tuple[str, bool, bool]:
    return assessed.severity, assessed.provisional, assessed.urgent


@st.composite
def some_answers(draw: st.DrawFn, *, whole: bool = False) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for name in YES_NO:
        answer = draw(st.sampled_from(["yes", "no", "unknown"] if whole else ["yes", "no", "no", "unknown", None]))
        if answer is not None:
            answers[name] = answer
    people = draw(st.sampled_from([*PEOPLE, "unknown"] if whole else [*PEOPLE, "unknown", None]))
    return answers if people is None else {**answers, "people": people}


@pytest.mark.parametrize(
    ("answers", "severity", "rule"),
    [
        (but(), "Minor", "minor-otherwise"),
        (but(death_or_grave_injury="yes"), "Critical", "critical-injury"),
        (but(essentials_taken="yes", people=99), "Major", "major-harm"),
        (but(essentials_taken="yes", people=100), "Critical", "critical-essentials"),
        (but(essentials_taken="yes", people=1, continuing="yes"), "Critical", "critical-essentials"),
        (but(essentials_taken="yes", people=99, national_scale="yes"), "Critical", "critical-mass"),
        (but(infrastructure_disrupted="yes"), "Critical", "critical-infrastructure"),
        (but(material_harm="yes", people=9_999), "Major", "major-harm"),
        (but(material_harm="yes", people=10_000), "Critical", "critical-mass"),
        (but(material_harm="yes", national_scale="yes"), "Critical", "critical-mass"),
        (but(harmful_content_to_minor_or_crisis="yes"), "Critical", "critical-content"),
        (but(injury_needing_care="yes"), "Major", "major-injury"),
        (but(disparity_confirmed="yes", people=50_000, national_scale="yes"), "Major", "major-disparity"),
        (but(near_miss_unbarred="yes"), "Major", "major-near-miss"),
        (but(sensitive_data_exposed="yes"), "Major", "major-exposure"),
        (but(people=50_000, national_scale="yes", continuing="yes"), "Minor", "minor-otherwise"),
    ],
)
def test_the_first_row_that_holds_decides(answers: Mapping[str, Answer], severity: str, rule: str) -> None:
    assessed = assess(answers)
    assert (assessed.severity, assessed.provisional, assessed.rule) == (severity, False, rule)
    row = next(row for row in rubric().rows if row.id == rule)
    assert assessed.because[0] == rubric().reason_of(row)


def test_the_graver_of_two_rows_is_the_printed_reason() -> None:
    assessed = assess(but(injury_needing_care="yes", death_or_grave_injury="yes"))
    assert assessed.because[0] == "Someone died, was gravely injured or was in imminent danger of it."


def test_a_reason_names_the_threshold_that_the_table_uses() -> None:
    assert "at least 10,000 of them" in assess(but(material_harm="yes", people=10_000)).because[0]


@pytest.mark.parametrize("question", [question.id for question in rubric().questions if question.reaches == "Critical"])
def test_not_knowing_what_could_be_critical_is_provisionally_major(question: str) -> None:
    # On their own, how many and how long do not harm anybody: they count beside something taken from people.
    beside: dict[str, Answer] = (
        {"essentials_taken": "yes"} if question in ("people", "continuing", "national_scale") else {}
    )
    assessed = assess({**but(**beside), question: "unknown"})
    assert (assessed.severity, assessed.provisional) == ("Major", True)
    assert rubric().question(question).clause in assessed.because[1]
    assert "assess again" in assessed.because[1]


def test_the_provisional_row_decides_only_where_no_other_is_as_grave() -> None:
    assert assess(but(death_or_grave_injury="unknown")).rule == "provisional-unknown"
    assert assess(but(death_or_grave_injury="unknown", injury_needing_care="yes")).rule == "major-injury"


def test_how_many_and_how_long_raise_no_doubt_where_nobody_was_harmed() -> None:
    assessed = assess(but(people="unknown", national_scale="unknown", continuing="unknown"))
    assert outcome(assessed) == ("Minor", False, False)


def test_what_is_certainly_critical_is_not_provisional() -> None:
    assert not assess(but(infrastructure_disrupted="yes", death_or_grave_injury="unknown")).provisional


def test_not_knowing_what_is_major_at_most_stays_minor_and_says_so() -> None:
    assessed = assess(but(disparity_confirmed="unknown"))
    assert (assessed.severity, assessed.provisional) == ("Minor", False)
    assert "live decisions fail the chosen test" in assessed.because[1]


def test_a_question_without_an_answer_is_not_a_no() -> None:
    assessed = assess({})
    assert (assessed.severity, assessed.provisional) == ("Major", True)
    assert assessed.unanswered == tuple(question.id for question in rubric().questions)


def test_going_on_raises_the_urgency_and_not_the_severity() -> None:
    still, over = assess(but(injury_needing_care="yes", continuing="yes")), assess(but(injury_needing_care="yes"))
    assert (still.severity, still.urgent) == ("Major", True)
    assert (over.severity, over.urgent) == ("Major", False)
    assert "page now" in " ".join(still.because)


def test_critical_asks_for_the_lawyer_and_does_not_say_that_it_is_reportable() -> None:
    because = " ".join(assess(but(death_or_grave_injury="yes")).because)
    assert "Ask the lawyer now" in because
    assert "reportable" not in because


def test_a_number_may_come_as_digits_and_a_word_in_capitals() -> None:
    assert assess(but(essentials_taken=" Yes ", people="100")).rule == "critical-essentials"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"deaths": "yes"}, "There is no severity question “deaths”"),
        ({"continuing": "perhaps"}, "continuing (Is the harm still going on?) takes yes, no or unknown, not 'perhaps'"),
        ({"continuing": 1}, "takes yes, no or unknown, not 1"),
        ({"continuing": True}, "takes yes, no or unknown, not True"),
        ({"people": "yes"}, "people (How many people were harmed?) takes a whole number"),
        ({"people": -1}, "takes a whole number from 0"),
        ({"people": 2.5}, "takes a whole number"),
        ({"people": True}, "takes a whole number"),
        ({"people": "١٢"}, "takes a whole number"),
        ({"people": "9" * 5_000}, "takes a whole number"),
    ],
)
def test_a_bad_answer_is_a_sentence_that_names_the_question(answers: dict[str, Answer], sentence: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        assess(answers)
    assert sentence in str(refused.value)
    with pytest.raises(BadAnswer):
        next_questions(answers)


@given(some_answers(whole=True), st.sampled_from([*YES_NO, "people"]), st.sampled_from([*PEOPLE, "unknown", "yes"]))
def test_a_graver_answer_never_lowers_the_severity(before: dict[str, Answer], name: str, graver: Answer) -> None:
    was = before[name]
    if name == "people":
        if graver == "yes" or (was != "unknown" and graver != "unknown" and int(graver) < int(was)) or was == "unknown":
            return
    elif graver not in GRAVITY or GRAVITY[str(graver)] < GRAVITY[str(was)]:
        return
    order = rubric().levels
    assert order.index(assess({**before, name: graver}).severity) >= order.index(assess(before).severity)


@settings(max_examples=300)
@given(some_answers(), some_answers(whole=True))
def test_when_nothing_is_left_to_ask_nothing_can_change(
    given_so_far: dict[str, Answer], later: dict[str, Answer]
) -> None:
    # Answer what is asked, in any way, until nothing is asked any more: the rest must not matter.
    known = dict(given_so_far)
    while asked := next_questions(known):
        known[asked[0].id] = later[asked[0].id]
    assert outcome(assess(known)) == outcome(assess({**later, **known}))


@settings(max_examples=60)
@given(some_answers())
def test_every_question_that_is_asked_can_turn_the_outcome(answers: dict[str, Answer]) -> None:
    free = [question.id for question in rubric().questions if question.id not in answers][:6]
    fixed: dict[str, Answer] = {**NOTHING, **answers}
    asked = {question.id for question in next_questions({**fixed, **answers} if not free else _without(fixed, free))}
    turning = set()
    choices: list[list[Answer]] = [[0, 100, 10_000] if name == "people" else ["no", "yes"] for name in free]
    results = {combo: outcome(assess({**fixed, **dict(zip(free, combo, strict=True))})) for combo in product(*choices)}
    for combo, result in results.items():
        for place, name in enumerate(free):
            for other in choices[place]:
                if results[(*combo[:place], other, *combo[place + 1 :])] != result:
                    turning.add(name)
    assert asked == turning


def _without(answers: Mapping[str, Answer], names: list[str]) -> dict[str, Answer]:
    return {name: answer for name, answer in answers.items() if name not in names}


def test_a_death_ends_the_questions_but_for_whether_it_goes_on() -> None:
    assert [question.id for question in next_questions({"death_or_grave_injury": "yes"})] == ["continuing"]


def test_how_many_is_not_asked_where_nothing_was_taken_from_anyone() -> None:
    asked = {question.id for question in next_questions({"essentials_taken": "no", "material_harm": "no"})}
    assert not asked & {"people", "national_scale"}
    assert "people" in {question.id for question in next_questions({"essentials_taken": "no"})}
