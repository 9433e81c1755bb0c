"""Rules for what responders do: roles, containment, decisions, remedies."""

from datetime import date, datetime

from hotwash.incident.events import (
    Acknowledged,
    ContainmentApplied,
    ContainmentReleased,
    DecisionMade,
    Event,
    RemedyCompleted,
    RemedyOwed,
    RoleAssigned,
    RoleHandedOver,
)
from hotwash.incident.events.work import RoleId, SwitchState
from hotwash.incident.state import Containment, Incident
from hotwash.ledger.rule import Asked, NotAllowed, need


def assign(incident: Incident, asked: Asked, *, role: RoleId, person: str) -> list[Event]:
    """Give a role to a person. The first commander acknowledges the incident."""
    person = need(person, "The person")
    holder = incident.roster.get(role)
    if holder == person:
        raise NotAllowed(f"{person} is {role} already.")
    events: list[Event] = [RoleAssigned(role, person)]
    if role == "commander" and not incident.acknowledgements:
        events.append(Acknowledged(person))
    return events


def hand_over(incident: Incident, asked: Asked, *, role: RoleId, person: str, briefing: str) -> list[Event]:
    """Hand a role to the next person, with a written briefing."""
    person = need(person, "The person")
    holder = incident.roster.get(role)
    if holder is None:
        raise NotAllowed(f"Nobody is {role} yet: assign the role instead.")
    if holder == person:
        raise NotAllowed(f"{person} is {role} already.")
    return [RoleHandedOver(role, holder, person, need(briefing, "The briefing"))]


def contain(
    incident: Incident,
    asked: Asked,
    *,
    switch: str,
    state: SwitchState,
    reason: str = "",
    cohort: str = "",
    complete: bool | None = None,
    hold: tuple[int, ...] = (),
    unheld_because: str = "",
    undo: str = "",
    share: float | None = None,
    share_of: str = "",
    until: datetime | None = None,
    recheck_at: datetime | None = None,
    seen: int | None = None,
) -> list[Event]:
    """Stop the harm by a switch, or record that it was stopped. Without evidence kept first, a reason is asked for.

    ``complete`` (does it stop the harm for everyone?) is taken as yes where no cohort and no share is named. A switch
    that Hotwash sets goes through `hotwash.response.switching`; this records what was done otherwise, on the person's
    word. ``share``, ``until``, ``recheck_at`` and ``seen`` (the last change of the switch that the person saw) are for
    switches that it sets.
    """
    if share is not None or share_of or until is not None or recheck_at is not None:
        raise NotAllowed(f"Hotwash does not set {switch[:80]}, so it can hold no share of traffic and no time.")
    held = evidence_first(incident, hold, unheld_because)
    if state == "serve":
        raise NotAllowed(RELEASE_INSTEAD)
    whole = not cohort.strip() if complete is None else complete
    return [
        ContainmentApplied(
            need(switch, "The switch"),
            state,
            reason.strip(),
            whole,
            cohort.strip(),
            held,
            unheld_because.strip(),
            undo.strip(),
        )
    ]


RELEASE_INSTEAD = "`serve` lets the system decide again: release the containment instead."


def evidence_first(incident: Incident, hold: tuple[int, ...], unheld_because: str) -> tuple[int, ...]:
    """The evidence that was kept before a containment.

    :raises NotAllowed: if none was kept and no reason says why, or if an entry is no evidence
    """
    for entry in hold:
        if entry not in incident.held:
            raise NotAllowed(
                f"Entry {entry} is no evidence of {incident.id}: name what was kept, or say why nothing was."
            )
    if not hold and not incident.held and not unheld_because.strip():
        raise NotAllowed(
            "No evidence was kept yet. Keep it first (`hold`), or say in `unheld_because` why it could not wait."
        )
    return hold or incident.held


def release(incident: Incident, asked: Asked, *, containment: int, reason: str) -> list[Event]:
    """Take a containment back."""
    known = standing(incident, containment)
    if known.driven:
        raise NotAllowed("Hotwash drives this switch: it says itself when it was set back.")
    return [ContainmentReleased(known.number, need(reason, "The reason"))]


def standing(incident: Incident, containment: int) -> Containment:
    """A containment that is in force.

    :raises NotAllowed: if there is none, or it is over
    """
    known = incident.containment(containment)
    if known is None:
        raise NotAllowed(f"Entry {containment} is no containment of {incident.id}.")
    if known.released is not None:
        raise NotAllowed(f"Containment {containment} was released already.")
    if known.expired is not None:
        raise NotAllowed(f"Containment {containment} is over since {known.expired.event.until:%Y-%m-%d %H:%M} UTC.")
    return known


def decide(
    incident: Incident, asked: Asked, *, decision: str, known: str, options: tuple[str, ...] = (), reason: str = ""
) -> list[Event]:
    """Record a decision with what was known at that moment."""
    return [DecisionMade(need(decision, "The decision"), need(known, "What was known"), options, reason.strip())]


def owe_remedy(
    incident: Incident, asked: Asked, *, what: str, people: int, owner: str, due: date | None = None
) -> list[Event]:
    """Record what the people harmed are owed, and how many they are."""
    if people < 1:
        raise NotAllowed("A remedy is owed to at least one person: correct `people`.")
    return [RemedyOwed(need(what, "The remedy"), people, need(owner, "The owner"), due)]


def complete_remedy(incident: Incident, asked: Asked, *, remedy: int, people: int, proof: str) -> list[Event]:
    """Record that a remedy reached so many people, with its proof."""
    known = incident.remedies.get(remedy)
    if known is None:
        raise NotAllowed(f"Entry {remedy} is no remedy of {incident.id}.")
    if not 1 <= people <= known.left:
        raise NotAllowed(f"{known.left:,} people still wait for this remedy: `people` must be between 1 and that.")
    return [RemedyCompleted(remedy, people, need(proof, "The proof"))]
