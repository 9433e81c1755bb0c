"""Slack: slash commands and message shortcuts of an app of one's own, signed with its signing secret.

https://docs.slack.dev/authentication/verifying-requests-from-slack,
https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload. A command is answered in the same
exchange; a shortcut's answer is posted to its ``response_url``. Slack waits for three seconds.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs

import msgspec

from hotwash.connect.bodies import object_of, text
from hotwash.response.chat import Captured, Chat, Heard, Proof, Reply
from hotwash.response.outside import NotVerified, Refused

SYSTEM = "Slack"
WINDOW = timedelta(minutes=5)
MESSAGE_MAX = 15_000
_FIELDS_MAX = 100


def verify(headers: Mapping[str, str], body: bytes, proof: Proof) -> None:
    """Check the signature over ``v0:timestamp:body``, and that the post is not older than five minutes.

    :raises NotVerified: if either does not hold
    """
    told, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not told or not given or not proof.secrets:
        raise NotVerified(SYSTEM, "The post has no signature, or no signing secret is set. Nothing was done.")
    if not re.fullmatch(r"\d{1,12}", told, re.ASCII):
        raise NotVerified(SYSTEM, "The time of the post is no number. Nothing was done.")
    if abs(proof.now - datetime.fromtimestamp(int(told), UTC)) > WINDOW:
        raise NotVerified(SYSTEM, "The post is older than five minutes, or the clocks differ. Nothing was done.")
    signed = b"v0:" + told.encode() + b":" + body
    if not any(
        hmac.compare_digest(b"v0=" + hmac.new(secret.encode(), signed, sha256).hexdigest().encode(), given.encode())
        for secret in proof.secrets
    ):
        raise NotVerified(SYSTEM, "The signature of the post is wrong. Nothing was done.")


def read(headers: Mapping[str, str], body: bytes) -> Heard:
    """A slash command, a message shortcut, or Slack's look whether the certificate is right.

    :raises Refused: if it is something else
    """
    told = headers.get("x-slack-signature", "")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except (UnicodeDecodeError, ValueError) as bad:
        raise Refused(SYSTEM, "The body is no form.") from bad
    form = {name: values[0] for name, values in fields.items()}
    if form.get("ssl_check") == "1":
        return Heard("ping", told)
    if "payload" in form:
        return _shortcut(form["payload"].encode(), told)
    if not form.get("command") or not form.get("user_id"):
        raise Refused(SYSTEM, "The post is neither a slash command nor a shortcut.")
    return Heard(
        "command",
        told,
        team=form.get("team_id", "")[:100],
        channel=form.get("channel_id", "")[:100],
        channel_name=form.get("channel_name", "")[:200],
        user=form["user_id"][:100],
        user_name=form.get("user_name", "")[:100],
        text=plain(form.get("text", "")),
        reply_to=form.get("response_url", "")[:500],
    )


def _shortcut(payload: bytes, told: str) -> Heard:
    held = object_of(SYSTEM, payload)
    if held.get("type") != "message_action" or not isinstance(held.get("message"), dict):
        raise Refused(SYSTEM, "The shortcut is not one for messages: make it with “On messages”.")
    channel, ts = text(held, "channel.id", most=100), text(held, "message.ts", "message_ts", most=40)
    return Heard(
        "capture",
        told,
        team=text(held, "team.id", "user.team_id", most=100),
        channel=channel,
        channel_name=text(held, "channel.name", most=200),
        user=text(held, "user.id", most=100),
        user_name=text(held, "user.username", "user.name", most=100),
        reply_to=text(held, "response_url", most=500),
        message=Captured(
            plain(text(held, "message.text", most=MESSAGE_MAX)),
            text(held, "message.username", "message.user_profile.display_name", "message.user", most=100),
            text(held, "message.user", "message.bot_id", most=100),
            _at(ts),
            _link(text(held, "team.domain", most=100), channel, ts),
        ),
    )


def _at(ts: str) -> datetime | None:
    if not re.fullmatch(r"\d{9,11}\.\d{1,6}", ts, re.ASCII):
        return None
    seconds, _, micro = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micro.ljust(6, "0")))


def _link(domain: str, channel: str, ts: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", domain) or not re.fullmatch(r"[A-Z0-9]+", channel) or not _at(ts):
        return ""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def plain(words: str) -> str:
    """Text without Slack's marks: ``<@U1|ana>`` is @ana, ``<https://a|b>`` is b (https://a); entities are letters."""

    def shown(found: re.Match[str]) -> str:
        what, _, label = found[1].partition("|")
        if what[:1] in "@#!":
            return what[:1].replace("!", "@") + (label.lstrip("@#") or what[1:])
        return f"{label} ({what})" if label and label != what else what

    words = re.sub(r"<([^<>]{1,3000})>", shown, words)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _said(reply: Reply) -> dict[str, object]:
    # Slack reads these three letters as marks: escaped, no name, channel or link can be made to stand in a reply.
    escaped = reply.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"response_type": "in_channel" if reply.everyone else "ephemeral", "text": escaped}


def body(heard: Heard, reply: Reply) -> bytes | None:
    """An answer to a command; to a shortcut nothing, its answer is posted."""
    return msgspec.json.encode(_said(reply)) if heard.kind == "command" else None


def later(reply: Reply) -> bytes:
    """What is posted to a ``response_url``."""
    return msgspec.json.encode({**_said(reply), "replace_original": False})


CHAT = Chat(
    "slack",
    SYSTEM,
    verify,
    read,
    body,
    "The signing secret of the app (Basic Information).",
    ("hooks.slack.com", "hooks.slack-gov.com"),
    later,
)
