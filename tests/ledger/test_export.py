"""Records on their way: what is written can be verified without a store, and comes back as it was."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ledger.promise import NOON, ONE, TWO, draft, texts

from hotwash.ledger.entry import ChainBroken, canonical, digest_of
from hotwash.ledger.export import FILE_MAX, export_file, export_folder, import_file, verify_file
from hotwash.ledger.files import FileStore, FileVault, file_name
from hotwash.ledger.layout import ExportBroken
from hotwash.ledger.lines import heading_of
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.seal import Seal, make_seal

LOANS = "system/loans"


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    store.append(LOANS, [draft("x")], expected=0)
    store.append(ONE, [draft("a"), draft("The name of a child 🧒", share=0.4485)], expected=0)
    store.append(TWO, [draft("c")], expected=0)
    store.append(ONE, [draft("d")], expected=2)
    store.redact(ONE, 2)
    return store


@pytest.fixture
def vault() -> MemoryVault:
    vault = MemoryVault()
    for data in (b"", b"the full finding", bytes(range(256))):
        vault.put(data)
    return vault


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def seal(store: MemoryStore, key: Ed25519PrivateKey) -> Seal:
    return make_seal(store, key, at=NOON, streams=[ONE, TWO])


@pytest.fixture
def file(tmp_path: Path, store: MemoryStore, vault: MemoryVault, seal: Seal) -> Path:
    path = tmp_path / "out.json"
    export_file(path, store, [ONE, TWO], vault=vault, files=vault.digests(), seals=[seal])
    return path


def broken(path: Path, **options: Any) -> ExportBroken:
    """What is wrong with a file; importing it records nothing."""
    store, vault = MemoryStore(), MemoryVault()
    with pytest.raises(ExportBroken):
        import_file(path, store, vault=vault)
    assert list(store.streams()) == []
    with pytest.raises(ExportBroken) as found:
        verify_file(path, **options)
    assert str(path) in str(found.value)
    return found.value


def edit(path: Path, line: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the object in a line (counted from 1)."""
    lines = path.read_bytes().split(b"\n")
    value = json.loads(lines[line - 1].removesuffix(b","))
    change(value)
    comma = b"," if lines[line - 1].endswith(b",") else b""
    lines[line - 1] = canonical(value) + comma
    path.write_bytes(b"\n".join(lines))


def entry_line(path: Path, text: bytes = b'"text":"a"') -> int:
    """The line in which some text stands."""
    return next(number for number, line in enumerate(path.read_bytes().split(b"\n"), 1) if text in line)


def test_an_export_is_verified_without_a_store(file: Path, key: Ed25519PrivateKey, store: MemoryStore) -> None:
    found = verify_file(file, public_key=key.public_key())
    assert found.heads == {ONE: store.head(ONE), TWO: store.head(TWO)}
    assert (found.entries, found.redacted, found.files, len(found.seals), found.signed) == (4, 1, 3, 1, True)
    assert not verify_file(file).signed


def test_an_export_is_one_json_document_with_one_item_a_line(file: Path) -> None:
    document = json.loads(file.read_bytes())
    assert list(document) == ["header", "seals", "entries", "files"]
    assert [entry["stream"] for entry in document["entries"]] == [ONE, ONE, TWO, ONE]
    assert base64.b64decode(document["files"][0]["base64"]) is not None
    assert len(file.read_bytes().splitlines()) == 15


def test_nothing_redacted_or_not_asked_for_is_exported(file: Path) -> None:
    data = file.read_bytes()
    assert b"child" not in data
    assert LOANS.encode() not in data


def test_an_export_that_was_imported_exports_to_the_same_bytes(file: Path, tmp_path: Path) -> None:
    other, vault = FileStore(tmp_path / "store"), FileVault(tmp_path / "vault")
    other.append(LOANS, [draft("already here")], expected=0)
    found = import_file(file, other, vault=vault)
    again = tmp_path / "again.json"
    export_file(again, other, found.heads, vault=vault, files=vault.digests(), seals=found.seals)
    assert again.read_bytes() == file.read_bytes()
    assert texts(other.follow()) == ["already here", "a", None, "c", "d"]
    assert list(other.check()) == [ONE, TWO, LOANS]
    other.append(ONE, [draft("goes on")], expected=3)
    other.check()


