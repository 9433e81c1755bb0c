"""Conditions: what they mean, what they cannot say, and that they never reach beyond the columns."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotwash.investigate import ColumnMissing, NotAnExpression, Predictions, blast_radius
from hotwash.investigate.embedded import Embedded
from hotwash.investigate.engine import Watch
from hotwash.investigate.parse import parse

ROWS: dict[str, Any] = {
    "id": [1, 2, 3, 4, 5, 6],
    "score": [0.1, 0.5, 0.9, None, 0.5, 2.0],
    "team": ["A", "B", "b'b", None, "A%", "Ä"],
    "odd name": [1, 0, 1, 0, 1, 0],
    "flag": [True, False, True, None, False, True],
    "at": [datetime(2026, 3, d, 12, tzinfo=UTC) for d in range(1, 7)],
    "day": [date(2026, 3, d) for d in range(1, 7)],
    "n": [10, 20, 30, 40, 50, 60],
    "k0": [1, 1, 1, 2, 2, 2],
    "subject": ["x", "x", "y", "y", "z", "z"],
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("log") / "log.parquet"
    pq.write_table(pa.table(ROWS), path)
    return str(path)


@pytest.mark.parametrize(
    ("condition", "hits"),
    [
        ("id = 1", 1),
        ("id == 1 or id != 1", 6),
        ("id <> 1", 5),
        ("not id < 3 and id<=4", 2),
        ("score >= 0.5", 4),
        ("score*2 > 1 and n/10 = id", 2),
        ("score is null", 1),
        ("score is not null", 5),
        ("id between 2 and 4", 3),
        ("id not between 2 and 4", 3),
        ("id in (1, 2, 77)", 2),
        ("team not in ('A', 'B')", 3),
        ("team = 'b''b'", 1),
        ("team like 'A%'", 2),
        ("team not like 'A%'", 3),
        ("lower(team) = 'ä'", 1),
        ("upper(team) = 'B'", 1),
        ("length(trim(team)) = 3", 1),
        ('"odd name" = 1', 3),
        ("flag", 3),
        ("not flag", 2),
        ("flag = 1", 3),
        ("flag = false", 2),
        ("at >= '2026-03-03'", 4),
        ("at >= '2026-03-03T12:00:00Z'", 4),
        ("at > '2026-03-03T13:00:00+01:00'", 3),
        ("day between '2026-03-02' and '2026-03-03'", 2),
        ("at < '2026-03-02' or day = '2026-03-06'", 2),
        ("abs(-id) + -1 = 0", 1),
        ("n / 0 > 1 or id = 1", 1),
        ("n / (id - id) is null", 6),
        ("(id + 1) * 2 = 4", 1),
        ("id = 1e0", 1),
        ("k0 = 2 and n > 40", 2),
        ("id = id", 6),
    ],
)
def test_a_condition_means_what_it_says(log: str, condition: str, hits: int) -> None:
    assert blast_radius(log, harm=condition).result["decisions"] == hits


@pytest.mark.parametrize(
    ("condition", "position", "sentence"),
    [
        ("", 1, "there is nothing"),
        ("id =", 5, "breaks off"),
        ("id = 1 id", 8, "Join conditions with and / or"),
        ("id = 'x", 6, "this text has no end"),
        ('"id = 1', 1, "has no end"),
        ("id = 1; drop table log", 7, "not a list of statements"),
        ("id = 1 /* or more */", 9, r"'\*' cannot stand here"),
        ("id", 1, "not true or false by itself"),
        ("id + 1", 4, "not true or false by itself"),
        ("1 = 1", 1, "speaks of no column"),
        ("true", 1, "speaks of no column"),
        ("id = 'x'", 4, "column \"id\" holds numbers and 'x' holds text"),
        ("team = 1", 6, "they cannot be compared"),
        ("id = null", 6, "nothing equals null"),
        ("id < n < 3", 8, "cannot be chained"),
        ("id in (select 1)", 15, "belongs"),
        ("id in ()", 8, "cannot stand here"),
        ("id = (select 1)", 14, "belongs"),
        ("read_csv('/etc/passwd') = 1", 1, "there is no function 'read_csv'"),
        ("getenv('HOME') = 'x'", 1, "it may use abs, length, lower, trim, upper"),
        ("id = 1 union select 2", 8, "cannot stand here"),
        ("id = $1", 6, "cannot stand here"),
        ("id = ?", 6, "cannot stand here"),
        ("id::text = 'x'", 3, "cannot stand here"),
        ("log.id = 1", 4, "cannot stand here"),
        ("id = 1e999", 6, "too large"),
        ("team like team", 11, "like needs a text"),
        ("id like 'x'", 4, "like compares text"),
        ("lower(id) = 'x'", 1, "lower takes text"),
        ("at > 'soon'", 6, "is no time"),
        ("at > '2026-03-01T10:00:00'", 6, "names no zone"),
        ("day = '2026-02-30'", 7, "is no date"),
        ("id = 1\x00", 7, "cannot stand here"),
        ("flag = 2", 6, "cannot be compared"),
        ("id is 3", 7, "belongs"),
        ("id not 3", 8, "in, between or like"),
    ],
)
def test_what_is_no_condition_is_told_where_and_why(log: str, condition: str, position: int, sentence: str) -> None:
    with pytest.raises(NotAnExpression, match=sentence) as wrong:
        blast_radius(log, harm=condition)
    assert wrong.value.position == position
    assert f"position {position}" in str(wrong.value)


def test_a_missing_column_in_a_condition_is_named_with_its_place(log: str) -> None:
    with pytest.raises(ColumnMissing, match=r'no column "scor".*at position 9.*Did you mean "score"'):
        blast_radius(log, harm="id=1 or scor > 1")


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 500 + "id = 1" + ")" * 500,
        "not " * 900 + "flag",
        "id = " + "-" * 900 + "1",
        "id = " + "+".join(["1"] * 900),
        "id in (" + ",".join(["1"] * 1900) + ")",
        "abs(" * 300 + "id" + ")" * 300 + " = 1",
        "id = 1 or " * 1000 + "id = 2",
    ],
)
def test_a_condition_that_is_too_deep_or_long_is_refused_at_once(log: str, condition: str) -> None:
    with pytest.raises(NotAnExpression, match=r"deep|long|too many"):
        blast_radius(log, harm=condition)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_is_either_parsed_or_refused_with_a_position(text: str) -> None:
    refused = None
    try:
        parse(text)
    except NotAnExpression as wrong:
        refused = wrong.position
    assert refused is None or 1 <= refused <= len(text) + 1


words = st.sampled_from(
    [
        "id",
        "score",
        "team",
        "flag",
        "(",
        ")",
        "and",
        "or",
        "not",
        "=",
        "<",
        "1",
        "0.5",
        "'A'",
        "in",
        ",",
        "is",
        "null",
        "+",
        "-",
        "like",
        "between",
        "true",
        '"n"',
        "lower(",
        "*",
        "/",
        "at",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(words, max_size=12))
def test_whatever_is_parsed_and_checked_the_engine_can_run(log: str, parts: list[str]) -> None:
    try:
        found = blast_radius(log, harm=" ".join(parts))
    except (NotAnExpression, ColumnMissing):
        return
    assert 0 <= found.result["decisions"] <= found.rows.used


atoms = st.one_of(
    st.builds(lambda v: (f"id > {v}", lambda r: r["id"] > v), st.integers(0, 7)),
    st.builds(
        lambda v: (f"score <= {v}", lambda r: None if r["score"] is None else r["score"] <= v),
        st.sampled_from([0.1, 0.5, 0.7, 2.5]),
    ),
    st.builds(
        lambda v: (f"team = '{v}'", lambda r: None if r["team"] is None else r["team"] == v),
        st.sampled_from(["A", "B", "Ä"]),
    ),
    st.just(("flag", lambda r: r["flag"])),
    st.just(("score is null", lambda r: r["score"] is None)),
)


def both(a: Any, b: Any) -> Any:
    """Three-valued and, as in SQL."""
    return lambda r: False if a(r) is False or b(r) is False else None if a(r) is None or b(r) is None else True


def opposite(a: Any) -> Any:
    """Three-valued not."""
    return lambda r: None if a(r) is None else not a(r)


def either(a: Any, b: Any) -> Any:
    """Three-valued or."""
    return opposite(both(opposite(a), opposite(b)))


conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda a, b: (f"({a[0]} and {b[0]})", both(a[1], b[1])), inner, inner),
        st.builds(lambda a, b: (f"({a[0]} or {b[0]})", either(a[1], b[1])), inner, inner),
        st.builds(lambda a: (f"not ({a[0]})", opposite(a[1])), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conditions)
def test_conditions_agree_with_three_valued_logic_in_python(log: str, condition: tuple[str, Any]) -> None:
    rows = [dict(zip(ROWS, values, strict=True)) for values in zip(*ROWS.values(), strict=True)]
    told = [condition[1](row) for row in rows]
    if all(t is None for t in told):
        return
    found = blast_radius(log, harm=condition[0])
    assert found.result["decisions"] == told.count(True)
    assert found.rows.skipped == told.count(None)


def test_times_without_a_zone_are_compared_as_the_logs_clock_shows_them(tmp_path: Path) -> None:
    pq.write_table(pa.table({"at": pa.array([1782896400, 1782903600], pa.timestamp("s"))}), tmp_path / "l.parquet")
    path = str(tmp_path / "l.parquet")
    assert blast_radius(path, harm="at >= '2026-07-01T10:00:00'").result["decisions"] == 1
    with pytest.raises(NotAnExpression, match="has a zone, but the column's times have none"):
        blast_radius(path, harm="at >= '2026-07-01T10:00:00Z'")
    berlin = Predictions(path, zone="Europe/Berlin")
    assert blast_radius(berlin, harm="at >= '2026-07-01T08:30:00Z'").result["decisions"] == 1
    assert blast_radius(berlin, harm="at >= '2026-07-01T08:30:00'").result["decisions"] == 2


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/hostname'",
        "ATTACH '/tmp/hotwash-should-not-be.db'",
        "COPY (SELECT 1) TO '/tmp/hotwash-should-not-be.csv'",
        "SELECT * FROM glob('/*')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET lock_configuration = false",
        "PRAGMA database_list; SET threads = 1",
    ],
)
def test_even_bare_sql_could_not_leave_the_log(log: str, statement: str) -> None:
    with Embedded(log, None, Watch()) as engine, pytest.raises(duckdb.Error):
        engine._connection.execute(statement).fetchall()
    assert not Path("/tmp/hotwash-should-not-be.csv").exists()
