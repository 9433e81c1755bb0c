"""A real server on a free port, real guards, and a patient wait."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hotwash.guard import Guard
from hotwash.guard.double import Double

TOKEN = "a token that only Ana and the server know"
SWITCH = "resume-screening"

Until = Callable[[Callable[[], Any]], None]
Make = Callable[..., Guard]


@pytest.fixture
def server() -> Iterator[Double]:
    with Double(TOKEN) as double:
        double.turn(SWITCH, "serve")
        yield double


@pytest.fixture
def guard_of() -> Iterator[Make]:
    made: list[Guard] = []

    def make(server: Double | str, **more: Any) -> Guard:
        url = server if isinstance(server, str) else server.url
        made.append(Guard(url, **{"token": TOKEN, "poll_s": 0.1, **more}))
        return made[-1]

    yield make
    for guard in made:
        guard.close()


@pytest.fixture(scope="session")
def until() -> Until:
    """Wait until something is so; fail if it does not come to be in a time that only a hang would take."""

    def wait(holds: Callable[[], Any]) -> None:
        # What is lost on the way is confirmed again after half a minute.
        end = time.monotonic() + 90
        while not holds():
            assert time.monotonic() < end, "it did not come to be"
            time.sleep(0.01)

    return wait
