"""The script in the documentation does what is said of it, without Hotwash."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.ledger.promise import ONE, TWO, draft

from hotwash.ledger.export import export_file
from hotwash.ledger.memory import MemoryStore

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "ledger.md"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    [found] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    path = tmp_path / "verify.py"
    path.write_text(found, encoding="utf-8")
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    store = MemoryStore()
    store.append(ONE, [draft("Zoë 🏦", share=0.4485, whole=2.0, ärger=[]), draft("b"), draft("c")], expected=0)
    store.append(TWO, [draft("d")], expected=0)
    store.redact(ONE, 2)
    export_file(tmp_path / "out.json", store, [ONE, TWO])
    return tmp_path / "out.json"


def run(script: Path, export: Path) -> tuple[int, str]:
    """Exit status and output. ``-I -S`` leaves nothing but the standard library."""
    command = [sys.executable, "-I", "-S", str(script), str(export)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_script_finds_a_sound_export_sound(script: Path, export: Path) -> None:
    assert run(script, export) == (0, "4 entries follow.\n")


@pytest.mark.parametrize(("old", "new"), [("ana", "dee"), ('"c"', '"C"'), ("12:05", "12:06"), ("note", "noted")])
def test_the_script_names_the_first_entry_that_does_not_follow(script: Path, export: Path, old: str, new: str) -> None:
    document = json.loads(export.read_bytes())
    text = json.dumps(document["entries"][-2], ensure_ascii=False, separators=(",", ":"))
    if old not in text:
        pytest.fail(f"{old} is not there to be changed.")
    document["entries"][-2] = json.loads(text.replace(old, new))
    export.write_text(json.dumps(document), encoding="utf-8")
    assert run(script, export) == (1, f"{ONE}, entry 3 does not follow.\n")


def test_the_script_finds_a_file_that_was_cut_short(script: Path, export: Path) -> None:
    document = json.loads(export.read_bytes())
    document["entries"].pop()
    export.write_text(json.dumps(document), encoding="utf-8")
    assert run(script, export) == (1, "The records do not end as the header says.\n")


def test_the_page_shows_every_field_of_a_line(export: Path) -> None:
    [shown] = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert json.loads(shown).keys() == json.loads(export.read_bytes())["entries"][0].keys()
