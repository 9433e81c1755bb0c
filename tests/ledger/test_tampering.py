"""Whatever is done to what a file store keeps is found, and so it is in an export and in a vault."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.promise import ONE, TWO, draft

from hotwash.ledger.entry import ChainBroken, Conflict, check
from hotwash.ledger.export import export_file, verify_file
from hotwash.ledger.files import FileStore, FileVault
from hotwash.ledger.memory import MemoryStore

AREAS = ["records/*.jsonl", "order.jsonl"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two records, one entry of which is redacted."""
    folder = tmp_path_factory.mktemp("kept")
    store = FileStore(folder)
    store.append(ONE, [draft("Loans refused 🏦", share=0.4485, tags=["a", {"b": None}])], expected=0)
    store.append(ONE, [draft("The name of a child"), draft('a\\b"c')], expected=1)
    store.append(TWO, [draft("d")], expected=0)
    store.append(ONE, [draft("e")], expected=3)
    store.redact(ONE, 2)
    return folder


@contextmanager
def copy(kept: Path) -> Iterator[Path]:
    """A copy that may be spoilt."""
    with TemporaryDirectory() as folder:
        yield shutil.copytree(kept, Path(folder) / "store")


def found(folder: Path) -> bool:
    """Whether a check of the folder finds something."""
    try:
        FileStore(folder).check()
    except ChainBroken:
        return True
    return False


@given(data=st.data())
@settings(max_examples=200)
def test_any_changed_byte_is_found(kept: Path, data: st.DataObject) -> None:
    with copy(kept) as folder:
        path = data.draw(st.sampled_from(sorted(path for area in AREAS for path in folder.glob(area))))
        was = path.read_bytes()
        at = data.draw(st.integers(0, len(was) - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != was[at]))
        path.write_bytes(was[:at] + bytes([byte]) + was[at + 1 :])
        assert found(folder)
        path.write_bytes(was)
        assert not found(folder)


@given(data=st.data())
def test_bytes_that_are_dropped_or_put_in_are_found(kept: Path, data: st.DataObject) -> None:
    with copy(kept) as folder:
        path = data.draw(st.sampled_from(sorted(path for area in AREAS for path in folder.glob(area))))
        was = path.read_bytes()
        start = data.draw(st.integers(0, len(was)))
        end = data.draw(st.integers(start, min(start + 40, len(was))))
        new = data.draw(st.binary(max_size=10) | st.sampled_from([b" ", b"\n", b"\r\n", b"{}\n"]))
        path.write_bytes(was[:start] + new + was[end:])
        assert found(folder) == (path.read_bytes() != was)


@given(data=st.data())
def test_any_line_that_is_dropped_doubled_or_moved_is_found(kept: Path, data: st.DataObject) -> None:
    with copy(kept) as folder:
        path = data.draw(st.sampled_from(sorted(path for area in AREAS for path in folder.glob(area))))
        was = path.read_bytes().splitlines(keepends=True)
        lines = list(was)
        one, two = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        change = data.draw(st.sampled_from(["drop", "double", "swap", "from elsewhere"]))
        if change == "drop":
            del lines[one]
        elif change == "double":
            lines.insert(two, lines[one])
        elif change == "swap":
            lines[one], lines[two] = lines[two], lines[one]
        else:
            other = data.draw(st.sampled_from(sorted(folder.glob("records/*.jsonl"))))
            lines[one] = data.draw(st.sampled_from(other.read_bytes().splitlines(keepends=True)))
        path.write_bytes(b"".join(lines))
        assert found(folder) == (lines != was)


def test_a_record_that_is_dropped_or_put_in_is_found(kept: Path) -> None:
    with copy(kept) as folder:
        min(folder.glob("records/*.jsonl")).unlink()
        assert found(folder)
    with copy(kept) as folder:
        first = min(folder.glob("records/*.jsonl"))
        shutil.copy(first, first.with_stem("another"))
        assert found(folder)


def test_a_record_that_is_changed_and_linked_anew_is_found(kept: Path) -> None:
    with copy(kept) as folder, TemporaryDirectory() as other:
        forged = FileStore(Path(other))
        forged.append(TWO, [draft("nothing happened")], expected=0)
        [lie] = Path(other).glob("records/*.jsonl")
        shutil.copy(lie, folder / "records" / lie.name)
        check(TWO, forged.read(TWO))
        assert found(folder)


@given(data=st.data())
@settings(max_examples=200)
def test_any_changed_byte_of_an_export_is_found_or_changes_nothing_that_is_said(
    kept: Path, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.json"
        vault = FileVault(Path(folder) / "vault")
        digest = vault.put(b"the full finding")
        export_file(path, FileStore(kept), [ONE, TWO], vault=vault, files=[digest])
        was = path.read_bytes()
        at = data.draw(st.integers(0, len(was) - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != was[at]))
        path.write_bytes(was[:at] + bytes([byte]) + was[at + 1 :])
        try:
            verify_file(path)
        except ChainBroken:
            return
        assert json.loads(path.read_bytes()) == json.loads(was)


@given(content=st.binary(min_size=1, max_size=300), data=st.data())
def test_any_changed_byte_of_a_vault_file_is_found(content: bytes, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        vault = FileVault(Path(folder))
        digest = vault.put(content)
        path = Path(folder) / digest[7:9] / digest[7:]
        at = data.draw(st.integers(0, len(content) - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
        path.write_bytes(content[:at] + bytes([byte]) + content[at + 1 :])
        with pytest.raises(ChainBroken):
            vault.get(digest)
        path.write_bytes(content[:at] + content[at + 1 :])
        with pytest.raises(ChainBroken):
            vault.get(digest)


@given(erased=st.sets(st.integers(1, 6)), steps=st.lists(st.integers(1, 3), min_size=2, max_size=3))
def test_redaction_of_any_entries_keeps_the_chain(erased: set[int], steps: list[int]) -> None:
    store = MemoryStore()
    for step in steps:
        store.append(ONE, [draft(str(n)) for n in range(step)], expected=store.head(ONE).number)
    before = store.head(ONE)
    for number in sorted(erased):
        if number <= before.number:
            store.redact(ONE, number)
    assert check(ONE, store.read(ONE)) == before
    assert [entry.redacted for entry in store.read(ONE)] == [n in erased for n in range(1, before.number + 1)]


@given(moves=st.lists(st.tuples(st.sampled_from(["ana", "bo"]), st.booleans()), max_size=20))
def test_a_writer_wins_only_if_nobody_wrote_since_they_looked(moves: list[tuple[str, bool]]) -> None:
    with TemporaryDirectory() as folder:
        stores = {who: FileStore(Path(folder)) for who in ("ana", "bo")}
        believed = {"ana": 0, "bo": 0}
        written: list[str] = []
        for who, looks in moves:
            if looks:
                believed[who] = stores[who].head(ONE).number
                continue
            try:
                stores[who].append(ONE, [draft(who)], expected=believed[who])
                assert believed[who] == len(written)
                written.append(who)
                believed[who] += 1
            except Conflict:
                assert believed[who] != len(written)
        assert [entry.body and entry.body["text"] for entry in stores["bo"].read(ONE)] == written
        stores["ana"].check()
