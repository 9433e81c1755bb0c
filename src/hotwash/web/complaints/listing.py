"""Lists of reports and clusters, for pages and API alike: a page at a time, people's data masked in every list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q, QuerySet

from hotwash.response.complaints import headline, progress
from hotwash.response.request import BadRequest
from hotwash.web.complaints.telling import stood
from hotwash.web.tables.models import Complaint, ComplaintCluster, ComplaintMessage

PAGE, PAGE_MAX = 50, 500
View = Literal["unread", "open", "all"]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next begin."""

    rows: list[Any]
    next: str = ""


def clusters(*, view: View = "open", system: str = "", cursor: str = "", limit: int = PAGE) -> Page:
    """Clusters, those with a report of late first.

    :param view: ``open``: those with reports that no incident counts; ``unread``: with reports that nobody read
    """
    rows = ComplaintCluster.objects.filter(merged_into=None, count__gt=0)
    if view == "open":
        rows = rows.filter(fresh__gt=0)
    elif view == "unread":
        rows = rows.filter(pk__in=_kept().filter(read_at=None).values("cluster"))
    if system:
        rows = rows.filter(system=system)
    at = _cursor(cursor)
    if at is not None:
        last = ComplaintCluster.objects.filter(pk=at).values_list("last_at", flat=True).first()
        if last is not None:
            rows = rows.filter(Q(last_at__lt=last) | Q(last_at=last, pk__lt=at))
    found = list(rows.order_by("-last_at", "-pk")[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].pk) if len(found) > limit else "")


def reports(*, view: View = "all", cluster: int | None = None, cursor: str = "", limit: int = PAGE) -> Page:
    """Reports, the newest first; erased ones are not among them."""
    rows = _kept()
    if view == "unread":
        rows = rows.filter(read_at=None)
    elif view == "open":
        rows = rows.filter(closed_at=None)
    if cluster is not None:
        rows = rows.filter(cluster=cluster)
    at = _cursor(cursor)
    if at is not None:
        rows = rows.filter(pk__lt=at)
    found = list(rows.order_by("-pk")[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].pk) if len(found) > limit else "")


def unread() -> int:
    """How many reports nobody read."""
    return _kept().filter(read_at=None).count()


def line(row: Complaint) -> dict[str, Any]:
    """A report in a list."""
    return {
        "complaint": row.pk,
        "headline": headline(row.text),
        "channel": row.channel,
        "received_at": row.received_at,
        "happened_on": row.happened_on,
        "system": row.system,
        "language": row.language,
        "cluster": row.cluster_id,
        "incident": row.incident or None,
        "reporter": row.reporter,
        "reachable": row.reachable,
        "read_at": row.read_at,
        "answered_at": row.answered_at,
        "closed_at": row.closed_at,
    }


def whole(row: Complaint) -> dict[str, Any]:
    """A report in its own words, with its files and messages; how to reach the person is asked for by itself."""
    return {
        **line(row),
        "text": row.text,
        "about": row.about,
        "need": row.need,
        "by": row.by,
        "progress": progress(stood(row)),
        "files": [{"file": one.pk, "name": one.name, "kind": one.kind, "size": one.size} for one in row.files.all()],
        "messages": [message(one) for one in row.messages.order_by("at", "pk")[:500]],
        "looks": list(row.looks.order_by("at", "pk").values("at", "by", "what")[:500]),
    }


def message(one: ComplaintMessage) -> dict[str, Any]:
    """A message; ``by`` is null where the person wrote it."""
    return {"at": one.at, "by": one.by or None, "text": one.text, "sent_at": one.sent_at}


def cluster_line(row: ComplaintCluster) -> dict[str, Any]:
    """A cluster in a list."""
    return {
        "cluster": row.pk,
        "title": row.title,
        "count": row.count,
        "fresh": row.fresh,
        "system": row.system,
        "first_at": row.first_at,
        "last_at": row.last_at,
        "incident": row.incident or None,
    }


def people(cluster: ComplaintCluster) -> int:
    """How many people, by pseudonym, reported it."""
    return _kept().filter(cluster=cluster).values("reporter").distinct().count()


def lines(rows: Sequence[Complaint]) -> list[dict[str, Any]]:
    """Reports in a list."""
    return [line(row) for row in rows]


def _kept() -> QuerySet[Complaint]:
    return Complaint.objects.filter(erased_at=None)


def _cursor(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 15:
        raise BadRequest("cursor", "is none that a list gave.")
    return int(text)
