"""The worker's part: look which sources are due, ask each in a job of its own, write down how it went.

A fault outside is no failed job: it stands at the pull, which is asked again later, after a wait that grows.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Job, Outcome
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web.pulls import keeping
from hotwash.web.pulls.asking import ask
from hotwash.web.tables.models import JobRow, Pull

LOOK, ONE = "pulls", "pull"
LOOK_EVERY = timedelta(seconds=15)
WAIT_MAX = timedelta(hours=1)


def look(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Put a job for each source that is due, unless it has one."""
    now = desk.clock()
    return Outcome(then=tuple(Job(f"pull:{one.pk}", ONE, {"pull": one.pk}, now) for one in keeping.due(now)))


def one(desk: Desk, arguments: Arguments) -> Outcome:
    """Ask one source."""
    row, key = Pull.objects.filter(pk=arguments["pull"], paused_at=None).first(), str(arguments["key"])
    if row is None:
        return Outcome(_ended(key))
    begun = desk.clock()
    Pull.objects.filter(pk=row.pk).update(begun_at=begun)
    words: dict[str, Any]
    try:
        asked = ask(row, now=begun)
    except (OutsideFault, NotAllowed, BadRequest) as no:
        wait = min(WAIT_MAX, timedelta(seconds=row.every_s) * 2 ** min(row.failures, 10))
        words = {"error": str(no)[:2000], "failed_at": begun, "failures": row.failures + 1, "next_at": begun + wait}
    else:
        words = {"cursor": asked.cursor, "told": asked.told[:2000], "error": "", "failures": 0}
        words |= {"next_at": begun} if asked.more else {
            "done_at": begun, "next_at": begun + timedelta(seconds=row.every_s)
        }  # fmt: skip
    return Outcome(_ended(key, row, words))


def _ended(key: str, row: Pull | None = None, words: dict[str, Any] | None = None) -> Callable[[], None]:
    def effect() -> None:
        now = Pull.objects.filter(pk=row.pk).first() if row is not None else None
        # Whoever changed it meanwhile has said when it is due, and what was told is about something else.
        if row is not None and now is not None and (now.settings, now.secret) == (row.settings, row.secret):
            Pull.objects.filter(pk=row.pk).update(**words or {})
        # The key is free again, and a source that is asked each minute leaves no fifteen hundred rows a day.
        JobRow.objects.filter(key=key).delete()

    return effect
