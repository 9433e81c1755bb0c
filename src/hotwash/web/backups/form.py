"""The form of a backup: what its table of contents says, how a row becomes a line, and how a file is checked."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from hotwash.ledger.entry import EMPTY, ChainBroken, Entry, Head, follows
from hotwash.ledger.seal import Against

CONTENTS = "backup.json"
VERSION = 1
KEYS = ("secret-key", "seal-key.pem")
"""What of the data folder is kept beside the tables and the vault. Settings stay with the machine."""
HELD = "restored"
"""While this file is in the data folder, no worker begins: what it would send was perhaps sent already."""

_NAME = re.compile(r"tables/[a-z_]{1,80}\.jsonl|vault/[0-9a-f]{64}|home/(?:secret-key|seal-key\.pem)|backup\.json")
_CHUNK = 1 << 20


class BackupBroken(Exception):
    """A file is no backup, or not whole, or does not fit. The sentence says where, and what mends it."""


class Table(msgspec.Struct, frozen=True):
    """A table in a backup: how many rows, the digest of their lines, and whose values stand in them, in their order."""

    rows: int
    digest: str
    columns: tuple[str, ...]


class Contents(msgspec.Struct, frozen=True):
    """What a backup holds.

    :param made: when, as RFC 3339
    :param hotwash: the version that wrote it
    :param schema: for each app the migrations that its tables had been through
    :param heads: how many records there are, and the digest of the heads of all of them
    :param sealed: whether the vault that it was taken from was sealed; in the backup it is plain
    :param secret: tells whether two installations have the same secret key, without telling the key
    """

    made: str
    hotwash: str
    database: str
    schema: dict[str, list[str]]
    tables: dict[str, Table]
    records: int
    heads: str
    vault: int
    home: dict[str, str]
    secret: str
    sealed: bool = False
    form: str = "hotwash-backup"
    version: int = VERSION


def heads_digest(heads: dict[str, tuple[int, str]]) -> str:
    """One digest for where every record ends."""
    lines = "".join(f"{name} {number} {digest}\n" for name, (number, digest) in sorted(heads.items()))
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def fingerprint(secret: str) -> str:
    """Says whether a secret is the same one."""
    return hashlib.sha256(b"hotwash backup\n" + secret.encode()).hexdigest()[:32]


# ── rows ─────────────────────────────────────────────────────────────────────


def line(fields: "list[Any]", row: Any) -> bytes:
    """A row as a line: its values in the order of the table's fields, keys of JSON by name: databases keep no order.

    :param fields: Django's fields of the table
    """
    told = [_plain(field, row) for field in fields]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _plain(field: Any, row: Any) -> Any:
    value = getattr(row, field.attname)
    kind = field.get_internal_type()
    if kind == "JSONField" or (kind != "BinaryField" and isinstance(value, str | int | float | bool | None)):
        return value
    return field.value_to_string(row)


def values(fields: "list[Any]", text: bytes) -> dict[str, Any]:
    """The values of a line by the names of the fields.

    :raises ValueError: if the line does not fit the table
    """
    told = json.loads(text)
    if not isinstance(told, list) or len(told) != len(fields):
        raise ValueError(f"it has not the {len(fields)} values of the table")
    return {field.attname: _value(field, value) for field, value in zip(fields, told, strict=True)}


def _value(field: Any, value: Any) -> Any:
    return value if value is None or field.get_internal_type() == "JSONField" else field.to_python(value)


# ── files ────────────────────────────────────────────────────────────────────


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Contents]]:
    """A backup and its table of contents. Names that no backup has are refused, so none can lead out of a folder.

    :raises BackupBroken: if it is none
    """
    try:
        with zipfile.ZipFile(path) as file:
            strange = next((name for name in file.namelist() if not _NAME.fullmatch(name)), None)
            if strange is not None or CONTENTS not in file.namelist():
                raise BackupBroken(
                    f"{path} is no backup of Hotwash: it "
                    + (f'holds "{strange[:80]}".' if strange else f"has no {CONTENTS}.")
                )
            try:
                contents = msgspec.json.decode(file.read(CONTENTS), type=Contents)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
                raise BackupBroken(f"{CONTENTS} in {path} cannot be read: {wrong}.") from wrong
            if contents.form != "hotwash-backup" or contents.version > VERSION:
                raise BackupBroken(f"{path} was written by a newer Hotwash ({contents.hotwash}): restore it with that.")
            yield file, contents
    except OSError as fault:
        raise BackupBroken(f"{path} cannot be read: {fault.strerror or fault}.") from fault
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as wrong:
        raise BackupBroken(f"{path} is no backup, or is cut off or damaged ({wrong}). Copy it again.") from wrong


def lines(file: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The lines of a table."""
    with file.open(f"tables/{name}.jsonl") as rows:
        for row in rows:
            yield row.rstrip(b"\n")


def records(
    file: zipfile.ZipFile, contents: Contents, *, against: Against | None = None
) -> Iterator[tuple[str, int, str]]:
    """Every record of a backup: its name, how many entries follow from one another, and why the next does not.

    :param against: is handed every entry that follows, to be held against a seal that was kept elsewhere
    """
    columns = contents.tables["hotwash_entry"].columns
    heads: dict[str, Head] = {}
    broken: dict[str, str] = {}
    for row in lines(file, "hotwash_entry"):
        told = dict(zip(columns, json.loads(row), strict=True))
        body = told["body"]
        entry = Entry(**{**told, "body": None if body is None else json.loads(body)})
        if entry.stream not in broken:
            head = heads.get(entry.stream, EMPTY)
            try:
                follows(head, entry)
                heads[entry.stream] = Head(entry.number, entry.digest)
                if against is not None:
                    against.take(entry.stream, entry.number, entry.digest)
            except ChainBroken as wrong:
                broken[entry.stream] = str(wrong)
                heads.setdefault(entry.stream, EMPTY)
    for name, head in sorted(heads.items()):
        yield name, head.number, broken.get(name, "")


def check(file: zipfile.ZipFile, contents: Contents, *, tell: Callable[[str], None] = lambda _: None) -> None:
    """Recompute every digest of a backup.

    :raises BackupBroken: at the first part that is not what the contents say
    """
    names = set(file.namelist())
    for name, table in contents.tables.items():
        if f"tables/{name}.jsonl" not in names:
            raise BackupBroken(f"tables/{name}.jsonl is missing. Copy the backup again.")
        rows, digest = 0, hashlib.sha256()
        for row in lines(file, name):
            rows += 1
            digest.update(row + b"\n")
        if (rows, digest.hexdigest()) != (table.rows, table.digest):
            raise BackupBroken(f"tables/{name}.jsonl is not what was written ({rows} of {table.rows} rows).")
    tell("The tables are whole.")
    vault = sorted(name for name in names if name.startswith("vault/"))
    if len(vault) != contents.vault:
        raise BackupBroken(f"The vault has {len(vault)} of {contents.vault} files.")
    for name in vault:
        with file.open(name) as data:
            if sha256(data) != name.removeprefix("vault/"):
                raise BackupBroken(f"{name} is not what was written: its bytes were changed.")
    for name, digest_there in contents.home.items():
        if name not in KEYS or f"home/{name}" not in names:
            raise BackupBroken(f"home/{name} is missing, or is no key.")
        with file.open(f"home/{name}") as data:
            if sha256(data) != digest_there:
                raise BackupBroken(f"home/{name} is not what was written.")


def sha256(data: IO[bytes]) -> str:
    """The digest of a file's bytes, in hex."""
    digest = hashlib.sha256()
    while chunk := data.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
