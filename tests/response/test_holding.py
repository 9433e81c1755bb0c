"""A hold takes what a containment would change, says what it could not take, and is a hold all the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hotwash.incident.events import EvidenceHeld, HeldItem
from hotwash.investigate import Cancelled
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response import holding
from hotwash.response.desk import Desk, NotPermitted, Person
from hotwash.response.holders import DataOf, LogOf, NamedFiles, RegistryOf, Window, window_of
from hotwash.response.holding import Held, Holder, NotTaken, go_on, hold
from hotwash.response.outside import Unreachable
from hotwash.systems.lineage import Commit, DataVersion, Lineage, ModelVersion
from hotwash.systems.state import System

ANA, BO, DEE = Person("Ana", "responder"), Person("Bo", "commander"), Person("Dee", "observer")
MARCH = datetime(2026, 3, 3, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = MARCH

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def desk() -> Desk:
    desk = Desk(MemoryStore(), MemoryVault(), clock=Clock())
    desk.register(by=BO, name="Loans", purpose="x")
    desk.declare(by=ANA, title="Loans refused", system="loans")
    return desk


INCIDENT = "INC-2026-0001"


class Saying:
    """A holder that holds what it is told, or fails as it is told."""

    def __init__(self, title: str, *held: Held, fault: Exception | None = None) -> None:
        self.title, self.held, self.fault = title, held, fault

    def snapshot(self, system: System) -> Iterator[Held]:
        yield from self.held
        if self.fault is not None:
            raise self.fault


def whole(desk: Desk, *holders: Holder) -> tuple[HeldItem, ...]:
    """Both parts of a hold; what the second one took."""
    first = hold(desk, INCIDENT, by=BO, holders=holders).entries[0].number
    done = go_on(desk, INCIDENT, first, by=BO, holders=holders)
    event = desk.incident(INCIDENT).holds[done.entries[0].number].event
    assert isinstance(event, EvidenceHeld)
    assert event.continues == first
    return event.items


def test_what_is_known_here_is_taken_with_the_head_of_the_systems_record(desk: Desk) -> None:
    recorded = hold(desk, INCIDENT, by=BO, reason="before the switch", holders=[Saying("the registry")])
    event = desk.incident(INCIDENT).holds[recorded.entries[0].number].event
    assert event.waiting == ("the registry",)
    system = msgspec.json.decode(desk.vault.get(event.items[0].digest))
    assert (system["entries"], system["head"]) == (1, desk.store.head("system/loans").digest)
    assert [item.what for item in event.items] == ["system", "log", "switches"]
    assert event.items[1].failed.startswith("No log is described")


def test_one_part_that_fails_costs_no_other(desk: Desk) -> None:
    taken = Held("alias.json", "application/json", b"{}", "registry", "Points at 3.")
    items = whole(
        desk,
        Saying("away", fault=Unreachable("MLflow", "MLflow does not answer. Nothing was read.")),
        Saying("half", taken, fault=NotTaken("The versions could not be read.")),
        Saying("broken", fault=ValueError("token=s3cret")),
        Saying("unreadable", fault=PermissionError(13, "Permission denied")),
        Saying("fine", taken),
    )
    assert [(item.name, item.kept, item.failed) for item in items] == [
        ("away", False, "MLflow does not answer. Nothing was read."),
        ("alias.json", True, ""),
        ("half", False, "The versions could not be read."),
        ("broken", False, "It failed (ValueError)."),
        ("unreadable", False, "It cannot be read (Permission denied)."),
        ("alias.json", True, ""),
    ]


def test_what_is_too_large_is_recorded_by_its_digest(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "FILE_MAX", 3)
    (item,) = whole(desk, Saying("registry", Held("model.bin", "x", b"1234", "disk")))
    assert (item.kept, item.size) == (False, 4)
    assert item.digest.startswith("sha256:")
    assert "Too large" in item.says
    assert not desk.vault.has(item.digest)


def test_names_that_are_no_line_of_text_are_made_one(desk: Desk) -> None:
    (item,) = whole(desk, Saying("odd", Held("a\nb\x00\u202e" + "c" * 500, "x", b"", "\n", "\t")))
    assert item.name.startswith("a b")
    assert len(item.name) <= 200
    assert item.size == 0
    assert item.kept


def test_stopping_leaves_a_hold_that_says_so(desk: Desk) -> None:
    holders = [Saying("one"), Saying("two")]
    first = hold(desk, INCIDENT, by=BO, holders=holders).entries[0].number
    go_on(desk, INCIDENT, first, by=BO, holders=holders, cancelled=lambda: True)
    items = desk.incident(INCIDENT).holds[first + 1].event.items
    assert [item.failed for item in items] == [holding.STOPPED] * 2


def test_who_has_lost_the_work_to_somebody_else_records_nothing(desk: Desk) -> None:
    holders = [Saying("one")]
    first = hold(desk, INCIDENT, by=BO, holders=holders).entries[0].number
    with pytest.raises(Cancelled):
        go_on(desk, INCIDENT, first, by=BO, holders=holders, ours=lambda: False)
    assert desk.incident(INCIDENT).number == first


def test_who_may_not_takes_nothing(desk: Desk) -> None:
    with pytest.raises(NotPermitted):
        hold(desk, INCIDENT, by=DEE)
    assert list(desk.vault.digests()) == []


def test_an_incident_of_a_system_that_nobody_registered_is_held_with_that_said(desk: Desk) -> None:
    other = desk.declare(by=ANA, title="x", system="unknown").id
    (item,) = hold(desk, other, by=BO).state.holds.values()  # type: ignore[union-attr]
    assert "There is no AI system unknown" in item.event.items[0].failed


def test_a_full_vault_is_said_and_the_digest_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(data: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(desk.vault, "put", full)
    items = hold(desk, INCIDENT, by=BO).state.holds[3].event.items  # type: ignore[union-attr]
    assert not items[0].kept
    assert items[0].digest
    assert "No space left" in items[0].failed


def test_files_that_versions_name_are_kept_and_held_against_their_digest(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "prompt.txt").write_text("Be fair.")
    (tmp_path / "logs" / "train.csv").write_text("who\np1\n")
    (tmp_path / "secret.txt").write_text("not here")
    good = "sha256:" + "0" * 64
    for part, source, digest in (
        ("prompt", "prompt.txt", good),
        ("data", "train.csv", ""),
        ("code", str(tmp_path / "secret.txt"), ""),
        ("configuration", "https://example.org/x", ""),
        ("model", "nothing.bin", ""),
    ):
        words: dict[str, Any] = {"part": part, "version": "2", "source": source, "digest": digest}
        desk.record_system("loans", "deploy", by=BO, **words)
    items = whole(desk, NamedFiles([tmp_path / "logs"]))
    assert [(item.name, item.what, item.restricted) for item in items] == [
        ("train.csv", "data", True),
        ("prompt.txt", "prompt", False),
    ]
    assert items[1].says.startswith("NOT what went live")


def test_a_log_is_told_whole_cut_to_the_window_and_shown_in_masked_rows(desk: Desk, tmp_path: Path) -> None:
    rows = "".join(f"2026-03-{day:02d}T08:00:00Z,p{day},call +49 30 1234567,no\n" for day in range(1, 21))
    (tmp_path / "loans.csv").write_text("at,who,text,decision\n" + rows)
    columns = {"time": "at", "subject": "who"}
    desk.record_system("loans", "describe-log", by=BO, source="loans.csv", columns=columns)
    window = Window(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC))
    told, part, sample = whole(desk, LogOf([tmp_path], window))
    assert "20 rows" in told.says
    assert part.says.startswith("3 decisions")
    assert part.restricted
    lines = desk.vault.get(sample.digest).decode().splitlines()
    assert len(lines) == 3
    assert all("[phone]" in line and "who" not in line for line in lines)


def test_a_log_that_is_away_or_too_large_is_said(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window(MARCH - timedelta(days=9), MARCH)
    desk.record_system("loans", "describe-log", by=BO, source="loans.csv", columns={"time": "at"})
    (gone,) = whole(desk, LogOf([tmp_path], window))
    assert "There is no file" in gone.failed
    (outside,) = whole(desk, LogOf([], window))
    assert "outside the folders" in outside.failed
    (tmp_path / "loans.csv").write_text("at,x\n" + "2026-03-01T08:00:00Z,1\n" * 10)
    monkeypatch.setattr("hotwash.response.holders.cut.__kwdefaults__", {"rows_max": 5, "bytes_max": 9, "watch": None})
    _, part, sample = whole(desk, LogOf([tmp_path], window))
    assert "10 decisions: too many to be kept" in part.failed
    assert sample.kept


class Registry:
    """A registry of models in memory."""

    def champion(self, model: str, alias: str = "champion") -> ModelVersion:
        if model != "loans":
            raise Unreachable("the registry", f"There is no model {model}.")
        return ModelVersion(model, "3")

    def versions(self, model: str) -> tuple[ModelVersion, ...]:
        return (ModelVersion(model, "3"), ModelVersion(model, "2"))

    def lineage(self, model: str, version: str) -> Lineage:
        return Lineage(ModelVersion(model, version), gaps=("No run is named.",))


def test_a_registry_is_held_with_alias_versions_and_lineage(desk: Desk) -> None:
    items = whole(desk, RegistryOf(Registry(), "loans"), RegistryOf(Registry(), "lost"))  # type: ignore[arg-type]
    assert [item.name for item in items] == [
        "loans-champion.json", "loans-versions.json", "loans-lineage.json", "the model registry",
    ]  # fmt: skip
    assert "points at version 3" in items[0].says
    assert "No run is named." in items[2].says
    assert items[3].failed == "There is no model lost."


def test_the_window_begins_with_the_harm_if_that_is_known(desk: Desk) -> None:
    incident = desk.incident(INCIDENT)
    assert incident.declared
    assert window_of(incident, now=MARCH).since == incident.declared.at - timedelta(days=7)
    desk.record(INCIDENT, "begin-harm", by=BO, source="onset", at=MARCH - timedelta(days=30))
    assert window_of(desk.incident(INCIDENT), now=MARCH).since == MARCH - timedelta(days=30)
    with pytest.raises(NotAllowed, match="empty"):
        window_of(incident, now=MARCH, since=MARCH, until=MARCH)


def test_a_hold_counts_as_evidence_kept_first(desk: Desk) -> None:
    words: dict[str, Any] = {"switch": "by hand", "state": "human", "reason": "x"}
    with pytest.raises(NotAllowed, match="unheld_because"):
        desk.record(INCIDENT, "contain", by=BO, **words)
    first = hold(desk, INCIDENT, by=BO).entries[0].number
    desk.record(INCIDENT, "contain", by=BO, **words)
    assert desk.incident(INCIDENT).in_force[0].applied.event.hold == (first,)
    with pytest.raises(NotAllowed, match="no hold"):
        desk.record(INCIDENT, "hold", by=BO, items=[], waiting=["x"], continues=1)


class Repository:
    """Versions of data in memory."""

    def commit(self, revision: str) -> Commit:
        return Commit(revision, MARCH, "Ana", "Retrain")

    def versions(self, revision: str) -> tuple[DataVersion, ...]:
        return ()


def test_a_repository_is_held_with_its_commit_and_data(desk: Desk) -> None:
    items = whole(desk, DataOf(Repository(), "abc123"))  # type: ignore[arg-type]
    assert [item.what for item in items] == ["code", "data"]
