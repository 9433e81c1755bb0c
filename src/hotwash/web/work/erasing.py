"""Erases what a tombstone says is erased: words, files, the register of people, and what is kept beside for speed.

It may be begun again at any point: files go before the words that name them.
"""

from collections.abc import Sequence

from hotwash.incident.events.evidence import digests_in
from hotwash.incident.retention import STAYS
from hotwash.ledger.entry import Entry
from hotwash.response.desk import INCIDENT, Desk
from hotwash.response.jobs import Arguments, Outcome
from hotwash.response.records import REDRESS
from hotwash.web.complaints import telling
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import (
    Inquiry,
    PulseAnswer,
    RedressDay,
    RedressIdentity,
    RedressRow,
    RedressTally,
    ReminderRow,
    SectionEditor,
    Unnamed,
)

_BESIDE = (
    RedressIdentity,
    RedressRow,
    RedressTally,
    RedressDay,
    ReminderRow,
    SectionEditor,
    PulseAnswer,
    Unnamed,
)
"""Tables that hold words of an incident beside its record."""


def erase(desk: Desk, arguments: Arguments) -> Outcome | None:
    """Erase one record, if it has a tombstone and nothing holds it."""
    name = str(arguments["incident"])
    incident = desk.incident(name)
    if incident.erased is None:
        return None
    store = desk.store
    assert isinstance(store, DatabaseStore)
    going = {
        INCIDENT + name: _going(store.read(INCIDENT + name), through=incident.erased.event.through),
        REDRESS + name: _going(store.read(REDRESS + name)),
    }
    digests = {
        digest for entries in going.values() for entry in entries for _, digest in digests_in(entry.kind, entry.body)
    }
    for digest in digests - _named_elsewhere(store, going):
        desk.vault.erase(digest)
    for stream, entries in going.items():
        if entries:
            store.erase(stream, [entry.number for entry in entries])

    def effect() -> None:
        telling.forget_of(name)
        for table in _BESIDE:
            table.objects.filter(incident=name).delete()
        Inquiry.objects.filter(stream=INCIDENT + name).delete()

    return Outcome(effect)


def _going(entries: Sequence[Entry], *, through: int | None = None) -> list[Entry]:
    return [
        entry
        for entry in entries
        if not entry.redacted and entry.kind not in STAYS and (through is None or entry.number <= through)
    ]


def _named_elsewhere(store: DatabaseStore, going: dict[str, list[Entry]]) -> set[str]:
    """The bytes that other records name, or entries of these records that stay."""
    gone = {(stream, entry.number) for stream, entries in going.items() for entry in entries}
    return {
        digest
        for stream in store.streams()
        for entry in store.read(stream)
        if (stream, entry.number) not in gone
        for _, digest in digests_in(entry.kind, entry.body)
    }
