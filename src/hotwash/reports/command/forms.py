"""The forms of the Incident Command System, filled from the record: ICS 201, 202, 203, 207 and 214.

What each asks for: FEMA, National Incident Management System, ICS Forms Booklet (FEMA 502-2). The words are adapted to
harm from AI systems; nothing in them is typed twice.
"""

from collections.abc import Callable, Iterator

from hotwash.knowledge.roles import roles
from hotwash.reports.command.briefing import span_of_control
from hotwash.reports.command.source import Source, at_entry
from hotwash.reports.document import (
    Block,
    Callout,
    Document,
    Facts,
    Item,
    Items,
    Paragraph,
    Row,
    Section,
    Table,
    entry,
    gap,
    quiet,
    strong,
    text,
)
from hotwash.reports.phrases import several
from hotwash.reports.playbook import under_way
from hotwash.reports.postmortem.source import moment, nothing
from hotwash.reports.status import status
from hotwash.reports.words import tell

COMMAND_STAFF = ("communications", "legal", "liaison", "safety", "scribe")
GENERAL_STAFF = ("operations", "investigation")


def incident_briefing(source: Source) -> Document:
    """ICS 201: the situation, objectives, actions, organisation and means at the start of the work."""
    now = status(source.incident, source.as_of)
    situation: list[Block] = [Paragraph(text(source.incident.summary))] if source.incident.summary else []
    situation.append(Paragraph(text(now.harm.sentence)))
    actions = tuple(
        Row((text(moment(fact.occurred_at)), text(tell(fact, source.incident).sentence)), fact.number)
        for fact in source.facts
    )
    sections = (
        Section("situation", "1. Situation", tuple(situation)),
        Section("safety", "2. Health and safety", tuple(_safety(source))),
        Section("objectives", "3. Objectives", tuple(_objectives(source))),
        Section("actions", "4. Actions so far", (Table(("When", "What"), (22, 78), actions),)),
        Section("planned", "5. Actions planned", gap("No playbook is under way.", _planned(source))),
        Section("organisation", "6. Organisation", tuple(_chart(source))),
        Section("means", "7. Switches and means", gap("No AI system is named.", _means(source))),
    )
    return source.document("ICS 201", "Incident briefing", "ICS 201.", sections)


def incident_objectives(source: Source) -> Document:
    """ICS 202: what everybody works for in this operational period."""
    period = source.period
    sections = (
        Section("period", "Operational period", tuple(_period(source))),
        Section("objectives", "Objectives", tuple(_objectives(source))),
        Section(
            "emphasis",
            "Command emphasis",
            gap(
                "The commander has said nothing special.",
                [Paragraph(text(period.started.event.emphasis))] if period and period.started.event.emphasis else [],
            ),
        ),
        Section("safety", "Safety message", tuple(_safety(source))),
        Section("approval", "Approved by", (Paragraph(text(source.incident.commander or "nobody commands yet")),)),
    )
    return source.document("ICS 202", "Incident objectives", "ICS 202.", sections)


def assignments(source: Source) -> Document:
    """ICS 203: who holds which role, since when, and who held it before."""
    rows = []
    for role in roles().roles:
        for tenure in [one for one in source.incident.tenures if one.role == role.id]:
            until = moment(tenure.until) if tenure.until else "holds it now"
            rows.append(Row((text(role.title), text(tenure.person), text(moment(tenure.since)), text(until))))
    vacant = [role.title for role in roles().roles if role.id not in source.incident.roster]
    blocks: list[Block] = [Table(("Role", "Person", "Since", "Until"), (34, 22, 22, 22), tuple(rows))] if rows else []
    if vacant:
        blocks.append(Paragraph(text(quiet("Held by nobody: "), f"{several(vacant)}.")))
    hints = [Callout("note", text(hint)) for hint in span_of_control(source)]
    return source.document(
        "ICS 203",
        "Organisation assignment list",
        "ICS 203.",
        (Section("assignments", "Assignments", (*blocks, *hints)),),
    )


def chart(source: Source) -> Document:
    """ICS 207: the organisation chart."""
    return source.document(
        "ICS 207", "Incident organisation chart", "ICS 207.", (Section("chart", "Organisation", tuple(_chart(source))),)
    )


