"""Which records are due to be erased, which are held, and which were: from the index, whatever their number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from hotwash.response.desk import Desk
from hotwash.response.retention import due_by
from hotwash.systems.retention import RetentionSet
from hotwash.web.tables.models import IncidentRow

LISTED_MAX = 200
_OVER = ("closed", "not-confirmed")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record whose time is over.

    :param since: from when on
    """

    incident: str
    title: str
    ended_at: datetime
    rule: str
    basis: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A record that a legal hold keeps."""

    incident: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """How records are kept: the rules, what is due to be erased, what is held, and how many were erased."""

    rules: tuple[RetentionSet, ...]
    due: tuple[Waiting, ...]
    held: tuple[Held, ...]
    erased: int


def keeping(desk: Desk) -> Keeping:
    """How records are kept now. At most `LISTED_MAX` of each kind, those first that have been due longest."""
    retention, now = desk.organisation().retention, desk.clock()
    rules = tuple(sorted(retention.rules.values(), key=lambda one: one.rule))
    held = IncidentRow.objects.filter(held=True).order_by("id")[:LISTED_MAX]
    return Keeping(
        rules,
        tuple(_due(desk, now) if rules else ()),
        tuple(Held(row.id, row.title, row.state) for row in held),
        IncidentRow.objects.filter(erased=True).count(),
    )


def _due(desk: Desk, now: datetime) -> list[Waiting]:
    retention = desk.organisation().retention
    # For each kind and end the rule that holds, so that the database finds what is due.
    wanted = Q(pk__in=())
    for kind in ("normal", "drill", "test", "backdated"):
        for state in _OVER:
            rule = retention.of(kind=kind, standing=state)
            if rule is not None:
                wanted |= Q(kind=kind, state=state, ended_at__lte=now - timedelta(days=rule.days))
    rows = IncidentRow.objects.filter(wanted, held=False, erased=False).order_by("ended_at", "id")[:LISTED_MAX]
    found = []
    for row in rows:
        due = due_by(retention, row.id, kind=row.kind, standing=row.state, ended_at=row.ended_at)
        if due is not None:
            found.append(Waiting(row.id, row.title, due.ended_at, due.rule.rule, due.rule.basis, due.since))
    return found
