"""Rules for what people say around a post-mortem: contributions, the meeting with its notes, the pulse.

What comes without a name is kept outside the record until somebody takes it in. Those steps name nobody but whoever
took it in.
"""

from collections.abc import Callable
from datetime import date

from hotwash.incident.events import (
    ContributionMade,
    ContributionsOpened,
    ContributionsTaken,
    Event,
    MeetingEnded,
    MeetingMoved,
    MeetingNoted,
    MeetingOpened,
    PulseClosed,
    PulseOpened,
    PulseTally,
)
from hotwash.incident.postmortem import Meeting
from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import MeetingForm, postmortem_book
from hotwash.ledger.rule import Asked, NotAllowed, need

ATTENDEES_MAX = 100
TAKEN_MAX = 500


def contribute(incident: Incident, asked: Asked, *, text: str) -> list[Event]:
    """Say under one's name what the post-mortem should look at. Without a name there is a page of its own."""
    return [ContributionMade(need(text, "The contribution"))]


def open_contributions(incident: Incident, asked: Asked, *, until: date | None = None) -> list[Event]:
    """Open the page that takes contributions without a name, up to a day. Opened again, its address changes."""
    if until is not None and until < asked.now.date():
        raise NotAllowed("That day is past.")
    return [ContributionsOpened(until)]


def take_contributions(incident: Incident, asked: Asked, *, texts: tuple[str, ...]) -> list[Event]:
    """Take into the record what was contributed without a name."""
    plan = incident.postmortem.plan
    if plan is None or asked.by not in (plan.event.facilitator, plan.event.owner):
        raise NotAllowed(
            "Only whoever owns the post-mortem or leads its meeting takes contributions in: plan it first."
        )
    if not texts:
        raise NotAllowed("Nothing waits to be taken in.")
    return [ContributionsTaken(tuple(need(one, "The contribution") for one in texts[:TAKEN_MAX]))]


def open_meeting(
    incident: Incident, asked: Asked, *, form: MeetingForm | None = None, attendees: tuple[str, ...] = ()
) -> list[Event]:
    """Begin the meeting, by the agenda of its form."""
    going_on = incident.postmortem.meeting
    if going_on is not None:
        raise NotAllowed(f"A meeting goes on since entry {going_on.number}: end it first.")
    plan = incident.postmortem.plan
    chosen: MeetingForm = form or (plan.event.form if plan is not None else "hot-wash")
    book = postmortem_book()
    names = tuple(dict.fromkeys(" ".join(one.split())[:200] for one in attendees if one.strip()))[:ATTENDEES_MAX]
    return [MeetingOpened(chosen, book.version, names, book.meeting(chosen).items[0].id)]


def move_meeting(incident: Incident, asked: Asked, *, item: str) -> list[Event]:
    """Go on to a point of the agenda; its clock begins anew."""
    known = _going_on(incident)
    _item(known, item)
    if known.item == item:
        raise NotAllowed("The meeting is at this point already.")
    return [MeetingMoved(known.number, item)]


def note_meeting(incident: Incident, asked: Asked, *, text: str, item: str = "") -> list[Event]:
    """Write a note of the meeting, at the point where it is or at another one."""
    known = _going_on(incident)
    wanted = item or known.item
    _item(known, wanted)
    return [MeetingNoted(known.number, wanted, need(text, "The note"))]


def end_meeting(incident: Incident, asked: Asked, *, remark: str = "") -> list[Event]:
    """End the meeting."""
    return [MeetingEnded(_going_on(incident).number, remark.strip())]


def open_pulse(incident: Incident, asked: Asked) -> list[Event]:
    """Ask those who took part how safe it was to speak, without names."""
    if incident.postmortem.pulse is not None:
        raise NotAllowed("A pulse is open already.")
    return [PulseOpened(postmortem_book().version)]


def close_pulse(incident: Incident, asked: Asked, *, answers: tuple[tuple[int, ...], ...]) -> list[Event]:
    """State what came of the pulse: how often each answer was given, or that there were too few to tell."""
    known = incident.postmortem.pulse
    if known is None:
        raise NotAllowed("No pulse is open.")
    pulse = postmortem_book().pulse
    if len(answers) < pulse.least:
        return [PulseClosed(known.entry, enough=False)]
    tallies = tuple(
        PulseTally(
            statement.id,
            tuple(
                sum(1 for one in answers if place < len(one) and one[place] == answer)
                for answer in range(len(pulse.answers))
            ),
        )
        for place, statement in enumerate(pulse.statements)
    )
    return [PulseClosed(known.entry, enough=True, answers=len(answers), tallies=tallies)]


def _going_on(incident: Incident) -> Meeting:
    known = incident.postmortem.meeting
    if known is None:
        raise NotAllowed("No meeting goes on: open one first.")
    return known


def _item(meeting: Meeting, item: str) -> None:
    known = [one.id for one in postmortem_book().meeting(meeting.opened.event.form).items]
    if item not in known:
        raise NotAllowed(f"The agenda has no point “{item[:60]}”: it has {', '.join(known)}.")


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "take-contributions": (take_contributions, "open-contributions"),
    "close-pulse": (close_pulse, "open-pulse"),
}
"""Every step with the verb in whose states it is possible."""
