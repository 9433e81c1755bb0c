"""What people do with evidence that was kept: look at it, have it verified, seal it, take it out as a case file.

Bytes are held against their digest at every reading; what differs is an alarm and is never handed out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hotwash.incident.events.evidence import CaseFileExported, CheckedItem, EvidenceViewed, Outcome
from hotwash.incident.state import Incident
from hotwash.ledger.entry import ChainBroken
from hotwash.ledger.rule import NotAllowed
from hotwash.ledger.seal import make_seal, public_pem, write_seal
from hotwash.reports.custody import Item, items
from hotwash.response.casefile import CaseFile, made
from hotwash.response.desk import CUSTODY, INCIDENT, SYSTEM, Desk, NotFound, Person, Recorded

PEOPLE = "work-list"
"""Who may see the ids of the people affected may have evidence that holds them."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A case file that was made, and the entry that says so."""

    case: CaseFile
    recorded: Recorded


def item_of(incident: Incident, entry: int, item: int = 0) -> Item:
    """One piece of evidence.

    :raises NotFound: if there is no such one
    """
    for one in items(incident):
        if (one.entry, one.item) == (entry, item):
            return one
    raise NotFound(
        f"Entry {entry} is no evidence of {incident.id}." if not item else f"There is no item {entry}.{item}."
    )


def bytes_of(
    desk: Desk, incident: Incident, entry: int, item: int = 0, *, by: Person, through: str
) -> tuple[Item, bytes]:
    """The bytes of a piece of evidence as they were kept; that somebody was given them is written down.

    :raises NotFound: if there is no such one, or its bytes are not here
    :raises NotPermitted: if it names people and this person may not see them
    :raises ChainBroken: if the bytes in the vault are others
    """
    found = item_of(incident, entry, item)
    if found.restricted:
        desk.permit(by, PEOPLE)
    if not found.kept:
        raise NotFound(f"Of {found.ref} only the digest was recorded: its bytes were never here.")
    try:
        data = desk.vault.get(found.digest)
    except LookupError as gone:
        raise NotFound(f"The bytes of entry {found.ref} were erased.") from gone
    desk.witness(incident.id, EvidenceViewed(entry, item, found.digest, incident.number, through), by=by)
    return found, data


def outcome_of(desk: Desk, digest: str) -> Outcome:
    """What reading some bytes again finds."""
    try:
        for _ in desk.vault.chunks(digest):
            pass
    except LookupError:
        return "missing"
    except ChainBroken:
        return "changed"
    return "same"


def verify(
    desk: Desk, incident_id: str, *, by: Person, entry: int | None = None, expected: int | None = None
) -> Recorded:
    """Have the bytes of evidence read again, and record what was found.

    :param entry: of this entry only; of all if None
    :raises NotAllowed: if there are no bytes to read
    """
    desk.permit(by, "verify-evidence")
    incident = desk.incident(incident_id)
    chosen = [one for one in items(incident) if one.kept and one.digest and entry in (None, one.entry)]
    checked = [CheckedItem(one.entry, one.item, one.digest, outcome_of(desk, one.digest)) for one in chosen]
    words = msgspec.to_builtins(checked)
    return desk.record(incident_id, "verify-evidence", by=by, expected=expected, checked=words)


def seal(desk: Desk, incident_id: str, *, by: Person, key: Ed25519PrivateKey) -> Recorded:
    """Sign how long the records of an incident are, and keep the seal in the vault."""
    desk.permit(by, "seal-record")
    incident = desk.incident(incident_id)
    streams = [INCIDENT + incident_id, CUSTODY + incident_id, f"{SYSTEM}{incident.system}"]
    there = [stream for stream in streams if desk.store.head(stream).number]
    made_now = make_seal(desk.store, key, at=desk.clock(), streams=there)
    records = {stream: head.number for stream, head in made_now.heads.items()}
    digest = desk.vault.put(write_seal(made_now))
    return desk.record(incident_id, "seal-record", by=by, digest=digest, key=made_now.key, records=records)


def export(
    desk: Desk,
    incident_id: str,
    *,
    by: Person,
    to: str = "",
    reason: str = "",
    people: bool = False,
    key: Ed25519PrivateKey | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Exported:
    """Make a case file of an incident as it stands, and record that it was made, by its digest.

    :param people: with what names people
    :param key: to seal the records first; without one the case file holds the seals that there are
    :raises NotPermitted: if this person may not, or may not see the people affected
    """
    desk.permit(by, "export-case")
    if people:
        desk.permit(by, PEOPLE)
    if key is not None:
        told("Sealing the record")
        seal(desk, incident_id, by=by, key=key)
    as_of = desk.incident(incident_id).number
    case = made(desk, incident_id, as_of=as_of, people=people, public_key=pem_of(key), told=told)
    recorded = desk.record(
        incident_id,
        "export-case",
        by=by,
        as_of=case.as_of,
        digest=case.digest,
        files=len(case.parts),
        size=case.size,
        to=to,
        reason=reason,
        people=people,
        left_out=case.left_out,
    )
    return Exported(case, recorded)


def again(
    desk: Desk, incident_id: str, *, by: Person, as_of: int | None = None, key: Ed25519PrivateKey | None = None
) -> CaseFile:
    """A case file that was made before, byte for byte.

    :param as_of: which; the newest if None
    :raises NotFound: if none was made
    :raises NotAllowed: if it can no longer be made as it was: words or bytes were erased since, or the program is newer
    """
    desk.permit(by, "export-case")
    chosen = exported(desk.incident(incident_id), as_of)
    if chosen is None:
        raise NotFound(f"No case file of {incident_id} was made{f' as of entry {as_of}' if as_of else ''}.")
    if chosen.people:
        desk.permit(by, PEOPLE)
    case = made(desk, incident_id, as_of=chosen.as_of, people=chosen.people, public_key=pem_of(key))
    if case.digest != chosen.digest:
        raise NotAllowed(
            f"The case file as of entry {chosen.as_of} can no longer be made as it was: something in it was erased or "
            "damaged since, or Hotwash is newer. Make a new one."
        )
    return case


def exported(incident: Incident, as_of: int | None) -> CaseFileExported | None:
    """What the record says of a case file; of the newest where ``as_of`` is None."""
    made_before = [said.event for said in incident.exports if as_of in (None, said.event.as_of)]
    return made_before[-1] if made_before else None


def pem_of(key: Ed25519PrivateKey | None) -> bytes:
    """The public key that goes with a case file, so that its seals can be held against one had from elsewhere."""
    return public_pem(key.public_key()) if key is not None else b""
