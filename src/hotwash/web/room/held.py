"""What the pages of a room show of its evidence: each hold and each file, with what is still being taken."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotwash.reports.custody import Trail, trails
from hotwash.response.desk import INCIDENT
from hotwash.web.door import desk
from hotwash.web.inquiries import HOLD
from hotwash.web.room.opened import Room
from hotwash.web.tables.models import Inquiry


@dataclass(slots=True)
class Group:
    """An entry that kept something: a hold with what it took, or a file.

    :param row: the rest of a hold, as far as it is
    """

    entry: int
    by: str
    at: datetime
    hold: bool
    trails: list[Trail]
    reason: str = ""
    continues: int | None = None
    waiting: tuple[str, ...] = ()
    row: Inquiry | None = None
    went_on: list["Group"] = field(default_factory=list)


def groups(room: Room) -> list[Group]:
    """Everything that was kept, the newest first; what continues a hold stands within it."""
    by_entry: dict[int, list[Trail]] = {}
    for trail in trails(room.incident, desk().views(room.id)):
        by_entry.setdefault(trail.item.entry, []).append(trail)
    rows: dict[int, Inquiry] = {}
    if room.incident.holds:
        asked = Inquiry.objects.filter(stream=INCIDENT + room.id, question=HOLD).order_by("pk")
        rows = {row.arguments["arguments"]["entry"]: row for row in asked}
    found: dict[int, Group] = {}
    for entry, said in room.incident.evidence.items():
        found[entry] = Group(entry, said.by, said.at, False, by_entry.get(entry, []))
    done = {held.event.continues for held in room.incident.holds.values()}
    for entry, held in room.incident.holds.items():
        waiting = () if entry in done else held.event.waiting
        one = Group(
            entry, held.by, held.at, True, by_entry.get(entry, []), held.event.reason, held.event.continues, waiting
        )
        one.row = rows.get(entry) if waiting else None
        found[entry] = one
    for one in list(found.values()):
        if one.continues in found:
            found[one.continues].went_on.append(found.pop(one.entry))
    return [found[entry] for entry in sorted(found, reverse=True)]


def shown(room: Room) -> dict[str, Any]:
    """What the page of the evidence needs beyond the frame."""
    listed = groups(room)
    every = [trail for one in listed for part in (one, *one.went_on) for trail in part.trails]
    return {
        "groups": listed,
        "alarms": [trail for trail in every if trail.alarm is not None],
        "pieces": len(every),
        "bytes_here": any(trail.item.kept for trail in every),
    }
