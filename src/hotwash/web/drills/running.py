"""The book of drills over this installation's records, and how what comes reaches its inbox."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from hotwash.connect.senders import SENDERS
from hotwash.drills.play import engine
from hotwash.drills.play.book import Book
from hotwash.drills.play.playing import Play
from hotwash.drills.play.state import Drill
from hotwash.response.complaints import Report
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Job, Outcome
from hotwash.response.outside import OutsideFault
from hotwash.response.signals import Signal
from hotwash.web.complaints.receiving import receive
from hotwash.web.door import desk
from hotwash.web.drill_rows import TableRows
from hotwash.web.inbox.taking import take
from hotwash.web.store import joined
from hotwash.web.tables.models import IncidentRow
from hotwash.web.waiting import let_wait

JOB = "drill"
STEP = timedelta(seconds=4)
"""How often the automatic facilitator looks what the team did, unless something is due sooner."""
SOONEST = timedelta(milliseconds=500)
SENDER = {"mail": "mail", "call": "phone", "rumour": "rumour", "news": "news", "absence": "phone"}


class InboxIntake:
    """Keeps the promise of `hotwash.drills.play.intake.Intake` with the real inbox."""

    def alert(self, sender: str, body: bytes, *, system: str, at: datetime) -> None:
        """A monitor's body, read by the connector of that monitor."""
        take(
            sender,
            SENDERS[sender].read({}, body),
            raw=body,
            media_type="application/json",
            system=system,
            received_at=at,
        )

    def complaint(self, text: str, *, key: str, system: str, at: datetime) -> None:
        """A report through the intake for people; ``key`` keeps it from coming twice."""
        receive(Report("form", text, system=system), form=key, received_at=at)

    def word(self, channel: str, title: str, text: str, *, key: str, system: str, at: datetime) -> None:
        """A mail, a call, a rumour, the news: a signal that measures nothing."""
        sender = SENDER.get(channel, channel)
        take(sender, [Signal(sender, key, title[:200], detail=text, alert_at=at)], system=system, received_at=at)


def book() -> Book:
    """The drills of this process."""
    return Book(desk(), rows=TableRows())


def play(of: Book | None = None) -> Play:
    """Playing, with this installation's inbox and logs.

    :param of: the drills that are played; without it those of this process
    """
    return Play(of or book(), InboxIntake(), first_about, Path(settings.HOTWASH.home) / "logs", joined)


def own_scenarios() -> Path:
    """Where an organisation keeps scenarios of its own."""
    return Path(settings.HOTWASH.home) / "scenarios"


def first_about(system: str) -> str | None:
    """The first incident about an AI system."""
    rows = IncidentRow.objects.filter(system=system).order_by("id")
    return rows.values_list("id", flat=True).first()


def body_fault(sender: str, body: bytes) -> str:
    """What is wrong with the body of an alert; empty if its sender's connector reads it."""
    known = SENDERS.get(sender)
    if known is None:
        return f"No sender “{sender}” is known. There are: {', '.join(SENDERS)}."
    try:
        return "" if known.read({}, body) else f"{known.title} sends no signal with it."
    except OutsideFault as no:
        return no.sentence


def keep_running(drill: Drill) -> None:
    """Let the worker go on with a drill whose clock was set."""
    if drill.stage == "running":
        let_wait([_job(drill, desk().clock(), 0)])


def go_on(at: Desk, arguments: Arguments) -> Outcome:
    """The worker's part: send what is due, and come again. A clock that was set since has a job of its own."""
    drill_id, clock, turn = str(arguments["drill"]), int(arguments["clock"]), int(arguments["turn"])
    drill = book().drill(drill_id)
    if drill.stage != "running" or len(drill.speeds) != clock:
        return Outcome()
    now = at.clock()
    incident = play().incident(drill)
    moment = engine.next_moment(book().scenario(drill), drill, incident, now)
    due = now + STEP if moment is None else max(now + SOONEST, min(now + STEP, moment))
    return Outcome(lambda: _advance(drill_id), (_job(drill, due, turn + 1),))


def _advance(drill_id: str) -> None:
    play().advance(drill_id)


def _job(drill: Drill, due: datetime, turn: int) -> Job:
    clock = len(drill.speeds)
    arguments = {"drill": drill.id, "clock": clock, "turn": turn}
    return Job(f"{JOB}:{drill.id}:{clock}:{turn}", JOB, arguments, due, f"drill/{drill.id}")
