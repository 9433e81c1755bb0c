"""Lines of the timeline as HTML. A room has hundreds of them: they are put together here, not in a template."""

import re
from collections.abc import Iterator
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from hotwash.reports.timeline import Line
from hotwash.web.room.opened import Room
from hotwash.web.templatetags.face import shown_time

SIGNS = {"life": "the incident", "notes": "note"}
"""What a group of entries is called where its own word says too little."""

_NUMBER = re.compile(r"(?P<date>\d{4}-\d\d-\d\d\S*)|(?<![\w&#;.-])-?\d[\d,]*(?:\.\d+)?(?:\s?%)?(?![\w-])")


def drawn(room: Room) -> list[SafeString]:
    """Every line of a room, in order."""
    here, may = reverse("room", args=[room.id]), room.can["dissent"]
    return [draw(line, here, may_dissent=may) for line in room.lines]


def draw(line: Line, here: str, *, may_dissent: bool, oob: bool = False) -> SafeString:
    """One line.

    :param here: the address of the room
    :param oob: to be put in the place of the one that the page shows
    """
    return mark_safe("".join(_parts(line, here, may_dissent=may_dissent, oob=oob)))  # noqa: S308 - escaped piece by piece


def _parts(line: Line, here: str, *, may_dissent: bool, oob: bool) -> Iterator[str]:
    number, zone = line.entry, timezone.get_current_timezone()
    if line.origin:
        # It stands in another record: its number counts there, and what it points at is there.
        here, may_dissent = reverse("room", args=[line.origin]), False
    name = f"{line.origin}-e{number}" if line.origin else f"e{number}"
    anchor = f"{here}#e" if line.origin else "#e"
    finding = next((link.entry for link in line.links if link.rel == "finding"), None)
    others = [link for link in line.links if link.rel != "finding" and link.entry != number]
    charted = line.kind == "finding-recorded" and finding is not None
    kind = " decision" if line.kind == "decision-made" else ""
    erased = " erased" if line.redacted else ""
    swap = ' hx-swap-oob="true"' if oob else ""
    from_there = " joined" if line.origin else ""
    yield f'<li id="{name}" class="{line.group}{kind}{erased}{from_there}"{swap}>'
    yield f'<p class="when">{shown_time(line.happened_at.astimezone(zone))}'
    if line.both_clocks:
        yield f' <span class="known">known {shown_time(line.known_at.astimezone(zone), alone=True)}</span>'
    sign = SIGNS.get(line.group, line.group)
    yield f' <span class="who">{escape(line.by)}</span> <span class="group">{sign}</span>'
    if may_dissent and line.kind != "dissent-recorded":
        yield (
            f' <a class="disagree" href="{here}entries/{number}/#dissent" hx-get="{here}entries/{number}/" '
            f'hx-target="#d{number}" aria-label="Disagree with entry {number}">Disagree</a>'
        )
    if line.origin:
        yield f' <a class="origin" href="{here}#e{number}">{escape(line.origin)}, entry {number}</a></p>'
    else:
        yield f' <a class="anchor" href="#e{number}" aria-label="Entry {number}">{number}</a></p>'
    said = escape(line.sentence)
    if finding is not None and line.group == "harm":
        said = linked(said, f"{here}findings/{finding}/")
    yield f'<p class="said">{said}</p>'
    if charted:
        yield f'<div class="chart" data-chart-from="{here}findings/{number}/chart/"></div>'
    if line.detail:
        detail = escape(line.detail).replace("\n", "<br>")
        yield f'<div class="detail">{detail}</div>'
    if finding is not None or others:
        yield '<p class="under small">'
        if finding is not None:
            words = "How it was computed" if charted else f"Finding {finding}"
            yield f'<a href="{here}findings/{finding}/">{words}</a> '
        yield from (f'<a href="{anchor}{link.entry}">{link.rel} {link.entry}</a> ' for link in others)
        yield "</p>"
    for other in line.elsewhere:
        there = reverse("room", args=[other])
        yield f'<p class="small quiet">Also in <a href="{there}">{escape(other)}</a>, where it was split off to.</p>'
    for dissent in line.dissents:
        yield (
            f'<blockquote class="dissent"><strong>{escape(dissent.by)}</strong> sees it differently: '
            f'{escape(dissent.text)} <a class="small quiet" href="{anchor}{dissent.entry}">entry {dissent.entry}</a>'
            "</blockquote>"
        )
    yield "</li>" if line.origin else f'<div id="d{number}"></div></li>'


def linked(escaped: str, address: str) -> SafeString:
    """Escaped text in which every number leads to its finding. Dates stay as they are."""

    def link(found: re.Match[str]) -> str:
        return found[0] if found["date"] else f'<a class="figure" href="{address}">{found[0]}</a>'

    return mark_safe(_NUMBER.sub(link, escaped))  # noqa: S308 - escaped text, and an address of our own
