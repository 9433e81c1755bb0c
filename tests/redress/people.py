"""An incident with a register, and lists about people who do not exist."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hotwash.ledger.files import FileVault
from hotwash.response.desk import Desk, Person
from hotwash.response.redress.acting import put_results, take_in
from hotwash.response.redress.files import ListFile, format_of
from hotwash.response.redress.lines import Terms
from hotwash.response.redress.register import Register, Taken
from hotwash.web.index import DatabaseIndex
from hotwash.web.redress.rows import DatabaseRows
from hotwash.web.store import DatabaseStore

ANA = Person("ana", "administrator")
BO = Person("bo", "commander")
CY = Person("cy", "responder")
DEE = Person("dee", "reporter")

SECRET = b"a secret for keys, of the tests"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on by a minute each time it is read."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def register_at(place: Path, clock: Callable[[], datetime] | None = None) -> Register:
    """An incident with an open register."""
    desk = Desk(DatabaseStore(), FileVault(place / "vault"), index=DatabaseIndex(), clock=clock or Clock())
    incident = desk.declare(by=ANA, title="Loans refused that were owed").id
    register = Register(desk, DatabaseRows(), incident)
    register.open(by=BO, note="Everybody whom version 2 refused.")
    return register


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A list as CSV."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue().encode()


def listed(place: Path, data: bytes, name: str = "people.csv") -> ListFile:
    """A list as a file."""
    path = place / f"sent-{name}"
    path.write_bytes(data)
    return ListFile(path, name, format_of(name, data[:64]))


def taken(
    register: Register, place: Path, data: bytes, *, by: Person = CY, good_only: bool = False, name: str = "people.csv",
    **terms: object,
) -> Taken:  # fmt: skip
    """Take a list in."""
    file = listed(place, data, name)
    return take_in(register, file, Terms(**terms), by=by, secret=SECRET, good_only=good_only)  # type: ignore[arg-type]


def came_back(
    register: Register, place: Path, data: bytes, *, by: Person = CY, good_only: bool = False, name: str = "back.csv",
    remedy: str = "",
) -> Taken:  # fmt: skip
    """Put results in."""
    return put_results(register, listed(place, data, name), by=by, remedy=remedy, good_only=good_only)
