"""Incidents: the list, the room, the timeline and the bare entries."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.incident.linking import left_over
from hotwash.incident.rules import VERBS
from hotwash.incident.state import Factor, Incident, Said, Why
from hotwash.reports.metrics import measures
from hotwash.reports.status import status
from hotwash.reports.timeline import timeline
from hotwash.response.desk import INCIDENT
from hotwash.response.linking import joined
from hotwash.response.request import BadRequest
from hotwash.web import landscape, search
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, lines, recorded, reply
from hotwash.web.api.message_lines import due_line, line_of
from hotwash.web.api.openapi import verb_description
from hotwash.web.api.sight import entries_of, incident_of, incident_rows, may_see, titles
from hotwash.web.door import desk
from hotwash.web.tables.models import IncidentRow

router = Router(tags=["incidents"])

FOUND_MAX = 1000
"""How many incidents a search within the list looks at, the best first."""


@router.get("", summary="List incidents", operation_id="list_incidents")
def list_incidents(
    request: HttpRequest,
    *,
    open: Annotated[bool | None, Query(description="Only open ones, or only others.")] = None,  # noqa: A002
    query: Annotated[str, Query(max_length=300, description="Words that the record must hold.")] = "",
    severity: Annotated[Literal["Minor", "Major", "Critical"] | None, Query()] = None,
    system: Annotated[str, Query(max_length=200, description="The short name of an AI system.")] = "",
    kind: Annotated[Literal["normal", "drill", "test", "backdated"] | None, Query()] = None,
    team: Annotated[str, Query(max_length=60, description="Of the systems of a team, by its short name.")] = "",
    organisation: Annotated[str, Query(max_length=200, description="Of the systems of its teams.")] = "",
    merged: Annotated[bool | None, Query(description="Only those that go on in another one, or only others.")] = None,
    cursor: Annotated[str, Query(max_length=300, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """The newest first. `next` is null on the last page."""
    rows = incident_rows(caller(request))
    if open is not None:
        rows = rows.filter(state="open") if open else rows.exclude(state="open")
    if severity:
        rows = rows.filter(severity=severity)
    if system:
        rows = rows.filter(system=system)
    if kind:
        rows = rows.filter(kind=kind)
    if team or organisation:
        slugs = landscape.slugs_of(desk().organisation().teams, team=team, organisation=organisation)
        rows = rows.filter(system__in=slugs)
    if merged is not None:
        rows = rows.exclude(merged_into="") if merged else rows.filter(merged_into="")
    if query.strip():
        hits = search.find(query, prefix=INCIDENT, limit=FOUND_MAX)
        rows = rows.filter(id__in={hit.stream.removeprefix(INCIDENT) for hit in hits})
    if cursor:
        at, last = _opened(cursor)
        rows = rows.filter(Q(declared_at__lt=at) | Q(declared_at=at, id__gt=last))
    page = list(rows.order_by("-declared_at", "id")[: limit + 1])
    more = _closed(page[limit - 1]) if len(page) > limit else None
    return reply({"incidents": [_line(row) for row in page[:limit]], "next": more})


@router.post("", summary="Declare an incident", operation_id="declare", openapi_extra=verb_description("declare"))
def declare(request: HttpRequest) -> HttpResponse:
    """One sentence is enough; all else can follow."""
    asking = caller(request)
    asking.need("declare")
    given = asked(request, VERBS["declare"])
    return recorded(desk().declare(by=asking.person, at=given.at, **given.words), "incident")


@router.get("/{incident_id}", summary="One incident", operation_id="get_incident")
def get_incident(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The state with its measures. The `ETag` is the number of the last entry: send it back as `If-Match`."""
    incident, _ = incident_of(request, incident_id)
    if request.headers.get("If-None-Match", "").strip() == f'"{incident.number}"':
        unchanged = HttpResponse(status=304)
        unchanged["ETag"] = f'"{incident.number}"'
        return unchanged
    return reply({**room(incident), "related": related(request, incident)}, number=incident.number)


