"""Evidence: bytes that come in by being sent, and go out as files to be saved."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.ledger.entry import Conflict
from hotwash.response.desk import INCIDENT, NotFound
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, moment, recorded, tag, vault_bytes, well_formed
from hotwash.web.api.problem import Refusal
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk

router = Router(tags=["evidence"])

SIZE_MAX = 256 * 2**20
"""The largest file, in bytes: it goes through memory."""

_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "name": {"type": "string", "description": "Its name; that of the file if left out."},
                        "source": {"type": "string", "description": "Where it came from."},
                        "note": {"type": "string"},
                        "at": {"type": "string", "format": "date-time"},
                        "expected": {"type": "integer"},
                    },
                }
            }
        },
    },
    "responses": {
        201: {
            "description": "Kept.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Recorded"}}},
        }
    },
}
_TEXTS = ("name", "source", "note")


@router.post("/{incident_id}/evidence", summary="Keep a file", operation_id="keep", openapi_extra=_UPLOAD)
def keep(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Put a file into the vault, and its digest into the record."""
    asking = caller(request)
    asking.need("add-evidence")
    name = well_formed(incident_id, "incident")
    if int(request.META.get("CONTENT_LENGTH") or 0) > SIZE_MAX + 2**20:
        raise Refusal(413, "too-large", f"The file is larger than {SIZE_MAX // 2**20} MiB. Keep it in parts.")
    if request.content_type != "multipart/form-data":
        raise Refusal(415, "not-a-form", "Send the file as multipart/form-data, in the field `file`.")
    unknown = sorted({*request.POST, *request.FILES} - {*_TEXTS, "file", "at", "expected"})
    if unknown:
        raise BadRequest(unknown[0], "is not a word of this verb.")
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise BadRequest("file", "is missing.")
    if (file.size or 0) > SIZE_MAX:
        raise Refusal(413, "too-large", f"The file is larger than {SIZE_MAX // 2**20} MiB. Keep it in parts.")
    expected = request.POST.get("expected")
    if expected is not None and not expected.isdecimal():
        raise BadRequest("expected", "is no entry number.")
    stands(request, name, int(expected) if expected else None)
    written = desk().keep(
        name,
        file.read(),
        by=asking.person,
        name=request.POST.get("name") or file.name or "file",
        media_type=(file.content_type or "application/octet-stream")[:200],
        at=moment(request.POST.get("at")),
        source=request.POST.get("source", ""),
        note=request.POST.get("note", ""),
    )
    response = recorded(written, "incident")
    response.status_code = 201
    return response


@router.get("/{incident_id}/evidence/{int:entry}", summary="Take a file out", operation_id="get_evidence")
def get_evidence(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """The bytes as they were kept, as a file to be saved."""
    incident, _ = incident_of(request, incident_id)
    kept = incident.evidence.get(entry)
    if kept is None:
        raise NotFound(f"Entry {entry} is no evidence of {incident_id}.")
    return attachment(vault_bytes(desk(), kept.event.digest, f"entry {entry}"), kept.event.name)


def stands(request: HttpRequest, incident_id: str, expected: int | None) -> None:
    """Hold the entry that the writer saw last against the record.

    :raises Conflict: if somebody else wrote since
    """
    expected = tag(request, expected)
    if expected is None:
        return
    stream = INCIDENT + incident_id
    found = desk().store.head(stream).number
    if found != expected:
        raise Conflict(stream, expected, found)
