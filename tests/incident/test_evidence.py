"""What the rules of the chain of custody refuse, and which bytes an entry names."""

from datetime import UTC, datetime

import pytest

from hotwash.incident.events import CheckedItem, HeldItem
from hotwash.incident.events.evidence import digests_in
from hotwash.ledger.rule import NotAllowed
from tests.incident.played import Played

AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
ONE = "sha256:" + "1" * 64
TAKEN = HeldItem("system", "loans.json", "system/loans", AT, ONE, 9, kept=True)
FAILED = HeldItem("registry", "the registry", "", AT, failed="Nobody answers.")


@pytest.fixture
def held() -> Played:
    played = Played()
    played.says("declare", title="Loans refused", system="loans")
    played.says("hold", items=(TAKEN, FAILED), waiting=("the log",))
    return played


def test_a_hold_says_of_each_part_what_was_taken_or_why_not(held: Played) -> None:
    with pytest.raises(NotAllowed, match="nothing to hold"):
        held.says("hold", items=())
    with pytest.raises(NotAllowed, match="neither taken nor"):
        held.says("hold", items=(HeldItem("x", "half", "", AT),))
    with pytest.raises(NotAllowed, match="Entry 1 is no hold"):
        held.says("hold", items=(TAKEN,), continues=1)
    held.says("hold", items=(FAILED,), continues=3)
    assert held.state.held == (3, 4)


def test_a_hold_of_which_parts_are_missing_counts_as_evidence_kept(held: Played) -> None:
    held.says("contain", switch="by hand", state="human")
    assert held.state.in_force[0].applied.event.hold == (3,)
    bare = Played()
    bare.says("declare", title="x")
    bare.says("hold", items=(FAILED,))
    bare.says("contain", switch="by hand", state="human")


def test_only_what_was_kept_is_handed_over_and_to_somebody(held: Played) -> None:
    for entry, item, why in ((1, 0, "no evidence"), (3, 3, "no item 3"), (3, -1, "no item"), (3, 2, "only the digest")):
        with pytest.raises(NotAllowed, match=why):
            held.says("hand-over-evidence", entry=entry, item=item, to="the court", reason="ordered")
    with pytest.raises(NotAllowed, match="To whom"):
        held.says("hand-over-evidence", entry=3, to=" ", reason="ordered")
    held.says("hand-over-evidence", entry=3, item=1, to="the court", reason="ordered")


def test_a_look_at_nothing_and_a_case_file_of_what_is_to_come_are_refused(held: Played) -> None:
    with pytest.raises(NotAllowed, match="no evidence whose bytes"):
        held.says("verify-evidence", checked=())
    held.says("verify-evidence", checked=(CheckedItem(3, 1, ONE, "same"),))
    for as_of in (0, 5):
        with pytest.raises(NotAllowed, match="cannot hold"):
            held.says("export-case", as_of=as_of, digest=ONE, files=1, size=1)


def test_an_entry_names_the_bytes_that_it_put_into_the_vault_and_no_others() -> None:
    kept = {"digest": ONE, "kept": True}
    assert list(digests_in("evidence-held", {"items": [{"digest": ONE, "kept": False}, kept]})) == [(2, ONE)]
    assert list(digests_in("evidence-added", {"digest": ONE})) == [(0, ONE)]
    assert list(digests_in("case-file-exported", {"digest": ONE})) == []
    assert list(digests_in("evidence-verified", {"checked": [kept]})) == []
    assert list(digests_in("evidence-added", None)) == []
    assert list(digests_in("evidence-held", {"items": "odd"})) == []
    assert list(digests_in("evidence-held", {"items": ["odd", {"digest": 5, "kept": True}]})) == []
