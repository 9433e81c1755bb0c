"""Incidents of the past from a CSV file: a line each, every fault with its line and what would mend it.

Nothing is recorded while there is one fault, and what is recorded goes in together: a file is taken in whole or not
at all. The columns are a template; a file with other names is read by saying which of its columns is which.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from hotwash.incident.events import IncidentImported
from hotwash.incident.rules.past import Contradiction, Past, facts_of
from hotwash.knowledge.harms import harms
from hotwash.ledger.rule import NotAllowed
from hotwash.response.cases import FAULTS_MAX, Fault, Faulty
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.request import TEXT_LENGTH_MAX, BadRequest

LINES_MAX = 20_000
_TEXTS_MAX = {"title": 300, "reference": 200, "url": 500, "commander": 200, "system": 200}
TIMES = (
    "detected_at", "harm_began_at", "acknowledged_at", "contained_at", "remediated_at", "resolved_at", "closed_at",
)  # fmt: skip
COLUMNS: dict[str, str] = {
    "reference": "What the incident is called where it comes from; the same one is never taken in twice.",
    "title": "What happened, in one sentence. Needed.",
    "detected_at": "When somebody first saw it. Needed. 2024-03-05T14:30:00+01:00, or 2024-03-05 14:30, or a day.",
    "harm_began_at": "Since when people were harmed.",
    "acknowledged_at": "When somebody was in command; `commander` says who.",
    "contained_at": "When the harm was stopped for everyone.",
    "remediated_at": "When the fix was in production and verified.",
    "resolved_at": "When it was over.",
    "closed_at": "When its lessons were taken.",
    "harms": "Kinds of harm: fairness, safety, privacy, security, accuracy; several with ; between them.",
    "severity": "Minor, Major or Critical. Told without answers, so it stands as provisional.",
    "detector": "inside or outside: who saw it first. inside if it is left empty.",
    "people": "How many people were harmed: a whole number.",
    "system": "The short name of an AI system that is registered here.",
    "commander": "Who led the response.",
    "detail": "What was seen.",
    "summary": "What happened, in a few plain sentences.",
    "containment": "How it was contained.",
    "fix": "What was fixed.",
    "resolution": "How it was resolved.",
    "url": "Where it is told.",
}
"""The columns of the template, each with what belongs in it."""
NEEDED = ("title", "detected_at")
_SEVERITIES = {"minor": "Minor", "major": "Major", "critical": "Critical"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read: the incidents that it tells, and everything that is wrong with it.

    :param columns: which column of the file is which of ours
    :param unread: columns that say nothing to us
    """

    lines: int
    past: tuple[Past, ...]
    faults: tuple[Fault, ...]
    columns: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def template() -> bytes:
    """An empty file with one line as an example, to be filled in."""
    example = {
        "reference": "OLD-17",
        "title": "Loan applications of women were refused more often than before",
        "detected_at": "2024-03-05T14:30:00+01:00",
        "harm_began_at": "2024-02-26",
        "contained_at": "2024-03-05 16:10",
        "resolved_at": "2024-03-12",
        "harms": "fairness",
        "severity": "Major",
        "detector": "outside",
        "people": "1243",
    }
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerow(example)
    return out.getvalue().encode()


def read(
    data: bytes,
    *,
    name: str,
    now: datetime,
    columns: Mapping[str, str] | None = None,
    zone: str = "UTC",
    systems: frozenset[str] = frozenset(),
    taken: Mapping[str, str] | None = None,
) -> Reading:
    """What a CSV file tells, without recording any of it.

    :param columns: of ours, which column of the file it is, where the names differ
    :param zone: where times without a zone were taken
    :param systems: the AI systems that are registered
    :param taken: references that were taken in before, each with its incident
    :raises BadRequest: if ``columns`` names none of ours, or there is no such zone
    """
    for ours in columns or {}:
        if ours not in COLUMNS:
            raise BadRequest("columns", f"there is no column `{ours}`: they are {', '.join(COLUMNS)}.")
    try:
        there: tzinfo = ZoneInfo(zone) if zone != "UTC" else UTC
    except (KeyError, ValueError, OSError) as bad:
        raise BadRequest("zone", f"there is no time zone {zone[:60]}: write it as Europe/Berlin.") from bad
    faults: list[Fault] = []
    rows, named, unread = _rows(data, dict(columns or {}), faults)
    digest = f"sha256:{sha256(data).hexdigest()}"
    seen: dict[str, int] = {}
    past: list[Past] = []
    for line, row in rows:
        before = len(faults)
        said = _said(line, row, there, systems, faults)
        reference = row.get("reference", "")
        if reference and reference in (taken or {}):
            why = f"“{reference[:60]}” was taken in already, as {(taken or {})[reference]}."
            faults.append(Fault(line, "reference", why, "Leave the line out."))
        elif reference and reference in seen:
            faults.append(Fault(line, "reference", f"“{reference[:60]}” stands in line {seen[reference]} too."))
        seen.setdefault(reference, line)
        if len(faults) > before:
            continue
        imported = IncidentImported(name[:200], digest, line, reference, row.get("url", ""))
        one = Past(imported=imported, **said)
        try:
            facts_of(one, now=now)
        except Contradiction as no:
            faults.append(Fault(line, no.field, str(no)))
        except NotAllowed as no:
            faults.append(Fault(line, "title", str(no)))
        else:
            past.append(one)
    if not rows and not faults:
        faults.append(Fault(2, "", "The file has no line but its first.", "Write a line for each incident."))
    return Reading(len(rows), tuple(past), tuple(faults), named, unread)


