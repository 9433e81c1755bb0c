"""Where things stand, for whoever takes over or joins late: as a page, and as the draft of a hand-over's briefing."""

from collections.abc import Iterator

from hotwash.reports.command.source import Source
from hotwash.reports.document import (
    Block,
    Callout,
    Document,
    Facts,
    Item,
    Items,
    Paragraph,
    Section,
    Text,
    entry,
    finding,
    gap,
    quiet,
    strong,
    text,
)
from hotwash.reports.phrases import brief, count, people, several, when
from hotwash.reports.playbook import under_way
from hotwash.reports.postmortem.source import estimate_range, estimate_value, moment, short_day
from hotwash.reports.status import Status, status
from hotwash.reports.words import tell

DECISIONS, LINES, STEPS = 5, 12, 6


def read_in(source: Source) -> Document:
    """One page for somebody who joins late: in three minutes they know what the room knows."""
    now = status(source.incident, source.as_of)
    sections = (
        Section("now", "Now", tuple(_now(source, now))),
        Section("harmed", "Who is harmed", tuple(_harmed(source))),
        Section("stopped", "What was done to stop it", gap("Nothing is contained yet.", _contained(source))),
        Section("who", "Who does what", tuple(_who(source))),
        Section("next", "What is next, and due", tuple(_next(source, now))),
        Section("decided", "Decided lately", _or("None is on the record yet.", _decided(source))),
        Section("open", "What nobody knows yet", _or("No open question is on the record.", _open(now))),
        Section("story", "The last entries", gap("The record is empty.", _story(source))),
    )
    return source.document("read-in", "Read in", "For those who join late.", sections)


def _or(words: str, blocks: Iterator[Block]) -> tuple[Block, ...]:
    """The blocks, or words that say that there are none, which is no gap."""
    return tuple(blocks) or (Paragraph(text(quiet(words))),)


def briefing(source: Source, role: str) -> str:
    """The draft of what the next holder of a role needs to know, in plain text; the one who hands over corrects it."""
    incident, now = source.incident, status(source.incident, source.as_of)
    lines = [f"As of {when(source.as_of)}, drafted from the record."]
    severity = f"{now.severity}{', provisional' if now.provisional else ''}" if now.severity else "not assessed"
    lines.append(f"Severity: {severity}. {now.harm.sentence}")
    for one in incident.in_force:
        reach = "for everyone" if one.complete else f"in part ({one.reach.cohort or 'a share'})"
        lines.append(f"In force: {one.applied.event.switch} is at “{one.applied.event.state}”, {reach}.")
    lines += [f"Decided: {brief(said.event.decision, 160)}" for said in incident.decisions[-3:]]
    tasks = [task for run in under_way(incident, source.as_of) for task in run.tasks if task.left]
    own = [task for task in tasks if task.step.role == role]
    lines += [f"Yours, by {moment(task.due)}: {task.step.title}." for task in own[:STEPS]]
    lines += [
        f"Due: {brief(due.what, 120)} ({due.owner}{f', {due.due}' if due.due else ''})." for due in now.due[:STEPS]
    ]
    lines += [f"Not known: {brief(one.text, 160)}" for one in now.questions[:STEPS]]
    others = [f"{name} ({held.title})" for held, name in source.held if held.id != role]
    lines.append(f"With you: {several(others)}." if others else "Nobody else holds a role yet.")
    lines.append(f"Next: {now.next.sentence}")
    return "\n".join(lines)


def _now(source: Source, now: Status) -> Iterator[Block]:
    incident = source.incident
    if now.harm.going_on:
        yield Callout("warning", text(now.harm.sentence))
    if incident.summary:
        yield Paragraph(text(incident.summary))
    severity = now.severity or "not assessed"
    yield Facts(
        (
            ("State", text(incident.standing)),
            ("Severity", text(f"{severity}{', provisional' if now.provisional else ''}")),
            ("Harm", text(now.harm.sentence)),
            ("AI system", text(source.system.name if source.system else incident.system or "not named")),
            ("Declared", text(f"{moment(incident.declared.at)} ", entry(incident.declared.entry)))
            if incident.declared
            else ("Declared", text("not yet")),
        )
    )


