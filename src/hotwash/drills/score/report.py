"""The debrief report, as HSEEP has it: an after-action report with an improvement plan, made from the records alone.

HSEEP (the Homeland Security Exercise and Evaluation Program of FEMA, doctrine of 2020) asks for: an overview of the
exercise, strengths and areas for improvement by objective, each with its analysis, and a plan with who does what until
when. The words are ours.
"""

from collections.abc import Iterator

from hotwash.drills.play.book import Book
from hotwash.drills.play.rules import words_of
from hotwash.drills.score.debriefing import played
from hotwash.drills.score.parts import Part, Played
from hotwash.drills.score.scoring import NEGLECTED, score
from hotwash.ledger.entry import NO_ENTRY
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.document import (
    Block,
    Callout,
    Document,
    Facts,
    Heading,
    Item,
    Items,
    Number,
    Numbers,
    Paragraph,
    Row,
    Section,
    Table,
    missing,
    strong,
    text,
)
from hotwash.reports.phrases import day, people, when

WELL = 0.8
MODES = {"led": "Led by a facilitator", "solo": "Solo, facilitated by Hotwash", "table": "Tabletop, on one screen"}


def report(book: Book, drill_id: str) -> Document:
    """The report of a drill whose debrief has begun.

    :raises NotAllowed: before that
    """
    drill = book.drill(drill_id)
    if drill.revealed is None:
        raise NotAllowed(f"{drill.id} is {drill.stage}: its report is written when the debrief has begun.")
    whole = played(book, drill_id)
    parts = score(whole)
    last = book.desk.store.head(f"drill/{drill_id}")
    return Document(
        id=drill.id,
        title=whole.scenario.title,
        subtitle=f"After-action report and improvement plan of {drill.id}, {day(drill.revealed.at)}",
        marks=("Drill",),
        date=drill.revealed.at,
        head=last.digest if last.number else NO_ENTRY,
        sections=tuple(_sections(whole, parts)),
    )


def _sections(whole: Played, parts: tuple[Part, ...]) -> Iterator[Section]:
    yield Section("overview", "Overview of the exercise", tuple(_overview(whole)))
    yield Section("objectives", "Objectives", (Items(tuple(Item(text(one)) for one in whole.scenario.objectives)),))
    yield Section("summary", "What went well, and what to work on", tuple(_summary(parts)))
    yield Section("planted", "What was planted", tuple(_planted(whole)))
    yield Section("analysis", "Analysis, part by part", tuple(_analysis(parts)))
    yield Section("course", "The course of the exercise", tuple(_course(whole)))
    yield Section("hotwash", "The hot-wash", tuple(_hotwash(whole)))
    yield Section("plan", "Improvement plan", tuple(_plan(whole)))
    yield Section("sources", "What the scenario rests on", tuple(_sources(whole)), appendix=True)


def _overview(whole: Played) -> Iterator[Block]:
    drill, scenario = whole.drill, whole.scenario
    plan = drill.plan
    assert drill.begun is not None
    yield Paragraph(text(scenario.synopsis.strip()))
    pairs = [
        ("Played", text(f"{when(drill.begun.at)}, {whole.minutes:.0f} minutes of simulated time")),
        ("How", text(MODES[plan.mode])),
        ("Team", text(plan.team or "not named", f": {', '.join(plan.players)}" if plan.players else "")),
        ("Facilitator", text(plan.facilitator or "Hotwash")),
        ("Harm and playbook", text(f"{scenario.harm}, {scenario.playbook}")),
        ("The team's incident", text(drill.incident or "none was declared")),
        ("World", text(f"seed {plan.seed}: the same seed makes the same log")),
    ]
    yield Facts(tuple(pairs))


