"""The organisation's own playbooks in its record: each edition that was kept, and which stand now."""

from dataclasses import dataclass, field
from datetime import datetime

from hotwash.knowledge.playbooks import Level, Playbook


@dataclass(frozen=True, slots=True)
class PlaybookKept:
    """An edition of a playbook of the organisation's own. Those before it stay, and what runs by them goes on.

    :param systems: the AI systems that it is offered for; empty for all
    :param tiers: the tiers at which it is offered; empty for all
    """

    playbook: Playbook
    systems: tuple[str, ...] = ()
    tiers: tuple[Level, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlaybookWithdrawn:
    """An own playbook is no longer offered. What runs by it goes on."""

    playbook: str
    reason: str


Event = PlaybookKept | PlaybookWithdrawn

KINDS: dict[str, type[Event]] = {"playbook-kept": PlaybookKept, "playbook-withdrawn": PlaybookWithdrawn}


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition with who kept it, and when."""

    entry: int
    by: str
    at: datetime
    event: PlaybookKept

    @property
    def playbook(self) -> Playbook:
        """The playbook as it was kept."""
        return self.event.playbook

    def fits(self, *, system: str | None, tier: Level) -> bool:
        """Whether it is offered for an AI system at a tier."""
        event = self.event
        return (not event.systems or system in event.systems) and (not event.tiers or tier in event.tiers)


@dataclass(slots=True)
class OwnPlaybooks:
    """Every edition by the playbook's id, the oldest first, and which playbooks were withdrawn."""

    editions: dict[str, list[Edition]] = field(default_factory=dict)
    withdrawn: dict[str, datetime] = field(default_factory=dict)

    @property
    def standing(self) -> list[Edition]:
        """The newest edition of each that was not withdrawn."""
        return [editions[-1] for name, editions in self.editions.items() if name not in self.withdrawn]

    def newest(self, playbook: str) -> Edition | None:
        """The edition that stands of a playbook, if one does."""
        return None if playbook in self.withdrawn else next(reversed(self.editions.get(playbook, [])), None)


def fold(own: OwnPlaybooks, event: Event, *, entry: int, by: str, at: datetime) -> None:
    """Take one more fact in."""
    if isinstance(event, PlaybookKept):
        own.editions.setdefault(event.playbook.id, []).append(Edition(entry, by, at, event))
        own.withdrawn.pop(event.playbook.id, None)
    else:
        own.withdrawn[event.playbook] = at
