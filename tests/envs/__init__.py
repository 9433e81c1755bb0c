"""Real outside tools for the tests, each in an environment of its own: `.cache/envs/<name>`.

A Python tool has a lock with hashes (`<name>.lock`, whose first line says what was wanted), a Node tool a folder with
`package.json` and `package-lock.json`, a package of Debian its version and digest (`<name>.debian`); it is unpacked,
not installed. `python -m tests.envs` builds what is missing or has another lock than before;
`make test` does so first. A test only asks where a tool lies.
"""

import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest

LOCKS = Path(__file__).parent
BUILT = LOCKS.parents[1] / ".cache" / "envs"


def names() -> list[str]:
    """Every tool that has a lock."""
    return sorted(
        [one.stem for kind in ("*.lock", "*.debian") for one in LOCKS.glob(kind)]
        + [one.parent.name for one in LOCKS.glob("*/package.json")]
    )


def place(name: str) -> Path:
    """Where a tool is installed: ``bin/python`` lies under it, or ``node_modules``.

    A tool that is not installed is a reason to skip; in continuous integration (``CI`` is set) it is a failure.
    """
    if not ready(name):
        why = f"The real {name} is not installed: python -m tests.envs {name}"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return BUILT / name


def ready(name: str) -> bool:
    """Whether a tool is installed, from its lock as it is now."""
    mark = BUILT / name / ".ready"
    return mark.is_file() and mark.read_text(encoding="utf-8") == digest(name)


def lock(name: str) -> Path:
    """The file that says what is installed."""
    node = LOCKS / name / "package-lock.json"
    debian = LOCKS / f"{name}.debian"
    if node.with_name("package.json").exists():
        return node
    return debian if debian.exists() else LOCKS / f"{name}.lock"


def digest(name: str) -> str:
    """What an environment must have been made from: its lock, and for a Python tool the version of Python."""
    made = sha256(lock(name).read_bytes())
    if lock(name).suffix == ".lock":
        made.update(b"%d.%d" % sys.version_info[:2])
    return made.hexdigest()
