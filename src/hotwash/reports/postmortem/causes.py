"""Why it happened, without blame: factors with their whys, what went well, what nobody knows yet."""

from collections.abc import Iterator

from hotwash.incident.causes import Factor
from hotwash.reports import trees
from hotwash.reports.document import (
    Block,
    Callout,
    Drawing,
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
from hotwash.reports.whys import Node, grow
from hotwash.reports.whys.drawing import svg


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
    forest = grow(source.incident)
    for hint in forest.hints:
        if hint.kind == "single":
            yield Callout("warning", text(hint.text))
    for node in forest.factors:
        yield Items((_item(source, node),))
    if forest.chains:
        yield Heading("Other chains of why")
        yield Items(tuple(_item(source, node) for node in forest.chains))
    if forest.drawn:
        words = "What contributed stands on the left, the answers to why on the right; a dashed edge is a belief."
        yield Drawing("whys", svg(forest), text(words))
    looked = [hint for hint in forest.hints if hint.kind != "single" and hint.entry is not None]
    if looked:
        yield Heading("Where to ask on")
        yield Items(tuple(Item(text(f"{hint.text} ", entry(hint.entry or 0))) for hint in looked))
    if forest.factors:
        yield Callout(
            "note",
            text(
                "Factors are conditions, not people. What rests on a belief is marked: ask the log before acting on it."
            ),
        )


def _item(source: Source, node: Node) -> Item:
    """A factor or an answer with those below it."""
    event, head = node.cause.event, strong(node.question or node.text)
    said = f" {node.text} (" if node.question else f" ({node.tag}{_named(node)}; "
    if node.withdrawn:
        reason = node.cause.withdrawn.event.reason if node.cause.withdrawn else ""
        told = text(head, said.rstrip(" (") if node.question else "", f" – taken back: {reason} ", entry(node.entry))
    else:
        rests = rests_on(event.finding, event.evidence, event.supports, believed=node.believed)
        told = text(head, said, *rests, ") ", entry(node.entry))
    return Item(told, (*source.dissents(node.entry), *(_item(source, one) for one in node.below)))


def _named(node: Node) -> str:
    """What AIID and MIT call a factor, where somebody said so."""
    if not isinstance(node.cause, Factor):
        return ""
    event = node.cause.event
    causes = ", ".join(part for part in (event.entity, event.intent, event.timing) if part)
    failures = f"; GMF: {', '.join(event.failures)}" if event.failures else ""
    return failures + (f"; MIT: {causes}" if causes else "")


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
