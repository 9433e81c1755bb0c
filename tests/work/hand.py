"""A worker for tests that is there to be killed: its jobs write outside, and into a record.

Started as a process: ``python -m tests.work.hand FOLDER INCIDENT LEASE``, over the data folder of its environment.
"""

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hotwash.response.jobs import HOTWASH, Arguments, Job, Kind, Kinds, Outcome


def kinds(folder: Path, incident: str) -> Kinds:
    """Jobs that send something outside, then note it in the record, each followed by one more."""

    def send(desk: Any, arguments: Arguments) -> Outcome:
        key = arguments["key"]
        with (folder / "sent").open("a") as sent:
            sent.write(key + "\n")
        time.sleep(random.random() * 0.02)

        def effect() -> None:
            desk.record(incident, "note", by=HOTWASH, text=key)

        then = (Job(f"{key}/reply", "reply", {"to": key}, datetime.now(UTC), f"incident/{incident}"),)
        return Outcome(effect, then)

    def reply(desk: Any, arguments: Arguments) -> Outcome:
        def effect() -> None:
            desk.record(incident, "note", by=HOTWASH, text=arguments["key"])

        return Outcome(effect)

    return Kinds.of(
        Kind("send", "Send it.", send, attempts=1_000),
        Kind("reply", "Reply to it.", reply, attempts=1_000),
        Kind("tick", "Tick.", lambda desk, arguments: None, every=timedelta(seconds=5), attempts=1_000),
    )


def main(folder: str, incident: str, lease: str) -> None:
    """Work until told to end, or killed."""
    from hotwash.cli.local import ready

    ready(None)
    from hotwash.web.door import desk
    from hotwash.web.work.worker import Worker

    worker = Worker(desk(), kinds(Path(folder), incident), lease=timedelta(seconds=float(lease)))
    signal.signal(signal.SIGTERM, lambda *_: worker.end())
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    worker.run(threads=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
