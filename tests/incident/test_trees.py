"""Fault trees of an incident: versions that stay, and a last word on each event."""

import pytest

from hotwash.ledger.rule import NotAllowed
from tests.incident.played import Played

TREE = "tree loans\ngate harm = drift AND unseen\nevent drift\nevent unseen\n"


@pytest.fixture
def declared() -> Played:
    played = Played()
    played.says("declare", title="Loans refused")
    return played


def test_every_version_stays_and_the_last_one_counts(declared: Played) -> None:
    declared.says("keep-tree", text=TREE)
    first = declared.state.trees["loans"].last.entry
    declared.says("keep-tree", text=TREE + "# looked at again\n", version=first, note="a remark", by="bo")
    tree = declared.state.trees["loans"]
    assert [said.by for said in tree.versions] == ["ana", "bo"]
    assert tree.last.event.note == "a remark"


def test_nobody_writes_over_a_version_that_they_did_not_see(declared: Played) -> None:
    declared.says("keep-tree", text=TREE)
    for version in (None, 1):
        with pytest.raises(NotAllowed, match="ana kept another version of loans"):
            declared.says("keep-tree", text=TREE + "# mine\n", version=version, by="bo")


def test_a_text_that_is_no_tree_is_refused_with_its_lines(declared: Played) -> None:
    with pytest.raises(NotAllowed, match="Line 2: harm needs drift, which is not defined"):
        declared.says("keep-tree", text="tree loans\ngate harm = drift\n")
    with pytest.raises(NotAllowed, match="is not understood here"):
        declared.says("keep-tree", text="<opsa-mef/>")


def test_the_last_word_on_an_event_counts_and_needs_what_shows_it(declared: Played) -> None:
    declared.says("keep-tree", text=TREE)
    with pytest.raises(NotAllowed, match="Name the finding"):
        declared.says("judge-tree-event", tree="loans", event="drift", standing="confirmed")
    with pytest.raises(NotAllowed, match="no event 'drfit'"):
        declared.says("judge-tree-event", tree="loans", event="drfit", standing="confirmed", evidence="x")
    with pytest.raises(NotAllowed, match="9"):
        declared.says("judge-tree-event", tree="loans", event="drift", standing="confirmed", finding=9)
    declared.says("judge-tree-event", tree="loans", event="drift", standing="confirmed", evidence="PSI 0.4 since March")
    declared.says("judge-tree-event", tree="loans", event="drift", standing="open")
    assert declared.state.trees["loans"].standing["drift"].event.standing == "open"
    assert len(declared.state.trees["loans"].judged) == 2