def test_importing_twice_changes_nothing_and_importing_more_adds_it(
    file: Path, tmp_path: Path, store: MemoryStore, vault: MemoryVault
) -> None:
    other = MemoryStore()
    import_file(file, other, vault=vault)
    import_file(file, other, vault=vault)
    store.append(ONE, [draft("e")], expected=3)
    export_file(tmp_path / "more.json", store, [ONE])
    import_file(tmp_path / "more.json", other, vault=vault)
    assert texts(other.read(ONE)) == ["a", None, "d", "e"]
    other.redact(ONE, 4)
    import_file(tmp_path / "more.json", other, vault=vault)
    assert texts(other.read(ONE)) == ["a", None, "d", None]


def test_a_record_that_went_another_way_here_is_not_overwritten(file: Path, vault: MemoryVault) -> None:
    other = MemoryStore()
    other.append(ONE, [draft("mine")], expected=0)
    with pytest.raises(
        ExportBroken, match=f"line {entry_line(file)}: {ONE}, entry 1: another entry stands in its place"
    ):
        import_file(file, other, vault=vault)
    assert texts(other.follow()) == ["mine"]


def test_a_folder_holds_the_files_as_they_are(
    tmp_path: Path, store: MemoryStore, vault: MemoryVault, seal: Seal, key: Ed25519PrivateKey
) -> None:
    folder = tmp_path / "case"
    export_folder(folder, store, [ONE, TWO], vault=vault, files=vault.digests(), seals=[seal])
    found = verify_file(folder, public_key=key.public_key())
    assert (found.entries, found.files) == (4, 3)
    other, taken = MemoryStore(), MemoryVault()
    import_file(folder, other, vault=taken)
    assert list(taken.digests()) == list(vault.digests())
    export_folder(tmp_path / "again", other, [ONE, TWO], vault=taken, files=taken.digests(), seals=found.seals)
    assert {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == {
        p.relative_to(tmp_path / "again"): p.read_bytes() for p in (tmp_path / "again").rglob("*") if p.is_file()
    }
    with pytest.raises(FileExistsError, match="not empty"):
        export_folder(folder, store, [ONE])


def test_a_changed_or_missing_file_of_a_folder_is_named(tmp_path: Path, store: MemoryStore, vault: MemoryVault) -> None:
    folder, digest = tmp_path / "case", digest_of(b"the full finding")
    export_folder(folder, store, [ONE], vault=vault, files=vault.digests())
    kept = folder / "files" / digest[7:9] / digest[7:]
    kept.write_bytes(b"The full finding")
    with pytest.raises(ExportBroken, match=f"{digest}: the file was changed"):
        verify_file(folder)
    kept.unlink()
    with pytest.raises(ExportBroken, match=f"The file {digest} is missing"):
        verify_file(folder)


def test_the_file_of_one_record_of_a_store_is_verified_too(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.append(ONE, [draft("a"), draft("b")], expected=0)
    path = tmp_path / "records" / file_name(ONE)
    assert verify_file(path).heads == store.heads()
    path.write_bytes(path.read_bytes().replace(b'"text":"b"', b'"text":"B"'))
    assert str(broken(path)) == f"{path}, line 2: {ONE}, entry 2: its body was changed."
    path.write_bytes(path.read_bytes()[:-9])
    assert "half-written" in str(broken(path))


def test_a_document_that_was_laid_out_anew_is_verified_too(file: Path, key: Ed25519PrivateKey) -> None:
    document = json.loads(file.read_bytes())
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")
    assert verify_file(file, public_key=key.public_key()).entries == 4
    document["entries"][1]["kind"] = "changed"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert str(broken(file)) == f"{file}: {ONE}, entry 2: its heading was changed."


def test_fields_of_a_later_version_are_kept_for_the_checksum_but_not_taken_in(file: Path, tmp_path: Path) -> None:
    data = file.read_bytes().split(b"\n")
    number = entry_line(file, b'"text":"c"')
    value = json.loads(data[number - 1].removesuffix(b","))
    value["place"] = "Köln"
    value["digest"] = digest_of(canonical(heading_of(value)))
    data[number - 1] = canonical(value) + b","
    header = json.loads(data[0].removesuffix(b",") + b"}")["header"]
    header["streams"][TWO] = [1, value["digest"]]
    header["made_by"] = "a later Hotwash"
    data[0] = b'{"header":' + canonical(header) + b","
    data[2] = b""
    file.write_bytes(b"\n".join(line for line in data if line) + b"\n")
    assert verify_file(file).entries == 4
    with pytest.raises(ExportBroken, match=f"line {number - 1}: It has a field 'place'"):
        import_file(file, MemoryStore(), vault=MemoryVault())
    file.write_bytes(file.read_bytes().replace("Köln".encode(), b"Bonn"))
    with pytest.raises(ExportBroken, match=f"{TWO}, entry 1: its heading was changed"):
        verify_file(file)


# What is wrong is named with file, line and entry


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda e: e.update(kind="resolved"), "entry 1: its heading was changed"),
        (lambda e: e.update(occurred_at="2026-03-01T12:00:00Z"), "entry 1: its heading was changed"),
        (lambda e: e.update(place="here"), "entry 1: its heading was changed"),
        (lambda e: e["body"].update(text="b"), "entry 1: its body was changed"),
        (lambda e: e["body"].update(more=1), "entry 1: its body was changed"),
        (lambda e: e.update(salt=e["salt"].upper()), "lower-case"),
        (lambda e: e.update(salt="zz"), "entry 1: it is not well formed"),
        (lambda e: e.update(salt=None), "without a salt"),
        (lambda e: e.update(number=2), "entry 2 stands where entry 1 belongs"),
        (lambda e: e.update(number=True), "'number' is not a whole number"),
        (lambda e: e.update(previous="sha256:" + "1" * 64), "does not name the entry before"),
        (lambda e: e.update(by=7), "'by' is not text"),
        (lambda e: e.update(body=[]), "'body' is neither an object nor null"),
        (lambda e: e.pop("recorded_at"), "no field 'recorded_at'"),
        (lambda e: e.update(v=2), "Its format is 2"),
        (lambda e: e.clear(), "no field"),
    ],
)
def test_a_changed_entry_is_named(file: Path, change: Callable[[dict[str, Any]], object], why: str) -> None:
    line = entry_line(file)
    edit(file, line, change)
    text = str(broken(file))
    assert text.startswith(f"{file}, line {line}: ")
    assert why in text


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"text":"a"', b'"text":"\xff"', "It is not UTF-8"),
        (b'"text":"a"', b'"text":"\\ud800"', "it is not well formed"),
        (b'"text":"a"', b'"text":"a","text":"a"', "the key 'text' is there twice"),
        (b'"text":"a"', b'"text":NaN', "NaN is no JSON number"),
        (b'"text":"a"', b'"text":' + b"9" * 5000, "It is not plain JSON"),
        (b'"text":"a"', b'"text":' + b"[" * 200 + b"]" * 200, "nested more than 100"),
        (b'"text":"a"', b'"text":' + b"[" * 100_000, "It is nested too deep"),
        (b'"text":"a"', b'"text":a', "It is not JSON"),
        (b'"text":"a"', b'"text":"a"\n', "It is not JSON"),
    ],
)
def test_hostile_lines_are_named(file: Path, old: bytes, new: bytes, why: str) -> None:
    line = entry_line(file)
    file.write_bytes(file.read_bytes().replace(old, new))
    text = str(broken(file))
    assert text.startswith(f"{file}, line {line}: ")
    assert why in text
    assert len(text) < 600


