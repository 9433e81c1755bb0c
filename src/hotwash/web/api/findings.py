"""Findings: recorded as they were computed, handed out whole, and the list of the people whom one is about."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.incident.state import Incident
from hotwash.investigate import Finding
from hotwash.ledger.entry import canonical
from hotwash.response import inquiries
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.evidence import stands
from hotwash.web.api.exchange import asked, recorded, vault_bytes, well_formed
from hotwash.web.api.openapi import json_body, json_response
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk

router = Router(tags=["findings"])

_FINDING = {
    "type": "object",
    "required": ["question", "sentence", "rows", "data", "recipe", "result", "chart"],
    "properties": {
        "question": {"type": "string"},
        "sentence": {"type": "string"},
        "rows": {"type": "object"},
        "data": {"type": "object"},
        "recipe": {"type": "object"},
        "result": {"type": "object"},
        "chart": {"type": "object"},
    },
}


@router.post(
    "/{incident_id}/findings",
    summary="Record a finding",
    operation_id="keep_finding",
    openapi_extra={
        "requestBody": json_body(_FINDING),
        "responses": json_response({"$ref": "#/components/schemas/Recorded"}, status=201),
    },
)
def keep_finding(request: HttpRequest, incident_id: str) -> HttpResponse:
    """A finding as `hotwash ask --format json` writes it. It goes into the vault; the record names its digest."""
    asking = caller(request)
    asking.need("record-finding")
    name = well_formed(incident_id, "incident")
    given = asked(request)
    finding = finding_of(given.words)
    stands(request, name, given.expected)
    response = recorded(inquiries.record(desk(), name, finding, by=asking.person, at=given.at), "incident")
    response.status_code = 201
    return response


@router.get("/{incident_id}/findings/{int:entry}", summary="A whole finding", operation_id="get_finding")
def get_finding(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """The finding with its result, chart and recipe, as it was kept."""
    incident, _ = incident_of(request, incident_id)
    return HttpResponse(kept_finding(incident, entry).to_json(), content_type="application/json")


def finding_of(value: dict[str, Any]) -> Finding:
    """A finding from JSON values.

    :raises BadRequest: if a part is missing or mistyped
    """
    try:
        canonical(value)
        return msgspec.convert(value, Finding)
    except msgspec.ValidationError as bad:
        raise BadRequest("finding", f"does not fit: {str(bad)[:1].lower()}{str(bad)[1:]}.") from bad
    except ValueError as bad:
        raise BadRequest("finding", f"cannot be kept: {bad}.") from bad


def kept_finding(incident: Incident, entry: int) -> Finding:
    """A finding of an incident, whole, from the vault.

    :raises NotFound: if the entry is no finding, or its bytes were erased
    """
    kept = incident.findings.get(entry)
    if kept is None:
        raise NotFound(f"Entry {entry} is no finding of {incident.id}.")
    return Finding.from_json(vault_bytes(desk(), kept.event.digest, f"entry {entry}"))
