"""The words of redress are the same in the rules, in the data and in the reference."""

from pathlib import Path

import pytest

from hotwash.incident.redress import ACTS, REMEDIES, STATES
from hotwash.knowledge.duties import duties
from hotwash.knowledge.redress import redress
from hotwash.response.redress.cells import as_it_was, defused, money
from hotwash.response.redress.lists import COLUMNS
from hotwash.web.room.forms.redress import ACT_WORDS
from hotwash.web.room.redress import STATE_WORDS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "redress.md").read_text()


def test_what_can_be_owed_is_said_in_one_table() -> None:
    assert tuple(one.id for one in redress().remedies) == REMEDIES
    for one in redress().remedies:
        assert f"| `{one.id}` | {one.sentence} | {one.done_when} |" in PAGE


def test_every_rule_for_deadlines_names_a_stage_that_can_be_counted() -> None:
    for rule in redress().deadlines:
        stage = duties().duties[rule.duty].stage(rule.stage)
        assert stage.n > 0
        assert f"| `{rule.id}` | {rule.title} | {rule.start} |" in PAGE


def test_states_acts_and_columns_have_words() -> None:
    assert set(STATE_WORDS) == set(STATES)
    assert set(ACT_WORDS) == set(ACTS)
    assert all(f"| `{state}` |" in PAGE for state in STATES)
    assert all(f"`{column}`" in PAGE for column in COLUMNS)


@pytest.mark.parametrize("text", ["", "a", "=1", "'=1", "''=1", "+", "-5", "@x", "\tx", "'", "'a", "\r", "\n"])
def test_a_cell_comes_back_as_it_went_out_and_is_no_formula(text: str) -> None:
    assert as_it_was(defused(text)) == text
    assert defused(text)[:1] not in tuple("=+-@\t\r\n")


def test_amounts_are_written_as_people_write_them() -> None:
    assert [money(units) for units in (0, 125_000, 10_001, 12_340_000)] == ["0.00", "12.50", "1.0001", "1234.00"]
