"""Channels over real connections: mail to a real server, signed calls, Apprise in its own process."""

import json
import os
import threading
import time
from collections.abc import Iterator

import pytest
from tests.sinks import Post, Sink, post_office, sink

from hotwash.connect.apprise_channel import Apprised
from hotwash.connect.apprise_channel import read as read_apprise
from hotwash.connect.channels import channel, read
from hotwash.connect.mail import Mail, MailServer
from hotwash.connect.reachable import Inside
from hotwash.connect.webhook import Webhook, sign, verify
from hotwash.response.outside import NotVerified, Refused
from hotwash.response.sending import Outgoing, Result, Target

UPDATE = Outgoing("Loans: an update\nBcc: eve@example.org", "We stopped it.\nGrüße", incident="INC-2026-0001")
INSIDE = ("127.0.0.1",)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as made:
        yield made


@pytest.fixture
def hook() -> Iterator[Sink]:
    with sink() as made:
        yield made


def mail(post: Post, *to: str, key: str = "message:INC-2026-0001:7:staff") -> Result:
    server = MailServer("127.0.0.1", post.port, "none", sender="hotwash@example.org")
    return Mail(server, timeout_s=5).deliver(Target("staff", {"to": to or ("cy@example.org",)}), UPDATE, key)


def call(hook: Sink, secret: str = "s3cret", timeout_s: float = 5, inside: tuple[str, ...] = INSIDE) -> Result:
    channel = Webhook(Inside.of(inside), timeout_s)
    return channel.deliver(Target("staff", {"url": hook.url, "secret": secret}), UPDATE, "key-1")


def test_mail_arrives_once_for_all_and_nobody_sees_the_others(post: Post) -> None:
    came = mail(post, "cy@example.org", "bo@example.org")
    assert (came.state, came.reached) == ("delivered", 2)
    [(to, letter)] = post.letters
    assert to == ["cy@example.org", "bo@example.org"]
    assert letter["To"] == "undisclosed-recipients:;"
    assert letter["Subject"] == "Loans: an update Bcc: eve@example.org", "a subject cannot add a header"
    assert letter["Bcc"] is None
    assert "Grüße" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_repetition_has_the_same_message_id_and_another_message_another(post: Post) -> None:
    for key in ("a", "a", "b"):
        mail(post, key=key)
    ids = [letter["Message-ID"] for _, letter in post.letters]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@example.org>")


def test_what_a_mail_server_refuses_for_good_is_not_tried_again(post: Post) -> None:
    post.refuses = {"gone@example.org": "550 no such user"}
    assert mail(post, "gone@example.org") == Result("failed", "The mail server refuses it (550).")
    came = mail(post, "gone@example.org", "cy@example.org")
    assert (came.state, came.reached, came.why) == ("delivered", 1, "1 of 2 addresses were refused.")
    post.answer = "554 spam"
    assert not mail(post).again
    post.answer = "451 later"
    assert mail(post).again


def test_a_connection_that_breaks_after_the_mail_is_unknown_and_one_that_never_was_is_failed(post: Post) -> None:
    post.drop = True
    came = mail(post)
    assert (came.state, came.again) == ("unknown", True)
    post.port = 1
    assert mail(post) == Result("failed", "The mail server cannot be reached.", again=True)


def test_a_password_is_never_sent_without_the_encryption_that_was_asked_for(post: Post) -> None:
    server = MailServer("127.0.0.1", post.port, "starttls", "hotwash", "hunter2", "hotwash@example.org")
    came = Mail(server, timeout_s=5).deliver(Target("staff", {"to": ["cy@example.org"]}), UPDATE, "k")
    assert came.state == "failed"
    assert not post.letters
    assert "hunter2" not in repr(server)


def test_a_call_is_signed_and_carries_its_key(hook: Sink) -> None:
    assert call(hook) == Result("delivered", "It answered 200.")
    [one] = hook.calls
    verify("s3cret", one.body, one.headers, now=time.time())
    assert one.headers["Idempotency-Key"] == one.said["key"] == "key-1"
    assert (one.said["subject"], one.said["target"], one.path) == (UPDATE.subject, "staff", "/hook")


@pytest.mark.parametrize("how", ["secret", "body", "old", "future", "stamp", "nothing"])
def test_a_call_that_was_changed_or_is_old_is_refused(how: str) -> None:
    head = sign("s3cret", b"{}", at=1_000)
    secret, body, now = "s3cret", b"{}", 1_000.0
    match how:
        case "secret":
            secret = "other"
        case "body":
            body = b"{} "
        case "old":
            now = 1_301
        case "future":
            now = 600
        case "stamp":
            head["Hotwash-Timestamp"] = "1001"
        case "nothing":
            head = {}
    verify("s3cret", b"{}", sign("s3cret", b"{}", at=1_000), now=1_300)
    with pytest.raises(NotVerified):
        verify(secret, body, head, now=now)


