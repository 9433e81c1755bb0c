"""What a service is told: every switch of its AI systems with the orders that stand, made from the records.

A snapshot is made, checked and stored while its row is locked, so that of two who publish at once neither stores what
is older. Its serial grows only if its content changed: publishing again is free, and settles what a crash left.
"""

import json
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from hotwash.guard.faults import NotUnderstood
from hotwash.guard.signing import PROTOCOL, etag
from hotwash.guard.snapshot import Snapshot, read
from hotwash.response.desk import Desk, NotFound
from hotwash.response.outside import Refused
from hotwash.response.standing import salt_of
from hotwash.systems.state import Ordered, Switch
from hotwash.web.door import desk
from hotwash.web.switches import waking
from hotwash.web.tables.models import Service


def publish(services: Iterable[int]) -> None:
    """Bring what services are told up to what the records say.

    :raises Refused: if guards would not understand it; what they have stays then
    """
    for pk in services:
        with transaction.atomic():
            service = Service.objects.select_for_update().get(pk=pk)
            switches = content(desk(), service.systems)
            if service.body and json.loads(service.body)["switches"] == switches:
                continue
            serial = max(service.serial + 1, int(time.time() * 1000))
            body = bytes_of(service.name, serial, switches)
            _checked(body)
            service.serial, service.body, service.etag = serial, body.decode(), etag(body)
            service.published_at = timezone.now()
            service.save(update_fields=["serial", "body", "etag", "published_at"])
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"NOTIFY {waking.CHANNEL}")
            transaction.on_commit(waking.changed)


def content(door: Desk, systems: Iterable[str]) -> dict[str, Any]:
    """The switches of AI systems in the form of the protocol."""
    switches: dict[str, Any] = {}
    for slug in systems:
        try:
            system = door.system(slug)
        except NotFound:
            continue
        switches |= {name: told(switch) for name, switch in system.switches.items()}
    return switches


def told(switch: Switch) -> dict[str, Any]:
    """One switch in the form of the protocol."""
    how = switch.described
    policy = {"never_synced": how.never_synced, "stale": how.stale, "stale_after_s": how.stale_after_s}
    return {"orders": [_order(one) for one in switch.in_turn()], "policy": policy | {"engaged": how.engaged}}


def bytes_of(service: str, serial: int, switches: Mapping[str, Any]) -> bytes:
    """A snapshot as it is signed."""
    whole = {"format": PROTOCOL, "service": service, "serial": serial, "switches": switches}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()


def understood(switch: Switch) -> str:
    """Why guards would not understand a switch; empty if they would."""
    try:
        read(bytes_of("trial", 0, {switch.name: told(switch)}))
    except NotUnderstood as bad:
        return str(bad)
    return ""


def _checked(body: bytes) -> Snapshot:
    try:
        return read(body)
    except NotUnderstood as bad:
        raise Refused("Hotwash", f"Serving processes would not understand this: {bad}") from bad


def _order(one: Ordered) -> dict[str, Any]:
    event = one.event
    order: dict[str, Any] = {"state": event.state}
    if event.rule is not None:
        order["when"] = event.rule
    if event.share is not None and event.share < 1:
        share: dict[str, Any] = {"part": event.share, "salt": salt_of(event.incident, event.containment)}
        order["share"] = share | ({"of": event.share_of} if event.share_of else {})
    for name in ("until", "recheck_at"):
        moment: datetime | None = getattr(event, name)
        if moment is not None:
            order[name] = moment.astimezone(UTC).isoformat()
    said = {"set_by": one.by, "set_at": one.at.isoformat(), "incident": event.incident, "reason": event.reason[:500]}
    return order | said
