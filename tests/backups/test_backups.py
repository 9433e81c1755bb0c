"""A whole copy, taken while people write, restored elsewhere: the same to the last digest, or nothing at all."""

import json
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests import postgres
from tests.cli.server import server, token
from tests.cli.terminal import Terminal, terminal

Homes = Callable[..., Terminal]


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Homes]:
    """Make terminals, each over a data folder of its own, which may have its tables on a server."""
    opened = []
    numbers = count(1)

    def make(url: str = "", **environment: str) -> Terminal:
        folder = tmp_path / f"place-{next(numbers)}"
        folder.mkdir()
        if url:
            environment["HOTWASH_DATABASE_URL"] = url
        made = terminal(folder, **{"HOTWASH_HOME": str(folder / "home"), **environment})
        opened.append(made)
        typed: Terminal = made.__enter__()
        return typed

    yield make
    for one in opened:
        one.__exit__(None, None, None)


def filled(typed: Terminal) -> Terminal:
    """Two incidents, a system, evidence in the vault, a sealed contact, and one entry redacted."""
    typed.json("declare", "Applications are refused", "--harm", "fairness")
    typed.json("declare", "Letters show the wrong name — “Ångström”")
    note = typed.json("note", "INC-2026-0001", "Ring Ada, +49 30 1234")
    typed.json("record", "INC-2026-0001", "redact", f"entry={note['entries'][-1]['number']}", "reason=A number")
    return typed


def test_a_copy_is_the_same_to_the_last_digest(homes: Homes, tmp_path: Path) -> None:
    here, there = filled(homes()), homes()
    made = here.json("backup", str(tmp_path / "copy.zip"))
    assert (made["records"], made["database"]) == (2, "sqlite")
    assert (tmp_path / "copy.zip").stat().st_mode & 0o077 == 0
    restored = there.json("restore", str(tmp_path / "copy.zip"))
    assert restored["tables"] == made["tables"]
    assert there.json("show", "INC-2026-0001") == here.json("show", "INC-2026-0001")
    again = there.json("backup", str(tmp_path / "again.zip"))
    assert {**again, "made": "", "file": ""} == {**made, "made": "", "file": ""}


@pytest.mark.real("postgresql")
def test_it_goes_from_sqlite_to_postgresql_and_back(
    homes: Homes, tmp_path: Path, postgresql_server: postgres.Server
) -> None:
    postgresql_server.run("CREATE DATABASE restored")
    try:
        here, there, back = filled(homes()), homes(postgresql_server.url("restored")), homes()
        made = here.json("backup", str(tmp_path / "one.zip"))
        there.json("restore", str(tmp_path / "one.zip"))
        there.json("note", "INC-2026-0002", "Positions and keys go on where they were.")
        second = there.json("backup", str(tmp_path / "two.zip"))
        assert (second["database"], second["rows"] > made["rows"]) == ("postgresql", True)
        assert back.json("restore", str(tmp_path / "two.zip"))["heads"] == second["heads"]
        assert back.json("ledger", "verify")["ok"]
        found = back.json("list", "--query", "Ångström")
        assert [one["incident"] for one in found["incidents"]] == ["INC-2026-0002"]
    finally:
        postgresql_server.run("DROP DATABASE restored WITH (FORCE)")


@contextmanager
def writers(url: str, key: str, acknowledged: list[tuple[str, int]]) -> Iterator[None]:
    """Three people who write notes as fast as they can."""
    ended = threading.Event()
    faults: list[str] = []

    def write(name: int) -> None:
        with httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            incident = client.post("/incidents", json={"title": f"Of {name}"}).raise_for_status().json()["incident"]
            for turn in count(1):
                said = client.post(f"/incidents/{incident}/note", json={"text": f"{name} {turn}"})
                if said.status_code >= 300:
                    faults.append(said.text)
                acknowledged.append((incident, said.json()["entries"][-1]["number"]))
                if ended.is_set():
                    return

    threads = [threading.Thread(target=write, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert not faults, faults[0]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.real("postgresql"))])
