"""What an incident's state is made of: an event with who said it and when, and things with a beginning and an end."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from hotwash.incident.events import (
    QuestionAnswered,
    QuestionRaised,
    RemedyCompleted,
    RemedyOwed,
)

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Said(Generic[E]):
    """An event with the number of its entry, who said it, when it happened and when it was written down."""

    entry: int
    by: str
    at: datetime
    recorded_at: datetime
    event: E


@dataclass(frozen=True, slots=True)
class Tenure:
    """How long a person held a role; ``until`` is None while it lasts."""

    role: str
    person: str
    since: datetime
    until: datetime | None
    briefing: str = ""


@dataclass(slots=True)
class Remedy:
    """What is owed, and to how many people it was done."""

    owed: Said[RemedyOwed]
    completed: list[Said[RemedyCompleted]] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many people still wait."""
        return max(0, self.owed.event.people - sum(done.event.people for done in self.completed))


@dataclass(slots=True)
class OpenQuestion:
    """A question that was raised, and its answer if there is one."""

    raised: Said[QuestionRaised]
    answered: Said[QuestionAnswered] | None = None
