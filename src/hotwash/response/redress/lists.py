"""Lists that go out: work lists as CSV, JSON Lines or Parquet, and the people whom a letter is for."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from hotwash.incident.events.redress import IdentitiesErased, IdentitiesSeen
from hotwash.incident.redress import Owed
from hotwash.incident.rules.retention import may_be_erased
from hotwash.ledger.rule import need
from hotwash.response.desk import Person
from hotwash.response.redress.cells import defused, money
from hotwash.response.redress.files import Format
from hotwash.response.redress.kept import Key, Where
from hotwash.response.redress.register import Register

COLUMNS = (
    "person", "remedy", "state", "owner", "due", "harm", "group", "language", "amount", "currency", "proof", "reason",
    "version",
)  # fmt: skip
FIELD_COLUMNS_MAX = 40
_AT_ONCE = 500


class Recipient(NamedTuple):
    """Somebody to whom a letter is owed: their key, their language (or none), and what else the list said of them."""

    person: str
    language: str
    fields: Mapping[str, str]


def recipients(register: Register, remedy: str = "notify", *, owner: str = "") -> Iterator[Recipient]:
    """Everybody to whom a remedy is still owed, in the order of their keys; never all of them in memory."""
    register.catch_up()
    for one in register.rows.all(register.id, Where(remedy=remedy, owner=owner, open=True), today=register.today()):
        yield Recipient(one.person, one.language, {**one.fields, **({"harm": one.harm} if one.harm else {})})


def write_list(
    register: Register, to: Path, form: Format, where: Where, *, by: Person, identities: bool = False, reason: str = ""
) -> int:
    """Write the remedies that are meant into a file; how many there are.

    :param identities: with who the people are: that is written down, with its reason
    :raises NotPermitted: if this person may not see so much
    """
    register.desk.permit(by, "work-list")
    register.catch_up()
    if identities:
        count = len({one.person for one in _meant(register, where)})
        looked(register, count, by=by, through="list", reason=reason, where=where)
    columns = _columns(register, where)
    lines = _lines(register, where, columns, identities=identities)
    match form:
        case "csv":
            return _csv(to, lines)
        case "jsonl":
            return _json_lines(to, lines)
    return _parquet(to, lines)


def looked(register: Register, people: int, *, by: Person, through: str, reason: str, where: Where) -> None:
    """Write down that somebody is shown who people are, before they are shown it.

    :raises NotPermitted: if they may not
    :raises NotAllowed: if they do not say why
    """
    register.desk.permit(by, "see-identities")
    event = IdentitiesSeen(people, through, need(reason, "The reason for looking at who people are"), where.words)
    register.record_beside(event, by=by)


def identity_of(register: Register, person: str, *, by: Person, reason: str) -> dict[str, str]:
    """Who one person is, if that is known. The look is written down first. Raises as `looked` does."""
    looked(register, 1, by=by, through="person", reason=reason, where=Where(person=person))
    return register.rows.identities(register.id, [person]).get(person, {})


def erase_identities(register: Register, people: list[str] | None, *, by: Person, reason: str) -> int:
    """Erase who some people, or all, are; the register goes on under their keys. How many were erased."""
    register.desk.permit(by, "see-identities")
    why = need(reason, "The reason")
    may_be_erased(register.desk.incident(register.id))
    erased = register.rows.erase_identities(register.id, people)
    register.record_beside(IdentitiesErased(erased, why), by=by)
    return erased


def _meant(register: Register, where: Where) -> Iterator[Owed]:
    return register.rows.all(register.id, where, today=register.today())


def _columns(register: Register, where: Where) -> tuple[str, ...]:
    """The further columns that any of the lines has."""
    found: dict[str, None] = {}
    for one in _meant(register, where):
        if one.fields and not one.fields.keys() <= found.keys():
            found |= dict.fromkeys(one.fields)
            if len(found) >= FIELD_COLUMNS_MAX:
                break
    return tuple(name for name in list(found)[:FIELD_COLUMNS_MAX] if name not in COLUMNS)


def _lines(register: Register, where: Where, columns: tuple[str, ...], *, identities: bool) -> Iterator[dict[str, str]]:
    waiting: list[Owed] = []

    def told() -> Iterator[dict[str, str]]:
        known = register.rows.identities(register.id, {one.person for one in waiting}) if identities else {}
        for one in waiting:
            line = as_line(one) | {name: one.fields.get(name, "") for name in columns}
            if identities:
                line["identity"] = "; ".join(f"{name}: {word}" for name, word in known.get(one.person, {}).items())
            yield line
        waiting.clear()

    for one in _meant(register, where):
        waiting.append(one)
        if len(waiting) == _AT_ONCE:
            yield from told()
    yield from told()


def as_line(one: Owed) -> dict[str, str]:
    """One remedy as the cells of a list."""
    return {
        "person": one.person,
        "remedy": one.remedy,
        "state": one.state,
        "owner": one.owner,
        "due": one.due.isoformat() if one.due else "",
        "harm": one.harm,
        "group": one.group,
        "language": one.language,
        "amount": money(one.amount) if one.currency else "",
        "currency": one.currency,
        "proof": one.proof,
        "reason": one.reason,
        "version": str(one.version),
    }


def _csv(to: Path, lines: Iterator[dict[str, str]]) -> int:
    number = 0
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for number, line in enumerate(lines, 1):
            if number == 1:
                writer.writerow([defused(name) for name in line])
            writer.writerow([defused(cell) for cell in line.values()])
        if not number:
            writer.writerow(COLUMNS)
    return number


def _json_lines(to: Path, lines: Iterator[dict[str, str]]) -> int:
    number = 0
    with to.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            number += 1
    return number


def _parquet(to: Path, lines: Iterator[dict[str, str]]) -> int:
    """Through JSON Lines beside it: DuckDB reads those, and writes Parquet, a group of rows at a time."""
    import duckdb

    beside = to.with_suffix(".jsonl.part")
    try:
        names, number = list(COLUMNS), 0
        with beside.open("w", encoding="utf-8") as file:
            for number, line in enumerate(lines, 1):
                if number == 1:
                    names = list(line)
                file.write(json.dumps(list(line.values()), ensure_ascii=False) + "\n")
        chosen = ", ".join(f"line[{place}] AS {_quoted(name)}" for place, name in enumerate(names, 1))
        with duckdb.connect(config={"memory_limit": "256MB", "threads": 1}) as connection:
            source = (
                f"read_json({_literal(beside)}, format = 'newline_delimited', records = false, "
                "columns = {'json': 'VARCHAR[]'}, maximum_object_size = 4194304)"
            )
            connection.execute(
                f"COPY (SELECT {chosen} FROM (SELECT json AS line FROM {source})) "  # noqa: S608
                f"TO {_literal(to)} (FORMAT parquet, COMPRESSION zstd)"
            )
    finally:
        beside.unlink(missing_ok=True)
    return number


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def key_of(text: str) -> Key | None:
    """Where a page begins, from what the page before said."""
    person, _, remedy = text.rpartition("|")
    return (person, remedy) if person else None
