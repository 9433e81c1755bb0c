"""Rules for incidents that belong together: link, merge, split, and what is left open by a merge.

Each concerns two records. A verb says what goes into the record at which it is said; the step beside it says what goes
into the other. `hotwash.response.linking` writes both or neither.
"""

from collections.abc import Callable

from hotwash.incident.events import Event
from hotwash.incident.events.linking import (
    SEEN_FROM_THERE,
    AbsorptionUndone,
    Carried,
    EntriesSplitFrom,
    EntriesSplitOff,
    IncidentAbsorbed,
    IncidentLinked,
    IncidentMerged,
    IncidentUnlinked,
    Leftover,
    LeftoverKind,
    LeftoverSettled,
    LinkKind,
    MergeUndone,
    Outcome,
    Relation,
)
from hotwash.incident.linking import left_over, open_things
from hotwash.incident.state import Incident
from hotwash.knowledge.roles import roles
from hotwash.ledger.rule import Asked, NotAllowed, need

TWO_SIDED = frozenset({"link", "unlink", "merge", "undo-merge", "split", "settle-leftover"})
"""Verbs that write into two records: said through `hotwash.response.linking` only."""

SPLIT_MAX = 200

_GOES_ON_THERE: dict[LeftoverKind, str] = {
    "containment": "is in force: release it",
    "register": "is open: work it and close it",
    "status-page": "is public: close it",
}
"""What has an effect outside the record as long as it lasts: it is ended where it was begun, not written off."""


def link(incident: Incident, asked: Asked, *, other: str, kind: LinkKind, reason: str = "") -> list[Event]:
    """Say that this incident is a duplicate of another, was caused by it, has the same cause, or follows it."""
    return [_link(incident, other, kind, reason)]


def link_there(incident: Incident, asked: Asked, *, other: str, kind: LinkKind, reason: str = "") -> list[Event]:
    """What a link is in the record of the other incident."""
    return [_link(incident, other, SEEN_FROM_THERE[kind], reason)]


def _link(incident: Incident, other: str, relation: Relation, reason: str) -> IncidentLinked:
    _another(incident, other)
    if (other, relation) in incident.linkage.links:
        raise NotAllowed(f"{incident.id} is linked to {other} in this way already.")
    return IncidentLinked(other, relation, reason.strip())


def unlink(incident: Incident, asked: Asked, *, other: str, kind: Relation, reason: str) -> list[Event]:
    """Take a link back. It stays visible, and no longer counts."""
    if (other, kind) not in incident.linkage.links:
        raise NotAllowed(f"{incident.id} is not linked to {other} in this way.")
    return [IncidentUnlinked(other, kind, need(reason, "The reason"))]


def unlink_there(incident: Incident, asked: Asked, *, other: str, kind: Relation, reason: str) -> list[Event]:
    """What taking a link back is in the record of the other incident."""
    back: dict[Relation, Relation] = {there: here for here, there in SEEN_FROM_THERE.items()}
    relation = back.get(kind) or SEEN_FROM_THERE[kind]  # type: ignore[index]
    if (other, relation) not in incident.linkage.links:
        return []
    return [IncidentUnlinked(other, relation, reason.strip())]


def merge(incident: Incident, asked: Asked, *, into: str, reason: str) -> list[Event]:
    """Let this incident go on in another one. Its entries stay, and nothing new is written here."""
    _another(incident, into)
    if incident.open_orders:
        raise NotAllowed(
            f"An order to a switch is still being carried out in {incident.id}: merge it once that is settled."
        )
    return [IncidentMerged(into, need(reason, "The reason"))]


def absorb(
    incident: Incident, asked: Asked, *, other: str, reason: str, entries: int, left: tuple[Leftover, ...] = ()
) -> list[Event]:
    """What a merge is in the record of the incident that goes on."""
    _another(incident, other)
    if incident.standing == "not-confirmed":
        raise NotAllowed(f"{incident.id} was not confirmed: open it again before another incident goes on in it.")
    return [IncidentAbsorbed(other, reason.strip(), entries, left)]


def undo_merge(incident: Incident, asked: Asked, *, reason: str) -> list[Event]:
    """Let a merged incident go on by itself again. What the other one took over stays there too."""
    if incident.linkage.merged is None:
        raise NotAllowed(f"{incident.id} is not merged into another incident.")
    return [MergeUndone(incident.linkage.into, need(reason, "The reason"))]


def give_back(incident: Incident, asked: Asked, *, other: str, reason: str) -> list[Event]:
    """What undoing a merge is in the record of the incident that had gone on."""
    return [AbsorptionUndone(other, reason.strip())] if other in incident.linkage.absorbed else []


