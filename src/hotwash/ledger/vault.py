"""A vault in a folder: files named by the digest of what is in them, plain or sealed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from hotwash.ledger import cipher
from hotwash.ledger.cipher import KeySource
from hotwash.ledger.disk import make_folder, sync_folder, write_whole
from hotwash.ledger.entry import ChainBroken, digest_of


class FileVault:
    """Keeps the promise of `store.Vault` in a folder: ``ab/abcd…``, named by the digest of the plain bytes.

    With keys, what is put is sealed (see `ledger.cipher`) in ``ab/abcd….sealed``. What lies there plain from before is
    read as it is: `hotwash vault encrypt` seals it.

    :param folder: made if it is not there; only its owner may read it
    :param keys: says which keys hold now
    """

    def __init__(self, folder: Path, *, keys: KeySource | None = None) -> None:
        self.folder = folder
        self._keys = keys or (lambda: None)
        make_folder(folder)

    def put(self, data: bytes) -> str:
        """See `store.Vault.put`."""
        digest = digest_of(data)
        path = self._path(digest)
        assert path is not None
        keys = self._keys()
        if not self._holds(digest, data):
            make_folder(path.parent)
            right, other = (path, _sealed(path)) if keys is None else (_sealed(path), path)
            write_whole(right, [data] if keys is None else cipher.sealed(data, digest, keys))
            _drop(other)
        return digest

    def get(self, digest: str) -> bytes:
        """See `store.Vault.get`."""
        return b"".join(self.chunks(digest))

    def chunks(self, digest: str) -> Iterator[bytes]:
        """See `store.Vault.chunks`."""
        self._find(digest)
        return self._pieces(digest)

    def has(self, digest: str) -> bool:
        """See `store.Vault.has`."""
        path = self._path(digest)
        return path is not None and (_sealed(path).is_file() or path.is_file())

    def erase(self, digest: str) -> None:
        """See `store.Vault.erase`."""
        path = self._path(digest)
        if path is not None:
            _drop(path)
            _drop(_sealed(path))

    def digests(self) -> Iterator[str]:
        """See `store.Vault.digests`."""
        names = {path.name[:64] for path in self.folder.glob("*/*") if _NAME.fullmatch(path.name)}
        return iter(sorted(f"sha256:{name}" for name in names))

    def key_of(self, digest: str) -> bytes | None:
        """The id of the key with which some bytes are sealed; None if they lie there plain.

        :raises LookupError: if they are not there
        """
        path, is_sealed = self._find(digest)
        with path.open("rb") as file:
            return cipher.key_of(file) if is_sealed else None

    def seal_anew(self, digest: str) -> bool:
        """Seal some bytes with the newest key, unless they are; whether that was to be done.

        :raises LookupError: if they are not there
        :raises ChainBroken: if they are not as they were; nothing is written then
        """
        keys, path = self._keys(), self._path(digest)
        assert keys is not None, "nothing can be sealed without a key"
        if self.key_of(digest) == cipher.id_of(keys.masters[0]):
            return False
        assert path is not None
        write_whole(_sealed(path), cipher.sealed(self.get(digest), digest, keys))
        _drop(path)
        return True

    def _holds(self, digest: str, data: bytes) -> bool:
        """Whether the bytes are there, and are as they should be."""
        try:
            return self.get(digest) == data
        except (LookupError, ChainBroken):
            return False

    def _find(self, digest: str) -> tuple[Path, bool]:
        """The file with some bytes, and whether it is sealed. A sealed one comes before a plain one."""
        path = self._path(digest)
        if path is not None:
            # The sealed one is looked for again, because the plain one may just have become it.
            for one, is_sealed in ((_sealed(path), True), (path, False), (_sealed(path), True)):
                if one.is_file():
                    return one, is_sealed
        raise LookupError(f"The vault does not hold {digest}.")

    def _pieces(self, digest: str) -> Iterator[bytes]:
        running = sha256()
        with self._opened(digest) as (file, is_sealed):
            for piece in cipher.opened(file, digest, self._keys()) if is_sealed else _plain(file):
                running.update(piece)
                yield piece
        if f"sha256:{running.hexdigest()}" != digest:
            raise ChainBroken(digest, 0, "the bytes in the vault were changed.")

    @contextmanager
    def _opened(self, digest: str) -> Iterator[tuple[BinaryIO, bool]]:
        path, is_sealed = self._find(digest)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            path, is_sealed = self._find(digest)
            file = path.open("rb")
        with file:
            yield file, is_sealed

    def _path(self, digest: str) -> Path | None:
        """Where the bytes of a digest are; None if it is no digest, so that no other text ever becomes a path."""
        found = re.fullmatch("sha256:([0-9a-f]{64})", digest)
        return self.folder / found[1][:2] / found[1] if found else None


_NAME = re.compile(r"[0-9a-f]{64}(\.sealed)?")


def _sealed(path: Path) -> Path:
    return path.with_name(f"{path.name}.sealed")


def _plain(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(cipher.PIECE):
        yield piece


def _drop(path: Path) -> None:
    if path.is_file():
        path.unlink(missing_ok=True)
        sync_folder(path.parent)
