"""What happened and what responders did: timeline, detection, containment, severity, decisions, people."""

from collections.abc import Iterator

from hotwash.incident.complaints import reporters, reports
from hotwash.incident.state import Containment, Filing, Incident, Tenure
from hotwash.reports.document import (
    Block,
    Facts,
    Heading,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    entry,
    gap,
    quiet,
    strong,
    text,
)
from hotwash.reports.duty_words import duty_title
from hotwash.reports.metrics import Measure
from hotwash.reports.metrics import measures as measure_all
from hotwash.reports.phrases import closed, count
from hotwash.reports.phrases import people as so_many
from hotwash.reports.postmortem.source import Source, moment, nothing
from hotwash.reports.timeline import Line
from hotwash.reports.timeline import timeline as timeline_of
from hotwash.reports.vocabulary import AWARENESS, SEVERITY_SIGN, SWITCH
from hotwash.reports.words import role_title

ELSEWHERE = frozenset(
    {
        "summarised",
        "dissent-recorded",
        "factor-added",
        "why-added",
        "observation-added",
        "question-raised",
        "question-answered",
        "action-added",
        "action-closed",
        "action-reopened",
    }
)
"""Kinds that have a section of their own."""


def timeline(source: Source) -> Section:
    """What happened when, and when it was known."""
    lines = [line for line in timeline_of(source.facts, source.incident) if line.kind not in ELSEWHERE]
    if not lines:
        return Section("timeline", "Timeline", gap("Nothing is on the timeline yet.", ()))
    note = (
        "In the order in which things happened; times are UTC unless a zone stands beside them. “Known” is when it was "
        "written down, where that was more than a minute later. Causes, actions and questions have their own sections."
    )
    table = Table(("Happened", "Known", "What"), (19, 17, 64), tuple(_line(line) for line in lines))
    return Section("timeline", "Timeline", (Paragraph((quiet(note),)), table))


def _line(line: Line) -> Row:
    what = [*text(line.sentence + " "), entry(line.entry)]
    for dissent in line.dissents:
        what += text("\n", strong("Seen differently"), f" by {dissent.by}: {dissent.text} ", entry(dissent.entry))
    known = text(moment(line.known_at)) if line.both_clocks else ()
    return Row((text(moment(line.happened_at)), known, tuple(what)))


def detection(source: Source) -> Section:
    """How the harm came to be seen, and who knew when."""
    return Section(
        "detection",
        "Detection",
        gap("How the harm was seen is not recorded. Add it with “detect” or “link-signal”.", _detection(source)),
    )


def _reported(incident: Incident) -> Iterator[Block]:
    yield Heading("Reports from people")
    everybody = so_many(len(reporters(incident)))
    said_by = count(reports(incident), "report", "reports")
    yield Paragraph(text(f"{everybody} reported what happened to them or to others, in {said_by}."))
    rows = (
        Row(
            (
                text(f"{moment(said.event.since)} to {moment(said.event.until)}"),
                text(f"{so_many(len(said.event.reporters))}, {count(said.event.count, 'report', 'reports')}"),
                text(f"“{said.event.title}” ", entry(said.entry)),
            )
        )
        for said in incident.complaints.values()
    )
    yield Table(("When", "How many", "What they say, in the words of one of them"), (30, 20, 50), tuple(rows))


def _detection(source: Source) -> Iterator[Block]:
    incident = source.incident
    if incident.detections:
        said = max(incident.detections, key=lambda one: one.entry)
        where = "people outside the organisation" if said.event.detector == "outside" else "people or monitors inside"
        yield Paragraph(
            text(
                f"The harm was first seen on {moment(said.at)} by {where}: {closed(said.event.source)} ",
                entry(said.entry),
            )
        )
        yield Paragraph(_said_measure(measure_all(incident)["mttd"]))
    if incident.signals:
        yield Heading("Signals")
        yield Table(
            ("When", "From", "What"),
            (20, 25, 55),
            tuple(
                Row(
                    (
                        text(moment(said.at)),
                        text(said.event.source),
                        text(
                            said.event.title,
                            f" (about data from {moment(said.event.data_time)})" if said.event.data_time else "",
                            " ",
                            entry(said.entry),
                        ),
                    )
                )
                for said in incident.signals
            ),
        )
    if incident.complaints:
        yield from _reported(incident)
    if incident.awareness:
        yield Heading("Who knew when")
        yield Table(
            ("When", "Who", "What they knew, and from what"),
            (20, 20, 60),
            tuple(
                Row(
                    (
                        text(moment(said.at)),
                        text(said.event.person),
                        text(
                            AWARENESS.get(said.event.fact, said.event.fact),
                            f": {said.event.evidence}" if said.event.evidence else "",
                            " ",
                            entry(said.entry),
                            *_taken_back(incident, said.entry),
                        ),
                    )
                )
                for said in sorted(incident.awareness, key=lambda one: (one.at, one.entry))
            ),
        )
    if incident.filings:
        yield Heading("Who was told")
        yield Table(
            ("When", "Whom", "What was sent"),
            (20, 30, 50),
            tuple(_filed(one) for _, one in sorted(incident.filings.items())),
        )


def _taken_back(incident: Incident, number: int) -> Text:
    gone = incident.withdrawn_awareness.get(number)
    return text(strong(" Taken back"), f": {gone.event.reason} ", entry(gone.entry)) if gone else ()


