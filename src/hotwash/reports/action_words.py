"""What entries about actions say."""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, count, day, several
from hotwash.reports.told import Link, Told, labelled, plus, rests, text_of
from hotwash.reports.vocabulary import ACTION_KINDS, EFFECT_OUTCOMES

ISSUE_SAID = {
    "changed": "was changed there",
    "closed": "was closed there",
    "reopened": "was opened again there",
    "gone": "cannot be found any more",
}
"""What an issue said."""


def _added(event: e.ActionAdded, fact: IncidentFact, incident: Incident) -> Told:
    due = f", due {day(event.due)}" if event.due else ""
    against = ((event.factor,) if event.factor is not None else ()) + event.factors
    told = text_of(f"Action for {event.owner}{due}: ", event.title, tuple(Link("entry", one) for one in against))
    return plus(told, labelled("One will see that it worked by", event.measure))


def _changed(event: e.ActionChanged, fact: IncidentFact, incident: Incident) -> Told:
    parts = [
        f"it is called “{brief(event.title, 120)}”" if event.title else "",
        f"so as to {ACTION_KINDS[event.kind]}" if event.kind else "",
        f"{event.owner} sees to it" if event.owner else "",
        f"due {day(event.due)}" if event.due else "",
        f"one sees that it worked by “{brief(event.measure, 120)}”" if event.measure else "",
        f"its strength is “{event.strength}”" if event.strength else "",
        f"it takes {event.effort}" if event.effort else "",
        "against other factors" if event.factors is not None else "",
    ]
    said = several([part for part in parts if part]) or "nothing"
    where = f" in {event.tracker}" if event.tracker else ""
    told = text_of(f"Put otherwise{where}: {title_of(incident, event.action)}. Now ", f"{said}.", _link(event.action))
    return plus(told, event.title or "", labelled("Reason", event.reason))


def _planned(event: e.EffectPlanned, fact: IncidentFact, incident: Incident) -> Told:
    where = event.source or "the log of the AI system"
    again = f", then every {count(event.every_days, 'day', 'days')}" if event.every_days else ""
    held = several([f"`{one}`" for one in event.thresholds])
    lead = f"On {day(event.ask_on)}{again}, “{event.question}” is asked of {brief(where, 120)} for "
    told = text_of(lead, f"{title_of(incident, event.action)}. It worked if {held}.", _link(event.action))
    return plus(told, *event.thresholds)


def _withdrawn(event: e.EffectWithdrawn, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"Not measured after all: {title_of(incident, event.action)}. "
    return text_of(lead, event.reason, _link(event.action))


def _measured(event: e.EffectMeasured, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"Asked whether it worked ({title_of(incident, event.action)}): {EFFECT_OUTCOMES[event.outcome]}. "
    of = f"of {brief(event.source, 120)}" if event.source else ""
    rows = f"{event.rows:,} rows {of}".strip() + "." if event.rows or of else ""
    told = text_of(lead, event.why or event.sentence or rows, (*_link(event.action), *rests(event.finding)))
    held = [f"{one.threshold}: {one.outcome}" for one in event.thresholds]
    return plus(told, event.why, event.sentence, rows, *held)


def _done(event: e.ActionDone, fact: IncidentFact, incident: Incident) -> Told:
    where = f" (said in {event.tracker})" if event.tracker else ""
    lead = f"Done, and still to be seen whether it worked{where}: {title_of(incident, event.action)}. "
    return text_of(lead, event.result, (*_link(event.action), *rests(event.finding)))


_HOW = {
    "said": "Done",
    "checked": "Checked by a second person and closed",
    "measured": "Closed because it worked",
}


def _closed(event: e.ActionClosed, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"{_HOW.get(event.how, event.how)}: {title_of(incident, event.action)}. "
    shows = _link(event.measured) if event.measured is not None else ()
    return text_of(lead, event.result, (*_link(event.action), *shows, *rests(event.finding)))


def _reopened(event: e.ActionReopened, fact: IncidentFact, incident: Incident) -> Told:
    shows = _link(event.measured) if event.measured is not None else ()
    where = f" (said in {event.tracker})" if event.tracker else ""
    lead = f"Open again{where}: {title_of(incident, event.action)}. "
    return text_of(lead, event.reason, (*_link(event.action), *shows))


def _dropped(event: e.ActionDropped, fact: IncidentFact, incident: Incident) -> Told:
    return text_of(f"Given up: {title_of(incident, event.action)}. ", event.reason, _link(event.action))


def _tracked(event: e.ActionTracked, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"Issue {event.issue} in {event.tracker} stands for: "
    return plus(text_of(lead, title_of(incident, event.action), _link(event.action)), event.url)


def _noted(event: e.IssueNoted, fact: IncidentFact, incident: Incident) -> Told:
    lead = f"Issue {event.issue} in {event.tracker} {ISSUE_SAID[event.said]} ({title_of(incident, event.action)}). "
    return text_of(lead, event.text, _link(event.action))


def title_of(incident: Incident, action: int) -> str:
    """What an action is called, short enough for a sentence."""
    known = incident.actions.get(action)
    return brief(known.wanted.title, 120).rstrip(".") if known else f"the action of entry {action}"


def _link(action: int) -> tuple[Link, ...]:
    return (Link("entry", action),)


TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.ActionAdded: _added,
    e.ActionChanged: _changed,
    e.EffectPlanned: _planned,
    e.EffectWithdrawn: _withdrawn,
    e.EffectMeasured: _measured,
    e.ActionDone: _done,
    e.ActionClosed: _closed,
    e.ActionReopened: _reopened,
    e.ActionDropped: _dropped,
    e.ActionTracked: _tracked,
    e.IssueNoted: _noted,
}
"""The sentence for each of these entries."""
