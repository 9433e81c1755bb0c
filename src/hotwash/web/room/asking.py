"""Questions to the log: a plain form, a run in the background with progress, and a finding that comes by itself."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hotwash.response.desk import INCIDENT
from hotwash.response.inquiries import QUESTIONS
from hotwash.response.request import BadRequest
from hotwash.web import inquiries
from hotwash.web.room import pages
from hotwash.web.room.forms.questions import FIRST, FORMS, MORE, Asked, Shelf
from hotwash.web.room.logs import Log, NoLog, log_of, offered
from hotwash.web.room.opened import Room, open_room, person_of
from hotwash.web.tables.models import Inquiry

_ENDED = ("done", "failed", "cancelled")
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Offered:
    """A question as the page lists it. The form is there for the one that is open; others are fetched when wanted."""

    kind: type[Asked]
    form: Asked | None

    @property
    def title(self) -> str:
        """What a responder would say."""
        return QUESTIONS[self.kind.question].title


@require_safe
def questions_page(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The forms, what runs, and what was found.

    `ask` names the form that is open; `again` puts the words of an earlier question back into its form.
    """
    room = open_room(request, incident_id)
    again = request.GET.get("again", "")
    row = _row(room, int(again)) if again.isdecimal() and len(again) < 12 else None
    return _show(request, room, request.GET.get("log", ""), again=row, wanted=request.GET.get("ask", ""))


@require_safe
def form_part(request: HttpRequest, incident_id: str, question: str) -> HttpResponse:
    """The form of one question, for the page that opens it."""
    if question not in FORMS:
        raise Http404
    room = open_room(request, incident_id)
    if not _may_ask(room):
        raise PermissionDenied
    source = request.GET.get("log", "")
    context: dict[str, Any] = {"incident_id": incident_id, "source": source}
    try:
        log = log_of(room, source, harm=_last_harm(_asked_before(room), source))
    except NoLog as why:
        return render(request, "room/question_form.html", context | {"no_log": str(why)})
    return render(request, "room/question_form.html", context | {"form": FORMS[question](log), "log": log})


