"""Makes room in the inbox: bytes beyond the limits, and lines that nobody needs any more."""

from datetime import timedelta

from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments
from hotwash.web.inbox.bodies import make_room
from hotwash.web.tables.models import SignalGroup, Triage

JOB = "inbox-room"
KEPT = timedelta(days=180)
"""How long lines stay that were dismissed or were over by themselves."""
AT_ONCE = 500


def make(desk: Desk, arguments: Arguments) -> None:  # noqa: ARG001 - every job takes the same two
    """Delete what is beyond the limits. What went to an incident stays."""
    make_room()
    over = SignalGroup.objects.filter(
        state__in=(Triage.DISMISSED, Triage.RESOLVED), last_received_at__lt=desk.clock() - KEPT
    )
    while some := list(over.values_list("pk", flat=True)[:AT_ONCE]):
        SignalGroup.objects.filter(pk__in=some).delete()
