"""The one door of the inbox: signals in, and the lines that they were counted in out.

Invariants:

- When `take` returns, the signals are committed.
- The same word of the same trouble (sender, AI system, key, state, alert time) counts once, however often it comes.
- Of the lines with the same sender, AI system and group at most one is live, and only that one takes signals.
- Whoever writes is alone (`alone`). So that a storm does not wait for the disk ten thousand times, what comes in the
  same moment is written together (`batch`).
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from hotwash.response.signals import Signal
from hotwash.web.inbox import lines
from hotwash.web.inbox.alone import alone
from hotwash.web.inbox.bodies import keep
from hotwash.web.inbox.delivery import Taken
from hotwash.web.tables.models import Address


def take(
    sender: str,
    signals: Sequence[Signal],
    *,
    raw: bytes = b"",
    media_type: str = "",
    address: int | None = None,
    received_at: datetime | None = None,
    system: str = "",
) -> list[int]:
    """Take signals in; the ids of the lines that they went into, each once. They are committed when this returns.

    :param sender: the word for who sends: ``alertmanager``, ``person``, ``mail``, ``phoenix``, …
    :param raw: the bytes as they came; kept for a look
    :param address: where they came in, if by an address
    :param system: the short name of the AI system that they are about; empty: the address's
    """
    return write([Taken(sender, tuple(signals), raw, media_type, address, received_at, system)])[0]


def write(deliveries: Sequence[Taken]) -> list[list[int]]:
    """Take several deliveries in, in one transaction; for each the ids of its lines."""
    with alone():
        return _written(deliveries)


def _written(deliveries: Sequence[Taken]) -> list[list[int]]:
    now = timezone.now()
    named = {one.address for one in deliveries if one.address is not None}
    systems = dict(Address.objects.filter(pk__in=named).values_list("pk", "system")) if named else {}
    bodies = keep(deliveries, now)
    came = [
        lines.Came(one.sender, one.system or systems.get(one.address or 0, ""), signal, one.received_at or now, body)
        for one, body in zip(deliveries, bodies, strict=True)
        for signal in one.signals
    ]
    places = iter(lines.count(came))
    found = [list(dict.fromkeys(next(places) for _ in one.signals)) for one in deliveries]
    _heard(deliveries, now)
    return found


def _heard(deliveries: Sequence[Taken], now: datetime) -> None:
    good = {one.address for one in deliveries if one.address is not None and not one.refused}
    if good:
        Address.objects.filter(pk__in=good).update(heard_at=now)
    for pk, why in {one.address: one.refused for one in deliveries if one.address is not None and one.refused}.items():
        Address.objects.filter(pk=pk).update(refused_at=now, refused=why[:2_000])
