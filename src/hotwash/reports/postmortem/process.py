"""How the post-mortem itself stands: must one be held, by when and by whom; who wrote it, who signed it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hotwash.incident.postmortem import Meeting
from hotwash.incident.rules.postmortem import due_by, obligation, required, unsigned
from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import postmortem_book
from hotwash.reports.document import Block, Callout, Facts, Heading, Item, Items, Paragraph, Section, Text, entry, text
from hotwash.reports.phrases import day, several
from hotwash.reports.postmortem.source import Source, moment
from hotwash.reports.postmortem_words import item_title, meeting_title, section_title
from hotwash.reports.words import role_title

State = Literal["not-asked", "due", "waived", "planned", "meeting", "submitted", "signed", "published"]
STATES: dict[str, str] = {
    "not-asked": "not asked for",
    "due": "to be planned",
    "waived": "waived",
    "planned": "being written",
    "meeting": "the meeting goes on",
    "submitted": "waits for signatures",
    "signed": "signed",
    "published": "published inside",
}
DUE = "Post-mortem"


@dataclass(frozen=True, slots=True)
class Process:
    """How a post-mortem stands. ``due`` is None where nothing is due (any more)."""

    state: State
    required: bool
    due: date | None
    owner: str
    facilitator: str
    sentence: str


def process(incident: Incident) -> Process:
    """How the post-mortem of an incident stands; the record alone decides, not what time it is."""
    plan = incident.postmortem.plan
    owner = plan.event.owner if plan else incident.commander or ""
    state, sentence = _standing(incident, owner)
    open_states = ("due", "planned", "meeting", "submitted")
    by = due_by(incident) if state in open_states and incident.standing != "merged" else None
    return Process(state, required(incident), by, owner, plan.event.facilitator if plan else "", sentence)


def _standing(incident: Incident, owner: str) -> tuple[State, str]:
    held, by = incident.postmortem, due_by(incident)
    plan, asked = held.plan, required(incident)
    submission, until = held.submission, f" by {day(by)}" if by else ""
    why = unsigned(incident, submission) if submission is not None else ""
    level = incident.severity.severity if incident.severity else "not assessed, so counted as Major"
    over = incident.standing in ("resolved", "closed")
    leads = f"{owner} owns it, {plan.event.facilitator} leads the meeting." if plan else ""
    waived = f"{held.waiver.by} decided that none is held: {held.waiver.event.reason}" if held.waiver else ""
    cases: tuple[tuple[object, State, str], ...] = (
        (held.in_force(outside=False), "published", "It was signed, and everybody inside can read it."),
        (submission and why, "submitted", why),
        (submission, "signed", "It is signed. Somebody else publishes it."),
        (held.meeting, "meeting", "The meeting goes on."),
        (plan, "planned", f"{leads} It is to be signed{until}."),
        (held.waiver, "waived", waived),
        (asked and over, "due", f"The severity ({level}) asks for one{until}. Plan it, or waive it with a reason."),
        (
            asked,
            "not-asked",
            f"Its severity asks for one within {obligation(incident).days} days of the day when it is resolved.",
        ),
    )
    for holds, state, sentence in cases:
        if holds:
            return state, sentence
    return "not-asked", "Nothing asks for one. A hot wash of half an hour is seldom wasted."


def written(source: Source) -> Iterator[Section]:
    """The sections that people wrote. Where two texts stand, both are shown, and that they do."""
    held = source.incident.postmortem
    for asked in postmortem_book().sections:
        heads = held.heads(asked.id)
        if not heads:
            continue
        blocks: list[Block] = []
        if len(heads) > 1:
            blocks.append(Callout("warning", text(f"{len(heads)} texts stand side by side: make one of them.")))
        for said in heads:
            if len(heads) > 1:
                blocks.append(Heading(f"By {said.by}, {moment(said.at)}"))
            parts = [part.strip() for part in said.event.text.split("\n\n") if part.strip()]
            blocks += [Paragraph(text(part)) for part in parts[:-1]]
            blocks.append(Paragraph(text(f"{parts[-1]} ", entry(said.entry))))
        yield Section(f"written-{asked.id}", asked.title, tuple(blocks))


def meetings(source: Source) -> Iterator[Section]:
    """What was said: notes of the meetings, contributions with and without a name, and how safe it was to speak."""
    held = source.incident.postmortem
    blocks: list[Block] = []
    for meeting in held.meetings:
        blocks += list(_meeting(meeting))
    texts = [Item(text(f"{said.event.text} ", entry(said.entry))) for said in held.contributions]
    nameless = [Item(text(one)) for said in held.taken for one in said.event.texts]
    if texts:
        blocks += [Heading("Contributed"), Items(tuple(texts))]
    if nameless:
        blocks += [Heading("Contributed without a name"), Items(tuple(nameless))]
    for said in held.pulse_results:
        blocks += list(_pulse(source, said.entry))
    if blocks:
        yield Section("meeting", "What was said", tuple(blocks))


def _meeting(meeting: Meeting) -> Iterator[Block]:
    opened = meeting.opened
    there = f" {several(list(opened.event.attendees))} took part." if opened.event.attendees else ""
    yield Heading(f"{meeting_title(opened.event.form)}, {moment(opened.at)}")
    yield Paragraph(text(f"Opened by {opened.by}.{there} ", entry(opened.entry)))
    points: dict[str, list[Item]] = {}
    for said in meeting.notes:
        points.setdefault(said.event.item, []).append(Item(text(f"{said.event.text} ", entry(said.entry))))
    if points:
        yield Items(
            tuple(Item(text(item_title(opened.event.form, item)), tuple(notes)) for item, notes in points.items())
        )


def _pulse(source: Source, number: int) -> Iterator[Block]:
    said = next(one for one in source.incident.postmortem.pulse_results if one.entry == number)
    yield Heading("How safe it was to speak")
    if not said.event.enough:
        least = postmortem_book().pulse.least
        yield Paragraph(text(f"Fewer than {least} people answered: what they said is not shown. ", entry(number)))
        return
    pulse = postmortem_book().pulse
    texts = {one.id: one.text for one in pulse.statements}
    yield Paragraph(text(f"{said.event.answers} people answered. {pulse.note} ", entry(number)))
    pairs: list[tuple[str, Text]] = []
    for one in said.event.tallies:
        shares = [f"{count} {word.lower()}" for word, count in zip(pulse.answers, one.counts, strict=False) if count]
        pairs.append((texts.get(one.statement, one.statement), text(", ".join(shares))))
    yield Facts(tuple(pairs))


def signatures(source: Source) -> Iterator[Section]:
    """Who owned it, who wrote, who signed; or why none is held."""
    incident = source.incident
    held, now = incident.postmortem, process(incident)
    if not (held.plans or held.waived or held.versions or held.submissions):
        return
    writers = list(dict.fromkeys(said.by for said in held.versions))
    pairs: list[tuple[str, Text]] = [("State", text(STATES[now.state].capitalize()))]
    if held.plan is not None:
        pairs += [("Owner", text(now.owner)), ("Led by", text(now.facilitator))]
    if writers:
        pairs.append(("Written by", text(several(writers))))
    if now.due is not None:
        pairs.append(("Due", text(day(now.due))))
    for submission in held.submissions[-1:]:
        pairs.append(
            ("Submitted", text(f"{submission.said.by}, {moment(submission.said.at)} ", entry(submission.number)))
        )
        for role, said in submission.by_role.items():
            standing = ", for a role that nobody held" if said.event.standing_in else ""
            pairs.append(
                (
                    f"Signed, {role_title(role).lower()}",
                    text(f"{said.by}, {moment(said.at)}{standing} ", entry(said.entry)),
                )
            )
    if held.waiver is not None:
        pairs.append(("Waived", text(f"{held.waiver.by}: {held.waiver.event.reason} ", entry(held.waiver.entry))))
    yield Section("process", "How this was written and signed", (Facts(tuple(pairs)),))


__all__ = ["DUE", "STATES", "Process", "meetings", "process", "section_title", "signatures", "written"]
