"""Stored counts give the same findings, know when a log has grown, and read no more than they must."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.investigate import one_log
from tests.investigate.engine_promise import EnginePromise, Row
from tests.investigate.every_question import QUESTIONS
from tests.investigate.one_log import Places

from hotwash.investigate import Predictions, fairness
from hotwash.investigate.cubes import Cubes
from hotwash.investigate.embedded import Embedded

ROLES: dict[str, Any] = {
    "time": "at",
    "decision": "decision",
    "label": "label",
    "attributes": ("race", "site"),
    "zone": "UTC",
}


def at_rest(*paths: Path) -> None:
    """Let files have been written long ago: younger ones may still change."""
    for path in paths:
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 60))


@pytest.fixture
def cubes(tmp_path: Path) -> Cubes:
    return Cubes(tmp_path / "cubes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files of one log."""
    place = tmp_path / "logs"
    for number in range(3):
        write(place, number)
    return place


def write(place: Path, number: int, count: int = 100) -> Path:
    made = one_log.rows(seed=number, count=count)
    (place / "one").mkdir(parents=True, exist_ok=True)
    written = Path(one_log.parquet(made, Places(place / "one", lambda: pytest.fail("no server is needed"))))
    path = written.rename(place / f"{number}.parquet")
    at_rest(path)
    return path


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each engine that was opened would read."""
    seen: list[int] = []
    run = Embedded._run

    def told(self: Embedded, statement: str, *more: Any) -> Any:
        seen.append(len(self._paths))
        return run(self, statement, *more)

    monkeypatch.setattr(Embedded, "_run", told)
    return seen


class TestKept(EnginePromise):
    """The engine that remembers keeps the promise, the first time and the second."""

    @pytest.fixture
    def source(self, made: list[Row], places: Places) -> Any:
        path = one_log.parquet(made, places)
        at_rest(Path(path))
        return path

    @pytest.fixture
    def log(self, source: Any, cubes: Cubes) -> Predictions:
        return cubes.over(Predictions(source))

    def test_a_second_time_too(self, log: Predictions, made: list[Row]) -> None:
        for _ in range(2):
            self.test_margins_add_up_and_where_keeps_what_it_cannot_tell(log, made)
            self.test_dates_fall_into_weeks_and_months(log, made)
            self.test_conditions_hold_where_they_should(log, made)
            self.test_numbers_fall_between_edges(log, made)
            with log.opened() as engine, Predictions(log.source).opened() as bare:
                assert engine.fingerprint() == bare.fingerprint()


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("zone", [None, one_log.ZONE])
def test_findings_are_the_same_byte_for_byte(folder: Path, cubes: Cubes, question: str, zone: str | None) -> None:
    bare = Predictions(str(folder / "*.parquet"), zone=zone)
    kept = cubes.over(bare)
    for how, ask in QUESTIONS[question].items():
        scanned = ask(bare).to_json()
        assert [ask(kept).to_json() for _ in range(3)] == [scanned] * 3, how


def test_another_question_needs_no_scan(folder: Path, cubes: Cubes, scans: list[int]) -> None:
    log = cubes.over(Predictions(str(folder / "*.parquet"), **ROLES))
    assert cubes.standing(log).status == "nothing stored"
    fairness(log, group="race")
    assert cubes.standing(log).status == "up to date"
    scans.clear()
    asks: list[dict[str, Any]] = [
        {"group": ["site", "race"], "intersections": 2},
        {"group": "site", "where": "race <> 'Blue' and at >= '2026-06-01'"},
    ]
    found = [fairness(log, **ask) for ask in asks]
    assert scans == []
    assert found == [fairness(Predictions(str(folder / "*.parquet"), **ROLES), **ask) for ask in asks]


def test_a_time_within_a_day_is_asked_of_the_log(folder: Path, cubes: Cubes, scans: list[int]) -> None:
    bare = Predictions(str(folder / "*.parquet"), **ROLES)
    log = cubes.over(bare)
    fairness(log, group="race")
    for where in ("at >= '2026-10-25T00:30:00Z'", "at > '2026-10-25'", "at <= '2026-10-25'", "at is null"):
        scans.clear()
        assert fairness(log, group="race", where=where) == fairness(bare, group="race", where=where)
        assert scans


def test_only_new_files_are_counted(folder: Path, cubes: Cubes, scans: list[int]) -> None:
    bare = Predictions(str(folder / "*.parquet"), **ROLES)
    log = cubes.over(bare)
    fairness(log)
    for number in range(3, 14):  # more than are kept apart
        write(folder, number)
        assert cubes.standing(log).status == "grown"
        scans.clear()
        found = fairness(log)
        assert set(scans) == {1}
        assert cubes.standing(log).status == "up to date"
        assert found == fairness(bare)


def test_a_file_that_was_written_to_is_counted_again(folder: Path, cubes: Cubes) -> None:
    bare = Predictions(str(folder / "*.parquet"), **ROLES)
    log = cubes.over(bare)
    before = fairness(log)
    write(folder, 1, count=150)
    assert cubes.standing(log).status == "must be counted again"
    after = fairness(log)
    assert after == fairness(bare)
    assert after.rows.used > before.rows.used
    (folder / "0.parquet").unlink()
    assert cubes.standing(log).status == "must be counted again"
    assert fairness(log) == fairness(bare)


def test_a_file_that_may_still_change_is_not_trusted(folder: Path, cubes: Cubes) -> None:
    log = cubes.over(Predictions(str(folder / "*.parquet"), **ROLES))
    later = (folder / "2.parquet").stat().st_mtime + 3600
    os.utime(folder / "2.parquet", (later, later))
    fairness(log)
    assert cubes.standing(log).status == "nothing stored"


def test_a_new_file_with_other_types_changes_the_whole(tmp_path: Path, cubes: Cubes) -> None:
    place = tmp_path / "csv"
    place.mkdir()
    (place / "a.csv").write_text("group,decision\n" + "1,1\n2,0\n1,0\n" * 20)
    at_rest(place / "a.csv")
    bare = Predictions(str(place / "*.csv"))
    log = cubes.over(bare)
    assert fairness(log, decision="decision", group="group") == fairness(bare, decision="decision", group="group")
    (place / "b.csv").write_text("group,decision\n" + "Blue,1\n2,0\n" * 20)
    at_rest(place / "b.csv")
    assert fairness(log, decision="decision", group="group") == fairness(bare, decision="decision", group="group")


def test_too_many_cells_are_not_kept(folder: Path, cubes: Cubes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotwash.investigate.engines.kept.CELLS_KEPT", 3)
    bare = Predictions(str(folder / "*.parquet"), **ROLES)
    for _ in range(2):
        assert fairness(cubes.over(bare), group="race") == fairness(bare, group="race")
    assert not list(cubes.folder.rglob("*.parquet"))


def test_a_damaged_shelf_is_counted_anew(folder: Path, cubes: Cubes) -> None:
    bare = Predictions(str(folder / "*.parquet"), **ROLES)
    log = cubes.over(bare)
    fairness(log)
    for path in cubes.folder.rglob("*.parquet"):
        path.unlink()
    assert fairness(log) == fairness(bare)
    for path in cubes.folder.rglob("shelf.json"):
        path.write_text("{")
    assert fairness(log) == fairness(bare)


def test_a_folder_of_counts_stays_within_its_bounds(folder: Path, tmp_path: Path) -> None:
    cubes = Cubes(tmp_path / "cubes", most_mb=0)
    for number in range(3):
        fairness(cubes.over(Predictions(str(folder / f"{number}.parquet"), **ROLES)))
    assert len(list(cubes.folder.iterdir())) == 1


def test_a_table_keeps_no_counts_and_says_why(cubes: Cubes, places: Places) -> None:
    log = cubes.over(one_log.sqlite(one_log.rows(), places))
    assert cubes.standing(log).status == "not kept"
    assert "without being read" in cubes.standing(log).sentence
    fairness(log, decision="decision", group="race")


def test_counts_are_forgotten_when_told_to(folder: Path, cubes: Cubes) -> None:
    log = cubes.over(Predictions(str(folder / "*.parquet"), **ROLES))
    fairness(log)
    cubes.forget(log)
    assert cubes.standing(log).status == "nothing stored"
