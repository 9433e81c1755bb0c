"""The line of a drill on SQLite and on PostgreSQL, and made again from the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.speaking import installation
from tests.drills.stage import Inbox

from hotwash.drills.example import TAKEN_OVER_AT, show
from hotwash.drills.play.playing import Play
from hotwash.response.desk import Desk, Person
from hotwash.web import index
from hotwash.web.door import desk
from hotwash.web.drill_rows import TableRows
from hotwash.web.drills.running import first_about
from hotwash.web.options import Options
from hotwash.web.tables.models import DrillRow, IncidentRow

DEE = Person("dee", "administrator")


@pytest.fixture
def either(database: Options, tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite and on PostgreSQL."""
    with installation(tmp_path):
        yield desk()


def test_a_drill_that_was_played_reads_the_same_when_its_line_is_made_again(either: Desk, tmp_path: Path) -> None:
    table = show(either, lambda book: Play(book, Inbox(), first_about, tmp_path), DEE, rows=TableRows())
    kept = DrillRow.objects.values().get()
    assert (kept["id"], kept["stage"], kept["planned_by"]) == (table.id, "paused", "dee")
    assert kept["incident"] == table.incident == IncidentRow.objects.get().id
    assert round(table.drill.minute(either.clock())) == TAKEN_OVER_AT
    DrillRow.objects.update(stage="cancelled", incident="")
    index.rebuild(either.store)
    assert DrillRow.objects.values().get() == kept
