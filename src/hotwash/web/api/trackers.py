"""Trackers of work elsewhere, and issues for actions. A token that is given is in no answer."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.response.desk import INCIDENT, NotFound
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import body, reply, well_formed
from hotwash.web.door import desk
from hotwash.web.tables.models import Tracker
from hotwash.web.trackers import keeping

router = Router(tags=["trackers"])
incidents = Router(tags=["actions"])


@router.get("/trackers", summary="List trackers", operation_id="list_trackers")
def list_trackers(request: HttpRequest) -> HttpResponse:
    """Every tracker: how it is, which actions are behind, what was changed on both sides, and its last fault."""
    caller(request).need("read")
    now = desk().clock()
    rows = Tracker.objects.order_by("name")[: keeping.TRACKERS_MAX]
    return reply({"trackers": [keeping.shown(one, now) for one in rows]})


@router.post("/trackers", summary="Add a tracker", operation_id="add_tracker")
def add_tracker(request: HttpRequest) -> HttpResponse:
    """`kind`, `name`, `settings` (`url`, `project`, for Jira `user`, `type`), `secret`.

    If wanted `hook` (what webhooks are signed with), `system`, `automatic` (every new action gets an issue), `every_s`.
    """
    asking = caller(request)
    asking.need("manage-trackers")
    words = _words(request, "kind", "name", "settings", "secret", "hook", "system", "automatic", "every_s")
    for name in ("kind", "name", "secret"):
        if name not in words:
            raise BadRequest(name, "is missing.")
    made = keeping.add(words.pop("kind"), words.pop("name"), words.pop("settings", {}), by=asking.person, **words)
    return reply(keeping.shown(made, desk().clock()), status=201)


@router.post("/trackers/{name}/change", summary="Change a tracker", operation_id="change_tracker")
def change_tracker(request: HttpRequest, name: str) -> HttpResponse:
    """What changes: `settings`, `secret`, `hook`, `system`, `automatic`, `every_s`. A new address needs the secret."""
    caller(request).need("manage-trackers")
    words = _words(request, "settings", "secret", "hook", "system", "automatic", "every_s")
    return _now(keeping.change(name, words.pop("settings", {}), **words))


@router.post("/trackers/{name}/pause", summary="Pause a tracker", operation_id="pause_tracker")
def pause_tracker(request: HttpRequest, name: str) -> HttpResponse:
    """It is neither asked nor written for now."""
    caller(request).need("manage-trackers")
    return _now(keeping.pause(name))


@router.post("/trackers/{name}/resume", summary="Take a tracker up again", operation_id="resume_tracker")
def resume_tracker(request: HttpRequest, name: str) -> HttpResponse:
    """It is asked and written again."""
    caller(request).need("manage-trackers")
    return _now(keeping.resume(name))


@router.post("/trackers/{name}/run", summary="Look at everything in it now", operation_id="run_tracker")
def run_tracker(request: HttpRequest, name: str) -> HttpResponse:
    """The worker looks at each of its issues within seconds."""
    caller(request).need("manage-trackers")
    return _now(keeping.soon(name))


@router.post("/trackers/{name}/remove", summary="Remove a tracker", operation_id="remove_tracker")
def remove_tracker(request: HttpRequest, name: str) -> HttpResponse:
    """It and its tokens are forgotten. Issues there stay."""
    caller(request).need("manage-trackers")
    keeping.remove(name)
    return reply({"name": name, "removed": True})


@incidents.post("/{incident_id}/track", summary="Let an action have an issue", operation_id="track")
def track(request: HttpRequest, incident_id: str) -> HttpResponse:
    """`action` and `tracker`. The worker makes the issue, or finds the one that there is."""
    caller(request).need("add-action")
    name = well_formed(incident_id, "incident")
    if not desk().store.head(INCIDENT + name).number:
        raise NotFound(f"There is no incident {name}.")
    words = _words(request, "action", "tracker")
    for word in ("action", "tracker"):
        if word not in words:
            raise BadRequest(word, "is missing.")
    made = keeping.track(name, words["action"], words["tracker"])
    return reply({"incident": name, "action": made.entry, "tracker": words["tracker"]}, status=202)


def _now(row: Tracker) -> HttpResponse:
    return reply(keeping.shown(row, desk().clock()))


_KINDS: Mapping[str, type] = {"settings": dict, "every_s": int, "automatic": bool, "action": int}


def _words(request: HttpRequest, *known: str) -> dict[str, Any]:
    words = body(request)
    if unknown := sorted(words.keys() - set(known)):
        raise BadRequest(unknown[0], "is not a word of this verb.")
    words = {name: value for name, value in words.items() if value is not None}
    for name, value in words.items():
        kind = _KINDS.get(name, str)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            what = {dict: "an object", int: "a whole number", bool: "true or false", str: "text"}[kind]
            raise BadRequest(name, f"must be {what}.")
    return words
