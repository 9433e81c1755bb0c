"""The organisation itself: who notifies, whose days count, what holds for every incident, own duties, the calendar."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hotwash.knowledge.duties import NOT_ADVICE, duties
from hotwash.reports.duty_words import ANSWERS, question_text
from hotwash.reports.vocabulary import AWARENESS
from hotwash.response.desk import refusals
from hotwash.systems.organisation import Organisation
from hotwash.systems.rules_organisation import VERBS
from hotwash.web.door import desk
from hotwash.web.pages.message_book import own_texts
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import SystemRow

UNITS = (
    ("hour", "hours"),
    ("calendar_day", "days"),
    ("business_day", "working days"),
    ("month", "months"),
    ("at_once", "at once, no number"),
)


@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """The page."""
    return show(request)


def show(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with what came back from a form."""
    looker = asking(request)
    looker.need("read")
    known, table = desk().organisation(), duties()
    context = {
        "known": known,
        "not_advice": NOT_ADVICE,
        "questions": [
            (question, known.answers.get(question.id))
            for question in table.questions
            if question.scope == "organisation"
        ],
        "others": [
            (question_text(name), one)
            for name, one in known.answers.items()
            if name not in {q.id for q in table.questions if q.scope == "organisation"}
        ],
        "answers": [("yes", "yes"), ("no", "no"), ("unknown", "not known")],
        "answer_words": ANSWERS,
        "offered": list(table.places.values()),
        "chosen": [table.places[place] for place in known.places],
        "own": [(one, known.retired.get(duty)) for duty, one in known.duties.items()],
        "units": UNITS,
        "starts": list(AWARENESS.items()),
        "may_change": looker.may("answer-for-organisation"),
        "may_teams": looker.may("set-team"),
        "may_calendar": looker.may("calendar"),
        "may_reports": looker.may("open-reports"),
        "report_systems": _systems(known),
        "may_change_texts": looker.may("add-message-template"),
        **own_texts(known),
        "typed": request.POST if request.method == "POST" else {},
        **more,
    }
    return render(request, "pages/organisation.html", context, status=status)


@require_POST
def say(request: HttpRequest, verb: str) -> HttpResponse:
    """Say a verb of the organisation; several answers at once become an entry each."""
    if verb not in VERBS:
        raise Http404
    looker = asking(request)
    try:
        if verb == "answer-for-organisation":
            _answer(request, looker.person)
        else:
            desk().record_organisation(verb, by=looker.person, **_words(request, verb))
    except refusals() as no:
        return show(request, status=409, fault=str(no), faulty=verb)
    return redirect(f"/organisation/#{verb}")


def _words(request: HttpRequest, verb: str) -> dict[str, Any]:
    given = {name: value.strip() for name, value in request.POST.items() if isinstance(value, str) and value.strip()}
    given.pop("csrfmiddlewaretoken", None)
    if verb == "choose-places":
        return {"places": [place for place in request.POST.getlist("places") if place]}
    if verb == "open-reports":
        texts = {name: request.POST.get(name, "").replace("\x00", "") for name in ("introduction", "elsewhere")}
        return {**given, **texts, "systems": request.POST.getlist("systems")}
    return given


def _systems(known: Organisation) -> list[tuple[str, str, bool]]:
    """The AI systems that run, and whether each has an address of its own on the public form."""
    chosen = known.reports.systems if known.reports else ()
    rows = SystemRow.objects.exclude(state="retired").order_by("name").values_list("slug", "name")
    return [(slug, name, slug in chosen) for slug, name in rows]


def _answer(request: HttpRequest, person: Any) -> None:
    standing = {name: one.event.answer for name, one in desk().organisation().answers.items()}
    reason = request.POST.get("reason", "").strip()
    for question in duties().questions:
        said = request.POST.get(question.id, "")
        if said and said != standing.get(question.id, "unknown"):
            desk().record_organisation(
                "answer-for-organisation", by=person, question=question.id, answer=said, reason=reason
            )
