"""What is done about it: actions, what is owed to people, and the measures of time."""

from datetime import date

from hotwash.incident.state import Action, Remedy
from hotwash.reports.actions import mix, waits_for
from hotwash.reports.document import (
    Block,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    entry,
    finding,
    gap,
    quiet,
    strong,
    text,
)
from hotwash.reports.metrics import EndPoint, Measure
from hotwash.reports.metrics import measures as measure_all
from hotwash.reports.phrases import count, people, several
from hotwash.reports.postmortem.source import Source, moment, nothing, short_day
from hotwash.reports.redress import made_whole
from hotwash.reports.vocabulary import ACTION_KINDS, STRENGTHS


def actions(source: Source) -> Section:
    """What will be done, by whom, until when, and how one will see that it worked."""
    known = source.incident.actions
    today = source.as_of.date()
    table = Table(
        ("Action", "Owner", "Due", "How one sees that it worked", "State"),
        (32, 11, 12, 25, 20),
        tuple(_action(action, today) for action in known.values()),
    )
    mixed = mix(known.values())
    said = Paragraph(text(mixed.sentence, f" {mixed.warning}" if mixed.warning else ""))
    missing = (
        "No action has been agreed yet. Add one with “add-action”: what, who, until when, how one sees that it worked."
    )
    return Section("actions", "Actions", gap(missing, (said, table) if known else ()))


def _action(action: Action, today: date) -> Row:
    said, wanted = action.added, action.wanted
    kind = ACTION_KINDS.get(wanted.kind, wanted.kind)
    strength = STRENGTHS.get(wanted.strength, wanted.strength) if wanted.strength else "strength not said"
    due = text(short_day(wanted.due)) if wanted.due else nothing()
    title = text(f"{wanted.title} ", quiet(f"({kind}; {strength}) "), entry(said.entry))
    return Row((title, text(wanted.owner), due, _effect(action), _state(action, today)))


def _effect(action: Action) -> Text:
    plan = action.planned
    if plan is None:
        return text(action.wanted.measure) or (quiet("not said"),)
    held = several(list(plan.event.thresholds))
    return text(
        f"“{plan.event.question}” must answer {held}, asked on {short_day(plan.event.ask_on)} ", entry(plan.entry)
    )


def _state(action: Action, today: date) -> Text:
    match action.state:
        case "open":
            return _open(action.wanted.due, today)
        case "slipped":
            slip = action.reopened[-1]
            return text(strong("open again"), f" {short_day(slip.at)}: {slip.event.reason} ", entry(slip.entry))
        case "dropped":
            assert action.dropped is not None
            gone = action.dropped
            return text(strong("given up"), f" {short_day(gone.at)}: {gone.event.reason} ", entry(gone.entry))
        case "done":
            assert action.done is not None
            done = action.done
            return text(
                strong("done"), f" {short_day(done.at)}: {done.event.result} {waits_for(action)} ", entry(done.entry)
            )
    assert action.closed is not None
    over = action.closed
    how = over.event.how
    word = {"measured": "worked", "checked": "checked by a second person", "said": "done"}.get(how, how)
    return text(strong(word), f" {short_day(over.at)}: {over.event.result} ", entry(over.entry))


def _open(due: date | None, today: date) -> Text:
    return text(strong("overdue")) if due is not None and due < today else text("open")


def remedies(source: Source) -> Section:
    """What the people harmed are owed, and whom it has reached."""
    known = source.incident.remedies
    today = source.as_of.date()
    table = Table(
        ("What people are owed", "Whom", "Owner", "Due", "How it stands"),
        (32, 14, 12, 14, 28),
        tuple(_remedy(remedy, today) for remedy in known.values()),
    )
    missing = "What the people harmed are owed has not been recorded. Add it with “owe-remedy”."
    blocks: tuple[Block, ...] = ((table,) if known else ()) + _register(source)
    why = [said for said in source.incident.endings if getattr(said.event, "owed_because", "")]
    if why:
        owed = getattr(why[-1].event, "owed_because", "")
        blocks += (Paragraph(text(f"Resolved while remedies were owed, because: {owed} ", entry(why[-1].entry))),)
    return Section("remedies", "Remedies", gap(missing, blocks))


def _register(source: Source) -> tuple[Block, ...]:
    """What the incident's own record says of the register of the people harmed."""
    register = source.incident.register
    if register is None:
        return ()
    stands = made_whole(register.counts)
    since = f"As of {moment(register.counted_at)}: {stands}. "
    blocks: list[Block] = [Paragraph(text(strong("Register of redress. "), since, entry(register.said.entry)))]
    for said in register.waived:
        what = (
            f"{said.by} gave up {count(said.event.remedies, 'remedy', 'remedies')} owed to {people(said.event.people)}"
        )
        blocks.append(Paragraph(text(f"{what}, because: {said.event.reason} ", entry(said.entry))))
    if register.closed is not None and register.closed.event.reason:
        closed = register.closed
        blocks.append(Paragraph(text(f"{closed.by} closed it, because: {closed.event.reason} ", entry(closed.entry))))
    return tuple(blocks)


def _remedy(remedy: Remedy, today: date) -> Row:
    said, event = remedy.owed, remedy.owed.event
    stands = list(text(strong("done for everyone")) if remedy.left == 0 else _open(event.due, today))
    if remedy.left:
        stands += text(f": {people(remedy.left)} still {'waits' if remedy.left == 1 else 'wait'}")
    for done in remedy.completed:
        stands += text(f"\n{short_day(done.at)}, {people(done.event.people)}: {done.event.proof} ", entry(done.entry))
    due = text(short_day(event.due)) if event.due else nothing()
    return Row(
        (text(f"{event.what} ", entry(said.entry)), text(people(event.people)), text(event.owner), due, tuple(stands))
    )


def measures(source: Source) -> Section:
    """How long it took, and where each end point comes from."""
    table = Table(
        ("Measure", "Time", "From", "To"),
        (20, 22, 29, 29),
        tuple(_measure(measure) for measure in measure_all(source.incident).values()),
    )
    note = "Computed from the record. Each end point names the entry that states it and what that rests on."
    return Section("measures", "Measures of time", (Paragraph((quiet(note),)), table))


def _measure(measure: Measure) -> Row:
    if measure.seconds is None:
        time = text(strong("pending" if measure.state == "pending" else "does not apply"), f": {measure.why}")
    else:
        time = text(strong(measure.words), f"\n{measure.why}" if measure.why else "")
    name = text(f"{measure.name} ", quiet(measure.short) if measure.short.isupper() else None)
    return Row((name, time, _point(measure.since), _point(measure.until)))


def _point(point: EndPoint | None) -> Text:
    if point is None:
        return nothing()
    rests = (", ", finding(point.finding)) if point.finding is not None else ()
    range_ = ""
    if point.low is not None and point.high is not None:
        range_ = f" ({moment(point.low)} to {moment(point.high)})"
    return text(f"{moment(point.at)}{range_}: {point.source} ", entry(point.entry), *rests)
