"""Evidence first: what a containment is about to change is taken into the vault before anything is switched.

What is known here (versions, orders in force) is taken at once and recorded at once. What must be read elsewhere (a
registry, a repository, a large log) follows as a second entry that names the first. A part that cannot be taken is
listed with the reason: a hold of which parts are missing is still a hold.

Outside systems are held by whatever keeps the promise of `Holder`; the caller hands them in.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Protocol

import msgspec

from hotwash.incident.events import HeldItem
from hotwash.incident.state import Incident
from hotwash.investigate import Cancelled as Stopped
from hotwash.investigate import LogError, Predictions
from hotwash.investigate.engine import Watch
from hotwash.investigate.excerpts import Cut, cut, is_files, samples, whole
from hotwash.ledger.entry import digest_of
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.inquiries import described, within
from hotwash.response.request import BadRequest
from hotwash.systems.state import System

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]

FILE_MAX = 64 << 20
"""The largest single thing that a hold keeps whole, in bytes. Of larger ones the digest is recorded."""
STOPPED = "Somebody asked to stop before it was taken."
WINDOW = timedelta(days=7)
"""How much of the log before the declaration is cut out, where nobody has said since when people are harmed."""


@dataclass(frozen=True, slots=True)
class Held:
    """One thing as a holder found it.

    :param data: its bytes; None where only its digest is known, or it could not be taken
    :param source: where it was read
    :param says: what it shows, in a sentence
    :param what: what it is, by a word of `hotwash.reports.custody.WHAT`
    :param restricted: whether it names people
    :param failed: why it could not be taken
    """

    name: str
    media_type: str
    data: bytes | None
    source: str
    says: str = ""
    what: str = "registry"
    restricted: bool = False
    digest: str = ""
    size: int = 0
    failed: str = ""


class NotTaken(Exception):
    """A holder could not take something. The sentence says why."""


class Holder(Protocol):
    """Something outside that a containment may change, and that can be asked what it is now."""

    @property
    def title(self) -> str:
        """What it is called while a person waits for it: ``the model registry``."""
        ...

    def snapshot(self, system: System) -> Iterable[Held]:
        """What it holds of an AI system now.

        :raises NotTaken: if it cannot be asked; other faults are recorded by their kind alone
        """
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a log that is cut out: from, until (half-open)."""

    since: datetime
    until: datetime


def hold(
    desk: Desk,
    incident_id: str,
    *,
    by: Person,
    reason: str = "",
    holders: Sequence[Holder] = (),
    expected: int | None = None,
) -> Recorded:
    """Take at once what is known here, and record it together with what is still to be taken.

    :param holders: what will be asked next, by `go_on`
    :raises NotAllowed: if the incident names no AI system: there is nothing to take by itself then
    """
    desk.permit(by, "hold")
    incident = desk.incident(incident_id)
    if not incident.system:
        raise NotAllowed(
            f"{incident_id} names no AI system, so there is nothing to hold by itself. Keep a file, or say why nothing "
            "could be kept."
        )
    taken = [_kept(desk, one) for one in _known_here(desk, incident)]
    return desk.record(
        incident_id,
        "hold",
        by=by,
        expected=expected,
        items=msgspec.to_builtins(taken),
        reason=reason,
        waiting=[holder.title for holder in holders],
    )


