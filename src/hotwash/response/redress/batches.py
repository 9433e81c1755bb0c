"""Batches of changes on their way into a register: written piece by piece to disk, read back from the vault.

A piece is compressed JSON Lines, the same bytes for the same changes. However many changes there are, one piece of them
is held in memory.
"""

import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from hotwash.incident.events.redress import Piece
from hotwash.incident.redress import Change
from hotwash.ledger.store import Vault

PIECE = 2_000
"""How many changes one piece holds at most."""
_PIECE_BYTES_MAX = 256 << 20

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Change)


def written(changes: Sequence[Change]) -> bytes:
    """Changes as the bytes of a piece."""
    return zlib.compress(_encoder.encode_lines(changes), 1)


def read(data: bytes) -> list[Change]:
    """The changes of a piece.

    :raises ValueError: if the bytes are no piece
    """
    inflate = zlib.decompressobj()
    lines = inflate.decompress(data, _PIECE_BYTES_MAX)
    if not inflate.eof:
        raise ValueError("The piece is cut off, or larger than any that is written.")
    changes: list[Change] = _decoder.decode_lines(lines)
    return changes


class Spool:
    """A batch that is being made, on disk. Use it as a context: what it wrote is gone afterwards."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hotwash-redress-")
        self._waiting: list[Change] = []
        self._sizes: list[int] = []
        self.changes = 0

    def put(self, change: Change) -> None:
        """Take one more change."""
        self._waiting.append(change)
        self.changes += 1
        if len(self._waiting) == PIECE:
            self._write()

    def ended(self) -> None:
        """Write what is still held."""
        if self._waiting:
            self._write()

    def __iter__(self) -> Iterator[list[Change]]:
        """The changes, a piece at a time."""
        for place in range(len(self._sizes)):
            yield read(self._place(place).read_bytes())

    def keep(self, vault: Vault) -> tuple[Piece, ...]:
        """Put every piece into the vault."""
        return tuple(Piece(vault.put(self._place(place).read_bytes()), size) for place, size in enumerate(self._sizes))

    def _write(self) -> None:
        self._place(len(self._sizes)).write_bytes(written(self._waiting))
        self._sizes.append(len(self._waiting))
        self._waiting = []

    def _place(self, place: int) -> Path:
        return Path(self._folder.name) / f"{place:06d}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()
