"""Keeps a worker running beside a server: started by ``hotwash up``, it ends when the server does.

A process of its own and a small one: it knows neither Django nor the rest of Hotwash. If the worker dies it is started
again; if the server dies, however that may be, the worker is told to end after its job.
"""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

LOOK_S = 0.2
AGAIN_AFTER_S = 2.0
LEAVE_AFTER_S = 30.0


def begin() -> None:
    """Start the keeper as a child of this process, apart from the terminal's signals."""
    subprocess.Popen(
        [sys.executable, "-m", "hotwash.web.work.beside", str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def keep(parent: int) -> None:
    """Keep a worker running for as long as the process ``parent`` lives."""
    told = False

    def tell(_: int, __: FrameType | None) -> None:
        nonlocal told
        told = True

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, tell)
    worker: subprocess.Popen[bytes] | None = None
    again = 0.0
    while not told and os.getppid() == parent:
        if worker is not None and worker.poll() is not None:
            worker, again = None, time.monotonic() + AGAIN_AFTER_S
        if worker is None and time.monotonic() >= again:
            worker = subprocess.Popen([sys.executable, "-m", "hotwash.cli", "worker", "--for", str(os.getpid())])
        time.sleep(LOOK_S)
    if worker is not None and worker.poll() is None:
        worker.terminate()
        try:
            worker.wait(LEAVE_AFTER_S)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


if __name__ == "__main__":
    keep(int(sys.argv[1]))
