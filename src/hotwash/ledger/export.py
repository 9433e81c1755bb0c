"""Records on their way: written to a file or a folder, verified there without any store, and taken in elsewhere.

What comes back is what went out: a record that was exported, imported and exported again gives the same bytes.
"""

import base64
import heapq
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hotwash.ledger.disk import make_folder, write_whole
from hotwash.ledger.entry import EMPTY, ChainBroken, Entry, Head, digest_of, follows
from hotwash.ledger.files import FileVault
from hotwash.ledger.layout import ExportBroken, Item, read_items, write_items
from hotwash.ledger.lines import LINE_MAX, Unreadable, heading_of, known_part, to_entry, to_json
from hotwash.ledger.seal import Against, Seal, SealForged, check_head, check_signature, seal_of
from hotwash.ledger.store import Store, Vault

DOCUMENT = "records.json"
"""The name of the document in an exported folder; ``files`` beside it is a file vault."""
FILE_MAX = LINE_MAX * 3 // 4 - 200
"""The largest file that fits in a line, in bytes."""


@dataclass(slots=True)
class Verified:
    """What a file was found to hold. Everything in it follows from itself.

    :param signed: whether the seals' signatures were checked too; without a public key they prove nothing
    """

    heads: dict[str, Head] = field(default_factory=dict)
    entries: int = 0
    redacted: int = 0
    files: int = 0
    seals: list[Seal] = field(default_factory=list)
    signed: bool = False


def export_file(
    path: Path,
    store: Store,
    streams: Iterable[str],
    *,
    vault: Vault | None = None,
    files: Iterable[str] = (),
    seals: Iterable[Seal] = (),
) -> None:
    """Write records, and the vault's files with some digests, into one JSON document.

    :raises LookupError: if there is no such record or file, or a file is larger than `FILE_MAX`: use `export_folder`
    :raises ChainBroken: if a file in the vault was changed
    """
    digests = _known(vault, files)
    items = _inline(vault, digests) if vault is not None else ()
    write_whole(path, _document(store, streams, digests, items, seals))


