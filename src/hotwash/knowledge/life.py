"""The life of an incident: states, and for each verb where it is possible and where it leads (`data/life.toml`)."""

from dataclasses import dataclass
from functools import cache

from hotwash.knowledge.shelf import take


@dataclass(frozen=True, slots=True)
class StateOfLife:
    """A state that an incident can be in."""

    id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LifeVerb:
    """A verb: the states within which it is possible, the kinds of entry it may record, the state it leads to."""

    id: str
    within: tuple[str, ...]
    records: tuple[str, ...]
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """The whole table."""

    version: str
    states: tuple[StateOfLife, ...]
    verbs: tuple[LifeVerb, ...]


@cache
def life() -> Life:
    """The table in force."""
    return take("life.toml", Life)


@cache
def _by_verb() -> dict[str, tuple[frozenset[str], str | None]]:
    return {verb.id: (frozenset(verb.within), verb.to) for verb in life().verbs}


def permitted_in(verb: str) -> frozenset[str]:
    """The states in which a verb is possible; ``undeclared`` is the state before there is an incident.

    :raises KeyError: if there is no such verb
    """
    return _by_verb()[verb][0]


def leads_to(verb: str) -> str | None:
    """The state that a verb leads to, or None if the incident stays as it is.

    :raises KeyError: if there is no such verb
    """
    return _by_verb()[verb][1]
