"""A log larger than the memory that a question may use is answered within that memory, as the system counts it."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROWS = 2_100_000
LIMIT_MB = 64
ASKED = """
import json, re, sys
from pathlib import Path
from hotwash.investigate import Predictions, blast_radius
small, large, limit = sys.argv[1:]

def peak():
    # Of this program alone: what getrusage tells began with the program that started it.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

def ask(path):
    log = Predictions(path, memory_mb=int(limit) or None)
    return blast_radius(log, harm="wrong", subject="person", by="team", time="day").result

ask(small)
before = peak()
result = ask(large)
print(json.dumps({"more": peak() - before, "subjects": result["subjects"], "decisions": result["decisions"]}))
"""


def written(path: Path, rows: int) -> str:
    """Everybody is met once, under a long name, so that counting people needs more room than there is."""
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS person, i % 10 <> 0 AS wrong, "
            f"'team ' || i % 7 AS team, DATE '2026-03-01' + (i % 20)::INTEGER AS day FROM range({rows}) AS r(i)) "
            f"TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 30000)"
        )
    return str(path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Only Linux tells the peak of a program alone.")
def test_a_log_larger_than_the_memory_is_answered_within_it(tmp_path: Path) -> None:
    small, large = written(tmp_path / "small.parquet", 1_000), written(tmp_path / "large.parquet", ROWS)
    assert Path(large).stat().st_size > LIMIT_MB << 20

    def asked(limit: int) -> dict[str, float]:
        command = [sys.executable, "-c", ASKED, small, large, str(limit)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        found: dict[str, float] = json.loads(ran.stdout)
        return found

    limited, free = asked(LIMIT_MB), asked(0)
    assert (limited["subjects"], limited["decisions"]) == (9 * ROWS // 10, 9 * ROWS // 10)
    assert (free["subjects"], free["decisions"]) == (9 * ROWS // 10, 9 * ROWS // 10)
    # Python and the threads of the engine need some memory beside what the engine counts as its own.
    assert 0 < limited["more"] < 1.5 * LIMIT_MB, (limited, free)
    assert free["more"] > 2 * LIMIT_MB, "the log needs no more than the limit, so that nothing was shown"
