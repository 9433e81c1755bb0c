"""Links, merging and splitting in the state of an incident, and what is left open in it. A part of the fold in `state`.

Invariants:

- Nothing that was said is dropped: an undone link or merge stays in the record, only its effect ends.
- What was open in a merged incident is left over until the surviving one has taken it over or closed it.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Protocol

from hotwash.incident.events.linking import (
    AbsorptionUndone,
    EntriesSplitFrom,
    EntriesSplitOff,
    IncidentAbsorbed,
    IncidentLinked,
    IncidentMerged,
    IncidentUnlinked,
    Leftover,
    LeftoverSettled,
    MergeUndone,
)
from hotwash.incident.parts import Said


@dataclass(slots=True)
class Linkage:
    """How an incident belongs to others.

    :param links: links that hold, by the other incident and the relation
    :param merged: into what it was merged, if it is
    :param before: how it stood before that
    :param absorbed: incidents that go on in this one, by their ids
    :param settled: what was left over, by the other incident and the thing; on the merged side the other survives
    """

    links: dict[tuple[str, str], Said[IncidentLinked]] = field(default_factory=dict)
    merged: Said[IncidentMerged] | None = None
    before: str = "open"
    absorbed: dict[str, Said[IncidentAbsorbed]] = field(default_factory=dict)
    settled: dict[tuple[str, Leftover], Said[LeftoverSettled]] = field(default_factory=dict)
    split_off: list[Said[EntriesSplitOff]] = field(default_factory=list)
    split_from: list[Said[EntriesSplitFrom]] = field(default_factory=list)

    def copy(self) -> "Linkage":
        """One of one's own; what was said is frozen, and is shared."""
        twin = copy(self)
        for name in ("links", "absorbed", "settled", "split_off", "split_from"):
            setattr(twin, name, getattr(self, name).copy())
        return twin

    @property
    def into(self) -> str:
        """The incident in which this one goes on, or nothing."""
        return self.merged.event.into if self.merged else ""

    @property
    def elsewhere(self) -> dict[int, list[str]]:
        """Entries that other incidents name too, with those incidents."""
        found: dict[int, list[str]] = {}
        for said in self.split_off:
            for entry in said.event.entries:
                found.setdefault(entry, []).append(said.event.other)
        return found

    @property
    def others(self) -> list[str]:
        """Every incident that this one has to do with now."""
        known = [other for other, _ in self.links] + [self.into, *self.absorbed]
        known += [off.event.other for off in self.split_off] + [came.event.other for came in self.split_from]
        return [one for one in dict.fromkeys(known) if one]


class _Joined(Protocol):
    linkage: Linkage
    standing: Any
    roster: dict[str, str]
    awareness: list[Said[Any]]
    withdrawn_awareness: dict[int, Any]
    actions: dict[int, Any]
    remedies: dict[int, Any]
    questions: dict[int, Any]
    runs: dict[int, Any]
    containments: dict[int, Any]
    register: Any
    messages: dict[int, Any]
    status_pages: dict[int, Any]


def open_things(incident: _Joined) -> Iterator[Leftover]:
    """What is open in an incident: who holds a role, what runs, what is in force, what is still to be done."""
    yield from (Leftover("role", 0, role) for role in incident.roster)
    for said in incident.awareness:
        if said.entry not in incident.withdrawn_awareness:
            yield Leftover("clock", said.entry)
    for number, one in incident.containments.items():
        if one.in_force:
            yield Leftover("containment", number)
    yield from (Leftover("action", entry) for entry, one in incident.actions.items() if one.open)
    yield from (Leftover("remedy", entry) for entry, one in incident.remedies.items() if one.left)
    if incident.register is not None and incident.register.open:
        yield Leftover("register", incident.register.opened.entry)
    yield from (Leftover("question", entry) for entry, one in incident.questions.items() if one.answered is None)
    yield from (Leftover("playbook", number) for number, one in incident.runs.items() if one.ended is None)
    waiting = ("draft", "submitted", "refused", "approved")
    yield from (Leftover("message", entry) for entry, one in incident.messages.items() if one.state in waiting)
    pages = incident.status_pages.items()
    yield from (Leftover("status-page", entry) for entry, one in pages if one.closed is None and not one.shut)


def left_over(incident: _Joined) -> list[Leftover]:
    """What is open in a merged incident and was neither taken over nor closed by the one in which it goes on."""
    into = incident.linkage.into
    return [one for one in open_things(incident) if (into, one) not in incident.linkage.settled]


def settled_here(incident: _Joined) -> list[Leftover]:
    """What was open in a merged incident and was taken over or closed; nothing while it is not merged."""
    into = incident.linkage.into
    return [thing for other, thing in incident.linkage.settled if into and other == into]


def clocks_settled(incident: _Joined) -> bool:
    """Whether everything that could start a clock in a merged incident is looked after by the surviving one."""
    return bool(incident.linkage.into) and all(one.what != "clock" for one in left_over(incident))


def _linked(incident: _Joined, said: Said[IncidentLinked]) -> None:
    incident.linkage.links[(said.event.other, said.event.relation)] = said


def _unlinked(incident: _Joined, said: Said[IncidentUnlinked]) -> None:
    incident.linkage.links.pop((said.event.other, said.event.relation), None)


def _merged(incident: _Joined, said: Said[IncidentMerged]) -> None:
    incident.linkage.before = incident.standing
    incident.linkage.merged = said
    incident.standing = "merged"


def _undone(incident: _Joined, said: Said[MergeUndone]) -> None:
    linkage = incident.linkage
    incident.standing, linkage.merged = linkage.before, None
    linkage.settled = {key: one for key, one in linkage.settled.items() if key[0] != said.event.other}


def _absorbed(incident: _Joined, said: Said[IncidentAbsorbed]) -> None:
    incident.linkage.absorbed[said.event.other] = said


def _given_back(incident: _Joined, said: Said[AbsorptionUndone]) -> None:
    linkage = incident.linkage
    linkage.absorbed.pop(said.event.other, None)
    linkage.settled = {key: one for key, one in linkage.settled.items() if key[0] != said.event.other}


def _settled(incident: _Joined, said: Said[LeftoverSettled]) -> None:
    event = said.event
    incident.linkage.settled[(event.other, Leftover(event.what, event.entry, event.name))] = said


def _split_off(incident: _Joined, said: Said[EntriesSplitOff]) -> None:
    incident.linkage.split_off.append(said)


def _split_from(incident: _Joined, said: Said[EntriesSplitFrom]) -> None:
    incident.linkage.split_from.append(said)


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    IncidentLinked: _linked,
    IncidentUnlinked: _unlinked,
    IncidentMerged: _merged,
    MergeUndone: _undone,
    IncidentAbsorbed: _absorbed,
    AbsorptionUndone: _given_back,
    LeftoverSettled: _settled,
    EntriesSplitOff: _split_off,
    EntriesSplitFrom: _split_from,
}
"""How each event about other incidents changes the state."""
