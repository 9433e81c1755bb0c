"""Seals: a signature over the heads of records, to be kept where the records are not.

A chain shows that nothing in it was changed. It cannot show that its newest entries were cut off, nor that somebody who
holds the store recomputed it from the first entry on. A seal that is kept elsewhere shows both, for all that was
recorded before it was made.
"""

import base64
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from hotwash.ledger.disk import make_folder, sync_folder
from hotwash.ledger.entry import EMPTY, ChainBroken, Entry, Head, canonical, check, digest_of, instant
from hotwash.ledger.lines import Unreadable, read_object
from hotwash.ledger.store import Store


class SealForged(Exception):
    """A seal was not made with this key, or was changed since."""


class KeyUnusable(Exception):
    """A key file cannot be used; the text says why and what mends it."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What the records were at a moment.

    :param at: when it was made, RFC 3339
    :param position: the store's newest position then; positions belong to one store and do not travel
    :param heads: the last entry of every sealed record
    :param key: the digest of the public key
    :param signature: Ed25519 over `covered`, in base64
    """

    at: str
    position: int
    heads: Mapping[str, Head]
    key: str
    signature: str

    @property
    def covered(self) -> bytes:
        """What the signature covers."""
        return canonical({name: value for name, value in self.to_json().items() if name != "signature"})

    def to_json(self) -> dict[str, Any]:
        """The seal as a JSON object; its canonical bytes are what is kept and sent."""
        heads = {stream: [head.number, head.digest] for stream, head in self.heads.items()}
        return {
            "hotwash": "seal",
            "v": 1,
            "at": self.at,
            "position": self.position,
            "heads": heads,
            "key": self.key,
            "signature": self.signature,
        }


def make_seal(store: Store, key: Ed25519PrivateKey, *, at: datetime, streams: Iterable[str] | None = None) -> Seal:
    """Seal all records, or those that are named.

    A seal names the records that it covers. One that leaves the house with an export covers the exported ones only.

    :raises LookupError: if a named record does not exist
    """
    position, heads = store.position(), store.heads()
    if streams is not None:
        if missing := sorted(set(streams := list(streams)) - heads.keys()):
            raise LookupError(f"There is no record {missing[0]}.")
        heads = {stream: heads[stream] for stream in sorted(streams)}
    unsigned = Seal(instant(at), position, heads, key_id(key.public_key()), "")
    signature = base64.b64encode(key.sign(unsigned.covered)).decode()
    return Seal(unsigned.at, position, heads, unsigned.key, signature)


def check_seal(seal: Seal, public_key: Ed25519PublicKey, store: Store) -> None:
    """Hold a store against a seal: every sealed record must still begin with the entries it had then.

    :raises SealForged: if the signature is not this key's over this seal
    :raises ChainBroken: at the first record that is shorter than it was, or was changed
    """
    check_signature(seal, public_key)
    for stream, sealed in sorted(seal.heads.items()):
        entries = store.read(stream)
        check(stream, entries)
        found = entries[sealed.number - 1].digest if len(entries) >= sealed.number else None
        check_head(seal, stream, length=len(entries), digest=found)


def check_signature(seal: Seal, public_key: Ed25519PublicKey) -> None:
    """See that a seal was made with a key.

    :raises SealForged: if it was not, or was changed since
    """
    if seal.key != key_id(public_key):
        raise SealForged(f"The seal of {seal.at} was made with the key {seal.key}, not with {key_id(public_key)}.")
    try:
        public_key.verify(base64.b64decode(seal.signature, validate=True), seal.covered)
    except (InvalidSignature, ValueError) as forged:
        raise SealForged(f"The seal of {seal.at} was changed after it was signed.") from forged


def check_head(seal: Seal, stream: str, *, length: int, digest: str | None) -> None:
    """Hold one record against a seal.

    :param length: how many entries the record has now
    :param digest: the digest of the entry that was the last one when the seal was made; None if there is none
    :raises ChainBroken: if the record is shorter than it was, or another entry stands there
    """
    sealed = seal.heads[stream]
    if length < sealed.number:
        why = f"the record ends before it, but had {sealed.number} entries when it was sealed at {seal.at}."
        raise ChainBroken(stream, length + 1, why)
    if digest != sealed.digest:
        raise ChainBroken(stream, sealed.number, f"it is not the entry that was sealed at {seal.at}.")


