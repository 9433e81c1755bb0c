"""Rules for what an incident's own record says of the register of redress.

All are steps that `hotwash.response.redress` takes: it has counted the people, so that nobody can claim a count.
"""

from collections.abc import Callable

from hotwash.incident.events import (
    Event,
    PeopleCount,
    RedressClosed,
    RedressImported,
    RedressOpened,
    RedressProgressed,
    RedressReopened,
    RedressWaived,
)
from hotwash.incident.registers import Register
from hotwash.incident.rules.facts import known_finding
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need


def open_redress(incident: Incident, asked: Asked, *, finding: int | None = None, note: str = "") -> list[Event]:
    """Open the register of the people harmed."""
    if incident.register is not None:
        raise NotAllowed(f"{incident.id} has a register of redress already.")
    known_finding(incident, finding)
    return [RedressOpened(finding, note.strip())]


def tell_import(
    incident: Incident, asked: Asked, *, batch: int, people: int, remedies: int, source: str, counts: PeopleCount
) -> list[Event]:
    """People were taken in."""
    _news(incident, batch)
    return [RedressImported(batch, people, remedies, source, counts)]


def tell_waiver(
    incident: Incident, asked: Asked, *, batch: int, remedies: int, people: int, reason: str, counts: PeopleCount
) -> list[Event]:
    """Remedies were given up."""
    _news(incident, batch)
    return [RedressWaived(batch, remedies, people, need(reason, "The reason"), counts)]


def tell_progress(incident: Incident, asked: Asked, *, batch: int, counts: PeopleCount) -> list[Event]:
    """How far it has come."""
    if _register(incident).counts == counts:
        raise NotAllowed("Nothing has changed since the last count on record.")
    return [RedressProgressed(batch, counts)]


def close_redress(incident: Incident, asked: Asked, *, counts: PeopleCount, reason: str = "") -> list[Event]:
    """Close the register. While people wait, somebody must sign why."""
    if not _register(incident).open:
        raise NotAllowed("The register of redress is closed already.")
    why_close(counts, reason)
    return [RedressClosed(counts, reason.strip())]


def why_close(counts: PeopleCount, reason: str) -> None:
    """:raises NotAllowed: if people still wait and nobody signs why the register is closed"""
    if counts.waiting and not reason.strip():
        raise NotAllowed(
            f"{counts.waiting:,} of {counts.people:,} people still wait for a remedy: complete it, or sign in `reason` "
            "why the register is closed without."
        )


def reopen_redress(incident: Incident, asked: Asked, *, reason: str) -> list[Event]:
    """Open the register again."""
    if _register(incident).open:
        raise NotAllowed("The register of redress is open.")
    return [RedressReopened(need(reason, "The reason"))]


def _register(incident: Incident) -> Register:
    if incident.register is None:
        raise NotAllowed(f"{incident.id} has no register of redress: open one first.")
    return incident.register


def _news(incident: Incident, batch: int) -> None:
    if batch <= _register(incident).told:
        raise NotAllowed(f"Entry {batch} of the register is on record already.")


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "open-redress": (open_redress, "owe-remedy"),
    "tell-import": (tell_import, None),
    "tell-waiver": (tell_waiver, None),
    "tell-progress": (tell_progress, None),
    "close-redress": (close_redress, None),
    "reopen-redress": (reopen_redress, "owe-remedy"),
}
"""Steps of redress, each with the verb whose states of life hold for it; None: in every state."""
