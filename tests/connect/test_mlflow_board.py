"""An alias of a real MLflow as a switch: contained by rolling back, released by putting it where it was."""

from typing import Any

import pytest
from tests import mlflow as real
from tests.connect.between import Between
from tests.connect.conftest import point

from hotwash.connect.mlflow import AliasBoard, Mlflow
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person
from hotwash.response.outside import NotThere, OutsideFault, Refused
from hotwash.response.switchboard import Setting, Switchboard
from hotwash.response.switching import Switching

pytestmark = [pytest.mark.real("mlflow"), pytest.mark.xdist_group("mlflow")]

SWITCH = "support-bot.model"
FALLBACK = [Setting("fallback")]


@pytest.fixture
def board(mlflow: Mlflow, bot: str) -> AliasBoard:
    return AliasBoard(mlflow, model=bot, fallback="2")


def test_a_fallback_rolls_the_alias_back_and_a_release_puts_it_where_it_was(
    board: AliasBoard, mlflow: Mlflow, bot: str
) -> None:
    held: Switchboard = board
    assert held.read(SWITCH).serves
    stopped = held.set(SWITCH, FALLBACK)
    assert not stopped.serves
    assert stopped.sentence == (
        f"The alias champion of {bot} in MLflow points at version 2: support-bot.model is rolled back from version 3. "
        "Serving processes take it up when they next load the alias."
    )
    assert not held.set(SWITCH, FALLBACK).serves
    assert mlflow.champion(bot).version == "2"
    assert held.set(SWITCH, []).serves
    assert mlflow.champion(bot).version == "3"
    assert mlflow.marks(bot) == {}


def test_a_release_leaves_a_repaired_version_that_somebody_pointed_the_alias_at(
    board: AliasBoard, mlflow: Mlflow, mlflow_server: real.Server, bot: str
) -> None:
    board.set(SWITCH, FALLBACK)
    point(mlflow_server, bot, 1)
    assert board.set(SWITCH, []).serves
    assert mlflow.champion(bot).version == "1"


def test_a_release_does_not_put_a_quarantined_version_back(board: AliasBoard, mlflow: Mlflow, bot: str) -> None:
    board.set(SWITCH, FALLBACK)
    mlflow.quarantine(bot, "3", because="INC-2026-0001")
    with pytest.raises(Refused, match=r"Version 3 of .* is itself quarantined"):
        board.set(SWITCH, [])
    assert mlflow.champion(bot).version == "2"
    assert not board.read(SWITCH).serves


def test_a_fallback_may_be_an_alias(mlflow: Mlflow, mlflow_server: real.Server, bot: str) -> None:
    board = AliasBoard(mlflow, model=bot, fallback="previous")
    with pytest.raises(NotThere, match="was not moved"):
        board.set(SWITCH, FALLBACK)
    point(mlflow_server, bot, 1, "previous")
    board.set(SWITCH, FALLBACK)
    assert mlflow.champion(bot).version == "1"
    # Somebody moves the fallback meanwhile: what was rolled back stays so, and finds its way back.
    point(mlflow_server, bot, 2, "previous")
    assert not board.read(SWITCH).serves
    assert not board.set(SWITCH, FALLBACK).serves
    assert mlflow.champion(bot).version == "1"
    assert board.set(SWITCH, []).serves
    assert mlflow.champion(bot).version == "3"


def test_a_fallback_that_is_already_in_use_is_no_way_back(mlflow: Mlflow, bot: str) -> None:
    with pytest.raises(Refused, match="already points at version 3, its fallback"):
        AliasBoard(mlflow, model=bot, fallback="3").set(SWITCH, FALLBACK)


@pytest.mark.parametrize(
    "setting",
    [
        Setting("off"),
        Setting("human"),
        Setting("fallback", share=0.5),
        Setting("fallback", when={"attribute": "region", "is": "=", "value": "EU"}),
    ],
)
def test_what_an_alias_cannot_do_is_said_beforehand(
    board: AliasBoard, mlflow: Mlflow, bot: str, setting: Setting
) -> None:
    assert "for everyone" in board.able(SWITCH, [setting])
    with pytest.raises(Refused, match="The alias was not moved"):
        board.set(SWITCH, [setting])
    assert mlflow.champion(bot).version == "3"


def test_a_process_that_dies_between_its_steps_can_be_followed_by_another(
    mlflow: Mlflow, mishaps: Between, troubled: Mlflow, bot: str
) -> None:
    mishaps.trouble("POST", "/registered-models/alias", "500")
    with pytest.raises(OutsideFault):
        AliasBoard(troubled, model=bot, fallback="2").set(SWITCH, FALLBACK)
    board = AliasBoard(mlflow, model=bot, fallback="2")
    assert board.read(SWITCH).serves
    assert not board.set(SWITCH, FALLBACK).serves
    mishaps.troubles.clear()
    mishaps.trouble("DELETE", "/registered-models/delete-tag", "500")
    with pytest.raises(OutsideFault):
        AliasBoard(troubled, model=bot, fallback="2").set(SWITCH, [])
    assert board.read(SWITCH).serves
    assert board.set(SWITCH, []).serves
    assert mlflow.marks(bot) == {}


def test_containing_and_releasing_at_the_desk_moves_the_alias_and_records_what_was_read_back(
    board: AliasBoard, mlflow: Mlflow, bot: str
) -> None:
    bo = Person("bo", "commander")
    desk = Desk(MemoryStore(), MemoryVault())
    switching = Switching(desk, {"chat-model": board})
    desk.register(by=bo, name="Support", slug="support")
    desk.record_system("support", "describe-switch", by=bo, switch="support.model", board="chat-model")
    incident = desk.declare(by=bo, title="It insults people", system="support").id
    words: dict[str, Any] = {"switch": "support.model", "by": bo, "unheld_because": "It insults people by the minute."}
    done = switching.contain(incident, state="fallback", **words)
    assert (done.applied, done.driven) == (True, True)
    assert mlflow.champion(bot).version == "2"
    [contained] = desk.incident(incident).in_force
    assert "points at version 2" in contained.applied.event.read_back
    with pytest.raises(NotAllowed, match="Nothing was done"):
        switching.contain(incident, state="off", **words)
    back = switching.release(incident, containment=done.containment, by=bo, reason="Version 3 was tested again.")
    assert back.applied
    assert mlflow.champion(bot).version == "3"
    kinds = [entry.kind for entry in desk.store.read(f"incident/{incident}")]
    about = [kind for kind in kinds if kind.startswith(("containment", "release"))]
    assert about == ["containment-ordered", "containment-applied", "release-ordered", "containment-released"]
