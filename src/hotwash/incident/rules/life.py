"""Rules for the life of an incident. Which verb is allowed in which state is data: `knowledge/data/life.toml`."""

from collections.abc import Mapping

from hotwash.incident.events import (
    Closed,
    Declared,
    Detected,
    EntryRedacted,
    Event,
    NotConfirmed,
    Reopened,
    Resolved,
    Retitled,
    SeverityAssessed,
    Summarised,
)
from hotwash.incident.events.facts import Detector
from hotwash.incident.events.life import Answered, HarmType, IncidentKind
from hotwash.incident.rules.retention import may_be_erased
from hotwash.incident.severity import BadAnswer
from hotwash.incident.severity import assess as assess_answers
from hotwash.incident.state import Incident
from hotwash.knowledge.severity import rubric
from hotwash.ledger.rule import Asked, NotAllowed, need

TITLE_LENGTH_MAX = 300
REHEARSED = "drill--"
"""How the short name of an AI system begins that exists only in a drill: names that are made from titles never do."""
_LEVELS = ("Minor", "Major", "Critical")


def declare(
    incident: Incident,
    asked: Asked,
    *,
    title: str,
    kind: IncidentKind = "normal",
    harms: tuple[HarmType, ...] = (),
    system: str | None = None,
    detail: str = "",
    detector: Detector = "inside",
) -> list[Event]:
    """Declare an incident. One sentence is enough; all else can follow. About a drill's system it is a drill."""
    if system and system.startswith(REHEARSED):
        kind = "drill"
    declared = Declared(_title(title), kind, tuple(dict.fromkeys(harms)), system or None, detail)
    return [declared, Detected(f"declared by {asked.by}", detector)]


def retitle(incident: Incident, asked: Asked, *, title: str) -> list[Event]:
    """Give the incident a better name."""
    return [Retitled(_title(title))]


def summarise(incident: Incident, asked: Asked, *, text: str) -> list[Event]:
    """Say what happened in a few plain sentences."""
    return [Summarised(need(text, "The summary"))]


def assess(
    incident: Incident, asked: Asked, *, answers: Mapping[str, Answered | str | int], reason: str = ""
) -> list[Event]:
    """Assess the severity from answers to the rubric's questions. Lowering it needs a reason."""
    given = {
        question: answer if isinstance(answer, Answered) else Answered(_number_or_word(answer))
        for question, answer in answers.items()
    }
    try:
        result = assess_answers({question: answer.value for question, answer in given.items()})
    except BadAnswer as bad:
        raise NotAllowed(str(bad)) from bad
    before = incident.severity
    lowered = before is not None and _LEVELS.index(result.severity) < _LEVELS.index(before.severity)
    if before is not None and lowered and not reason.strip():
        raise NotAllowed(
            f"These answers lower the severity from {before.severity} to {result.severity}: say why, in `reason`."
        )
    return [
        SeverityAssessed(
            result.severity,
            result.provisional,
            result.rule,
            tuple(result.because),
            given,
            rubric().version,
            result.urgent,
            reason.strip(),
        )
    ]


def resolve(incident: Incident, asked: Asked, *, how: str, owed_because: str = "") -> list[Event]:
    """Record that harm has stopped and the fix holds. While people still wait for a remedy, somebody must sign why."""
    if incident.harm_going_on:
        raise NotAllowed("Harm may still be going on: contain it completely, or record the verified fix, first.")
    if incident.owed and not owed_because.strip():
        waiting = "1 person is" if incident.owed == 1 else f"{incident.owed:,} people are"
        raise NotAllowed(f"{waiting} still owed a remedy: see that it reaches them, or say why not in `owed_because`.")
    # Who waits may have changed since this record was told: only a closed register has its last count here.
    if incident.register is not None and incident.register.open and not owed_because.strip():
        raise NotAllowed(
            "The register of redress is still open: close it first, which says who still waits, or say why not in "
            "`owed_because`."
        )
    return [Resolved(need(how, "How it was resolved"), owed_because.strip())]


def close(incident: Incident, asked: Asked, *, reason: str, no_gate_because: str = "") -> list[Event]:
    """Close a resolved incident whose lessons are taken. One that leaves no gate behind says why."""
    if incident.kind == "normal" and not incident.gates and not no_gate_because.strip():
        raise NotAllowed(
            "This incident leaves no gate behind that would find the harm if it came back: leave one, or say why "
            "there is none in `no_gate_because`."
        )
    return [Closed(need(reason, "The reason"), "" if incident.gates else no_gate_because.strip())]


def reopen(incident: Incident, asked: Asked, *, reason: str) -> list[Event]:
    """Open it again: it came back, or something was missed."""
    return [Reopened(need(reason, "The reason"))]


def not_confirm(incident: Incident, asked: Asked, *, reason: str) -> list[Event]:
    """End it as not confirmed: looked into, no harm found, evidence kept."""
    return [NotConfirmed(need(reason, "The reason"))]


def redact(incident: Incident, asked: Asked, *, entry: int, reason: str) -> list[Event]:
    """Erase the words of one entry (privacy law). The entry keeps its place, and this says who erased it and why."""
    if not 1 <= entry <= incident.number:
        raise NotAllowed(f"{incident.id} has no entry {entry}.")
    if entry in incident.redacted:
        raise NotAllowed(f"Entry {entry} is redacted already.")
    may_be_erased(incident)
    return [EntryRedacted(entry, need(reason, "The reason"))]


def _title(title: str) -> str:
    title = " ".join(need(title, "The title").split())
    if len(title) > TITLE_LENGTH_MAX:
        raise NotAllowed(f"The title has {len(title)} characters; {TITLE_LENGTH_MAX} fit. Put the rest into `detail`.")
    return title


def _number_or_word(answer: str | int) -> str | int:
    if isinstance(answer, str) and answer.strip().isdecimal():
        return int(answer)
    return answer
