"""Places where logs lie: what is wrong with them is told, passwords are not, and stopping reaches the server."""

import logging
import sqlite3
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from tests.investigate import one_log
from tests.investigate.one_log import Places

from hotwash.investigate import (
    AskedWrongly,
    Cancelled,
    ColumnsRepeated,
    EmptyLog,
    LogChanged,
    LogError,
    Predictions,
    Unreadable,
    blast_radius,
    fairness,
)
from hotwash.investigate.address import address, masked, scrubbed

ASK: dict[str, Any] = {"decision": "decision", "group": "race"}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("postgresql://ana:geheim@db/log#t", "postgresql://ana:***@db/log#t"),
        ("postgresql://ana:ge@he/im@db/log#t", "postgresql://ana:***@db/log#t"),
        ("postgresql://ana:ge#heim@db/log#s.t", "postgresql://ana:***@db/log#s.t"),
        (
            "postgresql://ana@db/log?password=geheim&sslmode=require#t",
            "postgresql://ana@db/log?password=***&sslmode=require#t",
        ),
        ("postgresql:///log?host=db&user=ana&PassWord=geheim#t", "postgresql:///log?host=db&user=ana&PassWord=***#t"),
        (
            "ibis+databricks://token:geheim@host/path?access_token=geheim#t",
            "ibis+databricks://token:***@host/path?access_token=***#t",
        ),
        ("postgresql://ana@db:5432/log#t", "postgresql://ana@db:5432/log#t"),
        ("logs/a:b@c.csv", "logs/a:b@c.csv"),
    ],
)
def test_a_password_is_never_shown(typed: str, shown: str) -> None:
    assert masked(typed) == shown
    assert masked(shown) == shown
    assert "geheim" not in repr(Predictions(typed))
    if "geheim" in typed:
        assert "geheim" not in scrubbed(f"could not reach {typed} with geheim", typed)


def test_a_masked_address_asks_the_driver_for_the_password() -> None:
    told = address("postgresql://ana:***@db/log?password=***&sslmode=require#s.t")
    assert (told.url, told.table) == ("postgresql://ana@db/log?sslmode=require", ("s", "t"))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("t", ("t",)),
        ("s.t", ("s", "t")),
        ('"my.table"', ("my.table",)),
        ('s."a ""b"""', ("s", 'a "b"')),
        ("a%20b", ("a b",)),
    ],
)
def test_a_table_is_named_with_its_schema(name: str, parts: tuple[str, ...]) -> None:
    assert address(f"postgresql://db/log#{name}").table == parts


@pytest.mark.parametrize("wrong", ["postgresql://db/log", "postgresql://db/log#", 'postgresql://db/log#"a"b'])
def test_an_address_without_a_table_is_refused(wrong: str) -> None:
    with pytest.raises(Unreadable, match="name"):
        fairness(wrong, **ASK)


def test_a_place_that_nobody_knows_is_refused_with_those_that_are() -> None:
    with pytest.raises(Unreadable, match=r"sqlite:///file#table.*postgresql") as told:
        fairness("gopher://me:geheim@host/log#t", **ASK)
    assert "geheim" not in str(told.value)


