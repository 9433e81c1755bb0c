"""Evidence: bytes that come in by being sent or held, what was done with them, and how they go out."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router

from hotwash.ledger.entry import Conflict
from hotwash.reports.custody import Trail, trails
from hotwash.response import evidence
from hotwash.response.casefile import zipped
from hotwash.response.desk import INCIDENT
from hotwash.response.request import BadRequest
from hotwash.web import inquiries
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, attachment, moment, recorded, reply, tag, well_formed
from hotwash.web.api.openapi import json_body, json_response
from hotwash.web.api.problem import Refusal
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk
from hotwash.web.sealing import usable_key

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
_RECORDED = {"$ref": "#/components/schemas/Recorded"}
_HOLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "since": {
            "type": "string",
            "format": "date-time",
            "description": "The part of the log that is cut out begins.",
        },
        "until": {"type": "string", "format": "date-time", "description": "… and ends before this; now if left out."},
    },
}
_VERIFY: dict[str, Any] = {
    "type": "object",
    "properties": {"entry": {"type": "integer", "description": "Only this entry; all if left out."}},
}
_EXPORT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "to": {"type": "string", "description": "For whom."},
        "reason": {"type": "string"},
        "people": {"type": "boolean", "description": "With what names people; needs the right to see them."},
    },
}
_ZIP: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The case file.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


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


@router.get("/{incident_id}/evidence", summary="The evidence", operation_id="list_evidence")
def list_evidence(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Every piece with its chain of custody, and the holds with what they still wait for."""
    incident, _ = incident_of(request, incident_id)
    told = trails(incident, desk().views(incident_id), findings=False)
    done = {held.event.continues for held in incident.holds.values()}
    holds = [
        {
            "entry": entry,
            "by": held.by,
            "at": held.at,
            "reason": held.event.reason,
            "continues": held.event.continues,
            "waiting": [] if entry in done else list(held.event.waiting),
        }
        for entry, held in incident.holds.items()
    ]
    return reply({"incident": incident_id, "evidence": [_told(incident_id, one) for one in told], "holds": holds})


def _told(incident_id: str, trail: Trail) -> dict[str, Any]:
    item = trail.item
    place = f"/api/v1/incidents/{incident_id}/evidence/{item.entry}" + (f"/{item.item}" if item.item else "")
    return {
        "ref": item.ref,
        **{
            name: getattr(item, name)
            for name in ("entry", "item", "what", "name", "by", "at", "source", "digest", "size", "media_type")
        },
        **{name: getattr(item, name) for name in ("kept", "restricted", "says", "failed")},
        "sound": trail.alarm is None,
        "custody": msgspec.to_builtins(trail.acts),
        "links": {"bytes": place if item.kept else None},
    }


