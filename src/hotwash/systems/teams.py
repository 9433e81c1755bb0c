"""Teams and the organisations that they belong to: a part of the organisation's record. A system belongs to a team."""

import re
from dataclasses import dataclass, field

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
"""How a team's short name is written."""


@dataclass(frozen=True, slots=True)
class TeamSet:
    """A team was named, with the organisation that it belongs to. One of the same short name is described anew.

    :param team: its short name
    :param organisation: such as a company of a group, or a public body; empty where there is only one
    """

    team: str
    name: str
    organisation: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class TeamRetired:
    """A team is no more. Systems that still name it have none."""

    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class TeamJoined:
    """An AI system belongs to this team from now on; to none where it is empty. Stands in the system's record."""

    team: str


Event = TeamSet | TeamRetired

KINDS: dict[str, type[Event]] = {"team-set": TeamSet, "team-retired": TeamRetired}


@dataclass(slots=True)
class Teams:
    """The teams that there are, by their short names."""

    standing: dict[str, TeamSet] = field(default_factory=dict)

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations that teams belong to, by name."""
        return tuple(sorted({one.organisation for one in self.standing.values() if one.organisation}))

    def of(self, organisation: str) -> tuple[str, ...]:
        """The teams of an organisation, by their short names."""
        return tuple(sorted(name for name, one in self.standing.items() if one.organisation == organisation))


def fold(teams: Teams, event: Event) -> None:
    """Take one more fact in."""
    if isinstance(event, TeamSet):
        teams.standing[event.team] = event
    else:
        teams.standing.pop(event.team, None)
