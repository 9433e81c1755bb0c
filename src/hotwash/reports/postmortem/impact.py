"""Who was harmed, and how it is known: estimates with their ranges, findings with their charts."""

from collections.abc import Iterator

from hotwash.reports.document import Block, Figure, Heading, Paragraph, Row, Section, Table, finding, gap, quiet, text
from hotwash.reports.phrases import closed
from hotwash.reports.postmortem.source import Source, estimate_basis, estimate_range, estimate_value

MISSING = (
    "Nobody has recorded yet who was harmed. Ask for the blast radius (“ask blast-radius”), "
    "or record an estimate with its range (“estimate-harm”)."
)


def impact(source: Source) -> Section:
    """The harm in numbers and pictures."""
    return Section("impact", "Impact", gap(MISSING, _blocks(source)))


def _blocks(source: Source) -> Iterator[Block]:
    incident = source.incident
    if incident.estimates:
        yield Table(
            ("Who or what was harmed", "How much", "Range", "Where the number comes from"),
            (34, 18, 18, 30),
            tuple(
                Row(
                    (
                        text(said.event.what),
                        text(estimate_value(said)),
                        text(estimate_range(said)),
                        estimate_basis(said),
                    )
                )
                for said in incident.estimates
            ),
        )
    if incident.findings:
        yield Heading("What the data shows")
    for number, said in incident.findings.items():
        pointer = finding(number)
        sentence = text(closed(said.event.sentence) + " ", pointer)
        chart = source.findings.get(number, {}).get("chart")
        if isinstance(chart, dict) and chart:
            yield Figure(chart, sentence)
        else:
            yield Paragraph(text(*sentence, quiet(" (without a chart)")))
