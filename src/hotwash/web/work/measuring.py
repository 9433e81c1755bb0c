"""Asking whether actions worked, on the days that were planned: the list of actions says which are due."""

from datetime import timedelta

from hotwash.response.desk import Desk
from hotwash.response.effects import JOB, LOOK, Effects, ask, job_of
from hotwash.response.jobs import Arguments, Outcome
from hotwash.web import inquiries
from hotwash.web.door import desk as door
from hotwash.web.tables.models import ActionRow

__all__ = ["EVERY", "JOB", "LOOK", "effects", "look", "one"]

EVERY = timedelta(minutes=10)
AT_ONCE = 200


def effects(*, local: bool = False) -> Effects:
    """What plans effects and asks for them.

    :param local: asked by the operator of this machine, who may name any log on it
    """
    return Effects(door(), inquiries.folders(local=local))


def look(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Put a job for each action that is due, unless it has one for that day."""
    now = desk.clock()
    rows = ActionRow.objects.filter(ask_on__lte=now.date()).exclude(state="dropped").order_by("ask_on", "id")
    due = rows.values_list("incident_id", "entry", "ask_on")[:AT_ONCE]
    return Outcome(then=tuple(job_of(incident, entry, day, now) for incident, entry, day in due if day))


def one(desk: Desk, arguments: Arguments) -> None:  # noqa: ARG001
    """Ask whether one action worked."""
    ask(effects(), arguments)
