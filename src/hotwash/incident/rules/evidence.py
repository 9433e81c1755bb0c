"""Rules for the chain of custody: hold, verify, hand over, seal, export."""

from hotwash.incident.events import (
    CaseFileExported,
    CheckedItem,
    Event,
    EvidenceHandedOver,
    EvidenceHeld,
    EvidenceVerified,
    HeldItem,
    RecordSealed,
)
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need

COMPUTED = frozenset({"hold", "verify-evidence", "seal-record", "export-case"})
"""Verbs whose words are computed, never typed: nobody writes a digest by hand."""


def hold(
    incident: Incident,
    asked: Asked,
    *,
    items: tuple[HeldItem, ...],
    reason: str = "",
    waiting: tuple[str, ...] = (),
    continues: int | None = None,
) -> list[Event]:
    """Keep what a containment would change, before it is switched; say what could not be taken, and why."""
    if not items and not waiting:
        raise NotAllowed("There is nothing to hold.")
    if continues is not None and continues not in incident.holds:
        raise NotAllowed(f"Entry {continues} is no hold of {incident.id}.")
    for item in items:
        if not item.digest and not item.failed.strip():
            raise NotAllowed(f"“{item.name}” was neither taken nor is it said why not.")
    return [EvidenceHeld(items, reason.strip(), waiting, continues)]


def verify_evidence(incident: Incident, asked: Asked, *, checked: tuple[CheckedItem, ...]) -> list[Event]:
    """Read the bytes of evidence again, and record whether they are what was kept."""
    if not checked:
        raise NotAllowed(f"{incident.id} has no evidence whose bytes could be read again.")
    return [EvidenceVerified(checked)]


def hand_over_evidence(
    incident: Incident,
    asked: Asked,
    *,
    entry: int,
    to: str,
    reason: str,
    item: int = 0,
    how: str = "",
    receipt: str = "",
) -> list[Event]:
    """Record that evidence went to somebody: an authority, a court, an expert."""
    held = incident.holds.get(entry)
    if held is None and entry not in incident.evidence:
        raise NotAllowed(f"Entry {entry} is no evidence of {incident.id}.")
    there = len(held.event.items) if held else 0
    if not 0 <= item <= there:
        raise NotAllowed(f"Entry {entry} has no item {item}.")
    if held and item and not held.event.items[item - 1].kept:
        raise NotAllowed(f"Of item {item} of entry {entry} only the digest is known: its bytes were never here.")
    to, reason = need(to, "To whom"), need(reason, "The reason")
    return [EvidenceHandedOver(entry, to, reason, item, how.strip(), receipt.strip())]


def seal_record(incident: Incident, asked: Asked, *, digest: str, key: str, records: dict[str, int]) -> list[Event]:
    """Record that the heads of records were signed."""
    return [RecordSealed(digest, key, records)]


def export_case(
    incident: Incident,
    asked: Asked,
    *,
    as_of: int,
    digest: str,
    files: int,
    size: int,
    to: str = "",
    reason: str = "",
    people: bool = False,
    left_out: int = 0,
) -> list[Event]:
    """Record that a case file was made, by the digest of what it holds."""
    if not 1 <= as_of <= incident.number:
        raise NotAllowed(f"{incident.id} has {incident.number} entries: a case file cannot hold {as_of}.")
    return [CaseFileExported(as_of, digest, files, size, to.strip(), reason.strip(), people, left_out)]
