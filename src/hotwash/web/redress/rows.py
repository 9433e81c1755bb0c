"""The rows of registers in the database: the promise of `hotwash.response.redress.kept.Rows`, on both databases.

Invariants:

- A piece of a batch is taken up in one short transaction, and once: the register's line is moved on in it first, so
  whoever comes second finds that it was done. Nobody else who writes waits longer than for one piece.
- Counts are kept by differences in that same transaction, so that no page counts half a million rows.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from django.db import connections

from hotwash.incident.events.redress import PeopleCount
from hotwash.incident.redress import Change, Owed, applied, counted, stands
from hotwash.ledger.entry import Entry
from hotwash.response.redress.kept import Applied, Cell, Key, Page, Point, Tally, Where
from hotwash.web import strongbox
from hotwash.web.entries import LISTED as ENTRY_LISTED
from hotwash.web.entries import entry_of
from hotwash.web.redress.columns import LISTED, PUT, owed, values
from hotwash.web.store import together
from hotwash.web.tables.models import RedressDay, RedressIdentity, RedressRegister, RedressRow, RedressTally

_PURPOSE = "identities of redress"
_AT_ONCE = 500
_LIST_PAGE = 2_000

_ADD = """
    INSERT INTO hotwash_redress_tally ("incident", "remedy", "owner", "group", "state", "currency", "number", "amount")
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT ("incident", "remedy", "owner", "group", "state", "currency") DO UPDATE SET
    "number" = hotwash_redress_tally."number" + excluded."number",
    "amount" = hotwash_redress_tally."amount" + excluded."amount"
"""
_DAY = """
    INSERT INTO hotwash_redress_day
    ("incident", "day", "people", "whole", "waiting", "unreachable", "refused", "waived")
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT ("incident", "day") DO UPDATE SET "people" = excluded."people", "whole" = excluded."whole",
    "waiting" = excluded."waiting", "unreachable" = excluded."unreachable", "refused" = excluded."refused",
    "waived" = excluded."waived"
