"""The post-mortem as data: when it is due, who signs; sections, meetings, pulse (`data/postmortem.toml`)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.roles import RoleId
from hotwash.knowledge.shelf import take

MeetingForm = Literal["hot-wash", "full"]
SectionId = Literal[
    "in-plain-words",
    "as-people-saw-it",
    "how-it-came-to-light",
    "the-response",
    "the-people-harmed",
    "lessons",
    "what-remains",
]
UNASSESSED = "Major"
"""The severity by which an incident that is not assessed yet is counted."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a severity asks for.

    :param required: whether one must be held, or waived by a commander with a reason
    :param days: until when, from the moment when the incident was resolved
    :param form: which meeting is proposed
    :param signs: the roles that sign it
    :param stand_in: whether the commander signs for a role that nobody holds
    """

    id: Literal["Critical", "Major", "Minor"]
    required: bool
    days: int
    form: MeetingForm
    signs: tuple[RoleId, ...]
    stand_in: bool


@dataclass(frozen=True, slots=True)
class SectionAsked:
    """A part that people write, and what it asks them."""

    id: SectionId
    title: str
    prompt: str
    length_max: int = 20_000


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A point of a meeting: how long it takes, what the facilitator says, what they can ask."""

    id: str
    title: str
    minutes: int
    say: str
    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """A meeting with its agenda."""

    id: MeetingForm
    title: str
    sentence: str
    items: tuple[AgendaItem, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True, slots=True)
class GroundRule:
    """A rule that everybody hears at the beginning."""

    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one hears in such meetings, and a question that leads from the person to the system."""

    heard: str
    ask: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the pulse."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """A few statements about how safe it was to speak; shown only from ``least`` answers up."""

    least: int
    note: str
    answers: tuple[str, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class PostmortemBook:
    """The whole file."""

    version: str
    sources: tuple[str, ...]
    severities: tuple[Obligation, ...]
    sections: tuple[SectionAsked, ...]
    meetings: tuple[MeetingKind, ...]
    rules: tuple[GroundRule, ...]
    prompts: tuple[Turn, ...]
    pulse: Pulse

    def obligation(self, severity: str | None) -> Obligation:
        """What a severity asks for; None is counted as Major."""
        wanted = severity or UNASSESSED
        return next((one for one in self.severities if one.id == wanted), self.severities[0])

    def section(self, section: str) -> SectionAsked:
        """A section by its id.

        :raises KeyError: if there is no such section
        """
        for one in self.sections:
            if one.id == section:
                return one
        raise KeyError(section)

    def meeting(self, form: str) -> MeetingKind:
        """A meeting by its id.

        :raises KeyError: if there is no such meeting
        """
        for one in self.meetings:
            if one.id == form:
                return one
        raise KeyError(form)


@cache
def postmortem_book() -> PostmortemBook:
    """The rules in force."""
    return take("postmortem.toml", PostmortemBook)
