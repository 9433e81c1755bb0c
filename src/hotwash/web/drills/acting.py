"""What people do with drills: plan one, say a verb of one, take a lesson. Who may is asked here, once."""

import secrets
from collections.abc import Mapping
from typing import Any, Protocol

from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios import shelf
from hotwash.drills.score.debriefing import reveal
from hotwash.response.desk import NotFound, Person
from hotwash.response.request import BadRequest
from hotwash.web.door import desk
from hotwash.web.drills.running import book, keep_running, own_scenarios, play
from hotwash.web.drills.telling import need_to_run
from hotwash.web.store import joined


class Asking(Protocol):
    """Who asks, with what they may do: a page's or the API's caller."""

    @property
    def person(self) -> Person:
        """The person."""
        ...

    def need(self, verb: str) -> None:
        """:raises NotPermitted: if they may not"""
        ...


VERBS = (
    "begin", "set-clock", "next", "send", "skip", "improvise", "note", "end", "cancel", "reveal", "say", "take-lesson",
)  # fmt: skip


def scenario(name: str) -> shelf.Shelved:
    """A scenario by its name.

    :raises NotFound: if there is none
    """
    try:
        return shelf.named(name, own_scenarios())
    except shelf.Unknown as no:
        raise NotFound(str(no)) from no


def plan(asking: Asking, words: Mapping[str, Any]) -> Drill:
    """Plan a drill. Anybody who may play may plan one for themselves alone.

    :raises BadRequest, NotPermitted, NotAllowed, NotFound: with a sentence each
    """
    told = dict(words)
    asking.need("play-drills")
    name, seed = told.pop("scenario", None), told.pop("seed", None)
    if not isinstance(name, str) or not name:
        raise BadRequest("scenario", "is missing: name one.")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**31):
        raise BadRequest("seed", "is a whole number from 0.")
    for word in ("title", "text", "harm", "playbook", "minutes"):
        if word in told:
            raise BadRequest(word, "comes from the scenario.")
    if told.get("mode") != "solo":
        asking.need("run-drills")
    return book().plan(
        scenario(name), by=asking.person, seed=secrets.randbelow(2**31) if seed is None else seed, **told
    )


def say(asking: Asking, drill_id: str, verb: str, words: Mapping[str, Any]) -> Drill:
    """Say a verb of a drill. Raises as `plan`."""
    if verb not in VERBS:
        raise NotFound(f"There is no verb `{verb[:40]}` for drills.")
    asking.need("play-drills")
    drill, by, told = book().drill(drill_id), asking.person, dict(words)
    if verb == "say":
        return book().say(drill_id, "say", by=by, **told)
    if verb == "take-lesson":
        return _lesson(asking, drill, told)
    need_to_run(drill, by, verb)
    with joined():
        drill = _run(drill_id, verb, asking, told)
        if verb in ("begin", "set-clock"):
            keep_running(drill)
    return drill


def _run(drill_id: str, verb: str, asking: Asking, told: dict[str, Any]) -> Drill:  # noqa: PLR0911 - one for each verb
    by = asking.person
    if verb in ("begin", "end", "send", "next", "reveal"):
        known = {"begin": ("speed",), "end": ("how",), "send": ("inject",)}.get(verb, ())
        for word in told:
            if word not in known:
                raise BadRequest(word, "is not a word of this verb.")
    match verb:
        case "begin":
            speed = told.get("speed", 1.0)
            if isinstance(speed, bool) or not isinstance(speed, int | float):
                raise BadRequest("speed", "is a number.")
            return play().begin(drill_id, by=by, speed=float(speed))
        case "end":
            return play().end(drill_id, by=by, how=str(told.get("how", "")))
        case "send":
            return play().send(drill_id, str(told.get("inject", "")), by=by)
        case "next":
            return play().send_next(drill_id, by=by)
        case "improvise":
            return play().improvise(drill_id, by=by, **told)
        case "reveal":
            return reveal(book(), drill_id, by=by)
    return book().say(drill_id, verb, by=by, **told)


def _lesson(asking: Asking, drill: Drill, told: dict[str, Any]) -> Drill:
    """A lesson becomes an action like any other, in the incident of the drill."""
    if not drill.incident:
        raise BadRequest(
            "", "The team declared no incident: declare one for what was learned, and add the action there."
        )
    part = str(told.pop("part", ""))
    with joined():
        added = desk().record(drill.incident, "add-action", by=asking.person, **told)
        entry = added.entries[0].number
        title = str(told.get("title", ""))
        return book().say(
            drill.id, "take-lesson", by=asking.person, incident=drill.incident, action=entry, title=title, part=part
        )
