"""A log that is written to all the while: asked of a copy, under its own name, without the half line at its end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotwash.investigate import Finding, Predictions, blast_radius
from hotwash.response import gate_files, gates
from hotwash.response.still import copied

GATE = """
title = "Loans are decided again"
[[questions]]
name = "refused"
question = "blast-radius"
rows_min = 10
arguments = { harm = "decision = 'refused'" }
thresholds = ["share.high <= 0.7"]
"""
ROWS = "at,decision\n" + "2026-11-01T10:00:00Z,granted\n2026-11-01T10:00:01Z,refused\n" * 50


@contextmanager
def rewritten(path: Path) -> Iterator[None]:
    """Somebody puts a new file in the place of the log, again and again."""
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            fresh = path.with_suffix(".new")
            fresh.write_text(ROWS)
            fresh.replace(path)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_gate_is_asked_of_a_log_that_never_rests(tmp_path: Path) -> None:
    log = tmp_path / "loans.csv"
    log.write_text(ROWS)
    gate = gate_files.read(GATE)
    with rewritten(log):
        verdicts = [gates.run(gate, Predictions(str(log)), now=datetime.now(UTC)) for _ in range(20)]
    for verdict in verdicts:
        (check,) = verdict.checks
        assert (check.outcome, check.rows, check.source) == ("passed", 100, str(log)), check
        assert check.finding is not None
        assert "hotwash-still" not in check.finding.to_json()


def ask(log: Predictions) -> Finding:
    return blast_radius(log, harm="decision = 'refused'")


@pytest.mark.parametrize("name", ["loans.csv", "*.csv", "**/*.csv"])
def test_the_copy_gives_the_same_finding_byte_for_byte(tmp_path: Path, name: str) -> None:
    (tmp_path / "loans.csv").write_text(ROWS)
    log = Predictions(str(tmp_path / name))
    with copied(log) as still:
        assert still is not None
        copy, named = still
        assert copy.source != log.source
        found = named(ask(copy))
    assert found.to_json() == ask(log).to_json()
    assert not Path(str(copy.source)).parent.exists()


def test_a_line_that_is_half_written_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "loans.csv").write_text(ROWS + "2026-11-01T10:00:02Z,ref")
    with copied(Predictions(str(tmp_path / "loans.csv"))) as still:
        assert still is not None
        assert Path(str(still[0].source)).read_text() == ROWS


def test_what_is_no_file_or_too_large_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loans.csv").write_text(ROWS)
    with copied(Predictions("postgresql://db/loans#log")) as still:
        assert still is None
    monkeypatch.setattr("hotwash.response.still.BYTES_MAX", 10)
    with copied(Predictions(str(tmp_path / "loans.csv"))) as still:
        assert still is None
