"""Messages and the public page in the state of an incident. A part of the fold in `state`.

What is never so: a text that goes without having been approved as it stands. `lacking` is the one answer to whether a
message may go; the rule that sends and whoever carries it out both ask it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from hotwash.incident.events.messages import (
    MessageAnswered,
    MessageApproved,
    MessageDelivered,
    MessageDrafted,
    MessageEdited,
    MessageFailed,
    MessageRefused,
    MessageSending,
    MessageSubmitted,
    MessageWithdrawn,
    StatusPageClosed,
    StatusPageOpened,
)
from hotwash.incident.parts import Said
from hotwash.knowledge.messages import Approval, approval

State = Literal["draft", "submitted", "refused", "approved", "sent", "withdrawn"]
Result = Said[MessageDelivered] | Said[MessageFailed]


@dataclass(slots=True)
class Message:
    """A message with its texts, who approved which, and where it went. Its number is the entry that began it.

    Every field but the marks is a tuple that is replaced, so that a copied state shares nothing that changes.
    """

    drafted: Said[MessageDrafted]
    texts: "tuple[Said[MessageDrafted] | Said[MessageEdited], ...]"
    submissions: tuple[Said[MessageSubmitted], ...] = ()
    approvals: tuple[Said[MessageApproved], ...] = ()
    refusals: tuple[Said[MessageRefused], ...] = ()
    sendings: tuple[Said[MessageSending], ...] = ()
    results: tuple[Result, ...] = ()
    answers: tuple[Said[MessageAnswered], ...] = ()
    withdrawn: Said[MessageWithdrawn] | None = None
    erased: int = 0
    """The last entry about a message whose words were erased: what was approved before it may rest on those."""

    @property
    def number(self) -> int:
        """The entry that began it."""
        return self.drafted.entry

    @property
    def audience(self) -> str:
        """Who it is for."""
        return self.drafted.event.audience

    @property
    def stage(self) -> str:
        """When in the incident it is written."""
        return self.drafted.event.stage

    @property
    def text(self) -> "Said[MessageDrafted] | Said[MessageEdited]":
        """The text as it stands."""
        return self.texts[-1]

    @property
    def version(self) -> int:
        """The number of the text as it stands, from 1."""
        event = self.text.event
        return event.version if isinstance(event, MessageEdited) else 1

    @property
    def next_at(self) -> datetime | None:
        """When the text as it stands promises the next word."""
        return self.text.event.next_at

    @property
    def row(self) -> Approval:
        """Whose word it needs."""
        return approval(self.audience, self.stage)

    @property
    def submission(self) -> Said[MessageSubmitted] | None:
        """The submission of the text as it stands; none if it was not submitted, or was refused since."""
        last = self.submissions[-1] if self.submissions else None
        if last is None or last.event.text != self.text.entry or last.entry < self.erased:
            return None
        return None if any(one.entry > last.entry for one in self.refusals) else last

    @property
    def approved(self) -> dict[str, Said[MessageApproved]]:
        """Who approved the text as it stands, by role: only what was said since it was submitted."""
        since = self.submission
        if since is None:
            return {}
        return {
            one.event.role: one
            for one in self.approvals
            if one.entry > max(since.entry, self.erased) and one.event.text == self.text.entry
        }

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The roles whose word is still missing."""
        return tuple(role for role in self.row.needs if role not in self.approved)

    @property
    def state(self) -> State:
        """How it stands, in one word."""
        if self.withdrawn is not None:
            return "withdrawn"
        if self.sendings:
            return "sent"
        if self.submission is None:
            last = self.refusals[-1] if self.refusals else None
            return "refused" if last is not None and last.event.text == self.text.entry else "draft"
        return "submitted" if lacking(self) else "approved"

    @property
    def sent_at(self) -> datetime | None:
        """When it was first sent."""
        return self.sendings[0].at if self.sendings else None

    def outcome(self, sending: int, target: str) -> Result | None:
        """What came last of a target of a sending; None while it is under way."""
        found = [one for one in self.results if (one.event.sending, one.event.target) == (sending, target)]
        return found[-1] if found else None

    @property
    def targets(self) -> dict[str, tuple[int, Result | None]]:
        """Every target with the sending that it was last part of, and what came of that."""
        found: dict[str, tuple[int, Result | None]] = {}
        for said in self.sendings:
            for target in said.event.targets:
                found[target] = (said.entry, self.outcome(said.entry, target))
        return found

    @property
    def underway(self) -> frozenset[str]:
        """The targets that have it, or that it is on its way to."""
        return frozenset(
            target
            for target, (_, result) in self.targets.items()
            if result is None or isinstance(result.event, MessageDelivered)
        )

    @property
    def reached(self) -> int:
        """How many recipients the channels say they reached."""
        return sum(one.event.reached or 0 for one in self.results if isinstance(one.event, MessageDelivered))