@require_POST
def ask(request: HttpRequest, incident_id: str, question: str) -> HttpResponse:
    """Begin a question. What is wrong with it is said beside the field before anything runs."""
    if question not in FORMS:
        raise Http404
    room = open_room(request, incident_id)
    if not _may_ask(room):
        raise PermissionDenied
    source = request.POST.get("log", "")
    try:
        log = log_of(room, source)
    except NoLog:
        return _show(request, room, source, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = FORMS[question](log, request.POST)
    if form.is_valid():
        try:
            row = inquiries.begin(
                incident_id, question, form.arguments(), source=log.source if source else None, by=person_of(request)
            )
        except BadRequest as bad:
            form.refuse(bad)
        else:
            where = reverse("room-asking", args=[incident_id])
            return HttpResponseRedirect(f"{where}?asked={row.pk}&draft={question}#q{row.pk}")
    return _show(request, room, source, bound=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
def progress(request: HttpRequest, incident_id: str, inquiry: int) -> HttpResponse:
    """How far a question is, for the line that asks again by itself."""
    room = open_room(request, incident_id)
    row = _row(room, inquiry)
    context = pages.frame(request, room, "questions") | {
        "row": row,
        "title": _title(row),
        "said": room.incident.findings.get(row.entry or 0),
    }
    response = render(request, "room/inquiry.html", context)
    if row.status == "done":
        response["HX-Trigger"] = "recorded"
    return response


@require_POST
def cancel(request: HttpRequest, incident_id: str, inquiry: int) -> HttpResponse:
    """Ask for a question to stop."""
    room = open_room(request, incident_id)
    row = _row(room, inquiry)
    if not room.can["ask"]:
        raise PermissionDenied
    inquiries.cancel(row)
    if request.headers.get("HX-Request"):
        context = {"row": _row(room, inquiry), "title": _title(row), "incident_id": incident_id, "can": room.can}
        return render(request, "room/inquiry.html", context)
    return HttpResponseRedirect(reverse("room-asking", args=[incident_id]))


def _show(
    request: HttpRequest,
    room: Room,
    source: str,
    *,
    bound: Asked | None = None,
    again: Inquiry | None = None,
    wanted: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = _asked_before(room)
    context: dict[str, Any] = {
        "rows": [(row, _title(row), room.incident.findings.get(row.entry or 0)) for row in _pending(rows)],
        "sources": offered(room),
        "asked_draft": _draft(request, room, rows),
        "findings": list(reversed(room.incident.findings.values())),
    }
    if again is not None:
        source = _source_of(again, context["sources"])
    context["source"] = source
    if _may_ask(room):
        try:
            log = log_of(room, source, harm=_last_harm(rows, source))
        except NoLog as why:
            context["no_log"] = str(why)
        else:
            form = _open(log, bound, again, wanted)
            context |= {"log": log, "first": _listed(FIRST, form), "more": [(one, _listed(one, form)) for one in MORE]}
            context["more_open"] = form.question not in {kind.question for kind in FIRST.forms}
    return pages.show(request, room, "questions", status=status, **context)


def _may_ask(room: Room) -> bool:
    return room.can["ask"] and room.can["record_finding"]


def _asked_before(room: Room) -> list[Inquiry]:
    asked = Inquiry.objects.filter(stream=INCIDENT + room.id).exclude(question=inquiries.HOLD)
    return list(asked.order_by("-pk")[: 2 * _SHOWN])


def _pending(rows: list[Inquiry]) -> list[Inquiry]:
    """The newest question and those without an answer: the other answers stand among the findings."""
    return [row for place, row in enumerate(rows[:_SHOWN]) if place == 0 or row.status != "done"]


def _last_harm(rows: list[Inquiry], source: str) -> str:
    """What was last counted as harm in the same log: whoever asks the next question means the same."""
    for row in rows:
        words = row.arguments.get("arguments", {})
        if words.get("harm") and row.status != "failed" and bool(row.arguments.get("source")) == bool(source):
            return str(words["harm"])
    return ""


def _source_of(again: Inquiry, sources: list[tuple[str, str]]) -> str:
    """The log of an earlier question by the word under which it is offered."""
    asked = str(again.arguments.get("source") or "")
    return next((word for word, _ in sources if word and asked.endswith(f"/{word}")), "") if asked else ""


def _listed(shelf: Shelf, form: Asked) -> list[Offered]:
    return [Offered(kind, form if type(form) is kind else None) for kind in shelf.forms]


def _open(log: Log, bound: Asked | None, again: Inquiry | None, wanted: str) -> Asked:
    """The form that is open: the one that came back, the one that was asked for, or the first."""
    if bound is not None:
        return bound
    if again is None or again.question not in FORMS:
        return FORMS.get(wanted, FIRST.forms[0])(log)
    blank = FORMS[again.question](log)
    form = type(blank)(log, initial=blank.returned(again.arguments.get("arguments", {})))
    form.came_back = True
    if again.error:
        form.fault_of(again.error)
    return form


def _draft(request: HttpRequest, room: Room, rows: list[Inquiry]) -> str:
    asked = request.GET.get("asked", "")
    known = any(str(row.pk) == asked and row.by == room.person.name and not row.ended_at for row in rows)
    question = request.GET.get("draft", "")
    return f"{room.id}:{question}" if known and question in FORMS else ""


def _row(room: Room, inquiry: int) -> Inquiry:
    found = Inquiry.objects.filter(pk=inquiry, stream=INCIDENT + room.id).first()
    if found is None:
        raise Http404
    return found


def _title(row: Inquiry) -> str:
    known = QUESTIONS.get(row.question)
    return known.title if known else row.question
