"""The post-mortem beside its document: how it stands, the executive page, what was said without a name."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.knowledge.postmortem import postmortem_book
from hotwash.reports.executive import executive, one_page
from hotwash.reports.postmortem.process import process
from hotwash.web.api.caller import caller
from hotwash.web.api.documents import MEDIA_TYPES, Format, system_name
from hotwash.web.api.exchange import attachment, reply
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk
from hotwash.web.unnamed import keeping

incidents = Router(tags=["post-mortem"])


@incidents.get(
    "/{incident_id}/post-mortem/process", summary="How the post-mortem stands", operation_id="postmortem_process"
)
def postmortem_process(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Whether one is due, by when and by whom; each section with its texts: more than one is a conflict to settle."""
    incident, _ = incident_of(request, incident_id)
    known, held = process(incident), incident.postmortem
    sections: list[dict[str, Any]] = [
        {
            "section": asked.id,
            "title": asked.title,
            "texts": [
                {"entry": said.entry, "by": said.by, "at": said.at, "text": said.event.text}
                for said in held.heads(asked.id)
            ],
        }
        for asked in postmortem_book().sections
    ]
    document = {
        "incident": incident_id,
        "state": known.state,
        "required": known.required,
        "due": known.due,
        "owner": known.owner,
        "facilitator": known.facilitator,
        "sentence": known.sentence,
        "sections": sections,
        "submission": held.submission.number if held.submission else None,
        "waiting_without_a_name": keeping.waiting(incident_id) if held.intake else 0,
    }
    return reply(document, number=incident.number)


@incidents.get("/{incident_id}/executive", summary="The executive page", operation_id="get_executive")
def get_executive(
    request: HttpRequest,
    incident_id: str,
    format: Annotated[Format, Query()] = "json",  # noqa: A002
) -> HttpResponse:
    """What happened, who was affected, what it cost, what prevents it. As PDF it is one page for certain."""
    from hotwash.reports.render import write  # heavy, and only needed here

    incident, facts = incident_of(request, incident_id)
    name = system_name(incident.system)
    if format == "pdf":
        data = one_page(facts, incident, system_name=name)
    else:
        data = write(executive(facts, incident, system_name=name), format)
    response = attachment(data, f"{incident_id}-executive.{format}", media_type=MEDIA_TYPES[format])
    response["ETag"] = f'"{incident.number}"'
    return response


@incidents.post(
    "/{incident_id}/post-mortem/take-contributions",
    summary="Take contributions without a name in",
    operation_id="take_contributions",
)
def take_contributions(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Put what waits into the record, in a shuffled order. Only its owner or facilitator may."""
    asking = caller(request)
    asking.need("write-section")
    incident_of(request, incident_id)
    recorded = keeping.take_in(desk(), incident_id, by=asking.person)
    entry = recorded.entries[0]
    return _told(entry.number, incident_id, len((entry.body or {}).get("texts", ())))


@incidents.post("/{incident_id}/post-mortem/close-pulse", summary="Close the pulse", operation_id="close_pulse")
def close_pulse(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Record how often each answer was given, if enough have answered; all else about it is deleted."""
    asking = caller(request)
    asking.need("open-pulse")
    incident_of(request, incident_id)
    recorded = keeping.close(desk(), incident_id, by=asking.person)
    return _told(recorded.entries[0].number, incident_id, None)


def _told(entry: int, incident_id: str, taken: int | None) -> HttpResponse:
    more = {} if taken is None else {"taken": taken}
    return reply({"incident": incident_id, "entry": entry, **more}, number=entry)
