"""Rules for the organisation's own playbooks: keep an edition, withdraw one."""

import re
from collections.abc import Callable
from typing import Any

from hotwash.knowledge.playbooks import BadPlaybook, Level, read, shelf
from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems.organisation import Event, Organisation
from hotwash.systems.playbooks import PlaybookKept, PlaybookWithdrawn

BOOKS_MAX, SYSTEMS_MAX = 200, 200


def keep_playbook(
    organisation: Organisation,
    asked: Asked,
    *,
    content: dict[str, Any],
    systems: tuple[str, ...] = (),
    tiers: tuple[Level, ...] = (),
    reason: str = "",
) -> list[Event]:
    """Keep an edition of a playbook of one's own. It is offered beside the library's from now on."""
    try:
        book = read(content)
    except BadPlaybook as bad:
        raise NotAllowed(str(bad)) from bad
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", book.id):
        raise NotAllowed("id: use lower-case letters, digits and hyphens, at most 60.")
    if book.id in {one.id for one in shelf().playbooks}:
        raise NotAllowed(f"id: the library has a playbook “{book.id}”: give yours an id of its own.")
    own = organisation.playbooks
    if book.id not in own.editions and len(own.editions) >= BOOKS_MAX:
        raise NotAllowed(f"{BOOKS_MAX} playbooks are kept already.")
    if len(systems) > SYSTEMS_MAX:
        raise NotAllowed(f"{SYSTEMS_MAX} AI systems can be named.")
    kept = PlaybookKept(book, tuple(dict.fromkeys(systems)), tuple(dict.fromkeys(tiers)), reason.strip())
    newest = own.newest(book.id)
    if newest is not None and newest.event == PlaybookKept(book, kept.systems, kept.tiers, newest.event.reason):
        raise NotAllowed(f"This is edition {book.version} of “{book.title}” as it is kept already.")
    for edition in own.editions.get(book.id, ()):
        if edition.playbook.version == book.version and edition.playbook != book:
            raise NotAllowed(f"version: there is an edition {book.version} already, with other words. Name another.")
    return [kept]


def withdraw_playbook(organisation: Organisation, asked: Asked, *, playbook: str, reason: str) -> list[Event]:
    """Offer an own playbook no longer. Its editions stay, and what runs by it goes on."""
    if organisation.playbooks.newest(playbook) is None:
        raise NotAllowed(f"“{playbook[:60]}” is no playbook of the organisation's own that stands.")
    return [PlaybookWithdrawn(playbook, need(reason, "The reason"))]


RULES: tuple[Callable[..., list[Event]], ...] = (keep_playbook, withdraw_playbook)
"""The verbs of own playbooks."""
