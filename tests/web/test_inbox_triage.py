"""Triage: what becomes of a line, what the record is told of it, and who did it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.api.speaking import installation

from hotwash.ledger.rule import NotAllowed
from hotwash.reports.metrics import measures
from hotwash.response.desk import Desk, NotFound, NotPermitted, Person
from hotwash.response.request import BadRequest
from hotwash.response.signals import Signal
from hotwash.web.door import desk
from hotwash.web.inbox import lines, room, telling
from hotwash.web.inbox.taking import take
from hotwash.web.inbox.triage import Triaging
from hotwash.web.options import Options
from hotwash.web.tables.models import JobRow, SignalGroup, SignalRow, Triage, TriageRow
from hotwash.web.work.kinds import KINDS
from hotwash.web.work.worker import Worker

BO, DEE = Person("bo", "commander"), Person("dee", "reporter")
HOUR = timedelta(hours=1)


@pytest.fixture
def bo(database: Options, tmp_path: Path) -> Iterator[Triaging]:
    with installation(tmp_path):
        yield Triaging(desk(), BO)


def came(*keys: str, at: datetime | None = None, **words: Any) -> int:
    now = at or datetime.now(UTC) - 2 * HOUR
    told: dict[str, Any] = {"group": "refusals", "alert_at": now, "data_at": now - 30 * HOUR} | words
    signals = [Signal("alertmanager", key, f"Refusals {key}", **told) for key in keys]
    return take("alertmanager", signals, received_at=now)[0]


def line(pk: int) -> SignalGroup:
    return SignalGroup.objects.get(pk=pk)


def kinds(incident: str) -> list[str]:
    return [entry.kind for entry in desk().store.read(f"incident/{incident}")]


def work(at: Desk) -> None:
    JobRow.objects.filter(kind=telling.JOB).update(due_at=datetime.now(UTC))
    Worker(at, type(KINDS).of(KINDS.by_name[telling.JOB])).run_due()


def test_a_promoted_line_is_an_incident_with_its_signals_and_its_time_to_detect(bo: Triaging) -> None:
    pk = came("a", "b")
    incident = bo.promote(pk, harms=("fairness",))
    known = bo.desk.incident(incident)
    assert [said.event.key for said in known.signals] == ["a", "b"]
    assert (known.title, known.harms) == ("Refusals a", ("fairness",))
    assert measures(known)["mttd"].seconds == 30 * 3600
    assert (line(pk).state, line(pk).incident, line(pk).by) == (Triage.PROMOTED, incident, "bo")


def test_a_person_may_leave_open_since_when_there_is_harm(bo: Triaging) -> None:
    incident = bo.promote(came("a"), begin_harm=False)
    assert measures(bo.desk.incident(incident))["mttd"].state == "pending"


def test_of_a_storm_the_record_tells_the_first_ones_and_then_counts(bo: Triaging) -> None:
    pk = came(*map(str, range(400)))
    incident = bo.promote(pk)
    assert kinds(incident).count("signal-linked") == telling.ONE_BY_ONE
    [counted] = bo.desk.incident(incident).counted.values()
    assert (counted.event.count, counted.event.total, counted.event.firing) == (395, 400, 400)


def test_what_comes_later_is_told_once_and_as_a_count(bo: Triaging) -> None:
    pk = came(*"abcde")
    incident = bo.promote(pk)
    before = len(kinds(incident))
    for turn in range(30):
        came(f"later {turn}")
    assert JobRow.objects.filter(kind=telling.JOB).count() == 1
    work(bo.desk)
    work(bo.desk)
    assert kinds(incident)[before:] == ["signals-counted"]
    assert bo.desk.incident(incident).counted[pk].event.count == 30
    came("one more")
    due = JobRow.objects.get(kind=telling.JOB, state="waiting").due_at
    assert due - datetime.now(UTC) > timedelta(seconds=50)
    work(bo.desk)
    assert (line(pk).count, line(pk).told) == (36, 36)


def test_an_incident_that_was_merged_hears_through_the_other(bo: Triaging) -> None:
    pk = came("a")
    incident = bo.promote(pk)
    other = bo.desk.declare(by=BO, title="The same").id
    bo.desk.record(incident, "link-signal", by=BO, source="x", title="y")
    from hotwash.web.tables.models import IncidentRow

    IncidentRow.objects.filter(pk=incident).update(merged_into=other)
    came("b")
    work(bo.desk)
    assert [said.event.key for said in bo.desk.incident(other).signals] == ["b"]


def test_joined_lines_stand_in_the_record_also_when_their_rows_are_deleted(bo: Triaging) -> None:
    incident = bo.desk.declare(by=BO, title="Loans refused").id
    bo.join([came("a"), came("b", group="other")], incident)
    SignalGroup.objects.all().delete()
    assert [said.event.key for said in bo.desk.incident(incident).signals] == ["a", "b"]


def test_a_line_goes_to_one_incident_only(bo: Triaging) -> None:
    pk = came("a")
    incident = bo.promote(pk)
    with pytest.raises(NotAllowed, match=f"went to {incident} already"):
        bo.promote(pk)
    with pytest.raises(NotAllowed, match="already"):
        bo.join([pk], incident)


def test_joining_an_incident_that_is_not_there_changes_nothing(bo: Triaging) -> None:
    pk = came("a")
    with pytest.raises(NotFound):
        bo.join([pk], "INC-2026-9999")
    assert line(pk).state == Triage.WAITING
    assert not TriageRow.objects.exists()


def test_whoever_may_not_declare_cannot_promote(bo: Triaging) -> None:
    pk = came("a")
    with pytest.raises(NotPermitted):
        Triaging(bo.desk, Person("eve", "observer")).promote(pk)
    assert (line(pk).state, bo.desk.store.newest("incident/INC-")) == (Triage.WAITING, None)


def test_after_the_end_of_the_incident_a_new_line_begins(bo: Triaging) -> None:
    pk = came("a")
    incident = bo.promote(pk)
    bo.desk.record(incident, "not-confirm", by=BO, reason="A test of the monitor.")
    newer = came("b")
    assert newer != pk
    assert line(newer).state == Triage.WAITING


def test_a_sleeping_line_wakes_when_it_gets_worse(bo: Triaging) -> None:
    pk = came("a", grade="low")
    bo.snooze([pk], datetime.now(UTC) + HOUR)
    came("b", grade="low")
    assert line(pk).state == Triage.SNOOZED
    came("c", grade="critical")
    assert line(pk).state == Triage.WAITING


def test_a_snooze_and_a_dismissal_can_be_taken_back_and_who_did_it_stays(bo: Triaging) -> None:
    pk = came("a")
    bo.snooze([pk], datetime.now(UTC) + HOUR, reason="After lunch")
    bo.undo(pk)
    bo.dismiss([pk], "The monitor was being tested")
    bo.undo(pk)
    assert line(pk).state == Triage.WAITING
    told = list(TriageRow.objects.order_by("pk").values_list("act", "by", "reason"))
    assert told == [
        ("snoozed", "bo", "After lunch"),
        ("undo", "bo", ""),
        ("dismissed", "bo", "The monitor was being tested"),
        ("undo", "bo", ""),
    ]


def test_a_dismissal_needs_a_reason_and_a_snooze_an_end_that_lies_ahead(bo: Triaging) -> None:
    pk = came("a")
    with pytest.raises(NotAllowed, match="The reason"):
        bo.dismiss([pk], " ")
    for until in (datetime.now(UTC) - HOUR, datetime.now(UTC) + timedelta(days=91)):
        with pytest.raises(BadRequest, match="lies ahead"):
            bo.snooze([pk], until)
    with pytest.raises(BadRequest, match="name 1 to"):
        bo.dismiss([], "x")


def test_reports_of_people_were_seen_outside(bo: Triaging) -> None:
    [pk] = take("person", [Signal("person", "r1", "I was refused", group="cluster 1")])
    incident = bo.promote(pk)
    assert bo.desk.incident(incident).signals[0].event.detector == "outside"


def test_lines_that_nobody_needs_are_deleted_and_those_of_incidents_stay(bo: Triaging) -> None:
    long_ago = datetime.now(UTC) - room.KEPT - HOUR
    gone, kept = came("a", at=long_ago), came("b", at=long_ago, group="other")
    bo.dismiss([gone], "Noise")
    bo.promote(kept)
    SignalGroup.objects.update(last_received_at=long_ago)
    room.make(bo.desk, {})
    assert list(SignalGroup.objects.values_list("pk", flat=True)) == [kept]
    assert SignalRow.objects.count() == 1


def test_counts_are_told_ever_further_apart() -> None:
    began = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    group = SignalGroup(decided_at=began, last_received_at=began)
    found = []
    for minutes in (1, 30, 120, 600):
        group.told_at = began + timedelta(minutes=minutes)
        found.append((telling._due(group) - group.told_at).total_seconds() / 60)
    assert found == [1, 5, 15, 60]
    assert lines.WINDOW == HOUR
