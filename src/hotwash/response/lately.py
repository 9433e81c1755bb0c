"""Incidents that were written to lately, so that a write to a long record reads only what is new.

What is kept can be thrown away at any time. It is taken only if the record still holds the entry on which it rests. A
record from which anything was erased is never kept: whoever asks folds what is left of it.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from hotwash.incident.state import Incident, copied
from hotwash.ledger.entry import Entry

SIZE = 128


class Lately:
    """The last `SIZE` incidents, each as it stood after an entry."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Incident, str]] = OrderedDict()
        self._lock = Lock()

    def number(self, stream: str) -> int:
        """The entry on which the kept state rests, or 0."""
        with self._lock:
            kept = self._kept.get(stream)
        return kept[0].number if kept else 0

    def take(self, stream: str, since: Sequence[Entry]) -> Incident | None:
        """A state of one's own, if it rests on the first of these entries and nothing was erased by the others."""
        with self._lock:
            kept = self._kept.get(stream)
            if kept is None or not since or (since[0].number, since[0].digest) != (kept[0].number, kept[1]):
                return None
            if any(entry.kind == "entry-redacted" for entry in since):
                del self._kept[stream]
                return None
            self._kept.move_to_end(stream)
            return copied(kept[0])

    def keep(self, stream: str, incident: Incident, last: Entry) -> None:
        """Remember a state that rests on an entry, unless something was erased."""
        with self._lock:
            self._kept.pop(stream, None)
            if not incident.redacted and not incident.unread and incident.number == last.number:
                self._kept[stream] = (copied(incident), last.digest)
                if len(self._kept) > SIZE:
                    self._kept.popitem(last=False)
