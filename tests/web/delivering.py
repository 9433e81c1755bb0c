"""One server's part of a storm, for tests: threads that deliver as the endpoint does, and say what was acknowledged.

``python -m tests.web.delivering FIRST LAST SIGNALS``: the sources from FIRST to before LAST, with so many signals each,
over the data folder of its environment. Every tenth delivery comes twice, as after a lost answer.
"""

import sys
import threading
from datetime import UTC, datetime, timedelta

GROUPS = 50
BEGAN = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def key(source: int, number: int) -> str:
    """What the signal of a source is called."""
    return f"source {source} signal {number}"


def main() -> None:
    """Deliver, and print each key once it is acknowledged."""
    first, last, signals = map(int, sys.argv[1:])
    from hotwash.cli.local import ready

    ready(None)
    from django.db import connections

    from hotwash.response.signals import Signal
    from hotwash.web.inbox.batch import BATCHES
    from hotwash.web.inbox.delivery import Taken

    BATCHES.on = True
    told = threading.Lock()

    def deliver(source: int) -> None:
        for number in range(signals):
            name = key(source, number)
            group = f"rule {(source * signals + number) % GROUPS}"
            at = BEGAN + timedelta(seconds=number)
            signal = Signal("alertmanager", name, f"Trouble with {group}", group=group, alert_at=at)
            for _ in range(2 if number % 10 == 0 else 1):
                BATCHES.take(Taken("alertmanager", (signal,), raw=name.encode()))
            with told:
                sys.stdout.write(name + "\n")
                sys.stdout.flush()
        connections.close_all()

    threads = [threading.Thread(target=deliver, args=(source,)) for source in range(first, last)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
