"""The chain of custody as a document: a page for each piece of evidence, with everything that was done with it."""

from collections.abc import Iterator, Sequence

from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Incident
from hotwash.ledger.entry import NO_ENTRY
from hotwash.reports.custody import Trail
from hotwash.reports.document import (
    Block,
    Callout,
    Document,
    Facts,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    code,
    gap,
    quiet,
    text,
)
from hotwash.reports.phrases import brief, count, day
from hotwash.reports.postmortem.source import moment
from hotwash.reports.vocabulary import KINDS

MEANING = (
    "Each piece of evidence is known by its SHA-256 digest: other bytes have another digest. Collected, verified, "
    "handed over, sealed and exported are entries of the record. Looks are kept in a chain of their own beside it."
)


def custody(facts: Sequence[IncidentFact], incident: Incident, trails: Sequence[Trail]) -> Document:
    """Who did what with each piece of evidence, and when. The same record gives the same document."""
    last = facts[-1]
    return Document(
        id=incident.id,
        title=f"Chain of custody: {brief(incident.title or incident.id, 280)}",
        subtitle=f"From the record as of {day(last.recorded_at)}",
        marks=() if incident.kind == "normal" else (KINDS.get(incident.kind, incident.kind),),
        date=last.recorded_at,
        head=last.digest if last else NO_ENTRY,
        sections=(
            Section("all", "Evidence at a glance", gap("No evidence was kept.", _glance(trails))),
            *(Section(f"item-{one.item.ref.replace('.', '-')}", _title(one), tuple(_told(one))) for one in trails),
        ),
    )


def _title(trail: Trail) -> str:
    return f"{trail.item.ref}: {brief(trail.item.name, 120)}"


def _glance(trails: Sequence[Trail]) -> Iterator[Block]:
    if not trails:
        return
    yield Paragraph(text(MEANING))
    yield Table(
        ("No.", "Name", "What", "Bytes", "State"),
        (8, 36, 24, 12, 20),
        tuple(
            Row(
                (
                    text(one.item.ref),
                    text(brief(one.item.name, 120)),
                    text(one.item.title),
                    text(f"{one.item.size:,}") if one.item.size else (quiet("–"),),
                    _state(one),
                )
            )
            for one in trails
        ),
    )


def _state(trail: Trail) -> Text:
    if trail.item.failed and not trail.item.digest:
        return text("not taken")
    if trail.alarm is not None:
        return text("NOT AS KEPT")
    if not trail.item.kept:
        return text("digest only")
    checks = sum(1 for act in trail.acts if act.did == "verified")
    return text(count(checks, "time verified", "times verified")) if checks else text("kept")


def _told(trail: Trail) -> Iterator[Block]:
    item = trail.item
    pairs: list[tuple[str, Text]] = [
        ("What", text(item.title)),
        ("From", text(item.source)),
        ("Shows", text(item.says)),
        ("Digest", text(code(item.digest)) if item.digest else ()),
        ("Kind of file", text(item.media_type) if item.digest else ()),
        ("Names people", text("yes") if item.restricted else ()),
    ]
    yield Facts(tuple((term, value) for term, value in pairs if value))
    if item.failed:
        yield Callout("warning", text(f"Not taken, or not whole. {item.failed}"))
    if trail.alarm is not None:
        yield Callout("warning", text(f"At the last look {trail.alarm.detail}: do not rely on it."))
    if trail.acts:
        yield Table(
            ("When", "Who", "Did", "How"),
            (20, 16, 14, 50),
            tuple(
                Row(
                    (
                        text(moment(act.at)),
                        text(brief(act.by, 60)),
                        text(act.did),
                        text(act.detail, quiet(f" entry {act.entry}") if act.entry else None),
                    )
                )
                for act in trail.acts
            ),
        )
