"""Waiting for a statement that runs elsewhere, and stopping it there when somebody asks."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from hotwash.investigate.engine import Watch
from hotwash.investigate.errors import Cancelled

T = TypeVar("T")

_LOOK = 0.05


def awaited(watch: Watch, work: Callable[[], T], stop: Callable[[], object]) -> T:
    """What ``work`` gives.

    :param stop: ends the work where it runs; called again and again, for one that comes too early is lost
    :raises Cancelled: if somebody asked to stop
    """
    watch.check()
    if not watch.needed:
        return work()
    found: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as wrong:  # noqa: BLE001 - carried to the thread that asked
            failed.append(wrong)

    thread = Thread(target=run, name="hotwash-question", daemon=True)
    thread.start()
    stopped: Cancelled | None = None
    while thread.is_alive():
        thread.join(_LOOK)
        try:
            if stopped is None:
                watch.check()
        except Cancelled as wanted:
            stopped = wanted
        if stopped is not None and thread.is_alive():
            stop()
    if stopped is not None:
        raise stopped
    if failed:
        raise failed[0]
    return found[0]
