"""A seal that was kept elsewhere, held against live records, an export, a case file and a backup."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import openssl
from tests.cli.terminal import Terminal, terminal

INCIDENT = "INC-2026-0001"


@pytest.fixture
def typed(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "home")) as made:
        made.json("declare", "Loans refused")
        made.json("note", INCIDENT, "The first entry after")
        yield made


@pytest.fixture
def kept(typed: Terminal, tmp_path: Path) -> tuple[str, ...]:
    """A seal and its key, elsewhere; the words that hold it against something."""
    typed.json("ledger", "seal", "--to", str(tmp_path / "seal.json"))
    typed.json("ledger", "key", "--to", str(tmp_path / "key.pem"))
    return "--seal", str(tmp_path / "seal.json"), "--key", str(tmp_path / "key.pem")


def cut(home: Path, *, above: int) -> None:
    """Cut off the end of a record as somebody who holds the database can: the chain is perfect, and shorter."""
    with sqlite3.connect(home / "hotwash.sqlite3") as database:
        database.execute("DROP TRIGGER hotwash_entry_no_delete")
        stream = f"incident/{INCIDENT}"
        database.execute("DELETE FROM hotwash_entry WHERE stream = ? AND number > ?", (stream, above))
        database.execute(
            "UPDATE hotwash_stream SET number = :above, digest = "
            "(SELECT digest FROM hotwash_entry WHERE stream = :stream AND number = :above) WHERE name = :stream",
            {"above": above, "stream": stream},
        )
    database.close()


def test_a_seal_stands_while_records_only_grow(typed: Terminal, kept: tuple[str, ...], tmp_path: Path) -> None:
    typed.json("note", INCIDENT, "Written after the seal")
    assert typed.json("ledger", "verify", *kept)["ok"]
    typed.json("export", INCIDENT, "--to", str(tmp_path / "records.json"))
    typed.json("export", INCIDENT, "--to", str(tmp_path / "folder"))
    typed.json("backup", str(tmp_path / "copy.zip"))
    for place in ("records.json", "folder", "copy.zip"):
        found = typed.run("ledger", "verify", str(tmp_path / place), *kept)
        assert found.code == 0, found
        assert "1 record begins as sealed" in found.out


def test_a_record_that_was_cut_off_follows_and_does_not_stand(
    typed: Terminal, kept: tuple[str, ...], tmp_path: Path
) -> None:
    cut(tmp_path / "home", above=1)
    assert typed.json("ledger", "verify")["ok"], "its chain is perfect"
    assert "the record ends before it" in typed.refused("ledger", "verify", *kept)
    typed.json("export", INCIDENT, "--to", str(tmp_path / "records.json"))
    typed.json("backup", str(tmp_path / "copy.zip"))
    for place in ("records.json", "copy.zip"):
        refused = typed.refused("ledger", "verify", str(tmp_path / place), *kept)
        assert f"incident/{INCIDENT}, entry 2: the record ends before it" in refused


def test_an_older_backup_is_said_to_be_older(typed: Terminal, tmp_path: Path) -> None:
    typed.json("backup", str(tmp_path / "copy.zip"))
    typed.json("note", INCIDENT, "Written after the backup")
    typed.json("ledger", "seal", "--to", str(tmp_path / "seal.json"))
    typed.json("ledger", "key", "--to", str(tmp_path / "key.pem"))
    words = ("--seal", str(tmp_path / "seal.json"), "--key", str(tmp_path / "key.pem"))
    assert "before the seal" in typed.refused("ledger", "verify", str(tmp_path / "copy.zip"), *words)


def test_a_seal_of_another_key_or_changed_proves_nothing(
    typed: Terminal, kept: tuple[str, ...], tmp_path: Path
) -> None:
    with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "other")) as other:
        other.json("ledger", "key", "--to", str(tmp_path / "other.pem"))
    assert "was made with the key" in typed.refused("ledger", "verify", *kept[:3], str(tmp_path / "other.pem"))
    seal = json.loads((tmp_path / "seal.json").read_text())
    seal["heads"] = {}
    (tmp_path / "seal.json").write_text(json.dumps(seal))
    assert "changed after it was signed" in typed.refused("ledger", "verify", *kept)


def test_a_seal_that_covers_nothing_there_says_so(typed: Terminal, kept: tuple[str, ...], tmp_path: Path) -> None:
    typed.json("declare", "Another one, after the seal")
    typed.json("export", "INC-2026-0002", "--to", str(tmp_path / "records.json"))
    assert "covers no record" in typed.refused("ledger", "verify", str(tmp_path / "records.json"), *kept)


def test_a_seal_is_never_written_over(typed: Terminal, kept: tuple[str, ...]) -> None:
    assert "is there already" in typed.refused("ledger", "seal", "--to", kept[1])


def test_sending_needs_a_place(typed: Terminal) -> None:
    assert "no place to send it to" in typed.refused("ledger", "seal", "--send")
    ran = typed.run("ledger", "seals")
    assert ran.code == 1
    assert "No seal leaves this machine by itself" in ran.out


@pytest.mark.real("openssl")
def test_the_worker_takes_seals_to_a_folder_with_a_time_stamp(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    try:
        with openssl.authority(tmp_path / "tsa") as tsa:
            plan = {"folder": str(elsewhere), "timestamp": tsa.url, "authority": str(tsa.certificates)}
            with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "home"), HOTWASH_SEALS=json.dumps(plan)) as typed:
                typed.json("declare", "Loans refused")
                typed.json("worker", "--once")
                typed.json("worker", "--once")
                typed.json("ledger", "key", "--to", str(tmp_path / "key.pem"))
                (seal,), (stamp,) = elsewhere.glob("*.json"), elsewhere.glob("*.tsr")
                words = ("--seal", str(seal), "--key", str(tmp_path / "key.pem"))
                stamped = ("--stamp", str(stamp), "--authority", str(tsa.certificates))
                assert typed.json("ledger", "verify", *words, *stamped)["stamped_at"]
                seal.chmod(0o600)
                typed.json("ledger", "seal", "--to", str(tmp_path / "other.json"))
                refused = typed.refused(
                    "ledger", "verify", "--seal", str(tmp_path / "other.json"), *words[2:], *stamped
                )
                assert "time-stamp does not hold" in refused
                assert typed.json("ledger", "seals")["well"]
    except openssl.NotHere as why:
        pytest.skip(str(why))