def test_a_copy_taken_under_load_holds_what_was_acknowledged(
    kind: str, homes: Homes, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    databases: postgres.Server | None = None
    (tmp_path / "busy").mkdir()
    if kind == "postgresql":
        databases = request.getfixturevalue("postgresql_server")
        databases.run("CREATE DATABASE busy")
        (tmp_path / "busy" / "hotwash.toml").write_text(f'database_url = "{databases.url("busy")}"\n')
    try:
        there = homes()
        with server(tmp_path / "busy", "--empty") as running:
            here = homes(HOTWASH_HOME=str(running.home))
            acknowledged: list[tuple[str, int]] = []
            copies = []
            with writers(running.url, token(running.home, "responder"), acknowledged):
                for number in range(3):
                    while len(acknowledged) < 12 * (number + 1):
                        threading.Event().wait(0.05)
                    before = list(acknowledged)
                    here.json("backup", str(tmp_path / f"{number}.zip"))
                    copies.append(before)
        for number, before in enumerate(copies):
            check = here.json("ledger", "verify", str(tmp_path / f"{number}.zip"))
            ends = {one["record"].removeprefix("incident/"): one["entries"] for one in check["records"]}
            assert all(ends[incident] >= entry for incident, entry in before)
        last = there.json("restore", str(tmp_path / "2.zip"))
        with zipfile.ZipFile(tmp_path / "2.zip") as file:
            assert json.loads(file.read("backup.json"))["tables"] == last["tables"]
        assert there.json("ledger", "verify")["ok"]
    finally:
        if databases:
            databases.run("DROP DATABASE busy WITH (FORCE)")


def rewritten(path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """The same backup with some parts changed or left out."""
    out = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(*part)
    return out


def contents(**changes: Any) -> Callable[[str, bytes], tuple[str, bytes]]:
    return lambda name, data: (
        (name, json.dumps({**json.loads(data), **changes}).encode()) if name == "backup.json" else (name, data)
    )


DAMAGES: dict[str, tuple[Callable[[str, bytes], tuple[str, bytes] | None], str]] = {
    "a byte": (lambda n, d: (n, d.replace(b"refused", b"Refused")), "is not what was written"),
    "a key": (lambda n, d: (n, bytes([d[0] ^ 1]) + d[1:] if n.endswith("secret-key") else d), "secret-key is not what"),
    "a table": (lambda n, d: None if n.endswith("hotwash_entry.jsonl") else (n, d), "hotwash_entry.jsonl is missing"),
    "a name": (lambda n, d: ("../../evil" if n == "home/secret-key" else n, d), 'holds "../../evil"'),
    "a newer form": (contents(version=99), "written by a newer Hotwash"),
    "newer tables": (contents(schema={"tables": ["0001_initial", "9999_later"]}), "9999_later"),
    "other heads": (contents(heads="sha256:0"), "do not end where they ended"),
    "no contents": (lambda n, d: None if n == "backup.json" else (n, d), "no backup of Hotwash"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    with terminal(folder, HOTWASH_HOME=str(folder / "home")) as typed:
        filled(typed).json("backup", str(folder / "copy.zip"))
    return folder / "copy.zip"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_copy_is_refused_and_leaves_nothing(homes: Homes, whole: Path, damage: str) -> None:
    change, says = DAMAGES[damage]
    there = homes()
    said = there.run("restore", str(rewritten(whole, change)))
    assert (said.code, says in said.err) == (1, True), said.err
    if damage != "other heads":
        assert not there.json("list")["incidents"]
    if damage in ("a byte", "a key", "a table", "a name"):
        assert there.run("ledger", "verify", str(whole.with_name("changed.zip"))).code == 1


def test_a_copy_that_is_cut_off_is_refused(homes: Homes, whole: Path) -> None:
    short = whole.with_name("short.zip")
    short.write_bytes(whole.read_bytes()[:-200])
    said = homes().run("restore", str(short))
    assert (said.code, "cut off or damaged" in said.err) == (1, True), said.err


def test_nothing_is_put_over_what_is_there(homes: Homes, whole: Path) -> None:
    here = homes()
    here.json("declare", "Kept")
    for words, says in ((("restore", str(whole)), "is another key"), (("backup", str(whole)), "is there already")):
        said = here.run(*words)
        assert (said.code, says in said.err) == (1, True), said.err
    shutil.copy(Path(here.folder) / "home" / "hotwash.sqlite3", Path(here.folder) / "kept.sqlite3")
    assert [one["title"] for one in here.json("list")["incidents"]] == ["Kept"]


def test_another_secret_is_told_before_anything_is_written(homes: Homes, whole: Path) -> None:
    there = homes(HOTWASH_SECRET_KEY="x" * 40)
    said = there.run("restore", str(whole))
    assert (said.code, "HOTWASH_SECRET_KEY is not the key of the backup" in said.err) == (1, True), said.err
    assert not (Path(there.folder) / "home").exists()


def test_no_worker_runs_after_a_restore_before_somebody_says_so(homes: Homes, whole: Path) -> None:
    there = homes()
    there.json("restore", str(whole))
    said = there.run("worker", "--once")
    assert (said.code, "hotwash worker --resume" in said.err) == (1, True), said.err
    assert there.json("worker", "--once", "--resume")["begun"] >= 0
    assert there.run("worker", "--once").code == 0
