"""What the page of causes shows: the tree of whys with its picture, and with what a new factor begins."""

from typing import Any

from django.http import HttpRequest
from django.utils.safestring import mark_safe

from hotwash.incident.events import TreeEventJudged
from hotwash.knowledge.whys import whys
from hotwash.reports.trees import show as tree_of
from hotwash.reports.whys import grow
from hotwash.reports.whys.drawing import svg
from hotwash.web.room.opened import Room


def shown(request: HttpRequest, room: Room) -> dict[str, Any]:
    """What the page of causes shows."""
    incident = room.incident
    observed = [
        (what, title, [said for said in incident.observations if said.event.what == what])
        for what, title in (("well", "What went well"), ("hard", "What was hard"), ("luck", "Where luck helped"))
    ]
    return {"observed": observed, "begin": _begin(request, room), "prompts": whys().asks("first"), **drawn(room)}


def drawn(room: Room) -> dict[str, Any]:
    """The trees with their picture."""
    forest = grow(room.incident)
    picture = mark_safe(svg(forest)) if forest.drawn else ""  # noqa: S308 - made element by element, no text as markup
    return {"forest": forest, "picture": picture}


def _begin(request: HttpRequest, room: Room) -> dict[str, Any]:
    """With what a new factor begins, where somebody came from a finding, an answer or an event of a tree."""
    number = request.GET.get("from", "")
    entry = int(number) if number.isdecimal() and number.isascii() and len(number) < 12 else 0
    incident = room.incident
    if said := incident.findings.get(entry):
        return {"text": said.event.sentence, "finding": str(entry)}
    if cause := incident.whys.get(entry):
        return {"text": cause.event.answer, "supports": str(entry)}
    if 1 <= entry <= room.number and isinstance(judged := room.facts[entry - 1].event, TreeEventJudged):
        kept = incident.trees.get(judged.tree)
        lines = tree_of(kept).lines if kept else ()
        title = next((line.title for line in lines if line.event.name == judged.event), judged.event)
        return {"text": title, "supports": str(entry), "finding": str(judged.finding or "")}
    return {}