class TestSqlite:
    def test_what_is_wrong_with_the_file_is_told(self, places: Places, tmp_path: Path) -> None:
        good = one_log.sqlite(one_log.rows(), places)
        (tmp_path / "text.db").write_text("not a database, though it is long enough to look like one" * 20)
        (tmp_path / "empty.db").touch()
        broken = tmp_path / "broken.db"
        whole = (tmp_path / "log.db").read_bytes()
        broken.write_bytes(whole[:5000] + b"\xff" * 3000 + whole[8000:-9000])
        for source, says in (
            (f"sqlite:///{tmp_path}/absent.db#t", "There is no file"),
            (f"sqlite:///{tmp_path}/text.db#t", "no SQLite file"),
            (f"sqlite:///{tmp_path}/empty.db#t", r"empty \(0 bytes\)"),
            (f"sqlite:///{broken}#decisions", "cannot be read"),
            (good.replace("#decisions", "#decision"), 'no table "decision". There are: decisions'),
        ):
            with pytest.raises(Unreadable, match=says):
                fairness(source, **ASK)

    def test_a_table_without_rows_is_told(self, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "a.db") as connection:
            connection.execute("CREATE TABLE log (race TEXT, decision INTEGER)")
        connection.close()
        with pytest.raises(EmptyLog, match="not a single row"):
            fairness(f"sqlite:///{tmp_path}/a.db#log", **ASK)

    def test_a_table_that_somebody_writes_to_is_told_or_read_as_it_was(self, places: Places, tmp_path: Path) -> None:
        source = one_log.sqlite(one_log.rows(), places)
        writer = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
        writer.execute("PRAGMA journal_mode = WAL")
        with Predictions(source).opened() as engine:
            before = engine.fingerprint()
            writer.execute("DELETE FROM decisions WHERE site = 1")
            assert engine.fingerprint() == before  # one state is seen from beginning to end
        with Predictions(source).opened() as engine:
            assert engine.fingerprint() != before
        writer.close()

    def test_nothing_is_written_and_views_cannot_call_out(self, places: Places, tmp_path: Path) -> None:
        source = one_log.sqlite(one_log.rows(), places)
        before = (tmp_path / "log.db").read_bytes()
        blast_radius(source, harm="label = 1", subject="person", by="race", time="at")
        assert (tmp_path / "log.db").read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == ["log.db"]

    def test_a_view_is_a_table_too(self, places: Places, tmp_path: Path) -> None:
        source = one_log.sqlite(one_log.rows(), places)
        with sqlite3.connect(tmp_path / "log.db") as connection:
            connection.execute('CREATE VIEW "some.view" AS SELECT * FROM decisions')
        connection.close()
        seen = fairness(source.replace("#decisions", '#"some.view"'), **ASK)
        assert seen.result == fairness(source, **ASK).result

    @pytest.mark.parametrize(
        ("declared", "values", "kind", "zoned"),
        [
            ("INTEGER", [1, 2, None], "number", False),
            ("INTEGER", [1, 2.5], "number", False),
            ("BOOLEAN", [1, 0, None], "boolean", False),
            ("BOOLEAN", [1, 2], "number", False),
            ("", [1, "two"], "text", False),
            ("TEXT", ["2026-03-31", None], "day", False),
            ("TEXT", ["2026-03-31T09:00:00Z", "2026-03-31 09:00:00.5+02:00"], "time", True),
            ("TEXT", ["2026-03-31 09:00", "2026-03-31"], "time", False),
            ("TEXT", ["2026-03-31 09:00", "2026-03-31T09:00Z"], "text", False),
            ("TEXT", ["2026-99-99", "2026-01-01"], "text", False),
            ("BLOB", [b"\x00"], "other", False),
        ],
    )
    def test_what_a_column_holds_is_told_from_its_rows(
        self, tmp_path: Path, declared: str, values: list[Any], kind: str, zoned: bool
    ) -> None:
        with sqlite3.connect(tmp_path / "a.db") as connection:
            connection.execute(f"CREATE TABLE log (c {declared})")
            connection.executemany("INSERT INTO log VALUES (?)", [(v,) for v in values])
        connection.close()
        [column] = Predictions(f"sqlite:///{tmp_path}/a.db#log").columns()
        assert (column.kind, column.zoned) == (kind, zoned)


class TestDuckDBFile:
    def test_what_is_wrong_with_the_file_is_told(self, places: Places, tmp_path: Path) -> None:
        good = one_log.duckdb_file(one_log.rows(), places)
        (tmp_path / "text.duckdb").write_text("no database at all" * 500)
        for source, says in (
            (f"duckdb:///{tmp_path}/absent.duckdb#t", "There is no file"),
            (f"duckdb:///{tmp_path}/text.duckdb#t", "cannot be opened as a DuckDB file"),
            (good.replace("live.decisions", "decisions"), 'no table "decisions". There are: live.decisions'),
            (good.replace("live.decisions", "a.b.c"), "has more parts"),
        ):
            with pytest.raises(Unreadable, match=says):
                fairness(source, **ASK)

    def test_a_view_cannot_read_another_file(self, places: Places, tmp_path: Path) -> None:
        source = one_log.duckdb_file(one_log.rows(), places)
        (tmp_path / "secret.csv").write_text("race,decision\na,1\n")
        with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
            connection.execute(f"CREATE VIEW live.other AS SELECT * FROM read_csv('{tmp_path}/secret.csv')")
        with pytest.raises(LogError, match="cannot be read"):
            fairness(source.replace("live.decisions", "live.other"), **ASK)

    def test_a_file_written_to_meanwhile_is_told(self, places: Places, tmp_path: Path) -> None:
        source = one_log.duckdb_file(one_log.rows(), places)
        with Predictions(source).opened() as engine:
            (tmp_path / "log.duckdb").touch()
            with pytest.raises(LogChanged):
                engine.fingerprint()


