"""Types of harm and what other taxonomies call them (`data/harms.toml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

HarmId = Literal["fairness", "safety", "privacy", "security", "accuracy"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A taxonomy of others, and the edition that its ids were checked against."""

    id: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Subtype:
    """A finer word for a harm."""

    id: str
    title: str
    definition: str


@dataclass(frozen=True, slots=True)
class Harm:
    """A type of harm; ``crosswalk`` holds, by scheme, the ids of others that come near it."""

    id: HarmId
    title: str
    definition: str
    examples: tuple[str, ...]
    subtypes: tuple[Subtype, ...]
    crosswalk: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Harms:
    """The five types; ``mit`` gives for each of MIT's 24 subdomains the types it falls under, the usual one first."""

    version: str
    schemes: tuple[Scheme, ...]
    mit: Mapping[str, tuple[HarmId, ...]]
    harms: tuple[Harm, ...]

    def harm(self, harm: str) -> Harm:
        """One type of harm by its id.

        :raises KeyError: if there is no such type
        """
        for known in self.harms:
            if known.id == harm:
                return known
        raise KeyError(harm)


@cache
def harms() -> Harms:
    """The types of harm in force."""
    return take("harms.toml", Harms)