@dataclass(slots=True)
class StatusPage:
    """A public page: when it was opened, and closed. ``shut`` holds also where the words of the closing were erased."""

    opened: Said[StatusPageOpened]
    closed: Said[StatusPageClosed] | None = None
    shut: bool = False


def lacking(message: Message) -> str:
    """Why a message may not go, in a sentence; empty if it may."""
    if message.withdrawn is not None:
        return f"It was taken back by {message.withdrawn.by}."
    if message.submission is None:
        return "Its text was not submitted for approval as it stands."
    if waiting := message.waiting_for:
        return f"It waits for the word of {_listed(waiting)}."
    writer = message.text.by
    if message.row.second and all(one.by == writer for one in message.approved.values()):
        return f"{writer} wrote it and approved it alone: somebody else must approve it too."
    return ""


def due_to(messages: Mapping[int, Message], sending: int, target: str) -> Message | None:
    """The message that still has to go to a target of a sending; None if it must not, or went already.

    Ask it in the moment of sending: between the order and the job somebody may have taken the message back.
    """
    for message in messages.values():
        for said in message.sendings:
            if said.entry != sending or target not in said.event.targets:
                continue
            last = message.outcome(sending, target)
            went = last is not None and isinstance(last.event, MessageDelivered)
            gone = message.withdrawn is not None or said.event.text != message.text.entry
            return None if went or gone or lacking(message) else message
    return None


def published(messages: Mapping[int, Message]) -> list[Message]:
    """What the public page shows: messages to the public that were sent and not taken back, the newest first.

    Where words of a message were erased nobody can tell which approval they bore on, so what went before is not shown.
    """
    shown = [
        one
        for one in messages.values()
        if one.audience == "public"
        and one.sendings
        and one.sendings[-1].event.text == one.text.entry
        and not lacking(one)
    ]
    return sorted(shown, key=lambda one: (one.sendings[0].at, one.number), reverse=True)


def erase(incident: "_Telling", entry: int) -> None:
    """Take out what an entry said about messages, because its words are erased."""
    incident.status_pages.pop(entry, None)
    for page in incident.status_pages.values():
        if page.closed is not None and page.closed.entry == entry:
            page.closed = None
    if not any(entry in _entries(one) for one in incident.messages.values()):
        return
    incident.messages.pop(entry, None)
    for one in incident.messages.values():
        for name in _GROWING:
            setattr(one, name, tuple(said for said in getattr(one, name) if said.entry != entry))
        if one.withdrawn is not None and one.withdrawn.entry == entry:
            one.withdrawn = None
        if one.number < entry:
            one.erased = max(one.erased, entry)


def unreadable(incident: "_Telling", entry: int, kind: str) -> None:
    """Take account of an entry about messages whose words are gone: to which one it belonged is not known any more."""
    if kind.startswith("message-"):
        for one in incident.messages.values():
            one.erased = max(one.erased, entry)
    elif kind == "status-page-closed":
        for page in incident.status_pages.values():
            page.shut = True


def _entries(message: Message) -> set[int]:
    found = {said.entry for name in _GROWING for said in getattr(message, name)}
    return found | ({message.withdrawn.entry} if message.withdrawn is not None else set())


_GROWING = ("texts", "submissions", "approvals", "refusals", "sendings", "results", "answers")


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


class _Telling(Protocol):
    messages: dict[int, Message]
    status_pages: dict[int, StatusPage]


def _drafted(incident: _Telling, said: Said[MessageDrafted]) -> None:
    incident.messages[said.entry] = Message(said, (said,))


def _grown(name: str) -> Callable[[_Telling, Said[Any]], None]:
    def step(incident: _Telling, said: Said[Any]) -> None:
        if known := incident.messages.get(said.event.message):
            setattr(known, name, (*getattr(known, name), said))

    return step


def _withdrawn(incident: _Telling, said: Said[MessageWithdrawn]) -> None:
    if known := incident.messages.get(said.event.message):
        known.withdrawn = said


def _opened(incident: _Telling, said: Said[StatusPageOpened]) -> None:
    incident.status_pages[said.entry] = StatusPage(said)


def _closed(incident: _Telling, said: Said[StatusPageClosed]) -> None:
    for page in incident.status_pages.values():
        if not page.shut:
            page.closed, page.shut = said, True


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    MessageDrafted: _drafted,
    MessageEdited: _grown("texts"),
    MessageSubmitted: _grown("submissions"),
    MessageApproved: _grown("approvals"),
    MessageRefused: _grown("refusals"),
    MessageWithdrawn: _withdrawn,
    MessageSending: _grown("sendings"),
    MessageDelivered: _grown("results"),
    MessageFailed: _grown("results"),
    MessageAnswered: _grown("answers"),
    StatusPageOpened: _opened,
    StatusPageClosed: _closed,
}
"""How each event about messages changes the state."""
