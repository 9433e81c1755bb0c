"""Engines behind Ibis keep the promise, Spark among them, and give the findings of the engine in this process.

Runs where Ibis and Spark are installed: `test_elsewhere.py` starts it there.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.investigate import one_log
from tests.investigate.engine_promise import EnginePromise, Row
from tests.investigate.every_question import QUESTIONS
from tests.investigate.one_log import Places

from hotwash.investigate import AskedWrongly, Predictions, Unreadable, fairness

ibis = pytest.importorskip("ibis", reason="Ibis and Spark have an environment of their own: test_elsewhere.py")


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Spark in this process."""
    from pyspark.sql import SparkSession

    build = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = build.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def in_duckdb(made: list[Row], places: Places) -> Any:
    return ibis.duckdb.connect().read_parquet(one_log.parquet(made, places))


def in_postgresql(made: list[Row], places: Places) -> Any:
    return "ibis+" + one_log.postgresql(made, places)


class TestDuckDB(EnginePromise):
    @pytest.fixture
    def source(self, made: list[Row], places: Places) -> Any:
        return in_duckdb(made, places)


@pytest.mark.real("postgresql")
class TestPostgreSQL(EnginePromise):
    @pytest.fixture
    def source(self, made: list[Row], places: Places) -> Any:
        return in_postgresql(made, places)


@pytest.mark.real("spark")
class TestSpark(EnginePromise):
    @pytest.fixture
    def source(self, made: list[Row], places: Places, spark: Any) -> Any:
        return f"spark://local[2]#{one_log.parquet(made, places)}"


@pytest.mark.real("spark")
@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_question_finds_the_same_on_spark_and_postgresql(question: str, places: Places, spark: Any) -> None:
    made = one_log.rows()
    here = one_log.parquet(made, places)
    there = {
        "spark": f"spark://local[2]#{here}",
        "a frame of spark": spark.read.parquet(here),
        "ibis on postgresql": in_postgresql(made, places),
    }
    for number, (how, ask) in enumerate(QUESTIONS[question].items()):
        # Each engine meets every question, and each way of asking it meets an engine, with a zone and without.
        for place, (name, source) in enumerate(there.items()):
            zone = one_log.ZONE if (number + place) % 2 else None
            first, found = (ask(Predictions(log, zone=zone)) for log in (here, source))
            told = (how, zone, name)
            assert found.result == first.result, told
            assert (found.sentence, found.rows, found.chart) == (first.sentence, first.rows, first.chart), told


def test_what_cannot_be_reached_is_told_without_the_password() -> None:
    with pytest.raises(Unreadable) as told:
        fairness("ibis+postgres://me:geheim@127.0.0.1:1/base#log", decision="decision", group="race")
    assert "geheim" not in str(told.value)
    with pytest.raises(Unreadable, match="names no table"):
        fairness("spark://local[2]", decision="decision", group="race")


def test_a_zone_that_an_engine_is_not_known_to_have_is_refused(places: Places) -> None:
    table = ibis.polars.connect().read_parquet(one_log.parquet(one_log.rows(), places))
    with pytest.raises(AskedWrongly, match="not known how polars"):
        QUESTIONS["blast-radius"]["by the day"](Predictions(table, zone=one_log.ZONE))
