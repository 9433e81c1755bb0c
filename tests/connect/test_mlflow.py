"""The registry of models, against a real MLflow server with accounts."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests import mlflow as real
from tests.cli.terminal import environment
from tests.connect.between import Between, Trouble
from tests.connect.conftest import DEE, point, registered, run
from tests.running import free_port

from hotwash.connect.mlflow import Mlflow
from hotwash.connect.mlflow.stock import proposed
from hotwash.response.outside import Disagreed, NotLetIn, NotThere, OutsideFault, Refused, Unreachable

pytestmark = [pytest.mark.real("mlflow"), pytest.mark.xdist_group("mlflow")]

ALIAS, VERSION, TAG = "/registered-models/alias", "/model-versions/get", "/model-versions/set-tag"


def test_the_champion_is_the_version_that_the_alias_points_at(mlflow: Mlflow, bot: str) -> None:
    champion = mlflow.champion(bot)
    assert (champion.version, champion.aliases, champion.status) == ("3", ("champion",), "READY")
    assert champion.created_at
    assert champion.created_at.utcoffset() is not None


def test_versions_come_newest_first_with_their_aliases(mlflow: Mlflow, bot: str) -> None:
    assert [(one.version, one.aliases) for one in mlflow.versions(bot)] == [("3", ("champion",)), ("2", ()), ("1", ())]


def test_a_version_leads_to_run_commit_parameters_and_the_digest_of_its_data(mlflow: Mlflow, bot: str) -> None:
    lineage = mlflow.lineage(bot, "2")
    made = lineage.run
    assert made
    assert (made.name, made.by, made.commit, made.code) == ("train-2", "ana", "b" * 40, "train.py")
    assert made.parameters == {"seed": "2"}
    assert made.metrics == {"toxic_rate": 0.02}
    assert [(one.name, one.digest, one.source, one.context) for one in made.datasets] == [
        ("tickets", "1509bd02", "local", "training")
    ]
    assert lineage.gaps == ()


def test_a_deleted_run_is_a_gap_and_not_an_end(mlflow: Mlflow, mlflow_server: real.Server, experiment: str) -> None:
    deleted = run(mlflow_server, experiment, 9, "d" * 40)
    bot = registered(mlflow_server, [deleted])
    mlflow_server.call("POST", "2.0/mlflow/runs/delete", run_id=deleted)
    (gap,) = mlflow.lineage(bot, "1").gaps
    assert "was deleted in MLflow" in gap


def test_a_version_without_a_run_is_a_gap(mlflow: Mlflow, mlflow_server: real.Server, bot: str) -> None:
    mlflow_server.call("POST", "2.0/mlflow/model-versions/create", name=bot, source="s3://models/bot")
    lineage = mlflow.lineage(bot, "4")
    assert lineage.run is None
    assert lineage.gaps == (f"Version 4 of {bot} was registered without a run.",)


# ── rolling back ─────────────────────────────────────────────────────────────


def test_an_alias_rolls_back_is_read_back_and_the_way_back_is_known(mlflow: Mlflow, bot: str) -> None:
    moved = mlflow.roll_back(bot, to="2", expected="3")
    assert (moved.before, moved.after) == ("3", "2")
    assert (
        moved.sentence
        == f"The alias champion of {bot} now points at version 2, before at version 3; that was read back."
    )
    assert mlflow.champion(bot).version == "2"
    assert mlflow.undo(moved).after == "3"
    assert mlflow.champion(bot).version == "3"


def test_undoing_twice_moves_nothing_the_second_time(mlflow: Mlflow, bot: str) -> None:
    moved = mlflow.roll_back(bot, to="1")
    mlflow.undo(moved)
    again = mlflow.undo(moved)
    assert (again.before, again.after) == ("3", "3")
    assert "nothing was moved" in again.sentence


def test_an_alias_that_was_not_there_is_made_and_undone_by_taking_it_away(mlflow: Mlflow, bot: str) -> None:
    moved = mlflow.roll_back(bot, to="1", alias="safe")
    assert (moved.before, moved.after) == (None, "1")
    assert mlflow.undo(moved).after is None
    with pytest.raises(NotThere):
        mlflow.champion(bot, "safe")


def test_of_two_who_roll_back_at_once_one_is_told_that_the_alias_was_elsewhere(
    mlflow: Mlflow, mlflow_server: real.Server, bot: str
) -> None:
    point(mlflow_server, bot, 1)
    with pytest.raises(Disagreed) as told:
        mlflow.roll_back(bot, to="2", expected="3")
    assert told.value.sentence == (
        f"It points at version 1, not at version 3 as was thought. The alias champion of {bot} was not moved."
    )
    assert mlflow.champion(bot).version == "1"


def test_somebody_who_moves_the_alias_in_between_is_noticed_by_the_read_back(
    troubled: Mlflow, mishaps: Between, mlflow_server: real.Server, bot: str
) -> None:
    mishaps.after = lambda method, path: (
        point(mlflow_server, bot, 1) if method == "POST" and path.endswith(ALIAS) else None
    )
    with pytest.raises(Disagreed) as told:
        troubled.roll_back(bot, to="2")
    assert told.value.effect == "other"
    assert "points at version 1, not at version 2: somebody else moved it" in told.value.sentence


def test_undoing_leaves_an_alias_alone_that_somebody_moved_since(
    mlflow: Mlflow, mlflow_server: real.Server, bot: str
) -> None:
    moved = mlflow.roll_back(bot, to="2")
    point(mlflow_server, bot, 1)
    with pytest.raises(Disagreed, match=r"moved it to version 1 since\. The alias champion of .* was not moved back"):
        mlflow.undo(moved)
    assert mlflow.champion(bot).version == "1"


def test_nobody_rolls_back_to_a_quarantined_version(mlflow: Mlflow, bot: str) -> None:
    marked = mlflow.quarantine(bot, "2", because="INC-2026-0001: insults")
    assert marked.quarantined == "INC-2026-0001: insults"
    with pytest.raises(Refused, match=r"itself quarantined \(INC-2026-0001: insults\)\. The alias .* was not moved"):
        mlflow.roll_back(bot, to="2")
    assert mlflow.champion(bot).version == "3"
    assert mlflow.release(bot, "2").quarantined == ""
    assert mlflow.roll_back(bot, to="2").after == "2"


def test_a_version_that_was_deleted_is_named_and_nothing_moves(
    mlflow: Mlflow, mlflow_server: real.Server, bot: str
) -> None:
    mlflow_server.call("DELETE", "2.0/mlflow/model-versions/delete", name=bot, version="2")
    with pytest.raises(NotThere, match=r"version=2\) not found\. The alias champion of .* was not moved"):
        mlflow.roll_back(bot, to="2")
    assert mlflow.champion(bot).version == "3"


# ── what can be wrong ────────────────────────────────────────────────────────


def test_a_missing_alias_model_or_version_is_not_there(mlflow: Mlflow, bot: str) -> None:
    for ask in (
        lambda: mlflow.champion(bot, "nobody"),
        lambda: mlflow.champion("no such model"),
        lambda: mlflow.version(bot, "99"),
        lambda: mlflow.versions("no such model"),
        lambda: mlflow.traces("no such experiment"),
    ):
        with pytest.raises(NotThere, match="MLflow has no such thing"):
            ask()
    with pytest.raises(NotThere, match=r"The alias champion of no such model was not moved"):
        mlflow.roll_back("no such model", to="1")


def test_a_wrong_password_and_a_missing_permission_are_told_in_plain_words(
    mlflow: Mlflow, mlflow_server: real.Server, bot: str
) -> None:
    said = r"does not accept the token or password \(401\)\. The alias .* not moved"
    with (
        Mlflow(mlflow_server.url, user=real.USER, password="wrong", timeout_s=60) as stranger,
        pytest.raises(NotLetIn, match=said),
    ):
        stranger.roll_back(bot, to="2")
    with Mlflow(mlflow_server.url, user=DEE[0], password=DEE[1], timeout_s=60) as dee:
        assert dee.champion(bot).version == "3"
        with pytest.raises(NotLetIn, match=r"\(403\): Permission denied\. The alias champion of .* was not moved"):
            dee.roll_back(bot, to="2")
        with pytest.raises(NotLetIn, match=r"\(403\): Permission denied\. Read back: not as asked"):
            dee.quarantine(bot, "2", because="INC-2026-0001")
    assert mlflow.champion(bot).version == "3"
    assert mlflow.version(bot, "2").tags == {}


def test_a_token_travels_as_a_bearer_token_and_nowhere_else(mishaps: Between) -> None:
    mishaps.trouble("GET", ALIAS, "elsewhere")
    said = "sends the call elsewhere"
    with Mlflow(mishaps.url, token="hwt_1") as connected, pytest.raises(Refused, match=said):
        connected.champion("bot")
    assert mishaps.seen == ["Bearer hwt_1"]


def test_a_server_that_is_away_is_told_at_once() -> None:
    said = r"cannot be reached at .* The alias champion of bot was not moved"
    with Mlflow(f"http://127.0.0.1:{free_port()}") as nobody, pytest.raises(Unreachable, match=said):
        nobody.roll_back("bot", to="1")


@pytest.mark.parametrize("trouble", ["lost on the way", "500", "rubbish", "slow drip", "elsewhere"])
def test_trouble_before_the_move_moves_nothing(
    trouble: Trouble, mishaps: Between, mlflow: Mlflow, troubled: Mlflow, bot: str
) -> None:
    mishaps.trouble("GET", VERSION, trouble)
    timeout_s = 0.3 if trouble == "slow drip" else 60
    with (
        Mlflow(mishaps.url, user=real.USER, password=real.PASSWORD, timeout_s=timeout_s) as through,
        pytest.raises(OutsideFault) as told,
    ):
        through.roll_back(bot, to="2")
    assert told.value.effect == "none"
    assert told.value.sentence.endswith(f"The alias champion of {bot} was not moved.")
    assert mlflow.champion(bot).version == "3"


@pytest.mark.parametrize("trouble", ["lost on the way", "500", "rubbish", "swallowed"])
def test_a_move_that_did_not_happen_is_not_claimed(
    trouble: Trouble, mishaps: Between, troubled: Mlflow, bot: str
) -> None:
    mishaps.trouble("POST", ALIAS, trouble)
    with pytest.raises(Disagreed, match=f"The alias champion of {bot} still points at version 3") as told:
        troubled.roll_back(bot, to="2")
    assert told.value.effect == "none"


def test_a_move_whose_answer_was_lost_is_found_by_reading_back(mishaps: Between, troubled: Mlflow, bot: str) -> None:
    mishaps.trouble("POST", ALIAS, "answer lost")
    assert troubled.roll_back(bot, to="2").after == "2"


def test_a_move_that_cannot_be_read_back_is_not_known(mishaps: Between, troubled: Mlflow, bot: str) -> None:
    def cut(method: str, path: str) -> None:
        if method == "POST":
            mishaps.trouble("GET", ALIAS, "500")

    mishaps.after = cut
    with pytest.raises(Unreachable) as told:
        troubled.roll_back(bot, to="2")
    assert told.value.effect == "unknown"
    assert told.value.sentence == (
        f"MLflow is in trouble: it answered 500. It is not known where the alias champion of {bot} points now: "
        "it was at version 3, and version 2 was asked for. Look before you try again."
    )


def test_a_quarantine_of_which_half_arrived_says_which_half(mishaps: Between, troubled: Mlflow, bot: str) -> None:
    def cut(method: str, path: str) -> None:
        if path.endswith(TAG):
            mishaps.trouble("POST", TAG, "500")

    mishaps.after = cut
    with pytest.raises(Unreachable) as told:
        troubled.quarantine(bot, "2", because="INC-2026-0001")
    assert told.value.effect == "other"
    assert told.value.sentence.endswith(
        "Read back: not as asked hotwash.quarantined; as asked hotwash.quarantined.because."
    )


def test_a_quarantine_says_nothing_was_done_if_the_version_is_not_there(mlflow: Mlflow, bot: str) -> None:
    with pytest.raises(NotThere, match=f"Version 9 of {bot} was not marked"):
        mlflow.quarantine(bot, "9", because="INC-2026-0001")


def test_an_address_with_a_password_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match="hold no password"):
        Mlflow("https://ana:secret@mlflow.example.org")


def test_a_name_with_quotation_marks_is_searched_for_as_it_is(mlflow: Mlflow, mlflow_server: real.Server) -> None:
    for name in ("Bo's bot", 'the "bot"'):
        mlflow_server.call("POST", "2.0/mlflow/registered-models/create", name=name)
        assert mlflow.versions(name) == ()


# ── what gates came to ───────────────────────────────────────────────────────


def test_a_run_of_gates_stands_on_the_version_that_it_was_asked_of(
    mlflow: Mlflow, mlflow_server: real.Server, bot: str, tmp_path: Path
) -> None:
    (tmp_path / "log.csv").write_text("decision,sex\n" + "granted,f\ngranted,m\n" * 60)
    gate = tmp_path / "women.gate.toml"
    gate.write_text(
        'title = "Women"\n[[questions]]\nname = "four fifths"\nquestion = "fairness"\n'
        'thresholds = ["groups[sex=f].ratio.selection_rate.value >= 0.8"]\n'
        'arguments = { decision = "decision", group = ["sex"], favourable = "granted", reference = { sex = "m" } }\n'
    )
    env = environment(MLFLOW_TRACKING_USERNAME=real.USER, MLFLOW_TRACKING_PASSWORD=real.PASSWORD)
    command = [sys.executable, "-m", "hotwash.cli", "gate", "run", str(gate), "--log", str(tmp_path / "log.csv")]
    command += ["--mlflow", mlflow_server.url, "--model", bot, "--model-version"]
    ran = subprocess.run([*command, "2"], env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    tags = mlflow.version(bot, "2").tags
    assert (tags["hotwash.gates"], tags["hotwash.gate.women"].split()[0]) == ("passed", "passed")
    assert tags["hotwash.gates.at"].startswith("20")
    gate.write_text(gate.read_text().replace(">= 0.8", ">= 1.2"))
    assert subprocess.run([*command, "2"], env=env, capture_output=True, check=False).returncode == 1
    assert mlflow.version(bot, "2").tags["hotwash.gates"] == "failed"
    ran = subprocess.run([*command, "99"], env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert f"Version 99 of {bot} was not tagged." in ran.stderr


# ── taking stock ─────────────────────────────────────────────────────────────


def test_a_registry_is_an_inventory_of_what_runs_with_its_provenance(
    mlflow: Mlflow, mlflow_server: real.Server, bot: str
) -> None:
    empty = f"{bot}-empty"
    mlflow_server.call("POST", "2.0/mlflow/registered-models/create", name=empty, description="Nothing yet.")
    known = {one.name: one for one in proposed(mlflow)}
    assert [(one.part, one.version) for one in known[bot].parts] == [
        ("model", "3"), ("code", "c" * 40), ("data", "tickets 1509bd03"),
    ]  # fmt: skip
    assert (known[bot].owner, known[bot].remarks) == ("ana", ())
    assert (known[empty].purpose, known[empty].remarks) == ("Nothing yet.", ("It has no version yet.",))
    previous = {one.name: one for one in proposed(mlflow, alias="previous")}[bot]
    assert previous.remarks == ("No alias previous points at a version: the newest is taken.",)
    with pytest.raises(OutsideFault):
        proposed(Mlflow(f"http://127.0.0.1:{free_port()}"))