class TestFrames:
    def test_what_is_no_table_is_refused(self, places: Places) -> None:
        import polars as pl

        table = one_log.arrow(one_log.rows(), places)
        for wrong, says in (
            (pl.DataFrame(table).lazy(), "collect"),
            (table.to_reader(), "once only"),
            ({"race": ["a"]}, "no log"),
            (7, "no log"),
        ):
            with pytest.raises(AskedWrongly, match=says):
                fairness(wrong, **ASK)  # type: ignore[arg-type]

    def test_two_columns_of_one_name_are_told(self, places: Places) -> None:
        import pandas as pd

        frame = pd.DataFrame([["a", 1, 2]], columns=["race", "decision", "Decision"])
        with pytest.raises(ColumnsRepeated, match="Rename"):
            fairness(frame, **ASK)

    def test_the_same_rows_have_one_fingerprint_whatever_holds_them(self, places: Places) -> None:
        made = one_log.rows()
        held = [write(made[:: 1 - 2 * i], places) for i, write in enumerate((one_log.arrow, one_log.polars))]
        found = [fairness(table, **ASK).data for table in held]
        assert found[0].fingerprint == found[1].fingerprint
        assert [data.source for data in found] == ["pyarrow.Table in memory", "polars.DataFrame in memory"]
        other = fairness(one_log.arrow(made[1:], places), **ASK)
        assert other.data.fingerprint != found[0].fingerprint


def test_a_log_larger_than_memory_is_answered_within_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    with duckdb.connect() as connection:  # 3 million people with long names: their ids alone take more than the limit
        connection.execute(
            "COPY (SELECT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS person, i % 3 AS site, i % 5 = 0 AS decision "
            f"FROM range(3000000) t(i)) TO '{path}'"
        )
    words: dict[str, Any] = {"harm": "not decision", "subject": "person", "by": "site"}
    found = blast_radius(Predictions(str(path), memory_mb=128), **words)
    assert found.result["subjects"] == 2_400_000
    assert found.to_json() == blast_radius(str(path), **words).to_json()
    with pytest.raises(LogError, match="at least 32 MB"):
        blast_radius(Predictions(str(path), memory_mb=8), **words)


