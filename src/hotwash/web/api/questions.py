"""Questions in an incident: begun here, answered in the background, recorded as findings."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.response.desk import INCIDENT, NotFound
from hotwash.response.inquiries import QUESTIONS
from hotwash.response.request import BadRequest
from hotwash.web import inquiries
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import body, reply
from hotwash.web.api.openapi import json_body, json_response
from hotwash.web.api.sight import entries_of
from hotwash.web.tables.models import Inquiry

router = Router(tags=["questions"])

_ASKED = {
    "type": "object",
    "required": ["question"],
    "properties": {
        "question": {"type": "string", "enum": sorted(QUESTIONS)},
        "arguments": {"type": "object", "description": "The words of the question: see /questions."},
        "source": {"type": "string", "description": "The log, if it is not the one of the incident's AI system."},
    },
}
_INQUIRY = {
    "type": "object",
    "properties": {
        "inquiry": {"type": "integer"},
        "incident": {"type": "string"},
        "question": {"type": "string"},
        "status": {"type": "string", "enum": ["waiting", "running", "done", "failed", "cancelled"]},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "stage": {"type": "string"},
        "error": {"type": ["string", "null"]},
        "entry": {"type": ["integer", "null"], "description": "The entry with the finding."},
    },
}


@router.get("/{incident_id}/inquiries", summary="Questions asked", operation_id="list_inquiries")
def list_inquiries(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The newest 100, with how far each is."""
    entries_of(request, incident_id)
    rows = Inquiry.objects.filter(stream=INCIDENT + incident_id).order_by("-pk")[:100]
    return reply({"incident": incident_id, "inquiries": [_inquiry(row) for row in rows]})


@router.post(
    "/{incident_id}/inquiries",
    summary="Ask a question",
    operation_id="ask",
    openapi_extra={"requestBody": json_body(_ASKED), "responses": json_response(_INQUIRY, status=202)},
)
def ask(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Begins in the background. The answer says where to look for its progress."""
    asking = caller(request)
    asking.need("ask")
    asking.need("record-finding")
    entries_of(request, incident_id)
    words = body(request)
    question, arguments, source = words.pop("question", None), words.pop("arguments", {}), words.pop("source", None)
    if words:
        raise BadRequest(next(iter(words)), "is not a word of this verb.")
    if not isinstance(question, str) or not isinstance(arguments, dict) or not isinstance(source, str | None):
        wrong = (
            "question" if not isinstance(question, str) else "source" if isinstance(arguments, dict) else "arguments"
        )
        raise BadRequest(wrong, "is missing or of the wrong kind.")
    row = inquiries.begin(incident_id, question, arguments, source=source or None, by=asking.person, local=asking.local)
    return reply(_inquiry(row), status=202, location=f"/api/v1/incidents/{incident_id}/inquiries/{row.pk}")


@router.get("/{incident_id}/inquiries/{int:inquiry}", summary="How far a question is", operation_id="get_inquiry")
def get_inquiry(request: HttpRequest, incident_id: str, inquiry: int) -> HttpResponse:
    """Its status and progress, and once it is done the entry that holds its finding."""
    entries_of(request, incident_id)
    return reply(_inquiry(_row(incident_id, inquiry)))


@router.delete("/{incident_id}/inquiries/{int:inquiry}", summary="Cancel a question", operation_id="cancel_inquiry")
def cancel_inquiry(request: HttpRequest, incident_id: str, inquiry: int) -> HttpResponse:
    """One that is running stops within a second or two; one that has ended stays as it is."""
    caller(request).need("ask")
    entries_of(request, incident_id)
    inquiries.cancel(_row(incident_id, inquiry))
    return reply(_inquiry(_row(incident_id, inquiry)), status=202)


def _row(incident_id: str, inquiry: int) -> Inquiry:
    found = Inquiry.objects.filter(pk=min(inquiry, 2**53), stream=INCIDENT + incident_id).first()
    if found is None:
        raise NotFound(f"{incident_id} has no question {inquiry}.")
    return found


def _inquiry(row: Inquiry) -> dict[str, Any]:
    incident_id = row.stream.removeprefix(INCIDENT)
    return {
        "inquiry": row.pk,
        "incident": incident_id,
        "question": row.question,
        "arguments": row.arguments.get("arguments", {}),
        "by": row.by,
        "asked_at": row.asked_at,
        "status": row.status,
        "progress": row.progress,
        "stage": row.stage,
        "error": row.error or None,
        "entry": row.entry,
        "ended_at": row.ended_at,
        "links": {
            "self": f"/api/v1/incidents/{incident_id}/inquiries/{row.pk}",
            "finding": f"/api/v1/incidents/{incident_id}/findings/{row.entry}" if row.entry else None,
        },
    }


def question_schemas() -> dict[str, Any]:
    """Every question with its title and the JSON schema of its words."""
    from hotwash.response.inquiries import schema_of

    return {
        word: {"title": question.title, "arguments": msgspec.to_builtins(schema_of(word))}
        for word, question in QUESTIONS.items()
    }
