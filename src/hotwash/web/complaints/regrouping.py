"""What the inbox counts together follows the clusters: the signals of reports that were moved or merged go along."""

from collections.abc import Sequence

from django.db.models import Count, Max, Min, QuerySet

from hotwash.response.complaints import SENDER, group_of
from hotwash.response.signals import Signal
from hotwash.web.inbox import lines
from hotwash.web.tables.models import ComplaintCluster, SignalGroup, SignalRow, Triage

_IN_MAX = 500


def regroup(reports: Sequence[int], cluster: ComplaintCluster) -> None:
    """Put the signals of these reports into the line of a cluster. The caller holds the transaction."""
    touched: set[int] = set()
    target: SignalGroup | None = None
    for start in range(0, len(reports), _IN_MAX):
        keys = [f"report {number}" for number in reports[start : start + _IN_MAX]]
        rows = SignalRow.objects.filter(key__in=keys, group__sender=SENDER)
        groups = set(rows.values_list("group_id", flat=True))
        if groups and target is None:
            target = _line(cluster, rows)
        if target is not None and groups - {target.pk}:
            touched |= groups - {target.pk}
            rows.update(group=target)
    if target is not None and touched:
        for number in (target.pk, *touched):
            _count(number)


def forget(report: int) -> None:
    """Take the words of a report out of the inbox; that something came stays."""
    rows = SignalRow.objects.filter(key=f"report {report}", group__sender=SENDER)
    groups = set(rows.values_list("group_id", flat=True))
    titles = set(rows.values_list("title", flat=True))
    rows.update(title=_ERASED, detail="")
    for group in SignalGroup.objects.filter(pk__in=groups, title__in=titles):
        other = group.signals.exclude(title=_ERASED).order_by("received_at").values_list("title", flat=True).first()
        SignalGroup.objects.filter(pk=group.pk).update(title=other or _ERASED)


_ERASED = "A report that was withdrawn or erased"


def _line(cluster: ComplaintCluster, rows: QuerySet[SignalRow]) -> SignalGroup:
    signal = Signal(SENDER, "", cluster.title, group_of(cluster.pk))
    first = rows.select_related("group").order_by("received_at")[0]
    came = lines.Came(SENDER, cluster.system, signal, first.received_at)
    place = lines._place(came)
    live = SignalGroup.objects.filter(place=place, live=True).first()
    if live is not None:
        return live
    state = dict.fromkeys(("incident", "state", "by", "reason"), "")
    state["state"] = Triage.WAITING
    if cluster.incident and first.group.incident == cluster.incident:
        state = {name: getattr(first.group, name) for name in state}
    return SignalGroup.objects.create(
        place=place,
        sender=SENDER,
        group=group_of(cluster.pk),
        title=cluster.title,
        system=cluster.system,
        grade=first.grade,
        rank=lines.RANKS[first.grade],  # type: ignore[index]
        first_received_at=first.received_at,
        last_received_at=first.received_at,
        **state,
    )


def _count(number: int) -> None:
    told = SignalRow.objects.filter(group=number).aggregate(
        count=Count("pk"),
        first_alert_at=Min("alert_at"),
        last_alert_at=Max("alert_at"),
        first_data_at=Min("data_at"),
        first_received_at=Min("received_at"),
        last_received_at=Max("received_at"),
    )
    if not told["count"]:
        group = SignalGroup.objects.filter(pk=number)
        if group.filter(incident="", acts=None).delete()[0]:
            return
        group.update(count=0, live=False)
        return
    SignalGroup.objects.filter(pk=number).update(**told)
