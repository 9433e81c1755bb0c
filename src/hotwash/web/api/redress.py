"""Redress: the register of the people harmed, work on it, single people, how far it has come."""

from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.response.desk import NotFound
from hotwash.response.redress.acting import act_on
from hotwash.response.redress.history import story
from hotwash.response.redress.kept import Where
from hotwash.response.redress.lists import erase_identities, identity_of, key_of
from hotwash.response.redress.progress import progress
from hotwash.response.request import BadRequest
from hotwash.web.api.exchange import recorded, reply
from hotwash.web.api.openapi import json_body
from hotwash.web.api.redress_words import (
    ACT,
    ERASE,
    OPEN,
    REASON,
    SAID,
    asked_of,
    came,
    line_of,
    number_in,
    only,
    text_in,
    texts_in,
    wanted_of,
    where_of,
)
from hotwash.web.api.sight import incident_of
from hotwash.web.redress.registers import register

router = Router(tags=["redress"])


@router.get("/{incident_id}/redress", summary="How redress stands", operation_id="get_redress")
def get_redress(request: HttpRequest, incident_id: str) -> HttpResponse:
    """In people: how many were made whole, who waits, how long, what is due next. Small groups are not told apart."""
    incident, _ = incident_of(request, incident_id)
    if incident.register is None:
        raise NotFound(f"{incident_id} has no register of redress: open one first.")
    now = progress(register(incident_id))
    return reply({"incident": incident_id, **msgspec.to_builtins(now)}, number=now.as_of)


@router.post(
    "/{incident_id}/redress/open", summary="Open the register", operation_id="open_redress",
    openapi_extra={"requestBody": json_body(OPEN)},
)  # fmt: skip
def open_redress(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Open the register of the people harmed."""
    asking, opened = asked_of(request, incident_id, "open-redress")
    words = only(request, "finding", "note")
    written = opened.open(by=asking.person, finding=number_in(words, "finding"), note=text_in(words, "note"))
    response = recorded(written, "incident")
    response.status_code = 201
    return response


@router.post(
    "/{incident_id}/redress/act", summary="Work on remedies", operation_id="redress_act",
    openapi_extra={"requestBody": json_body(ACT)},
)  # fmt: skip
def redress_act(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Do one thing to the remedies of some people, or to all that a filter means: one entry of the register."""
    asking, opened = asked_of(request, incident_id, "work-redress")
    words = only(request, "act", "people", "where", "good_only", *SAID)
    act = text_in(words, "act")
    if act == "waive":
        asking.need("waive-redress")
    where = words.get("where")
    if where is not None and not isinstance(where, dict):
        raise BadRequest("where", "is no object.")
    said = {name: text_in(words, name) for name in SAID}
    people = texts_in(words, "people") if "people" in words else []
    return came(
        opened,
        lambda: act_on(
            opened,
            act,
            by=asking.person,
            people=people,
            where=where_of(where) if where is not None else None,
            words=wanted_of(said),
            good_only=bool(words.get("good_only", False)),
        ),
    )


@router.post(
    "/{incident_id}/redress/close", summary="Close the register", operation_id="close_redress",
    openapi_extra={"requestBody": json_body(REASON)},
)  # fmt: skip
def close_redress(request: HttpRequest, incident_id: str) -> HttpResponse:
    """With its last count. While people wait, `reason` says why it is closed without them."""
    asking, opened = asked_of(request, incident_id, "open-redress")
    words = only(request, "reason")
    return recorded(opened.close(by=asking.person, reason=text_in(words, "reason")), "incident")


@router.post(
    "/{incident_id}/redress/reopen", summary="Reopen the register", operation_id="reopen_redress",
    openapi_extra={"requestBody": json_body(REASON)},
)  # fmt: skip
def reopen_redress(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Open it again, with a reason."""
    asking, opened = asked_of(request, incident_id, "open-redress")
    words = only(request, "reason")
    return recorded(opened.reopen(by=asking.person, reason=text_in(words, "reason")), "incident")


@router.post("/{incident_id}/redress/progress", summary="Put progress on record", operation_id="record_redress")
def record_redress(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Write into the incident's own record how far redress has come."""
    asking, opened = asked_of(request, incident_id, "work-redress")
    return recorded(opened.progress_on_record(by=asking.person), "incident")


@router.get("/{incident_id}/redress/people", summary="People of the register", operation_id="list_redress")
def list_redress(
    request: HttpRequest,
    incident_id: str,
    *,
    state: Annotated[str, Query(max_length=20)] = "",
    remedy: Annotated[str, Query(max_length=20)] = "",
    owner: Annotated[str, Query(max_length=200)] = "",
    group: Annotated[str, Query(max_length=200)] = "",
    language: Annotated[str, Query(max_length=40)] = "",
    person: Annotated[str, Query(max_length=200)] = "",
    late: bool = False,
    open: bool | None = None,  # noqa: A002
    after: Annotated[str, Query(max_length=300, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> HttpResponse:
    """What each is owed and how it stands, in the order of their keys. Who they are is not told here."""
    _, opened = asked_of(request, incident_id, "work-list")
    opened.catch_up()
    where = Where(state, remedy, owner, group, language, person, late, open)
    page = opened.rows.page(opened.id, where, after=key_of(after), limit=limit, today=opened.today())
    following = "|".join(page.after) if page.after else None
    return reply({"incident": incident_id, "people": [line_of(one) for one in page.rows], "next": following})


@router.get("/{incident_id}/redress/person", summary="One person", operation_id="get_redress_person")
def get_redress_person(
    request: HttpRequest, incident_id: str, person: Annotated[str, Query(max_length=200)] = ""
) -> HttpResponse:
    """What one person is owed, and every change that led there, the newest first."""
    asking, opened = asked_of(request, incident_id, "work-list")
    if not person:
        raise BadRequest("person", "is missing.")
    told = story(opened, person, by=asking.person)
    steps = [msgspec.to_builtins(step) for step in told.steps]
    return reply({"person": person, "owed": [line_of(one) for one in told.owed], "steps": steps})


@router.post(
    "/{incident_id}/redress/identity", summary="Who one person is", operation_id="redress_identity",
    openapi_extra={"requestBody": json_body({"type": "object", "required": ["person", "reason"], "properties": {
        "person": {"type": "string"}, "reason": {"type": "string"}}})},
)  # fmt: skip
def redress_identity(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Who the person behind a key is. The look, and why, is written down first."""
    asking, opened = asked_of(request, incident_id, "see-identities")
    words = only(request, "person", "reason")
    if not (person := text_in(words, "person")):
        raise BadRequest("person", "is missing.")
    found = identity_of(opened, person, by=asking.person, reason=text_in(words, "reason"))
    return reply({"person": person, "identity": found})


@router.post(
    "/{incident_id}/redress/erase-identities", summary="Erase who people are",
    operation_id="erase_redress_identities", openapi_extra={"requestBody": json_body(ERASE)},
)  # fmt: skip
def erase_redress_identities(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Erase the sealed identities of some people, or of all. The register goes on under their keys."""
    asking, opened = asked_of(request, incident_id, "see-identities")
    words = only(request, "people", "reason")
    people = texts_in(words, "people") if "people" in words else None
    erased = erase_identities(opened, people, by=asking.person, reason=text_in(words, "reason"))
    return reply({"incident": incident_id, "erased": erased})
