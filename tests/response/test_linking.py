"""Linking, merging and splitting: both records or neither, and no line is ever lost."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.incident.events.linking import Leftover
from hotwash.incident.linking import left_over
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.metrics import measures
from hotwash.reports.status import status
from hotwash.reports.timeline import Line, timeline
from hotwash.response.desk import Desk, NotFound, NotPermitted, Person
from hotwash.response.linking import joined, say, surviving
from hotwash.response.request import BadRequest

ANA, BO = Person("Ana", "responder"), Person("Bo", "commander")
NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)
LOANS, COMPLAINTS, PRICES = "INC-2026-0001", "INC-2026-0002", "INC-2026-0003"


class Clock:
    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def fresh() -> Desk:
    desk = Desk(MemoryStore(), MemoryVault(), clock=Clock())
    for title in ("Loans refused", "Forty complaints about loans", "Prices wrong"):
        desk.declare(by=BO, title=title)
    return desk


@pytest.fixture
def desk() -> Desk:
    return fresh()


def lines(desk: Desk, incident_id: str) -> list[Line]:
    incident = desk.incident(incident_id)
    others = [(one.facts, one.incident) for one in joined(desk, incident)]
    return timeline(desk.incident_facts(incident_id), incident, others)


def test_a_link_stands_in_both_records_as_it_is_seen_from_each(desk: Desk) -> None:
    say(desk, COMPLAINTS, "link", by=ANA, other=LOANS, kind="caused-by", reason="the same model")
    assert list(desk.incident(COMPLAINTS).linkage.links) == [(LOANS, "caused-by")]
    assert list(desk.incident(LOANS).linkage.links) == [(COMPLAINTS, "cause-of")]
    assert "it was caused by INC-2026-0001." in lines(desk, COMPLAINTS)[-1].sentence
    assert "it caused INC-2026-0002." in lines(desk, LOANS)[-1].sentence


@pytest.mark.parametrize(
    ("said_at", "other", "kind"), [(COMPLAINTS, LOANS, "follows"), (LOANS, COMPLAINTS, "followed-by")]
)
def test_a_link_is_taken_back_from_either_side_and_stays_readable(
    desk: Desk, said_at: str, other: str, kind: str
) -> None:
    say(desk, COMPLAINTS, "link", by=ANA, other=LOANS, kind="follows")
    say(desk, said_at, "unlink", by=ANA, other=other, kind=kind, reason="another cause")
    for name in (LOANS, COMPLAINTS):
        assert desk.incident(name).linkage.links == {}
        kinds = [fact.kind for fact in desk.incident_facts(name)]
        assert kinds[-2:] == ["incident-linked", "incident-unlinked"]


def test_a_title_of_the_other_incident_is_in_no_entry_about_it(desk: Desk) -> None:
    say(desk, COMPLAINTS, "link", by=ANA, other=LOANS, kind="duplicate-of")
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    written = [entry for entry in desk.store.read(f"incident/{LOANS}") if entry.kind.startswith("incident-")]
    assert written
    assert "Forty complaints" not in json.dumps([entry.body for entry in written])


def test_a_merged_incident_takes_nothing_new_and_points_on(desk: Desk) -> None:
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    say(desk, LOANS, "merge", by=BO, into=PRICES, reason="one vendor")
    with pytest.raises(NotAllowed, match="is merged: `note`"):
        desk.record(COMPLAINTS, "note", by=BO, text="x")
    assert status(desk.incident(COMPLAINTS), NINE).next.sentence == f"It goes on in {LOANS}."
    assert surviving(desk, COMPLAINTS) == PRICES
    assert surviving(desk, PRICES) == PRICES


def test_a_merged_incident_counts_once(desk: Desk) -> None:
    desk.record(COMPLAINTS, "begin-harm", by=BO, source="the log", at=NINE - timedelta(days=1))
    assert measures(desk.incident(COMPLAINTS))["mttd"].state == "recorded"
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    assert {one.state for one in measures(desk.incident(COMPLAINTS)).values()} == {"not-applicable"}
    assert "counts there" in measures(desk.incident(COMPLAINTS))["mttd"].why


def test_the_surviving_timeline_shows_every_entry_of_the_other_as_coming_from_it(desk: Desk) -> None:
    desk.record(COMPLAINTS, "note", by=ANA, text="They are all over sixty.")
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    shown = lines(desk, LOANS)
    theirs = [line for line in shown if line.origin == COMPLAINTS]
    assert [line.entry for line in theirs] == list(range(1, desk.incident(COMPLAINTS).number + 1))
    assert any("over sixty" in line.sentence for line in theirs)
    assert [line.happened_at for line in shown] == sorted(line.happened_at for line in shown)


def test_whoever_may_not_read_the_other_gets_no_line_of_it(desk: Desk) -> None:
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    assert joined(desk, desk.incident(LOANS), lambda _: False) == []


def test_what_was_open_is_listed_until_it_is_taken_over_or_closed(desk: Desk) -> None:
    desk.record(COMPLAINTS, "assign", by=BO, role="legal", person="Dee")
    desk.record(COMPLAINTS, "record-awareness", by=BO, fact="aware", person="Dee", at=NINE - timedelta(hours=2))
    action = (
        desk.record(COMPLAINTS, "add-action", by=BO, title="Call them", kind="redress", owner="Ana").entries[0].number
    )
    remedy = desk.record(COMPLAINTS, "owe-remedy", by=BO, what="Decide again", people=40, owner="Ana").entries[0].number
    question = desk.record(COMPLAINTS, "ask-question", by=BO, text="Since when?").entries[0].number
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    left = left_over(desk.incident(COMPLAINTS))
    clock = next(one.entry for one in left if one.what == "clock")
    assert left == [
        Leftover("role", 0, "legal"), Leftover("clock", clock), Leftover("action", action),
        Leftover("remedy", remedy), Leftover("question", question),
    ]  # fmt: skip
    assert desk.incident(LOANS).linkage.absorbed[COMPLAINTS].event.left == tuple(left)

    def settle(what: str, outcome: str, **words: Any) -> None:
        say(desk, LOANS, "settle-leftover", by=BO, other=COMPLAINTS, what=what, outcome=outcome, **words)

    settle("role", "taken-over", name="legal")
    settle("clock", "taken-over", entry=clock)
    settle("action", "taken-over", entry=action)
    settle("remedy", "taken-over", entry=remedy)
    with pytest.raises(NotAllowed, match="The reason"):
        settle("question", "closed", entry=question)
    settle("question", "closed", entry=question, reason="answered there")
    survivor = desk.incident(LOANS)
    assert left_over(desk.incident(COMPLAINTS)) == []
    assert survivor.roster["legal"] == "Dee"
    assert [said.at for said in survivor.awareness] == [NINE - timedelta(hours=2)]
    assert [one.added.event.title for one in survivor.actions.values()] == ["Call them"]
    assert [one.left for one in survivor.remedies.values()] == [40]
    with pytest.raises(NotAllowed):
        settle("action", "taken-over", entry=action)


def test_a_role_that_somebody_holds_here_is_not_taken_from_them(desk: Desk) -> None:
    desk.record(LOANS, "assign", by=BO, role="commander", person="Bo")
    desk.record(COMPLAINTS, "assign", by=BO, role="commander", person="Ana")
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    say(desk, LOANS, "settle-leftover", by=BO, other=COMPLAINTS, what="role", name="commander", outcome="taken-over")
    assert desk.incident(LOANS).commander == "Bo"


def test_a_containment_in_force_cannot_be_closed_away_and_can_be_released_in_the_merged_incident(desk: Desk) -> None:
    held = desk.record(
        COMPLAINTS, "contain", by=BO, switch="loans", state="human", reason="stop", unheld_because="urgent"
    )
    number = held.entries[0].number
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    with pytest.raises(NotAllowed, match="is in force: release it there"):
        say(desk, LOANS, "settle-leftover", by=BO, other=COMPLAINTS, what="containment", entry=number,
            outcome="closed", reason="not needed")  # fmt: skip
    assert desk.incident(LOANS).linkage.settled == {}
    desk.record(COMPLAINTS, "release", by=BO, containment=number, reason="fixed")
    assert left_over(desk.incident(COMPLAINTS)) == []


def test_undoing_a_merge_brings_back_how_it_stood_and_what_was_open(desk: Desk) -> None:
    action = (
        desk.record(COMPLAINTS, "add-action", by=BO, title="Call them", kind="redress", owner="Ana").entries[0].number
    )
    desk.record(COMPLAINTS, "not-confirm", by=BO, reason="no harm")
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    say(desk, LOANS, "settle-leftover", by=BO, other=COMPLAINTS, what="action", entry=action, outcome="taken-over")
    say(desk, COMPLAINTS, "undo-merge", by=BO, reason="two matters")
    assert desk.incident(COMPLAINTS).standing == "not-confirmed"
    assert desk.incident(COMPLAINTS).linkage.into == ""
    assert desk.incident(LOANS).linkage.absorbed == {}
    assert [one.open for one in desk.incident(COMPLAINTS).actions.values()] == [True]
    assert [one.open for one in desk.incident(LOANS).actions.values()] == [True]
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter after all")
    assert Leftover("action", action) in left_over(desk.incident(COMPLAINTS))


def test_evidence_findings_and_signals_go_on_in_a_new_incident_by_reference(desk: Desk) -> None:
    kept = desk.keep(LOANS, b"a,b\n1,2\n", by=ANA, name="log.csv", at=NINE - timedelta(days=2)).entries[0]
    signal = desk.record(LOANS, "link-signal", by=ANA, source="mail", title="Wrong price", key="7").entries[0]
    said = say(
        desk, LOANS, "split", by=BO, entries=[kept.number, signal.number], title="Prices too", reason="another model"
    )
    other = str(said.entries[0].body["other"])  # type: ignore[index]
    new = desk.incident(other)
    (evidence,) = new.evidence.values()
    assert evidence.event.digest == kept.body["digest"]  # type: ignore[index]
    assert evidence.at == NINE - timedelta(days=2)
    assert f"{LOANS}, entry {kept.number}" in evidence.event.source
    assert [one.event.key for one in new.signals] == ["7"]
    assert kept.number in desk.incident(LOANS).evidence
    (came,) = new.linkage.split_from
    assert next((one.was, one.now) for one in came.event.carried) == (kept.number, evidence.entry)
    assert next(line for line in lines(desk, LOANS) if line.entry == kept.number).elsewhere == (other,)
    assert f"go on in {other}." in lines(desk, LOANS)[-1].sentence
    assert f"come from {LOANS}" in lines(desk, other)[-1].sentence


def test_only_evidence_findings_and_signals_are_split_off_and_only_once(desk: Desk) -> None:
    kept = desk.keep(LOANS, b"x", by=ANA, name="x").entries[0].number
    with pytest.raises(NotAllowed, match="Entry 1 of INC-2026-0001 is no evidence"):
        say(desk, LOANS, "split", by=BO, entries=[1], into=PRICES, reason="r")
    say(desk, LOANS, "split", by=BO, entries=[kept], into=PRICES, reason="r")
    with pytest.raises(NotAllowed, match="goes on in INC-2026-0003 already"):
        say(desk, LOANS, "split", by=BO, entries=[kept], into=PRICES, reason="r")
    with pytest.raises(BadRequest, match="title"):
        say(desk, LOANS, "split", by=BO, entries=[kept], reason="r")


def test_what_cannot_be_is_refused_with_a_sentence(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="cannot be joined to itself"):
        say(desk, LOANS, "merge", by=BO, into=LOANS, reason="r")
    with pytest.raises(BadRequest, match="there is no incident INC-2026-0099"):
        say(desk, LOANS, "merge", by=BO, into="INC-2026-0099", reason="r")
    with pytest.raises(NotFound):
        say(desk, "INC-2026-0099", "merge", by=BO, into=LOANS, reason="r")
    with pytest.raises(NotPermitted):
        say(desk, LOANS, "merge", by=ANA, into=PRICES, reason="r")
    with pytest.raises(BadRequest, match=r"said through `response\.linking`"):
        desk.record(LOANS, "merge", by=BO, into=PRICES, reason="r")
    say(desk, LOANS, "merge", by=BO, into=PRICES, reason="r")
    with pytest.raises(NotAllowed):
        say(desk, PRICES, "merge", by=BO, into=LOANS, reason="back")
    with pytest.raises(NotAllowed, match="is merged"):
        say(desk, COMPLAINTS, "link", by=BO, other=LOANS, kind="follows")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["note", "keep", "link", "unlink", "merge", "undo-merge", "settle", "split", "action"]),
        st.sampled_from([LOANS, COMPLAINTS, PRICES]),
        st.sampled_from([LOANS, COMPLAINTS, PRICES]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_no_entry_disappears_from_the_union_of_readings_whatever_is_joined_and_parted(
    acts: list[tuple[str, str, str]],
) -> None:
    desk = fresh()
    for act, here, other in acts:
        try:
            _do(desk, act, here, other)
        except (NotAllowed, BadRequest):
            continue
    streams = [name.removeprefix("incident/") for name in desk.store.streams() if name.startswith("incident/")]
    shown = {name: lines(desk, name) for name in streams}
    everything = {(name, fact.number) for name in streams for fact in desk.incident_facts(name)}
    assert {(line.origin or name, line.entry) for name, known in shown.items() for line in known} == everything
    for name in streams:
        merged = desk.incident(name).linkage.into
        own = [line.entry for line in shown[name] if not line.origin]
        assert sorted(own) == [fact.number for fact in desk.incident_facts(name)]
        if merged:
            there = {(line.origin, line.entry) for line in shown[surviving(desk, name)]}
            assert {(name, number) for number in own} <= there


def _do(desk: Desk, act: str, here: str, other: str) -> None:
    incident = desk.incident(here)
    match act:
        case "note":
            desk.record(here, "note", by=BO, text="n")
        case "keep":
            desk.keep(here, b"x", by=BO, name="x")
        case "action":
            desk.record(here, "add-action", by=BO, title="t", kind="learn", owner="Bo")
        case "link":
            say(desk, here, "link", by=BO, other=other, kind="follows")
        case "unlink":
            say(desk, here, "unlink", by=BO, other=other, kind="follows", reason="r")
        case "merge":
            say(desk, here, "merge", by=BO, into=other, reason="r")
        case "undo-merge":
            say(desk, here, "undo-merge", by=BO, reason="r")
        case "settle":
            for thing in left_over(desk.incident(other)):
                say(desk, here, "settle-leftover", by=BO, other=other, what=thing.what, entry=thing.entry,
                    name=thing.name, outcome="taken-over")  # fmt: skip
        case "split" if incident.evidence:
            into: dict[str, Any] = {"into": other} if here != other else {"title": "new"}
            say(desk, here, "split", by=BO, entries=[next(iter(incident.evidence))], reason="r", **into)


def test_what_has_an_effect_outside_is_ended_where_it_was_begun(desk: Desk) -> None:
    desk.step(COMPLAINTS, "open-redress", by=BO, right="owe-remedy")
    register = desk.incident(COMPLAINTS).register
    assert register is not None
    say(desk, COMPLAINTS, "merge", by=BO, into=LOANS, reason="one matter")
    thing = {"other": COMPLAINTS, "what": "register", "entry": register.opened.entry}
    with pytest.raises(NotAllowed, match="is open: work it and close it there"):
        _settle(desk, thing, outcome="closed", reason="not needed")
    _settle(desk, thing, outcome="taken-over")
    assert left_over(desk.incident(COMPLAINTS)) == []


def _settle(desk: Desk, thing: dict[str, Any], **words: Any) -> None:
    say(desk, LOANS, "settle-leftover", by=BO, **thing, **words)
