"""What is kept of a log: the window on the log's own clock, nothing too large, and rows that name nobody."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from hotwash.investigate import Predictions
from hotwash.investigate.engine import Watch
from hotwash.investigate.errors import AskedWrongly, LogError
from hotwash.investigate.excerpts import _Cutter, cut, samples, whole


def rows_of(path: Path | None) -> list[tuple[object, ...]]:
    assert path is not None
    return duckdb.connect().execute(f"SELECT * FROM '{path}'").fetchall()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "it's a log.csv"
    file.write_text("at,who,score\n" + "".join(f"2026-03-{day:02d} 00:30:00,p{day},{day}\n" for day in range(1, 11)))
    return file


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "slice.parquet"


def test_the_window_is_half_open_on_the_logs_own_clock(log: Path, out: Path) -> None:
    berlin = Predictions(str(log), time="at", subject="who", zone="Europe/Berlin")
    since, until = datetime(2026, 3, 4, 23, 30, tzinfo=UTC), datetime(2026, 3, 7, 23, 30, tzinfo=UTC)
    made = cut(berlin, out, since=since, until=until)
    assert [row[1] for row in rows_of(made.path)] == ["p5", "p6", "p7"]


def test_a_log_by_days_is_cut_by_days(tmp_path: Path, out: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("day,x\n2026-03-01,1\n2026-03-02,2\n2026-03-03,3\n")
    since = datetime(2026, 3, 2, 15, tzinfo=UTC)
    made = cut(Predictions(str(file), time="day"), out, since=since, until=None)
    assert rows_of(made.path) == [(date(2026, 3, 2), 2), (date(2026, 3, 3), 3)]


def test_without_a_time_the_whole_log_is_taken_if_it_is_small_enough(log: Path, out: Path) -> None:
    bare = Predictions(str(log))
    assert cut(bare, out, since=datetime(2026, 3, 9, tzinfo=UTC), until=None).rows == 10
    assert cut(bare, out, since=None, until=None, rows_max=9).path is None
    assert cut(bare, out.with_name("b.parquet"), since=None, until=None, bytes_max=10).path is None


def test_samples_are_the_newest_and_leave_the_person_out(log: Path) -> None:
    lines = samples(Predictions(str(log), time="at", subject="who"), since=None, until=None, count=2).decode()
    assert lines == '{"at": "2026-03-10 00:30:00", "score": 10}\n{"at": "2026-03-09 00:30:00", "score": 9}\n'


def test_the_fingerprint_is_that_of_the_findings(log: Path) -> None:
    from hotwash.investigate import blast_radius

    told = whole(Predictions(str(log)))
    assert (told.rows, told.columns) == (10, ("at", "who", "score"))
    assert told.fingerprint == blast_radius(str(log), harm="score > 5").data.fingerprint


def test_rows_are_cut_out_of_files_only(out: Path, tmp_path: Path) -> None:
    with pytest.raises(AskedWrongly, match="files on this machine"):
        cut(Predictions("sqlite:///x.db#t"), out, since=None, until=None)
    with pytest.raises(LogError):
        whole(Predictions(str(tmp_path / "nothing.csv")))


def test_nothing_but_the_one_folder_is_written(log: Path, out: Path, tmp_path: Path) -> None:
    with _Cutter(Predictions(str(log)), out.parent, Watch()) as engine, pytest.raises(LogError):
        engine.write("", tmp_path / "elsewhere.parquet")
    assert not (tmp_path / "elsewhere.parquet").exists()
