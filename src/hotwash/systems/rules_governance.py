"""The verbs of own measurements, own controls and limits of risk."""

import re
from collections.abc import Callable

from hotwash.knowledge.controls import OWN
from hotwash.knowledge.factors import TagId
from hotwash.knowledge.indicators import indicators
from hotwash.knowledge.life import life
from hotwash.knowledge.measures import measures
from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems.governance import (
    ControlAdded,
    ControlRetired,
    IndicatorDropped,
    IndicatorSet,
    MeasureDefined,
    MeasureRetired,
)
from hotwash.systems.organisation import Event, Organisation

OWN_MAX = 200
"""Measurements, and controls, of one's own."""


def define_measure(
    organisation: Organisation, asked: Asked, *, name: str, since: str, until: str, sentence: str = ""
) -> list[Event]:
    """Measure the time between two points of the record: facts, or the first or last entry of a kind."""
    name = need(name, "The name")
    measure = OWN + _slug(name)
    if measure not in organisation.governance.measures and len(organisation.governance.measures) >= OWN_MAX:
        raise NotAllowed(f"There are {OWN_MAX} measurements already: retire one first.")
    points = _point(since), _point(until)
    if points[0] == points[1]:
        raise NotAllowed("A measurement needs two different points.")
    return [MeasureDefined(measure, name, *points, sentence.strip())]


def retire_measure(organisation: Organisation, asked: Asked, *, measure: str, reason: str) -> list[Event]:
    """Measure it no more; what was recorded stays."""
    if measure not in organisation.governance.measures:
        raise NotAllowed(f"`{measure[:80]}` is no measurement of the organisation's own.")
    return [MeasureRetired(measure, need(reason, "The reason"))]


def add_control(
    organisation: Organisation,
    asked: Asked,
    *,
    title: str,
    text: str = "",
    source: str = "",
    tags: tuple[TagId, ...] = (),
) -> list[Event]:
    """Add a control of the organisation's own: a policy, a procedure, a rule."""
    title = need(title, "The title")
    control = OWN + _slug(title)
    if control not in organisation.governance.controls and len(organisation.governance.controls) >= OWN_MAX:
        raise NotAllowed(f"There are {OWN_MAX} controls already: retire one first.")
    return [ControlAdded(control, title, text.strip(), source.strip(), tuple(dict.fromkeys(tags)))]


def retire_control(organisation: Organisation, asked: Asked, *, control: str, reason: str) -> list[Event]:
    """Say that an own control does not hold any more; what incidents said of it stays."""
    if control not in organisation.governance.controls:
        raise NotAllowed(f"`{control[:80]}` is no control of the organisation's own.")
    return [ControlRetired(control, need(reason, "The reason"))]


def set_indicator(
    organisation: Organisation, asked: Asked, *, indicator: str, limit: float, reason: str
) -> list[Event]:
    """Set the limit of a risk indicator: above it, it is breached."""
    _indicator(organisation, indicator)
    if not 0 <= limit <= 1e9:
        raise NotAllowed("A limit is 0 or more.")
    return [IndicatorSet(indicator, limit, need(reason, "The reason (who decided it, and why so)"))]


def drop_indicator(organisation: Organisation, asked: Asked, *, indicator: str, reason: str) -> list[Event]:
    """Say that a risk indicator does not count here."""
    _indicator(organisation, indicator)
    return [IndicatorDropped(indicator, need(reason, "The reason"))]


def _indicator(organisation: Organisation, indicator: str) -> None:
    if indicator in indicators().by_id:
        return
    kind, _, measure = indicator.partition(":")
    known = {one.id for one in measures().measures} | set(organisation.governance.measures)
    if kind != "median" or measure not in known:
        listed = ", ".join(indicators().by_id)
        raise NotAllowed(f"There is no indicator `{indicator[:80]}`: there are {listed}, and median:MEASURE.")


def _point(text: str) -> str:
    text = text.strip()
    facts = {fact.id for fact in measures().facts}
    order, _, kind = text.partition(":")
    kinds = {kind for verb in life().verbs for kind in verb.records}
    if text in facts or (order in ("first", "last") and kind in kinds):
        return text
    raise NotAllowed(
        f"`{text[:80]}` is no point of the record: it is one of {', '.join(sorted(facts))}, or first:KIND or last:KIND "
        "with the kind of an entry, such as first:message-delivered."
    )


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")
    if not slug:
        raise NotAllowed("The name needs a letter or a digit from a to z.")
    return slug


RULES: tuple[Callable[..., list[Event]], ...] = (
    define_measure,
    retire_measure,
    add_control,
    retire_control,
    set_indicator,
    drop_indicator,
)
"""Every verb of this file."""
