"""When more people are called: the rules that hold, what is silent and since when, and whom each step means.

Pure readings: no clock is looked at. Whoever escalates asks `coming`, compares with the time, and records what it did.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.knowledge.escalation import SILENCES, Rule, Step, escalation
from hotwash.reports.phrases import span
from hotwash.systems.rota import OnCall, Rota, next_on_call, on_call

PROGRAM = "hotwash"
"""What the program records says nothing of whether people work."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A step of a rule that is due at a moment, unless something breaks the silence before.

    :param since: when the silence began
    :param step: counted from 1
    """

    rule: Rule
    step: int
    to: tuple[str, ...]
    since: datetime
    at: datetime

    @property
    def reason(self) -> str:
        """What was silent, and for how long, as a sentence."""
        for_how_long = span((self.at - self.since).total_seconds())
        return f"{self.rule.title}: {SILENCES[self.rule.silence]}, for {for_how_long}."


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a step means: people, and names behind which nobody stands."""

    people: tuple[str, ...]
    unfilled: tuple[str, ...]


def rules(known: OnCall) -> dict[str, Rule]:
    """The rules that hold: those that are shipped, those of the organisation in their place and beside them."""
    shipped = {name: rule for name, rule in escalation().rules.items() if name not in known.dropped}
    own = {
        name: Rule(name, said.title, said.silence, said.steps, said.severities)  # type: ignore[arg-type]
        for name, said in known.rules.items()
    }
    return shipped | own


def coming(incident: Incident, facts: Sequence[IncidentFact], known: OnCall) -> list[Coming]:
    """The steps that nobody has taken yet, the earliest first. Nothing for what was recorded after the event."""
    if incident.standing != "open" or incident.kind == "backdated":
        return []
    severity = incident.severity.severity if incident.severity else ""
    found: list[Coming] = []
    for rule in rules(known).values():
        if rule.severities and severity not in rule.severities:
            continue
        since = _silent_since(rule, incident, facts)
        if since is not None:
            found += _left(rule, incident, since)
    return sorted(found, key=lambda one: (one.at, one.rule.id, one.step))


def _left(rule: Rule, incident: Incident, since: datetime) -> Iterable[Coming]:
    done = {
        said.event.step
        for said in incident.paging.escalations
        if said.event.rule == rule.id and said.recorded_at >= since
    }
    by_minute: dict[int, list[str]] = {}
    for step in rule.read:
        by_minute.setdefault(step.after_min, []).append(step.to)
    for number, (minutes, to) in enumerate(sorted(by_minute.items()), 1):
        if number not in done:
            yield Coming(rule, number, tuple(to), since, since + timedelta(minutes=minutes))


def _silent_since(rule: Rule, incident: Incident, facts: Sequence[IncidentFact]) -> datetime | None:
    """Since when what the rule names is silent; None if it is not."""
    declared = incident.declared
    assert declared is not None
    begun = declared.recorded_at
    match rule.silence:
        case "command":
            return begun if incident.commander is None else None
        case "answer":
            answered = incident.commander is not None or any(
                page.acknowledged for page in incident.paging.pages.values()
            )
            return None if answered else max(begun, _graded(rule, incident))
        case "record":
            if not incident.harm_going_on:
                return None
            return max((fact.recorded_at for fact in facts if fact.by != PROGRAM), default=begun)
        case "page":
            lost = [
                page.unanswered.recorded_at
                for page in incident.paging.pages.values()
                if page.unanswered is not None and not page.unanswered.event.next and page.said.event.escalation is None
            ]
            answered_at = max(
                (p.acknowledged.recorded_at for p in incident.paging.pages.values() if p.acknowledged), default=begun
            )
            return max((at for at in lost if at >= answered_at), default=None)


def _graded(rule: Rule, incident: Incident) -> datetime:
    """Since when the incident has had one of the rule's severities without a break."""
    since = None
    for said in incident.assessments:
        inside = said.event.severity in rule.severities
        since = (since or said.recorded_at) if inside else None
    assert incident.declared is not None
    return since or incident.declared.recorded_at


def called(to: Iterable[str], incident: Incident, known: OnCall, at: datetime) -> Called:
    """The people whom a step means at a moment."""
    people: list[str] = []
    unfilled: list[str] = []
    for word in to:
        found = _behind(word, incident.roster, known, at)
        people += found
        if not found:
            unfilled.append(word)
    return Called(tuple(dict.fromkeys(people)), tuple(unfilled))


def _behind(word: str, roster: Mapping[str, str], known: OnCall, at: datetime) -> list[str]:
    kind, _, name = word.partition(":")
    rota = known.rotas.get(name or "first", Rota(name or "first"))
    match kind:
        case "person":
            return [name]
        case "group":
            return list(known.groups.get(name, ()))
        case "on-call":
            return [one] if (one := on_call(rota, at)) else []
        case "next-on-call":
            return [after.person] if (after := next_on_call(rota, at)) else []
    return [roster[kind]] if kind in roster else []


__all__ = ["Called", "Coming", "Step", "called", "coming", "rules"]