def _filed(one: Filing) -> Row:
    sent, event = one.submitted, one.submitted.event
    receipt = f", receipt {event.receipt}" if event.receipt else ""
    late = f". Late, because {event.late_because}" if event.late_because else ""
    gone = text(strong(" Taken back"), f": {one.withdrawn.event.reason} ") if one.withdrawn else ()
    what = text(f"{duty_title(event.duty)}, {event.stage}{receipt}{late} ", entry(sent.entry), *gone)
    return Row((text(moment(sent.at)), text(event.recipient), what))


def _said_measure(measure: Measure) -> Text:
    if measure.seconds is None:
        return text(f"{measure.name}: {measure.why}")
    why = f" {measure.why}" if measure.why else ""
    return text(f"{measure.name}: ", strong(measure.words), f". {measure.sentence}{why}")


def containment(source: Source) -> Section:
    """How the harm was stopped."""
    return Section(
        "containment",
        "Containment",
        gap("No containment has been recorded. Add it with “contain”.", _containments(source)),
    )


def _containments(source: Source) -> Iterator[Block]:
    incident = source.incident
    if not incident.containments:
        return
    yield Paragraph(_said_measure(measure_all(incident)["mttc"]))
    for one in sorted(incident.containments.values(), key=lambda each: (each.applied.at, each.applied.entry)):
        yield Facts(tuple((term, value) for term, value in _containment(one) if value))
        dissents = source.dissents(one.applied.entry)
        if dissents:
            yield Items(dissents)


def _containment(one: Containment) -> list[tuple[str, Text]]:
    said, event = one.applied, one.applied.event
    held = [part for number in event.hold for part in (entry(number), ", ")][:-1]
    back = one.released
    return [
        ("Switch", text(strong(event.switch), f" set to “{event.state}”: {SWITCH.get(event.state, event.state)}")),
        ("When", text(f"{moment(said.at)}, by {said.by} ", entry(said.entry))),
        (
            "For whom",
            text(
                "everyone it reached" if event.complete else "part of the people",
                f": {event.cohort}" * bool(event.cohort),
                f", {100 * (event.share or 0):.6g} % of the traffic" * (event.share is not None and event.share < 1),
            ),
        ),
        ("Read back", text(event.read_back)),
        ("Why", text(event.reason)),
        (
            "Evidence kept first",
            text(*held) if held else text("none", f", because {event.unheld_because}" * bool(event.unheld_because)),
        ),
        ("To undo", text(event.undo)),
        (
            "Taken back",
            text(f"{moment(back.at)}, by {back.by}: {back.event.reason} ", entry(back.entry)) if back else (),
        ),
    ]


def severity(source: Source) -> Section:
    """Every assessment with the reason that decided, the answers, and who sees it differently."""
    return Section(
        "severity", "Severity", gap("The severity has not been assessed yet. Do it with “assess”.", _severity(source))
    )


def _severity(source: Source) -> Iterator[Block]:
    for said in source.incident.assessments:
        event = said.event
        sign = SEVERITY_SIGN.get(event.severity, "")
        provisional = ", provisional" if event.provisional else ""
        yield Heading(f"{sign} {event.severity}{provisional}".strip())
        yield Paragraph(
            text(
                f"Assessed on {moment(said.at)} by {said.by}, by rubric {event.rubric}, row “{event.rule}” ",
                entry(said.entry),
            )
        )
        reasons = [Item(text(reason)) for reason in event.because]
        if event.reason:
            reasons.append(Item(text(f"Reason given: {event.reason}")))
        yield Items((*reasons, *source.dissents(said.entry)))
        yield Table(
            ("Question", "Answer", "Rests on"),
            (42, 16, 42),
            tuple(
                Row(
                    (
                        text(_question(question)),
                        text(f"{given.value:,}" if isinstance(given.value, int) else given.value),
                        text(given.evidence) or nothing(),
                    )
                )
                for question, given in sorted(event.answers.items())
            ),
        )


def _question(question: str) -> str:
    from hotwash.knowledge.severity import rubric

    try:
        return rubric().question(question).text
    except KeyError:
        return question


def decisions(source: Source) -> Section:
    """What was decided, with what was known then, so that hindsight can be told from foresight."""
    blocks: list[Block] = []
    for said in source.incident.decisions:
        event = said.event
        pairs = [
            ("Decision", text(strong(event.decision))),
            ("When", text(f"{moment(said.at)}, by {said.by} ", entry(said.entry))),
            ("Known then", text(event.known)),
            ("Options", text("; ".join(event.options))),
            ("Why", text(event.reason)),
        ]
        blocks.append(Facts(tuple((term, value) for term, value in pairs if value)))
        if dissents := source.dissents(said.entry):
            blocks.append(Items(dissents))
    missing = "No decision has been recorded. Add one with “decide”, with what was known at that moment."
    return Section("decisions", "Decisions", gap(missing, blocks))


def people(source: Source) -> Section:
    """Who held which role, and when."""
    tenures = source.incident.tenures
    table = Table(
        ("Role", "Person", "From", "To", "Briefing"),
        (22, 14, 18, 18, 28),
        tuple(_tenure(tenure) for tenure in tenures),
    )
    missing = "Nobody has taken a role yet. Give one with “assign”."
    return Section("people", "People and roles", gap(missing, (table,) if tenures else ()))


def _tenure(tenure: Tenure) -> Row:
    return Row(
        (
            text(role_title(tenure.role)),
            text(tenure.person),
            text(moment(tenure.since)),
            text(moment(tenure.until)) if tenure.until else (quiet("still holds it"),),
            text(tenure.briefing) or nothing(),
        )
    )
