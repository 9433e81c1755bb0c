"""Whether a case file is what it was when it was made: every byte, the chain of its record, and what that names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import new
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hotwash.incident.events.evidence import digests_in
from hotwash.ledger.entry import ChainBroken
from hotwash.ledger.export import Verified, verify_file
from hotwash.ledger.layout import read_items
from hotwash.response.casefile.bag import ROOTS
from hotwash.response.casefile.contents import INDEX, RECORD

_LINE = re.compile(r"([0-9a-f]{64,128})  ([^\r\n]+)")
_PIECE = 1 << 20


class CaseBroken(Exception):
    """A case file is not what it was. The sentence names the first file that is wrong."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a case file that is sound.

    :param digest: of the file that covers all others: hold it against the record's ``case-file-exported``
    """

    files: int
    digest: str
    record: Verified
    here: int
    left_out: int


def is_case(folder: Path) -> bool:
    """Whether a folder looks like a case file."""
    return (folder / "bagit.txt").is_file()


def check(folder: Path, *, public_key: Ed25519PublicKey | None = None) -> Checked:
    """Recompute everything in a case file.

    :param public_key: of the seals, had from elsewhere; without one their signatures are not checked
    :raises CaseBroken: at the first file that is not as it was, is missing, or belongs to no manifest
    """
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()}
    if links := sorted(name for name in there if (folder / name).is_symlink()):
        raise CaseBroken(f"{links[0]} is a link to another file. A case file holds its files itself.")
    listed: dict[str, str] = {}
    for kind in ("sha512", "sha256"):
        listed = dict(_listed(folder, kind))
        if missing := sorted(listed.keys() - there):
            raise CaseBroken(f"{missing[0]} is missing.")
        if strangers := sorted(there - listed.keys() - set(ROOTS)):
            raise CaseBroken(f"{strangers[0]} is in no manifest: it was put in later.")
        for name, claimed in listed.items():
            if _digest(folder / name, kind) != claimed:
                raise CaseBroken(f"{name} was changed.")
    try:
        record = verify_file(folder / RECORD, public_key=public_key)
    except ChainBroken as broken:
        raise CaseBroken(str(broken)) from broken
    here, left_out = _names_fit(folder, listed)
    return Checked(len(listed) + len(ROOTS), "sha256:" + _digest(folder / ROOTS[0], "sha256"), record, here, left_out)


def _listed(folder: Path, kind: str) -> Iterator[tuple[str, str]]:
    for name in (f"manifest-{kind}.txt", f"tagmanifest-{kind}.txt"):
        try:
            lines = (folder / name).read_bytes().decode().split("\n")
        except FileNotFoundError:
            raise CaseBroken(f"{name} is missing.") from None
        except UnicodeDecodeError:
            raise CaseBroken(f"{name} was changed: it is no UTF-8.") from None
        if lines.pop():
            raise CaseBroken(f"{name} was changed: its last line has no end.")
        for line in lines:
            found = _LINE.fullmatch(line)
            if found is None:
                raise CaseBroken(f"{name} was changed: {line[:80]!r} is no line of a manifest.")
            yield found[2], found[1]


def _digest(path: Path, kind: str) -> str:
    running = new(kind)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            running.update(piece)
    return running.hexdigest()


def _names_fit(folder: Path, listed: dict[str, str]) -> tuple[int, int]:
    """Hold the list of evidence against the record and the manifests; how many items are here, and how many are not."""
    try:
        items: list[dict[str, Any]] = msgspec.json.decode((folder / INDEX).read_bytes())["items"]
        known = {item["digest"] for item in items}
        paths = {item["path"]: item["digest"] for item in items if item["path"]}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError) as wrong:
        raise CaseBroken(f"{INDEX} cannot be read as the list of the evidence.") from wrong
    for found in read_items(folder / RECORD):
        if found.section == "entries" and found.value["kind"] != "record-sealed":
            for _, digest in digests_in(found.value["kind"], found.value["body"]):
                if digest not in known:
                    raise CaseBroken(f"{INDEX} does not list {digest}, which entry {found.value['number']} names.")
    for path, digest in paths.items():
        if "sha256:" + listed.get(path, "") != digest:
            raise CaseBroken(f"{path} is not what the record names.")
    return len(paths), len(items) - len(paths)
