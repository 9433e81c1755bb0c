"""Sending: what goes out, where to, and the promise that every channel keeps.

Promises of a channel:

- It is handed a ``key`` that stays the same however often the same thing is sent to the same target, and hands it on
  where its kind of message has a place for one, so that the other side can tell a repetition.
- It never raises for what the outside does: what came of it is a `Result`. ``unknown`` means that the whole was handed
  over and no answer came, so that it may have arrived; trying again may then mean twice.
- No address, token or password stands in a result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, Protocol

from hotwash.incident.events.messages import MessageSending
from hotwash.incident.parts import Said
from hotwash.response.jobs import Job

State = Literal["delivered", "failed", "unknown"]
ChannelKind = Literal["mail", "webhook", "apprise"]

TRIES = 8
"""How often something is sent to a target before it is left: over some four hours."""
WAITS = tuple(timedelta(seconds=each) for each in (10, 30, 120, 600, 1_800, 3_600, 7_200))
"""How long to wait after each try."""

SENDING = "send-message"
"""The kind of job that takes a message to one target."""
PAGING = "page"
"""The kind of job that calls somebody by one way."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where something goes: the name of a list or of a way to reach somebody, and the opened address behind it."""

    name: str
    address: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes out.

    :param link: where to act on it or to read on
    :param kind: what it is, for programs: ``message``, ``page``, ``reminder``, ``seal`` or ``test``
    """

    subject: str
    text: str
    kind: Literal["message", "page", "reminder", "seal", "test"] = "message"
    incident: str = ""
    audience: str = ""
    language: str = "en"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it.

    :param why: what the other side said, without addresses; a reason where it was not delivered
    :param again: whether another try may help
    :param reached: how many recipients took it, where the channel knows
    """

    state: State
    why: str = ""
    again: bool = False
    reached: int | None = None


class Channel(Protocol):
    """Carries something to a target."""

    def deliver(self, target: Target, message: Outgoing, key: str) -> Result:
        """Hand it over, and say what came of it."""
        ...


def key_of(incident: str, sending: int, target: str) -> str:
    """What a message to a target is known by, in every try."""
    return f"message:{incident}:{sending}:{target}"


def deliveries(incident: str, said: Said[MessageSending]) -> tuple[Job, ...]:
    """The jobs that take a message to its targets, one for each, so that one that fails holds up no other."""
    return tuple(
        Job(
            f"{key_of(incident, said.entry, target)}:1",
            SENDING,
            {"incident": incident, "sending": said.entry, "target": target, "try": 1},
            said.recorded_at,
            f"incident/{incident}",
        )
        for target in said.event.targets
    )


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    return WAITS[min(tries, len(WAITS)) - 1]
