"""Mattermost: slash commands, and outgoing webhooks for messages that begin with a word; each has a token of its own.

https://developers.mattermost.com/integrate/slash-commands/custom,
https://developers.mattermost.com/integrate/webhooks/outgoing. A token proves who posts, not what: it stands in the post
itself. A slash command carries a ``trigger_id`` that is different each time, a webhook the id of the message.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import msgspec

from hotwash.connect.bodies import moment, object_of
from hotwash.response.chat import Captured, Chat, Heard, Proof, Reply
from hotwash.response.outside import NotVerified, Refused

SYSTEM = "Mattermost"
WINDOW = timedelta(minutes=5)
MESSAGE_MAX = 15_000
_FIELDS_MAX = 100


def verify(headers: Mapping[str, str], body: bytes, proof: Proof) -> None:
    """Check the token, and that the post is not older than five minutes where it tells its time.

    :raises NotVerified: if either does not hold
    """
    try:
        form = _form(headers, body)
    except Refused as bad:
        raise NotVerified(SYSTEM, bad.sentence) from bad
    scheme, _, said = headers.get("authorization", "").partition(" ")
    given = form.get("token") or (said.strip() if scheme.lower() == "token" else "")
    if not given or not proof.secrets:
        raise NotVerified(SYSTEM, "The post has no token, or none is set to hold it against. Nothing was done.")
    if not any(hmac.compare_digest(secret.encode(), given.encode()) for secret in proof.secrets):
        raise NotVerified(SYSTEM, "The token of the post is wrong. Nothing was done.")
    sent = moment(form.get("timestamp")) or _triggered(form.get("trigger_id", ""))
    if sent is not None and abs(proof.now - sent) > WINDOW:
        raise NotVerified(SYSTEM, "The post is older than five minutes, or the clocks differ. Nothing was done.")


def _triggered(trigger: str) -> datetime | None:
    """When a trigger was made: it is base64 of four parts with milliseconds as the third."""
    try:
        parts = base64.b64decode(trigger, validate=True).decode().split(":")
    except (binascii.Error, ValueError):
        return None
    if len(parts) < 4 or not re.fullmatch(r"\d{13}", parts[2], re.ASCII):
        return None
    return datetime.fromtimestamp(int(parts[2]) / 1000, UTC)


def _form(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    if headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        return {name: str(value) for name, value in object_of(SYSTEM, body).items() if isinstance(value, str | int)}
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except (UnicodeDecodeError, ValueError) as bad:
        raise Refused(SYSTEM, "The body is no form.") from bad
    return {name: values[0] for name, values in fields.items()}


def read(headers: Mapping[str, str], body: bytes) -> Heard:
    """A slash command, or a message that begins with the word of an outgoing webhook.

    :raises Refused: if it is something else, or has nothing by which a replay could be known
    """
    form = _form(headers, body)
    if not form.get("user_id"):
        raise Refused(SYSTEM, "The post is neither a slash command nor that of an outgoing webhook.")
    words = form.get("text", "")[:MESSAGE_MAX]
    if form.get("post_id"):
        trigger = form.get("trigger_word", "")
        words = words[len(trigger) :] if trigger and words.lower().startswith(trigger.lower()) else words
        author = form.get("user_name", "")[:100]
        written = moment(form.get("timestamp"))
        captured = Captured(words.strip(), author, form["user_id"][:100], written, _path(form))
        return _heard(Heard("capture", f"post {form['post_id']}"[:200], text=words.strip(), message=captured), form)
    if not form.get("command"):
        raise Refused(SYSTEM, "The post is neither a slash command nor that of an outgoing webhook.")
    if not form.get("trigger_id"):
        raise Refused(SYSTEM, "The command has no trigger_id, by which a replay is known: Mattermost is too old.")
    return _heard(Heard("command", f"trigger {form['trigger_id']}"[:300], text=words.strip()), form)


def _heard(heard: Heard, form: Mapping[str, str]) -> Heard:
    """With where it was said, and by whom."""

    def short(name: str) -> str:
        return form.get(name, "")[:100]

    return replace(
        heard,
        team=short("team_id"),
        channel=short("channel_id"),
        channel_name=short("channel_name"),
        user=short("user_id"),
        user_name=short("user_name"),
    )


def _path(form: Mapping[str, str]) -> str:
    """Where the message stands below the address of the server, which no post tells."""
    team, post = form.get("team_domain", ""), form.get("post_id", "")
    return f"/{team}/pl/{post}" if re.fullmatch(r"[a-z0-9-]+", team) and re.fullmatch(r"[a-z0-9]+", post) else ""


def body(heard: Heard, reply: Reply) -> bytes | None:
    """An answer that only the person sees; to a webhook one in the thread of the message."""
    # Marks of Markdown are escaped, and an @ is parted from what follows: nothing in a reply calls or links anybody.
    said = re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", reply.text).replace("@", "@\u200b")
    if heard.kind == "capture":
        return msgspec.json.encode({"text": said, "response_type": "comment"})
    return msgspec.json.encode({"response_type": "in_channel" if reply.everyone else "ephemeral", "text": said})


CHAT = Chat(
    "mattermost",
    SYSTEM,
    verify,
    read,
    body,
    "The token of the slash command and, if there is one, of the outgoing webhook, each on a line.",
)
