"""Switches and the services that follow them: how they stand, going on with orders, tokens."""

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.response.confirming import Heard
from hotwash.response.desk import INCIDENT, NotFound, Recorded
from hotwash.response.request import BadRequest
from hotwash.response.standing import Standing
from hotwash.response.switching import Switched
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, body, recorded, reply, well_formed
from hotwash.web.door import desk
from hotwash.web.switches import acting, confirmations, following_up, services
from hotwash.web.switches.setting import switching
from hotwash.web.tables.models import Service, SystemRow

incidents = Router(tags=["switches"])
router = Router(tags=["switches"])

OVERLAP_H_MAX = 24 * 30


def answered(done: Switched) -> HttpResponse:
    """What came of a request: the new entries, and in a sentence what was and was not done."""
    more: dict[str, Any] = {
        "containment": done.containment,
        "switch": done.switch,
        "state": done.state,
        "driven": done.driven,
        "applied": done.applied,
        "proposed": done.proposed,
        "sentence": done.sentence,
    }
    return recorded(Recorded(done.incident, done.entries, done.after), "incident", **more)


@incidents.post("/{incident_id}/reach", summary="Change for whom a containment holds", operation_id="change_reach")
def change_reach(request: HttpRequest, incident_id: str) -> HttpResponse:
    """`containment`, `reason`, and what changes of `share`, `share_of`, `cohort`, `until`, `recheck_at`."""
    asking = caller(request)
    asking.need("contain")
    name = well_formed(incident_id, "incident")
    given = asked(request, acting.REACH)
    return answered(acting.adjust(name, given.words, by=asking.person, expected=given.expected))


@incidents.post("/{incident_id}/settle", summary="Go on with open orders", operation_id="settle_incident")
def settle(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Every order to a switch that stopped half way is tried again; who confirmed by now is recorded."""
    asking = caller(request)
    asking.need("contain")
    name = well_formed(incident_id, "incident")
    if not desk().store.head(INCIDENT + name).number:
        raise NotFound(f"There is no incident {name}.")
    return reply({"incident": name, "done": acting.settle(name)})


@router.get("/switches", summary="How switches stand", operation_id="list_switches")
def list_switches(
    request: HttpRequest, system: Annotated[str, Query(max_length=200, description="Of this AI system only.")] = ""
) -> HttpResponse:
    """Every switch with its orders, and which serving processes confirmed them."""
    caller(request).need("read")
    slugs = [system] if system else list(SystemRow.objects.order_by("slug").values_list("slug", flat=True)[:1000])
    found = []
    for slug in slugs:
        found += [standing(switching().standing(name)) for name in desk().system(slug).switches]
    return reply({"switches": found})


@router.post("/switches/settle", summary="Go on with all open orders", operation_id="settle_switches")
def settle_all(request: HttpRequest) -> HttpResponse:
    """What the worker does by itself every few seconds."""
    caller(request).need("contain")
    return reply({"done": following_up.settle_all()})


@router.get("/switches/{switch}", summary="How one switch stands", operation_id="get_switch")
def get_switch(request: HttpRequest, switch: str) -> HttpResponse:
    """The orders with who, when and why; whether each was read back; who confirmed, after how long, who is silent."""
    caller(request).need("read")
    return reply(standing(switching().standing(switch)))


@router.get("/services", summary="List services", operation_id="list_services")
def list_services(request: HttpRequest) -> HttpResponse:
    """Services that follow switches, with their serving processes."""
    caller(request).need("read")
    return reply({"services": [_service(one) for one in Service.objects.order_by("name")]})


@router.post("/services", summary="Add a service", operation_id="add_service")
def add_service(request: HttpRequest) -> HttpResponse:
    """`name`, and the `systems` whose switches it follows. The token is in this answer and nowhere else."""
    asking = caller(request)
    asking.need("manage-services")
    words = _only(body(request), "name", "systems")
    name, systems = words.get("name"), words.get("systems")
    if not isinstance(name, str):
        raise BadRequest("name", "is missing.")
    if not isinstance(systems, list) or not all(isinstance(one, str) for one in systems):
        raise BadRequest("systems", "is a list of the short names of AI systems.")
    service, token = services.add(name, systems, by=asking.person.name)
    return reply(_service(service) | {"token": token}, status=201)


@router.post("/services/{name}/rotate", summary="Make a new token", operation_id="rotate_service")
def rotate_service(request: HttpRequest, name: str) -> HttpResponse:
    """The former tokens end after `overlap_h` hours (24 if left out). The token is in this answer and nowhere else."""
    asking = caller(request)
    asking.need("manage-services")
    hours = _only(body(request), "overlap_h").get("overlap_h", services.OVERLAP.total_seconds() / 3600)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 <= hours <= OVERLAP_H_MAX:
        raise BadRequest("overlap_h", f"is a number of hours from 0 to {OVERLAP_H_MAX}.")
    service, token = services.rotate(name, by=asking.person.name, overlap=timedelta(hours=hours))
    return reply(_service(service) | {"token": token})


@router.post("/services/{name}/systems", summary="Follow other AI systems", operation_id="follow_systems")
def follow_systems(request: HttpRequest, name: str) -> HttpResponse:
    """The service follows the switches of these `systems` and no others."""
    caller(request).need("manage-services")
    systems = _only(body(request), "systems").get("systems")
    if not isinstance(systems, list) or not all(isinstance(one, str) for one in systems):
        raise BadRequest("systems", "is a list of the short names of AI systems.")
    return reply(_service(services.follow(name, systems)))


@router.post("/services/{name}/revoke", summary="Revoke a service", operation_id="revoke_service")
def revoke_service(request: HttpRequest, name: str) -> HttpResponse:
    """Its tokens end at once. Its processes hear nothing more and go by their policies."""
    caller(request).need("manage-services")
    return reply(_service(services.revoke(name)))


def standing(one: Standing) -> dict[str, Any]:
    """A switch as JSON."""
    return {
        "switch": one.switch,
        "system": one.system,
        "what": one.what,
        "board": one.board,
        "state": one.state,
        "applied": one.applied,
        "orders": one.orders,
        "changed": one.changed,
        "may_set": one.may_set,
        "release_by_two": one.release_by_two,
        "confirmed": _heard(one.heard),
        "sentence": one.sentence,
    }


def _heard(heard: Heard) -> dict[str, Any]:
    return {
        "confirmed": len(heard.confirmed),
        "instances": len(heard.instances),
        "after_s": heard.after_s,
        "silent": heard.silent,
        "sentence": heard.sentence,
        "by": heard.instances,
    }


def _service(one: Service) -> dict[str, Any]:
    return {
        "service": one.name,
        "systems": one.systems,
        "made_at": one.made_at,
        "made_by": one.made_by,
        "revoked_at": one.revoked_at,
        "serial": one.serial,
        "etag": one.etag,
        "instances": confirmations.of(one),
    }


def _only(words: dict[str, Any], *known: str) -> dict[str, Any]:
    for name in words:
        if name not in known:
            raise BadRequest(name, "is not a word of this request.")
    return words
