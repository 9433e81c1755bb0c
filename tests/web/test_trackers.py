"""Actions and their issues stay alike, on GitHub, GitLab and Jira, without a second issue and without a false close."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.api.speaking import installation
from tests.issues import Issues, tracker
from tests.web.people import enter, person

from hotwash.incident.actions import Action
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person
from hotwash.response.request import BadRequest
from hotwash.response.tracking import Base, Issue, settle
from hotwash.web.door import desk as the_desk
from hotwash.web.index import DatabaseIndex
from hotwash.web.options import Options
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import JobRow, TrackedAction, Tracker
from hotwash.web.trackers import hooks, keeping, syncing
from hotwash.web.work.worker import Worker

BO = Person("bo", "commander")
KINDS = ("github", "gitlab", "jira")
DUE = date(2030, 3, 20)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


class Place:
    """An incident with one action, and a tracker."""

    def __init__(self, kind: str, issues: Issues, desk: Desk, clock: Clock) -> None:
        self.kind, self.issues, self.desk, self.clock = kind, issues, desk, clock
        self.incident = desk.declare(by=BO, title="Loans refused").id
        self.action = self.agree("Train without the postcode")

    def agree(self, title: str) -> int:
        words = {"title": title, "kind": "prevent", "owner": "@all #1", "due": DUE, "measure": "<b>rate</b>"}
        return self.desk.record(self.incident, "add-action", by=BO, **words).entries[-1].number  # type: ignore[arg-type]

    def add(self, **more: Any) -> Tracker:
        given = {"url": self.issues.url, "project": "LOANS" if self.kind == "jira" else "bank/loans"}
        if self.kind == "jira":
            given["user"] = "bo@bank.example"
        return keeping.add(self.kind, "issues", given, by=BO, secret="token", hook="shared", **more)

    def track(self) -> None:
        self.add()
        keeping.track(self.incident, self.action, "issues")
        self.work()

    def work(self) -> None:
        """What the worker does now."""
        from hotwash.web.work.kinds import KINDS as ALL

        wanted = (syncing.LOOK, syncing.ONE, syncing.POLL)
        JobRow.objects.filter(kind=syncing.LOOK).delete()
        Worker(self.desk, type(ALL)({name: ALL.by_name[name] for name in wanted})).run_due()

    def say(self, verb: str, *, by: str = "bo", **words: Any) -> None:
        self.desk.record(self.incident, verb, by=Person(by, "commander"), action=self.action, **words)

    def hook(self) -> Any:
        """The webhook that the tracker would send about its first issue."""
        bodies: dict[str, Any] = {
            "github": {"action": "closed", "issue": {"number": 1}, "repository": {"full_name": "bank/loans"}},
            "gitlab": {"object_kind": "issue", "object_attributes": {"iid": 1, "action": "close"}},
            "jira": {"webhookEvent": "jira:issue_updated", "issue": {"key": "LOANS-1", "fields": {}}},
        }
        return self.send(json.dumps(bodies[self.kind]).encode(), "shared")

    def send(self, body: bytes, secret: str, name: str = "issues") -> Any:
        signed = "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
        head = {"github": {"X-Hub-Signature-256": signed}, "gitlab": {"X-Gitlab-Token": secret}}
        return Client().post(
            f"/hooks/trackers/{name}/",
            body,
            content_type="application/json",
            headers=head.get(self.kind, {"X-Hub-Signature": signed}),
        )

    @property
    def now(self) -> Action:
        return self.desk.incident(self.incident).actions[self.action]

    @property
    def row(self) -> TrackedAction:
        return TrackedAction.objects.get(entry=self.action)

    @property
    def issue(self) -> Any:
        [one] = self.issues.kept.values()
        return one

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.desk.store.read(f"incident/{self.incident}")][3:]


@pytest.fixture(params=KINDS)
def place(
    request: pytest.FixtureRequest, sqlite: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    clock = Clock()
    with installation(tmp_path), tracker(request.param) as issues:
        settings.HOTWASH = replace(settings.HOTWASH, inside=("127.0.0.1",), public_url="https://hotwash.bank.example")
        desk = Desk(DatabaseStore(), the_desk().vault, index=DatabaseIndex(), clock=clock)
        monkeypatch.setattr(keeping, "desk", lambda: desk)
        monkeypatch.setattr(hooks, "desk", lambda: desk)
        yield Place(request.param, issues, desk, clock)


def test_an_action_gets_one_issue_with_a_marker_and_calls_nobody(place: Place) -> None:
    place.track()
    assert place.issue.title == "Train without the postcode"
    assert f"{place.incident}/{place.action}" in place.issue.body
    assert "https://hotwash.bank.example/incidents/" in place.issue.body
    assert "@all" not in place.issue.body
    assert "#1" not in place.issue.body
    assert "<b>" not in place.issue.body
    assert place.issue.due == (None if place.kind == "github" else DUE.isoformat())
    assert place.now.issue is not None
    assert place.now.issue.event.url.startswith(("https://", place.issues.url))
    place.work()
    calls = len(place.issues.calls)
    place.work()
    place.work()
    assert len(place.issues.calls) == calls, "what is alike is left alone"
    assert place.kinds() == ["action-tracked"]
    with pytest.raises(NotAllowed, match="already"):
        keeping.track(place.incident, place.action, "issues")


def test_an_issue_whose_making_was_not_heard_of_is_found_again(place: Place) -> None:
    place.add()
    keeping.track(place.incident, place.action, "issues")
    place.issues.lose_answer = True
    place.work()
    assert "in trouble" in place.row.error or "it answered 502" in place.row.error
    assert place.row.issue == ""
    place.clock.on(minutes=5)
    place.work()
    assert len(place.issues.kept) == 1
    assert place.row.error == ""
    assert place.now.issue is not None


def test_an_issue_that_is_closed_there_makes_the_action_done_and_closes_nothing(place: Place) -> None:
    place.track()
    place.desk.step(
        place.incident, "plan-effect", by=BO, action=place.action, question="fairness",
        thresholds=["share.low > 0"], ask_on=str(place.clock().date() + timedelta(days=9)),
    )  # fmt: skip
    place.work()
    place.issues.edit(1, open=False)
    assert place.hook().status_code == 202
    place.work()
    assert place.now.state == "done"
    assert place.now.done is not None
    assert place.now.done.event.tracker == "issues"
    assert place.kinds()[-1] == "action-done"
    assert "Waits for the measurement" in place.issue.comments[-1]
    assert not place.issue.open
    place.issues.edit(1, open=True)
    place.clock.on(minutes=6)
    place.work()
    place.work()
    assert place.now.to_do, "a poll hears what no webhook said"


def test_what_is_done_and_what_slips_here_is_written_there(place: Place) -> None:
    place.track()
    place.say("finish-action", result="Live.")
    place.work()
    assert not place.issue.open
    assert "second person" in place.issue.comments[-1]
    assert place.now.state == "done"
    place.say("reopen-action", reason="It failed @bo.")
    place.work()
    assert place.issue.open
    assert "It failed" in place.issue.comments[-1]
    assert "@bo" not in place.issue.comments[-1]
    place.say("close-action", result="Seen.", by="cy")
    place.work()
    assert not place.issue.open
    assert place.kinds().count("action-done") == 1, "our own closing is not heard as theirs"


def test_a_title_travels_both_ways_and_where_both_changed_the_record_counts_and_says_so(place: Place) -> None:
    place.track()
    place.issues.edit(1, title="Train without postcode and street")
    place.hook()
    place.work()
    assert place.now.wanted.title == "Train without postcode and street"
    place.say("change-action", title="Train without any place")
    place.work()
    assert place.issue.title == "Train without any place"
    place.issues.edit(1, title="Theirs")
    place.say("change-action", title="Ours that counts")
    place.work()
    assert place.issue.title == "Ours that counts"
    assert place.now.wanted.title == "Ours that counts"
    assert "“Theirs” was replaced" in place.now.noted[-1].event.text
    assert "“Theirs” was replaced" in place.issue.comments[-1]
    assert "“Theirs” was replaced" in keeping.shown(Tracker.objects.get(), place.clock())["conflicts"][0]["text"]


def test_a_day_travels_where_the_tracker_keeps_one(place: Place) -> None:
    place.track()
    if place.kind == "github":
        return
    place.issues.edit(1, due="2030-05-05")
    place.hook()
    place.work()
    assert place.now.wanted.due == date(2030, 5, 5)
    place.say("change-action", due=date(2030, 4, 1))
    place.work()
    assert place.issue.due == "2030-04-01"


def test_an_issue_that_is_opened_again_after_the_action_was_closed_is_noted_and_opens_nothing(place: Place) -> None:
    place.track()
    place.say("close-action", result="Seen.", by="cy")
    place.work()
    place.issues.edit(1, open=True)
    place.hook()
    place.work()
    assert place.now.state == "closed"
    assert place.now.noted[-1].event.said == "reopened"
    assert "stays so until somebody opens it there" in place.issue.comments[-1]
    entries = len(place.kinds())
    place.clock.on(days=40)
    place.work()
    assert len(place.kinds()) == entries, "it is said once"


def test_an_issue_that_is_gone_is_noted_once_and_made_no_second_time(place: Place) -> None:
    place.track()
    place.issues.kept.clear()
    place.hook()
    place.work()
    place.clock.on(days=40)
    place.work()
    assert place.kinds() == ["action-tracked", "issue-noted"]
    assert place.row.gone
    assert place.issues.kept == {}
    assert place.now.state == "open"


def test_a_tracker_that_is_away_loses_nothing_and_is_asked_less_and_less(place: Place) -> None:
    place.track()
    place.issues.away = True
    place.say("change-action", title="Said while it was away")
    place.work()
    calls = len(place.issues.calls)
    place.work()
    assert len(place.issues.calls) == calls
    assert keeping.shown(Tracker.objects.get(), place.clock())["troubles"]
    place.issues.away = False
    place.clock.on(minutes=10)
    place.work()
    assert place.issue.title == "Said while it was away"
    assert place.row.error == ""


def test_every_new_action_gets_an_issue_where_the_tracker_is_automatic(place: Place) -> None:
    place.clock.on(minutes=1)
    place.add(automatic=True)
    place.work()
    assert place.issues.kept == {}, "what was agreed before is left alone"
    place.clock.on(minutes=1)
    place.agree("Read every refusal again")
    place.work()
    assert [one.title for one in place.issues.kept.values()] == ["Read every refusal again"]


def test_a_webhook_that_is_not_signed_is_refused_and_says_nothing_of_issues(place: Place) -> None:
    place.track()
    before = place.row.heard_at
    assert place.send(b'{"issue": {"number": 1}}', "guessed").status_code == 401
    assert place.send(b"{}", "shared", name="other").status_code == 404
    assert place.send(b"[]", "shared").status_code == 400
    assert place.send(b'{"zen": "Design for failure."}', "shared").json() == {"heard": 0}
    deep = b'{"issue":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert place.send(deep, "shared").status_code == 400
    assert Client().get("/hooks/trackers/issues/").status_code == 405
    assert place.row.heard_at == before
    keeping.change("issues", {}, hook="")
    assert place.hook().status_code == 404


def test_a_token_is_kept_sealed_and_an_address_inside_is_refused(place: Place) -> None:
    row = place.add()
    assert "token" not in row.secret
    assert "shared" not in row.hook
    assert "token" not in json.dumps(keeping.shown(row, place.clock()), default=str).replace("tokens", "")
    with pytest.raises(BadRequest, match="needed again"):
        keeping.change("issues", {"url": "https://1.1.1.1"})
    with pytest.raises(BadRequest, match="inside"):
        keeping.change("issues", {"url": "http://169.254.169.254"}, secret="x")
    with pytest.raises(BadRequest, match="cannot be changed"):
        keeping.change("issues", {"project": "OTHER" if place.kind == "jira" else "a/b"})
    with pytest.raises(BadRequest):
        keeping.add(place.kind, "two", {"url": place.issues.url, "project": "../admin"}, by=BO, secret="x")
    assert keeping.change("issues", {}, every_s=600).every_s == 600
    keeping.pause("issues")
    keeping.track(place.incident, place.action, "issues")
    place.work()
    assert place.issues.kept == {}
    keeping.resume("issues")
    place.work()
    assert len(place.issues.kept) == 1
    keeping.remove("issues")
    assert not TrackedAction.objects.exists()


WAS = Base("a", DUE, ours_open=True, theirs_open=True)


@pytest.mark.parametrize(
    ("ours", "theirs", "take", "write", "closed", "conflicts"),
    [
        (WAS, Issue("1", "", "a", open=True, due=DUE), {}, {}, None, 0),
        (WAS, Issue("1", "", "b", open=True, due=DUE), {"title": "b"}, {}, None, 0),
        (replace(WAS, title="b"), Issue("1", "", "a", open=True, due=DUE), {}, {"title": "b"}, None, 0),
        (replace(WAS, title="b"), Issue("1", "", "b", open=True, due=DUE), {}, {}, None, 0),
        (replace(WAS, title="b"), Issue("1", "", "c", open=True, due=DUE), {}, {"title": "b"}, None, 1),
        (WAS, Issue("1", "", "a", open=False, due=DUE), {}, {}, True, 0),
        (replace(WAS, ours_open=False), Issue("1", "", "a", open=True, due=DUE), {}, {"open": False}, None, 0),
        (replace(WAS, ours_open=False), Issue("1", "", "a", open=False, due=DUE), {}, {}, None, 0),
        (WAS, Issue("1", "", "a", open=True, due=None), {}, {"due": DUE}, None, 0),
        (WAS, Issue("1", "", "", open=True, due=DUE), {}, {"title": "a"}, None, 0),
    ],
)
def test_both_sides_are_held_against_what_they_agreed_on(
    ours: Base, theirs: Issue, take: dict[str, Any], write: dict[str, Any], closed: bool | None, conflicts: int
) -> None:
    found = settle(WAS, ours, theirs, keeps_days=True)
    assert (found.take, found.write, found.closed, len(found.conflicts)) == (take, write, closed, conflicts)


def test_after_a_slip_the_record_counts_although_the_issue_was_closed_meanwhile() -> None:
    base = Base("a", None, ours_open=False, theirs_open=True)
    found = settle(base, replace(base, ours_open=True), Issue("1", "", "a", open=False), keeps_days=False)
    assert found.write == {"open": True}
    assert found.closed is None
    assert len(found.conflicts) == 1


def test_a_tracker_is_set_up_in_a_page_an_action_gets_its_issue_in_its_room_and_others_may_not(place: Place) -> None:
    for name, role in (("bo", "commander"), ("cy", "responder")):
        person(name, role=role)
    bo, cy = enter("bo"), enter("cy")
    assert bo.get(f"/trackers/add/{place.kind}/").status_code == 200
    assert bo.get("/trackers/add/odd/").status_code == 404
    words = {
        "name": "issues", "url": place.issues.url, "project": "LOANS" if place.kind == "jira" else "bank/loans",
        "user": "bo@bank.example", "type": "Task", "secret": "token", "every_s": "300",
    }  # fmt: skip
    wrong = bo.post(f"/trackers/add/{place.kind}/", words | {"url": "http://169.254.169.254"})
    assert wrong.status_code == 422
    assert "inside" in wrong.content.decode()
    assert cy.post(f"/trackers/add/{place.kind}/", words).status_code == 403
    assert bo.post(f"/trackers/add/{place.kind}/", words).status_code == 302
    room = f"/incidents/{place.incident}/"
    assert "Let it have an issue" in cy.get(f"{room}actions/").content.decode()
    said = cy.post(f"{room}do/track-action/", {"action": place.action, "tracker": "issues"})
    assert said.status_code == 302
    assert "within seconds" in cy.get(f"{room}actions/").content.decode()
    place.work()
    page = cy.get(f"{room}actions/").content.decode()
    assert "Let it have an issue" not in page
    assert place.row.url in page
    assert place.row.url in cy.get("/actions/").content.decode()
    listed = cy.get("/trackers/").content.decode()
    assert "bank/loans" in listed or "LOANS" in listed
    assert Tracker.objects.get().secret not in listed
    assert bo.get("/trackers/issues/").status_code == 200
    keep = {word: words[word] for word in ("url", "user", "type")} | {"every_s": "600"}
    assert bo.post("/trackers/issues/", keep).status_code == 302
    assert Tracker.objects.get().every_s == 600
    for verb in ("run", "pause", "resume", "remove"):
        assert cy.post(f"/trackers/issues/{verb}/").status_code == 403
        assert bo.post(f"/trackers/issues/{verb}/").status_code == 302
    assert not Tracker.objects.exists()
