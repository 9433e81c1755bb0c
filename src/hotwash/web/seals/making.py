"""Makes a seal over all records, has it time-stamped, and lets it be taken to where this machine's keeper cannot reach.

Before a seal is made, the records are held against the newest one, in the folder elsewhere if there is one. What does
not stand is said with the new seal, everywhere it goes: nobody has to look for it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db.models import Q

from hotwash.ledger.entry import ChainBroken, digest_of
from hotwash.ledger.lines import Unreadable
from hotwash.ledger.seal import Seal, SealForged, check_head, check_signature, make_seal, read_seal, write_seal
from hotwash.response.desk import Desk
from hotwash.response.jobs import HOTWASH, Arguments, Job, Outcome
from hotwash.response.outside import OutsideFault
from hotwash.web.seal_plan import Plan
from hotwash.web.sealing import seal_key
from hotwash.web.seals import carrying
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import EntryRow, SealCopy, SealRow, StreamRow

LOOK = "seal"
LOOK_EVERY = timedelta(minutes=5)
DOCUMENTS_KEPT = 30
"""How many seals are kept whole here. Older ones are where they were sent."""
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Made:
    """A seal that was made, and what is known of it."""

    seal: Seal
    document: bytes
    stamp: bytes | None = None
    stamped_at: datetime | None = None
    unstamped: str = ""
    fault: str = ""

    @property
    def digest(self) -> str:
        """By which it is known here."""
        return digest_of(self.document)


def look(desk: Desk, arguments: Arguments) -> Outcome | None:  # noqa: ARG001 - every job takes the same two
    """Make a seal if one is due."""
    plan: Plan | None = settings.HOTWASH.seals
    if plan is None:
        return None
    newest = SealRow.objects.filter(made_by=HOTWASH.name).order_by("-made_at").first()
    if newest is not None and newest.made_at + plan.every > desk.clock():
        return None
    made = make(desk, plan)
    jobs = tuple(carrying.job(made.digest, place, desk.clock()) for place in plan.places)

    def effect() -> None:
        keep(made, by=HOTWASH.name, places=plan.places)

    return Outcome(effect, jobs)


def make(desk: Desk, plan: Plan | None) -> Made:
    """A seal over all records as they are, with a time-stamp if there is an authority that gives one.

    :raises KeyUnusable: if the key cannot be used
    """
    key = seal_key()
    fault = _fault(plan, key.public_key())
    seal = make_seal(DatabaseStore(), key, at=desk.clock())
    document = write_seal(seal)
    if plan is None or not plan.timestamp or plan.authority is None:
        return Made(seal, document, fault=fault)
    from hotwash.connect import timestamps

    try:
        stamp = timestamps.ask(plan.timestamp, document, authority=plan.authority)
        at = timestamps.check(stamp, document, authority=plan.authority)
    except OutsideFault as no:
        return Made(seal, document, unstamped=no.sentence[:300], fault=fault)
    return Made(seal, document, stamp, at, fault=fault)


def keep(made: Made, *, by: str, places: tuple[str, ...]) -> SealRow:
    """Write down that a seal was made, and where it goes."""
    row, _ = SealRow.objects.update_or_create(
        digest=made.digest,
        defaults={
            "made_at": datetime.fromisoformat(made.seal.at),
            "made_by": by,
            "position": made.seal.position,
            "records": len(made.seal.heads),
            "document": made.document.decode(),
            "stamp": made.stamp,
            "stamped_at": made.stamped_at,
            "unstamped": made.unstamped,
            "fault": made.fault[:500],
        },
    )
    for place in places:
        SealCopy.objects.get_or_create(seal=row, place=place)
    kept = SealRow.objects.exclude(document="").order_by("-made_at", "-pk").values_list("pk", flat=True)
    old = list(kept[DOCUMENTS_KEPT:][:_AT_ONCE])
    SealRow.objects.filter(pk__in=old).exclude(copies__state="waiting").update(document="")
    return row


def plan_here() -> Plan | None:
    """The plan of this installation, if there is one."""
    plan: Plan | None = settings.HOTWASH.seals
    return plan


def send_now(desk: Desk, made: Made, *, by: str) -> tuple[SealRow, tuple[Job, ...]]:
    """Keep a seal that a person made, and the jobs that take it to every place of the plan."""
    plan: Plan | None = settings.HOTWASH.seals
    places = plan.places if plan else ()
    row = keep(made, by=by, places=places)
    return row, tuple(carrying.job(made.digest, place, desk.clock()) for place in places)


def fault_against(seal: Seal) -> str:
    """What of the records does not stand as a seal says, by their heads; empty if all do.

    Only numbers and digests are compared, so that it is cheap. `check_seal` recomputes.
    """
    lengths = dict(StreamRow.objects.values_list("name", "number"))
    found: dict[str, str] = {}
    heads = iter(seal.heads.items())
    while some := list(islice(heads, _AT_ONCE)):
        wanted = Q()
        for stream, head in some:
            wanted |= Q(stream=stream, number=head.number)
        found |= dict(EntryRow.objects.filter(wanted).values_list("stream", "digest"))
    try:
        for stream in sorted(seal.heads):
            check_head(seal, stream, length=lengths.get(stream, 0), digest=found.get(stream))
    except ChainBroken as broken:
        return str(broken)
    return ""


def _fault(plan: Plan | None, public_key: Ed25519PublicKey) -> str:
    for seal in _former(plan):
        try:
            check_signature(seal, public_key)
        except SealForged:
            continue  # made with a key that was here before, or put there by somebody: it proves nothing to us
        return fault_against(seal)
    return ""


def _former(plan: Plan | None) -> Iterator[Seal]:
    """The newest seals, those elsewhere first: what lies here can be changed by whoever can change the records."""
    if plan is not None and plan.folder is not None:
        for file in sorted(plan.folder.glob("hotwash-seal-*.json"), reverse=True)[:5]:
            with suppress(OSError, Unreadable):
                yield read_seal(file.read_bytes())
    for row in SealRow.objects.exclude(document="").order_by("-made_at", "-pk")[:1]:
        yield read_seal(row.document.encode())