@pytest.mark.real("postgresql")
class TestPostgreSQL:
    def test_what_is_wrong_is_told_without_the_password(self, places: Places, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        good = one_log.postgresql(one_log.rows(), places)
        told = good.replace("hotwash@", "hotwash:geh%20eim@")
        with psycopg.connect(good.rpartition("#")[0], autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS bare; CREATE TABLE bare (race text, decision int)")
        for source, error, says in (
            (told.replace("#decisions", "#decision"), Unreadable, "is not there. There are: .*decisions"),
            (told.replace("#decisions", "#nowhere.decisions"), Unreadable, "is not there"),
            (told.replace("#decisions", "#bare"), EmptyLog, "not a single row"),
            (told.replace("/postgres#", "/absent#"), Unreadable, "cannot be reached.*absent"),
            (told.replace("127.0.0.1", "127.0.0.2"), Unreadable, "cannot be reached"),
            (told.replace("geh%20eim", "geh%zzeim"), Unreadable, "cannot be reached"),
            (told.replace("/postgres#", "/postgres?word=1#"), Unreadable, "cannot be reached"),
        ):
            with pytest.raises(error, match=says) as raised:
                fairness(source, **ASK)
            text = "".join(traceback.format_exception(raised.value)) + caplog.text
            assert not any(secret in text for secret in ("geh%20eim", "geh eim", "geh%zz")), says

    def test_an_account_that_may_not_read_is_told_so(self, places: Places) -> None:
        source = one_log.postgresql(one_log.rows(), places)
        with psycopg.connect(source.rpartition("#")[0], autocommit=True) as connection:
            connection.execute("DROP ROLE IF EXISTS dee; CREATE ROLE dee LOGIN")
        with pytest.raises(Unreadable, match=r"may not read.*permission denied"):
            fairness(source.replace("hotwash@", "dee@"), **ASK)

    def test_stopping_reaches_the_server(self, places: Places) -> None:
        source = one_log.postgresql(one_log.rows(), places)
        url = source.rpartition("#")[0]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "CREATE OR REPLACE VIEW slow AS SELECT race, decision FROM decisions, pg_sleep(60) OFFSET 0;"
                "CREATE OR REPLACE VIEW slow AS SELECT race, decision FROM decisions "
                "WHERE decision IS NULL OR pg_sleep(0.5) IS NOT NULL"
            )
            began = threading.Event()

            def stop() -> bool:
                running = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hotwash' AND state = 'active' "
                    "AND query LIKE '%GROUP BY%'"
                ).fetchone()
                if running and running[0]:
                    began.set()
                return began.is_set()

            with pytest.raises(Cancelled):
                fairness(url + "#slow", cancelled=stop, **ASK)
            for _ in range(100):
                left = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hotwash'"
                ).fetchone()
                if left == (0,):
                    break
                time.sleep(0.05)
            assert left == (0,)

    def test_a_statement_that_takes_too_long_ends_by_itself(self, places: Places) -> None:
        source = one_log.postgresql(one_log.rows(), places)
        url, _, _ = source.rpartition("#")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "CREATE OR REPLACE VIEW slower AS SELECT race, decision FROM decisions "
                "WHERE decision IS NULL OR pg_sleep(0.5) IS NOT NULL"
            )
        with pytest.raises(LogError, match=r"statement timeout.*statement_timeout%3D2h"):
            fairness(f"{url}?options=-c%20statement_timeout%3D300ms#slower", **ASK)

    def test_one_state_is_seen_and_nothing_can_be_written(self, places: Places) -> None:
        source = one_log.postgresql(one_log.rows(), places)
        with psycopg.connect(source.rpartition("#")[0], autocommit=True) as writer:
            with Predictions(source).opened() as engine:
                before = engine.fingerprint()
                writer.execute("UPDATE decisions SET site = 9 WHERE site = 1")
                assert engine.fingerprint() == before
                with pytest.raises(LogError, match="read-only"):
                    engine._select("DELETE FROM decisions")  # type: ignore[attr-defined]
            with Predictions(source).opened() as engine:
                assert engine.fingerprint() != before

    def test_unusual_types_and_values_are_read_as_elsewhere(self, places: Places) -> None:
        url = places.server().url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "DROP SCHEMA IF EXISTS odd CASCADE; CREATE SCHEMA odd; CREATE TYPE odd.colour AS ENUM ('red', 'Red');"
                "CREATE DOMAIN odd.yes_no AS int CHECK (VALUE IN (0, 1)); CREATE DOMAIN odd.word AS odd.colour;"
                'CREATE TABLE odd."a.b" '
                '(k0 numeric, "race" odd.word, decision odd.yes_no, at timestamptz, d date, x real[]);'
                "INSERT INTO odd.\"a.b\" VALUES (1, 'red', 1, 'infinity', '-infinity', '{1}'), "
                "('NaN', 'Red', 0, '2026-01-01', '2026-01-01', NULL), (1.50, 'red', NULL, NULL, NULL, NULL)"
            )
        log = Predictions(url + '#odd."a.b"')
        assert [(c.name, c.kind) for c in log.columns()] == [
            ("k0", "number"),
            ("race", "text"),
            ("decision", "number"),
            ("at", "time"),
            ("d", "day"),
            ("x", "other"),
        ]
        found = fairness(log, decision="decision", group=["k0", "race"], smallest_group=1)
        values = {tuple(g["attributes"].items()): g["n"] for g in found.result["groups"]}
        assert values == {
            (("k0", 1),): 1,
            (("k0", None),): 1,
            (("race", "Red"),): 1,
            (("race", "red"),): 1,
        }
        radius = blast_radius(log, harm="k0 is null", time="at", by=["race"])
        assert radius.result["over_time_left_out"]["n"] == 2
