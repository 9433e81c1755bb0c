"""The vault is sealed and its keys are changed from the command line; nothing else notices."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal, terminal

INCIDENT = "INC-2026-0001"
TOLD = b"Told in confidence by somebody who was refused"


@pytest.fixture
def typed(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "home")) as made:
        made.json("declare", "Loans refused")
        (tmp_path / "told.txt").write_bytes(TOLD)
        made.json("hold", INCIDENT, str(tmp_path / "told.txt"))
        yield made


def kept(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (home / "vault").rglob("*") if path.is_file())


def test_the_vault_is_sealed_and_records_exports_and_backups_still_verify(typed: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert TOLD in kept(home)
    before = typed.run("vault", "status")
    assert before.code == 1
    assert "1 file: plain" in before.out
    sealed = typed.json("vault", "encrypt")
    assert sealed["ok"]
    assert (home / "vault-keys").stat().st_mode & 0o077 == 0
    assert TOLD not in kept(home)
    assert typed.json("ledger", "verify")["ok"]
    typed.json("export", INCIDENT, "--to", str(tmp_path / "records.json"))
    typed.json("backup", str(tmp_path / "copy.zip"))
    for name in ("records.json", "copy.zip"):
        assert typed.json("ledger", "verify", str(tmp_path / name))["ok"]
    assert typed.json("vault", "encrypt")["sealed"] == 0


def test_a_backup_of_a_sealed_vault_is_restored_sealed_with_another_key(typed: Terminal, tmp_path: Path) -> None:
    typed.json("vault", "encrypt")
    typed.json("backup", str(tmp_path / "copy.zip"))
    with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "other")) as there:
        there.json("restore", str(tmp_path / "copy.zip"))
        assert there.json("vault", "status")["ok"]
        assert there.json("ledger", "verify")["ok"]
    assert TOLD not in kept(tmp_path / "other")
    assert (tmp_path / "home/vault-keys").read_bytes() != (tmp_path / "other/vault-keys").read_bytes()


def test_keys_are_changed_twice_and_the_first_is_gone(typed: Terminal, tmp_path: Path) -> None:
    assert "not sealed yet" in typed.refused("vault", "rotate")
    first = typed.json("vault", "encrypt")["newest"]
    second = typed.json("vault", "rotate")
    assert second["ok"]
    assert second["keys"][1:] == [first]
    assert second["sealed"] == 1
    (tmp_path / "more.txt").write_bytes(b"More, by the server that runs")
    typed.json("hold", INCIDENT, str(tmp_path / "more.txt"))
    third = typed.json("vault", "rotate")
    assert (first in third["keys"], third["sealed"], third["ok"]) == (False, 2, True)
    assert typed.json("ledger", "verify")["ok"]


def test_a_damaged_file_is_told_and_left(typed: Terminal, tmp_path: Path) -> None:
    typed.json("vault", "encrypt")
    (path,) = (tmp_path / "home" / "vault").rglob("*.sealed")
    was = path.read_bytes()
    path.write_bytes(was[:-1] + bytes([was[-1] ^ 1]))
    ran = typed.run("vault", "rotate")
    assert ran.code == 1
    assert "Left as it is" in ran.out
    assert "the bytes in the vault that it names were changed" in typed.refused("ledger", "verify")


def test_keys_from_outside(tmp_path: Path) -> None:
    old, new = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    home = str(tmp_path / "home")
    with terminal(tmp_path, HOTWASH_HOME=home, HOTWASH_VAULT_KEY=old) as typed:
        typed.json("declare", "Loans refused")
        (tmp_path / "told.txt").write_bytes(TOLD)
        typed.json("hold", INCIDENT, str(tmp_path / "told.txt"))
        assert typed.json("vault", "status")["ok"]
        assert "set from outside" in typed.refused("vault", "rotate")
    with terminal(tmp_path, HOTWASH_HOME=home, HOTWASH_VAULT_KEY=new) as typed:
        assert "is not here" in typed.refused("ledger", "verify")
    with terminal(tmp_path, HOTWASH_HOME=home, HOTWASH_VAULT_KEY=f"{new} {old}") as typed:
        assert typed.json("ledger", "verify")["ok"]
        assert typed.json("vault", "encrypt")["sealed"] == 1
    with terminal(tmp_path, HOTWASH_HOME=home, HOTWASH_VAULT_KEY=new) as typed:
        assert typed.json("ledger", "verify")["ok"]
    assert not (tmp_path / "home" / "vault-keys").exists()


@pytest.mark.parametrize("key", ["short", "ä"])
def test_a_key_that_is_none_stops_the_start(tmp_path: Path, key: str) -> None:
    with terminal(tmp_path, HOTWASH_HOME=str(tmp_path / "home"), HOTWASH_VAULT_KEY=key) as typed:
        assert "32 bytes" in typed.refused("list")
