"""Messages over the API: what was written and where it went, drafts from the record, the check of plain language."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from ninja import Query, Router

from hotwash.knowledge.message_templates import Template, templates
from hotwash.knowledge.messages import approval, rules
from hotwash.reports.messages.drafts import draft, own_templates
from hotwash.reports.messages.plain import Plain, check
from hotwash.reports.messages.public import open_page, would_show
from hotwash.response.desk import NotFound
from hotwash.response.letters import write_letters
from hotwash.response.redress.lists import recipients
from hotwash.response.request import BadRequest, fit
from hotwash.systems.state import System
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, reply
from hotwash.web.api.message_lines import due_line, line_of
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk
from hotwash.web.redress.registers import register

incidents = Router(tags=["messages"])
installation = Router(tags=["messages"])

Audience = Literal["responders", "executives", "staff", "customers", "harmed", "regulator", "press", "public"]
Stage = Literal["first-word", "update", "resolved", "after"]


@incidents.get("/{incident_id}/messages", summary="Messages", operation_id="list_messages")
def list_messages(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Every message with how it stands, and the words that somebody is owed next."""
    incident, _ = incident_of(request, incident_id)
    page = open_page(incident)
    return reply(
        {
            "incident": incident.id,
            "messages": [line_of(one) for one in incident.messages.values()],
            "due": due_line(incident, desk().clock()),
            "status_page": page.opened.event.slug if page else None,
            "public": [{"at": one.at, "subject": one.subject, "body": one.body} for one in would_show(incident)],
        },
        number=incident.number,
    )


@incidents.get("/{incident_id}/messages/{message}", summary="One message", operation_id="get_message")
def get_message(request: HttpRequest, incident_id: str, message: int) -> HttpResponse:
    """Its texts, who approved which, where it went and what came back, and the notes on its language."""
    incident, _ = incident_of(request, incident_id)
    known = incident.messages.get(message)
    if known is None:
        raise NotFound(f"Entry {message} is no message of {incident.id}.")
    text = known.text.event
    return reply(
        {
            "incident": incident.id,
            **line_of(known),
            "body": text.body,
            "versions": [
                {"text": one.entry, "by": one.by, "at": one.at, "subject": one.event.subject, "body": one.event.body}
                for one in known.texts
            ],
            "refusals": [
                {"role": one.event.role, "by": one.by, "at": one.at, "reason": one.event.reason}
                for one in known.refusals
            ],
            "withdrawn": known.withdrawn.event.reason if known.withdrawn else None,
            "results": [_result(target, *found) for target, found in known.targets.items()],
            "answers": [{"sender": one.event.sender, "at": one.at, "text": one.event.text} for one in known.answers],
            "plain": plain_values(check(text.body, text.language, audience=known.audience, stage=known.stage)),
        },
        number=incident.number,
    )


def _result(target: str, sending: int, result: Any) -> dict[str, Any]:
    event = result.event if result else None
    outcome = "on-its-way" if event is None else getattr(event, "outcome", "delivered")
    return {
        "target": target,
        "sending": sending,
        "outcome": outcome,
        "reached": event.reached if event else None,
        "answer": getattr(event, "answer", "") if event else "",
        "reason": getattr(event, "reason", "") if event else "",
        "final": getattr(event, "final", True) if event else False,
        "at": result.at if result else None,
    }


@incidents.get("/{incident_id}/message-draft", summary="A draft from the record", operation_id="draft_from_record")
def draft_from_record(
    request: HttpRequest,
    incident_id: str,
    audience: Annotated[Audience, Query()],
    stage: Annotated[Stage, Query()] = "first-word",
    language: Annotated[str, Query(max_length=12)] = "en",
) -> HttpResponse:
    """A template filled from the record, with what is missing. Nothing is on record until `draft-message` says so."""
    incident, _ = incident_of(request, incident_id)
    try:
        made = draft(
            incident,
            audience,
            stage,
            at=desk().clock(),
            organisation=desk().organisation(),
            system=_system(incident.system),
            language=language,
        )
    except LookupError as none:
        raise NotFound(str(none)) from none
    return reply(
        {
            "incident": incident.id,
            "audience": made.audience,
            "stage": made.stage,
            "language": made.language,
            "subject": made.subject,
            "body": made.body,
            "template": made.template,
            "next_at": made.next_at,
            "missing": [{"name": one.name, "label": one.label, "ask": one.ask} for one in made.missing],
            "needs": approval(audience, stage).needs,
        },
        number=incident.number,
    )


