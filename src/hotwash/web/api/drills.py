"""Drills: plan, run, play, debrief. What was planted is in no answer before the debrief."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.drills.scenarios import shelf
from hotwash.drills.scenarios.shape import told
from hotwash.drills.score.report import report
from hotwash.reports.render import MEDIA_TYPES, Format, write
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import body, reply
from hotwash.web.door import desk
from hotwash.web.drills import acting
from hotwash.web.drills.programme import line, programme
from hotwash.web.drills.running import book, own_scenarios
from hotwash.web.drills.telling import shown
from hotwash.web.tables.models import DrillRow

router = Router(tags=["drills"])
LISTED_MAX = 500


@router.get("/drills/scenarios", summary="List scenarios", operation_id="list_scenarios")
def list_scenarios(request: HttpRequest) -> HttpResponse:
    """Every scenario that can be played, without what it hides; and own ones that cannot, with what is wrong."""
    caller(request).need("read")
    listed, broken = shelf.all_of(own_scenarios())
    return reply(
        {
            "scenarios": [{**told(one.scenario), "own": one.own} for one in listed],
            "broken": [{"file": one.name, "faults": len(one.faults)} for one in broken],
        }
    )


@router.get("/drills/programme", summary="Get the programme of drills", operation_id="get_drill_programme")
def get_programme(request: HttpRequest) -> HttpResponse:
    """What is planned, what was exercised by whom, what never was, and how each part of the score goes."""
    caller(request).need("read")
    return reply(programme(desk().clock()))


@router.get("/drills", summary="List drills", operation_id="list_drills")
def list_drills(request: HttpRequest) -> HttpResponse:
    """The drills, the newest first."""
    caller(request).need("read")
    return reply({"drills": [line(row) for row in DrillRow.objects.order_by("-planned_at")[:LISTED_MAX]]})


@router.post("/drills", summary="Plan a drill", operation_id="plan_drill")
def plan_drill(request: HttpRequest) -> HttpResponse:
    """`scenario`; if wanted `mode` (led, solo, table), `facilitator`, `team`, `players`, `planned_for`, `by_hand`,
    `seed`."""
    asking = caller(request)
    asking.need("play-drills")
    drill = acting.plan(asking, body(request))
    return reply(shown(drill.id, asking.person), status=201)


@router.get("/drills/{drill_id}", summary="Get a drill", operation_id="get_drill")
def get_drill(request: HttpRequest, drill_id: str) -> HttpResponse:
    """A drill as the caller may see it: the script for its facilitator only, the truth for nobody before the
    debrief."""
    asking = caller(request)
    asking.need("read")
    return reply(shown(drill_id, asking.person))


@router.get("/drills/{drill_id}/report", summary="Get the debrief report", operation_id="get_drill_report")
def get_report(
    request: HttpRequest,
    drill_id: str,
    format: Annotated[Format, Query()] = "json",  # noqa: A002 - the word that all reports use
) -> HttpResponse:
    """The after-action report and improvement plan, once the debrief has begun."""
    caller(request).need("read")
    made = write(report(book(), drill_id), format)
    return HttpResponse(made, content_type=MEDIA_TYPES[format])


@router.post("/drills/{drill_id}/{verb}", summary="Say a verb of a drill", operation_id="say_drill")
def say_drill(request: HttpRequest, drill_id: str, verb: str) -> HttpResponse:
    """`begin` (speed), `set-clock` (speed, 0 to pause), `next`, `send` (inject), `skip`, `improvise`, `note`, `end`,
    `cancel`, `reveal`, `say` (question, text), `take-lesson` (the words of `add-action`, and part)."""
    asking = caller(request)
    asking.need("play-drills")
    acting.say(asking, drill_id, verb, body(request))
    return reply(shown(drill_id, asking.person))
