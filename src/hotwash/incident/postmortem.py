"""The post-mortem in the state of an incident: its plan, texts, readers, meetings, signatures. A part of the fold.

What is never so: a text that is gone because somebody else wrote at the same time. The versions of a section form a
graph; those that nothing was made from are its heads. More than one head is a conflict that people settle.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from hotwash.incident.events.postmortem import (
    ContributionMade,
    ContributionsOpened,
    ContributionsTaken,
    MeetingEnded,
    MeetingMoved,
    MeetingNoted,
    MeetingOpened,
    PostmortemAcknowledged,
    PostmortemPlanned,
    PostmortemPublished,
    PostmortemPublishedOutside,
    PostmortemReturned,
    PostmortemSigned,
    PostmortemSubmitted,
    PostmortemWaived,
    PreReadConfirmed,
    PreReadSent,
    PublicationWithdrawn,
    PublicVersionProposed,
    PulseClosed,
    PulseOpened,
    SectionWritten,
)
from hotwash.incident.parts import Said

Publication = Said[PostmortemPublished] | Said[PostmortemPublishedOutside]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with its notes."""

    opened: Said[MeetingOpened]
    moves: tuple[Said[MeetingMoved], ...] = ()
    notes: tuple[Said[MeetingNoted], ...] = ()
    ended: Said[MeetingEnded] | None = None

    @property
    def number(self) -> int:
        """The entry that opened it."""
        return self.opened.entry

    @property
    def item(self) -> str:
        """The point of the agenda at which it is."""
        return self.moves[-1].event.item if self.moves else self.opened.event.item

    @property
    def item_since(self) -> Any:
        """Since when."""
        return self.moves[-1].at if self.moves else self.opened.at


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission, who signed it, and whether it was sent back."""

    said: Said[PostmortemSubmitted]
    signed: tuple[Said[PostmortemSigned], ...] = ()
    returned: tuple[Said[PostmortemReturned], ...] = ()

    @property
    def number(self) -> int:
        """The entry that submitted it."""
        return self.said.entry

    @property
    def by_role(self) -> dict[str, Said[PostmortemSigned]]:
        """Who signed it, by role; nobody once it was sent back."""
        return {} if self.returned else {one.event.role: one for one in self.signed}


@dataclass(slots=True)
class Postmortem:
    """Everything about the post-mortem. Every field is a tuple or a fact: a copy shares nothing that changes."""

    plans: tuple[Said[PostmortemPlanned], ...] = ()
    waived: Said[PostmortemWaived] | None = None
    versions: tuple[Said[SectionWritten], ...] = ()
    pre_reads: tuple[Said[PreReadSent], ...] = ()
    confirmations: tuple[Said[PreReadConfirmed], ...] = ()
    contributions: tuple[Said[ContributionMade], ...] = ()
    intake: Said[ContributionsOpened] | None = None
    taken: tuple[Said[ContributionsTaken], ...] = ()
    meetings: tuple[Meeting, ...] = ()
    submissions: tuple[Submission, ...] = ()
    proposals: tuple[Said[PublicVersionProposed], ...] = ()
    publications: tuple[Publication, ...] = ()
    withdrawn: tuple[Said[PublicationWithdrawn], ...] = ()
    acknowledged: tuple[Said[PostmortemAcknowledged], ...] = ()
    pulses: tuple[Said[PulseOpened], ...] = ()
    pulse_results: tuple[Said[PulseClosed], ...] = ()

    def copy(self) -> "Postmortem":
        """One's own: what is folded into it leaves this one as it was."""
        return replace(self)

    @property
    def plan(self) -> Said[PostmortemPlanned] | None:
        """The plan that holds; none if it was waived since."""
        last = self.plans[-1] if self.plans else None
        if last is None or (self.waived is not None and self.waived.entry > last.entry):
            return None
        return last

    @property
    def waiver(self) -> Said[PostmortemWaived] | None:
        """The waiver, if it holds."""
        return self.waived if self.waived is not None and self.plan is None else None

    @property
    def meeting(self) -> Meeting | None:
        """The meeting that goes on."""
        return next((one for one in self.meetings if one.ended is None), None)

    @property
    def submission(self) -> Submission | None:
        """The last submission, unless it was sent back."""
        last = self.submissions[-1] if self.submissions else None
        return None if last is None or last.returned else last

    @property
    def pulse(self) -> Said[PulseOpened] | None:
        """The pulse that is open."""
        closed = {one.event.pulse for one in self.pulse_results}
        return next((one for one in reversed(self.pulses) if one.entry not in closed), None)

    def versions_of(self, section: str, as_of: int | None = None) -> list[Said[SectionWritten]]:
        """The versions of a section in their order, up to an entry."""
        return [one for one in self.versions if one.event.section == section and (as_of is None or one.entry <= as_of)]

    def heads(self, section: str, as_of: int | None = None) -> list[Said[SectionWritten]]:
        """The versions from which no other was made: one, or several where people wrote at once."""
        known = self.versions_of(section, as_of)
        used = {entry for one in known for entry in one.event.made_from}
        return [one for one in known if one.entry not in used]

    def in_force(self, *, outside: bool) -> list[Publication]:
        """What is published and was not taken back: inside, or outside."""
        gone = {one.event.publication for one in self.withdrawn}
        kind = PostmortemPublishedOutside if outside else PostmortemPublished
        return [one for one in self.publications if isinstance(one.event, kind) and one.entry not in gone]

    def proposal(self, entry: int) -> Said[PublicVersionProposed] | None:
        """A public version by its entry."""
        return next((one for one in self.proposals if one.entry == entry), None)

    def confirmed_by(self, sent: int) -> dict[str, Said[PreReadConfirmed]]:
        """Who has read what was sent round."""
        return {one.by: one for one in self.confirmations if one.event.sent == sent}

    def acknowledged_by(self, publication: int) -> dict[str, Said[PostmortemAcknowledged]]:
        """Who has read what was published."""
        return {one.by: one for one in self.acknowledged if one.event.publication == publication}

    def forget(self, entry: int) -> None:
        """Take out what an entry said, because its words are erased."""
        for one in fields(self):
            held = getattr(self, one.name)
            if isinstance(held, tuple):
                setattr(self, one.name, tuple(kept for each in held if (kept := _without(each, entry)) is not None))
            elif isinstance(held, Said) and held.entry == entry:
                setattr(self, one.name, None)


