"""The same rows, written where each engine reads them."""

import json
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from tests.postgres import Server

ROWS = 400
ZONE = "Europe/Berlin"
SCHEMA = pa.schema(
    [
        ("person", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("clock", pa.timestamp("us")),
        ("day", pa.date32()),
        ("race", pa.string()),
        ("note", pa.string()),
        ("site", pa.int64()),
        ("score", pa.float64()),
        ("decision", pa.bool_()),
        ("label", pa.int32()),
    ]
)


def rows(seed: int = 7, count: int = ROWS) -> list[dict[str, Any]]:
    """Decisions with every difficulty that a well-typed log may have: gaps, NaN, letters, both changes of the clock."""
    chance = random.Random(seed)
    spring, autumn = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, 21, 30, tzinfo=UTC)
    made = []
    for i in range(count):
        at = chance.choice((spring, autumn)) + timedelta(microseconds=chance.randrange(3 * 86_400_000_000))
        score = chance.choice([None, float("nan"), *(round(chance.random(), chance.choice((1, 6))) for _ in range(8))])
        made.append(
            {
                "person": None if i % 41 == 0 else f"P{chance.randrange(count // 3):04}",
                "at": None if i % 53 == 0 else at,
                "clock": None if i % 59 == 0 else at.replace(tzinfo=None) + timedelta(hours=1),
                "day": None if i % 61 == 0 else at.date(),
                "race": chance.choice([None, "Ärzte", "ärzte", "Blue", "blue", "Zoë 'Z'", " padded "]),
                "note": chance.choice([None, "100%", "a_b", "a\\b", "ab", "AB", "İstanbul", "日本", ""]),
                "site": chance.choice([None, 1, 2, 3, -4]),
                "score": score,
                "decision": None if i % 31 == 0 else chance.random() < 0.4,
                "label": chance.choice([None, 0, 1, 1]),
            }
        )
    return made


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows may be written."""

    folder: Path
    server: Callable[[], Server]


def parquet(made: list[dict[str, Any]], places: Places) -> str:
    path = places.folder / "log.parquet"
    pq.write_table(arrow(made, places), path)
    return str(path)


def partitioned(made: list[dict[str, Any]], places: Places) -> str:
    half = len(made) // 2
    for name, part in (("a=1", made[:half]), ("a=2", made[half:])):
        (places.folder / "parts" / name).mkdir(parents=True)
        pq.write_table(arrow(part, places), places.folder / "parts" / name / "log.parquet")
    return str(places.folder / "parts" / "*" / "*.parquet")


def json_lines(made: list[dict[str, Any]], places: Places) -> str:
    path = places.folder / "log.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in made:
            plain = {k: None if v != v else str(v) if isinstance(v, date) else v for k, v in row.items()}
            if isinstance(row["at"], datetime):
                plain["at"] = row["at"].isoformat().replace("+00:00", "Z")
            file.write(json.dumps(plain) + "\n")
    return str(path)


def arrow(made: list[dict[str, Any]], places: Places) -> Any:
    return pa.Table.from_pylist(made, schema=SCHEMA)


def pandas(made: list[dict[str, Any]], places: Places) -> Any:
    return arrow(made, places).to_pandas()


def polars(made: list[dict[str, Any]], places: Places) -> Any:
    import polars as pl

    return pl.DataFrame(arrow(made, places))


def duckdb_file(made: list[dict[str, Any]], places: Places) -> str:
    path, held = places.folder / "log.duckdb", arrow(made, places)
    with duckdb.connect(str(path)) as connection:
        connection.register("held", held)
        connection.execute("CREATE SCHEMA live")
        connection.execute("CREATE TABLE live.decisions AS SELECT * FROM held")
    return f"duckdb:///{path}#live.decisions"


def sqlite(made: list[dict[str, Any]], places: Places) -> str:
    path = places.folder / "log.db"
    connection = sqlite3.connect(path)
    connection.execute(
        'CREATE TABLE decisions (person TEXT, "at" TIMESTAMP, clock DATETIME, day DATE, race TEXT COLLATE NOCASE, '
        "note VARCHAR(20), site INTEGER, score REAL, decision BOOLEAN, label INTEGER)"
    )
    connection.executemany(
        f"INSERT INTO decisions VALUES ({', '.join('?' * len(SCHEMA))})",
        [
            [v.isoformat(*[" "] * isinstance(v, datetime)) if isinstance(v, date) else v for v in r.values()]
            for r in made
        ],
    )
    connection.commit()
    connection.close()
    return f"sqlite:///{path}#decisions"


def postgresql(made: list[dict[str, Any]], places: Places, name: str = "decisions") -> str:
    url = places.server().url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {name} CASCADE")
        connection.execute(
            f'CREATE TABLE {name} (person varchar(20), "at" timestamptz, clock timestamp, day date, race text, '
            "note text, site integer, score double precision, decision boolean, label smallint)"
        )
        with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for row in made:
                copy.write_row(list(row.values()))
    return f"{url}#{name}"


WRITERS: dict[str, Callable[[list[dict[str, Any]], Places], Any]] = {
    "parquet": parquet,
    "partitioned": partitioned,
    "json lines": json_lines,
    "arrow": arrow,
    "pandas": pandas,
    "polars": polars,
    "duckdb": duckdb_file,
    "sqlite": sqlite,
    "postgresql": postgresql,
}
"""Every place by its name: a function that writes the rows there and gives what `Predictions` takes."""
