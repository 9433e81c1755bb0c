"""``hotwash worker``: does what is due later or again and again, over the data folder of this machine."""

import os
import signal
import time
from pathlib import Path
from types import FrameType

import click

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.place import Place, with_place
from hotwash.web.backups.form import HELD
from hotwash.web.options import default_home


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end: for a timer such as cron.")
@click.option("--threads", type=click.IntRange(1, 32), default=2, show_default=True, help="How many jobs at a time.")
@click.option("--resume", is_flag=True, help="Begin again after a backup was restored.")
@click.option(
    "--for", "parent", type=int, hidden=True, help="End when this process, which started the worker, has ended."
)
@with_place
def worker(place: Place, form: str, *, once: bool, threads: int, resume: bool, parent: int | None) -> None:
    """Run watches, reminders and retries. `hotwash up` starts one; more may run beside it.

    SIGTERM and Ctrl-C let it finish what it is at. A worker that is killed loses nothing: another one begins its jobs
    again once their leases have run out.
    """
    if place.url:
        raise Refused(
            "A worker works on a data folder or its database: unset HOTWASH_URL, or name the folder (--home)."
        )
    if not _allowed(place.home, resume=resume, parent=parent):
        return
    from hotwash.cli.local import ready

    ready(place.home)
    from hotwash.web.door import desk
    from hotwash.web.work.kinds import KINDS
    from hotwash.web.work.worker import Worker

    made = Worker(desk(), KINDS)

    def told(_: int, __: FrameType | None) -> None:
        made.end()

    before = {name: signal.signal(name, told) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        if once:
            begun = made.run_due()
            answer(
                form,
                {"begun": begun},
                f"{begun} {'job' if begun == 1 else 'jobs'} begun." if begun else "Nothing is due.",
            )
            return
        if parent is None:
            say("The worker runs. Ctrl-C ends it after the job that it is at.")
        made.run(threads=threads, orphaned=lambda: parent is not None and os.getppid() != parent)
        if parent is None:
            answer(form, {"ended": True}, "The worker has ended.")
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _allowed(home: str | None, *, resume: bool, parent: int | None) -> bool:
    """Whether a worker may begin: not in an installation that was restored, before somebody says so.

    One that a server started waits for that; False if the server ended meanwhile.

    :raises Refused: if a person started it and has not said so
    """
    held = _home(home) / HELD
    if resume:
        held.unlink(missing_ok=True)
    if held.exists() and parent is None:
        raise Refused(
            f"{held.read_text(encoding='utf-8').strip()} What waited to be sent then may have been sent since: look at "
            "`hotwash jobs`, then say `hotwash worker --resume`."
        )
    while held.exists() and os.getppid() == parent:
        time.sleep(1)
    return parent is None or os.getppid() == parent


def _home(home: str | None) -> Path:
    return Path(home).expanduser() if home else default_home(os.environ)
