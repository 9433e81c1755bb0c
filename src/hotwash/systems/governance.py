"""What the organisation measures, which controls of its own it has, and which limits its risk must keep.

Events of the organisation and the state that they fold into; the verbs are in `rules_governance`.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MeasureDefined:
    """A measurement of the organisation's own: the time between two points of the record. One of the same id that was
    there is replaced.

    :param measure: its id, which begins with ``own:``
    :param since: a fact of the table of measures, or ``first:KIND`` or ``last:KIND`` of an entry
    """

    measure: str
    name: str
    since: str
    until: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class MeasureRetired:
    """It is not measured any more."""

    measure: str
    reason: str


@dataclass(frozen=True, slots=True)
class ControlAdded:
    """A control of the organisation's own: a policy, a procedure, a rule. One of the same id is replaced.

    :param tags: the kinds of contributing factor that speak of it
    """

    control: str
    title: str
    text: str
    source: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlRetired:
    """It does not hold any more."""

    control: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """The limit of a risk indicator: above it the indicator is breached."""

    indicator: str
    limit: float
    reason: str


@dataclass(frozen=True, slots=True)
class IndicatorDropped:
    """An indicator does not count here."""

    indicator: str
    reason: str


Event = MeasureDefined | MeasureRetired | ControlAdded | ControlRetired | IndicatorSet | IndicatorDropped

KINDS: dict[str, type] = {
    "measure-defined": MeasureDefined,
    "measure-retired": MeasureRetired,
    "control-added": ControlAdded,
    "control-retired": ControlRetired,
    "indicator-set": IndicatorSet,
    "indicator-dropped": IndicatorDropped,
}
"""These events by their stored word."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the organisation's own; None where the indicator does not count."""

    by: str
    at: datetime
    value: float | None
    reason: str


@dataclass(slots=True)
class Governance:
    """What is in force."""

    measures: dict[str, MeasureDefined] = field(default_factory=dict)
    controls: dict[str, ControlAdded] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)


def fold(governance: Governance, event: Event, *, by: str, at: datetime) -> None:
    """Take one more event into the state."""
    match event:
        case MeasureDefined():
            governance.measures[event.measure] = event
        case MeasureRetired():
            governance.measures.pop(event.measure, None)
        case ControlAdded():
            governance.controls[event.control] = event
        case ControlRetired():
            governance.controls.pop(event.control, None)
        case IndicatorSet():
            governance.limits[event.indicator] = Limit(by, at, event.limit, event.reason)
        case IndicatorDropped():
            governance.limits[event.indicator] = Limit(by, at, None, event.reason)
