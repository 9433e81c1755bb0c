"""Facts of command: operational periods with their objectives, and what came of each objective."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ObjectiveOutcome = Literal["met", "dropped", "carried-over"]


@dataclass(frozen=True, slots=True)
class PeriodStarted:
    """An operational period began at ``occurred_at``: what everybody works for until the next one.

    :param until: when the next one is planned to begin
    :param objectives: what is to be true at its end, the most important first
    :param safety: what to take care of, for people harmed and for responders
    :param emphasis: what the commander wants to be borne in mind
    """

    until: datetime
    objectives: tuple[str, ...]
    safety: str = ""
    emphasis: str = ""


@dataclass(frozen=True, slots=True)
class ObjectiveSettled:
    """What came of an objective of a period. ``objective`` counts from 1."""

    period: int
    objective: int
    outcome: ObjectiveOutcome
    text: str = ""
