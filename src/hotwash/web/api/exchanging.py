"""An incident in the forms of others, over the API. Nothing is sent: whoever asks reads it, and decides."""

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.incident.state import Incident
from hotwash.reports.exchange import aiid, avid, oecd
from hotwash.response.desk import NotFound
from hotwash.systems.state import System
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk

incidents = Router(tags=["documents"])

FORMS: dict[str, str] = {
    "avid": "A report for AVID, the AI Vulnerability Database",
    "oecd": "The OECD’s 29 criteria, with what is still to be said",
    "aiid": "A draft for the form of the AI Incident Database",
}
"""The forms of others, by their word in an address."""


@incidents.get("/{incident_id}/as/{scheme}", summary="The incident in a form of others", operation_id="export_as")
def export_as(
    request: HttpRequest,
    incident_id: str,
    scheme: Literal["avid", "oecd", "aiid"],
    organisation: Annotated[str, Query(max_length=200)] = "",
) -> HttpResponse:
    """`avid`: a report of AVID. `oecd`: the 29 criteria. `aiid`: a draft for the submission form.

    `organisation`: whom the report names as deployer; nobody where it is left out.
    """
    caller(request).need("export")
    incident, _ = incident_of(request, incident_id)
    told = document(incident, scheme, organisation=organisation.replace("\x00", "").strip())
    data = json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"
    return attachment(data, f"{incident_id}-{scheme}.json", media_type="application/json")


def document(incident: Incident, form: str, *, organisation: str = "") -> dict[str, Any]:
    """The incident in a form of others."""
    system = system_of(incident)
    if form == "avid":
        return avid.report(incident, system, _findings(incident), deployer=organisation)
    if form == "aiid":
        return aiid.draft(incident, system, organisation=organisation)
    sheet = oecd.sheet(incident, system, organisation=organisation)
    met = {"answered": sheet.answered, "mandatory": sheet.mandatory, "mandatory_answered": sheet.mandatory_answered}
    return asdict(sheet) | {"complete": met, "missing": [one.title for one in sheet.missing]}


def system_of(incident: Incident) -> System | None:
    """The AI system of an incident, where it is registered."""
    try:
        return desk().system(incident.system) if incident.system else None
    except NotFound:
        return None


def _findings(incident: Incident) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for number, said in list(incident.findings.items())[-20:]:
        try:
            found[number] = msgspec.json.decode(desk().vault.get(said.event.digest))
        except LookupError:
            continue
    return found
