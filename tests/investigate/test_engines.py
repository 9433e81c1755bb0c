"""Every engine keeps the promise, and gives the same findings as every other."""

from pathlib import Path
from typing import Any

import pytest
from tests.investigate import one_log
from tests.investigate.engine_promise import EnginePromise, Row
from tests.investigate.every_question import QUESTIONS
from tests.investigate.one_log import Places

from hotwash.investigate import Predictions
from hotwash.response import inquiries

PLACES = [
    pytest.param(name, marks=pytest.mark.real("postgresql") if name == "postgresql" else ()) for name in one_log.WRITERS
]


@pytest.mark.parametrize("place", PLACES)
class TestEngines(EnginePromise):
    """One log after the other."""

    @pytest.fixture
    def source(self, place: str, made: list[Row], places: Places) -> Any:
        return one_log.WRITERS[place](made, places)


@pytest.mark.real("postgresql")
@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_question_finds_the_same_on_every_engine(question: str, places: Places) -> None:
    made = one_log.rows()
    sources = {name: write(made, places) for name, write in one_log.WRITERS.items()}
    for how, ask in QUESTIONS[question].items():
        for zone in (None, one_log.ZONE):
            first = ask(Predictions(sources["parquet"], zone=zone))
            for name, source in sources.items():
                found = ask(Predictions(source, zone=zone))
                told = (how, zone, name)
                assert found.result == first.result, told
                assert found.sentence == first.sentence, told
                assert (found.rows, found.chart) == (first.rows, first.chart), told
                assert found.recipe.arguments == first.recipe.arguments, told


def test_no_question_is_left_out() -> None:
    assert set(QUESTIONS) == set(inquiries.QUESTIONS)
    for question, ways in QUESTIONS.items():
        for ask in ways.values():
            assert ask(Predictions(one_log.arrow(one_log.rows(), Places(Path(), pytest.fail)))).question == question
