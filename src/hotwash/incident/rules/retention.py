"""Rules for legal holds and for the end of a record's time."""

from hotwash.incident.events import Event, LegalHoldLifted, LegalHoldPlaced, RecordErased
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need

HOLDS_MAX = 50


def place_legal_hold(incident: Incident, asked: Asked, *, matter: str, reason: str) -> list[Event]:
    """Forbid that anything of this record is erased, for a case, a request or a dispute."""
    if incident.erased is not None:
        raise NotAllowed(f"{incident.id} was erased in entry {incident.erased.entry}: there is nothing left to hold.")
    if len(incident.legal_holds) >= HOLDS_MAX:
        raise NotAllowed(f"{HOLDS_MAX} holds are in force already.")
    return [LegalHoldPlaced(need(matter, "The matter"), need(reason, "The reason"))]


def lift_legal_hold(incident: Incident, asked: Asked, *, hold: int, reason: str) -> list[Event]:
    """End a hold, by the entry that placed it."""
    if hold not in incident.legal_holds:
        raise NotAllowed(f"Entry {hold} is no hold that is in force in {incident.id}.")
    return [LegalHoldLifted(hold, need(reason, "The reason"))]


def erase_record(incident: Incident, asked: Asked, *, reason: str) -> list[Event]:
    """Confirm that a record whose time is over is erased. Said through `response.retention`, which knows the rules."""
    raise NotAllowed(f"{incident.id} is not due to be erased.")


def erased_record(incident: Incident, asked: Asked, *, rule: str, reason: str) -> list[Event]:
    """Write the tombstone; the words and files go after it."""
    may_be_erased(incident)
    if incident.erased is not None:
        raise NotAllowed(f"{incident.id} was erased in entry {incident.erased.entry} already.")
    if incident.unsettled:
        raise NotAllowed("A switch is still to be followed up: settle it first.")
    if incident.register is not None and incident.register.open:
        raise NotAllowed("The register of the people harmed is still open: close it first.")
    return [RecordErased(rule, need(reason, "The reason"), incident.number)]


def may_be_erased(incident: Incident) -> None:
    """See that nothing forbids to erase words of this record.

    :raises NotAllowed: if it is held
    """
    if incident.legal_holds:
        first = next(iter(incident.legal_holds.values()))
        raise NotAllowed(
            f"{incident.id} is under legal hold ({first.event.matter}, entry {first.entry}): nothing of it may be "
            "erased until the hold is lifted."
        )


COMPUTED = frozenset({"erase-record"})
"""Verbs that need more than a rule."""
STEPS = {"erased-record": (erased_record, "erase-record")}
"""Steps that no person says, with the verb whose life they share."""
