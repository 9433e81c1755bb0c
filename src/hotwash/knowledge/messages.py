"""Messages: who they are for, whose word each needs, and how often each audience hears (`data/messages/`).

The texts themselves are in `templates`, the words that a plain text avoids in `plainness`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.roles import RoleId
from hotwash.knowledge.shelf import take

AudienceId = Literal["responders", "executives", "staff", "customers", "harmed", "regulator", "press", "public"]
StageId = Literal["first-word", "update", "resolved", "after"]
Language = Literal["en", "de", "es"]
Level = Literal["Minor", "Major", "Critical"]

LANGUAGES: dict[str, str] = {"en": "English", "de": "Deutsch", "es": "Español"}
"""The languages in which there are letters; others can be added as templates of one's own."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a message is for; ``outside`` the organisation or within it."""

    id: AudienceId
    title: str
    sentence: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """When in an incident a message is written."""

    id: StageId
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Whose word a message needs.

    :param needs: the roles, each of which must approve
    :param stand_in: whether the commander may answer for a role that nobody holds
    :param second: whether somebody other than the writer must be among them
    """

    audience: AudienceId
    stages: tuple[StageId, ...]
    needs: tuple[RoleId, ...]
    stand_in: bool = False
    second: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole table."""

    version: str
    source: str
    audiences: tuple[Audience, ...]
    stages: tuple[Stage, ...]
    approvals: tuple[Approval, ...]

    def audience(self, audience: str) -> Audience:
        """One audience by its id.

        :raises KeyError: if there is no such audience
        """
        return {one.id: one for one in self.audiences}[audience]  # type: ignore[index]

    def stage(self, stage: str) -> Stage:
        """One stage by its id.

        :raises KeyError: if there is no such stage
        """
        return {one.id: one for one in self.stages}[stage]  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class Cadence:
    """How many minutes may pass between two messages, by audience and severity; 0 where nothing is promised.

    :param first_word: by when after the declaration the first word goes; 0 where it waits until somebody writes
    """

    version: str
    source: str
    minutes: Mapping[AudienceId, Mapping[Level, int]]
    first_word: Mapping[AudienceId, Mapping[Level, int]]


@cache
def rules() -> Rules:
    """Audiences, stages and approvals in force."""
    return take("messages/rules.toml", Rules)


@cache
def _approvals() -> dict[tuple[str, str], Approval]:
    return {(row.audience, stage): row for row in rules().approvals for stage in row.stages}


def approval(audience: str, stage: str) -> Approval:
    """Whose word a message to an audience needs at a stage.

    :raises KeyError: if there is no such audience or stage
    """
    return _approvals()[audience, stage]


@cache
def cadence() -> Cadence:
    """The rhythm in force."""
    return take("messages/cadence.toml", Cadence)
