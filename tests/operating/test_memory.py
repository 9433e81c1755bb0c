"""An hour of load: no exchange fails, and the web processes hold no more at its end than after its first third."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.terminal import environment

HERE = Path(__file__).parents[2]


@pytest.mark.soak
@pytest.mark.real("postgresql")
def test_memory_is_flat_over_an_hour_of_load(capsys: pytest.CaptureFixture[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bench", "load"],
        cwd=HERE,
        env=environment(LOAD_S=os.environ.get("LOAD_S", "3600"), LOAD_PEOPLE=os.environ.get("LOAD_PEOPLE", "200")),
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [[cell.strip() for cell in line.split("|")] for line in ran.stdout.splitlines() if line.startswith("| ")]
    with capsys.disabled():
        sys.stdout.write(f"\n{ran.stdout}\n")
    assert rows, ran.stderr[-2000:]
    errors = rows[0].index("errors")
    assert {row[errors] for row in rows if row[1].startswith("under load: ") and row[errors]} == {"0"}, ran.stderr[
        -2000:
    ]
    [memory] = [row for row in rows if row[1].startswith("memory of")]
    assert memory[-2] == "yes", memory