def take_in(desk: Desk, reading: Reading, *, by: Person) -> list[Recorded]:
    """Record what a file tells, all of it or nothing. Raises as `Desk.take_in_past` does.

    :raises Faulty: with every fault of the file
    """
    desk.permit(by, "import")
    if reading.faults:
        raise Faulty(list(reading.faults))
    return desk.take_in_past(reading.past, by=by)


def _rows(
    data: bytes, columns: dict[str, str], faults: list[Fault]
) -> tuple[list[tuple[int, dict[str, str]]], dict[str, str], tuple[str, ...]]:
    """The lines by our names, which column of the file is which, and which ones nobody reads."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = data[: bad.start].count(b"\n") + 1
        faults.append(Fault(line, "", "The file is not UTF-8 here.", "Save it as CSV in UTF-8."))
        return [], {}, ()
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    rows: list[tuple[int, dict[str, str]]] = []
    named: dict[str, str] = {}
    unread: tuple[str, ...] = ()
    try:
        first = [one.strip() for one in next(reader, [])]
        plain = {one.casefold().replace(" ", "_").replace("-", "_"): one for one in first}
        named = {ours: columns.get(ours) or plain.get(ours, "") for ours in COLUMNS}
        named = {ours: theirs for ours, theirs in named.items() if theirs}
        faults += [
            Fault(1, theirs, "The file has no such column.", f"It has {', '.join(first)[:300]}.")
            for ours, theirs in columns.items()
            if theirs not in first
        ]
        faults += [
            Fault(
                1, ours, "This column is needed and is not there.", f"Name one of the file's: {', '.join(first)[:300]}."
            )
            for ours in NEEDED
            if ours not in named
        ]
        if len(set(first)) < len(first):
            faults.append(Fault(1, "", "Two columns have the same name.", "Rename one of them."))
        unread = tuple(one for one in first if one and one not in named.values())
        if faults:
            return [], named, unread
        places = {ours: first.index(theirs) for ours, theirs in named.items()}
        start = reader.line_num + 1
        for row in reader:
            line, start = start, reader.line_num + 1
            if not any(one.strip() for one in row):
                continue
            if len(row) != len(first):
                why = f"It has {len(row)} columns, and the first line {len(first)}."
                faults.append(Fault(line, "", why, "Put a text that holds a separator in quotation marks."))
                continue
            rows.append((line, {ours: row[place].strip() for ours, place in places.items()}))
            if len(rows) > LINES_MAX:
                faults.append(Fault(line, "", f"There are more than {LINES_MAX:,} lines.", "Cut the file in parts."))
                return [], named, unread
    except csv.Error as bad:
        faults.append(
            Fault(reader.line_num, "", f"It is no CSV from here on: {bad}.", "Look for a lone quotation mark.")
        )
    return rows, named, unread


class _Wrong(Exception):
    """What is wrong with a cell, and what would mend it."""


def _said(line: int, row: dict[str, str], zone: tzinfo, systems: frozenset[str], faults: list[Fault]) -> dict[str, Any]:
    """What a line says, cell by cell; what cannot be read is a fault."""
    said: dict[str, Any] = {}
    for column, text in row.items():
        try:
            if "\x00" in text:
                raise _Wrong("It holds a NUL.")
            if len(text) > (most := _TEXTS_MAX.get(column, TEXT_LENGTH_MAX)):
                raise _Wrong(f"It has {len(text):,} characters; {most:,} are the most.")
            if not text:
                if column in NEEDED:
                    raise _Wrong("It is empty.", "Each line needs it.")
            elif column in TIMES:
                said[column] = _moment(text, zone)
            elif column == "system":
                said[column] = _system(text, systems)
            elif column in _READ:
                said[column] = _READ[column](text)
            elif column == "url":
                _link(text)
            elif column != "reference":
                said[column] = text
        except _Wrong as wrong:
            faults.append(Fault(line, column, *wrong.args))
    return said


def _system(text: str, systems: frozenset[str]) -> str:
    if text not in systems:
        raise _Wrong(f"There is no AI system “{text[:60]}”.", "Register it first, or leave this empty.")
    return text


def _harms(text: str) -> tuple[str, ...]:
    said = tuple(one.strip().casefold() for one in text.replace(",", ";").split(";") if one.strip())
    known = [harm.id for harm in harms().harms]
    if strange := [one for one in said if one not in known]:
        raise _Wrong(f"“{strange[0][:40]}” is no kind of harm.", f"They are {', '.join(known)}.")
    return said


def _severity(text: str) -> str:
    if text.casefold() not in _SEVERITIES:
        raise _Wrong(f"“{text[:40]}” is no severity.", "It is Minor, Major or Critical, or empty.")
    return _SEVERITIES[text.casefold()]


def _detector(text: str) -> str:
    if text.casefold() not in ("inside", "outside"):
        raise _Wrong(f"“{text[:40]}” is neither inside nor outside.")
    return text.casefold()


def _people(text: str) -> int:
    plain = text.replace(",", "").replace(" ", "")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > 12:
        raise _Wrong(f"“{text[:40]}” is no whole number.", "Write it as 1243, or leave it empty.")
    return int(plain)


def _link(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise _Wrong("It is no web address.", "It begins with https://.")
    return text


_READ: dict[str, Callable[[str], Any]] = {
    "harms": _harms,
    "severity": _severity,
    "detector": _detector,
    "people": _people,
}


def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.combine(date.fromisoformat(text), time(0)) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as bad:
        raise _Wrong(f"“{text[:40]}” is no time.", "Write it as 2024-03-05T14:30:00+01:00, or a day.") from bad
    if not 1950 <= at.year <= 9000:
        raise _Wrong(f"“{text[:40]}” is no time at which there were such systems.")
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def told(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Faults as JSON; of very many only the first are told."""
    return [{"line": one.line, "column": one.column, "why": one.why, "mend": one.mend} for one in faults[:FAULTS_MAX]]
