"""Microsoft Teams: an outgoing webhook of a team, signed with the security token that Teams showed when it was made.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook. A post is a
message of the Bot Framework in which somebody mentioned the webhook; its answer is a message in the same thread. Such
a webhook is not given the message above it: what belongs on the timeline has to stand in the post itself.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from hotwash.connect.bodies import moment, object_of, text
from hotwash.response.chat import Captured, Chat, Heard, Proof, Reply
from hotwash.response.outside import NotVerified, Refused

SYSTEM = "Teams"
WINDOW = timedelta(minutes=5)
MESSAGE_MAX = 15_000


def verify(headers: Mapping[str, str], body: bytes, proof: Proof) -> None:
    """Check ``Authorization: HMAC …`` over the body, and that the message in it is not older than five minutes.

    Teams signs no time beside the body; the body tells one, and is signed.

    :raises NotVerified: if either does not hold
    """
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.upper() != "HMAC" or not given.strip() or not proof.secrets:
        raise NotVerified(SYSTEM, "The post has no HMAC, or no security token is set. Nothing was done.")
    if not any(hmac.compare_digest(_mac(secret, body), given.strip().encode()) for secret in proof.secrets):
        raise NotVerified(SYSTEM, "The HMAC of the post is wrong. Nothing was done.")
    try:
        sent = moment(object_of(SYSTEM, body).get("timestamp"))
    except Refused as bad:
        raise NotVerified(SYSTEM, bad.sentence) from bad
    if sent is None or abs(proof.now - sent) > WINDOW:
        raise NotVerified(SYSTEM, "The post is older than five minutes, or tells no time. Nothing was done.")


def _mac(secret: str, body: bytes) -> bytes:
    return base64.b64encode(hmac.new(_key(secret), body, sha256).digest())


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except binascii.Error as bad:
        raise NotVerified(SYSTEM, "The security token is no base64: copy it again from Teams.") from bad


def read(headers: Mapping[str, str], body: bytes) -> Heard:  # noqa: ARG001 - the promise of a chat
    """A message in which the webhook was mentioned.

    :raises Refused: if it is something else
    """
    held = object_of(SYSTEM, body)
    if held.get("type") != "message" or not text(held, "id", most=200) or not text(held, "from.id", most=200):
        raise Refused(SYSTEM, "The post is no message.")
    said = plain(text(held, "text", most=MESSAGE_MAX))
    channel = text(held, "channelData.teamsChannelId", "channelData.channel.id", most=200)
    thread = text(held, "conversation.id", most=300)
    return Heard(
        "command",
        f"{thread} {text(held, 'id', most=200)}",
        team=text(held, "channelData.tenant.id", most=100),
        channel=channel or thread.partition(";")[0],
        channel_name=text(held, "channelData.channel.name", "conversation.name", most=200),
        user=text(held, "from.aadObjectId", "from.id", most=200),
        user_name=text(held, "from.name", most=100),
        text=said,
        message=Captured(
            said,
            text(held, "from.name", most=100),
            text(held, "from.aadObjectId", "from.id", most=200),
            moment(held.get("timestamp")),
            _link(held, channel, thread),
        ),
    )


def _link(held: Mapping[str, Any], channel: str, thread: str) -> str:
    message = text(held, "id", most=200)
    if not channel or not re.fullmatch(r"[A-Za-z0-9:_.-]+", message):
        return ""
    root = thread.partition(";messageid=")[2]
    known = {
        "tenantId": text(held, "channelData.tenant.id", most=100),
        "groupId": text(held, "channelData.team.aadGroupId", most=100),
        "parentMessageId": root if root != message else "",
    }
    asked = urlencode({name: value for name, value in known.items() if value})
    return f"https://teams.microsoft.com/l/message/{quote(channel, safe=':@')}/{message}{'?' if asked else ''}{asked}"


def plain(words: str) -> str:
    """Text without the mention and without markup."""
    words = re.sub(r"<at\b[^<>]*>[^<>]*</at>", " ", words, flags=re.IGNORECASE)
    words = re.sub(r"<br\s*/?>|</p>|</div>", "\n", words, flags=re.IGNORECASE)
    words = unescape(re.sub(r"<[^<>]*>", "", words)).replace("\xa0", " ")
    return "\n".join(line.strip() for line in words.strip().splitlines())


def body(heard: Heard, reply: Reply) -> bytes | None:  # noqa: ARG001 - the promise of a chat
    """A message in the same thread, in which nothing is read as markup."""
    return msgspec.json.encode({"type": "message", "textFormat": "plain", "text": reply.text})


CHAT = Chat(
    "teams",
    SYSTEM,
    verify,
    read,
    body,
    "The security token that Teams shows when the outgoing webhook is made.",
    private=False,
)
