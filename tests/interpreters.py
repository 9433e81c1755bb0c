"""The other Pythons that Hotwash supports. Where one is found, the tests that need no outside part run on it.

Each has an environment of its own (``.venv-3.12``, ``.venv-3.13``), made once.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import twice

VERSIONS = ("3.12", "3.13")
HERE = Path(__file__).parents[1]
OWN = "not real and not soak"


def interpreter(version: str) -> str | None:
    """A Python of this version that starts, on the path or in pyenv's folder."""
    candidates = [shutil.which(f"python{version}")]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates += [str(path) for path in sorted(root.glob(f"versions/{version}.*/bin/python"), reverse=True)]
    for path in candidates:
        if path and subprocess.run([path, "-c", "import venv, ssl"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def main() -> int:
    """Run them; 0 when all that were found pass."""
    for version in VERSIONS:
        python = interpreter(version)
        if python is None:
            sys.stderr.write(f"No Python {version} here: not tested on it.\n")
            continue
        folder = HERE / f".venv-{version}"
        lock = HERE / "requirements-test.lock"
        ready = folder / ".ready"
        newest = max(one.stat().st_mtime for one in (lock, HERE / "pyproject.toml"))
        if not ready.exists() or ready.stat().st_mtime < newest:
            subprocess.run([HERE / "install", python, folder, lock], check=True, cwd=HERE)
        sys.stderr.write(f"Python {version}:\n")
        code = twice.run(folder / "bin" / "python", ["-q", "-m", OWN], cache=f".cache/pytest-{version}")
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
