"""A pull as pages, API and command line show it: how it is, in a sentence; never its token."""

from datetime import datetime, timedelta
from typing import Any

from hotwash.web.pulls.kinds import KINDS
from hotwash.web.tables.models import Pull

LATE = timedelta(minutes=2)


def shown(row: Pull, now: datetime) -> dict[str, Any]:
    """One pull."""
    return {
        **{
            name: getattr(row, name) for name in ("name", "kind", "system", "settings", "every_s", "made_by", "made_at")
        },
        **{
            name: getattr(row, name)
            for name in ("paused_at", "next_at", "begun_at", "done_at", "failed_at", "failures")
        },
        "title": KINDS[row.kind].title,
        "secret": bool(row.secret),
        "error": row.error,
        "told": row.told,
        "lag_s": lag(row, now).total_seconds(),
        "state": state(row, now),
        "sentence": sentence(row, now),
    }


def lag(row: Pull, now: datetime) -> timedelta:
    """How long it has been due."""
    return max(now - row.next_at, timedelta()) if row.paused_at is None else timedelta()


def state(row: Pull, now: datetime) -> str:
    """``paused``, ``failing``, ``late``, ``new`` or ``well``."""
    if row.paused_at is not None:
        return "paused"
    if row.error:
        return "failing"
    if lag(row, now) > LATE:
        return "late"
    return "well" if row.done_at else "new"


def sentence(row: Pull, now: datetime) -> str:
    """The same for a person."""
    minutes = int(lag(row, now).total_seconds() // 60)
    times = "once" if row.failures == 1 else f"{row.failures} times in a row"
    return {
        "paused": "Paused: it is not asked.",
        "failing": f"Failed {times}: {row.error}",
        "late": f"It is {minutes} minutes behind. Does the worker run?",
        "new": row.told or "Not asked yet.",
        "well": row.told,
    }[state(row, now)]