def go_on(
    desk: Desk,
    incident_id: str,
    entry: int,
    *,
    by: Person,
    holders: Sequence[Holder],
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Recorded:
    """Take what a hold still waits for, and record it as its continuation.

    What cannot be taken is recorded as such; so is what was left out because somebody asked to stop.
    """
    system = desk.system(desk.incident(incident_id).system or "")
    taken: list[HeldItem] = []
    for place, holder in enumerate(holders):
        if cancelled is not None and cancelled():
            taken.append(_failed(desk, holder, STOPPED))
            continue
        taken += _from_holder(desk, holder, system)
        if on_progress is not None:
            on_progress((place + 1) / len(holders))
    return desk.record(incident_id, "hold", by=by, items=msgspec.to_builtins(taken), continues=entry)


def _from_holder(desk: Desk, holder: Holder, system: System) -> Iterator[HeldItem]:
    try:
        for one in holder.snapshot(system):
            yield _kept(desk, one)
    except (NotTaken, LogError, BadRequest) as no:
        yield _failed(desk, holder, str(no))
    except Stopped:
        yield _failed(desk, holder, STOPPED)
    except OSError as away:
        yield _failed(desk, holder, f"It cannot be read ({away.strerror or type(away).__name__}).")
    except Exception as fault:  # noqa: BLE001 - one part that fails must not cost the others; its text may hold secrets
        yield _failed(desk, holder, f"It failed ({type(fault).__name__}).")


def _kept(desk: Desk, held: Held) -> HeldItem:
    """What is recorded of a thing; its bytes go into the vault before."""
    now, data, failed = desk.clock(), held.data, held.failed
    digest, size = held.digest, held.size
    keep = data is not None and len(data) <= FILE_MAX
    if data is not None:
        digest, size = digest_of(data), len(data)
        if keep:
            try:
                desk.vault.put(data)
            except OSError as full:
                keep, failed = False, f"Only its digest was kept: the vault could not be written ({full.strerror})."
    says = held.says
    if data is not None and not keep and not failed:
        says = f"{says} Too large to be kept whole ({size:,} bytes): its digest says what it was.".strip()
    name, source = _line(held.name)[:200] or "unnamed", _line(held.source)[:1000]
    return HeldItem(
        held.what, name, source, now, digest, size, held.media_type[:200], keep, held.restricted, says, failed
    )


def _failed(desk: Desk, holder: Holder, why: str) -> HeldItem:
    return HeldItem("", holder.title, "", desk.clock(), failed=_line(why)[:2000] or "It failed.")


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


# ── what is known here ───────────────────────────────────────────────────────


def _known_here(desk: Desk, incident: Incident) -> Iterator[Held]:
    slug = incident.system or ""
    stream = f"system/{slug}"
    head = desk.store.head(stream)
    if not head.number:
        yield Held(
            f"{slug}.json", "application/json", None, stream, what="system",
            failed=f"There is no AI system {slug} in the landscape: nothing is known of its versions.",
        )  # fmt: skip
        return
    system = desk.system(slug)
    parts = ", ".join(f"{part} {one.event.version}" for part, one in sorted(system.running.items()))
    state = {"record": stream, "entries": head.number, "head": head.digest, **msgspec.to_builtins(system)}
    yield Held(
        f"{slug}.json", "application/json", _json(state), f"{stream}, entry {head.number}",
        f"In use: {parts}." if parts else "No version of any part is on record.", "system",
    )  # fmt: skip
    orders = [msgspec.to_builtins(one) for one in incident.in_force]
    switches = getattr(system, "switches", {})
    yield Held(
        f"{slug}-switches.json", "application/json",
        _json({"in_force": orders, "switches": msgspec.to_builtins(switches)}), f"incident/{incident.id}, {stream}",
        "Nothing is contained yet." if not orders else f"Already in force: {len(orders)}.", "switches",
    )  # fmt: skip


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


# ── files that the landscape names, and the log ──────────────────────────────


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """Files of this machine that the versions in use name as their source: prompts, configurations, models.

    :param folders: where files may lie; what is named elsewhere is left to other holders
    """

    folders: Sequence[Path]
    title: str = "files that the versions in use name"

    def snapshot(self, system: System) -> Iterator[Held]:
        """See `Holder.snapshot`."""
        for part, deployed in sorted(system.running.items()):
            event = deployed.event
            try:
                path = Path(within(event.source, folders=self.folders)) if event.source else None
            except (BadRequest, ValueError):
                continue
            if path is None or not path.is_file():
                continue
            media_type = guess_type(path.name)[0] or "application/octet-stream"
            if path.stat().st_size > FILE_MAX:
                digest, size = _digest_of_file(path)
                yield Held(
                    path.name, media_type, None, str(path), _same(event.digest, digest), part, digest=digest, size=size
                )
                continue
            data = path.read_bytes()
            yield Held(path.name, media_type, data, str(path), _same(event.digest, digest_of(data)), part)


def _same(recorded: str, found: str) -> str:
    if not recorded.startswith("sha256:"):
        return "No digest was recorded when it went live."
    return "The same bytes as when it went live." if recorded == found else f"NOT what went live: that was {recorded}."


def _digest_of_file(path: Path) -> tuple[str, int]:
    from hashlib import file_digest

    with path.open("rb") as file:
        return "sha256:" + file_digest(file, "sha256").hexdigest(), path.stat().st_size


@dataclass(frozen=True, slots=True)
class LogOf:
    """The prediction log of an AI system: what it was, the window of the harm, and some rows.

    :param folders: where logs may lie
    """

    folders: Sequence[Path]
    window: Window
    on_progress: Progress | None = None
    cancelled: Cancelled | None = None
    title: str = "the prediction log"

    def snapshot(self, system: System) -> Iterator[Held]:
        """See `Holder.snapshot`."""
        if system.log is None:
            raise NotTaken("No log is described for this AI system.")
        log = described(system.log, folders=self.folders)
        yield self._whole(log)
        if not is_files(log):
            yield self._left_out(log, "The log is a table elsewhere: rows are cut out of files only.")
            return
        try:
            yield self._cut(log)
        except LogError as no:
            yield self._left_out(log, str(no))
        try:
            sample = samples(log, since=self.window.since, until=self.window.until, watch=self._watch(2))
        except LogError as no:
            yield Held("log-samples.jsonl", "", None, log.named, what="samples", failed=str(no))
            return
        shown = sample.count(b"\n")
        yield Held(
            "log-samples.jsonl", "application/jsonl", sample, log.named,
            f"The newest {shown} decisions of the window; who they were about is left out, and texts are masked.",
            "samples",
        )  # fmt: skip

    def _whole(self, log: Predictions) -> Held:
        found = whole(log, watch=self._watch(2))
        said = {
            "source": log.named,
            "fingerprint": found.fingerprint,
            "rows": found.rows,
            "columns": list(found.columns),
            "window": {"since": self.window.since.isoformat(), "until": self.window.until.isoformat()},
        }
        return Held(
            "log.json", "application/json", _json(said), log.named,
            f"The log had {found.rows:,} rows; its fingerprint was {found.fingerprint}.", "log",
        )  # fmt: skip

    def _cut(self, log: Predictions) -> Held:
        with tempfile.TemporaryDirectory(prefix="hotwash-hold-") as place:
            made: Cut = cut(
                log, Path(place) / "slice.parquet", since=self.window.since, until=self.window.until,
                watch=self._watch(3),
            )  # fmt: skip
            data = made.path.read_bytes() if made.path else None
        since, until = self.window.since.isoformat(timespec="minutes"), self.window.until.isoformat(timespec="minutes")
        span = f"from {since} to {until}" if log.time else "all of it, since no column says when"
        if data is None:
            why = "too many to be kept" if made.rows else "none"
            return self._left_out(log, f"The window ({span}) has {made.rows:,} decisions: {why}.")
        return Held(
            "log-slice.parquet", "application/vnd.apache.parquet", data, log.named,
            f"{made.rows:,} decisions, {span}.", "log-slice", restricted=True,
        )  # fmt: skip

    def _left_out(self, log: Predictions, why: str) -> Held:
        return Held("log-slice.parquet", "", None, log.named, what="log-slice", restricted=True, failed=why)

    def _watch(self, steps: int) -> Watch:
        return Watch(self.on_progress, self.cancelled, steps=steps)


def window_of(
    incident: Incident, *, now: datetime, since: datetime | None = None, until: datetime | None = None
) -> Window:
    """The part of the log to cut out: since people are harmed, if that is known; else the days before the declaration.

    :raises NotAllowed: if it would be empty
    """
    if since is None and incident.beginnings:
        began = incident.beginnings[-1]
        since = began.event.low or began.at
    if since is None:
        since = (incident.declared.at if incident.declared else now) - WINDOW
    until = until or now
    if since >= until:
        raise NotAllowed("The window of the log is empty: `since` is not before `until`.")
    return Window(since, until)
