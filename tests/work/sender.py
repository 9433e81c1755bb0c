"""A worker with the jobs of the product, for tests that kill it: ``python -m tests.work.sender LEASE``."""

import os
import signal
import sys
from datetime import timedelta


def main(lease: str) -> None:
    """Work until told to end, or killed."""
    from hotwash.cli.local import ready

    ready(None)
    from hotwash.web.door import desk
    from hotwash.web.work.kinds import KINDS
    from hotwash.web.work.worker import Worker

    worker = Worker(desk(), KINDS, lease=timedelta(seconds=float(lease)))
    signal.signal(signal.SIGTERM, lambda *_: worker.end())
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    worker.run(threads=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
