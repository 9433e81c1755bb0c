"""Actions: the list across incidents, how those of one incident stand letter by letter, and whether they worked."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Query, Router

from hotwash.incident.actions import Action
from hotwash.incident.state import Incident
from hotwash.reports.actions import mix, readings, smart, waits_for
from hotwash.response.desk import INCIDENT, NotFound, Recorded
from hotwash.response.request import fit, schema
from hotwash.web.actions import listing
from hotwash.web.actions.listing import Wanted
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, recorded, reply, well_formed
from hotwash.web.api.openapi import json_body
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk
from hotwash.web.work.measuring import effects

router = Router(tags=["actions"])
incidents = Router(tags=["actions"])


@router.get(
    "/actions", summary="List actions", operation_id="list_actions",
    openapi_extra={"responses": {200: {"description": "The list.", "content": {
        "application/json": {"schema": {"type": "object"}}, "text/csv": {"schema": {"type": "string"}}}}}},
)  # fmt: skip
def list_actions(
    request: HttpRequest,
    *,
    owner: Annotated[str, Query(max_length=200)] = "",
    mine: Annotated[bool, Query(description="Only those whose owner is called as the account.")] = False,
    state: Annotated[str, Query(max_length=20, description="left, to-do, waiting, or how it stands.")] = "",
    kind: Annotated[Literal["prevent", "detect", "mitigate", "redress", "learn", ""], Query()] = "",
    strength: Annotated[Literal["barrier", "automation", "procedure", "reminder", "none", ""], Query()] = "",
    overdue: bool = False,
    system: Annotated[str, Query(max_length=200)] = "",
    tag: Annotated[str, Query(max_length=40, description="Where one of its factors lies.")] = "",
    cursor: Annotated[str, Query(max_length=60)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    format: Annotated[Literal["json", "csv"], Query()] = "json",  # noqa: A002
) -> HttpResponseBase:
    """Across incidents, what is due first. `format=csv` gives the whole list; no cell is a formula."""
    asking = caller(request)
    asking.need("read")
    today = desk().clock().date()
    owners = tuple(name for name in (owner, asking.person.name if mine else "") if name)
    wanted = Wanted(owners, state, kind, strength, overdue, system, "", tag)
    if format == "csv":
        listing.rows(wanted, today=today)
        out = StreamingHttpResponse(listing.as_csv(wanted, today=today), content_type="text/csv; charset=utf-8")
        out["Content-Disposition"] = 'attachment; filename="actions.csv"'
        return out
    found = listing.page(wanted, today=today, cursor=cursor, limit=limit)
    document: dict[str, Any] = {
        "actions": [listing.line(row, today=today) for row in found.rows],
        "next": found.next or None,
    }
    return reply(document if cursor else document | {"figures": listing.figures(wanted, today=today)})


@incidents.get("/{incident_id}/actions", summary="How actions stand", operation_id="incident_actions")
def incident_actions(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Each with SMART letter by letter, its effect with every measurement, and how strong they are together."""
    incident, _ = incident_of(request, incident_id)
    return reply(_told(incident, desk().clock().date()), number=incident.number)


def _told(incident: Incident, today: date) -> dict[str, Any]:
    return {
        "incident": incident.id,
        "mix": mix(incident.actions.values()),
        "actions": [_one(incident, action, reading) for action, reading in _pairs(incident, today)],
    }


def _pairs(incident: Incident, today: date) -> list[tuple[Action, Any]]:
    return [(incident.actions[one.entry], one) for one in readings(incident, today)]


def _one(incident: Incident, action: Action, reading: Any) -> dict[str, Any]:
    known = {name: getattr(reading, name) for name in reading.__slots__}
    known.pop("incident")
    plan = action.planned
    return {
        **known,
        "measure": action.wanted.measure,
        "effort": action.wanted.effort,
        "waits_for": waits_for(action),
        "smart": smart(incident, action),
        "effect": {"entry": plan.entry, "by": plan.by, "at": plan.at, "planned": plan.event} if plan else None,
    }


# The words of each act, for the same checks as the verbs have.


def plan_effect(
    *,
    action: int,
    ask_on: date,
    thresholds: tuple[str, ...],
    question: str = "",
    like: int | None = None,
    arguments: dict[str, Any] | None = None,
    rows_min: int = 100,
    source: str = "",
    since_done: bool | None = None,
    every_days: int = 30,
    until: date | None = None,
) -> None:
    """Plan how one will see that an action worked: a question (`like`: that of a finding), thresholds, data, days."""


def measure_effect(*, action: int) -> None:
    """Ask now whether an action worked; the answer comes with what it came to."""


ACTS: tuple[tuple[Callable[..., None], str], ...] = ((plan_effect, "add-action"), (measure_effect, "ask"))
"""The words of each act, and the verb that a token must hold."""


def _place(words: Callable[..., None], right: str) -> None:
    def view(request: HttpRequest, incident_id: str) -> HttpResponse:
        asking = caller(request)
        asking.need(right)
        name = well_formed(incident_id, "incident")
        if not desk().store.head(INCIDENT + name).number:
            raise NotFound(f"There is no incident {name}.")
        given = asked(request, words)
        said = fit(words, given.words)
        here = effects(local=asking.local)
        if words is measure_effect:
            measured = here.measure(name, by=asking.person, **said)
            return recorded(measured.recorded, "incident", sentence=measured.sentence, outcome=measured.outcome)
        written: Recorded = here.plan(name, by=asking.person, expected=given.expected, **said)
        assert isinstance(written.state, Incident)
        return recorded(written, "incident", sentence=waits_for(written.state.actions[said["action"]]))

    view.__doc__ = words.__doc__
    verb = words.__name__.replace("_", "-")
    described = {"requestBody": json_body(schema(words)["$defs"][words.__name__])}
    incidents.post(f"/{{incident_id}}/{verb}", summary=verb, operation_id=words.__name__, openapi_extra=described)(view)


for _words, _right in ACTS:
    _place(_words, _right)
