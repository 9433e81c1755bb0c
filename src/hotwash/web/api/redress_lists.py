"""Lists of redress: people taken in from a file or a finding, work lists out, results in."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from ninja import Query, Router

from hotwash.response.redress.acting import put_results, take_in, take_in_affected
from hotwash.response.redress.kept import Where
from hotwash.response.redress.lists import write_list
from hotwash.response.request import BadRequest
from hotwash.web.api.openapi import json_body
from hotwash.web.api.redress_words import (
    FINDING,
    MEDIA_TYPES,
    RESULTS,
    TERMS,
    Format,
    asked_of,
    came,
    form_words,
    number_in,
    only,
    terms_of,
    text_in,
    texts_in,
    true,
    upload,
)
from hotwash.web.api.sight import incident_of
from hotwash.web.api.worklist import affected_by
from hotwash.web.redress.registers import secret
from hotwash.web.redress.sent import laid_out

router = Router(tags=["redress"])


@router.post(
    "/{incident_id}/redress/from-finding", summary="Take the people of a finding in",
    operation_id="redress_from_finding",
    openapi_extra={"requestBody": json_body(FINDING)},
)  # fmt: skip
def redress_from_finding(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Take in everybody whom a blast radius counted, under keys made from their ids; the ids are sealed beside."""
    asking, opened = asked_of(request, incident_id, "work-redress")
    asking.need("work-list")
    incident, _ = incident_of(request, incident_id)
    names = ("owner", "due", "harm", "language", "amount", "currency")
    words = only(request, "finding", "remedies", *names)
    finding = number_in(words, "finding")
    if finding is None:
        raise BadRequest("finding", "is missing: name the entry of a blast radius.")
    said = {name: text_in(words, name) for name in names}
    terms = replace(terms_of(said), remedies=tuple(texts_in(words, "remedies")))
    people = affected_by(incident, finding, local=asking.local)
    return came(
        opened,
        lambda: take_in_affected(opened, people, terms, by=asking.person, secret=secret(), finding=finding),
    )


@router.post(
    "/{incident_id}/redress/import", summary="Take a list of people in", operation_id="import_redress",
    openapi_extra=upload(TERMS),
)  # fmt: skip
def import_redress(request: HttpRequest, incident_id: str) -> HttpResponse:
    """CSV, JSON Lines or Parquet: the whole list, or its good lines. The same list again changes nothing."""
    asking, opened = asked_of(request, incident_id, "work-redress")
    words = form_words(request, TERMS)
    terms = terms_of(words)
    with laid_out(request.FILES.get("file")) as file:
        return came(
            opened,
            lambda: take_in(opened, file, terms, by=asking.person, secret=secret(), good_only=true(words, "good_only")),
        )


@router.post(
    "/{incident_id}/redress/results", summary="Put results in", operation_id="redress_results",
    openapi_extra=upload(RESULTS),
)  # fmt: skip
def redress_results(request: HttpRequest, incident_id: str) -> HttpResponse:
    """A work list that came back with its states. What is older than what is known is told, and not taken."""
    asking, opened = asked_of(request, incident_id, "work-redress")
    words = form_words(request, RESULTS)
    with laid_out(request.FILES.get("file")) as file:
        remedy, good_only = words.get("remedy", ""), true(words, "good_only")
        return came(opened, lambda: put_results(opened, file, by=asking.person, remedy=remedy, good_only=good_only))


@router.get(
    "/{incident_id}/redress/work-list", summary="Take a work list out", operation_id="get_redress_list",
    openapi_extra={"responses": {200: {"description": "The list.", "content": {
        kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}}}},
)  # fmt: skip
def get_redress_list(
    request: HttpRequest,
    incident_id: str,
    *,
    format: Annotated[Format, Query()] = "csv",  # noqa: A002
    state: Annotated[str, Query(max_length=20)] = "",
    remedy: Annotated[str, Query(max_length=20)] = "",
    owner: Annotated[str, Query(max_length=200)] = "",
    group: Annotated[str, Query(max_length=200)] = "",
    language: Annotated[str, Query(max_length=40)] = "",
    late: bool = False,
    open: bool | None = None,  # noqa: A002
    identities: Annotated[bool, Query(description="With who people are; that and why is written down.")] = False,
    reason: Annotated[str, Query(max_length=500)] = "",
) -> HttpResponseBase:
    """Remedies as CSV (no cell is a formula), JSON Lines or Parquet. `version` must come back with the results."""
    asking, opened = asked_of(request, incident_id, "work-list")
    if identities:
        asking.need("see-identities")
    where = Where(state, remedy, owner, group, language, "", late, open)
    with tempfile.TemporaryDirectory(prefix="hotwash-list-") as folder:
        path = Path(folder) / f"{incident_id}-redress.{format}"
        write_list(opened, path, format, where, by=asking.person, identities=identities, reason=reason)
        # The open file outlives its folder.
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=MEDIA_TYPES[format])
