"""Tools that others use, each in an environment of its own, made from its lock when it is first asked for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]


def python_of(name: str) -> Path | str:
    """The interpreter of a peer's environment, or why there is none."""
    place, lock = _ROOT / ".cache" / "peers" / name, _ROOT / "bench" / "locks" / f"{name}.txt"
    python, ready = place / "bin" / "python", place / ".ready"
    if ready.exists() and ready.read_text() == lock.read_text():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, capture_output=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(lock)],
            check=True,
            capture_output=True,
            timeout=900,
        )
    except (subprocess.SubprocessError, OSError) as failed:
        return f"{name} could not be installed ({type(failed).__name__})"
    ready.write_text(lock.read_text())
    return python


def peer(name: str, script: str, given: str = "") -> Any:
    """What a script prints as JSON in the environment of a peer; a text says why it could not run."""
    python = python_of(name)
    if isinstance(python, str):
        return python
    ran = subprocess.run([str(python), "-c", script], input=given.encode(), capture_output=True, check=False)
    if ran.returncode:
        return f"{name} failed: {ran.stderr.decode().strip().splitlines()[-1][:120]}"
    return json.loads(ran.stdout)
