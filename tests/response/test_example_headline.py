"""The worked example's findings speak of harm to people."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotwash.incident.events import FindingRecorded
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.response.desk import Desk
from hotwash.response.example.story import play


@pytest.mark.parametrize("day", range(7))
def test_the_example_tells_who_was_harmed_on_every_day_of_the_week(tmp_path: Path, day: int) -> None:
    now = datetime(2026, 11, 23, 10, tzinfo=UTC) + timedelta(days=day)
    desk = Desk(MemoryStore(), MemoryVault(), clock=lambda: now)
    facts = desk.incident_facts(play(desk, tmp_path))
    said = [fact.event.sentence for fact in facts if isinstance(fact.event, FindingRecorded)]
    assert said[0].startswith("The harm met")
    assert said[1].startswith(
        "Qualified people from women's colleges were refused 2.22 times as often as qualified people from public "
        "universities (74.6 % against 33.7 %; 95 % interval of the ratio "
    )
    assert said[2].startswith("No gap between groups by sex, university is larger than chance may explain")
    assert not any("wrongly selected" in sentence for sentence in said)
