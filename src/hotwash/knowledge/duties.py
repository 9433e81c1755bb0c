"""Duties to tell somebody within a time: versioned rows (`data/duties/`), their questions, and places.

Engineering help, not legal advice. The arithmetic is in `reports.deadlines`; here the rows are only read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

StartFact = Literal[
    "aware",
    "suspected",
    "classified",
    "determined",
    "discovered",
    "payment",
    "adverse_action",
    "application",
    "counteroffer",
    "correction_available",
    "handling_ended",
]
Unit = Literal["hour", "calendar_day", "business_day", "work_day", "month", "day_of_next_month", "at_once"]
Calendar = Literal["eu-1182", "noon-relief", "plain", "business", "none"]
"""How the end of a period is found.

``eu-1182``: Regulation 1182/71, Article 3. ``noon-relief``: an end on a free day moves to noon of the next working day.
``plain``: days run to their end, free days count. ``business``: only working days count. ``none``: no number is given.
"""
Confidence = Literal["high", "medium-high", "medium", "low"]
Answer = Literal["yes", "no", "unknown"]
Scope = Literal["organisation", "incident"]

OWN = "own-"
"""What the id of a duty begins with that the organisation added itself."""

_UNITS: dict[Unit, tuple[str, str]] = {
    "hour": ("hour", "hours"),
    "calendar_day": ("day", "days"),
    "business_day": ("working day", "working days"),
    "work_day": ("work day", "work days"),
    "month": ("month", "months"),
    "day_of_next_month": ("day of the next month", "th of the next month"),
    "at_once": ("", ""),
}

NOT_ADVICE = "Engineering help, not legal advice: have a lawyer decide."


@dataclass(frozen=True, slots=True)
class Question:
    """A question on which duties depend. Nobody's answer means unknown, and unknown means shown.

    :param scope: where it is usually answered: once for the organisation, or for each incident
    """

    id: str
    scope: Scope
    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Cap:
    """A second period that ends the first one early."""

    n: int
    unit: Unit
    start: StartFact


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to be sent, and until when.

    :param start: the facts that may start it; the earliest recorded one counts
    :param instead: facts that stand in, so as to be early, while none of ``start`` is recorded
    :param after: the former stage, whose submission starts this one
    :param after_last: it is counted from the last update of the former stage, where there are several
    :param at_once: the fact from which it is due without delay, before the number ends
    :param from_year_end: the period starts with the end of the calendar year of the fact
    :param when: questions that must be yes for this stage alone; ``a|b`` is any of them
    :param relief_unless: with ``noon-relief``: the question whose yes takes the relief away
    """

    name: str
    n: int = 0
    unit: Unit = "at_once"
    start: tuple[StartFact, ...] = ()
    instead: tuple[StartFact, ...] = ()
    after: str = ""
    after_last: bool = False
    cap: Cap | None = None
    at_once: StartFact | None = None
    from_year_end: bool = False
    when: tuple[str, ...] = ()
    relief_unless: str = ""
    calendar: Calendar | None = None
    promptness: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """Its unit in words."""
        one, many = _UNITS[self.unit]
        return one if self.n == 1 else many


@dataclass(frozen=True, slots=True)
class Duty:
    """One row: who must tell whom, why, from when on, and how sure this row is.

    :param place: where its days are counted, unless the organisation names another place
    :param applies: questions that must all be yes; ``a|b`` is any of them
    :param in_force_from: the first day on which a fact can start it
    :param in_force_until: the first day on which none can any more
    :param enabled: whether it is shown while nobody has answered; a doubtful row is not
    :param doubt: what is not certain although the number is
    """

    id: str
    title: str
    kind: Literal["law", "code", "contract"]
    jurisdiction: str
    place: str
    instrument: str
    provision: str
    who: str
    recipient: str
    trigger: str
    starts: str
    calendar: Calendar
    status: str
    confidence: Confidence
    source: str
    checked_on: date
    stages: tuple[Stage, ...]
    applies: tuple[str, ...] = ()
    in_force_from: date | None = None
    in_force_until: date | None = None
    enabled: bool = True
    doubt: str = ""
    checked: str = ""
    notes: tuple[str, ...] = ()

    @property
    def unverified(self) -> bool:
        """Whether somebody must hold this row against the primary text before relying on it."""
        return self.confidence != "high" or bool(self.doubt)

    def stage(self, name: str) -> Stage:
        """One stage by its name.

        :raises KeyError: if there is no such stage
        """
        for known in self.stages:
            if known.name == name:
                return known
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Place:
    """Where days are counted.

    :param zone: the time zone of its days
    :param holidays: the country (and part) whose holidays count; empty if only weekends do
    :param group: the place for which it may stand in, such as a member state for the Union
    """

    id: str
    name: str
    zone: str
    holidays: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """Every duty, with the questions and the places that they name."""

    version: str
    source: str
    questions: tuple[Question, ...]
    places: Mapping[str, Place]
    duties: Mapping[str, Duty]

    def question(self, question: str) -> Question:
        """One question by its id.

        :raises KeyError: if there is no such question
        """
        for known in self.questions:
            if known.id == question:
                return known
        raise KeyError(question)


@dataclass(frozen=True, slots=True)
class _Rows:
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    version: str
    source: str
    questions: tuple[Question, ...]
    places: tuple[Place, ...]


FILES = ("eu", "america", "elsewhere")


@cache
def duties() -> Duties:
    """The duties in force, by id, in the order of the files."""
    asked = take("duties/questions.toml", _Asked)
    rows = {duty.id: duty for name in FILES for duty in take(f"duties/{name}.toml", _Rows).duties}
    return Duties(asked.version, asked.source, asked.questions, {one.id: one for one in asked.places}, rows)


def named(condition: str) -> tuple[str, ...]:
    """The questions of one condition: ``a|b`` names two."""
    return tuple(condition.split("|"))
