"""Evidence first: what a containment is about to change is taken into the vault before anything is switched.

What is known here (versions, orders in force) is taken at once and recorded at once. What must be read elsewhere (a
registry, a repository, a large log) follows as a second entry that names the first. A part that cannot be taken is
listed with the reason: a hold of which parts are missing is still a hold.

Outside systems are held by whatever keeps the promise of `Holder`; the caller hands them in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from hotwash.incident.events import HeldItem
from hotwash.incident.state import Incident
from hotwash.investigate import Cancelled as Stopped
from hotwash.investigate import LogError
from hotwash.ledger.entry import digest_of
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.systems.state import System

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]

FILE_MAX = 64 << 20
"""The largest single thing that a hold keeps whole, in bytes. Of larger ones the digest is recorded."""
STOPPED = "Somebody asked to stop before it was taken."


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
    ours: Callable[[], bool] = lambda: True,
) -> Recorded:
    """Take what a hold still waits for, and record it as its continuation.

    What cannot be taken is recorded as such; so is what was left out because somebody asked to stop.

    :param ours: asked before anything is recorded; False where somebody else has taken this over
    :raises hotwash.investigate.Cancelled: if it is no longer ours; nothing is recorded then
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
    if not ours():
        raise Stopped("Somebody else has taken this hold over.")
    return desk.record(incident_id, "hold", by=by, items=msgspec.to_builtins(taken), continues=entry)


def _from_holder(desk: Desk, holder: Holder, system: System) -> Iterator[HeldItem]:
    try:
        for one in holder.snapshot(system):
            yield _kept(desk, one)
    except (NotTaken, LogError, BadRequest, OutsideFault) as no:
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
        f"{slug}.json", "application/json", as_json(state), f"{stream}, entry {head.number}",
        f"In use: {parts}." if parts else "No version of any part is on record.", "system",
    )  # fmt: skip
    if system.log is None:
        yield Held(
            "prediction log", "", None, stream, what="log",
            failed="No log is described for this AI system, so nothing of it could be kept.",
        )  # fmt: skip
    orders = [msgspec.to_builtins(one) for one in incident.in_force]
    switches = getattr(system, "switches", {})
    yield Held(
        f"{slug}-switches.json", "application/json",
        as_json({"in_force": orders, "switches": msgspec.to_builtins(switches)}), f"incident/{incident.id}, {stream}",
        "Nothing is contained yet." if not orders else f"Already in force: {len(orders)}.", "switches",
    )  # fmt: skip


def as_json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"