@pytest.mark.parametrize(
    ("status", "state", "again"),
    [
        (204, "delivered", False),
        (404, "failed", False),
        (429, "failed", True),
        (503, "failed", True),
        (302, "failed", False),
    ],
)
def test_what_an_answer_means(hook: Sink, status: int, state: str, again: bool) -> None:
    hook.status, hook.to = status, "http://127.0.0.1:1/elsewhere"
    came = call(hook)
    assert (came.state, came.again) == (state, again)
    assert len(hook.calls) == 1, "no redirect is followed"


def test_a_call_without_an_answer_in_time_is_unknown(hook: Sink) -> None:
    hook.wait = threading.Event()
    came = call(hook, timeout_s=0.3)
    hook.wait.set()
    assert (came.state, came.again) == ("unknown", True)


@pytest.mark.parametrize("kind", ["webhook", "apprise"])
def test_an_address_inside_is_not_called_unless_the_operator_names_it(hook: Sink, kind: str) -> None:
    url = hook.url if kind == "webhook" else hook.url.replace("http://", "json://")
    target = Target("staff", {"url": url, "secret": "x"})
    came = channel(kind, inside=()).deliver(target, UPDATE, "k")  # type: ignore[arg-type]
    assert (came.state, came.again) == ("failed", False)
    assert "HOTWASH_INSIDE" in came.why
    assert not hook.calls
    came = channel(kind, inside=INSIDE).deliver(target, UPDATE, "k")  # type: ignore[arg-type]
    assert came.state == "delivered"
    assert len(hook.calls) == 1


def test_apprise_really_delivers_and_says_what_it_did_not(hook: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    target = Target("chat", {"url": hook.url.replace("http://", "json://") + "?-x=t0ken"})
    assert Apprised(INSIDE).deliver(target, UPDATE, "k") == Result("delivered", "JSON took it.")
    said = json.loads(hook.calls[0].body)
    assert said["title"].startswith("Loans")
    hook.status = 500
    came = Apprised(INSIDE).deliver(target, UPDATE, "k")
    assert (came.state, came.why, came.again) == ("failed", "JSON answered 500.", True)
    hook.status = 401
    assert not Apprised(INSIDE).deliver(target, UPDATE, "k").again


def test_apprise_follows_no_redirect_into_the_house(hook: Sink) -> None:
    with sink("127.0.0.2") as other:
        hook.status, hook.to = 302, other.url
        target = Target("chat", {"url": hook.url.replace("http://", "json://")})
        Apprised(INSIDE).deliver(target, UPDATE, "k")
        assert not other.calls
        Apprised(("127.0.0.0/8",)).deliver(target, UPDATE, "k")
        assert other.calls, "where the operator lets it, Apprise follows"


@pytest.mark.parametrize(
    "text", ["", "nonsense", "dbus://", "mailto://u:p@example.org", "xyz://a/b", "file:///etc/passwd"]
)
def test_what_is_no_address_of_a_service_on_the_web_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_apprise(text)


def test_what_may_be_shown_of_an_address_holds_no_secret() -> None:
    kept, shown = read("apprise", "slack://Txxxxxxxx1/Bxxxxxxxx1/zxxxxxxxxxxxxxxxxxxxxxx1/#ops")
    assert (shown, kept["url"][:8]) == ("Slack", "slack://")
    kept, shown = read("webhook", "https://127.0.0.1/t0ken?x=secret", inside=INSIDE)
    assert shown == "https://127.0.0.1"
    assert len(kept["secret"]) > 40
    assert read("mail", "cy@example.org")[1] == "c…@example.org"
    assert read("mail", "cy@example.org, bo@example.org")[1] == "2 addresses at example.org"
    for text in ("cy@example.org\nRCPT TO:<eve@example.org>", "cy@", "", "a b"):
        with pytest.raises(Refused):
            read("mail", text)


def test_mail_without_a_server_says_so() -> None:
    with pytest.raises(Refused, match="no mail server"):
        channel("mail")


def test_the_process_of_apprise_is_told_nothing_of_the_environment() -> None:
    os.environ["HOTWASH_PLANTED"] = "planted-secret"
    try:
        from hotwash.connect import apprise_channel

        kept = {name for name in apprise_channel._KEPT if name in os.environ}
    finally:
        del os.environ["HOTWASH_PLANTED"]
    assert not any("PROXY" in name.upper() or name == "HOME" or name.startswith("HOTWASH") for name in kept)
