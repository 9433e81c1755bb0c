"""Rules for fault trees: keep a version, say what was found of an event."""

from hotwash.incident.events import Event, TreeEventJudged, TreeKept
from hotwash.incident.events.trees import EventStanding
from hotwash.incident.rules.facts import known_finding
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed, need

TEXT_MAX = 20_000
SIZE_MAX = 1_000
"""Gates and events of a tree that is drawn and solved in a room; larger ones are for the command line."""


def keep_tree(
    incident: Incident, asked: Asked, *, text: str, version: int | None = None, note: str = ""
) -> list[Event]:
    """Keep a fault tree in its short text form. ``version`` is the entry that it was made from; none for a new tree."""
    from hotwash.investigate.trees import Invalid, read

    text = need(text, "The tree").replace("\r\n", "\n")
    if len(text) > TEXT_MAX:
        raise NotAllowed(f"The tree is longer than {TEXT_MAX:,} characters.")
    try:
        tree = read(text, "tree")
    except Invalid as bad:
        raise NotAllowed("\n".join(str(fault) for fault in bad.faults[:10])) from bad
    if len(tree.gates) + len(tree.events) > SIZE_MAX:
        raise NotAllowed(f"The tree has more than {SIZE_MAX:,} gates and events: solve it with `hotwash tree`.")
    known = incident.trees.get(tree.name)
    if known is not None and known.last.entry != version:
        raise NotAllowed(
            f"{known.last.by} kept another version of {tree.name} (entry {known.last.entry}). Make one text of both."
        )
    if known is not None and known.last.event.text == text:
        raise NotAllowed(f"This is what {tree.name} says already.")
    return [TreeKept(tree.name, text, note.strip())]


def judge_tree_event(
    incident: Incident,
    asked: Asked,
    *,
    tree: str,
    event: str,
    standing: EventStanding,
    finding: int | None = None,
    evidence: str = "",
) -> list[Event]:
    """Say whether an event of a tree happened: confirmed or ruled out by a finding or by evidence, or open again."""
    from hotwash.investigate.trees import read

    known = incident.trees.get(tree)
    if known is None:
        raise NotAllowed(f"{incident.id} has no fault tree {tree!r}.")
    if all(one.name != event for one in read(known.last.event.text, "tree").events):
        raise NotAllowed(f"The fault tree {tree} has no event {event!r}.")
    known_finding(incident, finding)
    if standing != "open" and finding is None and not evidence.strip():
        raise NotAllowed("Name the finding that shows it, or say in `evidence` what does.")
    return [TreeEventJudged(tree, event, standing, finding, evidence.strip())]
