"""Chats, from the vendor's post to the record: genuine posts once, in the name of the account, told in its rights."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from django.db import connection
from django.test import Client
from tests.api.speaking import installation
from tests.connect.test_chats import MATTERMOST_COMMAND, MATTERMOST_HOOK, TEAMS_SECRET, activity, teams_head
from tests.web.people import enter, person

from hotwash.ledger.entry import check as check_chain
from hotwash.response.desk import Person
from hotwash.response.linking import say
from hotwash.response.outside import OutsideFault
from hotwash.web.chat import connections, people, replying
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import Account, ChatCode, ChatConnection, ChatUser, JobRow, SignalGroup

BO = Person("bo", "commander")
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[None]:
    with installation(tmp_path):
        for name, role in (("ana", "responder"), ("bo", "commander"), ("rae", "reporter"), ("root", "administrator")):
            person(name, role=role)
        yield


@pytest.fixture
def incident(house: None) -> str:
    return desk().declare(by=BO, title="Loans refused to the old").id


class Slack:
    """A workspace that posts as Slack does."""

    def __init__(self, *, strangers: str = "nothing") -> None:
        made = connections.add("slack", "slack-risk", by="root", signing=SIGNING, strangers=strangers)
        self.path, self.turn = made.path, 0

    def post(self, form: dict[str, str], *, at: float | None = None, secret: str = SIGNING) -> Any:
        self.turn += 1
        body = urlencode({**form, "turn": str(self.turn)}).encode()
        return self.again(body, at=at, secret=secret)

    def again(self, body: bytes, *, at: float | None = None, secret: str = SIGNING) -> Any:
        told = str(int(time.time() if at is None else at))
        mac = hmac.new(secret.encode(), f"v0:{told}:".encode() + body, sha256).hexdigest()
        return Client().post(
            self.path,
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Slack-Request-Timestamp": told, "X-Slack-Signature": f"v0={mac}"},
        )

    def say(self, text: str, *, user: str = "U2", channel: str = "C1") -> str:
        form = {
            "token": "gone", "team_id": "T1", "team_domain": "risk", "channel_id": channel, "channel_name": "loans",
            "user_id": user, "user_name": "roadrunner", "command": "/hotwash", "text": text, "trigger_id": "1.2.3",
            "response_url": "https://hooks.slack.com/commands/T1/1/x",
        }  # fmt: skip
        response = self.post(form)
        assert response.status_code == 200, response.content
        said = response.json()
        return str(said["text"])

    def point(self, text: str, *, user: str = "U2", author: str = "U9", ts: str = "1772528520.000100") -> Any:
        payload = {
            "type": "message_action", "callback_id": "timeline", "trigger_id": "1.2",
            "response_url": "https://hooks.slack.com/app/T1/1/x", "team": {"id": "T1", "domain": "risk"},
            "channel": {"id": "C1", "name": "loans"}, "user": {"id": user, "name": "roadrunner"},
            "message": {"type": "message", "user": author, "ts": ts, "text": text},
        }  # fmt: skip
        return self.post({"payload": json.dumps(payload)})


def link(slack: Slack, name: str, user: str) -> None:
    made = people.make_code(Account.objects.get(name=name))
    assert slack.say(f"link {made.text}", user=user).startswith(f"You are {name} here from now on")


@pytest.fixture
def slack(house: None) -> Slack:
    workspace = Slack()
    link(workspace, "bo", "U2")
    return workspace


def test_an_account_is_linked_by_a_code_that_works_once(house: None) -> None:
    slack = Slack()
    made = people.make_code(Account.objects.get(name="bo"))
    assert "is not linked" in slack.say("note x")
    assert slack.say(f"link {made.text.lower()}").startswith("You are bo")
    assert "does not work" in slack.say(f"link {made.text}", user="U3")
    assert slack.say("who").startswith("You are bo (Commander).")
    assert [one.user for one in ChatUser.objects.all()] == ["U2"]


def test_a_code_runs_out_and_is_kept_as_a_digest(house: None) -> None:
    slack = Slack()
    made = people.make_code(Account.objects.get(name="bo"))
    assert made.text.replace("-", "") not in ChatCode.objects.get().digest
    ChatCode.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert "does not work" in slack.say(f"link {made.text}")


def test_what_is_said_is_recorded_in_the_name_of_the_account(slack: Slack) -> None:
    said = slack.say("declare Loans refused <http://x|to the old>")
    assert "Declared as INC-" in said
    incident = said.split()[2].rstrip(":")
    [first, *_] = desk().incident_facts(incident)
    assert (first.by, getattr(first.event, "title", "")) == ("bo", "Loans refused to the old (http://x)")
    assert f"belongs to {incident}" in slack.say(f"bind {incident}")
    assert "as entry 3" in slack.say("note All over sixty")
    at = "2026-03-03T09:02+01:00"
    assert "as entry 4" in slack.say(f"timeline {at} The switch was set")
    assert desk().incident(incident).story[0].at == datetime.fromisoformat(at)
    assert "Commander: nobody yet" in slack.say("status")
    assert "is being called" in slack.say("page bo because it goes on")
    assert "You answered" in slack.say("ack")
    check_chain(f"incident/{incident}", desk().store.read(f"incident/{incident}"))


def test_the_rights_are_those_of_the_account_at_that_moment(slack: Slack, incident: str) -> None:
    link(slack, "rae", "U3")
    assert "may not `note`" in slack.say(f"note {incident} x", user="U3")
    assert "There is no incident" in slack.say(f"status {incident}", user="U3")
    assert "may not `note`" in slack.say(f"bind {incident}", user="U3")
    Account.objects.filter(name="bo").update(is_active=False)
    assert "is not linked" in slack.say(f"note {incident} x")
    assert desk().incident(incident).number == 2


def test_a_message_is_put_on_the_timeline_once_with_author_time_and_place(slack: Slack, incident: str) -> None:
    slack.say(f"bind {incident}")
    link(slack, "ana", "U9")
    answer = slack.point("They all <@U4|ann> wrote &amp; waited")
    assert (answer.status_code, answer.content) == (200, b"")
    [story] = desk().incident(incident).story
    assert (story.by, story.event.text) == ("bo", "They all @ann wrote & waited")
    assert story.at == datetime(2026, 3, 3, 9, 2, 0, 100, tzinfo=UTC)
    assert story.event.source == (
        "Message of ana in #loans of Slack: https://risk.slack.com/archives/C1/p1772528520000100"
    )
    slack.point("They all <@U4|ann> wrote &amp; waited")
    assert len(desk().incident(incident).story) == 1
    bodies = [
        json.loads(row.arguments["body"])["text"] for row in JobRow.objects.filter(kind=replying.JOB).order_by("pk")
    ]
    assert bodies[0].startswith(f"On the timeline of {incident} as entry")
    assert "is on the timeline" in bodies[1]
    assert "hooks.slack.com" not in json.dumps(list(JobRow.objects.values_list("arguments", flat=True)))


def test_an_answer_goes_only_to_the_vendor_s_own_host(slack: Slack, incident: str) -> None:
    slack.say(f"bind {incident}")
    for address in ("https://hooks.slack.com.evil.example/x", "http://hooks.slack.com/x", "https://127.0.0.1/x"):
        payload = {
            "type": "message_action", "response_url": address, "team": {"id": "T1", "domain": "risk"},
            "channel": {"id": "C1", "name": "loans"}, "user": {"id": "U2", "name": "r"},
            "message": {"user": "U9", "ts": f"177252852{len(address) % 10}.000100", "text": "x"},
        }  # fmt: skip
        assert slack.post({"payload": json.dumps(payload)}).status_code == 200
    assert not JobRow.objects.filter(kind=replying.JOB).exists()


def test_the_same_post_is_not_taken_twice(slack: Slack, incident: str) -> None:
    body = urlencode(
        {"team_id": "T1", "channel_id": "C1", "user_id": "U2", "command": "/hotwash", "text": f"note {incident} once"}
    ).encode()
    now = time.time()
    assert slack.again(body, at=now).status_code == 200
    again = slack.again(body, at=now)
    assert (again.status_code, again.content) == (409, b"This post was taken before. Nothing was done.\n")
    assert [said.event.text for said in desk().incident(incident).notes] == ["once"]


def test_a_post_that_is_not_genuine_does_nothing_and_says_why_to_whoever_sets_it_up(
    slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    form = {"team_id": "T1", "user_id": "U2", "command": "/hotwash", "text": "declare x"}
    assert slack.post(form, secret="wrong").status_code == 401
    assert slack.post(form, at=time.time() - 301).status_code == 401
    assert slack.post({**form, "team_id": "T2"}).status_code == 401
    assert "another workspace" in ChatConnection.objects.get().refused
    assert Client().post(slack.path[:-1] + "x").status_code == 404
    assert Client().get(slack.path).status_code == 405
    assert slack.again(b"x" * 300_001).status_code == 413
    assert list(desk().store.streams()) == []
    assert slack.path not in caplog.text
    connections.close("slack-risk")
    assert slack.post(form).status_code == 404


@pytest.mark.parametrize(("strangers", "declares", "reports"), [
    ("nothing", False, False), ("report", False, True), ("declare", True, True),
])  # fmt: skip
def test_somebody_without_an_account_may_do_what_the_organisation_allows(
    house: None, strangers: str, declares: bool, reports: bool
) -> None:
    slack = Slack(strangers=strangers)
    assert ("Declared as" in slack.say("declare Something odd", user="U7")) is declares
    assert ("Thank you" in slack.say("report Something odd", user="U7")) is reports
    assert "is not linked" in slack.say("note INC-2026-0001 x", user="U7")
    assert bool(list(desk().store.streams())) is declares
    assert SignalGroup.objects.exists() is reports
    if declares:
        [incident] = [name.removeprefix("incident/") for name in desk().store.streams()]
        first = desk().incident_facts(incident)[0]
        assert first.by == "slack U7"
        assert "who has linked no account" in getattr(first.event, "detail", "")


def test_a_merged_incident_is_followed(slack: Slack, incident: str) -> None:
    other = desk().declare(by=BO, title="Forty complaints").id
    slack.say(f"bind {other}")
    say(desk(), other, "merge", by=BO, into=incident, reason="one matter")
    assert f"Noted in {incident}" in slack.say("note goes on")


def test_without_a_bound_channel_the_incident_has_to_be_named(slack: Slack, incident: str) -> None:
    assert "Say which incident" in slack.say("note x")
    assert "There is no incident INC-2026-0099" in slack.say("note INC-2026-0099 x")
    assert "is empty" in slack.say(f"note {incident}")
    assert "no word that is known" in slack.say("<!channel> dance")
    assert "What can be said here" in slack.say("")


class Teams:
    def __init__(self) -> None:
        self.path = connections.add("teams", "teams-risk", by="root", signing=TEAMS_SECRET).path
        self.turn = 0

    def say(self, text: str) -> str:
        self.turn += 1
        now = datetime.now(UTC).isoformat()
        body = activity(id=f"17725285206{self.turn:02d}", timestamp=now, text=f"<at>Hotwash</at> {text}")
        answer = Client().post(self.path, body, content_type="application/json", headers={
            "Authorization": teams_head(body)["authorization"]})  # fmt: skip
        assert answer.status_code == 200, answer.content
        assert answer.json()["type"] == "message"
        return str(answer.json()["text"])


def test_teams_is_answered_in_its_thread_and_tells_no_others_what_they_may_not_know(incident: str) -> None:
    teams = Teams()
    made = people.make_code(Account.objects.get(name="bo"))
    assert teams.say(f"link {made.text}").startswith("You are bo")
    assert "Loans refused" not in teams.say(f"status {incident}")
    teams.say(f"bind {incident}")
    assert "Loans refused" in teams.say("status")
    assert "as entry" in teams.say("timeline They wrote &lt;b&gt;again&lt;/b&gt;")
    [story] = desk().incident(incident).story
    assert story.event.text == "They wrote <b>again</b>"
    assert (
        "https://teams.microsoft.com/l/message/19:253b1f341670408fb6fe51050b6e5ceb@thread.skype/" in story.event.source
    )


def test_mattermost_says_commands_and_captures_messages(incident: str) -> None:
    tokens = f"{MATTERMOST_COMMAND['token']}\n{MATTERMOST_HOOK['token']}"
    made = connections.add("mattermost", "mm", by="root", signing=tokens, site="https://chat.example.org/")
    turn = 0

    def post(form: dict[str, str]) -> Any:
        return Client().post(made.path, urlencode(form).encode(), content_type="application/x-www-form-urlencoded")

    def command(text: str) -> str:
        nonlocal turn
        turn += 1
        trigger = base64.b64encode(f"{turn}:u:{int(time.time() * 1000)}:s".encode()).decode()
        answer = post({**MATTERMOST_COMMAND, "text": text, "trigger_id": trigger, "team_id": "t", "channel_id": "c"})
        assert answer.status_code == 200, answer.content
        assert answer.json()["response_type"] == ("in_channel" if text.startswith("bind") else "ephemeral")
        return str(answer.json()["text"])

    hook = {**MATTERMOST_HOOK, "team_id": "t", "channel_id": "c", "user_id": MATTERMOST_COMMAND["user_id"]}
    hook |= {
        "timestamp": str(int(time.time() * 1000)),
        "text": "!timeline it began at noon",
        "trigger_word": "!timeline",
    }
    code = people.make_code(Account.objects.get(name="bo"))
    command(f"link {code.text}")
    command(f"bind {incident}")
    answer = post(hook)
    assert answer.status_code == 200
    assert answer.json()["response_type"] == "comment"
    [story] = desk().incident(incident).story
    assert story.event.text == "it began at noon"
    assert story.event.source.endswith("https://chat.example.org/someteam/pl/axdygg1957njfe5pu38saikdho")
    assert post(hook).status_code == 409
    assert post({**hook, "post_id": "other", "token": "wrong"}).status_code == 401


def test_a_chat_is_connected_changed_and_closed_on_its_page(house: None) -> None:
    root = enter("root")
    words = {"chat": "slack", "name": "risk", "signing": SIGNING, "strangers": "report", "site": ""}
    shown = root.post("/chats/add/", words)
    assert shown.status_code == 200
    assert "/chat/slack/" in shown.content.decode()
    page = root.get("/chats/risk/").content.decode()
    assert SIGNING not in page
    assert "/chat/slack/" not in page
    assert SIGNING not in ChatConnection.objects.get().signing
    assert root.post("/chats/add/", words).status_code == 422
    assert root.post("/chats/risk/change/", {"strangers": "declare", "signing": "", "site": ""}).status_code == 302
    changed = ChatConnection.objects.get()
    assert (changed.strangers, connections.signing_of(changed)) == ("declare", (SIGNING,))
    assert root.post("/chats/risk/change/", {"strangers": "declare", "site": "javascript:x"}).status_code == 422
    assert root.post("/chats/risk/rotate/").status_code == 200
    assert root.post("/chats/risk/close/").status_code == 302
    assert root.get("/chats/").status_code == 200
    assert root.get("/chats/none/").status_code == 404
    assert enter("ana").get("/chats/").status_code == 403


def test_a_person_makes_a_code_and_ends_a_link_on_their_own_page(slack: Slack) -> None:
    bo = enter("bo")
    assert "roadrunner" in bo.get("/account/chats/").content.decode()
    assert "link " in bo.post("/account/chats/code/").content.decode()
    theirs = ChatUser.objects.get()
    enter("ana").post("/account/chats/part/", {"user": str(theirs.pk)})
    assert ChatUser.objects.count() == 1
    bo.post("/account/chats/part/", {"user": str(theirs.pk)})
    assert "is not linked" in slack.say("note x")


def test_hostile_names_of_channels_and_people_are_shown_as_text(slack: Slack, incident: str) -> None:
    form = {
        "team_id": "T1", "channel_id": "C9", "channel_name": "<script>x</script>", "user_id": "U2",
        "user_name": "<b>r</b>", "command": "/hotwash", "text": f"bind {incident}",
    }  # fmt: skip
    slack.post(form)
    page = enter("root").get("/chats/slack-risk/").content.decode()
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page


@pytest.mark.parametrize(("status", "raises"), [(200, False), (404, True), (500, True)])
def test_an_answer_is_posted_as_slack_wants_it_and_its_no_is_a_fault(
    slack: Slack, incident: str, monkeypatch: pytest.MonkeyPatch, *, status: int, raises: bool
) -> None:
    posted: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(status)

    # Slack itself cannot be had here: only what would go to it is looked at.
    monkeypatch.setattr(replying, "Guarded", lambda *_, **__: httpx.MockTransport(take))
    slack.say(f"bind {incident}")
    slack.point("They all wrote")
    arguments = JobRow.objects.get(kind=replying.JOB).arguments
    if raises:
        with pytest.raises(OutsideFault, match=str(status)):
            replying.post(desk(), arguments)
    else:
        replying.post(desk(), arguments)
    [request] = posted
    assert (request.method, str(request.url)) == ("POST", "https://hooks.slack.com/app/T1/1/x")
    assert json.loads(request.content)["response_type"] == "ephemeral"


def test_of_many_who_bring_the_same_post_at_once_one_is_the_first(database: Options) -> None:
    made = connections.add("slack", "slack-risk", by="root", signing=SIGNING).connection

    def bring(_: int) -> bool:
        try:
            return connections.first_time(made, "v0=same")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as several:
        assert sorted(several.map(bring, range(12))) == [False] * 11 + [True]


def test_marks_of_old_posts_are_forgotten(slack: Slack) -> None:
    chat = ChatConnection.objects.get()
    chat.posts.update(at=datetime.now(UTC) - timedelta(days=8))
    replying.make_room(desk(), {})
    assert chat.posts.count() == 0
