"""Where contributing factors lie, and what others call them (`data/factors.toml`)."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

TagId = Literal[
    "data", "labels", "training", "evaluation", "deployment", "monitoring", "guardrail", "human-oversight",
    "organisation", "vendor", "law",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Causes:
    """MIT's three causes of a risk: which entity, whether it was meant, before or after deployment."""

    entity: Literal["human", "ai", "other"]
    intent: Literal["intentional", "unintentional", "other"]
    timing: Literal["pre-deployment", "post-deployment", "other"]


@dataclass(frozen=True, slots=True)
class FactorTag:
    """Where a factor lies; ``asks`` leads to it, ``failures`` are GMF's names for what is found there."""

    id: TagId
    title: str
    definition: str
    asks: tuple[str, ...]
    failures: tuple[str, ...]
    usually: Causes


@dataclass(frozen=True, slots=True)
class Factors:
    """The tags in their order, and the editions of the taxonomies that they are held against."""

    version: str
    gmf: str
    mit: str
    tags: tuple[FactorTag, ...]

    def tag(self, tag: str) -> FactorTag:
        """One tag by its id.

        :raises KeyError: if there is no such tag
        """
        for known in self.tags:
            if known.id == tag:
                return known
        raise KeyError(tag)

    @property
    def failures(self) -> dict[str, TagId]:
        """Every name of a failure with the tag under which it usually stands."""
        return {name: tag.id for tag in self.tags for name in tag.failures}


@cache
def factors() -> Factors:
    """The tags in force."""
    return take("factors.toml", Factors)
