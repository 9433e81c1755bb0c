"""The bytes that came, kept for a look: the good ones, and the refused ones with the reason.

They are kept up to a size each and a number and size in all; the oldest refused ones go first, then the oldest others.
A delivery that is refused can so never push out one that was taken in.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet, Sum
from django.db.models.functions import Least

from hotwash.web.inbox.delivery import Taken
from hotwash.web.tables.models import KeptBody

CONTENT_MAX = 256_000
"""Bytes of one delivery that are kept; the digest is of all of them."""
REFUSED_MAX, KEPT_MAX = 2_000, 50_000
"""How many are kept."""
BYTES_MAX = 512_000_000


def keep(deliveries: Sequence[Taken], now: datetime) -> list[int | None]:
    """Write bodies down; the row of each, None where no bytes came."""
    rows = [
        KeptBody(
            address_id=one.address,
            sender=one.sender[:40],
            received_at=one.received_at or now,
            media_type=one.media_type[:200].replace("\x00", ""),
            size=len(one.raw),
            digest="sha256:" + sha256(one.raw).hexdigest(),
            content=one.raw[:CONTENT_MAX],
            refused=one.refused[:2_000].replace("\x00", "\ufffd"),
        )
        for one in deliveries
        if one.raw or one.refused
    ]
    made = iter(KeptBody.objects.bulk_create(rows))
    return [next(made).pk if one.raw or one.refused else None for one in deliveries]


def make_room() -> int:
    """Delete what is beyond the limits, refused ones first, the oldest first; how many were deleted."""
    refused, good = KeptBody.objects.exclude(refused=""), KeptBody.objects.filter(refused="")
    gone = _beyond(refused, REFUSED_MAX)
    over = KeptBody.objects.count() - KEPT_MAX
    size = KeptBody.objects.aggregate(size=Sum(Least("size", CONTENT_MAX)))["size"] or 0
    for rows in (refused, good):
        for body in rows.order_by("received_at", "pk").only("pk", "size").iterator(chunk_size=1000):
            if over <= 0 and size <= BYTES_MAX:
                break
            over, size, gone = over - 1, size - min(body.size, CONTENT_MAX), gone + 1
            KeptBody.objects.filter(pk=body.pk).delete()
    return gone


def _beyond(rows: QuerySet[KeptBody], most: int) -> int:
    spare = list(rows.order_by("-received_at", "-pk").values_list("pk", flat=True)[most:])
    return KeptBody.objects.filter(pk__in=spare).delete()[0] if spare else 0
