"""Files brought in over the API: incidents of the past from CSV, and collections of others' cases."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.response import backdating
from hotwash.response.cases import Faulty
from hotwash.response.request import BadRequest
from hotwash.web import cases, importing, similar
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, reply

router = Router(tags=["installation"])

FILES_MAX = 200
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}


def _multipart(properties: dict[str, Any]) -> dict[str, Any]:
    shape = {"type": "object", "required": ["file"], "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": shape}}}}


@router.get("/imports/incidents", summary="The template for incidents of the past", operation_id="import_template")
def import_template(request: HttpRequest) -> HttpResponse:
    """A CSV file with every column, and one line as an example."""
    caller(request).need("import")
    return attachment(backdating.template(), "incidents-of-the-past.csv", media_type="text/csv; charset=utf-8")


@router.post(
    "/imports/incidents",
    summary="Take incidents of the past in",
    operation_id="import_incidents",
    openapi_extra=_multipart(
        {
            "file": {"type": "string", "format": "binary"},
            "columns": {"type": "string", "description": "JSON: which column of the file is which of ours."},
            "zone": {"type": "string", "description": "Where times without a zone were taken, such as Europe/Berlin."},
            "check": {"type": "string", "description": "`true` to be told what would happen, and record nothing."},
        }
    ),
)
def import_incidents(request: HttpRequest) -> HttpResponse:
    """A CSV file, a line each. Any fault refuses all of it; every fault has its line and what would mend it."""
    asking = caller(request)
    asking.need("import")
    files = uploaded(request)
    if len(files) != 1:
        raise BadRequest("file", "send one CSV file.")
    ((name, data),) = files.items()
    reading = importing.read_past(
        data, name=name, columns=_columns(request.POST.get("columns", "")), zone=request.POST.get("zone") or "UTC"
    )
    found = {
        "file": name,
        "lines": reading.lines,
        "columns": reading.columns,
        "unread": reading.unread,
        "faults_count": len(reading.faults),
        "faults": backdating.told(reading.faults),
    }
    if request.POST.get("check") == "true":
        return reply({**found, "incidents": [], "would_take_in": 0 if reading.faults else len(reading.past)})
    if reading.faults:
        raise Faulty(list(reading.faults))
    written = importing.take_in_past(reading, by=asking.person)
    return reply({**found, "incidents": [one.id for one in written]}, status=201)


@router.post(
    "/collections",
    summary="Bring a collection in",
    operation_id="bring_in_collection",
    openapi_extra=_multipart({"file": _FILES}),
)
def bring_in_collection(request: HttpRequest) -> HttpResponse:
    """Files of a snapshot of AIID (`incidents.csv` and its classifications), or JSON documents of AVID.

    They are compared with, and are no records here. What was kept of AIID before goes; documents of AVID add up.
    """
    asking = caller(request)
    asking.need("import")
    return reply(told_of(importing.take_in_collection(uploaded(request), by=asking.person.name)), status=201)


@router.get("/collections", summary="Collections of others' cases", operation_id="list_collections")
def list_collections(request: HttpRequest) -> HttpResponse:
    """Each collection that was brought in, with whom it must be credited to."""
    caller(request).reads()
    return reply({"collections": [told_of(row) for row in similar.corpora()]})


@router.get("/collections/{collection}/{key}", summary="One case of others", operation_id="collection_case")
def collection_case(request: HttpRequest, collection: str, key: str) -> HttpResponse:
    """A case; where its document was kept as it came, that document, byte for byte."""
    caller(request).need("read")
    row = cases.document(collection, key)
    if row.raw:
        return attachment(row.raw.encode(), f"{key}.json", media_type="application/json")
    told = {"key": row.key, "title": row.title, "text": row.text, "url": row.url, "began": row.began}
    return reply({"collection": collection, **told, "ended": row.ended, "facts": row.facts})


@router.delete("/collections/{collection}", summary="Remove a collection", operation_id="remove_collection")
def remove_collection(request: HttpRequest, collection: str) -> HttpResponse:
    """Remove a collection of others' cases. No record is touched."""
    caller(request).need("import")
    return reply({"collection": collection, "removed": cases.remove(collection)})


def uploaded(request: HttpRequest) -> dict[str, bytes]:
    """The files of a form by their names.

    :raises BadRequest: if there is none, or they are too many or too large
    """
    files = request.FILES.getlist("file") if request.content_type == "multipart/form-data" else []
    if not files:
        raise BadRequest("file", "is missing: send it as multipart/form-data.")
    if len(files) > FILES_MAX or sum(one.size or 0 for one in files) > importing.BYTES_MAX:
        raise BadRequest("file", f"is too large: {importing.BYTES_MAX // 2**20} MiB in {FILES_MAX} files are the most.")
    return {(one.name or "file")[:200]: one.read() for one in files}


def _columns(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str]) if text.strip() else {}
    except (msgspec.DecodeError, RecursionError) as bad:
        raise BadRequest("columns", 'is no JSON object of texts, such as {"detected_at": "Opened"}.') from bad


def told_of(row: Any) -> dict[str, Any]:
    """A collection as the API tells it."""
    told = ("name", "title", "attribution", "licence", "url", "cases", "digest", "taken_in_at", "taken_in_by")
    return {name: getattr(row, name) for name in told}