def _summary(parts: tuple[Part, ...]) -> Iterator[Block]:
    well = [one for one in parts if one.points is not None and one.points >= WELL]
    work = [one for one in parts if one.points is not None and one.points < NEGLECTED]
    scored = [one for one in parts if one.points is not None]
    yield Numbers(
        (
            Number(str(len(well)), "strengths", text(f"of {len(scored)} parts at {WELL:.0%} or more")),
            Number(str(len(work)), "areas to work on", text(f"below {NEGLECTED:.0%}")),
        )
    )
    yield Callout(
        "note", text("There is no overall grade: what a team does well does not make up for what it does not.")
    )
    for title, listed in (("Strengths", well), ("Areas for improvement", work)):
        yield Heading(title)
        if listed:
            yield Items(tuple(Item(text(strong(one.title), ". ", one.said)) for one in listed))
        else:
            yield Paragraph(text("None stands out."))


def _planted(whole: Played) -> Iterator[Block]:
    truth, true = whole.scenario.truth, whole.reality
    yield Paragraph(text(truth.cause.strip()))
    yield Facts(
        (
            ("Since", text(when(true.onset))),
            ("Harmed before the drill began", text(people(true.harmed))),
            ("Harmed by the end of the day if nobody stops it", text(people(true.harmed + len(true.later)))),
            ("Severity", text(strong(truth.severity), ". ", " ".join(truth.because))),
        )
    )
    yield Heading("What contributed")
    yield Items(tuple(Item(text(one.text)) for one in truth.factors))
    if truth.rumours:
        yield Heading("What was not so")
        yield Items(tuple(Item(text(one)) for one in truth.rumours))


def _analysis(parts: tuple[Part, ...]) -> Iterator[Block]:
    yield Table(
        ("Part", "Points", "What the record shows", "Rule"),
        (18, 9, 38, 35),
        tuple(Row((text(strong(one.title)), text(_points(one)), text(one.said), text(one.rule))) for one in parts),
    )
    yield Heading("What good looks like")
    yield Items(tuple(Item(text(strong(one.title), ". ", one.good)) for one in parts if one.good))


def _course(whole: Played) -> Iterator[Block]:
    drill = whole.drill
    rows = []
    for told in drill.came.values():
        inject = whole.scenario.inject(told.event.inject)
        if inject is not None:
            rows.append((told.event.minute, inject.title, inject.expects))
    rows += [(told.event.minute, f"Improvised: {told.event.title}", told.event.text) for told in drill.improvised]
    rows += [(told.event.minute, f"Note of {told.by}", words_of(told.event)) for told in drill.notes]
    if not rows:
        yield missing("Nothing came.")
        return
    yield Table(
        ("Minute", "What came", "What a good team does with it"),
        (10, 35, 55),
        tuple(Row((text(f"{minute:.0f}"), text(what), text(expects))) for minute, what, expects in sorted(rows)),
    )
    yield Heading("What good looks like here")
    yield Items(tuple(Item(text(strong(one.text), " ", one.because)) for one in whole.scenario.good.steps))


def _hotwash(whole: Played) -> Iterator[Block]:
    for one in whole.scenario.debrief:
        yield Heading(one.question)
        said = whole.drill.answers.get(one.question, [])
        for told in said:
            yield Paragraph(text(strong(f"{told.by}:"), " ", told.event.text))
        if not said:
            yield missing("Not answered.")


def _plan(whole: Played) -> Iterator[Block]:
    actions = whole.incident.actions
    rows = []
    for told in whole.drill.lessons:
        action = actions.get(told.event.action)
        if action is None:
            continue
        want = action.wanted
        due = day(want.due) if want.due else "no date"
        rows.append(
            Row((text(want.title), text(told.event.part or ""), text(want.owner), text(due), text(action.state)))
        )
    if not rows:
        yield missing("No lesson has become an action yet: take them from the page of the debrief.")
        return
    yield Table(("Action", "From", "Owner", "Due", "State"), (40, 16, 16, 16, 12), tuple(rows))


def _sources(whole: Played) -> Iterator[Block]:
    yield Items(tuple(Item(text(strong(one.title), ". ", one.used_for)) for one in whole.scenario.sources))


def _points(one: Part) -> str:
    return "–" if one.points is None else f"{one.points:.2f}"
