"""Legal holds and the tombstone in the state of an incident. A part of the fold in `state`.

Invariants: what is held is not erased; a tombstone is never taken back.
"""

from collections.abc import Callable
from typing import Any, Protocol

from hotwash.incident.events.retention import LegalHoldLifted, LegalHoldPlaced, RecordErased
from hotwash.incident.parts import Said

STAYS = frozenset({"legal-hold-placed", "legal-hold-lifted", "record-erased", "entry-redacted"})
"""Kinds of entries whose words stay when a record is erased: they say why something is gone, or why it was not."""


class _Kept(Protocol):
    legal_holds: dict[int, Said[LegalHoldPlaced]]
    lifted_holds: dict[int, Said[LegalHoldLifted]]
    erased: Said[RecordErased] | None


def _placed(incident: _Kept, said: Said[LegalHoldPlaced]) -> None:
    incident.legal_holds[said.entry] = said


def _lifted(incident: _Kept, said: Said[LegalHoldLifted]) -> None:
    incident.legal_holds.pop(said.event.hold, None)
    incident.lifted_holds[said.event.hold] = said


def _erased(incident: _Kept, said: Said[RecordErased]) -> None:
    incident.erased = said


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    LegalHoldPlaced: _placed,
    LegalHoldLifted: _lifted,
    RecordErased: _erased,
}
"""How such an event changes the state."""