@dataclass(slots=True)
class Against:
    """Holds entries against a seal while they pass by, wherever they are read from: a store, an export, a backup."""

    seal: Seal
    _found: dict[str, str] = field(default_factory=dict)
    _length: dict[str, int] = field(default_factory=dict)

    def take(self, stream: str, number: int, digest: str) -> None:
        """An entry that was read, after its link was recomputed."""
        self._length[stream] = number
        sealed = self.seal.heads.get(stream)
        if sealed is not None and sealed.number == number:
            self._found[stream] = digest

    def take_all(self, entries: Iterable[Entry]) -> None:
        """The same for many."""
        for entry in entries:
            self.take(entry.stream, entry.number, entry.digest)

    def held(self, *, all_of_them: bool) -> list[str]:
        """The sealed records that were read and stand.

        :param all_of_them: whether every sealed record must have been there; an export holds only some
        :raises ChainBroken: at the first record that is shorter than it was, or was changed
        :raises LookupError: if the seal covers none of what was read
        """
        streams = sorted(stream for stream in self.seal.heads if all_of_them or stream in self._length)
        for stream in streams:
            check_head(self.seal, stream, length=self._length.get(stream, 0), digest=self._found.get(stream))
        if self.seal.heads and not streams:
            raise LookupError(f"The seal of {self.seal.at} covers no record that is here.")
        return streams


def write_seal(seal: Seal) -> bytes:
    """A seal as one line of canonical JSON."""
    return canonical(seal.to_json()) + b"\n"


def read_seal(data: bytes) -> Seal:
    """A seal from its JSON. Nothing is checked but its shape.

    :raises Unreadable: if it is no seal
    """
    return seal_of(read_object(data))


def seal_of(value: dict[str, Any]) -> Seal:
    """A seal from a JSON object.

    :raises Unreadable: if it is no seal, is of a later version or has unknown fields
    """
    if value.get("hotwash") != "seal" or value.get("v") != 1:
        raise Unreadable("It is not a seal of format 1.")
    try:
        kept = msgspec.convert(value, _SealJson)
        seal = Seal(
            kept.at, kept.position, {s: Head(*head) for s, head in kept.heads.items()}, kept.key, kept.signature
        )
        canonical(seal.to_json())
    except (msgspec.ValidationError, ValueError) as bad:
        raise Unreadable(f"It is not a seal as this version of Hotwash knows them: {bad}") from bad
    if any(head.number < EMPTY.number + 1 for head in seal.heads.values()):
        raise Unreadable("It seals a record without entries.")
    return seal


class _SealJson(msgspec.Struct, forbid_unknown_fields=True):
    hotwash: str
    v: int
    at: str
    position: int
    heads: dict[str, tuple[int, str]]
    key: str
    signature: str


def key_id(public_key: Ed25519PublicKey) -> str:
    """The digest of a public key, by which seals name it."""
    return digest_of(public_key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def public_pem(public_key: Ed25519PublicKey) -> bytes:
    """A public key as PEM, to be given to whoever checks seals."""
    return public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def new_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and keep it in a new file that only its owner may read.

    :raises KeyUnusable: if the file is there already: a key is never written over
    """
    key = Ed25519PrivateKey.generate()
    make_folder(path.parent)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyUnusable(f"{path} is there already, and a key is never written over.") from None
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(handle)
    sync_folder(path.parent)
    return key


def load_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file.

    :raises KeyUnusable: if it is not there, is no Ed25519 key, or others than its owner may read it
    """
    data = _key_bytes(path)
    if path.stat().st_mode & 0o077:
        raise KeyUnusable(f"Others may read {path}. Make it private (chmod 600), and a new key if they may have.")
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as bad:
        raise KeyUnusable(f"{path} holds no private key in PEM without a password.") from bad
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} holds a key, but not an Ed25519 one.")
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a file.

    :raises KeyUnusable: if it is not there or no Ed25519 public key
    """
    return public_key_of(_key_bytes(path), name=str(path))


def public_key_of(pem: bytes, *, name: str = "What was given") -> Ed25519PublicKey:
    """The public key in PEM text.

    :param name: what it is called in sentences
    :raises KeyUnusable: if it is no Ed25519 public key
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as bad:
        raise KeyUnusable(f"{name} holds no public key in PEM.") from bad
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable(f"{name} holds a public key, but not an Ed25519 one.")
    return key


def _key_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as away:
        raise KeyUnusable(f"{path} cannot be read ({away.strerror}).") from away
