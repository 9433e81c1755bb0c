"""A test that is late beside others gets one more chance; a fault does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]

LATE = """
from pathlib import Path

def test_late():
    mark = Path(__file__).with_name("mark")
    came, _ = mark.exists(), mark.touch()
    assert came

def test_good():
    pass
"""
WRONG = "def test_wrong():\n    assert False\n"
MANY = "import pytest\n\n@pytest.mark.parametrize('n', range(6))\ndef test_many(n):\n    assert False\n"


@pytest.mark.parametrize(
    ("text", "code", "again"), [(LATE, 0, "passed alone"), (WRONG, 1, "Once more, alone"), (MANY, 1, "")]
)
def test_few_failures_are_asked_once_more(tmp_path: Path, text: str, code: int, again: str) -> None:
    (tmp_path / "test_it.py").write_text(text)
    words = ["-q", "-c", os.devnull, "--rootdir", str(tmp_path), "-p", "no:django", str(tmp_path / "test_it.py")]
    cache = str(tmp_path / "cache")
    said = f"import sys; from tests import twice; sys.exit(twice.run(sys.executable, {words!r}, cache={cache!r}))"
    ran = subprocess.run([sys.executable, "-c", said], cwd=HERE, capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert again in ran.stderr
    assert bool(again) == ("Once more" in ran.stderr)
