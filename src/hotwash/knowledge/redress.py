"""What people can be owed, and rules that give the day until when (`data/redress.toml`)."""

from dataclasses import dataclass
from functools import cache

from hotwash.knowledge.shelf import take


@dataclass(frozen=True, slots=True)
class RemedyWord:
    """A kind of remedy: what it is, and what shows that it was done. ``amount``: whether money belongs to it."""

    id: str
    title: str
    sentence: str
    done_when: str
    amount: bool = False


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A rule that counts from a day of the list: the period of a duty's stage."""

    id: str
    title: str
    duty: str
    stage: str
    start: str


@dataclass(frozen=True, slots=True)
class RedressTable:
    """The whole table."""

    version: str
    remedies: tuple[RemedyWord, ...]
    deadlines: tuple[DeadlineRule, ...]

    def remedy(self, remedy: str) -> RemedyWord:
        """One remedy by its id.

        :raises KeyError: if there is none
        """
        return {one.id: one for one in self.remedies}[remedy]

    def deadline(self, rule: str) -> DeadlineRule:
        """One rule by its id.

        :raises KeyError: if there is none
        """
        return {one.id: one for one in self.deadlines}[rule]


@cache
def redress() -> RedressTable:
    """The table in force."""
    return take("redress.toml", RedressTable)
