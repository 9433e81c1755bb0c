"""Why it happened, without blame: factors with their whys, what went well, what nobody knows yet."""

from collections.abc import Iterator

from hotwash.incident.events import WhyAdded
from hotwash.incident.state import Said
from hotwash.reports import trees
from hotwash.reports.document import (
    Block,
    Callout,
    Heading,
    Item,
    Items,
    Paragraph,
    Section,
    entry,
    gap,
    missing,
    strong,
    text,
)
from hotwash.reports.postmortem.source import Source, moment, rests_on
from hotwash.reports.vocabulary import TAGS


def factors(source: Source) -> Section:
    """Contributing factors, each with what it rests on, the whys below it, and who sees it differently; fault trees."""
    return Section(
        "factors",
        "Contributing factors",
        gap(
            "No contributing factor has been recorded yet. Add one with “add-factor”; there are usually several.",
            (*_factors(source), *trees.blocks(source.incident)),
        ),
    )


def _factors(source: Source) -> Iterator[Block]:
    incident = source.incident
    for number, said in incident.factors.items():
        factor = said.event
        tag = TAGS.get(factor.tag, factor.tag)
        head = text(strong(factor.text), f" ({tag}; ", *rests_on(factor.finding, factor.evidence), ") ", entry(number))
        yield Items((Item(head, (*source.dissents(number), *_whys(source, number))),))
    own = [
        item
        for number, said in incident.whys.items()
        if said.event.parent is None
        for item in [_why(source, number, said)]
    ]
    if own:
        yield Heading("Other chains of why")
        yield Items(tuple(own))
    if incident.factors:
        yield Callout(
            "note",
            text(
                "Factors are conditions, not people. What rests on a belief is marked: ask the log before acting on it."
            ),
        )


def _whys(source: Source, parent: int) -> tuple[Item, ...]:
    return tuple(
        _why(source, number, said) for number, said in source.incident.whys.items() if said.event.parent == parent
    )


def _why(source: Source, number: int, said: Said[WhyAdded]) -> Item:
    """One why with those below it. A why explains an earlier entry only, so this ends."""
    why = said.event
    told = text(strong(why.question), f" {why.answer} (", *rests_on(why.finding, why.evidence), ") ", entry(number))
    below = tuple(
        _why(source, later, other)
        for later, other in source.incident.whys.items()
        if other.event.parent == number and later > number
    )
    return Item(told, (*source.dissents(number), *below))


_OBSERVED = (
    ("well", "What went well", "Nothing has been recorded yet. Add it with “observe well”."),
    ("hard", "What was hard", "Nothing has been recorded yet. Add it with “observe hard”."),
    ("luck", "Where luck helped", "Nothing has been recorded yet. Add it with “observe luck”: next time it may not."),
)


def observations(source: Source) -> Section:
    """What went well, what was hard, where luck helped."""
    blocks: list[Block] = []
    for what, title, gap_ in _OBSERVED:
        blocks.append(Heading(title))
        points = [
            Item(text(f"{said.event.text} ", entry(said.entry)), source.dissents(said.entry))
            for said in source.incident.observations
            if said.event.what == what
        ]
        blocks.append(Items(tuple(points)) if points else missing(gap_))
    return Section("observations", "What went well, what was hard, where luck helped", tuple(blocks))


def questions(source: Source) -> Section:
    """What nobody knows yet, and what has been answered since it was asked."""
    waiting = [one for one in source.incident.questions.values() if one.answered is None]
    answered = [(one.raised, one.answered) for one in source.incident.questions.values() if one.answered is not None]
    blocks: list[Block] = []
    if waiting:
        blocks.append(
            Items(
                tuple(
                    Item(text(f"{one.raised.event.text} ", entry(one.raised.entry)), source.dissents(one.raised.entry))
                    for one in waiting
                )
            )
        )
    elif answered:
        blocks.append(Paragraph(text("Every question that was raised has been answered.")))
    if answered:
        blocks.append(Heading("Answered"))
        blocks.append(
            Items(
                tuple(
                    Item(
                        text(
                            strong(raised.event.text),
                            f" {answer.event.answer} ({answer.by}, {moment(answer.at)}) ",
                            entry(answer.entry),
                        )
                    )
                    for raised, answer in answered
                )
            )
        )
    nobody = "No open question has been recorded. Add one with “ask-question”: what does nobody know yet?"
    return Section("questions", "Open questions", gap(nobody, blocks))
