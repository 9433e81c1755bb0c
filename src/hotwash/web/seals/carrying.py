"""Takes one seal to one place: a file in a folder elsewhere, a mail, or a signed call."""

import base64
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from hotwash.ledger.disk import sync_folder
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Job, Outcome
from hotwash.response.sending import TRIES, Outgoing, Result, wait_after
from hotwash.web.seal_plan import FOLDER, Plan
from hotwash.web.sending import carriers, targets
from hotwash.web.tables.models import SealCopy, SealRow

SEND = "send-seal"
CARRIES = ("mail", "webhook")
"""Kinds of lists that carry a whole seal. A chat would cut it short."""


def job(digest: str, place: str, due: datetime, *, tries: int = 1) -> Job:
    """What takes a seal to a place."""
    return Job(f"seal:{digest}:{place}:{tries}", SEND, {"seal": digest, "place": place, "try": tries}, due)


def send(desk: Desk, arguments: Arguments) -> Outcome | None:
    """Take a seal to a place, once more if that may help."""
    digest, place, tries = str(arguments["seal"]), str(arguments["place"]), int(arguments["try"])
    row = SealRow.objects.filter(digest=digest).first()
    if row is None or not row.document:
        return None
    result = _carried(row, place)
    final = result.state == "delivered" or not result.again or tries >= TRIES
    now = desk.clock()

    def effect() -> None:
        state = result.state if final else "waiting"
        SealCopy.objects.filter(seal=row, place=place).update(state=state, why=result.why[:300], tries=tries, at=now)
        if place != FOLDER:
            targets.note(place, result)

    return Outcome(effect, () if final else (job(digest, place, now + wait_after(tries), tries=tries + 1),))


def file_name(row: SealRow) -> str:
    """The name of a seal's file: in the order of time, and its own."""
    return f"hotwash-seal-{row.made_at:%Y%m%dT%H%M%S.%fZ}-{row.digest.removeprefix('sha256:')[:12]}.json"


def _carried(row: SealRow, place: str) -> Result:
    if place == FOLDER:
        plan: Plan | None = settings.HOTWASH.seals
        if plan is None or plan.folder is None:
            return Result("failed", "The setting names no folder any more.")
        return put(plan.folder, row)
    target = targets.find(place)
    if target is None:
        return Result("failed", "There is no list of that name in this installation.", again=True)
    if target.kind not in CARRIES:
        return Result("failed", f"A list of the kind {target.kind} carries no whole seal: use mail or a webhook.")
    return carriers.hand_over(target.kind, place, target.sealed, letter(row), f"seal:{row.digest}:{place}")


def put(folder: Path, row: SealRow) -> Result:
    """Write a seal, and its time-stamp beside it, into new files; what is there is never written over."""
    try:
        path = folder / file_name(row)
        _new_file(path, row.document.encode())
        if row.stamp:
            _new_file(path.with_suffix(".tsr"), bytes(row.stamp))
        sync_folder(folder)
    except OSError as fault:
        return Result("failed", f"The folder cannot be written to ({fault.strerror}).", again=True)
    return Result("delivered", f"It lies in {path.name}.")


def _new_file(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    except FileExistsError:
        if path.read_bytes() == data:
            return
        # Half a file of a try that was killed, or somebody else's. Neither may stand in the way.
        path = path.with_name(f"{path.stem}-again-{os.urandom(4).hex()}{path.suffix}")
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def letter(row: SealRow) -> Outgoing:
    """What is sent: in words what it is, and the seal as one line, so that it can be taken out again."""
    entries = "1 record" if row.records == 1 else f"{row.records:,} records"
    told = [
        f"This is a seal over {entries}, made at {row.made_at:%Y-%m-%d %H:%M:%S} UTC.",
        "Keep it: it shows later whether anything that was recorded before it was changed or cut off.",
        "To hold records against it, save this whole message and say: hotwash ledger verify --seal MESSAGE --key KEY",
    ]
    if row.fault:
        told.insert(0, f"ATTENTION. The records do not stand as the seal before this one says. {row.fault}")
    if row.stamp and row.stamped_at:
        told.append(f"A time-stamp authority saw it at {row.stamped_at:%Y-%m-%d %H:%M:%S} UTC. Its word (RFC 3161):")
        told.append(base64.b64encode(bytes(row.stamp)).decode())
    elif row.unstamped:
        told.append(f"It has no time-stamp: {row.unstamped}")
    told.append(row.document.strip())
    mark = "ATTENTION: " if row.fault else ""
    return Outgoing(f"{mark}Seal of {entries}, {row.digest[7:19]}", "\n\n".join(told), kind="seal")
