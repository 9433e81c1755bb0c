"""The lists and the search, kept beside the records in the transaction that writes them; `rebuild` makes them again.

Two statements an append, whatever the length of the record: the list's line is put in place, and the words of the new
entries are added. Entries that name the record anew put its own words in place too; entries about actions and remedies
put what is due in place as well, and the list of actions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.db import transaction

from hotwash.drills.play.book import DRILL
from hotwash.incident.actions import Action
from hotwash.incident.events import CATALOGUE as INCIDENT_EVENTS
from hotwash.incident.linking import settled_here
from hotwash.incident.state import Incident
from hotwash.incident.state import fold as fold_incident
from hotwash.ledger.entry import Entry
from hotwash.ledger.store import Store
from hotwash.reports.actions import action_due
from hotwash.reports.measuring.figures import figures, plain
from hotwash.reports.status import REGISTER_DUE, what_next
from hotwash.response.desk import INCIDENT, ORGANISATION, SYSTEM
from hotwash.systems import organisation as organisation_state
from hotwash.systems.events import CATALOGUE as SYSTEM_EVENTS
from hotwash.systems.organisation import Organisation
from hotwash.systems.state import System
from hotwash.systems.state import fold as fold_system
from hotwash.web import action_rows, drill_rows, search
from hotwash.web.clock_rows import COUNTED_AGAIN, clock_row, counted
from hotwash.web.entries import entries as read_entries
from hotwash.web.search import Words
from hotwash.web.tables.models import ActionRow, DrillRow, DueRow, EntryRow, IncidentRow, StatusPageRow, SystemRow
from hotwash.web.update_rows import COUNTED_AGAIN as UPDATES
from hotwash.web.update_rows import POSTMORTEMS, claim_pages, postmortem_rows, update_row
from hotwash.web.upsert import Upsert

_UNSEARCHED = frozenset({"digest", "fingerprint", "media_type", "rubric"})
"""Fields whose text nobody searches for."""


class DatabaseIndex:
    """Keeps the promise of `hotwash.response.desk.Index` in the tables.

    :param imports: whether it takes up records that were written elsewhere, which it cannot refuse
    """

    def __init__(self, using: str = "default", *, imports: bool = False) -> None:
        self._using, self._imports = using, imports

    def put_incident(self, incident: Incident, entries: Sequence[Entry]) -> None:
        """See `Index.put_incident`."""
        if not entries:
            return
        timed = incident.awareness or incident.unread
        if any(entry.kind in _DUE_KINDS or (timed and entry.kind in COUNTED_AGAIN) for entry in entries):
            rows = _dues(incident)
            clock = clock_row(incident, entries, using=self._using)
            if clock is not None:
                rows.append(clock)
            put = _PUT_FIRST if entries[0].number == 1 else _PUT
            put([_incident_row(incident, entries, rows)], using=self._using)
            self._put_dues(incident, rows, fresh=entries[0].number == 1 and not self._imports)
        else:
            put = _PUT_FIRST if entries[0].number == 1 else _PUT_AS_DUE
            put([_incident_row(incident, entries, ())], using=self._using)
        if any(entry.kind in action_rows.KINDS for entry in entries):
            action_rows.put(incident, using=self._using, fresh=entries[0].number == 1 and not self._imports)
        if any(entry.kind == "status-page-opened" for entry in entries):
            claim_pages(incident, entries, using=self._using, strict=not self._imports)
        self._put_words(INCIDENT + incident.id, incident.id, incident.title, incident.summary, entries)

    def put_system(self, system: System, entries: Sequence[Entry]) -> None:
        """See `Index.put_system`."""
        if not entries:
            return
        _PUT_SYSTEM([_system_row(system, entries)], using=self._using)
        self._put_words(SYSTEM + system.slug, system.slug, system.name, f"{system.purpose} {system.owner}", entries)

    def put_organisation(self, organisation: Organisation, entries: Sequence[Entry]) -> None:
        """See `Index.put_organisation`: every incident that has clocks is counted again."""
        if not entries:
            return
        streams = (
            EntryRow.objects.using(self._using).filter(kind="awareness-recorded").values_list("stream_id", flat=True)
        )
        for stream in streams.distinct():
            incident = Incident(stream.removeprefix(INCIDENT))
            for entry in read_entries(stream, using=self._using):
                fold_incident(incident, INCIDENT_EVENTS.fact(entry))
            rows = _dues(incident)
            clock = counted(incident, organisation)
            if clock is not None:
                rows.append(clock)
            self._put_dues(incident, rows)
            IncidentRow.objects.using(self._using).filter(id=incident.id).update(**_next_due(rows))

    def _put_dues(self, incident: Incident, rows: Sequence[DueRow], *, fresh: bool = False) -> None:
        dues = DueRow.objects.using(self._using)
        if not fresh:
            dues.filter(incident=incident.id).delete()
        for row in rows:
            row.pk = None
        dues.bulk_create(rows)

    def _put_words(self, stream: str, name: str, title: str, text: str, entries: Sequence[Entry]) -> None:
        named = any(entry.kind in _NAMING_KINDS for entry in entries)
        rows = [Words(stream, 0, title, f"{name} {text}".strip())] if named else []
        for entry in entries:
            words = " · ".join(_texts(entry.body)) if entry.body else ""
            if words:
                rows.append(Words(stream, entry.number, "", words))
        if rows:
            search.put(rows, using=self._using)


def rebuild(store: Store, *, using: str = "default") -> int:
    """Delete the index and make it again from the records; how many records there were."""
    with transaction.atomic(using=using):
        DueRow.objects.using(using).all().delete()
        ActionRow.objects.using(using).all().delete()
        IncidentRow.objects.using(using).all().delete()
        SystemRow.objects.using(using).all().delete()
        StatusPageRow.objects.using(using).all().delete()
        DrillRow.objects.using(using).all().delete()
        search.clear(using=using)
        return take_up(store, store.streams(), using=using)


def take_up(store: Store, streams: Iterable[str], *, using: str = "default") -> int:
    """Put whole records into the index, such as those that were imported; how many there were."""
    index, count = DatabaseIndex(using, imports=True), 0
    for stream in streams:
        entries = store.read(stream)
        if stream.startswith(INCIDENT):
            incident = Incident(stream.removeprefix(INCIDENT))
            for entry in entries:
                fold_incident(incident, INCIDENT_EVENTS.fact(entry))
            index.put_incident(incident, entries)
        elif stream.startswith(SYSTEM):
            system = System(stream.removeprefix(SYSTEM))
            for entry in entries:
                fold_system(system, SYSTEM_EVENTS.fact(entry))
            index.put_system(system, entries)
        elif stream == ORGANISATION:
            catalogue = organisation_state.CATALOGUE
            index.put_organisation(organisation_state.replay([catalogue.fact(entry) for entry in entries]), entries)
        elif stream.startswith(DRILL):
            drill_rows.take_up(stream, entries, using=using)
        else:
            continue
        count += 1
    return count


_PUT_FIRST = Upsert(IncidentRow, unique=("id",), kept=("number", "restricted"))
_PUT = Upsert(IncidentRow, unique=("id",), kept=("number", "restricted", "declared_at"))
_PUT_AS_DUE = Upsert(
    IncidentRow, unique=("id",), kept=("number", "restricted", "declared_at", "next_due_at", "next_due")
)
"""After entries that change nothing of what is due."""
_PUT_SYSTEM = Upsert(SystemRow, unique=("slug",))


def _incident_row(incident: Incident, entries: Sequence[Entry], rows: Sequence[DueRow]) -> IncidentRow:
    severity = incident.severity
    digits = incident.id.rsplit("-", 1)[-1]
    return IncidentRow(
        id=incident.id,
        number=int(digits) if digits.isdecimal() else 0,
        title=incident.title,
        state=incident.standing,
        severity=severity.severity if severity else "",
        provisional=bool(severity and severity.provisional),
        kind=incident.kind,
        harms=list(incident.harms),
        system=(incident.system or "")[:200],
        commander=(incident.commander or "")[:200],
        unsettled=incident.unsettled,
        held=bool(incident.legal_holds),
        erased=incident.erased is not None,
        harm_going_on=incident.harm_going_on,
        harm_since=incident.beginnings[-1].at if incident.beginnings else None,
        next_step=what_next(incident).sentence,
        ended_at=_ended_at(incident) if incident.standing in _OVER else None,
        merged_into=incident.linkage.into[:60],
        declared_at=datetime.fromisoformat(entries[0].occurred_at),
        **_next_due(rows),
        entries=entries[-1].number,
        changed_at=datetime.fromisoformat(entries[-1].recorded_at),
        figures=plain(figures(incident)),
    )


def _ended_at(incident: Incident) -> datetime | None:
    """When its work was over; of an erased record only the times of its entries tell."""
    if incident.endings:
        return incident.endings[-1].at
    return incident.moments[incident.standing][1] if incident.standing in incident.moments else None


def _next_due(rows: Sequence[DueRow]) -> dict[str, Any]:
    due = min((row for row in rows if row.due), key=lambda row: (row.due, row.entry), default=None)
    at = datetime.combine(due.due, time.max, UTC) if due and due.due else None
    return {"next_due_at": at, "next_due": due.what if due else ""}


_NAMING_KINDS = frozenset({"declared", "retitled", "summarised", "system-registered", "owner-changed", "purpose-set"})
"""Entries that change what search knows of the record itself."""

_OVER = frozenset({"resolved", "closed", "not-confirmed"})
"""How an incident stands when its work is over. A merged one goes on elsewhere."""

_DUE_KINDS = frozenset(
    {
        "action-added",
        "action-closed",
        "action-reopened",
        "action-changed",
        "action-done",
        "action-dropped",
        "action-tracked",
        "effect-planned",
        "effect-withdrawn",
        "effect-measured",
        "remedy-owed",
        "remedy-completed",
        "redress-imported",
        "redress-waived",
        "redress-progressed",
        "redress-closed",
        "not-confirmed",
        "reopened",
        "incident-merged",
        "merge-undone",
        "leftover-settled",
    }
    | POSTMORTEMS
    | UPDATES
)
"""Entries after which something else may be due."""


def _dues(incident: Incident) -> list[DueRow]:
    if incident.standing == "not-confirmed":
        return []
    # What the surviving incident took over or closed is no longer due here, nor twice.
    settled = {(one.what, one.entry) for one in settled_here(incident)}
    rows = [
        DueRow(
            incident_id=incident.id,
            entry=entry,
            kind="action",
            what=_what(action),
            owner=action.wanted.owner[:200],
            due=action_due(action),
        )
        for entry, action in incident.actions.items()
        if action.open and ("action", entry) not in settled
    ]
    rows += [
        DueRow(
            incident_id=incident.id,
            entry=entry,
            kind="remedy",
            what=remedy.owed.event.what,
            owner=remedy.owed.event.owner[:200],
            due=remedy.owed.event.due,
            people=remedy.left,
        )
        for entry, remedy in incident.remedies.items()
        if remedy.left and ("remedy", entry) not in settled
    ]
    register = incident.register
    if register is not None and register.counts.waiting and ("register", register.opened.entry) not in settled:
        people, entry = register.counts.waiting, register.opened.entry
        rows.append(DueRow(incident_id=incident.id, entry=entry, kind="remedy", what=REGISTER_DUE, people=people))
    rows += postmortem_rows(incident)
    update = update_row(incident)
    return sorted([*rows, *([update] if update else [])], key=lambda row: row.entry)


def _what(action: Action) -> str:
    """What is still to be done for an action, in the words of a list."""
    if action.to_do:
        return action.wanted.title
    left = "waits for the measurement" if action.planned else "waits for a second person"
    return f"{action.wanted.title} (done, {left})"


def _system_row(system: System, entries: Sequence[Entry]) -> SystemRow:
    running = system.running
    model = running.get("model") or next(iter(running.values()), None)
    gates = [one for one in system.gates.values() if one.retired is None]
    return SystemRow(
        slug=system.slug,
        name=system.name,
        owner=system.owner[:200],
        purpose=system.purpose,
        tier=system.tier,
        state="retired" if system.retired is not None else "running",
        version=(model.event.version if model else "")[:200],
        stop=", ".join(system.stop_authority.people) if system.stop_authority else "",
        has_log=system.log is not None,
        team=system.team[:60],
        has_switch=any(one.described_at for one in system.switches.values()),
        gates=len(gates),
        gates_wanting=sum(one.standing not in ("passed", "never asked") for one in gates),
        entries=entries[-1].number,
        changed_at=datetime.fromisoformat(entries[-1].recorded_at),
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in _UNSEARCHED:
                yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
