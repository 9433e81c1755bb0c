"""Playbooks as CACAO 2.0: out and back without loss, others' documents in, nothing run."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hotwash.knowledge.cacao import taken, written
from hotwash.knowledge.playbooks import BadPlaybook, Playbook, shelf

MADE = datetime(2026, 11, 23, tzinfo=UTC)

FOREIGN: dict[str, Any] = {
    "type": "playbook",
    "spec_version": "cacao-2.0",
    "id": "playbook--61a6c41e-6efc-4516-a242-dfbc5c89d562",
    "name": "Find malware, then clean",
    "description": "Look first.",
    "created_by": "identity--5abe695c-7bd5-4c31-8824-2528696cdbf1",
    "created": "2025-01-21T14:14:23.263Z",
    "modified": "2025-01-21T14:14:23.263Z",
    "workflow_start": "start--1",
    "workflow": {
        "start--1": {"type": "start", "on_completion": "parallel--1"},
        "parallel--1": {
            "type": "parallel", "next_steps": ["action--1", "action--2"], "on_completion": "if-condition--1",
        },
        "action--1": {
            "type": "action",
            "name": "Look at the host",
            "commands": [{"type": "bash", "command": "rm -rf /"}, {"type": "manual", "command": "Read the log."}],
        },
        "action--2": {"type": "action", "name": "Ask the owner", "description": "By phone."},
        "if-condition--1": {
            "type": "if-condition", "condition": "found", "on_true": "action--3", "on_false": "end--1",
            "on_completion": "end--1",
        },
        "action--3": {"type": "action", "name": "Clean", "on_completion": "action--1"},
        "end--1": {"type": "end"},
    },
}  # fmt: skip


@pytest.mark.parametrize("book", shelf().playbooks, ids=lambda book: book.id)
def test_out_and_back_loses_nothing_but_the_order_of_steps(book: Playbook) -> None:
    back = taken(written(book, made_at=MADE))
    assert {step.id: step for step in back.steps} == {step.id: step for step in book.steps}
    assert [step.id for step in back.steps_at("Critical")] == [step.id for step in book.steps_at("Critical")]
    assert (back.title, back.authority, back.handovers, back.not_yet) == (
        book.title,
        book.authority,
        book.handovers,
        book.not_yet,
    )


@pytest.mark.parametrize("book", shelf().playbooks, ids=lambda book: book.id)
def test_what_goes_out_has_the_shape_that_the_standard_asks_for(book: Playbook) -> None:
    document = written(book, made_at=MADE)
    needed = {"type", "spec_version", "id", "name", "created_by", "created", "modified", "workflow_start", "workflow"}
    assert needed <= document.keys()
    workflow = document["workflow"]
    assert workflow[document["workflow_start"]]["type"] == "start"
    reached, at = set(), document["workflow_start"]
    while "on_completion" in workflow[at]:
        reached.add(at)
        at = workflow[at]["on_completion"]
    assert workflow[at] == {"type": "end"}
    assert reached | {at} == workflow.keys()
    for name, step in workflow.items():
        assert name.split("--")[0] == step["type"]
        if step["type"] == "action":
            assert step["agent"] in document["agent_definitions"]
            assert step["commands"][0]["command"]
            assert step["step_extensions"].keys() <= document["extension_definitions"].keys()
    assert written(book, made_at=MADE) == document


def test_anothers_workflow_is_walked_branch_by_branch_each_step_once() -> None:
    book = taken(FOREIGN)
    assert [step.title for step in book.steps] == ["Look at the host", "Ask the owner", "Clean"]
    assert book.title == "Find malware, then clean"
    assert {step.role for step in book.steps} == {"operations"}


def test_a_command_for_a_machine_becomes_words_for_a_person() -> None:
    [look, *_] = taken(FOREIGN).steps
    assert look.kind == "manual"
    assert "(bash, not run by Hotwash) rm -rf /" in look.detail
    assert "Read the log." in look.detail


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"type": "report"}, "no CACAO playbook"),
        ({"spec_version": "1.1"}, "cacao-2.0 is read"),
        ({"workflow_start": "start--9"}, "names no step"),
        ({"workflow": []}, "names no step"),
        ({"workflow": {"start--1": {"type": "start", "on_completion": "gone"}}}, "leads to “gone”"),
        ({"workflow": {"start--1": {"type": "start"}}}, "has no steps"),
    ],
)
def test_a_document_that_cannot_be_read_says_why(change: dict[str, Any], why: str) -> None:
    with pytest.raises(BadPlaybook, match=why):
        taken({**FOREIGN, **change})