"""
_ENTRY = f'SELECT {ENTRY_LISTED}, "position" FROM hotwash_entry WHERE stream = %s AND number = %s'  # noqa: S608
_ROWS = f'SELECT {LISTED} FROM hotwash_redress_row WHERE "incident" = %s AND '  # noqa: S608

_Alike = tuple[str, str, str, str, str]


class DatabaseRows:
    """Keeps the promise of `Rows` in the tables of `hotwash.web.tables`."""

    def __init__(self, using: str = "default") -> None:
        self._using = using

    def begin(self, incident: str, number: int) -> None:
        """See `Rows.begin`."""
        RedressRegister.objects.using(self._using).get_or_create(incident=incident, defaults={"number": number})

    def applied(self, incident: str) -> Applied | None:
        """See `Rows.applied`."""
        line = RedressRegister.objects.using(self._using).filter(incident=incident)
        return next((Applied(*found) for found in line.values_list("number", "piece", "open")), None)

    def apply(
        self, incident: str, changes: Sequence[Change], *, number: int, piece: int, last: bool, by: str, at: datetime
    ) -> bool:
        """See `Rows.apply`."""
        # Worked out before the transaction: rows change only with the line below, so they are as they were read if it
        # still stands where it stood.
        standing = self.rows(incident, sorted({change.person for change in changes}))
        after = dict(standing)
        for change in changes:
            key = (change.person, change.remedy)
            after[key] = applied(after.get(key), change, at=at, by=by, batch=number, piece=piece)
        touched = dict.fromkeys((change.person, change.remedy) for change in changes)
        rows = [values(incident, after[key]) for key in touched]
        differences = [(incident, *alike, *more) for alike, more in sorted(_differences(standing, after).items())]
        with together(self._using):
            mine = RedressRegister.objects.using(self._using).filter(incident=incident, number=number - 1, piece=piece)
            if not mine.update(**({"number": number, "piece": 0} if last else {"piece": piece + 1})):
                return False
            with connections[self._using].cursor() as cursor:
                cursor.executemany(PUT, rows)
                cursor.executemany(_ADD, differences)
                if last:
                    counts = self._counts(incident)
                    cursor.execute(_DAY, [incident, at.astimezone(UTC).date().isoformat(), *_listed(counts)])
        return True

    def passed(self, incident: str, number: int, *, open: bool | None) -> None:  # noqa: A002
        """See `Rows.passed`."""
        mine = RedressRegister.objects.using(self._using).filter(incident=incident, number=number - 1, piece=0)
        mine.update(number=number, **({} if open is None else {"open": open}))

    def entry(self, stream: str, number: int) -> Entry:
        """See `Rows.entry`."""
        with connections[self._using].cursor() as cursor:
            cursor.execute(_ENTRY, [stream, number])
            row = cursor.fetchone()
        if row is None:
            raise LookupError(f"{stream} has no entry {number}.")
        return entry_of(row)

    def rows(self, incident: str, people: Iterable[str]) -> dict[Key, Owed]:
        """See `Rows.rows`."""
        found: dict[Key, Owed] = {}
        named = list(people)
        for start in range(0, len(named), _AT_ONCE):
            some = named[start : start + _AT_ONCE]
            for row in self._fetched(f'{_ROWS} "person" IN ({", ".join(["%s"] * len(some))})', [incident, *some]):
                one = owed(row)
                found[one.person, one.remedy] = one
        return found

    def page(self, incident: str, where: Where, *, after: Key | None, limit: int, today: date) -> Page:
        """See `Rows.page`."""
        condition, words = _condition(where, today)
        if after is not None:
            condition += ' AND ("person", "remedy") > (%s, %s)'
            words += after
        statement = f'{_ROWS} {condition} ORDER BY "person", "remedy" LIMIT %s'
        rows = [owed(row) for row in self._fetched(statement, [incident, *words, limit + 1])]
        more = len(rows) > limit
        return Page(rows[:limit], (rows[limit - 1].person, rows[limit - 1].remedy) if more else None)

    def all(self, incident: str, where: Where, *, today: date) -> Iterator[Owed]:
        """See `Rows.all`."""
        after: Key | None = None
        while True:
            page = self.page(incident, where, after=after, limit=_LIST_PAGE, today=today)
            yield from page.rows
            after = page.after
            if after is None:
                return

    def tally(self, incident: str, *, today: date) -> Tally:
        """See `Rows.tally`."""
        alike = (
            RedressTally.objects.using(self._using)
            .filter(incident=incident, number__gt=0)
            .order_by("remedy", "owner", "group", "state", "currency")
            .values_list("remedy", "owner", "group", "state", "currency", "number", "amount")
        )
        groups: dict[str, Counter[str]] = {}
        people: Counter[Any] = Counter()
        cells = []
        for remedy, owner, group, state, currency, number, amount in alike:
            if remedy:
                cells.append(Cell(remedy, owner, group, state, currency, number, amount))
            else:
                people[state] += number
                groups.setdefault(group, Counter())[state] += number
        rows = RedressRow.objects.using(self._using).filter(incident=incident, open=True)
        oldest = rows.order_by("since").values_list("since", flat=True).first()
        dated = rows.exclude(due="")
        coming = dated.filter(due__gte=today.isoformat()).order_by("due").values_list("due", flat=True).first()
        late = dated.filter(due__lt=today.isoformat()).count()
        return Tally(
            counted(people),
            groups,
            cells,
            datetime.fromisoformat(oldest) if oldest else None,
            date.fromisoformat(coming) if coming else None,
            late,
        )

    def over_time(self, incident: str) -> list[Point]:
        """See `Rows.over_time`."""
        days = RedressDay.objects.using(self._using).filter(incident=incident).order_by("day")
        listed = days.values_list("day", "people", "whole", "waiting", "unreachable", "refused", "waived")
        return [Point(date.fromisoformat(day), PeopleCount(*counts)) for day, *counts in listed]

    def drop(self, incident: str) -> None:
        """See `Rows.drop`."""
        with together(self._using):
            for table in (RedressRow, RedressTally, RedressDay, RedressRegister):
                table._default_manager.using(self._using).filter(incident=incident).delete()

    def keep_identities(self, incident: str, identities: Mapping[str, Mapping[str, str]]) -> int:
        """See `Rows.keep_identities`."""
        kept = RedressIdentity.objects.using(self._using)
        known: set[str] = set()
        named = list(identities)
        for start in range(0, len(named), _AT_ONCE):
            some = named[start : start + _AT_ONCE]
            known |= set(kept.filter(incident=incident, person__in=some).values_list("person", flat=True))
        new = [
            RedressIdentity(
                incident=incident,
                person=person,
                sealed=strongbox.put_in(json.dumps(dict(identity), ensure_ascii=False), purpose=_PURPOSE),
            )
            for person, identity in identities.items()
            if person not in known
        ]
        with together(self._using):
            kept.bulk_create(new, ignore_conflicts=True, batch_size=_AT_ONCE)
        return len(new)

    def identities(self, incident: str, people: Iterable[str]) -> dict[str, dict[str, str]]:
        """See `Rows.identities`."""
        found: dict[str, dict[str, str]] = {}
        named = list(people)
        for start in range(0, len(named), _AT_ONCE):
            kept = RedressIdentity.objects.using(self._using).filter(
                incident=incident, person__in=named[start : start + _AT_ONCE]
            )
            for person, sealed in kept.values_list("person", "sealed"):
                opened = strongbox.take_out(sealed, purpose=_PURPOSE)
                if opened:
                    found[person] = json.loads(opened)
        return found

    def erase_identities(self, incident: str, people: Iterable[str] | None) -> int:
        """See `Rows.erase_identities`."""
        kept = RedressIdentity.objects.using(self._using).filter(incident=incident)
        if people is None:
            return kept.delete()[0]
        named = list(people)
        return sum(
            kept.filter(person__in=named[start : start + _AT_ONCE]).delete()[0]
            for start in range(0, len(named), _AT_ONCE)
        )

    def _counts(self, incident: str) -> PeopleCount:
        people: Counter[Any] = Counter()
        rows = RedressTally.objects.using(self._using).filter(incident=incident, remedy="")
        for state, number in rows.values_list("state", "number"):
            people[state] += number
        return counted(people)

    def _fetched(self, statement: str, words: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connections[self._using].cursor() as cursor:
            cursor.execute(statement, words)
            return list(cursor.fetchall())


def _differences(before: Mapping[Key, Owed], after: Mapping[Key, Owed]) -> dict[_Alike, tuple[int, int]]:
    """What changes of the tally: how many more are alike, and how much more money that is."""
    number: Counter[_Alike] = Counter()
    money: Counter[_Alike] = Counter()
    for sign, rows in ((-1, before), (1, after)):
        for alike, one in counted_alike(rows.values()):
            number[alike] += sign
            money[alike] += sign * one
    return {alike: (number[alike], money[alike]) for alike in number if number[alike] or money[alike]}


def counted_alike(rows: Iterable[Owed]) -> Iterator[tuple[_Alike, int]]:
    """What each remedy, and each person with all of theirs, counts as in the tally; with its money."""
    for _, some in groupby(sorted(rows, key=lambda one: (one.person, one.remedy)), key=lambda one: one.person):
        theirs = list(some)
        for one in theirs:
            yield (one.remedy, one.owner, one.group, one.state, one.currency), one.amount
        # A person belongs to the group of the first of their remedies.
        yield ("", "", theirs[0].group, stands(theirs), ""), 0


def _listed(counts: PeopleCount) -> tuple[int, ...]:
    return counts.people, counts.whole, counts.waiting, counts.unreachable, counts.refused, counts.waived


def _condition(where: Where, today: date) -> tuple[str, tuple[Any, ...]]:
    parts, words = ["TRUE"], []
    for name in ("state", "remedy", "owner", "group", "language", "person"):
        if word := getattr(where, name):
            parts.append(f'"{name}" = %s')
            words.append(word)
    if where.open is not None:
        parts.append('"open"' if where.open else 'NOT "open"')
    if where.late:
        # Not by the index of days: it would have all that are late sorted by their keys before the first is shown.
        parts.append('"open" AND "due" <> \'\' AND "due" || \'\' < %s')
        words.append(today.isoformat())
    return " AND ".join(parts), tuple(words)
