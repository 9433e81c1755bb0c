"""Facts of calling people: who was paged and how it was tried, who answered, what was escalated, who was reminded.

Addresses and numbers are never here: a way to reach somebody is named by the label that the person gave it.
"""

from dataclasses import dataclass
from typing import Literal

Reached = Literal["delivered", "failed", "unknown"]
"""``unknown``: it was handed over, and what came of it cannot be known."""


@dataclass(frozen=True, slots=True)
class Paged:
    """Somebody is called, and is asked to acknowledge it.

    :param then: who is paged next, in this order, if nobody answers
    :param escalation: the entry that says why, where a rule of the organisation did it
    :param before: the page that nobody answered, where this one follows from it
    """

    person: str
    text: str
    then: tuple[str, ...] = ()
    escalation: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class PageAttempted:
    """One way to reach the person was tried. ``place`` counts from 1."""

    page: int
    place: int
    method: str
    state: Reached
    why: str = ""


@dataclass(frozen=True, slots=True)
class PageAcknowledged:
    """Somebody answered a page: the one who was paged, or ``person`` in their place."""

    page: int
    person: str


@dataclass(frozen=True, slots=True)
class PageUnanswered:
    """Every way was tried and nobody answered, or there was no way; ``next`` is paged then, if anybody."""

    page: int
    why: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class Escalated:
    """A rule of the organisation called for more people.

    :param rule: the id of the rule
    :param step: which of its steps, counted from 1
    :param reason: what was silent, and for how long
    :param people: who was called
    :param unfilled: whom the rule names where nobody stands behind the name
    """

    rule: str
    step: int
    reason: str
    people: tuple[str, ...] = ()
    unfilled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminded:
    """People were reminded of something on which a law, a promise or people's safety hangs."""

    key: str
    text: str
    people: tuple[str, ...]
