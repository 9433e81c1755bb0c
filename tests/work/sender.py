"""Workers with the jobs of the product, for tests that kill them: ``python -m tests.work.sender LEASE``.

This process loads everything once, and makes a worker by a fork for each line ``begin``; it answers with the worker's
number. So hundreds can be killed in the time in which a few would be loaded. ``end`` tells those that are left to end,
and answers with how they ended.
"""

import contextlib
import os
import signal
import sys
import traceback
from datetime import timedelta


def work(lease: float) -> None:
    """Work until told to end, or killed."""
    from hotwash.web.door import desk
    from hotwash.web.work.kinds import KINDS
    from hotwash.web.work.worker import Worker

    worker = Worker(desk(), KINDS, lease=timedelta(seconds=lease))
    signal.signal(signal.SIGTERM, lambda *_: worker.end())
    worker.run(threads=2)


def main(lease: str) -> None:
    """Make workers for as long as somebody asks."""
    from hotwash.cli.local import ready

    ready(None)
    from django.db import connections

    import hotwash.web.work.kinds
    import hotwash.web.work.worker  # noqa: F401 - loaded here, once

    connections.close_all()
    children: set[int] = set()
    for line in sys.stdin:
        for child in list(children):
            with contextlib.suppress(ChildProcessError):
                ended, how = os.waitpid(child, os.WNOHANG)
                if ended:
                    children.discard(child)
                    code = os.waitstatus_to_exitcode(how)
                    if code != -signal.SIGKILL:
                        sys.stderr.write(f"worker {child} ended by itself: {code}\n")
        if line.strip() == "end":
            break
        number = os.fork()
        if not number:
            sys.stdin.close()
            try:
                work(float(lease))
            except BaseException:  # noqa: BLE001 - a child of a fork must not go on as its parent would
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)
            os._exit(0)
        children.add(number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    sys.stdout.write(" ".join(str(code) for code in codes) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
