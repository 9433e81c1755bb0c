"""Rows kept, rows made again, and a plain fold of the batches are the same, whatever was done in whatever order."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.redress.people import BO, CY, came_back, csv_text, register_at, taken

from hotwash.incident.events.redress import REGISTER, BatchRecorded
from hotwash.incident.redress import ACTS, OPEN, REMEDIES, STATES, Owed, Wanted, applied, stands
from hotwash.ledger.rule import NotAllowed
from hotwash.response.redress import batches
from hotwash.response.redress.acting import act_on
from hotwash.response.redress.kept import Where
from hotwash.response.redress.register import Register
from hotwash.web.options import Options
from hotwash.web.tables.models import RedressDay, RedressRegister, RedressRow, RedressTally

KEYS = [f"k-{number}" for number in range(7)]
KINDS = REMEDIES[:3]

imports = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sampled_from(KINDS), st.sampled_from(["", "lea", "mia"]),
        st.sampled_from(["", "a", "b"]), st.sampled_from(["", "2026-12-01"]), st.sampled_from(["", "10", "0.5"]),
    ),
    max_size=8,
)  # fmt: skip
results = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sampled_from(KINDS), st.sampled_from(STATES), st.sampled_from(["", "letter"]),
        st.sampled_from(["", "tried twice"]), st.sampled_from(["", "1", "2"]),
    ),
    max_size=8,
)  # fmt: skip
acts = st.tuples(
    st.sampled_from(ACTS), st.sampled_from(["", *KINDS]), st.sampled_from(["", "lea"]), st.sampled_from(["", "a"])
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("import"), imports), st.tuples(st.just("results"), results), st.tuples(st.just("act"), acts)
    ),
    max_size=8,
)


def do(register: Register, place: Path, what: str, words: Any) -> None:
    if what == "import":
        rows: list[tuple[str, ...]] = [(*row, "EUR" if row[5] else "") for row in words]
        header = ("person", "remedy", "owner", "group", "due", "amount", "currency")
        taken(register, place, csv_text(header, rows), good_only=True)
    elif what == "results":
        back = ("person", "remedy", "state", "proof", "reason", "version")
        came_back(register, place, csv_text(back, words), by=BO, good_only=True, remedy="notify")
    else:
        act, remedy, owner, group = words
        said = Wanted("", "", act, owner="mia", proof="seen", reason="because", language="de")
        where = Where(remedy=remedy, owner=owner, group=group)
        act_on(register, act, by=BO if act == "waive" else CY, where=where, words=said, good_only=True)


def kept() -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the tables that can be made again."""
    tables = (RedressRow, RedressTally, RedressDay, RedressRegister)
    return {
        table.__name__: sorted(
            tuple(value for name, value in sorted(row.items()) if name != "id")
            for row in table._default_manager.values()
        )
        for table in tables
    }


def folded(register: Register) -> dict[tuple[str, str], Owed]:
    """What the batches say, without any table."""
    found: dict[tuple[str, str], Owed] = {}
    for entry in register.entries():
        fact = REGISTER.fact(entry)
        if not isinstance(fact.event, BatchRecorded):
            continue
        for place, piece in enumerate(fact.event.pieces):
            for change in batches.read(register.desk.vault.get(piece.digest)):
                key = (change.person, change.remedy)
                found[key] = applied(
                    found.get(key), change, at=fact.recorded_at, by=fact.by, batch=entry.number, piece=place
                )
    return found


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PIECE", 3)


def holds(plan: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        register = register_at(place)
        for what, words in plan:
            do(register, place, what, words)
        said = folded(register)
        assert dict(register.rows.rows(register.id, KEYS)) == said
        people: dict[str, list[Owed]] = {}
        for one in said.values():
            people.setdefault(one.person, []).append(one)
        counts = register.tally().counts
        standing = Counter(stands(theirs) for theirs in people.values())
        assert counts.people == len(people)
        assert {name: getattr(counts, name) for name in standing} == dict(standing)
        assert sum(cell.remedies for cell in register.tally().cells) == len(said)
        assert sum(cell.amount for cell in register.tally().cells) == sum(one.amount for one in said.values())
        assert all(one.version == 1 + sum(1 for _ in _back(register, one)) for one in said.values())
        # Nobody is lost on the way: the incident's own record knows of everybody who was taken in.
        told = register.desk.incident(register.id).register
        assert told is not None
        assert told.counts.people == len(people)
        before = kept()
        register.rebuild()
        assert kept() == before
        register.rows.drop(register.id)


def _back(register: Register, one: Owed) -> Any:
    """The changes before the last one of a remedy."""
    place = (one.batch, one.piece)
    while True:
        event = REGISTER.fact(register.rows.entry(register.stream, place[0])).event
        assert isinstance(event, BatchRecorded)
        changes = batches.read(register.desk.vault.get(event.pieces[place[1]].digest))
        before = next(found.before for found in changes if (found.person, found.remedy) == (one.person, one.remedy))
        if before is None:
            return
        place = before
        yield place


def test_rows_kept_are_rows_made_again_are_the_batches_folded(sqlite: Options, small_pieces: None) -> None:
    tried(3, 10)


def tried(part: int, of: int) -> None:
    """Try part of what other properties are tried: each is a whole register in a database."""
    settings(max_examples=settings().max_examples * part // of)(given(plan=steps)(holds))()


@pytest.mark.real("postgresql")
def test_the_same_on_postgresql(postgresql: Options, small_pieces: None) -> None:
    tried(1, 12)


@given(plan=st.lists(st.sampled_from(ACTS), max_size=12))
def test_no_way_leads_around_a_proof_or_a_reason(plan: list[Any]) -> None:
    from datetime import UTC, datetime

    from hotwash.incident.redress import Change, changed

    now = datetime(2026, 11, 2, tzinfo=UTC)
    one = applied(None, Change("k", "notify"), at=now, by="cy", batch=2, piece=0)
    for act in plan:
        for owner, proof, reason in (("", "", ""), ("lea", "letter", "because")):
            try:
                change = changed(Wanted("k", "notify", act, owner, proof, reason), one)
            except NotAllowed:
                continue
            if change is not None:
                one = applied(one, change, at=now, by="cy", batch=3, piece=0)
                assert one.state != "done" or one.proof
                assert one.state not in ("waived", "unreachable", "reopened") or one.reason
                assert one.open == (one.state in OPEN)
