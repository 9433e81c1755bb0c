"""One line of a list as what is to be done: somebody taken into the register, or a result of work on it."""

import base64
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256

from hotwash.incident.redress import REMEDIES, Act, Change, Owed, Wanted, added, changed
from hotwash.knowledge.duties import duties
from hotwash.knowledge.redress import redress
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.deadlines import days_of, limit
from hotwash.response.redress import cells
from hotwash.response.redress.files import Row
from hotwash.response.redress.kept import Key
from hotwash.response.request import BadRequest

FIELDS_MAX = 20
"""Further columns of a list that the register keeps."""

KNOWN = ("person", "remedy", "owner", "due", "harm", "group", "language", "amount", "currency")
_RESULTS = {"state", "version", "proof"}
_ACTS: dict[str, Act] = {
    "assigned": "assign",
    "in-work": "start",
    "done": "done",
    "refused": "refused",
    "unreachable": "unreachable",
    "waived": "waive",
    "reopened": "reopen",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A line from which nothing was taken, and why. ``stale``: something newer is known."""

    line: int
    person: str
    why: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What one line wants of one remedy of one person."""

    number: int
    person: str
    remedy: str
    decide: Callable[[Owed | None], Change | None]

    @property
    def key(self) -> Key:
        """Which remedy is meant."""
        return self.person, self.remedy


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every line of a list that does not say it itself.

    :param person: the column with the key
    :param remedies: what is owed, where no column says it; one line may then owe several
    :param deadline: a rule of `knowledge.redress` that finds the day from the column ``start``
    :param identities: columns that say who the person is: they are sealed, and stand in no record
    :param pseudonyms: keep the column ``person`` as an identity too, under a key that is made from it
    """

    person: str = "person"
    remedies: tuple[str, ...] = ()
    owner: str = ""
    due: str = ""
    harm: str = ""
    language: str = ""
    amount: str = ""
    currency: str = ""
    deadline: str = ""
    start: str = ""
    place: str = ""
    identities: tuple[str, ...] = ()
    pseudonyms: bool = False


class Reader:
    """Reads lines of people to be taken in, under terms.

    :param columns: of the list; none where they differ from line to line
    :raises BadRequest: if the terms do not fit the list
    """

    def __init__(self, terms: Terms, columns: Iterable[str], *, incident: str, secret: bytes) -> None:
        self.terms, self._incident, self._secret = terms, incident, secret
        named = tuple(columns)
        self._check(named)
        taken = {*KNOWN, terms.person, terms.start, *terms.identities}
        self._more = tuple(name for name in named if name not in taken)
        if len(self._more) > FIELDS_MAX:
            raise BadRequest(
                "file", f"it has {len(self._more)} columns beside those that are known; {FIELDS_MAX} can be kept."
            )
        self._due = _rule(terms) if terms.deadline else None

    def lines(self, rows: Iterable[Row]) -> Iterator[Line | Fault]:
        """What each row wants."""
        for number, row in rows:
            if isinstance(row, str):
                yield Fault(number, "", row)
                continue
            try:
                yield from self._lines(number, row)
            except NotAllowed as no:
                yield Fault(number, row.get(self.terms.person, "")[: cells.KEY_MAX], str(no))

    def identities(self, rows: Iterable[Row]) -> Iterator[tuple[str, dict[str, str]]]:
        """Who each person is, of those lines that can be read."""
        if not (self.terms.identities or self.terms.pseudonyms):
            return
        for _, row in rows:
            if isinstance(row, str):
                continue
            try:
                person = self.key(row)
                known = {name: cells.text(row.get(name, ""), name) for name in self.terms.identities}
                if self.terms.pseudonyms:
                    known[self.terms.person] = cells.key(row.get(self.terms.person, ""))
            except NotAllowed:
                continue
            if any(known.values()):
                yield person, {name: word for name, word in known.items() if word}

    def key(self, row: Mapping[str, str]) -> str:
        """The key of a line's person.

        :raises NotAllowed: if there is none
        """
        key = cells.key(row.get(self.terms.person, ""))
        if not self.terms.pseudonyms:
            return key
        made = hmac.new(self._secret, f"{self._incident}\n{key}".encode(), sha256).digest()
        return "p-" + base64.b32encode(made)[:20].decode().lower()

    def _lines(self, number: int, row: Mapping[str, str]) -> Iterator[Line]:
        terms, person = self.terms, self.key(row)
        amount = cells.amount(row.get("amount", "") or terms.amount)
        currency = cells.currency(row.get("currency", "") or terms.currency)
        if amount and not currency:
            raise NotAllowed("currency is missing beside an amount.")
        due = cells.day(row.get("due", "") or terms.due, "due")
        if due is None and self._due is not None:
            due = self._due(row.get(terms.start, ""))
        fields = {name: word for name in self._more if (word := cells.text(row.get(name, ""), name[:40]))}
        for remedy in self._remedies(row):
            money = redress().remedy(remedy).amount
            line = Change(
                person,
                remedy,
                owner=cells.text(row.get("owner", "") or terms.owner, "owner", length=200) or None,
                due=due.isoformat() if due else None,
                harm=cells.text(row.get("harm", "") or terms.harm, "harm") or None,
                group=cells.text(row.get("group", ""), "group", length=200) or None,
                language=cells.language(row.get("language", "") or terms.language) or None,
                amount=amount if money and amount else None,
                currency=currency if money and amount else None,
                fields=fields or None,
            )
            yield Line(number, person, remedy, lambda before, line=line: added(line, before))  # type: ignore[misc]

    def _remedies(self, row: Mapping[str, str]) -> tuple[str, ...]:
        said = cells.text(row.get("remedy", ""), "remedy", length=40)
        if said and said not in REMEDIES:
            raise NotAllowed(f"remedy is none of {', '.join(REMEDIES)}.")
        found = (said,) if said else self.terms.remedies
        if not found:
            raise NotAllowed("remedy is empty: say what is owed.")
        return found

    def _check(self, columns: tuple[str, ...]) -> None:
        terms = self.terms
        if columns and terms.person not in columns:
            raise BadRequest("person", f"the list has no column “{terms.person[:80]}”: name the one with the key.")
        if columns and _RESULTS & set(columns):
            raise BadRequest("file", "it has columns of results (state, version, proof): take it in as results.")
        for name in (*terms.identities, *((terms.start,) if terms.start else ())):
            if columns and name not in columns:
                raise BadRequest("file", f"it has no column “{name[:80]}”.")
        if unknown := [one for one in terms.remedies if one not in REMEDIES]:
            raise BadRequest("remedy", f"{unknown[0][:40]} is none of {', '.join(REMEDIES)}.")
        if terms.deadline and not terms.start:
            raise BadRequest("start", "name the column with the day from which the deadline is counted.")
        try:
            cells.day(terms.due, "due")
            cells.amount(terms.amount)
            cells.currency(terms.currency)
            cells.language(terms.language)
        except NotAllowed as no:
            raise BadRequest("", str(no)) from no


def _rule(terms: Terms) -> Callable[[str], date]:
    try:
        rule = redress().deadline(terms.deadline)
    except KeyError:
        known = ", ".join(one.id for one in redress().deadlines)
        raise BadRequest("deadline", f"there is no rule {terms.deadline[:40]!r}. There are {known}.") from None
    duty = duties().duties[rule.duty]
    stage, days = duty.stage(rule.stage), days_of(terms.place or duty.place)

    def due(text: str) -> date:
        day = cells.day(text, terms.start)
        if day is None:
            raise NotAllowed(f"{terms.start} is empty: the deadline is counted from it.")
        start = days.at(day, time())
        return limit(start, stage.n, stage.unit, stage.calendar or duty.calendar, days).deadline.date()

    return due


def results(rows: Iterable[Row], *, remedy: str, may_waive: bool) -> Iterator[Line | Fault]:
    """What each row of a list of results wants. A row without a state, or still ``owed``, wants nothing."""
    for number, row in rows:
        if isinstance(row, str):
            yield Fault(number, "", row)
            continue
        try:
            if line := _result(number, row, remedy, may_waive=may_waive):
                yield line
        except NotAllowed as no:
            yield Fault(number, row.get("person", "")[: cells.KEY_MAX], str(no))


def _result(number: int, row: Mapping[str, str], remedy: str, *, may_waive: bool) -> Line | None:
    state = cells.text(row.get("state", ""), "state", length=40).lower()
    if state in ("", "owed"):
        return None
    if state not in _ACTS:
        raise NotAllowed(f"state is none of {', '.join(_ACTS)}.")
    meant = cells.text(row.get("remedy", ""), "remedy", length=40) or remedy
    if meant not in REMEDIES:
        raise NotAllowed(f"remedy is none of {', '.join(REMEDIES)}.")
    wanted = Wanted(
        cells.key(row.get("person", "")),
        meant,
        _ACTS[state],
        owner=cells.text(row.get("owner", ""), "owner", length=200),
        proof=cells.text(row.get("proof", ""), "proof"),
        reason=cells.text(row.get("reason", ""), "reason"),
        version=cells.whole(row.get("version", ""), "version"),
        at=cells.moment(row.get("at", ""), "at"),
    )

    def decide(before: Owed | None) -> Change | None:
        change = changed(wanted, before)
        if change is not None and wanted.act == "waive" and not may_waive:
            raise NotAllowed("your role may not give up a remedy: ask somebody who commands.")
        return change

    return Line(number, wanted.person, meant, decide)


def wanted_of(wanted: Wanted, number: int = 0) -> Line:
    """What somebody's own word wants."""
    return Line(number, wanted.person, wanted.remedy, lambda before: changed(wanted, before))


def moments(at: datetime) -> str:
    """A time in a list."""
    return at.isoformat().replace("+00:00", "Z")