@router.get("/{incident_id}/timeline", summary="The timeline", operation_id="get_timeline")
def get_timeline(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Everything recorded, in the order in which it happened, in words; with the time at which it was known.

    The entries of incidents that were merged into this one stand among its own, each with its `origin`.
    """
    incident, facts = incident_of(request, incident_id)
    others = [(one.facts, one.incident) for one in joined(desk(), incident, may_see(caller(request)))]
    lines_ = timeline(facts, incident, others)
    return reply({"incident": incident.id, "number": incident.number, "lines": lines_}, number=incident.number)


@router.get("/{incident_id}/entries", summary="The entries", operation_id="get_entries")
def get_entries(request: HttpRequest, incident_id: str, after: Annotated[int, Query(ge=0)] = 0) -> HttpResponse:
    """The bare record with its digests, in the order in which it was written. `after` leaves out the first ones."""
    entries = entries_of(request, incident_id)
    return reply(
        {"incident": incident_id, "number": entries[-1].number, "entries": lines(entries[after:])},
        number=entries[-1].number,
    )


def room(incident: Incident) -> dict[str, Any]:
    """Everything that is known of an incident, as JSON values."""
    now = desk().clock()
    here = f"/api/v1/incidents/{incident.id}"
    return {
        "incident": incident.id,
        "number": incident.number,
        "title": incident.title,
        "kind": incident.kind,
        "standing": incident.standing,
        "summary": incident.summary,
        "harms": incident.harms,
        "system": incident.system,
        "harm_going_on": incident.harm_going_on,
        "owed": incident.owed,
        "severity": incident.severity,
        "declared": _said(incident.declared),
        "roster": incident.roster,
        "tenures": incident.tenures,
        "status": status(incident, now),
        "measures": measures(incident),
        **{name: [_said(one) for one in getattr(incident, name)] for name in _LISTS},
        **{name: [_said(one) for one in getattr(incident, name).values()] for name in _NUMBERED},
        "containments": [
            {
                **_words(one.applied),
                "containment": one.number,
                "in_force": one.in_force,
                "driven": one.driven,
                "changes": [_said(change) for change in one.changes],
                "released": _said(one.released),
                "expired": _said(one.expired),
            }
            for one in incident.containments.values()
        ],
        "actions": [
            {**_words(one.added), "open": one.open, "state": one.state, "closed": _said(one.closed)}
            for one in incident.actions.values()
        ],
        "remedies": [
            {**_words(one.owed), "left": one.left, "completed": [_said(done) for done in one.completed]}
            for one in incident.remedies.values()
        ],
        "register": _register(incident),
        "withdrawn_awareness": [_said(one) for one in incident.withdrawn_awareness.values()],
        "filings": [{**_words(one.submitted), "withdrawn": _said(one.withdrawn)} for one in incident.filings.values()],
        "questions": [{**_words(one.raised), "answered": _said(one.answered)} for one in incident.questions.values()],
        "messages": [line_of(one) for one in incident.messages.values()],
        "updates": due_line(incident, now),
        "redacted": sorted(incident.redacted),
        "links": {
            "self": here,
            "timeline": f"{here}/timeline",
            "entries": f"{here}/entries",
            "post_mortem": f"{here}/post-mortem",
            "export": f"{here}/export",
            "verify": f"{here}/verify",
            "clocks": f"{here}/clocks",
            "notices": f"{here}/notices",
            "messages": f"{here}/messages",
            "inquiries": f"{here}/inquiries",
            "system": f"/api/v1/systems/{incident.system}" if incident.system else None,
        },
    }


def related(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """Other incidents that this one has to do with. A title is null where this caller may not read the other one."""
    asking, linkage = caller(request), incident.linkage
    known = titles(asking, linkage.others)
    theirs = {one.incident.id: one.incident for one in joined(desk(), incident, may_see(asking))}

    def named(other: str, **more: Any) -> dict[str, Any]:
        return {"incident": other, "title": known.get(other), **more}

    return {
        "links": [
            named(other, relation=relation, entry=said.entry) for (other, relation), said in linkage.links.items()
        ],
        "merged_into": named(linkage.into) if linkage.into else None,
        "absorbed": [
            named(other, entry=said.entry, left=left_over(theirs[other]) if other in theirs else None)
            for other, said in linkage.absorbed.items()
        ],
        "split_off": [named(said.event.other, entries=said.event.entries) for said in linkage.split_off],
        "split_from": [named(said.event.other, entries=said.event.carried) for said in linkage.split_from],
    }


_LISTS = (
    "assessments",
    "signals",
    "detections",
    "acknowledgements",
    "beginnings",
    "remediations",
    "awareness",
    "applicability",
    "decisions",
    "estimates",
    "dissents",
    "observations",
    "notes",
    "story",
    "verifications",
    "hand_overs",
    "exports",
    "endings",
)
_NUMBERED = ("complaints", "evidence", "holds", "seals", "findings", "factors", "whys")


def _words(said: Said[Any] | Factor | Why) -> dict[str, Any]:
    event = said.event
    body = {name: getattr(event, name) for name in event.__dataclass_fields__}
    if isinstance(said, Factor | Why):
        body |= {"version": said.version, "withdrawn": said.withdrawn.event.reason if said.withdrawn else None}
    return {"entry": said.entry, "by": said.by, "at": said.at, "recorded_at": said.recorded_at, **body}


def _said(said: Said[Any] | Factor | Why | None) -> dict[str, Any] | None:
    return None if said is None else _words(said)


def _line(row: IncidentRow) -> Mapping[str, Any]:
    return {
        "incident": row.id,
        "title": row.title,
        "standing": row.state,
        "merged_into": row.merged_into or None,
        "severity": row.severity or None,
        "provisional": row.provisional,
        "kind": row.kind,
        "harms": row.harms,
        "system": row.system or None,
        "commander": row.commander or None,
        "harm_going_on": row.harm_going_on,
        "declared_at": row.declared_at,
        "next_due_at": row.next_due_at,
        "next_due": row.next_due or None,
        "number": row.entries,
        "changed_at": row.changed_at,
    }


def _closed(row: IncidentRow) -> str:
    return base64.urlsafe_b64encode(f"{row.declared_at.isoformat()} {row.id}".encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, last = text.split(" ", 1)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or "\x00" in last:
            raise ValueError
    except (ValueError, binascii.Error) as bad:
        raise BadRequest("cursor", "is not the `next` of a page.") from bad
    return moment, last


def _register(incident: Incident) -> dict[str, Any] | None:
    """What the incident's own record says of the register of redress."""
    known = incident.register
    if known is None:
        return None
    return {"open": known.open, "counts": known.counts, "counted_at": known.counted_at, "told": known.told}