def _system(slug: str | None) -> System | None:
    try:
        return desk().system(slug) if slug else None
    except NotFound:
        return None


@incidents.post("/{incident_id}/messages/{message}/letters", summary="Take out letters", operation_id="write_letters")
def take_letters(request: HttpRequest, incident_id: str, message: int) -> HttpResponseBase:
    """The letters of a message that was sent to the register: one JSON line a person, under a pseudonym."""
    asking = caller(request)
    asking.need("send-message")
    asking.need("work-list")
    incident, _ = incident_of(request, incident_id)
    return letters_file(incident.id, message, by=asking.person)


def letters_file(incident_id: str, message: int, *, by: Any) -> HttpResponseBase:
    """The file with every letter; that it was taken out is on record before its first byte goes."""
    with tempfile.TemporaryDirectory(prefix="hotwash-letters-") as place:
        path = Path(place) / f"{incident_id}-letters-{message}.jsonl"
        written = write_letters(desk(), incident_id, message, recipients(register(incident_id)), path, by=by)
        # The name of the file can go: the open file stays until it is sent.
        response = FileResponse(
            path.open("rb"), as_attachment=True, filename=path.name, content_type="application/x-ndjson"
        )
    response["Hotwash-Letters"] = str(written.letters)
    response["Hotwash-Unfilled"] = str(sum(written.unfilled.values()))
    response["Hotwash-Digest"] = written.digest
    return response


@installation.get("/message-templates", summary="Templates of messages", operation_id="list_message_templates")
def list_message_templates(request: HttpRequest) -> HttpResponse:
    """Audiences, stages, whose word each message needs, and every template: own ones, then the library's."""
    caller(request).need("read")
    table = rules()
    return reply(
        {
            "version": table.version,
            "audiences": table.audiences,
            "stages": table.stages,
            "approvals": table.approvals,
            "templates": [_template(one) for one in (*own_templates(desk().organisation()), *templates())],
        }
    )


def _template(one: Template) -> Mapping[str, Any]:
    return {
        "template": one.reference,
        "own": bool(one.name),
        "audience": one.audience,
        "stage": one.stage,
        "language": one.language,
        "harm": one.harm,
        "subject": one.subject,
        "body": one.body,
    }


def _to_check(*, text: str, language: str = "en", audience: str = "", stage: str = "") -> None:
    """What a check asks for."""


@installation.post("/plain-language", summary="Check a text", operation_id="check_plain_language")
def check_plain_language(request: HttpRequest) -> HttpResponse:
    """Which sentences and words people will stumble over, and what the text does not say. Nothing is kept."""
    caller(request)
    words = fit(_to_check, asked(request, _to_check).words)
    table = rules()
    if words["audience"] and words["audience"] not in {one.id for one in table.audiences}:
        raise BadRequest("audience", f"is one of {', '.join(one.id for one in table.audiences)}.")
    if words["stage"] and words["stage"] not in {one.id for one in table.stages}:
        raise BadRequest("stage", f"is one of {', '.join(one.id for one in table.stages)}.")
    found = check(words["text"], words["language"], audience=words["audience"], stage=words["stage"])
    return reply(plain_values(found))


def plain_values(found: Plain) -> dict[str, Any]:
    """What came of a check, as JSON values."""
    return {
        "language": found.language,
        "formula": found.formula,
        "source": found.source,
        "words": found.words,
        "sentences": found.sentences,
        "words_in_sentence": found.words_in_sentence,
        "ease": found.ease,
        "grade": found.grade,
        "flags": [
            {"kind": one.kind, "line": one.line, "start": one.start, "end": one.end, "text": one.text, "say": one.say}
            for one in found.notes
        ],
        "parts": [{"part": one.id, "title": one.title, "found": one.found} for one in found.parts],
    }
