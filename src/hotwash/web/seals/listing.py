"""Seals that were made, for people and programs: when, where they went, and what did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from hotwash.response.desk import NotFound
from hotwash.web.seal_plan import FOLDER, Plan
from hotwash.web.tables.models import SealCopy, SealRow

LATE = 3
"""After so many intervals without a seal that arrived anywhere, it is said."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One place to which a seal went."""

    place: str
    state: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A seal that was made.

    :param fault: what did not stand as the seal before it says
    """

    digest: str
    made_at: datetime
    made_by: str
    records: int
    position: int
    stamped_at: datetime | None
    unstamped: str
    fault: str
    copies: tuple[Copy, ...]
    whole: bool


def seals(*, limit: int = 100) -> list[Known]:
    """The newest seals."""
    rows = SealRow.objects.prefetch_related("copies").order_by("-made_at", "-pk")[:limit]
    return [known(row) for row in rows]


def known(row: SealRow) -> Known:
    """A seal as it may be shown."""
    copies = sorted(row.copies.all(), key=lambda one: (one.place != FOLDER, one.place))
    return Known(
        row.digest,
        row.made_at,
        row.made_by,
        row.records,
        row.position,
        row.stamped_at,
        row.unstamped,
        row.fault,
        tuple(Copy(one.place, one.state, one.why, one.at) for one in copies),
        bool(row.document),
    )


def row_of(digest: str) -> SealRow:
    """The row of a seal that is kept whole.

    :raises NotFound: if there is none
    """
    row = SealRow.objects.filter(digest=digest[:80]).exclude(document="").first()
    if row is None:
        raise NotFound("This seal is not kept here any more, or never was: look where it was sent.")
    return row


def sentence(now: datetime) -> tuple[str, bool]:
    """How the seals are, in one sentence, and whether that is well."""
    plan: Plan | None = settings.HOTWASH.seals
    newest = SealRow.objects.order_by("-made_at", "-pk").first()
    if newest is not None and newest.fault:
        return f"When the newest seal was made, records did not stand as the seal before it says. {newest.fault}", False
    if plan is None:
        return "No seal leaves this machine by itself: the operator names where to in the setting seals.", False
    arrived = SealCopy.objects.filter(state="delivered").order_by("-seal__made_at").select_related("seal").first()
    if arrived is None:
        return "No seal has arrived elsewhere yet.", False
    told = f"The newest seal that arrived elsewhere ({arrived.place}) is of {arrived.seal.made_at:%Y-%m-%d %H:%M} UTC."
    failed = SealCopy.objects.filter(seal=newest, state__in=("failed", "unknown")).order_by("place").first()
    if failed is not None:
        return f"{told} The newest one did not arrive at {failed.place}: {failed.why}", False
    return told, arrived.seal.made_at + LATE * plan.every > now
