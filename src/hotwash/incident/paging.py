"""Pages, escalations and reminders in the state of an incident. A part of the fold in `state`."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol

from hotwash.incident.events.paging import (
    Escalated,
    PageAcknowledged,
    PageAttempted,
    Paged,
    PageUnanswered,
    Reminded,
)
from hotwash.incident.parts import Said


@dataclass(slots=True)
class Page:
    """A page, how it was tried, and who answered. Its number is the entry that recorded it."""

    said: Said[Paged]
    attempts: tuple[Said[PageAttempted], ...] = ()
    acknowledged: Said[PageAcknowledged] | None = None
    unanswered: Said[PageUnanswered] | None = None

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.acknowledged is None and self.unanswered is None

    @property
    def took(self) -> timedelta | None:
        """How long it took until somebody answered."""
        return None if self.acknowledged is None else self.acknowledged.at - self.said.at


@dataclass(slots=True)
class Paging:
    """Who was called, and what was escalated."""

    pages: dict[int, Page] = field(default_factory=dict)
    escalations: list[Said[Escalated]] = field(default_factory=list)
    reminded: list[Said[Reminded]] = field(default_factory=list)

    def copy(self) -> "Paging":
        """One's own: what is folded into it leaves this one as it was."""
        pages = {entry: replace(page) for entry, page in self.pages.items()}
        return Paging(pages, self.escalations.copy(), self.reminded.copy())

    @property
    def open(self) -> list[Page]:
        """The pages that still wait for an answer, the oldest first."""
        return [page for page in self.pages.values() if page.open]


class _Called(Protocol):
    paging: Paging


def _paged(incident: _Called, said: Said[Paged]) -> None:
    incident.paging.pages[said.entry] = Page(said)


def _attempted(incident: _Called, said: Said[PageAttempted]) -> None:
    if known := incident.paging.pages.get(said.event.page):
        known.attempts = (*known.attempts, said)


def _acknowledged(incident: _Called, said: Said[PageAcknowledged]) -> None:
    if known := incident.paging.pages.get(said.event.page):
        known.acknowledged = said


def _unanswered(incident: _Called, said: Said[PageUnanswered]) -> None:
    if known := incident.paging.pages.get(said.event.page):
        known.unanswered = said


def _escalated(incident: _Called, said: Said[Escalated]) -> None:
    incident.paging.escalations.append(said)


def _reminded(incident: _Called, said: Said[Reminded]) -> None:
    incident.paging.reminded.append(said)


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    Paged: _paged,
    PageAttempted: _attempted,
    PageAcknowledged: _acknowledged,
    PageUnanswered: _unanswered,
    Escalated: _escalated,
    Reminded: _reminded,
}
"""How each event about calling people changes the state."""
