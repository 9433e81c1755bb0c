"""Posts of chats, as their vendors document them: genuine ones are read, others are refused with a reason."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.connect import mattermost, slack, teams
from hotwash.connect.chats import CHATS
from hotwash.response.chat import Asked, Captured, Heard, Proof, Reply, asked, moment_first
from hotwash.response.outside import NotVerified, OutsideFault, Refused

SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SLACK_AT = datetime.fromtimestamp(1531420618, UTC)
SLACK_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SLACK_HEAD = {
    "x-slack-request-timestamp": "1531420618",
    "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
}
"""The request and the signature with which Slack explains how it signs."""

MATTERMOST_HOOK = {
    "channel_id": "hawos4dqtby53pd64o4a4cmeoo", "channel_name": "town-square", "team_domain": "someteam",
    "team_id": "kwoknj9nwpypzgzy78wkw516qe", "post_id": "axdygg1957njfe5pu38saikdho", "text": "some text here",
    "timestamp": "1445532266", "token": "zmigewsanbbsdf59xnmduzypjc", "trigger_word": "some",
    "user_id": "rnina9994bde8mua79zqcg5hmo", "user_name": "somename",
}  # fmt: skip
HOOK_AT = datetime.fromtimestamp(1445532266, UTC)
MATTERMOST_COMMAND = {
    "channel_id": "jeoyeft7tbbwdxgkegnj6ofqiw", "channel_name": "town-square", "command": "/test",
    "response_url": "http://localhost:8065/hooks/commands/xyz", "team_domain": "someteam",
    "team_id": "rdc9bgriktyx9p4kowh3dmgqyc", "text": "hello world", "token": "xr3j5x3p4pfk7kk6ck7b4e6ghh",
    "trigger_id": base64.b64encode(b"w1:c3a4cqe3dfy6dgopqt8ai3hydh:1445532266123:MEUCIQ==").decode(),
    "user_id": "c3a4cqe3dfy6dgopqt8ai3hydh", "user_name": "somename",
}  # fmt: skip
FORM = {"content-type": "application/x-www-form-urlencoded"}

TEAMS_SECRET = base64.b64encode(b"k" * 32).decode()
TEAMS_AT = datetime(2026, 3, 3, 9, 2, tzinfo=UTC)


def activity(**more: Any) -> bytes:
    """A message of the Bot Framework as Teams posts it to an outgoing webhook."""
    return json.dumps(
        {
            "type": "message",
            "id": "1772528520603",
            "timestamp": "2026-03-03T09:02:00.6032145Z",
            "localTimestamp": "2026-03-03T10:02:00.6032145+01:00",
            "serviceUrl": "https://smba.trafficmanager.net/emea/",
            "channelId": "msteams",
            "from": {"id": "29:1bSnHZ7Js2", "name": "Ana Alba", "aadObjectId": "c3a4cqe3-dfy6"},
            "conversation": {
                "isGroup": True,
                "id": "19:253b1f341670408fb6fe51050b6e5ceb@thread.skype;messageid=1772528500000",
                "conversationType": "channel",
            },
            "textFormat": "plain",
            "text": "<at>Hotwash</at> note They are all over sixty &amp; angry",
            "entities": [{"locale": "en-US", "country": "US", "type": "clientInfo"}],
            "channelData": {
                "teamsChannelId": "19:253b1f341670408fb6fe51050b6e5ceb@thread.skype",
                "teamsTeamId": "19:712c61d0ef384e5fa681ba90ca943398@thread.skype",
                "channel": {"id": "19:253b1f341670408fb6fe51050b6e5ceb@thread.skype"},
                "team": {"id": "19:712c61d0ef384e5fa681ba90ca943398@thread.skype"},
                "tenant": {"id": "72f988bf-86f1-41af-91ab-2d7cd011db47"},
            },
        }
        | more
    ).encode()


def teams_head(body: bytes, secret: str = TEAMS_SECRET) -> dict[str, str]:
    mac = hmac.new(base64.b64decode(secret), body, sha256).digest()
    return {"authorization": "HMAC " + base64.b64encode(mac).decode()}


def proof(*secrets: str, now: datetime) -> Proof:
    return Proof(secrets, now)


def test_slack_s_own_example_is_genuine_and_is_read() -> None:
    slack.verify(SLACK_HEAD, SLACK_BODY, proof("another", SLACK_SECRET, now=SLACK_AT))
    heard = slack.read(SLACK_HEAD, SLACK_BODY)
    assert (heard.kind, heard.team, heard.channel, heard.channel_name) == (
        "command",
        "T1DC2JH3J",
        "G8PSS9T3V",
        "foobar",
    )
    assert (heard.user, heard.user_name, heard.text) == ("U2CERLKJA", "roadrunner", "")
    assert heard.reply_to.startswith("https://hooks.slack.com/commands/T1DC2JH3J/")


@pytest.mark.parametrize(
    ("head", "body", "secrets", "now", "why"),
    [
        (SLACK_HEAD, SLACK_BODY + b"x", (SLACK_SECRET,), SLACK_AT, "signature of the post is wrong"),
        (SLACK_HEAD, SLACK_BODY, ("other",), SLACK_AT, "signature of the post is wrong"),
        (SLACK_HEAD, SLACK_BODY, (), SLACK_AT, "no signing secret is set"),
        ({}, SLACK_BODY, (SLACK_SECRET,), SLACK_AT, "has no signature"),
        (SLACK_HEAD, SLACK_BODY, (SLACK_SECRET,), SLACK_AT + timedelta(seconds=301), "older than five minutes"),
        (SLACK_HEAD, SLACK_BODY, (SLACK_SECRET,), SLACK_AT - timedelta(seconds=301), "older than five minutes"),
        ({**SLACK_HEAD, "x-slack-request-timestamp": "now"}, SLACK_BODY, (SLACK_SECRET,), SLACK_AT, "is no number"),
        ({**SLACK_HEAD, "x-slack-request-timestamp": "1531420619"}, SLACK_BODY, (SLACK_SECRET,), SLACK_AT, "wrong"),
        ({**SLACK_HEAD, "x-slack-signature": "v0=é"}, SLACK_BODY, (SLACK_SECRET,), SLACK_AT, "wrong"),
    ],
)
def test_a_post_that_slack_did_not_sign_now_is_refused(
    head: dict[str, str], body: bytes, secrets: tuple[str, ...], now: datetime, why: str
) -> None:
    with pytest.raises(NotVerified, match=why):
        slack.verify(head, body, Proof(secrets, now))


def test_a_message_shortcut_of_slack_carries_author_time_and_place() -> None:
    payload = {
        "token": "Nj2rfC2hU8mAfgaJLemZgO7H", "callback_id": "timeline", "type": "message_action",
        "trigger_id": "13345224609.8534564800.6f8ab1f53e13d0cd15f96106292d5536",
        "response_url": "https://hooks.slack.com/app-actions/T0MJR11A4/21974584944/yk1S9ndf35Q1flupVG5JbpM6",
        "team": {"id": "T0MJRM1A7", "domain": "pandamonium"}, "channel": {"id": "D0LFFBKLZ", "name": "cats"},
        "user": {"id": "U0D15K92L", "name": "dr_maomao"},
        "message": {
            "type": "message", "user": "U0MJRG1AL", "ts": "1516229207.000133",
            "text": "World's smallest big cat! <https://youtube.com/watch?v=W86cTIoMv2U> &amp; <@U1|ana>",
        },
    }  # fmt: skip
    heard = slack.read(SLACK_HEAD, urlencode({"payload": json.dumps(payload)}).encode())
    assert (heard.kind, heard.user, heard.user_name) == ("capture", "U0D15K92L", "dr_maomao")
    assert heard.message == Captured(
        "World's smallest big cat! https://youtube.com/watch?v=W86cTIoMv2U & @ana",
        "U0MJRG1AL",
        "U0MJRG1AL",
        datetime(2018, 1, 17, 22, 46, 47, 133, tzinfo=UTC),
        "https://pandamonium.slack.com/archives/D0LFFBKLZ/p1516229207000133",
    )
    assert slack.body(heard, Reply("done")) is None
    assert json.loads(slack.later(Reply("done")))["replace_original"] is False


def test_slack_s_look_at_the_certificate_is_known_and_other_posts_are_refused() -> None:
    assert slack.read(SLACK_HEAD, b"ssl_check=1&token=x").kind == "ping"
    for body in (b"", b"a=b", b"\xff\xfe", b"payload=%7B%7D", b"payload=[", b"&".join([b"a=b"] * 200)):
        with pytest.raises(Refused):
            slack.read(SLACK_HEAD, body)


def test_no_word_in_a_reply_to_slack_is_read_as_a_mark() -> None:
    heard = slack.read(SLACK_HEAD, SLACK_BODY)
    said = json.loads(slack.body(heard, Reply("<!channel> & <http://a|b>")) or b"")
    assert said == {"response_type": "ephemeral", "text": "&lt;!channel&gt; &amp; &lt;http://a|b&gt;"}


def test_a_message_of_teams_is_genuine_and_is_read_without_the_mention() -> None:
    body = activity()
    teams.verify(teams_head(body), body, proof(TEAMS_SECRET, now=TEAMS_AT))
    heard = teams.read({}, body)
    assert heard.text == "note They are all over sixty & angry"
    assert (heard.user, heard.user_name) == ("c3a4cqe3-dfy6", "Ana Alba")
    assert heard.team == "72f988bf-86f1-41af-91ab-2d7cd011db47"
    assert heard.message is not None
    assert heard.message.at == datetime(2026, 3, 3, 9, 2, 0, 603214, tzinfo=UTC)
    assert heard.message.link == (
        "https://teams.microsoft.com/l/message/19:253b1f341670408fb6fe51050b6e5ceb@thread.skype/1772528520603"
        "?tenantId=72f988bf-86f1-41af-91ab-2d7cd011db47&parentMessageId=1772528500000"
    )
    assert json.loads(teams.body(heard, Reply("Noted.")) or b"") == {
        "type": "message", "textFormat": "plain", "text": "Noted.",
    }  # fmt: skip


def test_teams_signs_as_the_vendor_s_sample_does() -> None:
    # The sample decodes the token from base64 and writes the digest as base64.
    body = b'{"type":"message"}'
    token = "+ZaRRMC8+mpnfGaGsBOmkIFt98bttL5YQRq3p2tXgcE="
    right = base64.b64encode(hmac.new(base64.b64decode(token), body, "sha256").digest()).decode()
    with pytest.raises(NotVerified, match="tells no time"):
        teams.verify({"authorization": f"HMAC {right}"}, body, proof(token, now=TEAMS_AT))


@pytest.mark.parametrize(
    ("head", "now", "why"),
    [
        ({}, TEAMS_AT, "has no HMAC"),
        ({"authorization": "Bearer x"}, TEAMS_AT, "has no HMAC"),
        ({"authorization": "HMAC AAAA"}, TEAMS_AT, "HMAC of the post is wrong"),
        (teams_head(activity()), TEAMS_AT + timedelta(minutes=6), "older than five minutes"),
    ],
)
def test_a_post_that_teams_did_not_sign_now_is_refused(head: dict[str, str], now: datetime, why: str) -> None:
    with pytest.raises(NotVerified, match=why):
        teams.verify(head, activity(), proof(TEAMS_SECRET, now=now))


def test_a_token_of_teams_that_is_no_base64_is_said_to_be_so() -> None:
    with pytest.raises(NotVerified, match="copy it again"):
        teams.verify(teams_head(activity()), activity(), proof("not base64!", now=TEAMS_AT))


def test_a_message_of_mattermost_s_own_example_is_captured_without_its_trigger_word() -> None:
    for head, body in (
        (FORM, urlencode(MATTERMOST_HOOK).encode()),
        ({"content-type": "application/json"}, json.dumps(MATTERMOST_HOOK).encode()),
    ):
        mattermost.verify(head, body, proof("zmigewsanbbsdf59xnmduzypjc", now=HOOK_AT))
        heard = mattermost.read(head, body)
        assert heard.message == Captured(
            "text here", "somename", "rnina9994bde8mua79zqcg5hmo", HOOK_AT, "/someteam/pl/axdygg1957njfe5pu38saikdho"
        )
        assert json.loads(mattermost.body(heard, Reply("x")) or b"")["response_type"] == "comment"


def test_a_slash_command_of_mattermost_is_held_against_its_token_and_its_time() -> None:
    body = urlencode(MATTERMOST_COMMAND).encode()
    mattermost.verify(FORM, body, proof("other", "xr3j5x3p4pfk7kk6ck7b4e6ghh", now=HOOK_AT))
    heard = mattermost.read(FORM, body)
    assert (heard.kind, heard.text, heard.user_name) == ("command", "hello world", "somename")
    with pytest.raises(NotVerified, match="token of the post is wrong"):
        mattermost.verify(FORM, body, proof("other", now=HOOK_AT))
    with pytest.raises(NotVerified, match="older than five minutes"):
        mattermost.verify(FORM, body, proof("xr3j5x3p4pfk7kk6ck7b4e6ghh", now=HOOK_AT + timedelta(minutes=6)))
    old = urlencode({**MATTERMOST_COMMAND, "trigger_id": ""}).encode()
    with pytest.raises(Refused, match="too old"):
        mattermost.read(FORM, old)


def test_the_token_may_stand_in_the_header_as_mattermost_sends_it_too() -> None:
    body = urlencode({name: value for name, value in MATTERMOST_COMMAND.items() if name != "token"}).encode()
    head = {**FORM, "authorization": "Token xr3j5x3p4pfk7kk6ck7b4e6ghh"}
    mattermost.verify(head, body, proof("xr3j5x3p4pfk7kk6ck7b4e6ghh", now=HOOK_AT))


def test_no_word_in_a_reply_to_mattermost_calls_or_links_anybody() -> None:
    heard = mattermost.read(FORM, urlencode(MATTERMOST_COMMAND).encode())
    said = json.loads(mattermost.body(heard, Reply("@all [x](http://a) **b**")) or b"")
    assert said["text"] == "@\u200ball \\[x\\](http://a) \\*\\*b\\*\\*"


@given(
    st.sampled_from(sorted(CHATS)),
    st.binary(max_size=300),
    st.dictionaries(
        st.sampled_from(["content-type", "authorization", "x-slack-signature", "x-slack-request-timestamp"]),
        st.text(max_size=40),
    ),
)
def test_whatever_comes_is_read_or_refused_with_a_sentence(name: str, body: bytes, head: dict[str, str]) -> None:
    said: list[str] = []
    for act in (lambda: CHATS[name].verify(head, body, Proof(("k",), SLACK_AT)), lambda: CHATS[name].read(head, body)):
        try:
            act()
        except OutsideFault as no:
            said.append(no.sentence)
    assert all(sentence.endswith(".") for sentence in said)


@given(
    st.dictionaries(
        st.sampled_from(sorted({*MATTERMOST_HOOK, *MATTERMOST_COMMAND, *parse_qs(SLACK_BODY.decode())})),
        st.text(max_size=40),
    )
)
def test_a_form_with_any_text_in_it_is_read_or_refused(form: dict[str, str]) -> None:
    said: list[str] = []
    for name in ("slack", "mattermost"):
        try:
            assert isinstance(CHATS[name].read(FORM, urlencode(form).encode()), Heard)
        except Refused as no:
            said.append(no.sentence)
    assert all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Asked("help", "", "")),
        ("declare  Loans refused to the old ", Asked("declare", "", "Loans refused to the old")),
        ("NOTE inc-2026-0001 all over sixty", Asked("note", "INC-2026-0001", "all over sixty")),
        ("note INC-2026-0001x is odd", Asked("note", "", "INC-2026-0001x is odd")),
        ("ok", Asked("ack", "", "")),
        ("dance", None),
    ],
)
def test_what_people_type_is_understood(text: str, meant: Asked | None) -> None:
    assert asked(text) == meant


def test_a_time_at_the_beginning_of_a_text_needs_its_zone() -> None:
    assert moment_first("2026-03-03T09:02+01:00 the switch was set")[1] == "the switch was set"
    assert moment_first("2026-03-03T09:02 the switch was set") == (None, "2026-03-03T09:02 the switch was set")
    assert moment_first("the switch was set") == (None, "the switch was set")
