"""One changed byte anywhere in a record, in any column of any entry, or in any file of the vault is found."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.api.speaking import installation
from tests.web.guards import unguarded

from hotwash.ledger.cipher import Keys
from hotwash.ledger.entry import ChainBroken
from hotwash.ledger.files import FileVault
from hotwash.response.desk import Desk, Person
from hotwash.web.api.verification import verify
from hotwash.web.door import desk as door
from hotwash.web.options import Options
from hotwash.web.tables.models import EntryRow, StreamRow

ANA = Person("ana", "administrator")
NOT_OF_A_RECORD = {
    "position": "the order of commits over all records: no record's chain holds it",
    "prefix": "made from the name, to find the next number",
    "digits": "made from the name, to find the next number",
    "rank": "made from the name, to find the next number",
}
"""Columns beside the records, and why no chain covers them. A new column has to be thought about."""

REST = '"stream", "kind", "by", "occurred_at", "recorded_at", "body_digest", "previous", "digest", "body", "salt"'
SAID_TWICE = f"""
    INSERT INTO hotwash_entry (position, number, {REST})
    SELECT 999, number + 1, {REST} FROM hotwash_entry WHERE stream = %s ORDER BY number DESC LIMIT 1
"""


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    with installation(tmp_path / "home"):
        desk = door()
        desk.declare(by=ANA, title="Loans refused")
        desk.record("INC-2026-0001", "note", by=ANA, text="Noted")
        evidence = b"evidence " * 40
        desk.keep("INC-2026-0001", evidence, by=ANA, name="a.txt", media_type="text/plain", source="", note="")
        desk.register(by=ANA, name="Loans")
        yield desk


def broken(desk: Desk) -> bool:
    """Whether anything in any record is found wanting."""
    try:
        return any(not verify(desk.store, desk.vault, stream).ok for stream in desk.store.streams())
    except (ChainBroken, ValueError):
        return True


def columns(model: Any) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if field.column not in NOT_OF_A_RECORD]


def flipped(value: Any, at: int) -> Any:
    if isinstance(value, int):
        return value + 1_000
    other = "x" if value[at] != "x" else "y"
    return value[:at] + other + value[at + 1 :]


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [
        (model._meta.db_table, model._meta.pk.column, column)
        for model in (EntryRow, StreamRow)
        for column in columns(model)
    ],
)
def test_any_changed_character_of_any_column_is_found(house: Desk, table: str, key: str, column: str) -> None:
    draw = random.Random(22)
    assert not broken(house)
    with unguarded(), connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute(f'SELECT "{key}", "{column}" FROM {table}')
        for row, value in cursor.fetchall():
            places = [0] if isinstance(value, int) else {0, len(value) - 1, draw.randrange(len(value))}
            for at in places:
                changed = flipped(value, at)
                cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE "{key}" = %s', (changed, row))
                assert broken(house), f"{column} of {row}, character {at}"
                back = changed if column == key else row
                cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE "{key}" = %s', (value, back))
        assert not broken(house)


@pytest.mark.parametrize("what", ["dropped", "swapped", "cut off", "said twice"])
def test_entries_that_are_dropped_swapped_or_repeated_are_found(house: Desk, what: str) -> None:
    stream = "incident/INC-2026-0001"
    with unguarded(), connection.cursor() as cursor:
        said = {
            "dropped": ["DELETE FROM hotwash_entry WHERE stream = %s AND number = 2"],
            "cut off": ["DELETE FROM hotwash_entry WHERE stream = %s AND number = 3"],
            "swapped": [
                "UPDATE hotwash_entry SET number = 99 WHERE stream = %s AND number = 2",
                "UPDATE hotwash_entry SET number = 2 WHERE stream = %s AND number = 3",
                "UPDATE hotwash_entry SET number = 3 WHERE stream = %s AND number = 99",
            ],
            "said twice": [SAID_TWICE],
        }
        for statement in said[what]:
            cursor.execute(statement, (stream,))
        assert broken(house)


@pytest.mark.parametrize("keys", [None, Keys((b"k" * 32,))], ids=["plain", "sealed"])
def test_any_changed_byte_of_any_vault_file_is_found(house: Desk, keys: Keys | None) -> None:
    assert isinstance(house.vault, FileVault)
    vault = house.vault = FileVault(house.vault.folder, keys=lambda: keys)
    for digest in vault.digests() if keys else ():
        vault.seal_anew(digest)
    assert not broken(house)
    files = [path for path in vault.folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        was = path.read_bytes()
        for at in range(len(was)):
            path.write_bytes(was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :])
            with pytest.raises(ChainBroken):
                vault.get(f"sha256:{path.name[:64]}")
        path.write_bytes(was[:-1])
        assert broken(house)
        path.unlink()
        assert broken(house)
        path.write_bytes(was)
    assert not broken(house)


def test_a_check_that_recomputes_nothing_would_be_seen_by_the_sweep(
    house: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if it forgot the headings: a changed author passes, and the sweep over `by` fails.
    from hotwash.ledger import entry

    monkeypatch.setattr(entry, "follows", lambda *_, **__: None)
    with unguarded():
        EntryRow.objects.filter(number=2).update(by="dee")
    assert not broken(house)
