"""How long a command takes to begin: `hotwash --help` beside a bare interpreter and beside click alone."""

import sys
import time

from bench.measure import Row, child

WALL_S_MAX = 0.5
_TRIES = 7


def run(short: bool) -> list[Row]:  # noqa: ARG001, FBT001
    """The least of some starts."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import click'": [sys.executable, "-c", "import click"],
        "hotwash --help": [sys.executable, "-m", "hotwash.cli", "--help"],
    }
    taken = {name: [_took(command) for _ in range(_TRIES)] for name, command in commands.items()}
    least = {name: (min(cpu for cpu, _ in times), min(wall for _, wall in times)) for name, times in taken.items()}
    bare, _ = least["python -c pass"]
    rows = []
    for name, (cpu, wall) in least.items():
        ours = name.startswith("hotwash")
        figures = {
            "CPU s": cpu,
            "wall s": wall,
            "limit, wall s": WALL_S_MAX if ours else None,
            "times bare": cpu / bare,
        }
        rows.append(Row(name, figures, wall <= WALL_S_MAX if ours else None))
    return rows


def _took(command: list[str]) -> tuple[float, float]:
    start = time.perf_counter()
    return child(command).cpu_s, time.perf_counter() - start
