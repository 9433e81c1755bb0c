"""Answering a page by the link that was sent. Opening it only shows it: mail scanners open links; a button answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hotwash.response.desk import refusals
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all
from hotwash.web.sending import paging


@open_to_all
@require_http_methods(["GET", "POST"])
def answer_page(request: HttpRequest, text: str) -> HttpResponse:
    """Show who was called and why; answer when the button is pressed."""
    found, wrong = paging.linked(desk(), text), ""
    if found is not None and request.method == "POST" and found.page.acknowledged is None:
        try:
            paging.answer(desk(), found, command=request.POST.get("command") == "yes")
        except refusals() as no:
            wrong = str(no)
        found = paging.linked(desk(), text)
    status = 410 if found is None else 409 if wrong else 200
    response = render(request, "pages/answer_page.html", {"found": found, "wrong": wrong}, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
