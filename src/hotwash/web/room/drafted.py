"""The post-mortem as a part of a page."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.safestring import SafeString, mark_safe

from hotwash.reports.command import Source
from hotwash.reports.document import Document
from hotwash.reports.postmortem import postmortem
from hotwash.web.door import desk
from hotwash.web.room.opened import Room


def document_of(room: Room) -> SafeString:
    """The post-mortem as it stands, drawn."""
    return drawn(draft_of(room))


def draft_of(room: Room) -> Document:
    """The post-mortem as it stands."""
    name = room.system.name if room.system else ""
    return postmortem(room.facts, room.incident, _findings_of(room), system_name=name)


def drawn(document: Document, *, record: str = "") -> SafeString:
    """A document as a part of a page; ``record`` is the address of a page that shows entries it does not hold."""
    from hotwash.reports.render.html import fragment  # heavy, and only needed here

    # Written and escaped by the renderer of reports, which takes nobody's word for HTML.
    return mark_safe(fragment(document, record=record))  # noqa: S308


def command_source(room: Room) -> Source:
    """What the forms of command read."""
    return Source(tuple(room.facts), room.incident, room.system)


def _findings_of(room: Room) -> dict[int, Mapping[str, Any]]:
    """The findings as they lie in the vault; those that were erased are left out."""
    found: dict[int, Mapping[str, Any]] = {}
    for number, said in room.incident.findings.items():
        try:
            found[number] = msgspec.json.decode(desk().vault.get(said.event.digest))
        except LookupError:
            continue
    return found
