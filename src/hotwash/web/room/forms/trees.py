"""Forms about fault trees: a version of one, and what was found of an event."""

from typing import Any

from django.urls import reverse

from hotwash.incident.state import Incident
from hotwash.reports.tree_words import STANDINGS
from hotwash.web.room.forms.act import Act, choice, findings_of, line, passage, shown_by

_BEGIN = """tree harm "What went wrong"
top harm

gate harm "The harm" = wrong AND unnoticed
event wrong "The model was wrong"
event unnoticed "Nobody noticed"
"""


class KeepTree(Act):
    """A version of a fault tree."""

    verb, tab, button, fixed = "keep-tree", "tree", "Keep this version", ("tree", "version")
    text = passage(
        "The tree",
        rows=18,
        help_text="Each gate and event on a line of its own. A gate: A AND B, A OR B, 2 OF (A, B, C), A IF condition.",
    )
    note = line("What changed", required=False)

    def settle(self, incident: Incident) -> None:
        """Begin with the version as it stands, and draw while somebody writes."""
        known = incident.trees.get(str(self.initial.get("tree") or self.data.get("tree") or ""))
        self.initial["text"] = known.last.event.text if known else self.initial.get("text") or _BEGIN
        self.fields["text"].widget.attrs |= {
            "class": "code",
            "spellcheck": "false",
            "hx-post": reverse("room-tree-preview", args=[incident.id]),
            "hx-trigger": "load, input changed delay:600ms",
            "hx-target": "#tree-preview",
            "hx-include": "closest form",
        }

    def words(self) -> dict[str, Any]:
        """The name stands in the text."""
        return {name: value for name, value in super().words().items() if name != "tree"}


class JudgeTreeEvent(Act):
    """Whether an event of a tree happened."""

    verb, tab, button, fold, first = "judge-tree-event", "tree", "Record it", "Say what was found", False
    fixed = ("tree", "event")
    beside = ("standing", "finding")
    standing = choice("It is", list(STANDINGS.items()))
    finding = shown_by()
    evidence = line("Or what else shows it", required=False)

    def settle(self, incident: Incident) -> None:
        """Offer the findings."""
        findings_of(self.fields["finding"], incident)