def _without(held: Any, entry: int) -> Any:
    if isinstance(held, Said):
        return None if held.entry == entry else held
    if held.number == entry:
        return None
    changed = {
        one.name: tuple(said for said in getattr(held, one.name) if said.entry != entry)
        for one in fields(held)
        if isinstance(getattr(held, one.name), tuple)
    }
    return replace(held, **changed)


_END = re.compile(r"(?<=[.!?…])[”\")]*\s+(?=[A-Z0-9“\"(])")


def sentences(text: str) -> list[str]:
    """The sentences of a text; each line ends one too. They are what is picked when it is published."""
    found = []
    for line in text.splitlines():
        at = 0
        for end in _END.finditer(line):
            found.append(line[at : end.end()].strip())
            at = end.end()
        found.append(line[at:].strip())
    return [one for one in found if one]


class _Learning(Protocol):
    postmortem: Postmortem


def _grown(name: str) -> Callable[[_Learning, Said[Any]], None]:
    def step(incident: _Learning, said: Said[Any]) -> None:
        held = incident.postmortem
        setattr(held, name, (*getattr(held, name), said))

    return step


def _put(name: str) -> Callable[[_Learning, Said[Any]], None]:
    def step(incident: _Learning, said: Said[Any]) -> None:
        setattr(incident.postmortem, name, said)

    return step


def _met(incident: _Learning, said: Said[MeetingOpened]) -> None:
    incident.postmortem.meetings = (*incident.postmortem.meetings, Meeting(said))


def _submitted(incident: _Learning, said: Said[PostmortemSubmitted]) -> None:
    incident.postmortem.submissions = (*incident.postmortem.submissions, Submission(said))


def _within(group: str, key: str, name: str) -> Callable[[_Learning, Said[Any]], None]:
    """Put a fact into the meeting or submission that it names."""

    def step(incident: _Learning, said: Said[Any]) -> None:
        held, wanted = incident.postmortem, getattr(said.event, key)
        setattr(
            held, group, tuple(_with(one, name, said) if one.number == wanted else one for one in getattr(held, group))
        )

    return step


def _with(held: Any, name: str, said: Said[Any]) -> Any:
    grown = getattr(held, name)
    return replace(held, **{name: (*grown, said) if isinstance(grown, tuple) else said})


STEPS: dict[type, Callable[[Any, Said[Any]], None]] = {
    PostmortemPlanned: _grown("plans"),
    PostmortemWaived: _put("waived"),
    SectionWritten: _grown("versions"),
    PreReadSent: _grown("pre_reads"),
    PreReadConfirmed: _grown("confirmations"),
    ContributionMade: _grown("contributions"),
    ContributionsOpened: _put("intake"),
    ContributionsTaken: _grown("taken"),
    MeetingOpened: _met,
    MeetingMoved: _within("meetings", "meeting", "moves"),
    MeetingNoted: _within("meetings", "meeting", "notes"),
    MeetingEnded: _within("meetings", "meeting", "ended"),
    PostmortemSubmitted: _submitted,
    PostmortemSigned: _within("submissions", "submission", "signed"),
    PostmortemReturned: _within("submissions", "submission", "returned"),
    PublicVersionProposed: _grown("proposals"),
    PostmortemPublished: _grown("publications"),
    PostmortemPublishedOutside: _grown("publications"),
    PublicationWithdrawn: _grown("withdrawn"),
    PostmortemAcknowledged: _grown("acknowledged"),
    PulseOpened: _grown("pulses"),
    PulseClosed: _grown("pulse_results"),
}
"""How each event about the post-mortem changes the state."""
