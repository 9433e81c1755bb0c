"""The manual in the product: what each question takes, assumes, and cannot show."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotwash.response.inquiries import QUESTIONS
from hotwash.web import manual


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """All pages: one for each question, and those that all of them rest on."""
    listed = [(name, question.title) for name, question in QUESTIONS.items() if manual.page(name)]
    beside = [page for name in manual.names() if name not in QUESTIONS and (page := manual.page(name))]
    return render(request, "pages/manual.html", {"questions": listed, "beside": beside})


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page."""
    known = manual.page(name)
    if known is None:
        raise Http404
    title = QUESTIONS[name].title if name in QUESTIONS else known.title
    return render(request, "pages/manual.html", {"page": known, "title": title})
