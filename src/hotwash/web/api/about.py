"""What concerns no single record: who I am, what can be asked, and search."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.knowledge.access import access, may_own
from hotwash.response.desk import INCIDENT, SYSTEM
from hotwash.web import search
from hotwash.web.api.caller import Caller, caller
from hotwash.web.api.exchange import reply
from hotwash.web.api.questions import question_schemas
from hotwash.web.api.sight import own_incidents

router = Router(tags=["installation"])

_PAGES_MAX = 20


@router.get("/me", summary="Who I am", operation_id="me")
def me(request: HttpRequest) -> HttpResponse:
    """The account that acts, its role, and the verbs that it may do: on every record, or on its own."""
    asking = caller(request)
    verbs = [verb.id for verb in access().verbs]
    return reply(
        {
            "name": asking.person.name,
            "role": asking.person.role,
            "scopes": sorted(asking.scopes),
            "may": [verb for verb in verbs if asking.may(verb)],
            "may_on_own": [
                verb
                for verb in verbs
                if not asking.may(verb)
                and may_own(asking.person.role, verb)
                and (not asking.scopes or verb in asking.scopes)
            ],
        }
    )


@router.get("/questions", summary="What can be asked", operation_id="list_questions")
def list_questions(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Every question with the JSON schema of its words."""
    return reply({"questions": question_schemas()})


@router.get("/search", summary="Search", operation_id="search")
def find(
    request: HttpRequest,
    query: Annotated[str, Query(min_length=1, max_length=300)],
    within: Annotated[Literal["incidents", "systems"] | None, Query()] = None,
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> HttpResponse:
    """Entries, incidents and systems that hold every word, best first. An excerpt marks the words «found»."""
    asking = caller(request)
    prefix = {"incidents": INCIDENT, "systems": SYSTEM, None: ""}[within]
    if asking.reads():
        hits = search.find(query, prefix=prefix, limit=limit + 1, offset=offset)
    else:
        hits = _own(asking, query, offset + limit + 1)[offset:] if within != "systems" else []
    return reply(
        {
            "hits": [
                {
                    ("incident" if hit.stream.startswith(INCIDENT) else "system"): hit.stream.split("/", 1)[1],
                    "entry": hit.number or None,
                    "title": hit.title,
                    "excerpt": hit.excerpt.replace("\x02", "«").replace("\x03", "»"),
                }
                for hit in hits[:limit]
            ],
            "next": offset + limit if len(hits) > limit else None,
        }
    )


def _own(asking: Caller, query: str, wanted: int) -> list[search.Hit]:
    own = {INCIDENT + incident_id for incident_id in own_incidents(asking)}
    found: list[search.Hit] = []
    for page in range(_PAGES_MAX if own else 0):
        hits = search.find(query, prefix=INCIDENT, limit=200, offset=page * 200)
        found += [hit for hit in hits if hit.stream in own]
        if len(hits) < 200 or len(found) >= wanted:
            break
    return found[:wanted]
