"""When which audience hears next: by the rhythm of the severity, or by what a message promised, whichever is earlier.

A reading: it is given the time and looks at no clock. Reminders are made from it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotwash.incident.messages import Message
from hotwash.incident.state import Incident
from hotwash.knowledge.messages import cadence, rules
from hotwash.reports.messages_words import audience_title
from hotwash.reports.phrases import span, when
from hotwash.reports.told import lower

OVER = ("resolved", "after")
UNASSESSED = "Major"
"""The severity by which one that is not assessed yet is counted."""


@dataclass(frozen=True, slots=True)
class UpdateDue:
    """A word that an audience is owed.

    :param stage: the stage of the message that would be it
    :param last: the message that they had last; None if none
    :param ready: a message that is written for it and not sent yet
    :param owner: who holds the role of communications, or else commands
    """

    audience: str
    stage: str
    at: datetime
    late: bool
    why: str
    owner: str
    last: int | None = None
    ready: int | None = None

    @property
    def key(self) -> str:
        """What it is, for whoever reminds of it once: another message, or another time, is another one."""
        return f"{self.audience}:{self.stage}:{self.last or 0}:{self.at.isoformat()}"

    @property
    def sentence(self) -> str:
        """What is due, without the time."""
        title = lower(audience_title(self.audience))
        return {
            "first-word": f"first word to {title}",
            "update": f"update to {title}",
            "resolved": f"tell {title} that it has stopped",
        }.get(self.stage, f"word to {title}")


def due(incident: Incident, now: datetime) -> tuple[UpdateDue, ...]:
    """What every audience is owed next, the earliest first. Nothing after the fact, and nothing once all is told."""
    if incident.declared is None or incident.kind == "backdated" or incident.standing not in ("open", "resolved"):
        return ()
    found = [one for audience in rules().audiences if (one := _due_to(incident, audience.id, now)) is not None]
    return tuple(sorted(found, key=lambda one: one.at.timestamp()))


def interval(incident: Incident, audience: str) -> timedelta | None:
    """How long an audience waits between two messages at this severity; None where no rhythm is promised."""
    minutes = cadence().minutes[audience][_level(incident)]  # type: ignore[index]
    return timedelta(minutes=minutes) if minutes else None


def next_word(incident: Incident, audience: str, stage: str, at: datetime) -> datetime | None:
    """What a message that is written at this moment can promise: a round time that the rhythm keeps."""
    wait = interval(incident, audience)
    if stage in OVER or wait is None:
        return None
    promised = at + wait
    return (
        promised.replace(minute=promised.minute // 5 * 5, second=0, microsecond=0) if wait.seconds >= 900 else promised
    )


def sent_to(incident: Incident, audience: str) -> list[Message]:
    """What was sent to an audience, in the order in which it was."""
    sent = [one for one in incident.messages.values() if one.audience == audience and one.sendings]
    return sorted(sent, key=lambda one: (one.sendings[0].at, one.number))


def _due_to(incident: Incident, audience: str, now: datetime) -> UpdateDue | None:
    sent = sent_to(incident, audience)
    last = sent[-1] if sent else None
    if last is None:
        stage, known = "first-word", _first(incident, audience)
    elif last.stage in OVER:
        return None
    elif incident.standing == "resolved":
        stage, known = "resolved", _ended(incident, audience)
    else:
        stage, known = "update", _rhythm(incident, audience, last)
    if known is None:
        return None
    at, why = known
    return UpdateDue(
        audience,
        stage,
        at,
        at < now,
        why,
        incident.roster.get("communications") or incident.commander or "",
        last.number if last else None,
        _ready(incident, audience, last),
    )


def _first(incident: Incident, audience: str) -> tuple[datetime, str] | None:
    minutes = cadence().first_word[audience][_level(incident)]  # type: ignore[index]
    if not minutes or incident.declared is None or incident.standing != "open":
        return None
    at = incident.declared.at + timedelta(minutes=minutes)
    return at, f"A first word goes within {span(minutes * 60)} of declaring a {_named(incident)} incident."


def _rhythm(incident: Incident, audience: str, last: Message) -> tuple[datetime, str] | None:
    wait, heard = interval(incident, audience), last.sendings[0].at
    by_rhythm = heard + wait if wait else None
    if last.next_at is not None and (by_rhythm is None or last.next_at <= by_rhythm):
        return last.next_at, f"The message of {when(heard)} promised it (entry {last.number})."
    if by_rhythm is None or wait is None:
        return None
    return (
        by_rhythm,
        f"Every {span(wait.total_seconds())} in a {_named(incident)} incident; the last went {when(heard)}.",
    )


def _ended(incident: Incident, audience: str) -> tuple[datetime, str] | None:
    wait = interval(incident, audience) or timedelta(days=1)
    ended = next((said.at for said in reversed(incident.endings)), None)
    if ended is None:
        return None
    return ended + wait, "It was resolved, and the last they heard was that it goes on."


def _ready(incident: Incident, audience: str, last: Message | None) -> int | None:
    since = last.number if last else 0
    waiting = [
        one.number
        for one in incident.messages.values()
        if one.audience == audience and one.number > since and not one.sendings and one.withdrawn is None
    ]
    return waiting[-1] if waiting else None


def _level(incident: Incident) -> str:
    return incident.severity.severity if incident.severity else UNASSESSED


def _named(incident: Incident) -> str:
    return incident.severity.severity if incident.severity else f"{UNASSESSED} (not assessed yet)"
