"""How long records are kept: rules, what is due to be erased, what a legal hold keeps."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hotwash.response.desk import refusals
from hotwash.response.request import BadRequest, shape
from hotwash.systems.rules_retention import drop_retention, set_retention
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.retention import LISTED_MAX, keeping

VERBS = {"set-retention": set_retention, "drop-retention": drop_retention}
COVERS = (
    ("any", "every kind"),
    ("normal", "real incidents"),
    ("drill", "drills"),
    ("test", "tests"),
    ("backdated", "incidents of the past"),
)
ENDED = (("any", "however they ended"), ("closed", "closed"), ("not-confirmed", "not confirmed"))


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request)


@require_POST
def say(request: HttpRequest, verb: str) -> HttpResponse:
    """Set a rule, or drop one."""
    looker = asking(request)
    if verb not in VERBS:
        raise Http404
    looker.need(verb)
    words: dict[str, Any] = {
        name: str(value) for name, value in request.POST.items() if name in shape(VERBS[verb]).__struct_fields__
    }
    try:
        if "days" in words:
            if not (words["days"].strip().isdecimal() and len(words["days"]) < 9):
                raise BadRequest("days", "is a whole number.")
            words["days"] = int(words["days"])
        desk().record_organisation(verb, by=looker.person, **words)
    except refusals() as no:
        return _page(request, wrong=str(no))
    return HttpResponseRedirect(reverse("retention"))


def _page(request: HttpRequest, *, wrong: str = "") -> HttpResponse:
    looker = asking(request)
    looker.need("erase-record")
    context = {
        "keeping": keeping(desk()),
        "most": LISTED_MAX,
        "may_set": looker.may("set-retention"),
        "covers": COVERS,
        "ended": ENDED,
        "wrong": wrong,
        "typed": request.POST if wrong else {},
    }
    return render(request, "pages/retention.html", context, status=409 if wrong else 200)
