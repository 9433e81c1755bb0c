"""Counting a large Parquet log by bits gives what counting it in the ordinary way gives."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from hotwash.investigate.counting import counting
from hotwash.investigate.dialect import Dialect
from hotwash.investigate.embedded import Embedded
from hotwash.investigate.engine import Ask, Watch
from hotwash.investigate.expression import Column, Expression, Name, Start
from hotwash.investigate.kinds import condition
from hotwash.investigate.packing import Packed, packed

ROWS = 600_000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Columns that are easy and hard to pack; `late` has a value in the middle that no sample meets."""
    place = tmp_path_factory.mktemp("packing") / "log.parquet"
    duckdb.execute(f"""
        COPY (
            SELECT ['a', 'it''s', 'ü', NULL][1 + i % 4] AS word, (i % 3)::TINYINT AS few, i % 7 = 0 AS yes,
                CASE WHEN i % 5 > 0 THEN i % 2 END AS maybe, i % 1000 AS many, (i % 1000) / 1000 AS score,
                CASE WHEN i BETWEEN 300000 AND 300009 THEN 'late' WHEN i % 11 > 0 THEN 'soon' END AS late,
                TIMESTAMP '2026-01-01' + to_seconds(i) AS at
            FROM range({ROWS}) t(i)
        ) TO '{place}' (FORMAT parquet, ROW_GROUP_SIZE 100000)
    """)
    return place


def _by_name(engine: Embedded) -> dict[str, Column]:
    return {column.name: column for column in engine.columns()}


def _ask(engine: Embedded, keys: Sequence[str], where: str | None = None) -> Ask:
    columns = _by_name(engine)
    trees: list[Expression] = []
    for key in keys:
        if key in columns:
            name = Name(key, column=columns[key])
            trees.append(Start(name, "day") if key == "at" else name)
        else:
            trees.append(condition(key, columns, zone="UTC", what="harm"))
    scope = condition(where, columns, zone="UTC", what="where") if where else None
    return Ask(tuple(trees), (tuple(range(len(trees))),), scope)


def _way(engine: Embedded, ask: Ask, log: Path) -> Packed | None:
    return packed(
        ask, Dialect("UTC"), engine.columns(), [str(log)], lambda text: engine._connection.execute(text).fetchall()
    )


def _ordinary(log: Path, ask: Ask) -> Counter[tuple[object, ...]]:
    statement, _ = counting(Dialect("UTC"), ask)
    with duckdb.connect() as connection:
        connection.execute(f"SET TimeZone = 'UTC'; CREATE VIEW log AS SELECT * FROM read_parquet('{log}')")
        return Counter({tuple(map(str, row[:-1])): row[-1] for row in connection.execute(statement).fetchall()})


def _counted(engine: Embedded, ask: Ask) -> Counter[tuple[object, ...]]:
    days = [isinstance(key, Start) for key in ask.keys]
    return Counter(
        {
            tuple(str(v)[:10] if day else str(v) for v, day in zip(cell.values, days, strict=True)): cell.rows
            for cell in engine.counts(ask)
        }
    )


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        (["word", "few", "maybe"], None),
        (["word", "few = 1 and maybe = 0"], None),
        (["word", "at", "few = 1 or maybe is null"], None),
        (["word", "score > 0.5", "few = 1"], None),
        (["word", "few"], "maybe = 1"),
        (["word", "few"], "many < 10"),
        (["word", "late"], None),
        (["few", "late = 'late'"], "late is not null"),
    ],
)
def test_packed_counts_are_the_counts(log: Path, keys: list[str], where: str | None) -> None:
    with Embedded(str(log), "UTC", Watch()) as engine:
        ask = _ask(engine, keys, where)
        assert _way(engine, ask, log) is not None
        found = _counted(engine, ask)
    assert found == _ordinary(log, ask)


def test_packed_margins_are_the_margins(log: Path) -> None:
    with Embedded(str(log), "UTC", Watch()) as engine:
        ask = _ask(engine, ["word", "few", "maybe = 1"])
        whole = _counted(engine, ask)
        parts = engine.counts(Ask(ask.keys, ((2,), (0, 2), (1,)), None))
    for cell in parts:
        kept = ((2,), (0, 2), (1,))[cell.margin]
        wanted = sum(n for key, n in whole.items() if [key[i] for i in kept] == list(map(str, cell.values)))
        assert cell.rows == wanted
    assert {cell.margin for cell in parts} == {0, 1, 2}


def test_a_value_that_the_sample_missed_is_counted(log: Path) -> None:
    with Embedded(str(log), "UTC", Watch()) as engine:
        ask = _ask(engine, ["late", "few"])
        way = _way(engine, ask, log)
        assert way is not None
        engine._connection.execute(way.counted)
        assert engine._connection.execute(way.strange).fetchall()
        assert sum(n for key, n in _counted(engine, ask).items() if key[0] == "late") == 10


@pytest.mark.parametrize("keys", [["many", "few"], ["word"], ["score", "few"], ["yes", "word"]])
def test_what_does_not_fit_is_counted_in_the_ordinary_way(log: Path, keys: list[str]) -> None:
    with Embedded(str(log), "UTC", Watch()) as engine:
        ask = _ask(engine, keys)
        assert _way(engine, ask, log) is None
        assert _counted(engine, ask) == _ordinary(log, ask)


def test_the_statement_that_is_told_gives_the_same(log: Path) -> None:
    with Embedded(str(log), "UTC", Watch()) as engine:
        ask = _ask(engine, ["word", "few"])
        found = _counted(engine, ask)
        told = engine.sql[-1]
        rows = engine._connection.execute(told).fetchall()
    assert "packed" not in told
    assert Counter({tuple(map(str, row[:-1])): row[-1] for row in rows}) == found
