"""Search over incidents, entries and AI systems. What somebody may not see is not found."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotwash.response.desk import INCIDENT, SYSTEM
from hotwash.web import search
from hotwash.web.api.caller import Caller
from hotwash.web.api.sight import own_incidents
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import IncidentRow, SystemRow

PAGE = 30
ASKED_MAX = 300
_WITHIN = {"incidents": INCIDENT, "systems": SYSTEM}


@dataclass(slots=True)
class Found:
    """A record with what was found in it."""

    stream: str
    title: str
    row: IncidentRow | SystemRow | None = None
    hits: list[search.Hit] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The id of the incident, or the short name of the system."""
        return self.stream.split("/", 1)[1]

    @property
    def is_incident(self) -> bool:
        """Whether it is an incident."""
        return self.stream.startswith(INCIDENT)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What holds every word, best first, by record."""
    looker = asking(request)
    asked = request.GET.get("q", "").strip()[:ASKED_MAX]
    within = request.GET.get("within", "")
    wanted = request.GET.get("from", "")
    offset = min(int(wanted), 10_000) if wanted.isdecimal() and len(wanted) < 6 else 0
    hits = _hits(looker, asked, _WITHIN.get(within, ""), offset) if asked else []
    more = {"q": asked, "within": within if within in _WITHIN else "", "from": offset + PAGE}
    context = {
        "asked": asked,
        "within": within if within in _WITHIN else "",
        "found": _by_record(hits[:PAGE]),
        "count": len(hits[:PAGE]),
        "more": f"{reverse('search')}?{urlencode(more)}" if len(hits) > PAGE else "",
        "reads": looker.reads(),
    }
    return render(request, "pages/search.html", context)


def _hits(looker: Caller, asked: str, prefix: str, offset: int) -> list[search.Hit]:
    if looker.reads():
        return search.find(asked, prefix=prefix, limit=PAGE + 1, offset=offset)
    own = [INCIDENT + name for name in own_incidents(looker)]
    return search.find(asked, prefix=prefix, within=own, limit=PAGE + 1, offset=offset)


def _by_record(hits: list[search.Hit]) -> list[Found]:
    found: dict[str, Found] = {}
    for hit in hits:
        found.setdefault(hit.stream, Found(hit.stream, hit.title)).hits.append(hit)
    rows: dict[str, IncidentRow | SystemRow] = {}
    ids = [one.name for one in found.values() if one.is_incident]
    slugs = [one.name for one in found.values() if not one.is_incident]
    if ids:
        rows |= {INCIDENT + row.id: row for row in IncidentRow.objects.filter(id__in=ids)}
    if slugs:
        rows |= {SYSTEM + row.slug: row for row in SystemRow.objects.filter(slug__in=slugs)}
    for one in found.values():
        one.row = rows.get(one.stream)
        one.hits.sort(key=lambda hit: hit.number)
    return list(found.values())