def settle_leftover(
    incident: Incident,
    asked: Asked,
    *,
    other: str,
    what: LeftoverKind,
    outcome: Outcome,
    entry: int = 0,
    name: str = "",
    reason: str = "",
    now: int = 0,
) -> list[Event]:
    """Take over what was open in a merged incident, or say why it needs no going on. ``now`` is the entry here."""
    if other not in incident.linkage.absorbed:
        raise NotAllowed(f"{other} is not merged into {incident.id}.")
    thing = Leftover(what, entry, name)
    if (other, thing) in incident.linkage.settled:
        raise NotAllowed(f"{told(thing, other)} is settled already.")
    if not 0 <= now <= incident.number:
        raise NotAllowed(f"{incident.id} has no entry {now}.")
    if outcome == "closed":
        need(reason, "The reason")
    elif what == "role" and incident.roster.get(name) is None and not now:
        raise NotAllowed(f"Nobody is {name} in {incident.id}: assign the role first.")
    return [LeftoverSettled(other, what, outcome, entry, name, reason.strip(), now)]


def hand_on(
    incident: Incident,
    asked: Asked,
    *,
    other: str,
    what: LeftoverKind,
    outcome: Outcome,
    entry: int = 0,
    name: str = "",
    reason: str = "",
    now: int = 0,
) -> list[Event]:
    """What settling is in the record of the merged incident."""
    thing = Leftover(what, entry, name)
    if incident.linkage.into != other or thing not in left_over(incident):
        raise NotAllowed(f"{told(thing, incident.id)} is not open there.")
    if outcome == "closed" and what in _GOES_ON_THERE:
        raise NotAllowed(f"{told(thing, incident.id)} {_GOES_ON_THERE[what]} there, or let this incident take it over.")
    return [LeftoverSettled(other, what, outcome, entry, name, reason.strip(), now)]


def split(
    incident: Incident, asked: Asked, *, entries: tuple[int, ...], reason: str, into: str = "", title: str = ""
) -> list[Event]:
    """Let evidence, findings and signals go on in another incident: a new one with ``title``, or one that is there."""
    _another(incident, need(into, "The other incident"))
    if not entries:
        raise NotAllowed("Name at least one entry: evidence, a finding or a signal.")
    if len(set(entries)) > SPLIT_MAX:
        raise NotAllowed(f"{SPLIT_MAX} entries at once are the most.")
    for entry in entries:
        if splittable(incident, entry) is None:
            raise NotAllowed(
                f"Entry {entry} of {incident.id} is no evidence, no finding and no signal: only these can be split off."
            )
        if into in incident.linkage.elsewhere.get(entry, ()):
            raise NotAllowed(f"Entry {entry} goes on in {into} already.")
    return [EntriesSplitOff(into, tuple(sorted(set(entries))), need(reason, "The reason"))]


def split_there(
    incident: Incident, asked: Asked, *, other: str, carried: tuple[Carried, ...], reason: str
) -> list[Event]:
    """What a split is in the record of the incident in which the entries go on."""
    return [EntriesSplitFrom(other, carried, reason.strip())]


def splittable(incident: Incident, entry: int) -> str | None:
    """The verb with which an entry can be recorded in another incident, or None."""
    if entry in incident.evidence:
        return "add-evidence"
    if entry in incident.findings:
        return "record-finding"
    if entry in incident.holds:
        return "hold"
    return "link-signal" if any(said.entry == entry for said in incident.signals) else None


def told(thing: Leftover, incident_id: str) -> str:
    """What was open, in words that tell nothing of what it says."""
    if thing.what == "role":
        try:
            return f"The role of {roles().role(thing.name).title.lower()} of {incident_id}"
        except KeyError:
            return f"The role {thing.name} of {incident_id}"
    return f"The {thing.what.replace('-', ' ')} of entry {thing.entry} of {incident_id}"


def leftovers(incident: Incident) -> tuple[Leftover, ...]:
    """What is open in an incident that is about to be merged."""
    return tuple(open_things(incident))


def _another(incident: Incident, other: str) -> None:
    if not other.strip():
        raise NotAllowed("Name the other incident.")
    if other == incident.id:
        raise NotAllowed(f"{incident.id} cannot be joined to itself.")


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "link": (link, "link"),
    "link-there": (link_there, "link"),
    "unlink": (unlink, "unlink"),
    "unlink-there": (unlink_there, None),
    "merge": (merge, "merge"),
    "absorb": (absorb, "link"),
    "undo-merge": (undo_merge, "undo-merge"),
    "give-back": (give_back, None),
    "settle-leftover": (settle_leftover, "settle-leftover"),
    "hand-on": (hand_on, None),
    "split": (split, "split"),
    "split-there": (split_there, None),
}
"""Every step with the verb in whose states it is possible."""
