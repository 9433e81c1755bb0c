"""Severity: only the questions that can still turn it, the row that decided, and what changed it before."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from hotwash.incident.severity import BadAnswer, assess, next_questions
from hotwash.knowledge.severity import Question, rubric
from hotwash.response.desk import NotFound, NotPermitted, refusals
from hotwash.web import faults
from hotwash.web.door import desk
from hotwash.web.faults import Fault
from hotwash.web.room import pages
from hotwash.web.room.opened import Room, open_room, person_of

_CHOICES = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))


@require_safe
def severity_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The severity with its reason, and the questions."""
    return _show(request, open_room(request, incident_id), None)


@require_POST
def questions(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The questions that still matter after the answers so far. Nothing is recorded."""
    room = open_room(request, incident_id)
    if request.headers.get("HX-Request"):
        context = {"room": room, "incident_id": incident_id, "can": room.can} | _asked(room, request.POST)
        return render(request, "room/severity_questions.html", context)
    return _show(request, room, request.POST)


@require_POST
def record(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Record the assessment."""
    posted = request.POST
    answers = {
        name: {
            "value": int(value) if value.isdecimal() else value,
            "evidence": posted.get(f"evidence-{name}", "").strip(),
        }
        for name, value in _answers(posted).items()
    }
    fault, status = "", HTTPStatus.CONFLICT
    if not answers:
        fault, status = "Answer at least one question; “not known” is an answer.", HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        try:
            written = desk().record(
                incident_id, "assess", by=person_of(request), answers=answers, reason=posted.get("reason", "").strip()
            )
        except NotFound as nothing:
            raise Http404 from nothing
        except NotPermitted as no:
            open_room(request, incident_id)
            mend = "Ask somebody with another role to do it."
            return faults.page(request, Fault(403, "Your role may not do this", f"{no} Nothing was recorded.", mend))
        except refusals() as no:
            fault = str(no)
        else:
            where = pages.address(incident_id, "severity")
            return HttpResponseRedirect(f"{where}?recorded={written.entries[0].number}&draft=assess")
    return _show(request, open_room(request, incident_id), posted, fault=fault, status=status)


def _show(request: HttpRequest, room: Room, posted: Any, *, fault: str = "", status: int = 200) -> HttpResponse:
    table = rubric()
    context = _asked(room, posted) | {
        "fault": fault,
        "history": list(reversed(room.incident.assessments)),
        "texts": {question.id: question.text for question in table.questions},
        "rubric": table,
    }
    return pages.show(request, room, "severity", status=status, **context)


def _asked(room: Room, posted: Any) -> dict[str, Any]:
    """The answers so far, what they come to, and the questions that are left."""
    before = room.incident.severity
    if posted is None:
        given = {name: str(answer.value) for name, answer in before.answers.items()} if before else {}
        evidence = {name: answer.evidence for name, answer in before.answers.items()} if before else {}
    else:
        given = _answers(posted)
        evidence = {q.id: posted.get(f"evidence-{q.id}", "") for q in rubric().questions}
    wrong: dict[str, str] = {}
    sound = dict(given)
    for name, value in given.items():
        try:
            assess({name: value})
        except BadAnswer:
            wrong[name] = "Write a whole number, such as 464, or choose “not known”."
            del sound[name]
    matter = {question.id for question in next_questions(sound)} | set(given)
    fields = [_field(one, given, evidence, wrong) for one in rubric().questions if one.id in matter]
    result = assess(sound) if sound else None
    lowered = bool(
        before and result and rubric().levels.index(result.severity) < rubric().levels.index(before.severity)
    )
    return {
        "fields": fields,
        "left": len([one for one in fields if not one["value"]]),
        "result": result,
        "lowered": lowered,
        "reason": posted.get("reason", "") if posted is not None else "",
    }


def _field(
    question: Question, given: dict[str, str], evidence: dict[str, str], wrong: dict[str, str]
) -> dict[str, Any]:
    value = given.get(question.id, "")
    return {
        "question": question,
        "value": value,
        "number": value if question.kind == "number" and value != "unknown" else "",
        "evidence": evidence.get(question.id, ""),
        "fault": wrong.get(question.id, ""),
        "choices": _CHOICES,
    }


def _answers(posted: Any) -> dict[str, str]:
    """What was answered. A typed number wins over the mark beside it."""
    answers = {}
    for question in rubric().questions:
        value = posted.get(question.id, "").strip()
        if question.kind == "number":
            typed = posted.get(f"{question.id}-number", "").strip().replace(",", "")
            value = typed or ("unknown" if value == "unknown" else "")
        if value:
            answers[question.id] = value
    return answers
