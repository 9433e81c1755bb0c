"""Roles in an incident about AI, after the Incident Command System (`data/roles.toml`)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

RoleId = Literal["commander", "operations", "investigation", "communications", "legal", "liaison", "safety", "scribe"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role, what it does in its first 15 minutes and its first hour, and what it hands to the next person."""

    id: RoleId
    title: str
    sentence: str
    first_quarter: tuple[str, ...]
    first_hour: tuple[str, ...]
    hands_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roles:
    """All roles, the commander first."""

    version: str
    source: str
    roles: tuple[Role, ...]

    def role(self, role: str) -> Role:
        """One role by its id.

        :raises KeyError: if there is no such role
        """
        for known in self.roles:
            if known.id == role:
                return known
        raise KeyError(role)


@cache
def roles() -> Roles:
    """The roles in force."""
    return take("roles.toml", Roles)
