"""Rules for legal duties: awareness taken back, applicability, filings."""

from hotwash.incident.events import (
    ApplicabilityAnswered,
    AwarenessWithdrawn,
    Event,
    FilingSubmitted,
    FilingWithdrawn,
)
from hotwash.incident.events.filings import Answer
from hotwash.incident.state import Incident
from hotwash.knowledge.duties import OWN, Duty, duties
from hotwash.ledger.rule import Asked, NotAllowed, need


def withdraw_awareness(incident: Incident, asked: Asked, *, entry: int, reason: str) -> list[Event]:
    """Take back a fact about who knew what; it stays visible, and clocks no longer start from it."""
    if entry not in {said.entry for said in incident.awareness}:
        raise NotAllowed(f"Entry {entry} says nothing about who knew what in {incident.id}.")
    if entry in incident.withdrawn_awareness:
        raise NotAllowed(f"Entry {entry} was taken back already.")
    return [AwarenessWithdrawn(entry, need(reason, "The reason"))]


def answer_applicability(
    incident: Incident, asked: Asked, *, question: str, answer: Answer, reason: str = ""
) -> list[Event]:
    """Answer a question on which duties depend, or, under a duty's own id, whether that duty applies."""
    known = duties()
    whole = question in known.duties or question.startswith(OWN)
    if not whole and question not in {one.id for one in known.questions}:
        raise NotAllowed(f"No duty depends on a question `{question}`: `hotwash duties` lists the questions.")
    if answer == "no" or (whole and answer == "yes"):
        reason = need(reason, "The reason (who decided it, and on what grounds)")
    return [ApplicabilityAnswered(question, answer, reason.strip())]


def submit_filing(
    incident: Incident,
    asked: Asked,
    *,
    duty: str,
    stage: str = "",
    recipient: str = "",
    receipt: str = "",
    evidence: int | None = None,
    late_because: str = "",
    note: str = "",
) -> list[Event]:
    """Record that a stage of a duty was sent: to whom, with what receipt, and which kept file it was."""
    if asked.at > asked.now:
        raise NotAllowed("That time is still to come: record a filing once it was sent.")
    row = duties().duties.get(duty)
    if row is None and not duty.startswith(OWN):
        raise NotAllowed(f"There is no duty `{duty}`: `hotwash duties` lists them.")
    digest = ""
    if evidence is not None:
        if evidence not in incident.evidence:
            raise NotAllowed(f"Entry {evidence} is no evidence of {incident.id}: keep what was sent first.")
        digest = incident.evidence[evidence].event.digest
    to = recipient.strip() or (row.recipient if row else "")
    sent = FilingSubmitted(
        duty,
        _stage(row, stage),
        need(to, "The recipient"),
        receipt.strip(),
        evidence,
        digest,
        late_because.strip(),
        note.strip(),
    )
    return [sent]


def withdraw_filing(incident: Incident, asked: Asked, *, filing: int, reason: str) -> list[Event]:
    """Take back a filing that was recorded by mistake, or that its recipient no longer counts."""
    known = incident.filings.get(filing)
    if known is None:
        raise NotAllowed(f"Entry {filing} is no filing of {incident.id}.")
    if known.withdrawn is not None:
        raise NotAllowed(f"Filing {filing} was taken back already.")
    return [FilingWithdrawn(filing, need(reason, "The reason"))]


def _stage(row: Duty | None, stage: str) -> str:
    stage = stage.strip()
    if row is None:
        return stage or "notify"
    names = [one.name for one in row.stages]
    if not stage and len(names) == 1:
        return names[0]
    if stage not in names:
        raise NotAllowed(f"{row.id} has no stage `{stage}`: name one of {', '.join(names)}.")
    return stage
