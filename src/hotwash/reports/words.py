"""One plain sentence for every kind of entry, what stands behind it, and what it points at.

Respectful and without blame: people who were harmed are people, and what responders did is said, not judged.
"""

# ruff: noqa: ARG001 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from typing import Any

from hotwash.incident import events as e
from hotwash.incident.events import CATALOGUE, IncidentFact
from hotwash.incident.state import Incident
from hotwash.knowledge.roles import roles
from hotwash.reports.action_words import TELLERS as ACTION_TELLERS
from hotwash.reports.cause_words import TELLERS as CAUSE_TELLERS
from hotwash.reports.command_words import TELLERS as COMMAND_TELLERS
from hotwash.reports.complaint_words import TELLERS as COMPLAINT_TELLERS
from hotwash.reports.containment_words import TELLERS as CONTAINMENT_TELLERS
from hotwash.reports.duty_words import TELLERS as DUTY_TELLERS
from hotwash.reports.evidence_words import TELLERS as EVIDENCE_TELLERS
from hotwash.reports.gate_words import TELLERS as GATE_TELLERS
from hotwash.reports.governance_words import TELLERS as GOVERNANCE_TELLERS
from hotwash.reports.linking_words import TELLERS as LINKING_TELLERS
from hotwash.reports.messages_words import TELLERS as MESSAGE_TELLERS
from hotwash.reports.paging_words import TELLERS as PAGING_TELLERS
from hotwash.reports.phrases import between, brief, count, day, measured, people, several, when
from hotwash.reports.playbook_words import TELLERS as PLAYBOOK_TELLERS
from hotwash.reports.postmortem_words import TELLERS as POSTMORTEM_TELLERS
from hotwash.reports.recovery_words import TELLERS as RECOVERY_TELLERS
from hotwash.reports.redress_words import TELLERS as REDRESS_TELLERS
from hotwash.reports.retention_words import TELLERS as RETENTION_TELLERS
from hotwash.reports.signal_words import TELLERS as SIGNAL_TELLERS
from hotwash.reports.told import Link, Rel, Told
from hotwash.reports.told import labelled as _labelled
from hotwash.reports.told import lower as _lower
from hotwash.reports.told import plus as _plus
from hotwash.reports.told import rests as _rests
from hotwash.reports.told import text_of as _text
from hotwash.reports.tree_words import TELLERS as TREE_TELLERS
from hotwash.reports.vocabulary import AWARENESS, OBSERVED

__all__ = ["Link", "Rel", "Told", "role_title", "sentence", "tell"]


def sentence(fact: IncidentFact, incident: Incident, erased: IncidentFact | None = None) -> str:
    """One plain sentence for an entry, whatever its kind. ``erased`` is the entry that redacted it, if known."""
    return tell(fact, incident, erased).sentence


def tell(fact: IncidentFact, incident: Incident, erased: IncidentFact | None = None) -> Told:
    """An entry in words, with detail and links."""
    if fact.event is None:
        return _unreadable(fact, erased)
    return _TELLERS[type(fact.event)](fact.event, fact, incident)


def role_title(role: str) -> str:
    """What a role is called; a role that is not known keeps its word."""
    try:
        return roles().role(role).title
    except KeyError:
        return role


def _unreadable(fact: IncidentFact, erased: IncidentFact | None) -> Told:
    if fact.body is None:
        at = f" on {day(erased.recorded_at)}" if erased is not None else ""
        detail = getattr(erased.event, "reason", "") if erased is not None else ""
        links = (Link("entry", erased.number),) if erased is not None else ()
        return Told(f"The words of this entry were erased{at}.", detail, links)
    if fact.kind in CATALOGUE.kinds:
        return Told(f"An entry of kind “{fact.kind}” in a form which this version does not know.")
    return Told(f"An entry of kind “{brief(fact.kind, 60)}”, which this version does not know.")


# ── the life of an incident ──────────────────────────────────────────────────


def _declared(event: e.Declared, fact: IncidentFact, incident: Incident) -> Told:
    what = {"drill": "a drill", "test": "a test", "backdated": "an incident after the event"}.get(
        event.kind, "an incident"
    )
    told = _text(f"{fact.by} declared {what}: ", event.title)
    of = several([*event.harms])
    system = _labelled("AI system", event.system or "")
    return _plus(told, event.detail, _labelled("Kinds of harm", of), system)


def _imported(event: e.IncidentImported, fact: IncidentFact, incident: Incident) -> Told:
    known = f", where it is called {brief(event.reference, 100)}" if event.reference else ""
    told = Told(f"Read from line {event.line} of {brief(event.source, 100)}{known}; its times were told, not taken.")
    return _plus(told, _labelled("Source", event.url))


def _retitled(event: e.Retitled, fact: IncidentFact, incident: Incident) -> Told:
    return _text("The incident was renamed: ", event.title)


