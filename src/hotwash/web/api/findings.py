"""Findings: recorded as they were computed, handed out whole, and the list of the people whom one is about."""

from typing import Any

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.incident.state import Incident
from hotwash.investigate import Finding
from hotwash.ledger.entry import canonical
from hotwash.response import inquiries
from hotwash.response.desk import NotFound
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.evidence import stands
from hotwash.web.api.exchange import asked, moment, recorded, vault_bytes, well_formed
from hotwash.web.api.openapi import json_body, json_response
from hotwash.web.api.problem import Refusal
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

_RESULT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["tool", "file"],
                    "properties": {
                        "tool": {"type": "string", "enum": ["aequitas", "aif360", "inspect"]},
                        "file": {"type": "string", "format": "binary"},
                        "at": {"type": "string", "format": "date-time"},
                        "expected": {"type": "integer"},
                    },
                }
            }
        },
    },
    "responses": json_response({"$ref": "#/components/schemas/Recorded"}, status=201),
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


@router.post(
    "/{incident_id}/imported-results", summary="Import a result of another tool", operation_id="import_result",
    openapi_extra=_RESULT,
)  # fmt: skip
def import_result(request: HttpRequest, incident_id: str) -> HttpResponse:
    """`tool` (`aequitas`, `aif360`, `inspect`) and its `file`, as a form. Kept as evidence and as a finding."""
    from hotwash.connect import fairness_tools, inspect_logs
    from hotwash.response.evaluations import take_evaluation
    from hotwash.response.imported import take_result

    asking = caller(request)
    asking.need("add-evidence")
    asking.need("record-finding")
    name = well_formed(incident_id, "incident")
    file = one_file(request, fairness_tools.FILE_MAX, {"tool", "at", "expected"})
    expected = request.POST.get("expected")
    if expected is not None and not expected.isdecimal():
        raise BadRequest("expected", "is no entry number.")
    data, tool = file.read(), request.POST.get("tool", "")
    how: dict[str, Any] = {
        "by": asking.person,
        "name": (file.name or "result")[:200],
        "media_type": (file.content_type or "application/octet-stream")[:200],
        "at": moment(request.POST.get("at")),
        "expected": int(expected) if expected else None,
    }
    try:
        if tool == "inspect":
            written = take_evaluation(desk(), name, inspect_logs.read(data), data, **how)
        else:
            written = take_result(desk(), name, fairness_tools.read(tool, data), data, **how)
    except OutsideFault as no:
        raise BadRequest("file", no.sentence) from no
    response = recorded(written, "incident")
    response.status_code = 201
    return response


def one_file(request: HttpRequest, most: int, words: set[str]) -> "UploadedFile[Any]":
    """The file of a form, and no other words than these.

    :raises Refusal: if it is no form, or larger than ``most`` bytes
    :raises BadRequest: if there is another word, or no file
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > most + 2**20:
        raise Refusal(413, "too-large", f"The file is larger than {most // 2**20} MiB.")
    if request.content_type != "multipart/form-data":
        raise Refusal(415, "not-a-form", "Send the file as multipart/form-data, in the field `file`.")
    if unknown := sorted({*request.POST, *request.FILES} - words - {"file"}):
        raise BadRequest(unknown[0], "is not a word of this verb.")
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise BadRequest("file", "is missing.")
    return file


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
