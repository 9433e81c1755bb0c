"""Jobs wait, are done by one worker at a time, and come to an end exactly once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person
from hotwash.response.jobs import Arguments, Job, Kind, Kinds, Outcome
from hotwash.web.door import desk as the_desk
from hotwash.web.index import DatabaseIndex
from hotwash.web.options import Options
from hotwash.web.store import DatabaseStore, together
from hotwash.web.tables.models import JobRow, JobState
from hotwash.web.work import queue
from hotwash.web.work.health import health
from hotwash.web.work.queue import JobQueue, LeaseLost
from hotwash.web.work.worker import Worker

ANA = Person("ana", "administrator")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LEASE = timedelta(seconds=20)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(database: Options, clock: Clock) -> Desk:
    return Desk(DatabaseStore(), the_desk().vault, index=DatabaseIndex(), clock=clock)


def job(key: str = "say:1", *, due: datetime = NOON, **arguments: Any) -> Job:
    return Job(key, "say", arguments, due)


def say(desk: Desk, arguments: Arguments) -> Outcome | None:
    return None


SAY = Kinds.of(Kind("say", "Say it.", say, attempts=3))


def states() -> dict[str, str]:
    return dict(JobRow.objects.values_list("key", "state"))


def claim(kinds: Kinds = SAY, *, now: datetime = NOON, by: str = "cy") -> queue.Held | None:
    return queue.claim(kinds, now=now, by=by, lease=LEASE)


def test_of_two_jobs_with_the_same_key_there_is_only_one(desk: Desk) -> None:
    JobQueue().put(job(text="first"))
    JobQueue().put(job(text="second"), job("say:2"))
    assert JobRow.objects.get(key="say:1").arguments == {"text": "first"}
    assert JobRow.objects.count() == 2


def test_a_job_waits_for_its_time_and_the_longest_due_comes_first(desk: Desk) -> None:
    JobQueue().put(job("later", due=NOON + LEASE), job("now"), job("long", due=NOON - LEASE))
    taken = [one.key for one in iter(claim, None) if one]
    assert taken == ["long", "now"]


def test_a_job_that_is_held_is_nobody_elses_until_its_lease_is_over(desk: Desk) -> None:
    JobQueue().put(job())
    first = claim()
    assert first
    assert claim(by="dee") is None
    assert queue.renew([first], until=NOON + 2 * LEASE) == {first.pk}
    assert claim(now=NOON + LEASE * 1.5, by="dee") is None
    second = claim(now=NOON + LEASE * 2.5, by="dee")
    assert second
    assert second.key == first.key
    assert second.attempts == 2
    assert queue.renew([first], until=NOON + 9 * LEASE) == set()


def test_who_has_lost_the_lease_can_neither_end_the_job_nor_write_its_effect(desk: Desk) -> None:
    JobQueue().put(job())
    first = claim()
    second = claim(now=NOON + 2 * LEASE)
    assert first
    assert second
    written: list[str] = []
    with pytest.raises(LeaseLost):
        queue.complete(first, Outcome(lambda: written.append("first")), clock=desk.clock)
    queue.fail(first, "it does not matter", now=NOON)
    assert states() == {"say:1": "waiting"}
    queue.complete(second, Outcome(lambda: written.append("second")), clock=desk.clock)
    assert written == ["second"]
    assert states() == {"say:1": "done"}


def test_the_effect_of_a_job_its_end_and_what_follows_are_kept_together_or_not_at_all(desk: Desk) -> None:
    incident = desk.declare(by=ANA, title="Loans refused").id
    JobQueue().put(job())
    held = claim()
    assert held

    def half() -> None:
        desk.record(incident, "note", by=ANA, text="half")
        raise NotAllowed("Not today.")

    with pytest.raises(NotAllowed):
        queue.complete(held, Outcome(half, then=(job("say:2"),)), clock=desk.clock)
    assert states() == {"say:1": "waiting"}
    assert not desk.incident(incident).notes

    def whole() -> None:
        desk.record(incident, "note", by=ANA, text="whole")

    queue.complete(held, Outcome(whole, then=(job("say:2"),)), clock=desk.clock)
    assert states() == {"say:1": "done", "say:2": "waiting"}
    assert [said.event.text for said in desk.incident(incident).notes] == ["whole"]
    # The desk remembers nothing of what was taken back, and goes on.
    desk.record(incident, "note", by=ANA, text="after")
    assert [said.event.text for said in desk.incident(incident).notes] == ["whole", "after"]


def test_a_transaction_of_a_store_cannot_hide_in_another_that_nobody_announced(desk: Desk) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        desk.declare(by=ANA, title="Loans refused")
    with together():
        desk.declare(by=ANA, title="Loans refused")
    assert desk.store.newest("incident/INC-2026-") == "incident/INC-2026-0001"


def test_what_fails_is_tried_again_later_and_then_left_to_a_person(desk: Desk, clock: Clock) -> None:
    def no(desk: Desk, arguments: Arguments) -> None:
        raise NotAllowed("The switch is away.")

    kinds = Kinds.of(Kind("say", "Say it.", no, attempts=3))
    JobQueue().put(job())
    waited = []
    for _ in range(3):
        assert Worker(desk, kinds).run_due() == 1
        row = JobRow.objects.get()
        assert row.error == "The switch is away."
        waited.append((row.due_at - clock()).total_seconds())
        clock.on(seconds=waited[-1])
    assert waited[:2] == [2, 4]
    assert states() == {"say:1": "failed"}
    assert health(clock()).failed == 1
    assert queue.again(JobRow.objects.get().pk, now=clock())
    assert Worker(desk, SAY).run_due() == 1
    assert states() == {"say:1": "done"}
    assert not queue.again(JobRow.objects.get().pk, now=clock())


def test_a_job_that_kills_its_worker_is_given_up_after_its_attempts(desk: Desk, clock: Clock) -> None:
    JobQueue().put(job())
    for _ in range(3):
        assert claim(now=clock())
        clock.on(seconds=30)
    assert claim(now=clock()) is None
    assert JobRow.objects.get().state == JobState.FAILED
    assert "3 times" in JobRow.objects.get().error


def test_a_kind_that_this_worker_does_not_know_is_left_to_one_that_does(desk: Desk) -> None:
    JobQueue().put(Job("other:1", "from-a-newer-version", {}, NOON))
    assert Worker(desk, SAY).run_due() == 0
    assert states() == {"other:1": "waiting"}


def test_recurring_work_puts_its_own_next_whether_it_succeeds_or_fails(desk: Desk, clock: Clock) -> None:
    fails: list[bool] = [False]

    def tick(desk: Desk, arguments: Arguments) -> None:
        if fails[0]:
            raise NotAllowed("Not today.")

    kinds = Kinds.of(Kind("tick", "Tick.", tick, every=timedelta(hours=1), attempts=1))
    clock.on(minutes=20)
    assert Worker(desk, kinds).run_due() == 1
    assert states() == {"tick@2026-03-03T12:00:00Z": "done", "tick@2026-03-03T13:00:00Z": "waiting"}
    clock.on(hours=3)
    fails[0] = True
    assert Worker(desk, kinds).run_due() == 1
    assert states()["tick@2026-03-03T13:00:00Z"] == "failed"
    # Two hours were missed: they are not made up for.
    assert [key for key, state in states().items() if state == "waiting"] == ["tick@2026-03-03T16:00:00Z"]


def test_a_job_can_be_taken_back_until_it_is_done(desk: Desk) -> None:
    JobQueue().put(job())
    assert JobQueue().cancel("say:1")
    assert not JobQueue().cancel("say:1")
    assert Worker(desk, SAY).run_due() == 0


def test_health_tells_how_far_behind_the_worker_is(desk: Desk, clock: Clock) -> None:
    JobQueue().put(job("early", due=NOON - timedelta(minutes=5)), job("later", due=NOON + timedelta(days=1)))
    told = health(clock())
    assert (told.lag_s, told.due, told.later, told.well) == (300, 1, 1, False)
    assert told.sentence.startswith("No worker runs")
    seen: list[str] = []

    def look(desk: Desk, arguments: Arguments) -> None:
        seen.append(health(clock()).sentence)
        seen.append(arguments["key"])

    Worker(desk, Kinds.of(Kind("say", "Say it.", look))).run_due()
    assert seen == ["The worker runs. Nothing is late.", "early"]
    assert health(clock()).workers == ()
