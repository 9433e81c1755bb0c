"""Every engine keeps the promise, and gives the same findings as every other."""

from typing import Any

import pytest
from tests.investigate import one_log
from tests.investigate.engine_promise import EnginePromise, Row
from tests.investigate.one_log import Places

from hotwash.investigate import Predictions, blast_radius, drift, fairness, slices

PLACES = [
    pytest.param(name, marks=pytest.mark.real("postgresql") if name == "postgresql" else ()) for name in one_log.WRITERS
]


@pytest.mark.parametrize("place", PLACES)
class TestEngines(EnginePromise):
    """One log after the other."""

    @pytest.fixture
    def source(self, place: str, made: list[Row], places: Places) -> Any:
        return one_log.WRITERS[place](made, places)


QUESTIONS: dict[str, Any] = {
    "fairness": lambda log: fairness(
        log, decision="decision", label="label", group=["race", "site"], intersections=2, where="note <> 'AB'"
    ),
    "fairness by score": lambda log: fairness(log, score="score", threshold=0.5, label="label", group="race"),
    "fairness without labels": lambda log: fairness(log, decision="decision", group="day", smallest_cell=3),
    "blast radius": lambda log: blast_radius(
        log, harm="not decision", subject="person", time="at", by=["race", "site"], baseline="at < '2026-06-01'"
    ),
    "blast radius by the hour": lambda log: blast_radius(log, harm="score < 0.3", time="at", every="hour"),
    "blast radius by the week": lambda log: blast_radius(
        log, harm="score < 0.3", time="clock" if log.zone else "at", every="week"
    ),
    "slices": lambda log: slices(
        log, harm="not decision", features=["race", "site", "label", "score", "note"], where="note <> 'AB'", alarm=0.5
    ),
    "slices of wrong decisions": lambda log: slices(log, score="score", label="label", features=["race", "decision"]),
    "drift": lambda log: drift(
        log, baseline="at < '2026-06-01'", where="site > 0", floor=0, columns=["race", "note", "site", "score", "label"]
    ),
    "drift between two parts": lambda log: drift(log, baseline="site = 1", against="site > 1", columns=["score"]),
    "blast radius by the month of a date": lambda log: blast_radius(log, harm="label = 1", time="day", every="month"),
}


@pytest.mark.real("postgresql")
def test_every_question_finds_the_same_on_every_engine(places: Places) -> None:
    made = one_log.rows()
    sources = {name: write(made, places) for name, write in one_log.WRITERS.items()}
    for question, ask in QUESTIONS.items():
        for zone in (None, one_log.ZONE):
            first = ask(Predictions(sources["parquet"], zone=zone))
            for name, source in sources.items():
                found = ask(Predictions(source, zone=zone))
                told = (question, zone, name)
                assert found.result == first.result, told
                assert found.sentence == first.sentence, told
                assert (found.rows, found.chart) == (first.rows, first.chart), told
                assert found.recipe.arguments == first.recipe.arguments, told
