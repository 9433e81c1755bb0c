"""Rules for evidence, findings, harm, dissent, observations and open questions."""

from typing import Any

from hotwash.incident.events import (
    DissentRecorded,
    Event,
    EvidenceAdded,
    FindingRecorded,
    HarmEstimated,
    ObservationAdded,
    QuestionAnswered,
    QuestionRaised,
)
from hotwash.incident.events.causes import Observed
from hotwash.incident.events.harm import Unit
from hotwash.incident.events.life import HarmType
from hotwash.incident.rules.facts import known_finding
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need


def add_evidence(
    incident: Incident,
    asked: Asked,
    *,
    name: str,
    digest: str,
    size: int,
    media_type: str = "application/octet-stream",
    source: str = "",
    note: str = "",
) -> list[Event]:
    """Record bytes that lie in the vault."""
    return [EvidenceAdded(need(name, "The name"), digest, size, media_type, source, note)]


def record_finding(
    incident: Incident,
    asked: Asked,
    *,
    question: str,
    sentence: str,
    digest: str,
    source: str,
    fingerprint: str,
    rows_used: int,
    rows_skipped: int = 0,
    figures: dict[str, Any] | None = None,
) -> list[Event]:
    """Record the answer to a question to a prediction log; the whole finding lies in the vault."""
    return [
        FindingRecorded(question, sentence, digest, source, fingerprint, rows_used, rows_skipped, dict(figures or {}))
    ]


def estimate_harm(
    incident: Incident,
    asked: Asked,
    *,
    what: str,
    value: float,
    unit: Unit = "people",
    low: float | None = None,
    high: float | None = None,
    harm: HarmType | None = None,
    currency: str = "",
    finding: int | None = None,
    basis: str = "",
) -> list[Event]:
    """Estimate the harm, with a range. Without a finding, say what the estimate rests on."""
    known_finding(incident, finding)
    if value < 0:
        raise NotAllowed("Harm is not negative: correct `value`.")
    if (low is not None and low > value) or (high is not None and high < value):
        raise NotAllowed(f"The range does not hold the value {value:g}: correct `low` or `high`.")
    if finding is None and not basis.strip():
        raise NotAllowed("Name the finding that the estimate comes from, or say in `basis` what it rests on.")
    return [
        HarmEstimated(need(what, "What was harmed"), value, unit, low, high, harm, currency, finding, basis.strip())
    ]


def dissent(incident: Incident, asked: Asked, *, about: int, text: str) -> list[Event]:
    """See an entry differently; the other view stays beside it."""
    if not 1 <= about <= incident.number:
        raise NotAllowed(f"{incident.id} has no entry {about}.")
    return [DissentRecorded(about, need(text, "The other view"))]


def observe(incident: Incident, asked: Asked, *, what: Observed, text: str) -> list[Event]:
    """Say what went well, what was hard, or where luck helped."""
    return [ObservationAdded(what, need(text, "The observation"))]


def ask_question(incident: Incident, asked: Asked, *, text: str) -> list[Event]:
    """Write down what nobody knows yet."""
    return [QuestionRaised(need(text, "The question"))]


def answer_question(incident: Incident, asked: Asked, *, question: int, answer: str) -> list[Event]:
    """Answer an open question."""
    known = incident.questions.get(question)
    if known is None:
        raise NotAllowed(f"Entry {question} is no open question of {incident.id}.")
    if known.answered is not None:
        raise NotAllowed(f"Question {question} was answered already.")
    return [QuestionAnswered(question, need(answer, "The answer"))]
