"""The blameless post-mortem, drafted from the record.

The same history gives the same document: there is no clock in here, and a report is dated by its last entry.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.ledger.entry import NO_ENTRY
from hotwash.reports.document import Document, Section
from hotwash.reports.phrases import brief, day
from hotwash.reports.postmortem import appendix, causes, followup, front, impact, process, story, told
from hotwash.reports.postmortem.source import Source
from hotwash.reports.vocabulary import KINDS

__all__ = ["postmortem"]


def postmortem(
    facts: Sequence[IncidentFact],
    incident: Incident,
    findings: Mapping[int, Mapping[str, Any]] | None = None,
    *,
    system_name: str = "",
) -> Document:
    """The post-mortem of an incident.

    :param facts: the whole history, in the order in which it was written
    :param incident: the state that it makes
    :param findings: the findings as they lie in the vault, by the number of their entry; those that are not there are
        told from the record alone
    :param system_name: what the AI system is called, where its slug is not what people say
    """
    source = Source(tuple(facts), incident, findings or {}, system_name)
    last = facts[-1] if facts else None
    date = last.recorded_at if last else datetime.fromtimestamp(0, UTC)
    return Document(
        id=incident.id,
        title=brief(incident.title or incident.id, 300),
        subtitle=f"Post-mortem, drafted from the record as of {day(date)}",
        marks=() if incident.kind == "normal" else (KINDS.get(incident.kind, incident.kind),),
        date=date,
        head=last.digest if last else NO_ENTRY,
        sections=tuple(_sections(source)),
    )


def _sections(source: Source) -> Iterator[Section]:
    for section in SECTIONS:
        yield section(source)
        if more := BESIDE.get(section):
            yield from more(source)


SECTIONS: tuple[Callable[[Source], Section], ...] = (
    front.glance,
    front.summary,
    impact.impact,
    story.timeline,
    story.detection,
    story.containment,
    causes.factors,
    causes.observations,
    followup.actions,
    followup.remedies,
    told.told,
    followup.measures,
    story.severity,
    story.decisions,
    causes.questions,
    story.people,
    appendix.findings,
    appendix.evidence,
    appendix.record,
)
"""The parts of a post-mortem in their order."""

BESIDE: dict[Callable[[Source], Section], Callable[[Source], Iterator[Section]]] = {
    front.summary: process.written,
    causes.observations: process.meetings,
    story.people: process.signatures,
}
"""What people add, and behind which part it stands; nothing where they added nothing."""
