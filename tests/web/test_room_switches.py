"""The switch in the room: one press contains, the second responder is asked again, what failed is shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import installation
from tests.databases import sqlite, sqlite_fresh, sqlite_tables
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.response.outside import Unreachable
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.switches import services
from hotwash.web.switches.boards import GuardBoard
from hotwash.web.switches.setting import switching

__all__ = ["sqlite", "sqlite_fresh", "sqlite_tables"]

ID = "INC-2026-0001"
BO = Person("bo", "commander")


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Path]:
    with installation(tmp_path) as logs:
        desk().register(by=BO, name="Loans", slug="loans")
        desk().declare(by=BO, title="Loans refused", system="loans")
        services.add("loans-api", ["loans"], by="bo")
        yield logs


@pytest.fixture
def bo(house: Path) -> Client:
    person("bo", role="commander")
    return enter("bo")


@pytest.fixture
def cy(house: Path) -> Client:
    person("cy", role="commander")
    return enter("cy")


def say(client: Client, verb: str, **words: Any) -> Any:
    return client.post(f"/incidents/{ID}/do/{verb}/", words)


def page(client: Client) -> str:
    return client.get(f"/incidents/{ID}/containment/").content.decode()


def contain(client: Client, state: str = "human", **words: Any) -> Any:
    seen = str(switching().standing("loans").changed)
    return say(
        client, "contain", **({"switch": "loans", "state": state, "seen": seen, "unheld_because": "now"} | words)
    )


def test_each_state_is_a_button_and_says_what_it_means(bo: Client) -> None:
    html = page(bo)
    for state, name in (("human", "A person decides"), ("fallback", "Fall back"), ("off", "Off")):
        assert f'name="state" value="{state}"' in html
        assert name in html


def test_one_press_contains_and_the_page_says_how_it_stands(bo: Client) -> None:
    assert contain(bo).status_code == 302
    assert switching().standing("loans").state == "human"
    html = page(bo)
    assert "a person decides" in html
    assert "To undo: Release it: loans goes from “human” back to “serve”." in html


def test_without_evidence_and_without_a_reason_nothing_is_switched(bo: Client) -> None:
    answer = contain(bo, unheld_because="")
    assert answer.status_code == 409
    assert "No evidence was kept" in answer.content.decode()
    assert switching().standing("loans").state == "serve"


def test_a_form_without_a_button_pressed_is_asked_again(bo: Client) -> None:
    answer = contain(bo, state="")
    assert answer.status_code == 422
    assert "press one of the buttons" in answer.content.decode()


def test_who_presses_second_is_told_and_may_then_decide_again(bo: Client, cy: Client) -> None:
    seen = str(switching().standing("loans").changed)
    assert contain(bo, seen=seen).status_code == 302
    answer = contain(cy, "off", seen=seen)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "bo set it to “human”" in html
    fresh = str(switching().standing("loans").changed)
    assert f'name="seen" value="{fresh}"' in html
    assert contain(cy, "off", seen=fresh).status_code == 302
    assert switching().standing("loans").state == "off"


def test_a_share_is_written_in_per_cent_and_a_cohort_as_a_condition(bo: Client) -> None:
    assert contain(bo, cohort="region = 'EU'", share="12.5", share_of="applicant").status_code == 302
    [order] = switching().standing("loans").orders
    assert (order.cohort, order.share, order.share_of) == ("region = 'EU'", 0.125, "applicant")
    assert "12.5 % of those with region = " in page(bo)


def test_a_cohort_that_cannot_be_told_comes_back_with_its_words(bo: Client) -> None:
    answer = contain(bo, cohort="region like 'E%'")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "a pattern" in html
    assert "region like &#x27;E%&#x27;" in html


def test_what_was_not_carried_out_is_shown_with_a_way_to_try_again(bo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise Unreachable("Hotwash", "The board does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(GuardBoard, "set", away)
        assert contain(bo).status_code == 302
        html = page(bo)
        assert "Not carried out" in html
        assert "The board does not answer." in html
        assert desk().incident(ID).harm_going_on
    assert bo.post(f"/incidents/{ID}/switches/settle/").status_code == 302
    assert "Not carried out" not in page(bo)
    assert not desk().incident(ID).harm_going_on


def test_releasing_by_two_is_proposed_by_one_and_done_by_the_other(bo: Client, cy: Client) -> None:
    desk().record_system("loans", "describe-switch", by=BO, release_by_two=True)
    contain(bo)
    [known] = desk().incident(ID).in_force
    assert say(bo, "release", containment=known.number, reason="Fixed.").status_code == 302
    assert "bo proposed to take it back" in page(cy)
    assert say(bo, "release", containment=known.number, reason="Fixed.").status_code == 409
    assert say(cy, "release", containment=known.number, reason="Agreed.").status_code == 302
    assert switching().standing("loans").state == "serve"
    assert "with bo" in page(bo)


def test_a_containment_is_taken_back_in_part(bo: Client) -> None:
    contain(bo)
    [known] = desk().incident(ID).in_force
    answer = say(bo, "release", containment=known.number, reason="Ramp.", share="90", share_of="applicant")
    assert answer.status_code == 302
    assert "90 % of the traffic" in page(bo)


def test_the_live_part_is_for_those_who_may_see_the_room(bo: Client) -> None:
    contain(bo)
    live = bo.get(f"/incidents/{ID}/switches/")
    assert live.status_code == 200
    assert "a person decides" in live.content.decode()
    person("dee", role="reporter")
    dee = enter("dee")
    assert dee.get(f"/incidents/{ID}/switches/").status_code == 404
    assert dee.post(f"/incidents/{ID}/switches/settle/").status_code == 404
    assert Client().get(f"/incidents/{ID}/switches/").status_code == 302