def _harmed(source: Source) -> Iterator[Block]:
    incident = source.incident
    items = [
        Item(text(f"{estimate_value(said)} ({estimate_range(said)}) ", entry(said.entry)))
        for said in incident.estimates[-3:]
    ]
    items += [
        Item(text(f"{said.event.sentence} ", finding(number)))
        for number, said in list(incident.findings.items())[-STEPS:]
    ]
    if items:
        yield Items(tuple(items))
    else:
        yield Callout("missing", text("Nobody has counted them yet: ask the log for the blast radius."))
    if incident.owed:
        yield Paragraph(text(f"{people(incident.owed)} still wait for a remedy."))


def _contained(source: Source) -> Iterator[Block]:
    items = []
    for one in source.incident.containments.values():
        event = one.applied.event
        state = "in force" if one in source.incident.in_force else "no longer in force"
        whom = "for everyone" if one.complete else f"for {one.reach.cohort or 'part of the people'}"
        items.append(
            Item(text(strong(event.switch), f" at “{event.state}”, {whom}, {state}. ", entry(one.applied.entry)))
        )
    if items:
        yield Items(tuple(items))
    stop = source.system.stop_authority if source.system else None
    if stop:
        yield Paragraph(text(strong("Who can stop it: "), f"{several(list(stop.people))}. {stop.how}"))


def _who(source: Source) -> Iterator[Block]:
    if not source.held:
        yield Callout("missing", text("Nobody holds a role yet."))
        return
    yield Facts(tuple((role.title, text(name)) for role, name in source.held))
    for hint in span_of_control(source):
        yield Callout("note", text(hint))


def span_of_control(source: Source) -> list[str]:
    """What the Incident Command System would say of this roster: three to seven people a leader, five is best.

    Source: FEMA, ICS-100, span of control.
    """
    roster = source.incident.roster
    commander = roster.get("commander")
    if commander is None:
        return ["Nobody commands. The first thing is to say who does."] if roster else []
    reporting = {person for role, person in roster.items() if role != "commander" and person != commander}
    own = [role.title for role, person in source.held if person == commander and role.id != "commander"]
    hints = []
    if len(reporting) > 7:
        hints.append(
            f"{len(reporting)} people report to {commander}; more than seven is too many. Put somebody between."
        )
    severity = source.incident.severity
    if own and severity and severity.severity != "Minor":
        hints.append(f"{commander} commands and is also {several(own)}: at {severity.severity}, give that to others.")
    return hints


def _next(source: Source, now: Status) -> Iterator[Block]:
    yield Paragraph(text(strong("Next: "), now.next.sentence))
    period = source.period
    if period is not None:
        until = moment(period.started.event.until)
        yield Paragraph(text(f"Operational period {period.number}, until {until} ", entry(period.started.entry)))
        yield Items(tuple(Item(text(f"{number}. {words}")) for number, words in period.open))
    tasks = [task for run in under_way(source.incident, source.as_of) for task in run.tasks if task.left]
    if tasks:
        yield Items(tuple(Item(_task(task.step.title, task.person, moment(task.due))) for task in tasks[:STEPS]))
    if now.due:
        yield Items(
            tuple(
                Item(
                    text(f"{one.what}, {one.owner}", f", by {short_day(one.due)}" if one.due else "", entry(one.entry))
                )
                for one in now.due[:STEPS]
            )
        )


def _task(title: str, person: str, due: str) -> Text:
    return text(f"{title}, {person or 'nobody yet'}, by {due}")


def _decided(source: Source) -> Iterator[Block]:
    items = [
        Item(
            text(f"{said.event.decision} ", entry(said.entry)),
            (Item(text(quiet("Known then: "), brief(said.event.known))),),
        )
        for said in source.incident.decisions[-DECISIONS:]
    ]
    if items:
        yield Items(tuple(items))


def _open(now: Status) -> Iterator[Block]:
    if now.questions:
        yield Items(tuple(Item(text(f"{one.text} ", entry(one.entry))) for one in now.questions))


def _story(source: Source) -> Iterator[Block]:
    lines = source.facts[-LINES:]
    if len(source.facts) > LINES:
        yield Paragraph(text(quiet(f"The last {LINES} of {count(len(source.facts), 'entry', 'entries')}.")))
    items = [
        Item(text(f"{moment(fact.occurred_at)} · {tell(fact, source.incident).sentence} ", entry(fact.number)))
        for fact in lines
    ]
    if items:
        yield Items(tuple(items))