def _summarised(event: e.Summarised, fact: IncidentFact, incident: Incident) -> Told:
    return _text("Summary: ", event.text)


def _assessed(event: e.SeverityAssessed, fact: IncidentFact, incident: Incident) -> Told:
    provisional = ", provisionally" if event.provisional else ""
    because = event.because[0] if event.because else ""
    told = _text(f"{fact.by} assessed the severity as {event.severity}{provisional}. ", because)
    return _plus(told, *event.because[1:], _labelled("Reason", event.reason))


def _resolved(event: e.Resolved, fact: IncidentFact, incident: Incident) -> Told:
    owed = _labelled("Remedies still owed, because", event.owed_because)
    return _plus(_text("The incident was resolved: ", event.how), owed)


def _closed(event: e.Closed, fact: IncidentFact, incident: Incident) -> Told:
    none = _labelled("It leaves no gate behind, because", event.no_gate_because)
    return _plus(_text("The incident was closed: ", event.reason), none)


def _reopened(event: e.Reopened, fact: IncidentFact, incident: Incident) -> Told:
    return _text("The incident was opened again: ", event.reason)


def _not_confirmed(event: e.NotConfirmed, fact: IncidentFact, incident: Incident) -> Told:
    return _text("Looked into, and no harm was found: ", event.reason)


def _redacted(event: e.EntryRedacted, fact: IncidentFact, incident: Incident) -> Told:
    return _text(f"{fact.by} erased the words of entry {event.entry}: ", event.reason, (Link("entry", event.entry),))


# ── the story ────────────────────────────────────────────────────────────────


def _signal(event: e.SignalLinked, fact: IncidentFact, incident: Incident) -> Told:
    where = "outside" if event.detector == "outside" else "inside"
    told = _text(f"A signal came from {where}, {brief(event.source, 80)}: ", event.title)
    speaks_of = f"It speaks of data from {when(event.data_time)}." if event.data_time else ""
    return _plus(told, event.detail, speaks_of, event.url)


def _detected(event: e.Detected, fact: IncidentFact, incident: Incident) -> Told:
    by = "people outside" if event.detector == "outside" else "us"
    links = (Link("entry", event.entry),) if event.entry is not None else ()
    return _text(f"The harm was first seen by {by}: ", event.source, links)


def _acknowledged(event: e.Acknowledged, fact: IncidentFact, incident: Incident) -> Told:
    return Told(f"{event.commander} is in command.")


def _began(event: e.HarmBegan, fact: IncidentFact, incident: Incident) -> Told:
    range_ = ""
    if event.low is not None and event.high is not None:
        range_ = f" Between {when(event.low)} and {when(event.high)}."
    elif event.low is not None:
        range_ = f" Not before {when(event.low)}."
    elif event.high is not None:
        range_ = f" Not after {when(event.high)}."
    return _text("People began to be harmed: ", event.source, _rests(event.finding), range_)


def _remediated(event: e.Remediated, fact: IncidentFact, incident: Incident) -> Told:
    told = _text("The fix was in production and verified there: ", event.how, _rests(event.finding))
    return _plus(told, _labelled("Verified by", event.source))


def _aware(event: e.AwarenessRecorded, fact: IncidentFact, incident: Incident) -> Told:
    return Told(
        f"{event.person} {AWARENESS.get(event.fact, event.fact)}.",
        _labelled("Evidence", event.evidence),
    )


def _noted(event: e.Noted, fact: IncidentFact, incident: Incident) -> Told:
    return _text(f"{fact.by} noted: ", event.text)


def _happened(event: e.Happened, fact: IncidentFact, incident: Incident) -> Told:
    return _plus(_text("", event.text), _labelled("Source", event.source))


# ── the work ─────────────────────────────────────────────────────────────────


def _assigned(event: e.RoleAssigned, fact: IncidentFact, incident: Incident) -> Told:
    return Told(f"{event.person} took the role of {_lower(role_title(event.role))}.")


def _handed_over(event: e.RoleHandedOver, fact: IncidentFact, incident: Incident) -> Told:
    title = _lower(role_title(event.role))
    return Told(
        f"{event.before} handed the role of {title} over to {event.person}.", _labelled("Briefing", event.briefing)
    )


def _decided(event: e.DecisionMade, fact: IncidentFact, incident: Incident) -> Told:
    options = _labelled("Options", "; ".join(event.options))
    told = _text(f"{fact.by} decided: ", event.decision)
    return _plus(told, _labelled("Known then", event.known), options, _labelled("Reason", event.reason))


# ── evidence and harm ────────────────────────────────────────────────────────


def _kept(event: e.EvidenceAdded, fact: IncidentFact, incident: Incident) -> Told:
    told = _text("Evidence was kept: ", event.name, (Link("evidence", fact.number),))
    return _plus(told, _labelled("From", event.source), event.note)


