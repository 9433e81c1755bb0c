"""What serving processes say to have in force. Kept for the live view; what was confirmed goes into the records."""

from datetime import datetime, timedelta
from typing import Any

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


def take(service: int, said: Said) -> None:
    """Keep a confirmation, unless it is older than what was heard before."""
    from hotwash.web.switches import following_up

    now = timezone.now()
    faults = [{"part": one.part[:80], "kind": one.kind[:80], "sentence": one.sentence[:500]} for one in said.faults]
    with transaction.atomic():
        row = InstanceRow.objects.select_for_update().filter(service=service, name=said.instance).first()
        if row is None and InstanceRow.objects.filter(service=service).count() >= INSTANCES_MAX:
            InstanceRow.objects.filter(service=service, heard_at__lt=now - GONE_AFTER).delete()
            if InstanceRow.objects.filter(service=service).count() >= INSTANCES_MAX:
                return
        if row is not None and _moment(said.at) <= _moment(row.said_at):
            return
        news = row is None or row.etag != said.etag
        values: dict[str, Any] = {
            "etag": said.etag, "serial": said.serial, "said_at": said.at, "heard_at": now,
            "following": said.following, "kept": said.kept, "faults": faults,
        }  # fmt: skip
        if news:
            values["confirmed_at"] = now
        InstanceRow.objects.update_or_create(service_id=service, name=said.instance, defaults=values)
    if news:
        following_up.soon(service)


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
