"""A fault tree of an incident held against what was found: which causes remain, which barrier would have stopped most
paths.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hotwash.incident.state import Incident
from hotwash.incident.trees import KeptTree
from hotwash.investigate.trees import Event, Invalid, Tree, read
from hotwash.investigate.trees.barriers import Cause, Findings, against
from hotwash.reports.document import (
    Block,
    Callout,
    Code,
    Heading,
    Paragraph,
    Row,
    Table,
    entry,
    text,
)
from hotwash.reports.phrases import count
from hotwash.reports.tree_words import STANDINGS
from hotwash.reports.trees_drawing import svg, values_of
from hotwash.reports.trees_layout import shown

CAUSES_MAX = 40
PATHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """An event of a tree with what is known of it: the cause that it is on remaining paths, if it is one."""

    event: Event
    title: str
    standing: str
    entry: int | None
    finding: int | None
    evidence: str
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that a page or a report says of one kept tree."""

    kept: KeptTree
    tree: Tree
    findings: Findings | None
    lines: tuple[Line, ...]
    sentence: str
    barrier: str
    paths: tuple[tuple[str, ...], ...]
    established: tuple[tuple[str, ...], ...]

    def picture(self) -> str:
        """The tree as SVG, with what is known of its events."""
        known = {line.event.name: line.standing for line in self.lines if line.standing != "open"}
        return svg(self.tree, values=values_of(self.tree), standing=known)


def show(kept: KeptTree) -> Shown:
    """One tree as it stands.

    :raises Invalid: if its text is no tree for this version of the program any more
    """
    tree = read(kept.last.event.text, "tree")
    judged = {name: said for name, said in kept.standing.items() if any(one.name == name for one in tree.events)}
    findings = against(tree, {name: said.event.standing for name, said in judged.items()})
    causes = {one.name: one for one in findings.causes} if findings else {}
    titles = shown(tree)
    lines = []
    for event in tree.events:
        said = judged.get(event.name)
        lines.append(
            Line(
                event=event,
                title=titles[event.name],
                standing=said.event.standing if said else "open",
                entry=said.entry if said else None,
                finding=said.event.finding if said else None,
                evidence=said.event.evidence if said else "",
                cause=causes.get(event.name),
            )
        )
    lines.sort(key=lambda line: -(line.cause.stops if line.cause else 0))

    def named(paths: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(titles.get(name, name) for name in path) for path in paths)

    return Shown(
        kept=kept,
        tree=tree,
        findings=findings,
        lines=tuple(lines),
        sentence=_sentence(findings),
        barrier=_barrier(findings, titles),
        paths=named(findings.listed[:PATHS_SHOWN]) if findings else (),
        established=named(findings.established) if findings else (),
    )


def _sentence(found: Findings | None) -> str:
    if found is None:
        return "This tree is too large for a page; solve it with “hotwash tree solve”."
    if found.paths == 0:
        return "Nothing in this tree leads to its top event."
    if found.impossible:
        return "What was ruled out leaves no path: the tree lacks a cause, or something was ruled out that happened."
    verb = "remains" if found.remaining == 1 else "remain"
    gone = f"{found.remaining:,} of {count(found.paths, 'path', 'paths')} {verb}."
    if found.explained:
        return f"{gone} What is confirmed is enough to explain what happened."
    return f"{gone} What is confirmed does not explain it yet."


def _barrier(found: Findings | None, titles: Mapping[str, str]) -> str:
    if found is None or not found.causes:
        return ""
    best = found.causes[0]
    equals = [one for one in found.causes if one.stops == best.stops]
    names = " or at ".join(f"“{titles[one.name]}”" for one in equals[:3])
    whole = best.stops == found.remaining
    whole = best.stops == found.remaining
    how_many = "every remaining path" if whole else f"{best.stops:,} of {found.remaining:,} paths"
    return f"A single barrier at {names} would have stopped {how_many}."


def blocks(incident: Incident) -> Iterator[Block]:
    """The fault trees of an incident in its post-mortem."""
    for kept in incident.trees.values():
        yield from _blocks(kept)


def _blocks(kept: KeptTree) -> Iterator[Block]:
    try:
        one = show(kept)
    except Invalid:
        yield Callout("missing", text(f"The fault tree {kept.name} cannot be read by this version of the program."))
        return
    yield Heading(f"Fault tree: {one.tree.title or one.tree.name}")
    yield Paragraph(text(f"{one.sentence} {one.barrier} ", entry(kept.last.entry)))
    rows = [
        Row((text(line.title), text(STANDINGS[line.standing]), text(_stops(line))), line.entry)
        for line in one.lines[:CAUSES_MAX]
    ]
    yield Table(("Cause", "Standing", "Paths that a barrier there stops"), (56, 18, 26), tuple(rows))
    yield Code(kept.last.event.text)


def _stops(line: Line) -> str:
    return f"{line.cause.stops:,} ({line.cause.share:.0%})" if line.cause else "none"
