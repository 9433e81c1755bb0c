"""The register of the people harmed: the one door through which it is filled, worked on and closed.

Its record is a stream of its own, `redress/<incident>`: one entry a batch, which names the vault's bytes that hold the
changes. The incident's own record is told only what matters to it: that a register was opened, who was taken in, what
was given up, how far it has come, how it was closed.

Invariants:

- A batch is one entry: all of its changes are on record, or none.
- Every change was decided about the very state that it follows: where somebody else wrote meanwhile about the same
  people, everything is decided again.
- Rows follow the record, a piece at a time; whoever comes next goes on where somebody stopped.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date
from itertools import islice
from typing import Any

import msgspec

from hotwash.incident.events.redress import (
    REGISTER,
    BatchAct,
    BatchRecorded,
    PeopleCount,
    RegisterClosed,
    RegisterEvent,
    RegisterFact,
    RegisterOpened,
    RegisterReopened,
)
from hotwash.incident.redress import Owed, Stale
from hotwash.incident.rules.redress import why_close
from hotwash.ledger.entry import Conflict, Entry
from hotwash.ledger.rule import NotAllowed, need
from hotwash.response.desk import TRIES, Desk, NotFound, Person, Recorded
from hotwash.response.records import REDRESS
from hotwash.response.redress.batches import Spool, read
from hotwash.response.redress.kept import Rows, Tally
from hotwash.response.redress.lines import Fault, Line

FAULTS_MAX = 200
"""How many faults of one list are told in full."""
TOUCHED_MAX = 200_000
MILESTONES = (0.25, 0.5, 0.75, 0.9, 1.0)
"""Shares of people made whole that the incident's own record is told by itself."""
_AT_ONCE = 2_000

