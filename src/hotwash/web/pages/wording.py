"""What could be said otherwise in a text that is being written. Nothing is kept, and nothing is held back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from hotwash.response.request import TEXT_LENGTH_MAX
from hotwash.web.worded import noted


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """The notes on one field of a form: beside it, or without scripts on a page of their own."""
    name = request.POST.get("look", "")[:100]
    text = str(request.POST.get(name, ""))[:TEXT_LENGTH_MAX].replace("\r\n", "\n")
    beside = bool(request.headers.get("HX-Request"))
    context = {**noted(text), "takes": beside, "text": text}
    response = render(request, "worded/notes.html" if beside else "worded/page.html", context)
    response["Cache-Control"] = "no-store"
    return response
