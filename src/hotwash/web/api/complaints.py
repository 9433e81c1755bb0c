"""Reports from people in the API: what clerks type in, letters, clusters, and what is told to those who reported."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.connect.letters import SIZE_MAX
from hotwash.response.complaints import Report
from hotwash.response.desk import NotFound
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest, fit
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, body, moment, reply
from hotwash.web.api.openapi import json_body
from hotwash.web.api.problem import Refusal
from hotwash.web.complaints import clusters, letters, listing, telling
from hotwash.web.complaints.receiving import contact_of, file_bytes, receive
from hotwash.web.tables.models import Complaint, ComplaintFile

router = Router(tags=["complaints"])

Cursor = Annotated[str, Query(max_length=20)]
Limit = Annotated[int, Query(ge=1, le=listing.PAGE_MAX)]

_TEXT = {"type": "string"}


def _words(needed: str = "", **known: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": json_body({"type": "object", "required": needed.split(), "properties": known})}


_CLERK = _words(
    "text",
    text={"type": "string", "description": "What happened, as the person told it."},
    about=_TEXT,
    need=_TEXT,
    happened_on={"type": "string", "format": "date"},
    contact={"type": "string", "description": "How to reach the person; kept sealed and apart."},
    language=_TEXT,
    system={"type": "string", "description": "The short name of the AI system, if it is known."},
    channel={"type": "string", "enum": ["phone", "letter", "counter", "other"], "default": "phone"},
    at={"type": "string", "format": "date-time", "description": "When the person told it; now if left out."},
)


@router.get("/complaints", summary="List reports from people", operation_id="list_complaints")
def list_complaints(
    request: HttpRequest,
    *,
    view: Annotated[listing.View, Query()] = "all",
    cluster: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    cursor: Cursor = "",
    limit: Limit = listing.PAGE,
) -> HttpResponse:
    """The newest first, each with its first sentence, people's data masked. Erased ones are not listed."""
    caller(request).need("read-complaints")
    page = listing.reports(view=view, cluster=cluster, cursor=cursor, limit=limit)
    return reply({"complaints": listing.lines(page.rows), "unread": listing.unread(), "next": page.next or None})


@router.post(
    "/complaints", summary="Type a report in for somebody", operation_id="take_complaint", openapi_extra=_CLERK
)
def take_complaint(request: HttpRequest) -> HttpResponse:
    """Keep what somebody told by telephone, by letter or in person; `receipt` is told to them, and shown only now."""
    asking = caller(request)
    asking.need("take-complaint")
    given = body(request)
    at = moment(given.pop("at", None))
    told = fit(_clerk, given)
    report = Report(by=asking.person.name, **told)
    got = receive(report, received_at=at)
    return reply({"complaint": got.id, "receipt": got.receipt}, status=201, location=f"/api/v1/complaints/{got.id}")


def _clerk(
    *,
    text: str,
    about: str = "",
    need: str = "",
    happened_on: date | None = None,
    contact: str = "",
    language: str = "",
    system: str = "",
    channel: Literal["phone", "letter", "counter", "other"] = "phone",
) -> None:
    """What a clerk sends."""


