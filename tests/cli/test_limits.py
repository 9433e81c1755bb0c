"""What a question may take and tell: the memory that it uses, and the smallest cell."""

import inspect
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.investigate.logs import confusion, write_csv

from hotwash.cli.ask import ask
from hotwash.response.inquiries import QUESTIONS


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_takes_a_limit_of_memory_and_a_smallest_cell_if_it_lists_groups(question: str) -> None:
    words = {option.name for option in ask.commands[question].params}
    assert "memory_mb" in words
    takes = "smallest_cell" in inspect.signature(QUESTIONS[question].ask).parameters
    assert ("smallest_cell" in words) == takes


def test_small_groups_are_hidden_and_too_little_memory_is_refused(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["team", "decision", "label"], confusion(
        {"a": (40, 30, 20, 50), "b": (40, 30, 20, 50), "c": (1, 1, 1, 2)}
    ))  # fmt: skip
    told = ["fairness", log, "--decision", "decision", "--label", "label", "--group", "team", "--memory-mb", "64"]
    found = CliRunner().invoke(ask, [*told, "--smallest-cell", "5", "--format", "json"])
    assert found.exit_code == 0
    assert '"suppressed": true' in found.stdout
    refused = CliRunner().invoke(ask, [*told[:-1], "8"])
    assert refused.exit_code == 2
    assert "32" in refused.output
