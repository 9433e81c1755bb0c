"""The severity rubric as data."""

from collections.abc import Iterator

from hotwash.knowledge.severity import Condition, rubric

CONTRACT = {
    "death_or_grave_injury",
    "essentials_taken",
    "infrastructure_disrupted",
    "harmful_content_to_minor_or_crisis",
    "injury_needing_care",
    "material_harm",
    "disparity_confirmed",
    "sensitive_data_exposed",
    "near_miss_unbarred",
    "national_scale",
    "continuing",
    "people",
}


def parts(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in (*(condition.all or ()), *(condition.any or ())):
        yield from parts(part)


def test_the_questions_are_those_that_scripts_rely_on() -> None:
    assert {question.id for question in rubric().questions} == CONTRACT
    assert [question.id for question in rubric().questions if question.kind == "number"] == ["people"]


def test_rows_stand_from_grave_to_slight_and_the_last_always_holds() -> None:
    ranks = [rubric().levels.index(row.level) for row in rubric().rows]
    assert ranks == sorted(ranks, reverse=True)
    assert rubric().rows[-1].when == Condition(all=())
    assert len({row.id for row in rubric().rows}) == len(rubric().rows)


def test_a_condition_is_one_thing_and_names_what_exists() -> None:
    numbers = {question.id for question in rubric().questions if question.kind == "number"}
    for row in rubric().rows:
        for part in parts(row.when):
            said = [thing for thing in (part.question, part.all, part.any) if thing is not None]
            assert len(said) == 1, row.id
            assert part.question is None or part.question in CONTRACT
            assert (part.at_least is not None) == (part.question in numbers), row.id
            assert part.at_least is None or part.at_least in rubric().thresholds
            assert part.any != ()


def test_what_a_question_reaches_is_the_gravest_row_that_names_it() -> None:
    for question in rubric().questions:
        first = next(row for row in rubric().rows if any(part.question == question.id for part in parts(row.when)))
        assert question.reaches == first.level, question.id


def test_the_thresholds_are_those_of_the_field() -> None:
    assert rubric().thresholds == {"essentials": 100, "mass": 10_000}
    assert all("{" not in rubric().reason_of(row) for row in rubric().rows)


def test_every_question_helps_the_one_who_answers() -> None:
    for question in rubric().questions:
        assert question.text.endswith("?")
        assert len(question.help) > 20
        assert question.evidence
        assert question.clause
