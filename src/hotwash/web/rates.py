"""Counts that hold over all processes: one statement each, so that no two can count the same.

A window begins with the first of its count and ends when it would have ended, however many come. The cache of the
framework cannot do that: its `incr` begins a window of the cache's own length, and reading, then writing loses counts.
"""

import threading
import time
from typing import Any

from django.db import connections

_TAKE = """
    INSERT INTO hotwash_rate ("key", number, ends) VALUES (%s, %s, %s)
    ON CONFLICT ("key") DO UPDATE SET
        number = CASE WHEN hotwash_rate.ends <= %s THEN excluded.number ELSE hotwash_rate.number + excluded.number END,
        ends = CASE WHEN hotwash_rate.ends <= %s THEN excluded.ends ELSE hotwash_rate.ends END
    RETURNING number, ends
"""
_SEEN = 'SELECT number FROM hotwash_rate WHERE "key" = %s AND ends > %s'
_FORGET = "DELETE FROM hotwash_rate WHERE ends <= %s"


def count(key: str, *, now: int, window_s: int, by: int = 1) -> tuple[int, int]:
    """Count on, and say how many there are now and when the window ends, in seconds since 1970."""
    [(number, ends)] = _run(_TAKE, [key, by, now + window_s, now, now])
    return int(number), int(ends)


def counted(key: str, *, now: int) -> int:
    """How many there are in the window that goes on."""
    found = _run(_SEEN, [key, now])
    return int(found[0][0]) if found else 0


def forget(*, now: int) -> None:
    """Delete counts whose window is over."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_FORGET, [now])


def _run(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


class Rate:
    """How much each of some senders may deliver in a minute, whichever process it reaches.

    A process takes leave for several at a time, so that few deliveries ask the database; what it did not use when the
    minute ends is lost. So a sender may be refused a little early, never late.

    :param name: whose senders they are
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._left: dict[int, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def wait_s(self, sender: int, *, a_minute: int) -> float:
        """0 if one more is allowed; else after how many seconds it would be."""
        now = int(time.time())
        with self._lock:
            left, ends = self._left.get(sender, (0, 0))
            if ends <= now or left == 0:
                left, ends = self._leave(sender, a_minute, now)
            self._left[sender] = (left - 1 if left > 0 else -1, ends)
            return 0.0 if left > 0 else float(max(1, ends - now))

    def _leave(self, sender: int, a_minute: int, now: int) -> tuple[int, int]:
        """Leave for some deliveries until the minute ends; -1 if there is none left."""
        several = max(1, a_minute // 30)
        number, ends = count(f"{self._name}:{sender}", now=now, window_s=60, by=several)
        before = number - several
        return (min(several, a_minute - before) if before < a_minute else -1), ends
