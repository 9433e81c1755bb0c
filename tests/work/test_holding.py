"""What the tests that kill hold against the records: each of the holes that they look for is found when it is there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from tests.work.asking import Heard
from tests.work.test_killing_everything import ANA, hold

from hotwash.ledger.entry import ChainBroken, digest_of
from hotwash.ledger.files import FileVault
from hotwash.response.desk import Desk
from hotwash.web.index import DatabaseIndex
from hotwash.web.options import Options
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import CommitRow, IncidentRow

Hole = Callable[[Heard, Desk, str], None]


def _told(sqlite: Options) -> tuple[Heard, Desk, str]:
    desk = Desk(DatabaseStore(), FileVault(sqlite.vault), index=DatabaseIndex())
    incident = desk.declare(by=ANA, title="Loans refused").id
    heard = Heard()
    for number in range(3):
        words = f"writer 1 says {number}"
        [entry] = desk.record(incident, "note", by=ANA, text=words).entries
        heard.acknowledged[words] = (incident, entry.number, entry.digest)
    return heard, desk, incident


def _lost(heard: Heard, desk: Desk, incident: str) -> None:
    heard.acknowledged["writer 1 says 9"] = (incident, 9, "sha256:9")


def _twice(heard: Heard, desk: Desk, incident: str) -> None:
    desk.record(incident, "note", by=ANA, text="writer 1 says 1")


def _changed(heard: Heard, desk: Desk, incident: str) -> None:
    heard.acknowledged["writer 1 says 1"] = (incident, 4, "sha256:9")


def _nobody(heard: Heard, desk: Desk, incident: str) -> None:
    desk.record(incident, "note", by=ANA, text="writer 7 says 7")


def _gap(heard: Heard, desk: Desk, incident: str) -> None:
    CommitRow.objects.update(position=99)


def _index(heard: Heard, desk: Desk, incident: str) -> None:
    IncidentRow.objects.update(title="another")


def _file(heard: Heard, desk: Desk, incident: str) -> None:
    heard.kept[digest_of(b"gone")] = b"gone"


def _chain(heard: Heard, desk: Desk, incident: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER hotwash_entry_no_update")
        cursor.execute("UPDATE hotwash_entry SET kind = 'dissented' WHERE number = 4")


def _job(heard: Heard, desk: Desk, incident: str) -> None:
    desk.record(incident, "note", by=ANA, text="send:1:1")


def test_what_holds_is_let_pass(sqlite: Options) -> None:
    heard, desk, _ = _told(sqlite)
    assert hold(sqlite, heard, []) == desk.store.position()


@pytest.mark.parametrize(
    ("hole", "said"),
    [
        (_lost, "acknowledged and not there"),
        (_twice, "there more than once"),
        (_changed, "not as it was acknowledged"),
        (_nobody, "nobody said"),
        (_gap, "no gap"),
        (_index, "the index made again"),
        (_file, "does not hold"),
        (_chain, "entry 4"),
        (_job, "every job was done"),
    ],
)
def test_a_hole_is_found(sqlite: Options, tmp_path: Path, hole: Hole, said: str) -> None:
    heard, desk, incident = _told(sqlite)
    hole(heard, desk, incident)
    with pytest.raises((AssertionError, ChainBroken, LookupError), match=said):
        hold(sqlite, heard, [])
