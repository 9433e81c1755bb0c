"""The store and the vault in files keep the promise, and what a crash leaves is never lost or believed."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ledger.promise import ONE, TWO, Damage, StorePromise, VaultPromise, draft, refuse, texts

from hotwash.ledger.cipher import Keys
from hotwash.ledger.entry import ChainBroken, Conflict, check
from hotwash.ledger.files import FileStore, FileVault, file_name

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hotwash.ledger.entry import Conflict, Draft
from hotwash.ledger.files import FileStore
store, who, rounds = FileStore(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
now = datetime(2026, 3, 2, 12, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
while (number := store.head("incident/INC-2026-0001").number) < rounds:
    try:
        store.append("incident/INC-2026-0001", [Draft("note", who, now, now, {"text": who})], expected=number)
        print(number + 1, flush=True)
    except Conflict:
        pass
"""


def writer(folder: Path, who: str, rounds: int) -> subprocess.Popen[str]:
    """A process that will write until the record has some length, and says which entries were acknowledged to it."""
    command = [sys.executable, "-c", WRITER, str(folder), who, str(rounds)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let a waiting writer start."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def record(folder: Path, stream: str = ONE) -> Path:
    """The file of a record."""
    return folder / "records" / file_name(stream)


class TestFileStore(StorePromise):
    @pytest.fixture
    def store(self, tmp_path: Path) -> FileStore:
        return FileStore(tmp_path)

    @pytest.fixture
    def damage(self, store: FileStore) -> Damage:
        def change(stream: str, number: int) -> None:
            path = record(store.folder, stream)
            lines = path.read_bytes().split(b"\n")
            lines[number - 1] = lines[number - 1].replace(b'"kind":"note"', b'"kind":"changed"')
            path.write_bytes(b"\n".join(lines))

        return change


class TestFileVault(VaultPromise):
    @pytest.fixture
    def vault(self, tmp_path: Path) -> FileVault:
        return FileVault(tmp_path / "vault")

    @pytest.fixture
    def damage(self, vault: FileVault) -> Callable[[str], None]:
        def change(digest: str) -> None:
            (vault.folder / digest[7:9] / digest[7:]).write_bytes(b"something else")

        return change

    def test_only_the_owner_may_read(self, vault: FileVault) -> None:
        digest = vault.put(b"a")
        [folder] = vault.folder.iterdir()
        [file] = folder.iterdir()
        assert file.name == digest[7:]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


class TestSealedFileVault(VaultPromise):
    @pytest.fixture
    def vault(self, tmp_path: Path) -> FileVault:
        keys = Keys((b"k" * 32,))
        return FileVault(tmp_path / "vault", keys=lambda: keys)

    @pytest.fixture
    def damage(self, vault: FileVault) -> Callable[[str], None]:
        def change(digest: str) -> None:
            path = vault.folder / digest[7:9] / f"{digest[7:]}.sealed"
            path.write_bytes(path.read_bytes()[:-1] + b"x")

        return change


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    store = FileStore(tmp_path)
    store.append(ONE, [draft("a"), draft("b")], expected=0)
    store.append(TWO, [draft("c")], expected=0)
    return store


def test_another_store_on_the_folder_reads_the_same(store: FileStore) -> None:
    other = FileStore(store.folder)
    assert list(other.follow()) == list(store.follow())
    other.append(ONE, [draft("d")], expected=2)
    assert texts(store.read(ONE)) == ["a", "b", "d"]
    with pytest.raises(Conflict):
        store.append(ONE, [draft("e")], expected=2)
    assert other.check() == store.heads()


def test_only_the_owner_may_read_the_records(store: FileStore) -> None:
    for path in (record(store.folder), store.folder / "order.jsonl"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((store.folder / "records").stat().st_mode) == 0o700


def test_names_that_differ_only_in_case_have_different_files() -> None:
    names = {file_name(name).lower() for name in ("system/loans", "system/Loans", "system-loans", "system/loans/")}
    assert len(names) == 4
    assert all(len(file_name("x" * 5000)) < 255 for _ in names)


def test_of_two_processes_only_one_wins_each_entry(tmp_path: Path) -> None:
    rounds = 150
    writers = [writer(tmp_path, who, rounds) for who in ("ana", "bo")]
    acknowledged = {}
    for process in writers:
        go(process)
    for process, who in zip(writers, ("ana", "bo"), strict=True):
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        acknowledged[who] = [int(line) for line in out.split()]
    assert sorted(acknowledged["ana"] + acknowledged["bo"]) == list(range(1, rounds + 1))
    store = FileStore(tmp_path)
    for entry in store.read(ONE):
        assert entry.number in acknowledged[entry.by]
    assert store.check()[ONE].number == rounds


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    seen: list[int] = []
    for lines_until_kill in (1, 4, 7, 2, 9):
        process = writer(tmp_path, "ana", 10_000)
        assert process.stdout is not None
        go(process)
        seen += [int(process.stdout.readline()) for _ in range(lines_until_kill)]
        os.kill(process.pid, signal.SIGKILL)
        seen += [int(line) for line in process.communicate(timeout=60)[0].split()]
        store = FileStore(tmp_path)
        store.mend()
        entries = store.read(ONE)
        assert check(ONE, entries).number >= seen[-1]
        assert store.check() == {ONE: store.head(ONE)}
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("left", [b'{"body":{"te', b'{"whole":"line"}\n', b"\n", b"\xff\x00\n\n"])
def test_what_a_crash_left_in_a_record_is_set_aside_by_the_next_writer(store: FileStore, left: bytes) -> None:
    with record(store.folder).open("ab") as file:
        file.write(left)
    assert texts(store.read(ONE)) == ["a", "b"]
    with pytest.raises(ChainBroken) as broken:
        store.check()
    assert (broken.value.stream, broken.value.number) == (ONE, 3)
    store.append(ONE, [draft("d")], expected=2)
    assert texts(store.read(ONE)) == ["a", "b", "d"]
    assert store.check() == store.heads()
    assert [path.read_bytes() for path in (store.folder / "aside").iterdir()] == [left]


def test_a_half_written_line_of_the_order_is_no_commit(store: FileStore) -> None:
    order = store.folder / "order.jsonl"
    whole = order.read_bytes()
    order.write_bytes(whole[:-20])
    other = FileStore(store.folder)
    assert list(other.streams()) == [ONE]
    with pytest.raises(ChainBroken, match="half-written"):
        other.check()
    aside = other.mend()
    assert sorted(path.read_bytes() for path in aside) == sorted(
        [whole[:-20].split(b"\n")[1], (store.folder / "aside" / aside[1].name).read_bytes()]
    )
    assert b'"text":"c"' in aside[1].read_bytes()
    assert list(other.check()) == [ONE]
    other.append(TWO, [draft("d")], expected=0)
    assert texts(other.follow()) == ["a", "b", "d"]


def test_nothing_is_mended_where_nothing_is_broken(store: FileStore) -> None:
    assert store.mend() == []
    assert not (store.folder / "aside").exists()


def test_failed_work_alongside_leaves_no_byte_behind(store: FileStore) -> None:
    before = {path: path.read_bytes() for path in store.folder.rglob("*.jsonl")}
    for stream, expected in ((ONE, 2), ("system/loans", 0)):
        with pytest.raises(ZeroDivisionError):
            store.append(stream, [draft("d")], expected=expected, alongside=refuse)
    assert {path: path.read_bytes() for path in store.folder.rglob("*.jsonl")} == before
    store.check()


def test_work_alongside_may_not_write_to_the_store(store: FileStore) -> None:
    with pytest.raises(RuntimeError, match="alongside"):
        store.append(ONE, [draft("d")], expected=2, alongside=lambda _: store.redact(ONE, 1))
    assert texts(store.read(ONE)) == ["a", "b"]
    store.append(ONE, [draft("d")], expected=2)


def test_what_is_redacted_is_on_no_page_of_the_folder(store: FileStore) -> None:
    store.append(ONE, [draft("The name of a child")], expected=2)
    store.redact(ONE, 3)
    assert not any(b"child" in path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    store.check()


def test_a_record_whose_end_was_cut_off_does_not_fit_the_order(store: FileStore) -> None:
    path = record(store.folder)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(ChainBroken) as broken:
        store.check()
    assert (broken.value.stream, broken.value.number) == (ONE, 2)
    with pytest.raises(ChainBroken):
        store.append(ONE, [draft("d")], expected=2)


def test_a_record_that_was_written_anew_as_a_whole_does_not_fit_the_order(store: FileStore, tmp_path: Path) -> None:
    forged = FileStore(tmp_path / "forged")
    forged.append(ONE, [draft("a"), draft("nothing happened")], expected=0)
    record(store.folder).write_bytes(record(forged.folder).read_bytes())
    with pytest.raises(ChainBroken) as broken:
        store.check()
    assert (broken.value.stream, broken.value.number) == (ONE, 1)


def test_a_missing_file_is_a_broken_chain(store: FileStore) -> None:
    record(store.folder).unlink()
    with pytest.raises(ChainBroken) as broken:
        store.read(ONE)
    assert broken.value.number == 1
    assert texts(store.read(TWO)) == ["c"]
