"""The fault trees to begin with."""

from hotwash.investigate.trees import read, solve
from hotwash.knowledge.trees import templates

ASKED_FOR = {
    "drift-unseen",
    "feedback-loop",
    "guardrail-gap",
    "label-bias",
    "leakage",
    "monitoring-gap",
    "prompt-injection",
    "rubber-stamp",
    "schema-change",
    "stale-retrieval",
    "vendor-change",
}


def test_every_pipeline_that_was_asked_for_has_a_tree_with_paths() -> None:
    assert set(templates()) == ASKED_FOR
    for one in templates().values():
        found = solve(read(one.text, "tree"))
        assert found.coherent
        assert found.cutsets_count is not None
        assert found.cutsets_count > 1


def test_no_chance_stands_in_a_template_without_its_source() -> None:
    with_chance = 0
    for one in templates().values():
        for event in read(one.text, "tree").events:
            assert (event.chance is None) == (not event.source), (one.name, event.name)
            with_chance += event.chance is not None
    assert with_chance >= 5


def test_every_event_and_gate_of_a_template_has_words() -> None:
    for one in templates().values():
        tree = read(one.text, "tree")
        assert all(gate.title for gate in tree.gates), one.name
        assert all(event.title for event in tree.events), one.name
