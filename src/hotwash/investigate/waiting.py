"""Waiting for a statement that runs elsewhere: how far it is, and stopping it there when somebody asks."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from hotwash.investigate.engine import Watch
from hotwash.investigate.errors import Cancelled

T = TypeVar("T")

_LOOK = 0.05


def awaited(
    watch: Watch, work: Callable[[], T], stop: Callable[[], object], share: Callable[[], float | None] | None = None
) -> T:
    """What ``work`` gives.

    :param stop: ends the work where it runs; called again and again, for one that comes too early is lost
    :param share: how much of the work is done, where that is known
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
        elif share is not None and (done := share()) is not None:
            watch.within(min(done, 0.99))
    if stopped is not None:
        raise stopped
    if failed:
        raise failed[0]
    return found[0]