Lines = Callable[[], Iterable[Line | Fault]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list or an act.

    :param batch: the entry of the register; None if nothing changed
    :param unchanged: lines that say what was known already
    :param left_out: lines from which nothing was taken; ``faults`` tells the first of them
    """

    batch: int | None = None
    changes: int = 0
    people: int = 0
    added: int = 0
    unchanged: int = 0
    left_out: int = 0
    stale: int = 0
    identities: int = 0
    faults: tuple[Fault, ...] = ()


class LinesRefused(NotAllowed):
    """A list was refused whole, because of some of its lines."""

    def __init__(self, taken: Taken) -> None:
        first = taken.faults[0]
        where = f"Line {first.line}: " if first.line else f"{first.person}: " if first.person else ""
        what = "1 line cannot be taken" if taken.left_out == 1 else f"{taken.left_out:,} lines cannot be taken"
        super().__init__(f"Nothing was recorded: {what}. {where}{first.why}")
        self.taken = taken


@dataclass(slots=True)
class _Made:
    """A batch as it is decided."""

    spool: Spool
    people: int = 0
    added: int = 0
    unchanged: int = 0
    left_out: int = 0
    stale: int = 0
    faults: list[Fault] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    persons: set[int] = field(default_factory=set)

    def fault(self, fault: Fault) -> None:
        self.left_out += 1
        self.stale += fault.stale
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(fault)


class Register:
    """The register of one incident.

    :param rows: where its rows are kept beside its record
    :raises NotFound: from every method but `open`, if there is none
    """

    def __init__(self, desk: Desk, rows: Rows, incident_id: str) -> None:
        self.desk, self.rows, self.id = desk, rows, incident_id
        self.stream = REDRESS + incident_id

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        return self.desk.store.head(self.stream).number > 0

    def today(self) -> date:
        """The day that deadlines are held against: in UTC."""
        return self.desk.clock().astimezone(UTC).date()

    def open(self, *, by: Person, finding: int | None = None, note: str = "") -> Recorded:
        """Open it. Raises as `Desk.record` does."""
        recorded = self.desk.step(
            self.id, "open-redress", by=by, right="open-redress", finding=finding, note=note.strip()
        )
        # A crash before this line leaves an incident that names a register without entries: `entries` begins it.
        self._append([RegisterOpened(finding, note.strip())], by=by, expected=0)
        self.rows.begin(self.id, 1)
        return recorded

    def entries(self, *, after: int = 0) -> list[Entry]:
        """The entries of its record.

        :raises NotFound: if there is no register
        """
        entries = list(self.desk.store.read(self.stream, after=after))
        if not entries and not after:
            known = self.desk.incident(self.id).register
            if known is None:
                raise NotFound(f"{self.id} has no register of redress: open one first.")
            by = Person(known.opened.by, "service")
            self._append([RegisterOpened(known.opened.event.finding, known.opened.event.note)], by=by, expected=0)
            return list(self.desk.store.read(self.stream))
        return entries

    def facts(self) -> list[RegisterFact]:
        """What its record says."""
        return [REGISTER.fact(entry) for entry in self.entries()]

    def catch_up(self) -> int:
        """Let the rows follow the record; the entry that they follow to then."""
        while True:
            done = self.rows.applied(self.id)
            if done is None:
                self.entries()
                self.rows.begin(self.id, 0)
                continue
            entries = self.desk.store.read(self.stream, after=done.number)
            if not entries:
                return done.number
            for entry in entries:
                self._take_up(entry, done.piece if entry.number == done.number + 1 else 0)

    def rebuild(self) -> int:
        """Drop the rows and make them again from the record."""
        self.rows.drop(self.id)
        return self.catch_up()

    def tally(self) -> Tally:
        """The register counted, as its rows stand."""
        return self.rows.tally(self.id, today=self.today())

    def work(
        self,
        act: BatchAct,
        lines: Lines,
        *,
        by: Person,
        good_only: bool = False,
        source: str = "",
        source_digest: str = "",
        reason: str = "",
    ) -> Taken:
        """Take up what lines want: all of it, or only what can be taken.

        :param lines: gives them, each time anew
        :raises LinesRefused: if some cannot be taken and ``good_only`` is not asked for
        :raises NotAllowed: if the register is closed
        """
        self.desk.permit(by, "waive-redress" if act == "waive" else "work-redress")
        before = self.catch_up_open()
        for _ in range(TRIES):
            with Spool() as spool:
                made = self._decided(lines(), spool)
                taken = Taken(
                    None, spool.changes, made.people, made.added, made.unchanged, made.left_out, made.stale,
                    faults=tuple(made.faults),
                )  # fmt: skip
                if made.left_out and not good_only:
                    raise LinesRefused(taken)
                if not spool.changes:
                    return taken
                event = BatchRecorded(
                    act, spool.keep(self.desk.vault), spool.changes, made.people, made.added, source[:300],
                    source_digest, reason.strip(), made.left_out,
                )  # fmt: skip
                number = self._appended(event, spool, by=by, expected=before)
            if number is not None:
                return self._told(taken, event, number, by=by)
            before = self.catch_up_open()
        raise NotAllowed("Many people work on the same people at once: try again in a moment.")

    def catch_up_open(self) -> int:
        """As `catch_up`, for whoever wants to change something.

        :raises NotAllowed: if the register is closed
        """
        number = self.catch_up()
        if not self.is_open():
            raise NotAllowed("The register of redress is closed: reopen it first, and say why.")
        return number

    def is_open(self) -> bool:
        """Whether changes are taken up, as its rows stand."""
        done = self.rows.applied(self.id)
        return done is not None and done.open

    def progress_on_record(self, *, by: Person) -> Recorded:
        """Put how far it has come into the incident's own record. Raises as `Desk.record` does."""
        self.desk.permit(by, "work-redress")
        number = self.catch_up()
        self._tell(by)
        return self.desk.step(self.id, "tell-progress", by=by, batch=number, counts=plain(self.tally().counts))

    def close(self, *, by: Person, reason: str = "") -> Recorded:
        """Close it, with its last count. While people wait, somebody must sign why. Raises as `Desk.record` does."""
        self.desk.permit(by, "open-redress")
        for _ in range(TRIES):
            number = self.catch_up()
            counts = self.tally().counts
            why_close(counts, reason)
            # It is closed already where a process died before the incident was told: then only that is left to do.
            if self.is_open():
                try:
                    self._append([RegisterClosed(reason.strip())], by=by, expected=number)
                except Conflict:
                    continue
                self.catch_up()
            self._tell(by)
            return self.desk.step(self.id, "close-redress", by=by, counts=plain(counts), reason=reason.strip())
        raise NotAllowed("Many people work on the register at once: try again in a moment.")

    def reopen(self, *, by: Person, reason: str) -> Recorded:
        """Open it again. Raises as `Desk.record` does."""
        self.desk.permit(by, "open-redress")
        self.catch_up()
        known = self.desk.incident(self.id)
        if self.is_open() or known.register is None or not known.register.open:
            recorded = self.desk.step(self.id, "reopen-redress", by=by, reason=reason)
        else:
            recorded = Recorded(self.id, [], known)
        self.record_beside(RegisterReopened(need(reason, "The reason")), by=by)
        return recorded

    def record_beside(self, event: RegisterEvent, *, by: Person) -> None:
        """Record what changes no remedy, whatever else is written meanwhile."""
        for _ in range(TRIES * 4):
            try:
                self._append([event], by=by, expected=self.desk.store.head(self.stream).number)
            except Conflict:
                continue
            self.catch_up()
            return
        raise NotAllowed("Many people work on the register at once: try again in a moment.")

    def _decided(self, lines: Iterable[Line | Fault], spool: Spool) -> _Made:
        made, waiting = _Made(spool), iter(lines)
        while some := list(islice(waiting, _AT_ONCE)):
            known = self.rows.rows(self.id, sorted({line.person for line in some if isinstance(line, Line)}))
            people = {person for person, _ in known}
            for line in some:
                if isinstance(line, Fault):
                    made.fault(line)
                else:
                    self._decide(line, known.get(line.key), made, known_person=line.person in people)
        spool.ended()
        return made

    def _decide(self, line: Line, before: Owed | None, made: _Made, *, known_person: bool) -> None:
        place = hash(line.key)
        if place in made.seen:
            made.fault(Fault(line.number, line.person, "this person and remedy stand in the list twice."))
            return
        made.seen.add(place)
        try:
            change = line.decide(before)
        except NotAllowed as no:
            made.fault(Fault(line.number, line.person, str(no), stale=isinstance(no, Stale)))
            return
        if change is None:
            made.unchanged += 1
            return
        made.spool.put(change)
        person = hash(line.person)
        if person not in made.persons:
            made.persons.add(person)
            made.people += 1
            made.added += not known_person

    def _appended(self, event: BatchRecorded, spool: Spool, *, by: Person, expected: int) -> int | None:
        """The number of the new entry; None if everything must be decided again."""
        for _ in range(TRIES * 4):
            try:
                return self._append([event], by=by, expected=expected)
            except Conflict as newer:
                entries = self.desk.store.read(self.stream, after=expected)
                if not entries or not self._apart(entries, spool):
                    return None
                expected = max(newer.found, entries[-1].number)
        return None

    def _apart(self, entries: Iterable[Entry], spool: Spool) -> bool:
        """Whether what was recorded meanwhile leaves the register open, and is about other people."""
        touched: set[str] = set()
        for entry in entries:
            event = REGISTER.fact(entry).event
            if isinstance(event, RegisterClosed) or event is None:
                return False
            for piece in event.pieces if isinstance(event, BatchRecorded) else ():
                touched |= {change.person for change in read(self.desk.vault.get(piece.digest))}
                if len(touched) > TOUCHED_MAX:
                    return False
        return not touched or not any(change.person in touched for changes in spool for change in changes)

    def _append(self, events: list[RegisterEvent], *, by: Person, expected: int) -> int:
        now = self.desk.clock()
        drafts = [REGISTER.draft(event, by=by.name, occurred_at=now, recorded_at=now) for event in events]
        return self.desk.store.append(self.stream, drafts, expected=expected)[-1].number

    def _take_up(self, entry: Entry, piece: int) -> None:
        fact = REGISTER.fact(entry)
        pieces = fact.event.pieces if isinstance(fact.event, BatchRecorded) else ()
        for place in range(piece, len(pieces)):
            mine = self.rows.apply(
                self.id,
                read(self.desk.vault.get(pieces[place].digest)),
                number=entry.number,
                piece=place,
                last=place == len(pieces) - 1,
                by=fact.by,
                at=fact.recorded_at,
            )
            if not mine:
                return
        if not pieces:
            self.rows.passed(self.id, entry.number, open=_OPENS.get(type(fact.event)))

    def _told(self, taken: Taken, event: BatchRecorded, number: int, *, by: Person) -> Taken:
        before = self.tally().counts
        self.catch_up()
        after = self.tally().counts
        passed = any(_share(before) < mark <= _share(after) for mark in MILESTONES)
        passed |= before.waiting > 0 == after.waiting
        if event.act in ("import", "waive") or passed:
            self._tell(by)
        if passed:
            self._say("tell-progress", by, batch=number, counts=plain(after))
        return Taken(
            number, taken.changes, taken.people, taken.added, taken.unchanged, taken.left_out, taken.stale,
            faults=taken.faults,
        )  # fmt: skip

    def _tell(self, by: Person) -> None:
        """Tell the incident's own record what it does not know yet: who was taken in, and what was given up."""
        known = self.desk.incident(self.id).register
        counts = plain(self.tally().counts)
        for entry in self.entries(after=known.told if known else 0):
            event = REGISTER.fact(entry).event
            if not isinstance(event, BatchRecorded):
                continue
            who = Person(entry.by, by.role)
            about: dict[str, Any] = {"batch": entry.number, "counts": counts}
            if event.act == "import":
                self._say("tell-import", who, **about, people=event.added, remedies=event.changes, source=event.source)
            elif event.act == "waive":
                self._say("tell-waiver", who, **about, people=event.people, remedies=event.changes, reason=event.reason)

    def _say(self, step: str, by: Person, **words: Any) -> None:
        try:
            self.desk.step(self.id, step, by=by, **words)
        except NotAllowed:
            return  # somebody else has told it meanwhile


_OPENS: dict[type, bool] = {RegisterOpened: True, RegisterClosed: False, RegisterReopened: True}
"""Whether changes are taken up after an event."""


def plain(counts: PeopleCount) -> dict[str, int]:
    """A count as the words of a step."""
    said: dict[str, int] = msgspec.to_builtins(counts)
    return said


def _share(counts: PeopleCount) -> float:
    return counts.whole / counts.people if counts.people else 0.0
