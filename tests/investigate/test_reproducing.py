"""A finding is computed again: same data, same numbers; changed data is said to be changed, and both are shown."""

from pathlib import Path
from typing import Any

import pytest
from tests.investigate import one_log
from tests.investigate.logs import confusion, write_csv
from tests.investigate.one_log import Places

from hotwash.investigate import AskedWrongly, Finding, Predictions, Unreadable, blast_radius, fairness
from hotwash.investigate.reproducing import reproduce

GROUPS = {"Blue": (60, 40, 20, 80), "Green": (90, 10, 40, 60)}


def log(folder: Path, more: int = 0) -> str:
    rows = confusion(GROUPS) + [("Blue", 1, 0)] * more
    return write_csv(folder / "log.csv", ["race", "decision", "label"], rows)


def test_the_same_data_gives_the_same_numbers(tmp_path: Path) -> None:
    found = fairness(log(tmp_path), decision="decision", label="label", group="race", reference={"race": "Green"})
    again = reproduce(found.to_json())
    assert (again.reproduced, again.same_data, again.same_numbers) == (True, True, True)
    assert str(again) == f"The same data, the same numbers. {found.sentence}"
    assert again.after.to_json() == found.to_json()


def test_changed_data_is_told_and_both_are_shown(tmp_path: Path) -> None:
    found = fairness(log(tmp_path), decision="decision", label="label", group="race")
    log(tmp_path, more=5)
    again = reproduce(found)
    assert (again.reproduced, again.same_data, again.same_numbers) == (False, False, False)
    assert str(again) == "The data changed since. The numbers are others."
    n = next(c for c in again.changes if c.where == "result.groups[0].n")
    assert (n.before, n.after) == (200, 205)
    assert again.before == found
    assert again.after.rows.used == 405


def test_changed_data_with_the_same_numbers_is_told_apart(tmp_path: Path) -> None:
    found = fairness(log(tmp_path), decision="decision", label="label", group="race")
    rows = [*confusion(GROUPS)][::-1]
    write_csv(tmp_path / "log.csv", ["race", "decision", "label"], rows)
    assert str(reproduce(found)) == "The data changed since. The numbers are the same."


def test_a_number_that_was_tampered_with_is_found(tmp_path: Path) -> None:
    found = fairness(log(tmp_path), decision="decision", label="label", group="race").to_json()
    again = reproduce(found.replace('"n":200', '"n":201', 1))
    assert again.same_data
    assert not again.reproduced
    assert str(again).startswith("The same data give other numbers, in 1 places. The versions are the same too")


@pytest.mark.parametrize("zone", [None, one_log.ZONE])
def test_a_zone_is_part_of_the_question(tmp_path: Path, zone: str | None) -> None:
    source = one_log.parquet(one_log.rows(), Places(tmp_path, lambda: pytest.fail("no server is needed")))
    found = blast_radius(Predictions(source, zone=zone), harm="not decision", time="at", baseline="at < '2026-06-01'")
    assert reproduce(Finding.from_json(found.to_json())).reproduced


def test_a_log_that_was_moved_is_named_anew(tmp_path: Path) -> None:
    found = fairness(log(tmp_path), decision="decision", group="race")
    (tmp_path / "log.csv").rename(tmp_path / "moved.csv")
    with pytest.raises(Unreadable, match="no file"):
        reproduce(found)
    assert reproduce(found, tmp_path / "moved.csv").reproduced


def test_a_table_in_memory_must_be_handed_in_again(tmp_path: Path) -> None:
    table: Any = one_log.arrow(one_log.rows(), Places(tmp_path, lambda: pytest.fail("no server is needed")))
    found = fairness(table, decision="decision", group="race")
    with pytest.raises(AskedWrongly, match="Table in memory, and is not kept"):
        reproduce(found)
    assert reproduce(found, table).reproduced


def test_the_same_rows_elsewhere_give_the_same_numbers_and_no_word_on_the_data(places: Places) -> None:
    made = one_log.rows()
    found = fairness(one_log.parquet(made, places), decision="decision", group="race")
    again = reproduce(found, one_log.sqlite(made, places))
    assert again.same_numbers
    assert str(again).startswith("Whether the data is the same cannot be told")


@pytest.mark.real("postgresql")
def test_a_finding_from_a_server_is_found_again_without_its_password(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = one_log.postgresql(one_log.rows(), places).replace("hotwash@", "hotwash:geheim@")
    found = fairness(source, decision="decision", group="race")
    assert "geheim" not in found.to_json()
    monkeypatch.setenv("PGPASSWORD", "geheim")
    assert reproduce(found.to_json()).reproduced


def test_a_question_that_is_not_known_is_refused(tmp_path: Path) -> None:
    found = fairness(log(tmp_path), decision="decision", group="race").to_json()
    for name in ("palmistry", "picture", "affected"):
        with pytest.raises(AskedWrongly, match=f'no question "{name}"'):
            reproduce(found.replace('"question":"fairness"', f'"question":"{name}"'))
    with pytest.raises(ValueError, match="truncated"):
        reproduce("{")
