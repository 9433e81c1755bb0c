"""Facts about messages: what was written, who approved it, where it went, what came back.

The promise between writing and sending:

- ``MessageSending`` says that a text, approved as it stands, goes to named lists. Whoever sends has one job for each
  target, and asks `incident.messages.due_to` first: a message that was taken back meanwhile does not go.
- What came of each target is one ``MessageDelivered`` or ``MessageFailed``, recorded by the steps ``deliver-message``
  and ``fail-message`` of the desk.
- No address of a person is ever in a record: targets are names of lists, and counts. A letter to the people harmed is
  kept as its template with the digest of what was sent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotwash.incident.events.work import RoleId

AudienceId = Literal["responders", "executives", "staff", "customers", "harmed", "regulator", "press", "public"]
StageId = Literal["first-word", "update", "resolved", "after"]
Failure = Literal["failed", "unknown"]

STATUS_PAGE = "status-page"
"""The target that is the public status page of the incident."""
REGISTER = "redress-register"
"""The target that is everybody in the register of the people harmed who is owed a letter in the message's language."""


@dataclass(frozen=True, slots=True)
class MessageDrafted:
    """A message was begun. Its number is this entry.

    :param template: what it was made from, with its version, such as ``customers/first-word/en 1.0``
    :param missing: what the template asks for and the record did not know then
    :param next_at: when the text promises the next word
    """

    audience: AudienceId
    stage: StageId
    subject: str
    body: str
    language: str = "en"
    template: str = ""
    missing: tuple[str, ...] = ()
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A message has another text; the earlier ones stay. ``version`` counts texts from 1."""

    message: int
    version: int
    subject: str
    body: str
    language: str = "en"
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageSubmitted:
    """A text is ready to be approved. ``text`` is the entry that holds it."""

    message: int
    text: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class MessageApproved:
    """Somebody approved a text for their role; ``standing_in`` if the commander did for a role that nobody held."""

    message: int
    text: int
    role: RoleId
    remark: str = ""
    standing_in: bool = False


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """Somebody refused a text for their role, and said why. What was approved of it before no longer counts."""

    message: int
    text: int
    role: RoleId
    reason: str


@dataclass(frozen=True, slots=True)
class MessageWithdrawn:
    """A message was taken back. What was sent stays sent; what was not does not go."""

    message: int
    reason: str


@dataclass(frozen=True, slots=True)
class MessageSending:
    """An approved text goes to named lists. Its number is this entry."""

    message: int
    text: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageDelivered:
    """A target took a message.

    :param sending: the entry that sent it
    :param reached: to how many recipients, where the channel says so
    :param answer: what the channel answered, without addresses
    :param digest: of what was sent, where it was filled for each person
    """

    message: int
    sending: int
    target: str
    reached: int | None = None
    answer: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """A target did not take a message, or nobody knows whether it did (``unknown``).

    :param final: whether nothing more is tried by itself
    """

    message: int
    sending: int
    target: str
    outcome: Failure
    reason: str
    final: bool = True
    reached: int | None = None


@dataclass(frozen=True, slots=True)
class MessageAnswered:
    """Somebody answered a message: who, as a role or a group, and what they said."""

    message: int
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class StatusPageOpened:
    """A public page shows what was sent to the public. ``slug`` is the end of its address."""

    slug: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatusPageClosed:
    """The public page shows nothing any more, but that it was closed."""

    reason: str