def export_folder(
    folder: Path,
    store: Store,
    streams: Iterable[str],
    *,
    vault: Vault | None = None,
    files: Iterable[str] = (),
    seals: Iterable[Seal] = (),
) -> None:
    """Write records into a folder, with the vault's files as they are beside them.

    :raises FileExistsError: if the folder is there and not empty
    :raises LookupError: if there is no such record or file
    :raises ChainBroken: if a file in the vault was changed
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is there already and is not empty.")
    digests = _known(vault, files)
    document = _document(store, streams, digests, (), seals)
    make_folder(folder)
    if vault is not None and digests:
        beside = FileVault(folder / "files")
        for digest in digests:
            beside.put(vault.get(digest))
    write_whole(folder / DOCUMENT, document)


def verify_file(path: Path, *, public_key: Ed25519PublicKey | None = None, against: Against | None = None) -> Verified:
    """Recompute everything in an exported file or folder, or in the file of one record of a file store.

    :param against: is handed every entry, to be held against a seal that was kept elsewhere
    :raises ExportBroken: at the first entry or file that does not follow, naming its line
    """
    found = Verified(signed=public_key is not None)
    for item in _verified(_document_of(path), found, public_key):
        if against is not None and item.section == "entries":
            entry = known_part(item.value)
            against.take(entry.stream, entry.number, entry.digest)
    return found


def import_file(path: Path, store: Store, *, vault: Vault, public_key: Ed25519PublicKey | None = None) -> Verified:
    """Take in what `verify_file` has found sound. Entries that are here already are passed over.

    What was redacted here stays redacted, whatever the file says.

    :raises ExportBroken: if anything in the file does not follow, has a field that this version could not keep, or
        contradicts what is here; nothing is recorded then
    """
    document = _document_of(path)
    found = Verified(signed=public_key is not None)
    fresh: list[Entry] = []
    here: dict[str, list[str]] = {}
    for item in _verified(document, found, public_key):
        if item.section == "entries":
            with _placed(document, item):
                entry = to_entry(item.value)
                if entry.stream not in here:
                    here[entry.stream] = [kept.digest for kept in store.read(entry.stream)]
                if entry.number > len(here[entry.stream]):
                    fresh.append(entry)
                elif here[entry.stream][entry.number - 1] != entry.digest:
                    raise ChainBroken(entry.stream, entry.number, "another entry stands in its place here.")
    for data in _contents(document):
        vault.put(data)
    store.admit(fresh)
    return found


class _Header(msgspec.Struct):
    hotwash: Literal["records"]
    v: Literal[1]
    streams: dict[str, tuple[int, str]]
    files: list[str]


def _known(vault: Vault | None, files: Iterable[str]) -> list[str]:
    digests = sorted(set(files))
    for digest in digests:
        if vault is None or not vault.has(digest):
            raise LookupError(f"The vault does not hold {digest}.")
    return digests


def _document(
    store: Store, streams: Iterable[str], digests: list[str], files: Iterable[dict[str, str]], seals: Iterable[Seal]
) -> Iterator[bytes]:
    records = {stream: store.read(stream) for stream in sorted(set(streams))}
    for stream, entries in records.items():
        if not entries:
            raise LookupError(f"There is no record {stream}.")
    heads = {stream: [entries[-1].number, entries[-1].digest] for stream, entries in records.items()}
    header = {"hotwash": "records", "v": 1, "streams": heads, "files": digests}
    # In the order of commits, so that a store that takes them in has the same order.
    ordered = heapq.merge(*records.values(), key=attrgetter("position"))
    sections = {"seals": (seal.to_json() for seal in seals), "entries": map(to_json, ordered), "files": files}
    return write_items(header, sections)


def _inline(vault: Vault, digests: Iterable[str]) -> Iterator[dict[str, str]]:
    for digest in digests:
        data = vault.get(digest)
        if len(data) > FILE_MAX:
            raise LookupError(f"{digest} is larger than {FILE_MAX} bytes and fits in no line: export to a folder.")
        yield {"digest": digest, "base64": base64.b64encode(data).decode()}


def _document_of(path: Path) -> Path:
    return path / DOCUMENT if path.is_dir() else path


@contextmanager
def _placed(document: Path, item: Item) -> Iterator[None]:
    """Say where in the file something is wrong."""
    try:
        yield
    except ChainBroken as broken:
        raise ExportBroken(document, item.line, broken.why, stream=broken.stream, number=broken.number) from broken
    except (Unreadable, SealForged) as bad:
        raise ExportBroken(document, item.line, str(bad)) from bad


def _verified(document: Path, found: Verified, public_key: Ed25519PublicKey | None) -> Iterator[Item]:
    """Every item of a file once it was checked; ``found`` is filled on the way and is whole at the end."""
    header: _Header | None = None
    sealed: dict[tuple[str, int], str | None] = {}
    inline: set[str] = set()
    for item in read_items(document):
        with _placed(document, item):
            if item.section == "header":
                header = _header(item.value)
            elif item.section == "seals":
                seal = seal_of(item.value)
                if public_key is not None:
                    check_signature(seal, public_key)
                found.seals.append(seal)
                sealed |= {(stream, head.number): None for stream, head in seal.heads.items()}
            elif item.section == "entries":
                entry = _followed(item.value, found)
                if (entry.stream, entry.number) in sealed:
                    sealed[entry.stream, entry.number] = entry.digest
            else:
                inline.add(digest_of(_decoded(item.value)))
                found.files += 1
        yield item
    if header is not None:
        _complete(document, header, found)
        _beside(document, header, inline, found)
    with _placed(document, Item("seals", 0, {})):
        for seal in found.seals:
            for stream, head in sorted(seal.heads.items()):
                length = found.heads.get(stream, EMPTY).number
                check_head(seal, stream, length=length, digest=sealed[stream, head.number])


def _header(value: dict[str, Any]) -> _Header:
    try:
        return msgspec.convert(value, _Header)
    except (msgspec.ValidationError, UnicodeEncodeError) as bad:
        raise Unreadable(f"Its header is not one of records in format 1: {bad}") from bad


def _followed(value: dict[str, Any], found: Verified) -> Entry:
    """The entry in a line, after its link was recomputed."""
    entry = known_part(value)
    head = found.heads.get(entry.stream, EMPTY)
    follows(head, entry, heading=heading_of(value))
    found.heads[entry.stream] = Head(entry.number, entry.digest)
    found.entries += 1
    found.redacted += entry.redacted
    return entry


def _complete(document: Path, header: _Header, found: Verified) -> None:
    """See that the records are those that the header names, and as long."""
    for stream, (number, digest) in header.streams.items():
        head = found.heads.get(stream, EMPTY)
        if head.number < number:
            why = f"the record ends before it, but the header names {number} entries."
            raise ExportBroken(document, 1, why, stream=stream, number=head.number + 1)
        if head != Head(number, digest):
            why = f"the header names {number} entries and another last one."
            raise ExportBroken(document, 1, why, stream=stream, number=head.number)
    if strangers := sorted(found.heads.keys() - header.streams.keys()):
        raise ExportBroken(document, 1, "the header does not name this record.", stream=strangers[0], number=1)


def _beside(document: Path, header: _Header, inline: set[str], found: Verified) -> None:
    """See that every file that the header names is there, in the document or beside it, and that no other is."""
    if strangers := sorted(inline - set(header.files)):
        raise ExportBroken(document, 1, f"The header does not name the file {strangers[0]}.")
    folder = document.parent / "files"
    for digest in header.files:
        if digest not in inline:
            try:
                if not folder.is_dir():
                    raise LookupError
                FileVault(folder).get(digest)
            except LookupError:
                raise ExportBroken(document, 1, f"The file {digest} is missing.") from None
            except ChainBroken as broken:
                raise ExportBroken(document, 1, "the file was changed.", stream=digest) from broken
            found.files += 1


def _decoded(value: dict[str, Any]) -> bytes:
    """The bytes of a file in a line.

    :raises Unreadable: if it is no file
    :raises ChainBroken: if it has another digest
    """
    digest, text = value.get("digest"), value.get("base64")
    if not isinstance(digest, str) or not isinstance(text, str) or len(value) != 2:
        raise Unreadable("It is no file: 'digest' and 'base64' are not its two fields.")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as bad:
        raise Unreadable(f"The file {digest} is not in base64.") from bad
    if digest_of(data) != digest or base64.b64encode(data).decode() != text:
        raise ChainBroken(digest, 0, "the file was changed.")
    return data


def _contents(document: Path) -> Iterator[bytes]:
    """The files that belong to a verified document."""
    header: _Header | None = None
    inline = set()
    for item in read_items(document):
        if item.section == "header":
            header = _header(item.value)
        elif item.section == "files":
            inline.add(item.value["digest"])
            yield _decoded(item.value)
    for digest in header.files if header else ():
        if digest not in inline:
            yield FileVault(document.parent / "files").get(digest)
