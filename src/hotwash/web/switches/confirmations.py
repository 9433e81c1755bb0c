"""What serving processes say to have in force. Kept for the live view; what was confirmed goes into the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.utils import timezone

from hotwash.response.confirming import Instance
from hotwash.web.switches import services
from hotwash.web.tables.models import InstanceRow, Service

SILENT_AFTER = timedelta(seconds=90)
"""An instance that was not heard of for so long does not answer."""

GONE_AFTER = timedelta(minutes=15)
"""After so long it counts no more: most often it was ended, as instances are. What it did meanwhile, nobody knows."""

INSTANCES_MAX = 5_000


class Fault(msgspec.Struct):
    """What an instance says is wrong with it."""

    part: str = ""
    kind: str = ""
    sentence: str = ""


class Said(msgspec.Struct):
    """A confirmation, as the protocol has it."""

    instance: str
    etag: str
    at: str
    serial: int = 0
    following: str = ""
    kept: bool = True
    faults: list[Fault] = []


def read(body: bytes) -> Said | None:
    """A confirmation from its bytes; None if it is none."""
    try:
        said = msgspec.json.decode(body, type=Said)
        at = datetime.fromisoformat(said.at)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    whole = 0 < len(said.instance) <= 200 and len(said.etag) <= 80 and len(said.at) <= 40 and 0 <= said.serial < 2**53
    whole = whole and len(said.following) <= 40 and len(said.faults) <= 20 and at.tzinfo is not None
    texts = [
        said.instance,
        said.etag,
        said.following,
        *(part for one in said.faults for part in msgspec.structs.astuple(one)),
    ]
    return said if whole and not any("\x00" in text for text in texts) else None


@dataclass(frozen=True, slots=True)
class Heard:
    """A confirmation, whose it is, and when it came."""

    service: int
    said: Said
    at: datetime


def write(several: Sequence[Heard]) -> set[int]:
    """Keep confirmations in one transaction; the services whose processes said something new.

    A hundred guards confirm within a moment, and each transaction of its own would wait for the disk.
    """
    newest: dict[tuple[int, str], Heard] = {}
    for one in several:
        place = (one.service, one.said.instance)
        if place not in newest or _moment(newest[place].said.at) < _moment(one.said.at):
            newest[place] = one
    with transaction.atomic():
        services_heard = {service for service, _ in newest}
        rows = InstanceRow.objects.filter(service__in=services_heard, name__in={name for _, name in newest})
        known = {(row.service_id, row.name): row for row in rows}
        room = {service: _room(service) for service in services_heard if any(p not in known for p in newest)}
        put, news = [], set()
        for place, one in newest.items():
            before = known.get(place)
            if before is not None and _moment(one.said.at) <= _moment(before.said_at):
                continue
            if before is None:
                if room[one.service] <= 0:
                    continue
                room[one.service] -= 1
            changed = before is None or before.etag != one.said.etag
            if changed:
                news.add(one.service)
            put.append(_row(one, one.at if before is None or changed else before.confirmed_at))
        InstanceRow.objects.bulk_create(
            put, update_conflicts=True, unique_fields=["service", "name"], update_fields=_FIELDS
        )
    return news


_FIELDS = ["etag", "serial", "said_at", "confirmed_at", "heard_at", "following", "kept", "faults"]


def _row(one: Heard, confirmed_at: datetime | None) -> InstanceRow:
    said = one.said
    return InstanceRow(
        service_id=one.service,
        name=said.instance,
        etag=said.etag,
        serial=said.serial,
        said_at=said.at,
        confirmed_at=confirmed_at,
        heard_at=one.at,
        following=said.following,
        kept=said.kept,
        faults=[{"part": f.part[:80], "kind": f.kind[:80], "sentence": f.sentence[:500]} for f in said.faults],
    )


def _room(service: int) -> int:
    """How many further instances fit; those that are gone make room."""
    left = INSTANCES_MAX - InstanceRow.objects.filter(service=service).count()
    if left <= 0:
        gone, _ = InstanceRow.objects.filter(service=service, heard_at__lt=timezone.now() - GONE_AFTER).delete()
        left += gone
    return left


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def instances(system: str) -> list[Instance]:
    """The serving processes that follow the switches of an AI system."""
    now, found = timezone.now(), []
    for service in services.following(system):
        for row in InstanceRow.objects.filter(service=service, heard_at__gt=now - GONE_AFTER).order_by("name"):
            found.append(_instance(row, service, now))
    return found


def of(service: Service) -> list[Instance]:
    """The serving processes of a service."""
    now = timezone.now()
    rows = InstanceRow.objects.filter(service=service, heard_at__gt=now - GONE_AFTER).order_by("name")
    return [_instance(row, service, now) for row in rows]


def _instance(row: InstanceRow, service: Service, now: datetime) -> Instance:
    return Instance(
        row.name,
        service.name,
        row.confirmed_at if row.etag and row.etag == service.etag else None,
        row.heard_at,
        now - row.heard_at < SILENT_AFTER,
        row.following,
        row.kept,
        " ".join(one.get("sentence", "") for one in row.faults)[:500],
    )
