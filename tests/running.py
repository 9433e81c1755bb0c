"""A server of the tests' own: a process group of its own, a free port on loopback, ended by its group."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

PATIENCE_S = 240
"""Some real servers take a minute on a busy machine."""


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path, well: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    """A process and all that it starts, once it is well, until the block ends.

    :raises RuntimeError: with the end of its log, if it does not become well
    """
    with log.open("ab") as written:
        process = subprocess.Popen(
            [*map(str, command)],
            stdout=written,
            stderr=written,
            env={**os.environ, **env},
            cwd=cwd,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + PATIENCE_S
        while not well():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not come up:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield process
    finally:
        # Its workers may outlive it: the group is ended as a whole.
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)


def answers(url: str) -> bool:
    """Whether a GET of an address is answered with 200."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
