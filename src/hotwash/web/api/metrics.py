"""Figures of all incidents, risk indicators, the catalogue of controls and the report to the board."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.knowledge.controls import controls
from hotwash.reports.board import UnknownQuarter, board, current
from hotwash.reports.measuring.figures import Line
from hotwash.reports.measuring.metrics import DIMENSIONS, Dimension, kinds, metrics, within
from hotwash.reports.measuring.repeated import costs, effects, recurrence
from hotwash.reports.measuring.risk import catalogue, risks
from hotwash.reports.measuring.written import also, as_values, risk_values, to_csv, to_prometheus
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import Caller, caller
from hotwash.web.api.exchange import attachment, moment, reply
from hotwash.web.api.sight import incident_rows
from hotwash.web.door import desk
from hotwash.web.figure_rows import lines

router = Router(tags=["figures"])


def seen(asking: Caller) -> list[Line]:
    """Every incident that the caller may read, with its figures.

    :raises NotPermitted: if the caller may not read every record: figures of a part would look like those of all
    """
    asking.need("read")
    return lines(incident_rows(asking))


@router.get("/metrics", summary="Figures of all incidents", operation_id="get_metrics")
def get_metrics(
    request: HttpRequest,
    *,
    since: Annotated[str, Query(max_length=40, description="Declared at or after this time (RFC 3339).")] = "",
    until: Annotated[str, Query(max_length=40, description="Declared before this time (RFC 3339).")] = "",
    by: Annotated[
        str,
        Query(
            max_length=100, description="Groups: harm, severity, detector, system, team, quarter; with commas between."
        ),
    ] = "",
    format: Annotated[Literal["json", "csv"], Query(description="CSV has a line for each incident.")] = "json",  # noqa: A002
) -> HttpResponse:
    """Times with their ranges, what comes back, whether actions worked, and what it cost. Tests count nowhere."""
    all_of_them = seen(caller(request))
    chosen, now, own = _groups(by), desk().clock(), desk().organisation().governance
    first, last = _time("since", since), _time("until", until)
    inside = within(all_of_them, first, last)
    if format == "csv":
        text = to_csv(inside, kinds(own.measures))
        return attachment(text.encode(), "hotwash-incidents.csv", media_type="text/csv; charset=utf-8")
    known = metrics(all_of_them, now, own=own.measures, since=first, until=last, by=chosen)
    rest = also(recurrence(inside), effects(inside, now.date()), costs(inside))
    return reply({"as_of": now, **as_values(known), **rest})


@router.get(
    "/metrics/prometheus",
    summary="Figures for Prometheus",
    operation_id="get_prometheus",
    openapi_extra={"responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}},
)
def get_prometheus(request: HttpRequest) -> HttpResponse:
    """Gauges in the text format that Prometheus scrapes, with a token that may `read`."""
    all_of_them, now = seen(caller(request)), desk().clock()
    own = desk().organisation().governance
    text = to_prometheus(
        all_of_them,
        kinds(own.measures),
        now,
        actions=effects(all_of_them, now.date()),
        spent=costs(all_of_them),
        standings=risks(all_of_them, own, now),
    )
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/risks", summary="Risk indicators", operation_id="list_risks")
def list_risks(request: HttpRequest) -> HttpResponse:
    """Each with its value, its limit and the incidents that it counts. `breached`: above the limit."""
    all_of_them, now = seen(caller(request)), desk().clock()
    return reply({"as_of": now, "risks": risk_values(risks(all_of_them, desk().organisation().governance, now))})


@router.get("/controls", summary="Controls", operation_id="list_controls")
def list_controls(request: HttpRequest) -> HttpResponse:
    """The catalogue: what failed and was not tested since, what was tested, what never; own controls last."""
    all_of_them = seen(caller(request))
    standings = catalogue(all_of_them, desk().organisation().governance)
    return reply(
        {
            "version": controls().version,
            "frameworks": controls().frameworks,
            "controls": [{**msgspec.to_builtins(one), "state": one.state} for one in standings],
        }
    )


@router.get("/board", summary="The report to the board", operation_id="get_board_report")
def get_board_report(
    request: HttpRequest,
    quarter: Annotated[str, Query(max_length=20, description="Such as 2026-Q1; the current one if left out.")] = "",
    format: Annotated[Literal["html", "md", "json", "pdf"], Query()] = "json",  # noqa: A002
    *,
    drills: Annotated[
        bool, Query(description="As it would be if the drills had been real; marked as a drill.")
    ] = False,
) -> HttpResponse:
    """A quarter in plain language; every figure has a note that leads to the entries behind it."""
    from hotwash.reports.render import MEDIA_TYPES, write  # heavy, and only needed here

    all_of_them, now = seen(caller(request)), desk().clock()
    known = desk().organisation()
    try:
        document = board(
            all_of_them,
            known.governance,
            of=quarter or current(now),
            now=now,
            organisation=known.described.name if known.described else "",
            home=settings.HOTWASH.public_url,
            rehearsed=drills,
        )
    except UnknownQuarter as bad:
        raise BadRequest("quarter", str(bad)) from bad
    return attachment(write(document, format), f"board-{document.id}.{format}", media_type=MEDIA_TYPES[format])


def _time(name: str, text: str) -> datetime | None:
    if len(text) == 10:
        text += "T00:00:00+00:00"
    try:
        at = moment(text)
    except BadRequest as bad:
        raise BadRequest(name, bad.why) from bad
    return at.astimezone(UTC) if at is not None else None


def _groups(text: str) -> list[Dimension]:
    chosen: list[Any] = [word.strip() for word in text.split(",") if word.strip()]
    for word in chosen:
        if word not in DIMENSIONS:
            raise BadRequest("by", f"is one of {', '.join(DIMENSIONS)}.")
    return chosen
