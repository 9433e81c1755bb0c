"""What people do to a register: take lists in, work on it by hand or by filter, and put results in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hotwash.incident.events.redress import BatchAct
from hotwash.incident.redress import ACTS, REMEDIES, Act, Owed, Wanted
from hotwash.investigate import Affected
from hotwash.knowledge.access import may
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Person
from hotwash.response.redress import cells
from hotwash.response.redress.files import ListFile, Row
from hotwash.response.redress.kept import Key, Where
from hotwash.response.redress.lines import Fault, Line, Reader, Terms, results, wanted_of
from hotwash.response.redress.register import Register, Taken
from hotwash.response.request import BadRequest

BY_HAND_MAX = 1_000
"""How many people one may name by hand."""
_AT_ONCE = 500


def take_in(
    register: Register, file: ListFile, terms: Terms, *, by: Person, secret: bytes, good_only: bool = False
) -> Taken:
    """Take the people of a list into the register. Raises as `Register.work` does, and `BadRequest` of the file."""
    columns = () if file.format == "jsonl" else file.columns()
    if file.format == "jsonl":
        columns = _columns_of(file)
    reader = Reader(terms, columns, incident=register.id, secret=secret)
    return _taken_in(register, reader, file, by=by, good_only=good_only, source=file.name, digest=file.digest())


def take_in_affected(
    register: Register, affected: Affected, terms: Terms, *, by: Person, secret: bytes, finding: int
) -> Taken:
    """Take in the people of a blast radius: under keys made from their ids, which are sealed beside."""
    terms = replace(terms, person="subject", pseudonyms=True)
    reader = Reader(terms, ("subject", "first", "last", "times"), incident=register.id, secret=secret)
    source = f"finding {finding}"
    return _taken_in(register, reader, _People(affected), by=by, source=source, digest=affected.fingerprint)


class _People:
    """The people of a blast radius as rows, read from the log each time anew."""

    def __init__(self, affected: Affected) -> None:
        self._affected = affected

    def __iter__(self) -> Iterator[Row]:
        for number, person in enumerate(self._affected, 1):
            first, last = (moment.isoformat() if moment else "" for moment in (person.first, person.last))
            yield number, {"subject": person.id, "first": first, "last": last, "times": str(person.times)}


def _columns_of(file: ListFile) -> tuple[str, ...]:
    """Every name that a line of JSON uses, so that none is lost because the first line has it not."""
    names: dict[str, None] = {}
    for _, row in file:
        if isinstance(row, dict) and not row.keys() <= names.keys():
            names |= dict.fromkeys(row)
            if len(names) > 100:
                raise BadRequest("file", f"{file.name} has more than 100 different fields.")
    return tuple(names)


def _taken_in(
    register: Register,
    reader: Reader,
    rows: Iterable[Row],
    *,
    by: Person,
    source: str,
    digest: str,
    good_only: bool = False,
) -> Taken:
    def lines() -> Iterator[Line | Fault]:
        return reader.lines(rows)

    taken = register.work("import", lines, by=by, good_only=good_only, source=source, source_digest=digest)
    # After the batch, and again with the same list: so a crash in between is mended by taking the list in once more.
    return replace(taken, identities=_identities(register, reader, rows))


def _identities(register: Register, reader: Reader, rows: Iterable[Row]) -> int:
    waiting: dict[str, dict[str, str]] = {}
    kept = 0

    def keep() -> int:
        known = {person for person, _ in register.rows.rows(register.id, sorted(waiting))}
        some = {person: words for person, words in waiting.items() if person in known}
        waiting.clear()
        return register.rows.keep_identities(register.id, some) if some else 0

    for person, words in reader.identities(rows):
        waiting[person] = words
        if len(waiting) == _AT_ONCE:
            kept += keep()
    return kept + (keep() if waiting else 0)


def put_results(register: Register, file: ListFile, *, by: Person, remedy: str = "", good_only: bool = False) -> Taken:
    """Take up the results of a list that came back. Raises as `Register.work` does."""
    if remedy and remedy not in REMEDIES:
        raise BadRequest("remedy", f"it is none of {', '.join(REMEDIES)}.")
    columns = file.columns()
    if file.format != "jsonl":
        for name in ("person", "state"):
            if name not in columns:
                raise BadRequest("file", f"{file.name} has no column “{name}”.")
    may_waive = may(by.role, "waive-redress")

    def lines() -> Iterator[Line | Fault]:
        return results(file, remedy=remedy, may_waive=may_waive)

    return register.work("results", lines, by=by, good_only=good_only, source=file.name, source_digest=file.digest())


def act_on(
    register: Register,
    act: str,
    *,
    by: Person,
    people: Sequence[str] = (),
    keys: Sequence[Key] = (),
    where: Where | None = None,
    words: Wanted | None = None,
    good_only: bool = False,
) -> Taken:
    """Do one thing to the remedies of some people, or to all that a filter means. Raises as `Register.work` does.

    :param people: by their keys; with ``where.remedy`` only that remedy of theirs is meant
    :param keys: single remedies of people, instead
    :param words: what is said of it (owner, proof, reason); its person and remedy do not count
    """
    if act not in ACTS:
        raise BadRequest("act", f"it is none of {', '.join(ACTS)}.")
    if not people and not keys and where is None:
        raise BadRequest("people", "name people, or say by a filter who is meant.")
    if len(people) + len(keys) > BY_HAND_MAX:
        raise BadRequest(
            "people", f"there are {len(people) + len(keys):,}; {BY_HAND_MAX:,} can be named. Use a filter or a list."
        )
    said = _checked(words or Wanted("", "", "start"))
    wanted: Act = act

    def lines() -> Iterator[Line | Fault]:
        for owed in _meant(register, people, keys, where or Where()):
            if isinstance(owed, Fault):
                yield owed
            else:
                yield wanted_of(replace(said, person=owed.person, remedy=owed.remedy, act=wanted))

    chosen = (where or Where()).words
    source = ", ".join(f"{name} {word}" for name, word in chosen.items()) if not people and not keys else "by hand"
    batch: BatchAct = wanted
    return register.work(batch, lines, by=by, good_only=good_only, source=source or "everybody", reason=said.reason)


def _meant(register: Register, people: Sequence[str], keys: Sequence[Key], where: Where) -> Iterator[Owed | Fault]:
    if keys:
        found = register.rows.rows(register.id, sorted({person for person, _ in keys}))
        for person, remedy in dict.fromkeys(keys):
            gone = Fault(0, person[: cells.KEY_MAX], f"the register does not hold {person[:60]!r} for that.")
            yield found.get((person, remedy), gone)
        return
    if not people:
        yield from register.rows.all(register.id, where, today=register.today())
        return
    known = register.rows.rows(register.id, people)
    for person in dict.fromkeys(people):
        theirs = [one for (key, _), one in known.items() if key == person and where.remedy in ("", one.remedy)]
        if not theirs:
            yield Fault(0, person[: cells.KEY_MAX], f"the register does not hold {person[:60]!r} for that.")
        yield from theirs


def _checked(said: Wanted) -> Wanted:
    try:
        return replace(
            said,
            owner=cells.text(said.owner, "owner", length=200),
            proof=cells.text(said.proof, "proof"),
            reason=cells.text(said.reason, "reason"),
            currency=cells.currency(said.currency),
            language=cells.language(said.language),
        )
    except NotAllowed as no:
        field, _, why = str(no).partition(" ")
        raise BadRequest(field, why) from no
