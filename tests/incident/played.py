"""An incident in memory that verbs are said to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hotwash.incident.events import CATALOGUE, Event
from hotwash.incident.rules import allow
from hotwash.incident.state import Incident, fold
from hotwash.ledger.entry import EMPTY, Head, link
from hotwash.ledger.rule import Asked

NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)


class Played:
    """An incident that verbs are said to, one minute apart."""

    def __init__(self) -> None:
        self.state, self.head, self.now = Incident("INC-2026-0001"), EMPTY, NINE

    def says(self, verb: str, *, by: str = "ana", at: datetime | None = None, **request: Any) -> list[Event]:
        self.now += timedelta(minutes=1)
        events = allow(self.state, verb, Asked(by, at or self.now, self.now), **request)
        for event in events:
            draft = CATALOGUE.draft(event, by=by, occurred_at=at or self.now, recorded_at=self.now)
            entry = link("incident/INC-2026-0001", self.head, draft, salt="00" * 16)
            self.head = Head(entry.number, entry.digest)
            fold(self.state, CATALOGUE.fact(entry))
        return events