def _found(event: e.FindingRecorded, fact: IncidentFact, incident: Incident) -> Told:
    skipped = f", {event.rows_skipped:,} skipped" if event.rows_skipped else ""
    # A file is named without the folder of the machine it lies on; an address tells no less than it did.
    place = event.source if "://" in event.source else event.source.rstrip("/").rsplit("/", 1)[-1]
    told = _text("", event.sentence, (Link("finding", fact.number),))
    return _plus(
        told,
        f"The question “{event.question}” to {place}: {count(event.rows_used, 'row', 'rows')} used{skipped}.",
    )


def _estimated(event: e.HarmEstimated, fact: IncidentFact, incident: Incident) -> Told:
    value = measured(event.value, event.unit, event.currency)
    range_ = between(event.low, event.high)
    inside = f" ({range_})" if range_ else ""
    typed = ", a typed estimate" if event.finding is None else ""
    told = _text(f"Harm put at {value}{inside}{typed}: ", event.what, _rests(event.finding))
    return _plus(told, _labelled("Rests on", event.basis))


def _owed(event: e.RemedyOwed, fact: IncidentFact, incident: Incident) -> Told:
    due = f", by {day(event.due)}" if event.due else ""
    told = _text(f"{people(event.people)} {'is' if event.people == 1 else 'are'} owed: ", event.what)
    return _plus(told, f"{event.owner} sees to it{due}.")


def _remedied(event: e.RemedyCompleted, fact: IncidentFact, incident: Incident) -> Told:
    remedy = incident.remedies.get(event.remedy)
    what = remedy.owed.event.what if remedy else f"the remedy of entry {event.remedy}"
    told = _text(f"A remedy reached {people(event.people)}: ", what, (Link("entry", event.remedy),))
    return _plus(told, _labelled("Proof", event.proof))


# ── causes and lessons ───────────────────────────────────────────────────────


def _dissent(event: e.DissentRecorded, fact: IncidentFact, incident: Incident) -> Told:
    return _text(f"{fact.by} sees entry {event.about} differently: ", event.text, (Link("entry", event.about),))


def _observed(event: e.ObservationAdded, fact: IncidentFact, incident: Incident) -> Told:
    return _text(f"{OBSERVED.get(event.what, event.what)}: ", event.text)


def _asked(event: e.QuestionRaised, fact: IncidentFact, incident: Incident) -> Told:
    return _text("Nobody knows yet: ", event.text)


def _answered(event: e.QuestionAnswered, fact: IncidentFact, incident: Incident) -> Told:
    question = incident.questions.get(event.question)
    asked = _labelled("Question", question.raised.event.text) if question else ""
    told = _text("An open question was answered: ", event.answer, (Link("entry", event.question),))
    return _plus(told, asked)


_TELLERS: dict[type, Callable[[Any, IncidentFact, Incident], Told]] = {
    e.Declared: _declared,
    e.Retitled: _retitled,
    e.IncidentImported: _imported,
    e.Summarised: _summarised,
    e.SeverityAssessed: _assessed,
    e.Resolved: _resolved,
    e.Closed: _closed,
    e.Reopened: _reopened,
    e.NotConfirmed: _not_confirmed,
    e.EntryRedacted: _redacted,
    e.SignalLinked: _signal,
    e.Detected: _detected,
    e.Acknowledged: _acknowledged,
    e.HarmBegan: _began,
    e.Remediated: _remediated,
    e.AwarenessRecorded: _aware,
    e.Noted: _noted,
    e.Happened: _happened,
    e.RoleAssigned: _assigned,
    e.RoleHandedOver: _handed_over,
    **CONTAINMENT_TELLERS,
    **POSTMORTEM_TELLERS,
    **RECOVERY_TELLERS,
    **PLAYBOOK_TELLERS,
    **COMMAND_TELLERS,
    **DUTY_TELLERS,
    **MESSAGE_TELLERS,
    **LINKING_TELLERS,
    **PAGING_TELLERS,
    **SIGNAL_TELLERS,
    **COMPLAINT_TELLERS,
    **TREE_TELLERS,
    **GOVERNANCE_TELLERS,
    **RETENTION_TELLERS,
    **CAUSE_TELLERS,
    **GATE_TELLERS,
    e.DecisionMade: _decided,
    e.EvidenceAdded: _kept,
    **EVIDENCE_TELLERS,
    e.FindingRecorded: _found,
    e.HarmEstimated: _estimated,
    e.RemedyOwed: _owed,
    e.RemedyCompleted: _remedied,
    **REDRESS_TELLERS,
    e.DissentRecorded: _dissent,
    e.ObservationAdded: _observed,
    e.QuestionRaised: _asked,
    e.QuestionAnswered: _answered,
    **ACTION_TELLERS,
}
