"""Bytes at rest: sealed so that they open with a key only, in pieces, and never half.

::

    "hotwash sealed 1\\n"   17 bytes
    id of the key           8 bytes
    salt                   32 bytes
    pieces                 each up to 1 MiB, and 16 bytes by which it is authenticated

Each file has a key of its own, derived (HKDF-SHA256) from a master key, the salt, and the digest of the plain bytes: a
file that was put in another's place does not open. Pieces are AES-256-GCM; the nonce counts them and marks the last, so
that none can be moved, left out or cut off (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

import base64
import binascii
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hotwash.ledger.disk import write_whole
from hotwash.ledger.entry import ChainBroken

MAGIC = b"hotwash sealed 1\n"
PIECE = 1 << 20
_TAG, _ID, _SALT = 16, 8, 32
HEAD = len(MAGIC) + _ID + _SALT


class KeyMissing(ChainBroken):
    """Bytes were sealed with a key that is not here. Nothing says that they were changed."""


class KeysUnusable(Exception):
    """Keys cannot be used; the text says why and what mends it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a vault, the newest first: it seals; all of them open."""

    masters: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "Keys":
        """From base64, one key a line or with blanks between, the newest first.

        :raises KeysUnusable: if one is no key of 32 bytes, or there is none
        """
        masters = []
        for number, word in enumerate(text.split(), 1):
            try:
                master = base64.b64decode(word, validate=True)
            except (binascii.Error, ValueError):
                master = b""
            if len(master) != 32:
                raise KeysUnusable(f"Key {number} is not 32 bytes in base64: make one with `openssl rand -base64 32`.")
            masters.append(master)
        if not masters:
            raise KeysUnusable("There is no key: make one with `openssl rand -base64 32`.")
        return cls(tuple(dict.fromkeys(masters)))

    @property
    def text(self) -> str:
        """As `of` reads it."""
        return "".join(base64.b64encode(master).decode() + "\n" for master in self.masters)

    @property
    def by_id(self) -> Mapping[bytes, bytes]:
        """Every key by its id."""
        return {id_of(master): master for master in self.masters}

    @classmethod
    def fresh(cls) -> "Keys":
        """One new key."""
        return cls((os.urandom(32),))

    def with_new(self) -> "Keys":
        """The same with a new key before them."""
        return Keys((os.urandom(32), *self.masters))


KeySource = Callable[[], Keys | None]
"""Says which keys hold now; None if nothing is to be sealed."""


def id_of(master: bytes) -> bytes:
    """By which a sealed file names its key."""
    return sha256(b"hotwash key id\n" + master).digest()[:_ID]


class KeyFile:
    """The keys in a file, read anew whenever it was replaced: a running server follows a rotation."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: Keys | None = None

    def __call__(self) -> Keys | None:
        """The keys; None while there is no such file.

        :raises KeysUnusable: if it cannot be read, or others may read it
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        now = (found.st_ino, found.st_mtime_ns, found.st_size)
        if now != self._seen:
            if found.st_mode & 0o077:
                raise KeysUnusable(f"Others may read {self.path}. Make it private (chmod 600), then rotate the keys.")
            try:
                self._keys = Keys.of(self.path.read_text(encoding="ascii"))
            except (OSError, UnicodeDecodeError) as bad:
                raise KeysUnusable(f"{self.path} cannot be read.") from bad
            self._seen = now
        return self._keys

    def keep(self, keys: Keys) -> None:
        """Put other keys in place."""
        write_whole(self.path, [keys.text.encode()])


def sealed(data: bytes, digest: str, keys: Keys) -> Iterator[bytes]:
    """The parts of a sealed file."""
    salt = os.urandom(_SALT)
    master = keys.masters[0]
    yield MAGIC + id_of(master) + salt
    box = _box(master, salt, digest)
    last = max(0, (len(data) - 1) // PIECE)
    for number in range(last + 1):
        piece = data[number * PIECE : (number + 1) * PIECE]
        yield box.encrypt(_nonce(number, last=number == last), piece, None)


def opened(file: BinaryIO, digest: str, keys: Keys | None) -> Iterator[bytes]:
    """The plain pieces of a sealed file, each authenticated before it is given.

    :raises KeyMissing: if it was sealed with another key
    :raises ChainBroken: at the first piece that is not as it was
    """
    head = file.read(HEAD)
    if len(head) < HEAD or not head.startswith(MAGIC):
        raise ChainBroken(digest, 0, "the bytes in the vault were changed.")
    named, salt = head[len(MAGIC) : len(MAGIC) + _ID], head[-_SALT:]
    master = keys.by_id.get(named) if keys is not None else None
    if master is None:
        why = f"the bytes in the vault are sealed with the key {named.hex()}, which is not here."
        raise KeyMissing(digest, 0, why)
    box, number = _box(master, salt, digest), 0
    piece = file.read(PIECE + _TAG)
    while True:
        following = file.read(PIECE + _TAG)
        try:
            plain = box.decrypt(_nonce(number, last=not following), piece, None)
        except (InvalidTag, ValueError) as changed:
            raise ChainBroken(digest, 0, "the bytes in the vault were changed.") from changed
        yield plain
        if not following:
            return
        piece, number = following, number + 1


def key_of(file: BinaryIO) -> bytes | None:
    """The id of the key with which a file is sealed; None if it is not."""
    head = file.read(HEAD)
    return head[len(MAGIC) : len(MAGIC) + _ID] if head.startswith(MAGIC) and len(head) == HEAD else None


def _box(master: bytes, salt: bytes, digest: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=f"hotwash vault\n{digest}".encode()).derive(master))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
