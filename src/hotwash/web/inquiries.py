"""Questions in the background: one thread of this process takes what waits, tells how far it is, stops when told to.

A question belongs to whoever holds its lease and renews its heartbeat. One whose process has died is taken up again, at
most `ATTEMPTS_MAX` times. A finding is recorded once: whoever has lost the lease records nothing.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import F, Q
from django.utils import timezone

from hotwash.investigate import Cancelled
from hotwash.response import holding, inquiries
from hotwash.response.desk import Person, Recorded, refusals
from hotwash.response.holders import Window, window_of
from hotwash.web.door import desk
from hotwash.web.holders import holders_for
from hotwash.web.tables.models import Account, Inquiry
from hotwash.web.tables.models.inquiries import Status

log = logging.getLogger("hotwash.inquiries")

ATTEMPTS_MAX = 3
HEARTBEAT_S = 1.0
IDLE_MAX = 10
"""How often the thread looks, five times a second, before it ends."""
HOLD = "hold"
"""The word under which the rest of a hold waits among the questions."""
LOST_AFTER = timedelta(seconds=60)

_thread: threading.Thread | None = None
_starting = threading.Lock()
_resting = threading.Event()
_woken = threading.Event()


def folders(*, local: bool = False) -> tuple[Path, ...]:
    """Where logs may lie: for the operator at this machine anywhere, for others in the folders of this installation.

    The first is the installation's own, where files that people send are kept.
    """
    if local:
        return (Path("/"),)
    return (settings.HOTWASH.home / "logs", *settings.HOTWASH.logs)


def begin(
    incident_id: str, question: str, arguments: dict[str, Any], *, source: str | None, by: Person, local: bool = False
) -> Inquiry:
    """Put a question in the queue, and see that somebody takes it.

    :raises BadRequest: if there is no such question, or its arguments do not fit
    """
    inquiries.schema_of(question)
    words = {"arguments": arguments, "source": source, "role": by.role, "local": local}
    inquiry = Inquiry.objects.create(stream=f"incident/{incident_id}", question=question, arguments=words, by=by.name)
    wake()
    return inquiry


def begin_hold(
    incident_id: str,
    *,
    by: Person,
    reason: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    expected: int | None = None,
    local: bool = False,
) -> tuple[Recorded, Inquiry | None]:
    """Hold what is known here at once; what must be read elsewhere goes into the queue, if there is any.

    Raises as `Desk.record` does.
    """
    window = window_of(desk().incident(incident_id), now=desk().clock(), since=since, until=until)
    asked = holders_for(desk(), incident_id, window, folders=folders(local=local))
    recorded = holding.hold(desk(), incident_id, by=by, reason=reason, holders=asked, expected=expected)
    if not asked:
        return recorded, None
    span = {"since": window.since.isoformat(), "until": window.until.isoformat()}
    return recorded, queue_hold(incident_id, recorded.entries[0].number, span, by=by, local=local)


def queue_hold(incident_id: str, entry: int, span: dict[str, str], *, by: Person, local: bool = False) -> Inquiry:
    """Put what a hold still waits for in the queue, and see that somebody takes it."""
    words = {"arguments": {"entry": entry, **span}, "source": None, "role": by.role, "local": local}
    inquiry = Inquiry.objects.create(stream=f"incident/{incident_id}", question=HOLD, arguments=words, by=by.name)
    wake()
    return inquiry


def cancel(inquiry: Inquiry) -> None:
    """Ask for a question to stop. One that nobody has taken yet stops at once."""
    Inquiry.objects.filter(pk=inquiry.pk).update(cancel=True)
    Inquiry.objects.filter(pk=inquiry.pk, status=Status.WAITING).update(
        status=Status.CANCELLED, ended_at=timezone.now(), stage="Cancelled"
    )


def wake() -> None:
    """See that the thread of this process runs."""
    global _thread  # noqa: PLW0603
    with _starting:
        _woken.set()
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_work, name="inquiries", daemon=True)
            _thread.start()


def run_waiting() -> int:
    """Run what waits, one after the other, until nothing does; how many were run."""
    done = 0
    while (taken := _take()) is not None:
        _run(taken)
        done += 1
    return done


def rest() -> None:
    """End the thread of this process, after the question that it is at; a later `wake` starts another."""
    with _starting:
        thread = _thread
        _resting.set()
        _woken.set()
    if thread is not None:
        thread.join()
    _resting.clear()


def _work() -> None:
    idle = 0
    while idle < IDLE_MAX or not _gone():
        _woken.clear()
        try:
            idle = 0 if run_waiting() else idle + 1
        except Exception:
            log.exception("The queue of questions failed")
            idle += 1
        if _resting.is_set():
            break
        _woken.wait(0.2)
    connections.close_all()


def _gone() -> bool:
    """Whether this thread may end. From then on whoever wakes starts another: no question is put between the two."""
    global _thread  # noqa: PLW0603
    with _starting:
        if _woken.is_set():
            return False
        _thread = None
        return True


def _take() -> Inquiry | None:
    lost = timezone.now() - LOST_AFTER
    Inquiry.objects.filter(status=Status.RUNNING, heartbeat_at__lt=lost, attempts__gte=ATTEMPTS_MAX).update(
        status=Status.FAILED, ended_at=timezone.now(), error="It was begun three times and never came to an end."
    )
    free = Q(status=Status.WAITING) | Q(status=Status.RUNNING, heartbeat_at__lt=lost)
    for inquiry in Inquiry.objects.filter(free).order_by("asked_at", "pk")[:5]:
        lease = secrets.token_hex(16)
        taken = Inquiry.objects.filter(free, pk=inquiry.pk, lease=inquiry.lease).update(
            status=Status.RUNNING,
            lease=lease,
            attempts=F("attempts") + 1,
            heartbeat_at=timezone.now(),
            stage="Reading the log",
        )
        if taken:
            inquiry.refresh_from_db()
            return inquiry
    return None


def _run(inquiry: Inquiry) -> None:
    mine = Inquiry.objects.filter(pk=inquiry.pk, lease=inquiry.lease)
    watch = _Watch(inquiry)
    ended: dict[str, Any]
    try:
        written = (_go_on if inquiry.question == HOLD else _answer)(inquiry, watch)
        ended = {"status": Status.DONE, "progress": 1.0, "stage": "Done", "entry": written.entries[0].number}
    except Cancelled:
        ended = {"status": Status.CANCELLED, "stage": "Cancelled"}
    except refusals() as no:
        ended = {"status": Status.FAILED, "stage": "Refused", "error": str(no)}
    except Exception:
        log.exception("Question %s failed", inquiry.pk)
        ended = {
            "status": Status.FAILED,
            "stage": "Failed",
            "error": "Something in Hotwash failed; the log of the server says where.",
        }
    mine.update(ended_at=timezone.now(), **ended)


def _answer(inquiry: Inquiry, watch: "_Watch") -> Recorded:
    words = inquiry.arguments
    return inquiries.ask(
        desk(),
        inquiry.stream.removeprefix("incident/"),
        inquiry.question,
        words["arguments"],
        by=_asker(inquiry),
        folders=folders(local=bool(words.get("local"))),
        source=words.get("source"),
        cubes=settings.HOTWASH.home / "cubes",
        on_progress=watch.progress,
        cancelled=watch.cancelled,
    )


def _go_on(inquiry: Inquiry, watch: "_Watch") -> Recorded:
    """Take what a hold waits for."""
    incident_id, words = inquiry.stream.removeprefix("incident/"), inquiry.arguments["arguments"]
    window = Window(datetime.fromisoformat(words["since"]), datetime.fromisoformat(words["until"]))
    asked = holders_for(
        desk(),
        incident_id,
        window,
        folders=folders(local=bool(inquiry.arguments.get("local"))),
        on_progress=watch.progress,
        cancelled=watch.cancelled,
    )
    return holding.go_on(
        desk(),
        incident_id,
        words["entry"],
        by=_asker(inquiry),
        holders=asked,
        cancelled=watch.cancelled,
        ours=watch.ours,
    )


def _asker(inquiry: Inquiry) -> Person:
    account = Account.objects.filter(name=inquiry.by).first()
    if account is None:
        return Person(inquiry.by, str(inquiry.arguments.get("role", "")))
    return Person(account.name, account.role if account.is_active else "")


class _Watch:
    """Tells the row how far it is, and the question whether to stop; asks the database at most once a heartbeat."""

    def __init__(self, inquiry: Inquiry, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._mine = Inquiry.objects.filter(pk=inquiry.pk, lease=inquiry.lease)
        self._clock, self._told, self._share, self._stop = clock, clock(), 0.0, False

    def progress(self, share: float) -> None:
        """Take down how far it is."""
        self._share = share
        self._tell()

    def cancelled(self) -> bool:
        """Whether somebody asked for it to stop, or somebody else has taken it over."""
        self._tell()
        return self._stop

    def ours(self) -> bool:
        """Whether nobody else has taken it over."""
        return self._mine.exists()

    def _tell(self) -> None:
        if self._stop or self._clock() - self._told < HEARTBEAT_S:
            return
        self._told = self._clock()
        kept = self._mine.update(progress=self._share, heartbeat_at=timezone.now())
        self._stop = not kept or self._mine.filter(cancel=True).exists()
