"""Readings for command: the forms of the Incident Command System, the page for those who join late, a briefing."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.reports.command import FORMS, Source, activity_log, briefing, read_in
from hotwash.reports.document import Document
from hotwash.response.desk import NotFound
from hotwash.web.api.documents import MEDIA_TYPES, Format
from hotwash.web.api.exchange import attachment, reply
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk

router = Router(tags=["documents"])

FormId = Literal["ics-201", "ics-202", "ics-203", "ics-207", "ics-214", "read-in"]


@router.get("/{incident_id}/forms/{ics}", summary="A form of command", operation_id="get_form")
def get_form(
    request: HttpRequest,
    incident_id: str,
    ics: FormId,
    format: Annotated[Format, Query()] = "json",  # noqa: A002
    person: Annotated[str, Query(max_length=200)] = "",
) -> HttpResponse:
    """ICS 201, 202, 203, 207 or 214 (``person``: of one person), or the page for those who join late."""
    from hotwash.reports.render import write  # heavy, and only needed here

    source = source_of(request, incident_id)
    data = write(document(source, ics, person), format)
    response = attachment(data, f"{incident_id}-{ics}.{format}", media_type=MEDIA_TYPES[format])
    response["ETag"] = f'"{source.incident.number}"'
    return response


@router.get("/{incident_id}/briefing", summary="A draft briefing", operation_id="get_briefing")
def get_briefing(
    request: HttpRequest, incident_id: str, role: Annotated[str, Query(max_length=40)] = "commander"
) -> HttpResponse:
    """What the next holder of a role needs to know, drafted from the record, for the one who hands over to correct."""
    source = source_of(request, incident_id)
    return reply({"incident": incident_id, "role": role, "briefing": briefing(source, role)})


def source_of(request: HttpRequest, incident_id: str) -> Source:
    """What the forms read, of an incident that the caller may read. Raises as `incident_of`."""
    incident, facts = incident_of(request, incident_id)
    try:
        system = desk().system(incident.system) if incident.system else None
    except NotFound:
        system = None
    return Source(tuple(facts), incident, system)


def document(source: Source, form: str, person: str = "") -> Document:
    """One of the forms by its word."""
    if form == "read-in":
        return read_in(source)
    return activity_log(source, person) if form == "ics-214" else FORMS[form][1](source)
