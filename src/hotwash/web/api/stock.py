"""Taking stock of AI systems from another inventory: shown first, recorded when that is asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.response import stock_taking
from hotwash.response.request import BadRequest
from hotwash.response.stock_taking import Plan, Proposed
from hotwash.web import stock
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import reply
from hotwash.web.api.findings import one_file
from hotwash.web.door import desk

router = Router(tags=["AI systems"])

_ASKED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "form": {"type": "string", "enum": [*stock.FORMATS]},
                        "file": {"type": "string", "format": "binary"},
                        "board": {"type": "string", "description": "A registry that the operator set up."},
                        "record": {"type": "string", "enum": ["true", "false"]},
                    },
                }
            }
        },
    },
}


@router.post("/system-imports", summary="Take stock of AI systems", operation_id="import_systems", openapi_extra=_ASKED)
def import_systems(request: HttpRequest) -> HttpResponse:
    """A `file` (`form`: `cyclonedx`, `model-card`) or a `board`. Shows what it would record; with `record` it does."""
    asking = caller(request)
    for verb in ("register", "deploy", "set-purpose"):
        asking.need(verb)
    proposed = _proposed(request)
    wish = request.POST.get("record", "false")
    if wish not in ("true", "false"):
        raise BadRequest("record", "is true or false.")
    if wish == "true":
        plans = stock_taking.record(desk(), proposed, by=asking.person)
    else:
        plans = stock_taking.plans(desk(), proposed)
    return reply({"recorded": wish == "true", "systems": [_plan(one) for one in plans]})


def _proposed(request: HttpRequest) -> tuple[Proposed, ...]:
    if board := request.POST.get("board", ""):
        return stock.of_board(board)
    file = one_file(request, stock.FILE_MAX, {"form", "record", "board"})
    return stock.of_file(request.POST.get("form", ""), file.read())


def _plan(one: Plan) -> dict[str, Any]:
    return {
        "system": one.slug or None,
        "name": one.name,
        "new": one.new,
        "acts": [{"verb": act.verb, "words": act.words, "sentence": act.sentence} for act in one.acts],
        "remarks": one.remarks,
    }
