"""What measuring needs: CPU of processes and of whole trees of them, rows of figures, and the machine they come from.

CPU seconds, not wall time: other work on the machine then spoils a figure far less. A tree's CPU counts children that
have ended, once their parent has waited for them.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

Figure = float | int | str | None

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of work with its figures, by the heading under which each is printed.

    :param kept: whether the limits were kept; None where there is no limit
    """

    work: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took."""

    cpu_s: float
    rss_mb: float
    out: str


def child(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float | None = None,
) -> Spent:
    """Run a process to its end: its CPU with that of its children, and the most memory that one of them held.

    :param timeout_s: it is ended after so long
    :raises RuntimeError: with what it wrote, if it failed or was ended
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=env, cwd=cwd)
    assert process.stdout
    end = Timer(timeout_s, process.kill) if timeout_s else None
    if end:
        end.start()
    out = process.stdout.read().decode()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if end and not end.is_alive():
        raise RuntimeError(f"not finished after {timeout_s:,.0f} s")
    if end:
        end.cancel()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} … ended with {process.returncode}:\n{out[-2000:]}")
    return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out)


def tree_cpu_s(root: int) -> float:
    """CPU seconds that a process and everything below it took so far."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for place in Path("/proc").iterdir():
        if not place.name.isdecimal():
            continue
        try:
            text = (place / "stat").read_text()
        except OSError:
            continue  # it has just ended
        fields = text[text.rindex(")") + 2 :].split()
        parents[int(place.name)] = int(fields[1])
        ticks[int(place.name)] = sum(int(one) for one in fields[11:15])
    return _TICK_S * sum(taken for pid, taken in ticks.items() if _below(pid, root, parents))


def _below(pid: int, root: int, parents: Mapping[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root


def machine() -> str:
    """The machine in a few words."""
    models = [line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    name = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores ({name}), {memory / 2**20:.0f} GiB, Python {platform.python_version()}"


def today() -> str:
    """The date of the run, as people write it."""
    now = datetime.now(UTC)
    return f"{now.day} {now:%B %Y}"


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def table(rows: Sequence[Row]) -> list[str]:
    """Rows as a table in Markdown; a column for every heading that occurs."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row.figures))
    judged = any(row.kept is not None for row in rows)
    cells = [["", *headings, *(["kept"] if judged else [])]]
    for row in rows:
        verdict = [{True: "yes", False: "**no**", None: ""}[row.kept]] if judged else []
        cells.append([row.work, *(_shown(row.figures.get(heading)) for heading in headings), *verdict])
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    lines.insert(1, "| " + " | ".join("-" * max(3, width) for width in widths) + " |")
    return lines


def _shown(figure: Figure) -> str:
    if figure is None:
        return ""
    if isinstance(figure, float):
        return (
            f"{figure:.1f}" if 1 <= abs(figure) < 100 else f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.2g}"
        )
    return f"{figure:,}" if isinstance(figure, int) else figure


def say(text: str) -> None:
    """Progress, beside the figures."""
    print(text, file=sys.stderr, flush=True)
