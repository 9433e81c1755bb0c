"""Lines of the timeline as HTML. A recorded line never changes, so it is drawn once and kept in this process."""

import re
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from hotwash.reports.timeline import Line
from hotwash.response.desk import Recorded
from hotwash.web.room.opened import Room

SIGNS = {
    "life": "the incident",
    "severity": "severity",
    "story": "story",
    "roles": "roles",
    "containment": "containment",
    "evidence": "evidence",
    "harm": "harm",
    "redress": "redress",
    "causes": "causes",
    "actions": "actions",
    "notes": "note",
    "record": "record",
}
_NUMBER = re.compile(r"(?P<date>\d{4}-\d\d-\d\d\S*)|(?<![\w&#;.-])-?\d[\d,]*(?:\.\d+)?(?:\s?%)?(?![\w-])")


def drawn(room: Room) -> list[SafeString]:
    """Every line of a room, in order."""
    zone, may = timezone.get_current_timezone_name(), room.can["dissent"]
    return [draw(line, room.id, zone, may) for line in room.lines]


@lru_cache(maxsize=20_000)
def draw(line: Line, incident_id: str, zone: str, may_dissent: bool) -> SafeString:  # noqa: ARG001, FBT001
    """One line for a reader in a time zone. The key is the whole line: another line is never shown in its place."""
    finding = next((link.entry for link in line.links if link.rel == "finding"), None)
    sentence = escape(line.sentence)
    if finding is not None and line.group == "harm":
        sentence = linked(sentence, reverse("room-finding", args=[incident_id, finding]))
    return SafeString(
        _template().render(
            {
                "line": line,
                "sentence": sentence,
                "sign": SIGNS[line.group],
                "id": incident_id,
                "finding": finding,
                "chart": line.kind == "finding-recorded" and not line.redacted,
                "may_dissent": may_dissent and line.kind != "dissent-recorded",
                "others": [link for link in line.links if link.rel != "finding" and link.entry != line.entry],
            }
        )
    )


def instead(line: SafeString, entry: int) -> SafeString:
    """The same line, to be put in the place of the one that the page shows."""
    return SafeString(line.replace(f'<li id="e{entry}"', f'<li id="e{entry}" hx-swap-oob="true"', 1))


def linked(escaped: str, address: str) -> SafeString:
    """Escaped text in which every number leads to its finding."""

    def link(found: re.Match[str]) -> str:
        return found[0] if found["date"] else f'<a class="figure" href="{address}">{found[0]}</a>'

    return mark_safe(_NUMBER.sub(link, escaped))  # noqa: S308 - escaped text, and an address of our own


def forget_if_erased(recorded: Recorded) -> None:
    """Drop what was drawn, once words were erased: they shall not stay in memory either."""
    if any(entry.kind == "entry-redacted" for entry in recorded.entries):
        draw.cache_clear()


@lru_cache(maxsize=1)
def _template() -> Any:
    return get_template("room/line.html")
