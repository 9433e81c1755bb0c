"""A store and a vault that live as long as the process: for tests, rehearsals and notebooks."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import RLock

from hotwash.ledger.entry import EMPTY, ChainBroken, Conflict, Draft, Entry, Head, digest_of, follows, link_all, stands
from hotwash.ledger.store import Alongside


def fresh_salts() -> Iterator[str]:
    """Salts of 128 bits, without end."""
    while True:
        yield secrets.token_hex(16)


def highest(names: Sequence[str], prefix: str) -> str | None:
    """The name with the highest number among those that are ``prefix`` and digits."""
    numbered = [
        name for name in names if re.fullmatch(r"[0-9]+", name.removeprefix(prefix)) and name.startswith(prefix)
    ]
    return max(numbered, key=lambda name: (int(name.removeprefix(prefix)), name), default=None)


class MemoryStore:
    """Keeps the promise of `store.Store`, except that nothing outlives the process."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._all: list[Entry] = []
        self._streams: dict[str, list[Entry]] = {}

    def append(
        self, stream: str, drafts: Sequence[Draft], *, expected: int, alongside: Alongside | None = None
    ) -> list[Entry]:
        """See `store.Store.append`."""
        with self._lock:
            kept = self._streams.get(stream, [])
            if len(kept) != expected:
                raise Conflict(stream, expected, len(kept))
            head = stands(stream, kept[-1]) if kept else EMPTY
            entries = link_all(stream, head, drafts, salts=fresh_salts(), position=len(self._all) + 1)
            self._keep(entries, alongside)
        return entries

    def admit(self, entries: Sequence[Entry]) -> list[Entry]:
        """See `store.Store.admit`."""
        with self._lock:
            heads: dict[str, Head] = {}
            placed = []
            for position, entry in enumerate(entries, len(self._all) + 1):
                head = heads.get(entry.stream) or self.head(entry.stream)
                if entry.number != head.number + 1:
                    raise Conflict(entry.stream, entry.number - 1, head.number)
                follows(head, entry)
                heads[entry.stream] = Head(entry.number, entry.digest)
                placed.append(replace(entry, position=position))
            self._keep(placed, None)
        return placed

    def _keep(self, entries: Sequence[Entry], alongside: Alongside | None) -> None:
        before = len(self._all)
        try:
            for entry in entries:
                self._all.append(entry)
                self._streams.setdefault(entry.stream, []).append(entry)
            if alongside is not None:
                alongside(entries)
        except BaseException:
            while len(self._all) > before:
                stream = self._all.pop().stream
                self._streams[stream].pop()
                if not self._streams[stream]:
                    del self._streams[stream]
            raise

    def read(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        """See `store.Store.read`."""
        with self._lock:
            return self._streams.get(stream, [])[max(after, 0) :]

    def head(self, stream: str) -> Head:
        """See `store.Store.head`."""
        with self._lock:
            kept = self._streams.get(stream)
            return Head(kept[-1].number, kept[-1].digest) if kept else EMPTY

    def heads(self) -> dict[str, Head]:
        """See `store.Store.heads`."""
        with self._lock:
            return {stream: self.head(stream) for stream in sorted(self._streams)}

    def newest(self, prefix: str) -> str | None:
        """See `store.Store.newest`."""
        with self._lock:
            return highest(list(self._streams), prefix)

    def follow(self, *, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """See `store.Store.follow`."""
        with self._lock:
            return self._all[max(after, 0) : max(after, 0) + limit]

    def position(self) -> int:
        """See `store.Store.position`."""
        with self._lock:
            return len(self._all)

    def redact(self, stream: str, number: int) -> None:
        """See `store.Store.redact`."""
        with self._lock:
            kept = self._streams.get(stream, [])
            if not 1 <= number <= len(kept):
                raise LookupError(f"{stream} has no entry {number}.")
            bare = replace(kept[number - 1], body=None, salt=None)
            kept[number - 1] = self._all[bare.position - 1] = bare

    def streams(self) -> Iterator[str]:
        """See `store.Store.streams`."""
        return iter(self.heads())


class MemoryVault:
    """Keeps the promise of `store.Vault`, except that nothing outlives the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """See `store.Vault.put`."""
        digest = digest_of(data)
        self._kept[digest] = bytes(data)
        return digest

    def get(self, digest: str) -> bytes:
        """See `store.Vault.get`."""
        try:
            data = self._kept[digest]
        except KeyError:
            raise LookupError(f"The vault does not hold {digest}.") from None
        if digest_of(data) != digest:
            raise ChainBroken(digest, 0, "the bytes in the vault were changed.")
        return data

    def chunks(self, digest: str) -> Iterator[bytes]:
        """See `store.Vault.chunks`."""
        if digest not in self._kept:
            raise LookupError(f"The vault does not hold {digest}.")
        return self._pieces(digest)

    def _pieces(self, digest: str) -> Iterator[bytes]:
        yield self._kept[digest]
        self.get(digest)

    def has(self, digest: str) -> bool:
        """See `store.Vault.has`."""
        return digest in self._kept

    def erase(self, digest: str) -> None:
        """See `store.Vault.erase`."""
        self._kept.pop(digest, None)

    def digests(self) -> Iterator[str]:
        """See `store.Vault.digests`."""
        return iter(sorted(self._kept))
