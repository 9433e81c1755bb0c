"""AI systems: the list, one system, its entries."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.response.desk import SYSTEM
from hotwash.response.request import BadRequest
from hotwash.systems.rules import VERBS
from hotwash.systems.state import System
from hotwash.systems.teams import Teams
from hotwash.web import landscape, lineage, search
from hotwash.web.api.caller import caller
from hotwash.web.api.documents import MEDIA_TYPES
from hotwash.web.api.exchange import asked, attachment, lines, recorded, reply
from hotwash.web.api.openapi import verb_description
from hotwash.web.api.sight import system_entries_of, system_of
from hotwash.web.door import desk
from hotwash.web.inquiries import folders
from hotwash.web.tables.models import SystemRow

router = Router(tags=["AI systems"])


@router.get("", summary="List AI systems", operation_id="list_systems")
def list_systems(
    request: HttpRequest,
    *,
    query: Annotated[str, Query(max_length=300, description="Words that the record must hold.")] = "",
    team: Annotated[str, Query(max_length=60, description="The short name of a team.")] = "",
    organisation: Annotated[str, Query(max_length=200, description="Of its teams.")] = "",
    cursor: Annotated[str, Query(max_length=60, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """By short name, each with what happened with it and what it lacks. `next` is null on the last page."""
    caller(request).need("read")
    teams = desk().organisation().teams
    rows = SystemRow.objects.filter(slug__gt=cursor.replace("\x00", "")).order_by("slug")
    rows = landscape.narrowed(rows, teams, team=team, organisation=organisation)
    if query.strip():
        hits = search.find(query, prefix=SYSTEM, limit=1000)
        rows = rows.filter(slug__in={hit.stream.removeprefix(SYSTEM) for hit in hits})
    page = list(rows[: limit + 1])
    lines_ = landscape.lines(page[:limit], now=desk().clock(), teams=teams)
    more = page[limit - 1].slug if len(page) > limit else None
    return reply({"systems": [_line(one, teams) for one in lines_], "next": more})


def _line(line: landscape.Line, teams: Teams) -> dict[str, Any]:
    row, past = line.row, line.past
    team = teams.standing.get(row.team)
    return {
        "system": row.slug,
        "name": row.name,
        "purpose": row.purpose,
        "owner": row.owner,
        "team": row.team or None,
        "organisation": team.organisation or None if team else None,
        "tier": row.tier,
        "standing": row.state,
        "version": row.version or None,
        "may_stop": row.stop or None,
        "incidents": past.incidents,
        "by_harm": past.by_harm,
        "open": past.open,
        "harm_going_on": past.going_on,
        "drilled_at": past.drilled,
        "gates": row.gates,
        "gates_wanting": row.gates_wanting,
        "lacks": line.lacks,
        "number": row.entries,
        "changed_at": row.changed_at,
    }


@router.post("", summary="Register an AI system", operation_id="register", openapi_extra=verb_description("register"))
def register(request: HttpRequest) -> HttpResponse:
    """Its short name is made from its name unless `slug` gives one."""
    asking = caller(request)
    asking.need("register")
    given = asked(request, VERBS["register"], beside=frozenset({"slug"}))
    return recorded(desk().register(by=asking.person, at=given.at, **_named(given.words)), "system")


@router.get("/{slug}", summary="One AI system", operation_id="get_system")
def get_system(request: HttpRequest, slug: str) -> HttpResponse:
    """The state. The `ETag` is the number of the last entry."""
    system = system_of(request, slug)
    return reply(_system(system), number=system.number)


@router.get("/{slug}/entries", summary="The entries of an AI system", operation_id="get_system_entries")
def get_system_entries(request: HttpRequest, slug: str, after: Annotated[int, Query(ge=0)] = 0) -> HttpResponse:
    """The bare record with its digests, in the order in which it was written."""
    entries = system_entries_of(request, slug)
    return reply(
        {"system": slug, "number": entries[-1].number, "entries": lines(entries[after:])}, number=entries[-1].number
    )


@router.get("/{slug}/lineage", summary="Where its decisions came from", operation_id="get_system_lineage")
def get_system_lineage(
    request: HttpRequest,
    slug: str,
    bad: Annotated[str, Query(max_length=300)] = "",
    format: Annotated[Literal["json", "html", "md", "pdf"], Query()] = "json",  # noqa: A002
) -> HttpResponse:
    """From the versions in its log back to run, commit and data; ``bad`` (kind:id) names a part and who shares it."""
    system = system_of(request, slug)
    followed = lineage.follow(system, folders())
    part = lineage.part(bad, followed.lineages)
    others = lineage.elsewhere(desk(), part, slug, folders()) if part else ()
    if format == "json":
        told = {"system": slug, "lineages": followed.lineages, "gaps": followed.gaps, "bad": part, "elsewhere": others}
        return reply(told)
    from hotwash.reports.lineage import document
    from hotwash.reports.render import write  # heavy, and only needed here

    drawn = document(system.name, followed.lineages, at=desk().clock(), bad=part, elsewhere=others, gaps=followed.gaps)
    return attachment(write(drawn, format), f"{slug}-lineage.{format}", media_type=MEDIA_TYPES[format])


def _named(words: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(words.get("name"), str):
        raise BadRequest("name", "is missing." if "name" not in words else "is no text.")
    if not isinstance(words.get("slug"), str | None):
        raise BadRequest("slug", "is no text.")
    return words


def _system(system: System) -> dict[str, Any]:
    here = f"/api/v1/systems/{system.slug}"
    return {
        "system": system.slug,
        "number": system.number,
        "name": system.name,
        "purpose": system.purpose,
        "owner": system.owner,
        "team": system.team or None,
        "tier": system.tier,
        "tier_reason": system.tier_reason,
        "registered_at": system.registered_at,
        "running": system.running,
        "deployments": system.deployments,
        "log": system.log,
        "stop_authority": system.stop_authority,
        "notes": [{"at": at, "by": by, "text": text} for at, by, text in system.notes],
        "retired": system.retired,
        "links": {
            "self": here,
            "entries": f"{here}/entries",
            "lineage": f"{here}/lineage",
            "gates": f"{here}/gates",
            "incidents": f"/api/v1/incidents?system={system.slug}",
        },
    }
