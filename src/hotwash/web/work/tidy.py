"""Deletes what has served its time: jobs that were done long ago, sessions and sign-in links that have run out."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Outcome
from hotwash.web import rates
from hotwash.web.tables.models import ReminderRow, SignInLink
from hotwash.web.work import queue

KEPT = timedelta(days=30)
REMINDERS_KEPT = timedelta(days=400)
"""Long past the time in which the same reminder could fall due again."""


def tidy(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Delete what nobody needs any more. Records, evidence and failed jobs stay."""
    now = desk.clock()

    def effect() -> None:
        queue.forget(before=now - KEPT)
        Session.objects.filter(expire_date__lt=now).delete()
        SignInLink.objects.filter(expires_at__lt=now - KEPT).delete()
        ReminderRow.objects.filter(due_at__lt=now - REMINDERS_KEPT).delete()
        rates.forget(now=int(now.timestamp()))

    return Outcome(effect)