def activity_log(source: Source, person: str = "") -> Document:
    """ICS 214: what was done and when, by one person, or by everybody."""
    own = [fact for fact in source.facts if not person or fact.by == person]
    columns = ("When", "What") if person else ("When", "Who", "What")
    rows = tuple(
        Row(
            (
                text(moment(fact.occurred_at)),
                *(() if person else (text(fact.by),)),
                text(tell(fact, source.incident).sentence),
            ),
            fact.number,
        )
        for fact in own
    )
    held = sorted({tenure.role for tenure in source.incident.tenures if tenure.person == person})
    blocks: list[Block] = []
    if person:
        blocks.append(Facts((("Person", text(person)), ("Roles held", text(several(held) or "none")))))
    widths = (22, 78) if person else (20, 14, 66)
    blocks += gap("There is no entry by this person.", [Table(columns, widths, rows)] if rows else [])
    whose = f" of {person}" if person else ""
    return source.document(
        "ICS 214", f"Activity log{whose}", "ICS 214.", (Section("log", "Activities", tuple(blocks)),)
    )


FORMS: dict[str, tuple[str, Callable[[Source], Document]]] = {
    "ics-201": ("Incident briefing", incident_briefing),
    "ics-202": ("Incident objectives", incident_objectives),
    "ics-203": ("Organisation assignment list", assignments),
    "ics-207": ("Incident organisation chart", chart),
    "ics-214": ("Activity log", activity_log),
}
"""Each form by its word in addresses, with its title."""


def _period(source: Source) -> Iterator[Block]:
    period = source.period
    if period is None:
        yield Callout("missing", text("No operational period was opened: start one with its objectives."))
        return
    event = period.started.event
    yield Facts(
        (
            ("Number", text(str(period.number))),
            ("From", at_entry(period.started.at, period.started.entry)),
            ("Until", text(moment(event.until))),
            ("Opened by", text(period.started.by)),
        )
    )


def _objectives(source: Source) -> Iterator[Block]:
    period = source.period
    if period is None:
        yield Callout("missing", text("No objectives are set: start an operational period."))
        return
    items = []
    for number, words in enumerate(period.started.event.objectives, 1):
        settled = period.outcome(number)
        said = f", {settled.event.outcome.replace('-', ' ')}" if settled else ""
        point = entry(settled.entry) if settled else None
        items.append(Item(text(f"{number}. {words}", quiet(said) if said else "", " " if point else "", point)))
    yield Items(tuple(items))


def _safety(source: Source) -> Iterator[Block]:
    period = source.period
    safety = source.incident.roster.get("safety")
    words = period.started.event.safety if period else ""
    yield (
        Paragraph(text(words))
        if words
        else Callout("missing", text("No safety message: who could be in danger, responders included?"))
    )
    yield Paragraph(text(strong("Safety officer: "), safety or "nobody yet"))


def _planned(source: Source) -> Iterator[Block]:
    rows = [
        Row((text(moment(task.due)), text(task.person or "nobody yet"), text(task.step.title)))
        for run in under_way(source.incident, source.as_of)
        for task in run.tasks
        if task.left
    ]
    if rows:
        yield Table(("By", "Who", "What"), (22, 20, 58), tuple(rows))


def _chart(source: Source) -> Iterator[Block]:
    titles: dict[str, str] = {role.id: role.title for role in roles().roles}

    def box(role: str) -> Item:
        person = source.incident.roster.get(role)
        return Item(text(strong(titles[role]), ": ", person or quiet("nobody yet")))

    commander = source.incident.roster.get("commander")
    yield Items(
        (
            Item(
                text(strong(titles["commander"]), ": ", commander or quiet("nobody yet")),
                (
                    Item(text(quiet("Command staff")), tuple(box(role) for role in COMMAND_STAFF)),
                    Item(text(quiet("General staff")), tuple(box(role) for role in GENERAL_STAFF)),
                ),
            ),
        )
    )
    for hint in span_of_control(source):
        yield Callout("note", text(hint))


def _means(source: Source) -> Iterator[Block]:
    system = source.system
    if system is None:
        return
    running = [f"{part} {one.event.version}" for part, one in system.running.items()]
    stop = system.stop_authority
    in_force = [f"{one.applied.event.switch}: {one.applied.event.state}" for one in source.incident.in_force]
    yield Facts(
        (
            ("AI system", text(system.name)),
            ("Versions that run", text(several(running)) if running else nothing()),
            ("Switched", text(several(in_force) or "nothing")),
            ("Who can stop it", text(several(list(stop.people)) if stop else "not recorded")),
            ("Prediction log", text("described" if system.log else "not described")),
        )
    )
