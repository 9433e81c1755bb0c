"""The next word on the first page, and the addresses of public pages, beside the records of both databases."""

from typing import Any

import pytest

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Person
from hotwash.web import index
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import DueRow, StatusPageRow
from hotwash.web.update_rows import KIND, incident_of

BO = Person("bo", "commander")
PAGE: dict[str, Any] = {"slug": "loans-in-march", "title": "Loans", "reason": "People ask."}


def words_due(incident: str) -> list[str]:
    return list(DueRow.objects.filter(incident=incident, kind=KIND).values_list("what", flat=True))


def test_an_address_stays_with_the_incident_that_had_it_first_and_nothing_is_recorded_of_the_other(
    database: Options,
) -> None:
    first, second = (desk().declare(by=BO, title=title).id for title in ("One", "Two"))
    desk().record(first, "open-status-page", by=BO, **PAGE)
    before = desk().incident(second).number
    with pytest.raises(NotAllowed, match="Another incident has the address"):
        desk().record(second, "open-status-page", by=BO, **PAGE)
    assert desk().incident(second).number == before
    desk().record(first, "close-status-page", by=BO, reason="Over.")
    with pytest.raises(NotAllowed, match="Another incident has the address"):
        desk().record(second, "open-status-page", by=BO, **PAGE)
    desk().record(first, "open-status-page", by=BO, **PAGE)
    assert incident_of("loans-in-march") == first
    StatusPageRow.objects.all().delete()
    index.rebuild(desk().store)
    assert incident_of("loans-in-march") == first


def test_the_next_word_follows_the_record(database: Options) -> None:
    made = desk().declare(by=BO, title="One").id
    (first,) = words_due(made)
    assert first.startswith("First word to executives by ")
    assert first.endswith("(2 more follow)")
    desk().record(made, "assess", by=BO, answers={"death_or_grave_injury": "no", "material_harm": "no"})
    desk().record(made, "not-confirm", by=BO, reason="It was a test key.")
    assert words_due(made) == []
