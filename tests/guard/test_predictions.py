"""Rows of a prediction log: whole, bounded, and never in the way."""

import json
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tests.guard.conftest import Until

from hotwash.guard import PredictionLog
from hotwash.investigate import Predictions, blast_radius


def rows(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]


def test_a_question_reads_what_was_written(tmp_path: Path) -> None:
    with PredictionLog(tmp_path) as log:
        for n in range(300):
            log.add(applicant=f"a-{n % 100}", decision=n % 3 == 0, score=n / 300, model_version="v2", sex="fm"[n % 2])
    assert log.status().written == 300
    found = Predictions.open(f"{tmp_path}/*.jsonl", time="at", subject="applicant")
    told = blast_radius(found, harm="decision = 0").result
    assert told["decisions"] == 200
    assert {guess.role for guess in found.guess_roles()} >= {"time", "version", "decision", "score"}


def test_values_are_written_as_a_log_has_them(tmp_path: Path) -> None:
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    with PredictionLog(tmp_path) as log:
        log.add(
            at=at, nan=float("nan"), big=float("inf"), np=np.float32(0.5), count=np.int64(3), none=None, text='"NaN"\n'
        )
    assert rows(tmp_path) == [
        {"at": "2026-03-03T09:00:00Z", "nan": None, "big": None, "np": 0.5, "count": 3, "none": None, "text": '"NaN"\n'}
    ]


def test_what_cannot_be_written_is_counted_and_the_rest_is_there(tmp_path: Path) -> None:
    class Hostile:
        def __str__(self) -> str:
            raise RuntimeError("no")

    loop: list[object] = []
    loop.append(loop)
    with PredictionLog(tmp_path) as log:
        for value in (Hostile(), loop, datetime(2026, 3, 3), "x" * 2_000_000, 1):  # noqa: DTZ001 - that is the fault
            assert log.add(value=value)
    assert [row["value"] for row in rows(tmp_path)] == [1]
    assert log.status().dropped == {"unwritable": 4}


def test_too_many_rows_are_dropped_and_counted(tmp_path: Path) -> None:
    place = tmp_path / "logs"
    place.write_text("a file where the folder belongs")
    log = PredictionLog(place, rows_max=10)
    assert [log.add(n=n) for n in range(12)] == [True] * 10 + [False] * 2
    log.close()
    assert log.status().dropped == {"full": 2, "unwritten": 10}
    assert not log.add(n=13)


def test_rows_wait_while_the_folder_cannot_be_written(tmp_path: Path, until: Until) -> None:
    place = tmp_path / "logs"
    place.write_text("a file where the folder belongs")
    with PredictionLog(place) as log:
        log.add(n=1)
        until(lambda: log.status().fault)
        place.unlink()
        until(lambda: log.status().written == 1)
        assert log.status().fault is None
    assert [row["n"] for row in rows(place)] == [1]


FULL = """
import resource, sys, time
from hotwash.guard import PredictionLog
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))  # the disk takes 1,000 bytes of a file, and no more
log = PredictionLog(sys.argv[1])
for n in range(5):
    log.add(n=n, text="x" * 50)
while not log.status().written:
    time.sleep(0.01)
for n in range(100):
    log.add(n=n, text="x" * 50)
while not log.status().fault:
    time.sleep(0.01)
log.close()
print(log.status().written, log.status().dropped)
"""


def test_a_full_disk_costs_rows_that_are_counted_and_no_half_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "5 {'unwritten': 100}\n"
    assert [row["n"] for row in rows(tmp_path)] == list(range(5))


KILLED = """
import sys
from hotwash.guard import PredictionLog
log = PredictionLog(sys.argv[1])
n = 0
while True:
    n += log.add(n=n)
    if log.status().written > 2000:
        print(log.status().written, flush=True)
        log.add(n="half")
        log._guarded(log._flush)
        log._write(b'{"n":"cut o')
        sys.stdin.read()
"""


def test_what_a_killed_process_left_is_completed_by_the_next(tmp_path: Path, until: Until) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    assert process.stdout
    assert process.stdin
    written = int(process.stdout.readline())
    with PredictionLog(tmp_path) as beside:  # it must leave alone what somebody still writes to
        beside.add(n=-1)
    assert len(rows(tmp_path)) == 1
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stdin.close()
    with PredictionLog(tmp_path):
        until(lambda: len(rows(tmp_path)) > written)
    assert not list(tmp_path.glob("*.part"))


def test_files_get_their_name_when_they_are_old_or_large_enough(tmp_path: Path, until: Until) -> None:
    with PredictionLog(tmp_path, every_s=0.1) as log:
        log.add(n=1)
        until(lambda: rows(tmp_path))
    large = tmp_path / "large"
    with PredictionLog(large, bytes_max=1_000) as log:
        for n in range(3_000):
            log.add(n=n)
    assert len(list(large.glob("*.jsonl"))) == 3
    assert sorted(row["n"] for row in rows(large)) == list(range(3_000))  # type: ignore[type-var]


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    with PredictionLog(tmp_path) as log:
        threads = [
            threading.Thread(target=lambda who=who: [log.add(n=n, who=who) for n in range(2_000)]) for who in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {(row["who"], row["n"]) for row in rows(tmp_path)} == {(who, n) for who in range(4) for n in range(2_000)}


def test_what_waits_is_written_when_the_interpreter_ends(tmp_path: Path) -> None:
    code = "import sys; from hotwash.guard import PredictionLog; PredictionLog(sys.argv[1]).add(n=1)"
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, timeout=60)
    assert [row["n"] for row in rows(tmp_path)] == [1]
