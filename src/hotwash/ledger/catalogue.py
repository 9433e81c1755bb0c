"""From entries to events and back: a catalogue knows which word stands for which dataclass.

Stored kinds are words and are for ever. A kind that the catalogue does not know is kept, shown and passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from hotwash.ledger.entry import Draft, Entry

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Fact(Generic[E]):
    """An event with what its entry says about it: which line, who says so, when it happened, when it was known.

    ``event`` is None where the body was redacted, or the kind (or shape) is not known to this version; ``body`` then
    holds what was stored, if anything.
    """

    number: int
    kind: str
    by: str
    occurred_at: datetime
    recorded_at: datetime
    event: E | None
    body: Mapping[str, Any] | None
    digest: str


class Catalogue(Generic[E]):
    """The events of one room by their stored words.

    :param kinds: stored word to frozen dataclass, one to one
    """

    def __init__(self, kinds: Mapping[str, type[E]]) -> None:
        assert len(set(kinds.values())) == len(kinds), "one word for each event"
        self.kinds = dict(kinds)
        for shape in self.kinds.values():
            # Two threads that need the same type for the first time at once crash msgspec 0.22: it is made known here.
            msgspec.json.Decoder(shape)
        self._words = {event: word for word, event in kinds.items()}

    def word(self, event: E) -> str:
        """The stored word of an event."""
        return self._words[type(event)]

    def draft(self, event: E, *, by: str, occurred_at: datetime, recorded_at: datetime) -> Draft:
        """An event as a line to be recorded."""
        body = msgspec.to_builtins(event)
        return Draft(self.word(event), by, occurred_at, recorded_at, body)

    def fact(self, entry: Entry) -> Fact[E]:
        """What an entry says."""
        event: E | None = None
        shape = self.kinds.get(entry.kind)
        if shape is not None and entry.body is not None:
            try:
                event = msgspec.convert(entry.body, type=shape)
            except msgspec.ValidationError:
                event = None
        return Fact(
            entry.number,
            entry.kind,
            entry.by,
            datetime.fromisoformat(entry.occurred_at),
            datetime.fromisoformat(entry.recorded_at),
            event,
            entry.body,
            entry.digest,
        )