@router.get("/{incident_id}/evidence/{int:entry}", summary="Take a file out", operation_id="get_evidence")
def get_evidence(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """The bytes as they were kept, as a file to be saved. Who took them is written down beside the record."""
    return _bytes(request, incident_id, entry, 0)


@router.get(
    "/{incident_id}/evidence/{int:entry}/{int:item}", summary="Take an item of a hold out", operation_id="get_held"
)
def get_held(request: HttpRequest, incident_id: str, entry: int, item: int) -> HttpResponse:
    """The same for one item of a hold. What names people is for those who may see them."""
    return _bytes(request, incident_id, entry, item)


def _bytes(request: HttpRequest, incident_id: str, entry: int, item: int) -> HttpResponse:
    incident, _ = incident_of(request, incident_id)
    asking = caller(request)
    if evidence.item_of(incident, entry, item).restricted:
        asking.need(evidence.PEOPLE)
    through = "page" if request.headers.get("Sec-Fetch-Site") else "api"
    found, data = evidence.bytes_of(desk(), incident, entry, item, by=asking.person, through=through)
    return attachment(data, found.name)


@router.post(
    "/{incident_id}/hold",
    summary="hold",
    operation_id="hold",
    openapi_extra={"requestBody": json_body(_HOLD), "responses": json_response(_RECORDED, status=201)},
)
def hold(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Take what a containment would change. What is known is recorded at once; `inquiry` has how far the rest is."""
    asking = caller(request)
    asking.need("hold")
    given = asked(request, beside=frozenset(("reason", "since", "until")))
    words = _only(given.words, "reason", "since", "until")
    recorded_now, inquiry = inquiries.begin_hold(
        well_formed(incident_id, "incident"),
        by=asking.person,
        reason=_text(words, "reason"),
        since=_moment(words, "since"),
        until=_moment(words, "until"),
        expected=given.expected,
        local=asking.local,
    )
    response = recorded(recorded_now, "incident", inquiry=inquiry.pk if inquiry else None)
    response.status_code = 201
    return response


@router.post(
    "/{incident_id}/verify-evidence",
    summary="verify-evidence",
    operation_id="verify_evidence",
    openapi_extra={"requestBody": json_body(_VERIFY), "responses": json_response(_RECORDED)},
)
def verify_evidence(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Have the bytes of all evidence, or of one entry, read again; what was found is recorded."""
    asking = caller(request)
    asking.need("verify-evidence")
    given = asked(request, beside=frozenset(("entry",)))
    entry = _only(given.words, "entry").get("entry")
    if entry is not None and (isinstance(entry, bool) or not isinstance(entry, int)):
        raise BadRequest("entry", "is no entry number.")
    name = well_formed(incident_id, "incident")
    written = evidence.verify(desk(), name, by=asking.person, entry=entry, expected=given.expected)
    return recorded(written, "incident")


@router.post(
    "/{incident_id}/seal-record",
    summary="seal-record",
    operation_id="seal_record",
    openapi_extra={"responses": json_response(_RECORDED)},
)
def seal_record(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Sign how long the records of an incident are. The seal goes into the case files made from then on."""
    asking = caller(request)
    asking.need("seal-record")
    _only(asked(request).words)
    name = well_formed(incident_id, "incident")
    return recorded(evidence.seal(desk(), name, by=asking.person, key=usable_key()), "incident")


@router.post(
    "/{incident_id}/export-case",
    summary="export-case",
    operation_id="export_case",
    openapi_extra={"requestBody": json_body(_EXPORT), "responses": json_response(_RECORDED, status=201)},
)
def export_case(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Seal the record and make a case file. Its digest is recorded; `case_file` is where it can be taken."""
    asking = caller(request)
    asking.need("export-case")
    words = _only(asked(request, beside=frozenset(_EXPORT["properties"])).words, *_EXPORT["properties"])
    people = words.get("people", False)
    if not isinstance(people, bool):
        raise BadRequest("people", "is neither true nor false.")
    if people:
        asking.need(evidence.PEOPLE)
    name = well_formed(incident_id, "incident")
    made = evidence.export(
        desk(),
        name,
        by=asking.person,
        to=_text(words, "to"),
        reason=_text(words, "reason"),
        people=people,
        key=usable_key(),
    )
    response = recorded(
        made.recorded,
        "incident",
        as_of=made.case.as_of,
        digest=made.case.digest,
        size=made.case.size,
        case_file=f"/api/v1/incidents/{name}/case-file?as_of={made.case.as_of}",
    )
    response.status_code = 201
    return response


@router.get(
    "/{incident_id}/case-file", summary="Take a case file out", operation_id="get_case_file", openapi_extra=_ZIP
)
def get_case_file(
    request: HttpRequest, incident_id: str, as_of: Annotated[int | None, Query(ge=1)] = None
) -> HttpResponseBase:
    """A case file that was made, as a zip archive of a BagIt bag: the same bytes each time."""
    asking = caller(request)
    asking.need("export-case")
    incident, _ = incident_of(request, incident_id)
    chosen = evidence.exported(incident, as_of)
    if chosen is not None and chosen.people:
        asking.need(evidence.PEOPLE)
    case = evidence.again(desk(), incident_id, by=asking.person, as_of=as_of, key=usable_key())
    response = StreamingHttpResponse(zipped(case), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{case.name}.zip") or ""
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _only(words: dict[str, Any], *known: str) -> dict[str, Any]:
    """:raises BadRequest: if there is another word"""
    if unknown := sorted(words.keys() - set(known)):
        raise BadRequest(unknown[0], "is not a word of this verb.")
    return words


def _text(words: dict[str, Any], name: str) -> str:
    value = words.get(name) or ""
    if not isinstance(value, str):
        raise BadRequest(name, "is no text.")
    return value


def _moment(words: dict[str, Any], name: str) -> datetime | None:
    try:
        return moment(words.get(name))
    except BadRequest as bad:
        raise BadRequest(name, bad.why) from bad


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