@router.post(
    "/complaints/mail",
    summary="Hand a letter in",
    operation_id="take_letter",
    openapi_extra={"requestBody": {"content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}}}},
)
def take_letter(request: HttpRequest) -> HttpResponse:
    """Take one letter (RFC 5322), as a mail server hands it over. It counts once, and joins the report it answers."""
    caller(request).need("take-complaint")
    if int(request.META.get("CONTENT_LENGTH") or 0) > SIZE_MAX:
        raise Refusal(413, "too-large", f"The letter is larger than {SIZE_MAX // 2**20} MiB.")
    try:
        # Read by hand: what Django takes into memory by itself is less than a letter with files.
        got = letters.take_in(request.read(SIZE_MAX + 1))
    except OutsideFault as no:
        raise BadRequest("", no.sentence) from no
    return reply({"letter": got.what, "complaint": got.complaint, "why": got.why}, status=201)


@router.get("/complaints/{int:complaint}", summary="One report", operation_id="get_complaint")
def get_complaint(request: HttpRequest, complaint: int) -> HttpResponse:
    """A report in the person's own words. Who read it first is kept."""
    asking = caller(request)
    asking.need("read-complaints")
    return reply(listing.whole(telling.open_one(_id(complaint), by=asking.person)))


@router.get("/complaints/{int:complaint}/contact", summary="How to reach the person", operation_id="get_contact")
def get_contact(request: HttpRequest, complaint: int) -> HttpResponse:
    """What the person left to be reached by. That it was looked at, and by whom, is written down."""
    asking = caller(request)
    asking.need("see-contact")
    row = _row(complaint)
    telling.looked(row, asking.person, "looked at how to reach the person")
    return reply({"complaint": row.pk, "contact": contact_of(row)})


@router.get(
    "/complaints/{int:complaint}/files/{int:file}", summary="A file of a report", operation_id="get_complaint_file"
)
def get_complaint_file(request: HttpRequest, complaint: int, file: int) -> HttpResponse:
    """The bytes as they came, to be saved, never shown. Who took them is written down."""
    asking = caller(request)
    asking.need("read-complaints")
    found = ComplaintFile.objects.select_related("complaint").filter(pk=_id(file), complaint=_id(complaint)).first()
    if found is None:
        raise NotFound(f"Report {complaint} has no file {file}.")
    telling.looked(found.complaint, asking.person, f"took the file {found.name}")
    try:
        return attachment(file_bytes(found), found.name)
    except LookupError as gone:
        raise NotFound("The bytes of this file were erased.") from gone


@router.post(
    "/complaints/{int:complaint}/answer",
    summary="Answer a person",
    operation_id="answer_complaint",
    openapi_extra=_words("text", text=_TEXT),
)
def answer_complaint(request: HttpRequest, complaint: int) -> HttpResponse:
    """Write to the person: it stands on the page of the receipt, and goes to the mail address that was left."""
    asking = caller(request)
    asking.need("answer-complaints")
    row = _row(complaint)
    return reply({"told": telling.answer([row.pk], _text(request, "text"), by=asking.person)})


@router.post(
    "/complaints/{int:complaint}/close",
    summary="Close a report",
    operation_id="close_complaint",
    openapi_extra=_words("reason", reason=_TEXT),
)
def close_complaint(request: HttpRequest, complaint: int) -> HttpResponse:
    """Say that nothing more is done with it; the person reads the reason."""
    asking = caller(request)
    asking.need("sort-complaints")
    row = telling.close(_row(complaint).pk, by=asking.person, reason=_text(request, "reason"))
    return reply(listing.line(row))


@router.post(
    "/complaints/{int:complaint}/move",
    summary="Move a report",
    operation_id="move_complaint",
    openapi_extra=_words(cluster={"type": ["integer", "null"], "description": "Null for a cluster of its own."}),
)
def move_complaint(request: HttpRequest, complaint: int) -> HttpResponse:
    """Put a report into another cluster, or into one of its own; it stays there."""
    asking = caller(request)
    asking.need("sort-complaints")
    row = _row(complaint)
    to = _number(request, "cluster", needed=False)
    cluster = clusters.move(row.pk, to, by=asking.person.name)
    telling.looked(row, asking.person, f"moved the report to cluster {cluster.pk}")
    return reply(listing.cluster_line(cluster))


@router.get("/complaint-clusters", summary="List clusters of reports", operation_id="list_clusters")
def list_clusters(
    request: HttpRequest,
    *,
    view: Annotated[listing.View, Query()] = "open",
    system: Annotated[str, Query(max_length=190)] = "",
    cursor: Cursor = "",
    limit: Limit = listing.PAGE,
) -> HttpResponse:
    """Reports that say the same, as one line each; `fresh` are those that no incident counts."""
    caller(request).need("read-complaints")
    page = listing.clusters(view=view, system=system.replace("\x00", ""), cursor=cursor, limit=limit)
    return reply({"clusters": [listing.cluster_line(row) for row in page.rows], "next": page.next or None})


@router.get("/complaint-clusters/{int:cluster}", summary="One cluster", operation_id="get_cluster")
def get_cluster(request: HttpRequest, cluster: int) -> HttpResponse:
    """A cluster with how many people, its newest reports, and clusters that may say the same."""
    caller(request).need("read-complaints")
    row = clusters.standing(_id(cluster))
    near = [{**listing.cluster_line(one), "likeness": score} for one, score in clusters.perhaps_the_same(row)]
    newest = listing.reports(cluster=row.pk)
    return reply(
        {
            **listing.cluster_line(row),
            "people": listing.people(row),
            "complaints": listing.lines(newest.rows),
            "perhaps_the_same": near,
        }
    )


@router.post(
    "/complaint-clusters/{int:cluster}/merge",
    summary="Merge a cluster into another",
    operation_id="merge_cluster",
    openapi_extra=_words("into", into={"type": "integer"}),
)
def merge_cluster(request: HttpRequest, cluster: int) -> HttpResponse:
    """All its reports go into `into`, which keeps its number; the emptied one points on."""
    asking = caller(request)
    asking.need("sort-complaints")
    into = _number(request, "into")
    assert into is not None
    return reply(listing.cluster_line(clusters.merge(_id(cluster), into, by=asking.person.name)))


@router.post(
    "/complaint-clusters/{int:cluster}/rename",
    summary="Name a cluster",
    operation_id="rename_cluster",
    openapi_extra=_words("title", title=_TEXT),
)
def rename_cluster(request: HttpRequest, cluster: int) -> HttpResponse:
    """Give it a title of one's own instead of the sentence of a report."""
    caller(request).need("sort-complaints")
    return reply(listing.cluster_line(clusters.rename(_id(cluster), _text(request, "title"))))


@router.post(
    "/complaint-clusters/{int:cluster}/link",
    summary="Count a cluster for an incident",
    operation_id="link_cluster",
    openapi_extra=_words("incident", incident=_TEXT),
)
def link_cluster(request: HttpRequest, cluster: int) -> HttpResponse:
    """Join a cluster to an incident: its record counts the people, each once, by pseudonym."""
    asking = caller(request)
    asking.need("link-signal")
    incident = _text(request, "incident")
    return reply({"incident": incident, "counted": telling.link(_id(cluster), incident, by=asking.person)})


@router.post(
    "/complaint-clusters/{int:cluster}/answer",
    summary="Answer everybody in a cluster",
    operation_id="answer_cluster",
    openapi_extra=_words("text", text=_TEXT),
)
def answer_cluster(request: HttpRequest, cluster: int) -> HttpResponse:
    """Write the same to everybody whose report is in it."""
    asking = caller(request)
    asking.need("answer-complaints")
    return reply({"told": telling.tell_cluster(_id(cluster), _text(request, "text"), by=asking.person)})


@router.post("/complaint-clusters/sort-anew", summary="Sort all reports anew", operation_id="sort_anew")
def sort_anew(request: HttpRequest) -> HttpResponse:
    """Hold all reports against each other again. Clusters keep their numbers; what people placed stays.

    Of many, the worker does it, and `waiting` is true.
    """
    caller(request).need("sort-complaints")
    moved = clusters.sort_soon()
    return reply({"moved": moved, "waiting": moved is None}, status=200 if moved is not None else 202)


def _row(number: int) -> Complaint:
    row = Complaint.objects.filter(pk=_id(number)).first()
    if row is None:
        raise NotFound(f"There is no report {number}.")
    return row


def _id(number: int) -> int:
    if number > 2**53:
        raise NotFound("There is none of that number.")
    return number


def _only(request: HttpRequest, name: str) -> Any:
    given = body(request)
    for other in given:
        if other != name:
            raise BadRequest(other, "is not a word of this verb.")
    return given.get(name)


def _text(request: HttpRequest, name: str) -> str:
    value = _only(request, name)
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(name, "is missing.")
    if len(value) > 20_000 or "\x00" in value:
        raise BadRequest(name, "is at most 20,000 characters of text.")
    return value


def _number(request: HttpRequest, name: str, *, needed: bool = True) -> int | None:
    value = _only(request, name)
    if value is None and not needed:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 2**53:
        raise BadRequest(name, "is no number of a cluster.")
    return value