def test_a_truncated_file_is_found_wherever_it_was_cut(file: Path) -> None:
    data = file.read_bytes()
    for size in range(0, len(data) - 1, 37):
        file.write_bytes(data[:size])
        broken(file)
    file.write_bytes(data[:-1])
    assert "middle of a line" in str(broken(file))


def test_a_record_that_is_shorter_than_the_header_says_is_named(file: Path) -> None:
    lines = file.read_bytes().split(b"\n")
    del lines[entry_line(file, b'"text":"d"') - 1]
    lines[entry_line(file, b'"text":"c"') - 1] = lines[entry_line(file, b'"text":"c"') - 1].removesuffix(b",")
    file.write_bytes(b"\n".join(lines))
    error = broken(file)
    assert (error.stream, error.number) == (ONE, 3)
    assert "the header names 3 entries" in str(error)


def test_an_end_that_was_cut_off_with_its_header_is_found_by_the_seal(file: Path, key: Ed25519PrivateKey) -> None:
    document = json.loads(file.read_bytes())
    last = document["entries"][1]
    document["entries"].pop()
    document["header"]["streams"][ONE] = [2, last["digest"]]
    file.write_text(json.dumps(document), encoding="utf-8")
    error = broken(file, public_key=key.public_key())
    assert (error.stream, error.number) == (ONE, 3)
    assert "when it was sealed" in str(error)


