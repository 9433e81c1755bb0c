"""Legal clocks: those of an incident, drafts of notices, the rows of the law, and the organisation's own record."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.knowledge.duties import NOT_ADVICE, duties
from hotwash.knowledge.notices import notices
from hotwash.reports.deadlines import Standing, deadlines
from hotwash.reports.notices import Notice, draft, fill
from hotwash.response.desk import NotFound
from hotwash.systems.organisation import Organisation
from hotwash.systems.rules_organisation import VERBS
from hotwash.systems.state import System
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, attachment, lines, reply
from hotwash.web.api.openapi import verb_description
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk

incidents = Router(tags=["legal clocks"])
installation = Router(tags=["legal clocks"])


@incidents.get("/{incident_id}/clocks", summary="Legal clocks", operation_id="get_clocks")
def get_clocks(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Every duty that may apply: until when, the law's outer limit beside it, why, and the questions still open."""
    incident, _ = incident_of(request, incident_id)
    known = deadlines(incident, desk().organisation())
    return reply(
        {
            "incident": incident.id,
            "not_advice": NOT_ADVICE,
            "clocks": [clock_line(one) for one in known.clocks],
            "questions": [
                {"question": one, "text": duties().question(one).text, "settles": settles}
                for one, settles in known.asked()
                if one in {question.id for question in duties().questions}
            ],
            "answers": known.answers,
        },
        number=incident.number,
    )


def clock_line(one: Standing) -> dict[str, Any]:
    """A clock as JSON values: the words of `hotwash clocks`, and how it stands here."""
    clock, duty = one.clock, one.duty
    return {
        "duty": clock.duty,
        "stage": clock.stage,
        "deadline": clock.deadline,
        "legal_outer": clock.legal_outer,
        "date_only": clock.date_only,
        "starts_from": clock.starts_from,
        "started_at": clock.started_at,
        "started_by": one.started_by,
        "due_at_once_since": clock.due_at_once_since,
        "promptness": clock.promptness,
        "state": clock.state,
        "applies": one.applies,
        "due": one.due,
        "open": one.open,
        "because": one.because,
        "submitted_at": clock.submitted_at,
        "late": clock.late,
        "filings": [filing.submitted.entry for filing in one.filings],
        "title": duty.title,
        "kind": duty.kind,
        "recipient": duty.recipient,
        "provision": ", ".join(part for part in (duty.instrument, duty.provision) if part),
        "status": duty.status,
        "confidence": duty.confidence,
        "unverified": duty.unverified,
        "doubt": duty.doubt,
        "source": duty.source,
        "checked_on": duty.checked_on,
        "place": clock.place,
        "why": clock.why,
    }


@incidents.get("/{incident_id}/notices", summary="Drafts of notices", operation_id="list_notices")
def list_notices(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Every form, how far the record fills it, and what is still missing."""
    incident, _ = incident_of(request, incident_id)
    organisation, system = desk().organisation(), _system(incident.system)
    found = [fill(form, incident, organisation=organisation, system=system) for form in notices().forms]
    return reply({"incident": incident.id, "notices": [_notice(one) for one in found]}, number=incident.number)


def _notice(notice: Notice) -> dict[str, Any]:
    form = notice.form
    return {
        "form": form.id,
        "title": form.title,
        "provision": form.provision,
        "duties": form.duties,
        "stage": form.stage,
        "verified": form.verified,
        "answered": notice.answered,
        "of": len(notice.fields),
        "missing": [{"field": one.field.label, "ask": one.field.ask} for one in notice.missing],
    }


@incidents.get("/{incident_id}/notices/{form}", summary="A draft of a notice", operation_id="get_notice")
def get_notice(
    request: HttpRequest,
    incident_id: str,
    form: str,
    format: Annotated[Literal["html", "md", "json", "pdf"], Query()] = "json",  # noqa: A002
) -> HttpResponse:
    """Filled from the record, with what is missing named first. The same record gives the same bytes."""
    from hotwash.reports.render import MEDIA_TYPES, write  # heavy, and only needed here

    incident, facts = incident_of(request, incident_id)
    if form not in notices().forms:
        raise NotFound(f"There is no form {form[:80]}. There are {', '.join(notices().forms)}.")
    document = draft(form, facts, incident, organisation=desk().organisation(), system=_system(incident.system))
    response = attachment(
        write(document, format), f"{incident_id}-{form}-draft.{format}", media_type=MEDIA_TYPES[format]
    )
    response["ETag"] = f'"{incident.number}"'
    return response


def _system(slug: str | None) -> System | None:
    try:
        return desk().system(slug) if slug else None
    except NotFound:
        return None


@installation.get("/duties", summary="Duties of the law", operation_id="list_duties")
def list_duties(request: HttpRequest) -> HttpResponse:
    """Every row with its provision, trigger, stages, source and confidence; the questions and the places they name."""
    caller(request).need("read")
    known = duties()
    return reply(
        {
            "version": known.version,
            "source": known.source,
            "not_advice": NOT_ADVICE,
            "duties": [{**_plain(duty), "unverified": duty.unverified} for duty in known.duties.values()],
            "questions": known.questions,
            "places": list(known.places.values()),
        }
    )


def _plain(duty: Any) -> dict[str, Any]:
    return {name: getattr(duty, name) for name in duty.__dataclass_fields__}


@installation.get("/organisation", summary="The organisation itself", operation_id="get_organisation")
def get_organisation(request: HttpRequest) -> HttpResponse:
    """What it is, whose days it counts, what it answered for every incident, its own duties."""
    caller(request).need("read")
    return reply(_organisation(desk().organisation()))


def _organisation(known: Organisation) -> dict[str, Any]:
    return {
        "number": known.number,
        "described": known.described,
        "places": known.places,
        "reports": known.reports,
        "teams": [known.teams.standing[name] for name in sorted(known.teams.standing)],
        "answers": [
            {"question": question, "answer": one.event.answer, "reason": one.event.reason, "by": one.by, "at": one.at}
            for question, one in known.answers.items()
        ],
        "duties": [
            {
                **{name: getattr(one, name) for name in one.__dataclass_fields__},
                "added_on": known.added_on[duty],
                "retired_on": known.retired.get(duty),
            }
            for duty, one in known.duties.items()
        ],
    }


def _on_organisation(verb: str) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        asking = caller(request)
        asking.need(verb)
        given = asked(request, VERBS[verb])
        written = desk().record_organisation(
            verb, by=asking.person, at=given.at, expected=given.expected, **given.words
        )
        number = written.entries[-1].number if written.entries else written.state.number
        return reply({"organisation": written.id, "number": number, "entries": lines(written.entries)}, number=number)

    view.__doc__ = VERBS[verb].__doc__
    return view


for _verb in VERBS:
    installation.post(
        f"/organisation/{_verb}",
        operation_id=_verb.replace("-", "_"),
        summary=_verb,
        openapi_extra=verb_description(_verb),
    )(_on_organisation(_verb))
