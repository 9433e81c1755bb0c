"""From chat: what somebody typed or pointed at there, what that asks of the desk, and what is said back.

A connector reads and verifies what a vendor posts; here it is a `Heard`. What people type is the same for all vendors.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verb = Literal[
    "help", "link", "who", "declare", "report", "bind", "unbind", "note", "status", "page", "ack", "timeline"
]  # fmt: skip

INCIDENT = re.compile(r"INC-\d{4}-\d{4,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Captured:
    """A message that somebody wants on the timeline.

    :param at: when it was written
    :param link: where it stands, if that can be said
    """

    text: str
    author: str
    author_id: str
    at: datetime | None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a vendor posted, once it was found to be genuine.

    :param kind: a command that was typed, a message that was pointed at, or a look whether anybody is there
    :param key: the same for the same post, and for no other: by it a replay is known
    :param team: the workspace, tenant or team that it comes from
    :param reply_to: where an answer can be posted later, as the vendor wrote it
    """

    kind: Literal["command", "capture", "ping"]
    key: str
    team: str = ""
    channel: str = ""
    channel_name: str = ""
    user: str = ""
    user_name: str = ""
    text: str = ""
    message: Captured | None = None
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back: to the person alone, or to everybody in the channel."""

    text: str
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """What a vendor's posts are held against: any of these secrets, and the time now."""

    secrets: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """A kind of chat.

    :param verify: headers (lower-case names), body and proof; raises `hotwash.response.outside.NotVerified`
    :param read: headers and body; raises `hotwash.response.outside.Refused`
    :param body: a reply as the vendor wants it, or None where this post is answered elsewhere
    :param later: a reply for ``reply_to``, and the hosts where that may be; None where there is no such way
    :param secret: what is asked for when a connection is made
    :param private: whether an answer can be for the person alone
    """

    name: str
    title: str
    verify: Callable[[Mapping[str, str], bytes, Proof], None]
    read: Callable[[Mapping[str, str], bytes], Heard]
    body: Callable[[Heard, Reply], bytes | None]
    secret: str
    hosts: tuple[str, ...] = ()
    later: Callable[[Reply], bytes] | None = None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What a typed text asks: a verb, the incident if it names one first, and the rest."""

    verb: Verb
    incident: str
    rest: str


HELP = """What can be said here:
help · this list
link CODE · link this chat account to yours in Hotwash (the code is on your account page there)
who · which account you are linked to, and which incident this channel belongs to
declare SENTENCE · declare an incident
report SENTENCE · tell of something odd, without declaring
bind INC-… · let this channel belong to an incident (unbind ends it)
note [INC-…] TEXT · write a note
timeline [INC-…] [TIME] TEXT · put something on the timeline, at the time at which it happened
status [INC-…] · how it stands
page [INC-…] PERSON [WHY] · call somebody
ack [INC-…] · answer a page to you
Without INC-… the incident of this channel is meant."""

_OTHER: dict[str, Verb] = {
    "": "help", "?": "help", "whoami": "who", "new": "declare", "incident": "declare", "ok": "ack",
    "acknowledge": "ack", "happened": "timeline",
}  # fmt: skip
_VERBS: dict[str, Verb] = {
    one: one
    for one in (
        "help", "link", "who", "declare", "report", "bind", "unbind", "note", "status", "page", "ack", "timeline",
    )
}  # fmt: skip
_WITH_INCIDENT = frozenset({"bind", "note", "status", "page", "ack", "timeline"})


def asked(text: str) -> Asked | None:
    """What a typed text asks; None if its first word is no command."""
    word, _, rest = text.strip().partition(" ")
    verb = _VERBS.get(word.lower()) or _OTHER.get(word.lower())
    if verb is None:
        return None
    rest, incident = rest.strip(), ""
    if verb in _WITH_INCIDENT:
        first, _, after = rest.partition(" ")
        if INCIDENT.fullmatch(first):
            incident, rest = first.upper(), after.strip()
    return Asked(verb, incident, rest)


def moment_first(text: str) -> tuple[datetime | None, str]:
    """A time with its zone at the beginning of a text, and the rest; None where the text begins otherwise."""
    first, _, rest = text.partition(" ")
    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", first):
        return None, text
    try:
        at = datetime.fromisoformat(first)
    except ValueError:
        return None, text
    return (at, rest.strip()) if at.tzinfo is not None else (None, text)
