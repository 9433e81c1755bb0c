"""The promise that every store of records keeps."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from hotwash.ledger.entry import Draft, Entry, Head

Alongside = Callable[[Sequence[Entry]], None]
"""Work that must be done in the same transaction as an append, such as keeping an index row."""


class Store(Protocol):
    """Where records live. Every store passes the same tests (`tests/ledger/promise.py`).

    Durable before the reply: when `append` returns, the entries survive the end of the process.
    """

    def append(
        self, stream: str, drafts: Sequence[Draft], *, expected: int, alongside: Alongside | None = None
    ) -> list[Entry]:
        """Put drafts after entry number ``expected``: all of them, or none.

        :param expected: how many entries the writer believes there are; 0 starts a record
        :raises Conflict: if there are more or fewer
        :raises ChainBroken: if the entry that the new ones would follow is damaged; nothing is written
        """
        ...

    def admit(self, entries: Sequence[Entry]) -> list[Entry]:
        """Put in entries that were linked elsewhere, of one record or of many, as they are: all of them, or none.

        They keep number, digest, body and salt, and get new positions in the order given. This is how an export comes
        back; nothing else may call it.

        :raises Conflict: if a record is not as long as its next entry needs
        :raises ChainBroken: if an entry does not follow from the one before it
        """
        ...

    def read(self, stream: str, *, after: int = 0) -> Sequence[Entry]:
        """The entries of one record after a number, in order. Nothing is checked: see `entry.check`."""
        ...

    def head(self, stream: str) -> Head:
        """The last entry of a record, or `EMPTY`."""
        ...

    def heads(self) -> dict[str, Head]:
        """The last entry of every record, ordered by name: what a seal covers."""
        ...

    def newest(self, prefix: str) -> str | None:
        """The record with the highest number among those whose name is ``prefix`` and digits. Used to number new ones.

        The number counts, not its digits or the time of writing: 10000 comes after 9999, and after an imported 0007.
        """
        ...

    def follow(self, *, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Entries of all records after a global position, in the order in which they were committed.

        A follower that remembers the last position it saw misses none.
        """
        ...

    def position(self) -> int:
        """The global position of the newest entry, or 0."""
        ...

    def redact(self, stream: str, number: int) -> None:
        """Erase the body and the salt of one entry. The chain stays closed.

        :raises LookupError: if there is no such entry
        """
        ...

    def streams(self) -> Iterator[str]:
        """The names of all records, ordered."""
        ...


class Vault(Protocol):
    """Bytes by their digest: the same bytes are kept once, and what is read is what was put."""

    def put(self, data: bytes) -> str:
        """Keep some bytes and return their digest (``sha256:…``)."""
        ...

    def get(self, digest: str) -> bytes:
        """The bytes with this digest, checked.

        :raises LookupError: if they are not there (never put, or erased)
        :raises ChainBroken: if what is there has another digest
        """
        ...

    def chunks(self, digest: str) -> Iterator[bytes]:
        """The same in pieces, for bytes that are too many to be held at once.

        :raises LookupError: before the first piece, if they are not there
        :raises ChainBroken: after the last piece, if together they have another digest
        """
        ...

    def has(self, digest: str) -> bool:
        """Whether bytes with this digest are there (unchecked)."""
        ...

    def erase(self, digest: str) -> None:
        """Remove the bytes, for privacy law. Erasing twice is no error."""
        ...

    def digests(self) -> Iterator[str]:
        """Every digest held, ordered."""
        ...


@runtime_checkable
class SealingVault(Vault, Protocol):
    """A vault whose bytes can be sealed at rest (see `ledger.cipher`)."""

    def key_of(self, digest: str) -> bytes | None:
        """The id of the key with which some bytes are sealed; None if they lie there plain.

        :raises LookupError: if they are not there
        """
        ...

    def seal_anew(self, digest: str) -> bool:
        """Seal some bytes with the newest key, unless they are; whether that was to be done.

        :raises LookupError: if they are not there
        :raises ChainBroken: if they are not as they were, or their key is not here; nothing is written then
        """
        ...
