"""How many connections to PostgreSQL this process keeps between requests.

There is a thread for each stream, and each thread that answers an ordinary request keeps its connection for a while:
with hundreds of threads that could be more than a server of PostgreSQL gives. So beyond a few, a thread lets go of its
own.
"""

from typing import Any
from weakref import WeakSet

from django.core.signals import request_finished
from django.db import connections
from django.db.backends.signals import connection_created

KEPT = 16

_open: WeakSet[Any] = WeakSet()


def _opened(connection: Any, **_: Any) -> None:
    if connection.vendor == "postgresql":
        _open.add(connection)


def _finished(**_: Any) -> None:
    mine = connections["default"]
    if mine.vendor != "postgresql" or mine.connection is None or mine.in_atomic_block:
        return
    if sum(one.connection is not None for one in tuple(_open)) > KEPT:
        mine.close()


def watch() -> None:
    """Begin to count."""
    connection_created.connect(_opened, dispatch_uid="hotwash-connections")
    request_finished.connect(_finished, dispatch_uid="hotwash-connections")
