"""Starting a playbook: one of the library, one that the organisation keeps, or one that is given whole.

Whichever it is, the incident keeps it as it was on that day.
"""

from datetime import datetime
from typing import Any

from hotwash.knowledge.playbooks import plain, shelf
from hotwash.response.desk import Desk, Person, Recorded


def start(
    desk: Desk,
    incident_id: str,
    *,
    by: Person,
    at: datetime | None = None,
    expected: int | None = None,
    **words: Any,
) -> Recorded:
    """Start a playbook in an incident. Raises as `Desk.record` does."""
    return desk.record(incident_id, "start-playbook", by=by, at=at, expected=expected, **_whole(desk, words))


def _whole(desk: Desk, words: dict[str, Any]) -> dict[str, Any]:
    """The words with the content of an own playbook where one is named."""
    name = words.get("playbook")
    if words.get("content") is not None or not isinstance(name, str) or name in {one.id for one in shelf().playbooks}:
        return words
    edition = desk.organisation().playbooks.newest(name)
    if edition is None:
        return words
    origin = f"organisation, entry {edition.entry}"
    return {**words, "content": plain(edition.playbook), "origin": words.get("origin") or origin}