def test_a_seal_of_another_key_is_named(file: Path) -> None:
    with pytest.raises(ExportBroken, match=r"line 3: The seal of .* was made with the key"):
        verify_file(file, public_key=Ed25519PrivateKey.generate().public_key())


def test_a_record_without_its_name_in_the_header_is_named(file: Path) -> None:
    document = json.loads(file.read_bytes())
    del document["header"]["streams"][TWO]
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "the header does not name this record" in str(broken(file))


def test_a_changed_file_in_a_line_is_named(file: Path) -> None:
    data = file.read_bytes()
    right, wrong = base64.b64encode(b"the full finding"), base64.b64encode(b"The full finding")
    line = entry_line(file, right)
    for new, why in ((wrong, "the file was changed"), (b"?", "is not in base64"), (right + b"\\n", "base64")):
        file.write_bytes(data.replace(right, new))
        text = str(broken(file))
        assert text.startswith(f"{file}, line {line}: ")
        assert why in text


def test_a_file_that_the_header_does_not_name_or_that_is_missing_is_named(file: Path) -> None:
    document = json.loads(file.read_bytes())
    taken = document["header"]["files"].pop()
    file.write_text(json.dumps(document), encoding="utf-8")
    assert f"does not name the file {taken}" in str(broken(file))
    document["header"]["files"].append("sha256:../../etc/passwd")
    document["files"] = [item for item in document["files"] if item["digest"] != taken]
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "is missing" in str(broken(file))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"header":{}}',
        b'{"header":{},\n',
        b"id,kind\n1,note\n",
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(data)
    assert isinstance(broken(path), ExportBroken)


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be read (No such file" in str(broken(tmp_path / "none.json"))
    with pytest.raises(ExportBroken, match=r"records\.json: It cannot be read"):
        verify_file(tmp_path)


def test_only_what_exists_is_exported(tmp_path: Path, store: MemoryStore, vault: MemoryVault) -> None:
    path = tmp_path / "out.json"
    with pytest.raises(LookupError, match="no record incident/x"):
        export_file(path, store, ["incident/x"])
    for lost in (vault, None):
        with pytest.raises(LookupError, match="does not hold"):
            export_file(path, store, [ONE], vault=lost, files=[digest_of(b"never")])
    large = vault.put(bytes(FILE_MAX + 1))
    with pytest.raises(LookupError, match="export to a folder"):
        export_file(path, store, [ONE], vault=vault, files=[large])
    vault._kept[digest_of(b"the full finding")] = b"changed"
    with pytest.raises(ChainBroken):
        export_file(path, store, [ONE], vault=vault, files=[digest_of(b"the full finding")])
    assert list(tmp_path.iterdir()) == []


def test_the_largest_file_fits_in_a_line(tmp_path: Path, store: MemoryStore, vault: MemoryVault) -> None:
    large = vault.put(bytes(FILE_MAX))
    export_file(tmp_path / "out.json", store, [ONE], vault=vault, files=[large])
    assert verify_file(tmp_path / "out.json").files == 1
