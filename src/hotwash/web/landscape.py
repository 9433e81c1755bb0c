"""The landscape of AI systems from the index: what happened with each, and what each lacks, in a few statements.

Drills and tests never count as incidents; incidents that were merged or not confirmed count nowhere.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from hotwash.knowledge.harms import Harm, harms
from hotwash.systems.landscape import LACKS, Lack, Standing, lacking
from hotwash.systems.teams import Teams
from hotwash.web.tables.models import IncidentRow, Service, SystemRow

TIERS = (
    ("prohibited", "Prohibited"),
    ("high", "High risk"),
    ("limited", "Limited risk"),
    ("minimal", "Minimal risk"),
    ("unknown", "Tier not known yet"),
    ("retired", "Retired"),
)
_PRACTICE = {"drill", "test"}


@dataclass(slots=True)
class Past:
    """What happened with one system: incidents by type of harm, and whether one is open."""

    by_harm: dict[str, int] = field(default_factory=dict)
    incidents: int = 0
    open: int = 0
    going_on: int = 0
    practised: int = 0
    drilled: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One system on the map. ``cells`` stand in the order of the types of harm."""

    row: SystemRow
    past: Past
    cells: list[tuple[Harm, int]]
    lacks: tuple[Lack, ...]

    @property
    def missing(self) -> list[str]:
        """What it lacks, in words."""
        return [LACKS[one] for one in self.lacks]


def narrowed(rows: QuerySet[SystemRow], teams: Teams, *, team: str = "", organisation: str = "") -> QuerySet[SystemRow]:
    """The systems of a team, or of every team of an organisation."""
    if team:
        rows = rows.filter(team=team)
    if organisation:
        rows = rows.filter(team__in=teams.of(organisation))
    return rows


def offer(fields: dict[str, Any], teams: Teams) -> None:
    """Fill the choices of the fields ``team`` and ``organisation``, or leave them out where there are none."""
    named = sorted((one.name, short) for short, one in teams.standing.items())
    fields["team"].choices = [("", "Every team"), *((short, name) for name, short in named)]
    fields["organisation"].choices = [("", "Every organisation"), *((one, one) for one in teams.organisations)]
    if not teams.standing:
        del fields["team"]
    if not teams.organisations:
        del fields["organisation"]


def slugs_of(teams: Teams, *, team: str = "", organisation: str = "") -> QuerySet[SystemRow, Any]:
    """The short names of these systems, for lists of incidents."""
    return narrowed(SystemRow.objects.all(), teams, team=team, organisation=organisation).values("slug")


def lines(rows: Iterable[SystemRow], *, now: datetime, teams: Teams) -> list[Line]:
    """These systems with their past and with what each lacks."""
    listed = list(rows)
    pasts, followed = _pasts([row.slug for row in listed]), _followed()
    return [
        Line(
            row,
            past := pasts.get(row.slug, Past()),
            [(harm, past.by_harm.get(harm.id, 0)) for harm in harms().harms],
            lacking(_standing(row, past, followed, teams), now=now, teams=bool(teams.standing)),
        )
        for row in listed
    ]


def chart(shown: Iterable[Line]) -> dict[str, Any]:
    """How many systems lack what, by tier."""
    titles = dict(TIERS)
    counted = Counter((titles.get(line.row.tier, line.row.tier), LACKS[lack]) for line in shown for lack in line.lacks)
    order = [title for _, title in TIERS]
    values = [
        {"tier": tier, "lack": lack, "systems": count, "place": order.index(tier) if tier in order else len(order)}
        for (tier, lack), count in sorted(counted.items())
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "width": "container",
        "mark": "bar",
        "encoding": {
            "y": {"field": "lack", "type": "nominal", "title": None, "sort": list(LACKS.values())},
            "x": {
                "field": "systems", "type": "quantitative", "title": "AI systems", "axis": {"tickMinStep": 1},
            },
            "color": {
                "field": "tier", "type": "nominal", "title": None, "sort": order,
                "legend": {"orient": "top", "columns": 2},
            },
            "order": {"field": "place"},
            "tooltip": [{"field": "tier"}, {"field": "lack"}, {"field": "systems"}],
        },
    }  # fmt: skip


def _standing(row: SystemRow, past: Past, followed: Collection[str], teams: Teams) -> Standing:
    return Standing(
        owner=row.owner,
        team=row.team if row.team in teams.standing else "",
        tier=row.tier,
        stop=row.stop,
        switched=row.has_switch or row.slug in followed,
        log=row.has_log,
        drilled=past.drilled,
        gates=row.gates,
        gates_wanting=row.gates_wanting,
        retired=row.state == "retired",
    )


def _followed() -> frozenset[str]:
    """The systems whose switches a service follows."""
    named = Service.objects.filter(revoked_at=None).values_list("systems", flat=True)
    return frozenset(slug for systems in named for slug in systems)


def _pasts(slugs: Collection[str]) -> dict[str, Past]:
    """The past of these systems, counted by the database."""
    groups = (
        IncidentRow.objects.filter(system__in=slugs)
        .exclude(state__in=("not-confirmed", "merged"))
        .order_by()
        .values_list("system", "harms", "state", "kind", "harm_going_on")
        .annotate(count=Count("id"), last=Max("declared_at"))
    )
    pasts: dict[str, Past] = {}
    for slug, kinds_of_harm, state, kind, going_on, count, last in groups:
        past = pasts.setdefault(slug, Past())
        if kind in _PRACTICE:
            past.practised += count
            if kind == "drill":
                past.drilled = max(last, past.drilled or last)
        else:
            past.incidents += count
            for harm in kinds_of_harm:
                past.by_harm[harm] = past.by_harm.get(harm, 0) + count
        if state == "open":
            past.open += count
            past.going_on += count if going_on else 0
    return pasts
