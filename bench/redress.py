"""A register of half a million people: taken in, looked at, taken out, worked on; and the incident beside it.

Each piece of work on the whole register runs in a process of its own, so that its memory is its own. What a page and an
entry take is held against an incident without a register, in turns, in one process. On SQLite.
"""

import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import Row, child, say

PEOPLE, LONG = 500_000, 500_000
MEMORY_MB = 400
RATIO_MAX = 1.15
PAGE_MS = 100
KINDS = ("notify", "compensate")


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Every figure of redress."""
    people = PEOPLE if short else LONG
    with tempfile.TemporaryDirectory(prefix="hotwash-bench-") as folder:
        place = Path(folder)
        os.environ["HOTWASH_HOME"] = str(place / "home")
        os.environ.pop("HOTWASH_DATABASE_URL", None)
        _lists(place, people)
        rows = [_whole(place, name, people) for name in _STEPS]
        return rows + _beside(40 if short else 400)


def _lists(place: Path, people: int) -> None:
    with (place / "people.csv").open("w", newline="") as file, (place / "back.csv").open("w", newline="") as back:
        writer, returned = csv.writer(file), csv.writer(back)
        header = ("person", "remedy", "owner", "due", "language", "group", "amount", "currency", "product", "decided")
        writer.writerow(header)
        returned.writerow(("person", "remedy", "state", "proof", "reason", "version"))
        for number in range(people):
            key, kind = f"customer-{number:07d}", KINDS[number % 2]
            money = (f"{number % 900}.50", "EUR") if number % 2 else ("", "")
            group, day = f"region {number % 8}", f"2026-12-{number % 28 + 1:02d}"
            writer.writerow((key, kind, f"team {number % 12}", day, "en", group, *money, "loan", "2026-03-03"))
            state = ("done", f"letter {number}", "") if number % 10 else ("unreachable", "", "moved away")
            returned.writerow((key, kind, *state, "1"))


def _whole(place: Path, name: str, people: int) -> Row:
    say(f"  {name} …")
    start = time.monotonic()
    spent = child([sys.executable, "-m", "bench.redress", name, str(place)])
    wall = time.monotonic() - start
    figures = {
        "people": people, "CPU s": spent.cpu_s, "s": wall, "µs a person": 1e6 * spent.cpu_s / people,
        "memory MB": spent.rss_mb, "limit MB": float(MEMORY_MB), "longest piece, CPU ms": _waited(spent.out),
    }  # fmt: skip
    return Row(f"{name}, SQLite", figures, spent.rss_mb <= MEMORY_MB)


def _waited(out: str) -> float | None:
    found = [line.split()[1] for line in out.splitlines() if line.startswith("waited")]
    return float(found[0]) if found else None


def _beside(times: int) -> list[Row]:
    """A page and an entry of an incident with the register, in turns with one without."""
    import httpx

    from hotwash.cli.local import transport

    with httpx.Client(transport=transport(None), base_url="http://localhost/api/v1") as client:
        incidents = client.get("/incidents").json()["incidents"]
        full = next(one["incident"] for one in incidents if one["title"] == TITLE)
        bare = client.post("/incidents", json={"title": "Without"}).json()["incident"]
        entries = len(client.get(f"/incidents/{full}/entries").json()["entries"])
        for turn in range(entries - 2):  # as many entries in both
            client.post(f"/incidents/{bare}/note", json={"text": f"line {turn}"}).raise_for_status()

        def get(incident: str) -> Callable[[], object]:
            return lambda: client.get(f"/incidents/{incident}").raise_for_status()

        def note(incident: str) -> Callable[[], object]:
            return lambda: client.post(f"/incidents/{incident}/note", json={"text": "line"}).raise_for_status()

        pairs = {"open the room": get, "append an entry": note}
        rows = []
        for name, work in pairs.items():
            with_it, without = _in_turns(work(full), work(bare), times)
            ratio = with_it / without
            figures = {"CPU ms": with_it, "without ms": without, "ratio": ratio, "limit": RATIO_MAX}
            rows.append(Row(f"{name}, API", figures, ratio <= RATIO_MAX))

        def looked(path: str) -> Callable[[], object]:
            return lambda: client.get(path).raise_for_status()

        pages = {
            "progress": f"/incidents/{full}/redress",
            "50 people": f"/incidents/{full}/redress/people?limit=50",
            "50 people, in the middle, of one owner": (
                f"/incidents/{full}/redress/people?limit=50&owner=team%203&after=customer-0250000%7Cnotify"
            ),
        }
        for name, path in pages.items():
            took = _least(looked(path), times)
            rows.append(Row(f"{name}, API", {"CPU ms": took, "limit": float(PAGE_MS)}, took <= PAGE_MS))
        return rows


def _in_turns(one: Callable[[], object], other: Callable[[], object], times: int) -> tuple[float, float]:
    """The middle of what each took, so that growth and other work meet both alike."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for place, work in enumerate((one, other)):
            took[place].append(_cpu_ms(work))
    return sorted(took[0])[times // 2], sorted(took[1])[times // 2]


def _least(work: Callable[[], object], times: int) -> float:
    return sorted(_cpu_ms(work) for _ in range(max(5, times // 4)))[1]


def _cpu_ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


# ── the pieces of work, each in its process ──────────────────────────────────

TITLE = "Half a million decisions"


def _import(place: Path) -> None:
    from hotwash.response.redress.acting import take_in
    from hotwash.response.redress.lines import Terms
    from hotwash.web.door import desk
    from hotwash.web.redress.registers import register, secret

    incident = desk().declare(by=_bo(), title=TITLE).id
    opened = register(incident)
    opened.open(by=_bo())
    longest = _longest(opened)
    came = take_in(opened, _file(place, "people.csv"), Terms(), by=_bo(), secret=secret())
    assert came.added == came.changes
    print("waited", longest())


def _results(place: Path) -> None:
    from hotwash.response.redress.acting import put_results

    opened = _register()
    longest = _longest(opened)
    assert put_results(opened, _file(place, "back.csv"), by=_bo()).left_out == 0
    print("waited", longest())


def _again(place: Path) -> None:
    from hotwash.response.redress.acting import put_results

    assert put_results(_register(), _file(place, "back.csv"), by=_bo()).changes == 0


def _csv(place: Path) -> None:
    from hotwash.response.redress.kept import Where
    from hotwash.response.redress.lists import write_list

    write_list(_register(), place / "out.csv", "csv", Where(), by=_bo())


def _parquet(place: Path) -> None:
    from hotwash.response.redress.kept import Where
    from hotwash.response.redress.lists import write_list

    write_list(_register(), place / "out.parquet", "parquet", Where(), by=_bo())


def _rebuild(place: Path) -> None:  # noqa: ARG001
    _register().rebuild()


def _longest(register: Any) -> Callable[[], float]:
    """What the longest piece takes: nobody else who writes waits longer than for part of one."""
    whole, took = register.rows.apply, [0.0]

    def timed(*args: object, **words: object) -> bool:
        start = time.process_time()
        try:
            return bool(whole(*args, **words))
        finally:
            took[0] = max(took[0], (time.process_time() - start) * 1e3)

    register.rows.apply = timed
    return lambda: took[0]


def _register() -> Any:
    from hotwash.web.redress.registers import register
    from hotwash.web.tables.models import RedressRegister

    return register(RedressRegister.objects.get().incident)


def _file(place: Path, name: str) -> Any:
    from hotwash.response.redress.files import ListFile

    return ListFile(place / name, name, "csv")


def _bo() -> Any:
    from hotwash.response.desk import Person

    return Person("bo", "commander")


_STEPS: dict[str, Callable[[Path], None]] = {
    "take a list in": _import,
    "put results in": _results,
    "the same results again": _again,
    "take a list out, CSV": _csv,
    "take a list out, Parquet": _parquet,
    "make the rows again": _rebuild,
}

if __name__ == "__main__":
    from hotwash.cli.local import ready

    ready(None)
    _STEPS[sys.argv[1]](Path(sys.argv[2]))
