"""Messages, pages and reminders go out by the worker, to a real mail server and a real web server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.sinks import Post, Sink, post_office, sink
from tests.web.people import person

from hotwash.incident.state import Incident
from hotwash.response.desk import Desk, Person
from hotwash.response.sending import TRIES
from hotwash.web.door import desk as the_desk
from hotwash.web.options import Options
from hotwash.web.sending import methods, paging, targets
from hotwash.web.sending.outbox import Outbox
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import JobRow, JobState, ReminderRow, ReminderState
from hotwash.web.work.kinds import KINDS
from hotwash.web.work.worker import Worker

ANA, BO = Person("ana", "administrator"), Person("bo", "commander")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class House:
    """An installation with its worker, a mail server and a web server."""

    def __init__(self, desk: Desk, clock: Clock, post: Post, hook: Sink) -> None:
        self.desk, self.clock, self.post, self.hook = desk, clock, post, hook

    def work(self, **later: float) -> None:
        """Let time go by, and the worker do what is due then."""
        self.clock.now += timedelta(**later)
        Worker(self.desk, KINDS).run_due()

    def declare(self, **words: Any) -> str:
        return self.desk.declare(by=ANA, title="Loans refused", **words).id

    def incident(self, incident: str) -> Incident:
        return self.desk.incident(incident)

    def kinds(self, incident: str) -> list[str]:
        return [fact.kind for fact in self.desk.incident_facts(incident)]

    def send(self, incident: str, *to: str, audience: str = "staff") -> int:
        """Write a message, have it approved as it stands, and send it; its number."""
        said = self.desk.record(
            incident,
            "draft-message",
            by=ANA,
            audience=audience,
            stage="update",
            subject="An update",
            body="We stopped it.",
        )
        number = said.entries[0].number
        self.desk.record(incident, "submit-message", by=ANA, message=number)
        for role in self.incident(incident).messages[number].waiting_for:
            if role not in self.incident(incident).roster:
                self.desk.record(incident, "assign", by=ANA, role=role, person="bo")
            self.desk.record(incident, "approve-message", by=BO, message=number, text=number, role=role)
        self.desk.record(incident, "send-message", by=ANA, message=number, targets=list(to))
        return number


@pytest.fixture
def house(database: Options, settings: Any) -> Iterator[House]:
    with post_office() as post, sink() as hook:
        mail = {"host": "127.0.0.1", "port": str(post.port), "security": "none", "sender": "hotwash@example.org"}
        settings.HOTWASH = Options(
            home=database.home,
            database_url=database.database_url,
            inside=("127.0.0.1",),
            mail=mail,
            public_url="https://hotwash.example.org",
        )
        clock = Clock()
        desk = Desk(DatabaseStore(), the_desk().vault, index=Outbox(), clock=clock)
        for name, role in (("ana", "administrator"), ("bo", "commander"), ("cy", "responder")):
            person(name, role=role, email=f"{name}@example.org", password=None)
        yield House(desk, clock, post, hook)


def test_a_message_goes_to_every_target_once_and_the_record_says_so(house: House) -> None:
    targets.add("staff-mail", "mail", "all@example.org, board@example.org", by="ana")
    _, secret = targets.add("staff-chat", "webhook", house.hook.url, by="ana")
    incident = house.declare()
    number = house.send(incident, "staff-mail", "staff-chat")
    house.work()
    message = house.incident(incident).messages[number]
    assert {name: result.event.reached for name, (_, result) in message.targets.items() if result} == {
        "staff-mail": 2,
        "staff-chat": None,
    }
    [(to, letter)], [call] = house.post.letters, house.hook.calls
    assert (len(to), letter["Subject"], letter.get_content().strip()) == (2, "An update", "We stopped it.")
    assert call.said["text"] == "We stopped it."
    told = " ".join(str(fact.body) for fact in house.desk.incident_facts(incident))
    for hidden in ("example.org", "127.0.0.1", secret):
        assert hidden not in told, "no address is in a record"
    house.work(hours=1)
    assert len(house.post.letters) == len(house.hook.calls) == 1


def test_one_that_fails_is_tried_again_alone_and_given_up_with_its_reason(house: House) -> None:
    targets.add("staff-mail", "mail", "all@example.org", by="ana")
    targets.add("staff-chat", "webhook", house.hook.url, by="ana")
    house.hook.status = 503
    incident = house.declare()
    number = house.send(incident, "staff-mail", "staff-chat")
    house.work()
    _, failed = house.incident(incident).messages[number].targets["staff-chat"]
    assert failed is not None
    assert (failed.event.outcome, failed.event.reason, failed.event.final) == ("failed", "It answered 503.", False)  # type: ignore[union-attr]
    house.work(seconds=11)
    house.hook.status = 200
    house.work(seconds=31)
    assert len(house.post.letters) == 1, "what went well is not sent again"
    entry = house.incident(incident).messages[number].sendings[0].entry
    assert {call.headers["Idempotency-Key"] for call in house.hook.calls} == {f"message:{incident}:{entry}:staff-chat"}
    assert len(house.hook.calls) == 3
    _, done = house.incident(incident).messages[number].targets["staff-chat"]
    assert done is not None
    assert done.event.answer == "It answered 200."  # type: ignore[union-attr]
    assert house.kinds(incident).count("message-failed") == 1, "the same failure twice in a row is told once"


def test_after_the_last_try_it_is_left(house: House) -> None:
    targets.add("staff-chat", "webhook", house.hook.url, by="ana")
    house.hook.status = 500
    incident = house.declare()
    number = house.send(incident, "staff-chat")
    for _ in range(TRIES + 2):
        house.work(hours=3)
    assert len(house.hook.calls) == TRIES
    _, left = house.incident(incident).messages[number].targets["staff-chat"]
    assert left is not None
    assert left.event.final  # type: ignore[union-attr]
    assert not JobRow.objects.filter(kind="send-message", state=JobState.WAITING).exists()


def test_what_was_taken_back_before_the_worker_came_does_not_go(house: House) -> None:
    targets.add("staff-mail", "mail", "all@example.org", by="ana")
    incident = house.declare()
    number = house.send(incident, "staff-mail")
    house.desk.record(incident, "withdraw-message", by=ANA, message=number, reason="The number is wrong.")
    house.work()
    assert not house.post.letters


def test_a_drill_reaches_only_lists_for_rehearsals(house: House) -> None:
    targets.add("staff-mail", "mail", "all@example.org", by="ana")
    targets.add("drill-mail", "mail", "drill@example.org", by="ana", drills=True)
    incident = house.declare(kind="drill")
    house.send(incident, "staff-mail", "drill-mail")
    house.work()
    [(to, letter)] = house.post.letters
    assert to == ["drill@example.org"]
    assert letter["Subject"].startswith("[DRILL]")


def page(house: House, incident: str, **words: Any) -> int:
    said = house.desk.record(incident, "page", by=ANA, **words)
    return said.entries[0].number


def test_a_page_tries_one_way_after_the_other_until_it_is_answered(house: House) -> None:
    bo = methods.account_of("bo")
    assert bo is not None
    methods.add(bo, "phone", "webhook", house.hook.url)
    methods.add(bo, "mail", "mail", "bo@example.org")
    incident = house.declare()
    number = page(house, incident, person="bo", text="Please take command.")
    house.work()
    assert (len(house.hook.calls), len(house.post.letters)) == (1, 0)
    assert house.hook.calls[0].said["kind"] == "page"
    house.work(minutes=3)
    assert (len(house.hook.calls), len(house.post.letters)) == (1, 1)
    link = house.post.letters[0][1].get_content().strip().splitlines()[-1]
    assert link.startswith("https://hotwash.example.org/answer/")
    house.desk.record(incident, "acknowledge-page", by=BO)
    house.work(hours=1)
    known = house.incident(incident).paging.pages[number]
    assert known.acknowledged is not None
    assert known.took == timedelta(minutes=3)
    assert [said.event.method for said in known.attempts] == ["phone", "mail"]
    assert (len(house.hook.calls), len(house.post.letters)) == (1, 1)


def test_a_page_that_nobody_answers_goes_to_whoever_comes_next(house: House) -> None:
    incident = house.declare()
    house.desk.record(incident, "assign", by=ANA, role="commander", person="ana")
    number = page(house, incident, person="Dee", then=["bo", "cy"])
    house.work()
    pages = house.incident(incident).paging.pages

    unanswered = pages[number].unanswered
    assert unanswered is not None
    assert "No account" in unanswered.event.why
    assert [one.said.event.person for one in pages.values()] == ["Dee", "bo"]
    house.work(minutes=3)
    house.work(minutes=3)
    people = [one.said.event.person for one in house.incident(incident).paging.pages.values()]
    assert people[:3] == ["Dee", "bo", "cy"]
    assert [to for to, _ in house.post.letters][:2] == [["bo@example.org"], ["cy@example.org"]]


def test_a_link_shows_on_get_and_answers_on_post_once(house: House) -> None:
    incident = house.declare()
    number = page(house, incident, person="bo", text="Please take command.")
    path = paging.link_of(incident, number).removeprefix("https://hotwash.example.org")
    scanner = Client()
    for _ in range(2):
        shown = scanner.get(path)
        assert shown.status_code == 200
        assert "Please take command." in shown.content.decode()
    assert house.incident(incident).paging.pages[number].open, "whoever only opens the link answers nothing"
    assert scanner.head(path).status_code in (200, 405)
    assert house.incident(incident).paging.pages[number].open
    answered = scanner.post(path, {"command": "yes"})
    assert "bo answered" in " ".join(answered.content.decode().split()).replace("<strong>", "").replace("</strong>", "")
    assert house.incident(incident).commander == "bo"
    again = scanner.post(path)
    assert again.status_code == 200
    assert house.kinds(incident).count("page-acknowledged") == 1
    assert scanner.get(path[:-3] + "x/").status_code == 410


def test_a_post_without_the_pages_own_token_answers_nothing(house: House) -> None:
    incident = house.declare()
    number = page(house, incident, person="bo")
    path = paging.link_of(incident, number).removeprefix("https://hotwash.example.org")
    robot = Client(enforce_csrf_checks=True)
    assert robot.post(path).status_code == 403
    assert house.incident(incident).paging.pages[number].open


def test_nobody_outside_a_drill_is_paged_by_it(house: House) -> None:
    house.desk.record_organisation("set-rota", by=ANA, people=["cy"])
    house.desk.record_organisation("set-group", by=ANA, group="executives", people=["bo"])
    incident = house.declare(kind="drill")
    with pytest.raises(Exception, match="takes no part"):
        page(house, incident, person="cy")
    house.desk.record(incident, "assess", by=ANA, answers={"death_or_grave_injury": "yes"})
    for _ in range(6):
        house.work(minutes=20)
    assert not house.post.letters
    told = house.incident(incident).paging.escalations
    assert told
    assert all(not said.event.people for said in told)
    assert "cy (takes no part in this drill)" in told[0].event.unfilled


def test_a_critical_incident_that_nobody_takes_is_escalated_step_by_step(house: House) -> None:
    house.desk.record_organisation("set-rota", by=ANA, people=["bo", "cy"], starts="2026-03-02")
    house.desk.record_organisation("set-group", by=ANA, group="executives", people=["ana"])
    incident = house.declare()
    house.desk.record(incident, "assess", by=ANA, answers={"death_or_grave_injury": "yes"})
    house.work()
    assert [to for to, _ in house.post.letters] == [["bo@example.org"]]
    house.work(minutes=5)
    assert ["cy@example.org"] in [to for to, _ in house.post.letters]
    assert "ana@example.org" not in str([to for to, _ in house.post.letters])
    first, second = house.incident(incident).paging.escalations[:2]
    assert (first.event.rule, first.event.people, second.event.people) == ("critical-unanswered", ("bo",), ("cy",))
    assert "nobody is in command" in second.event.reason
    house.desk.record(incident, "acknowledge-page", by=Person("cy", "responder"))
    escalated = len(house.incident(incident).paging.escalations)
    house.work(minutes=9)
    assert len(house.incident(incident).paging.escalations) == escalated, "an answer ends it"


def test_a_reminder_goes_out_once_to_whoever_owns_it_and_waits_for_quiet_hours(house: House) -> None:
    incident = house.declare()
    house.desk.record(incident, "assign", by=ANA, role="commander", person="bo")
    house.desk.record(
        incident, "add-action", by=ANA, title="Tell the bank", kind="redress", owner="cy", due="2026-03-04"
    )
    cy = methods.account_of("cy")
    assert cy is not None
    methods.set_quiet(cy, "08:00", "10:30")
    house.work()
    house.clock.now = datetime(2026, 3, 4, 9, 0, 30, tzinfo=UTC)
    house.work()
    mine = [letter for to, letter in house.post.letters if to == ["cy@example.org"]]
    assert not mine
    house.clock.now = datetime(2026, 3, 4, 10, 30, 30, tzinfo=UTC)
    house.work()
    house.work(minutes=5)
    mine = [letter for to, letter in house.post.letters if to == ["cy@example.org"]]
    assert [letter["Subject"] for letter in mine] == ["Reminder: Action: Tell the bank: due today."]
    row = ReminderRow.objects.get(person="cy")
    assert (row.state, row.incident) == (ReminderState.SENT, incident)


def test_a_reminder_on_which_safety_hangs_passes_quiet_hours_and_is_on_record(house: House) -> None:
    incident = house.declare()
    house.desk.record(incident, "assign", by=ANA, role="commander", person="bo")
    bo = methods.account_of("bo")
    assert bo is not None
    methods.set_quiet(bo, "00:00", "23:59")
    house.desk.record(incident, "record-awareness", by=ANA, fact="aware", person="ana")
    house.desk.record(incident, "answer-applicability", by=ANA, question="eu-gdpr-33", answer="yes", reason="Leak.")
    house.work()
    before = house.kinds(incident).count("reminded")
    house.clock.now = NOON + timedelta(hours=71, minutes=1)
    house.work()
    letters = [letter["Subject"] for to, letter in house.post.letters if to == ["bo@example.org"]]
    told = [said.event for said in house.incident(incident).paging.reminded]
    assert any("GDPR" in subject for subject in letters), (letters, told)
    assert house.kinds(incident).count("reminded") > before
    count = len(letters)
    house.work(minutes=2)
    assert len([1 for to, _ in house.post.letters if to == ["bo@example.org"]]) == count


def test_a_look_at_incidents_where_nothing_happened_reads_none_of_them(
    house: House, django_assert_max_num_queries: Any
) -> None:
    from hotwash.web.sending import reminding

    for _ in range(12):
        house.declare()
    house.work()
    house.work(seconds=30)
    with django_assert_max_num_queries(3):
        reminding.look(house.desk, {})
