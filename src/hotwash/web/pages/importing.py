"""The page where files are brought in: incidents of the past, looked at first; and collections of others' cases."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.response import backdating
from hotwash.response.backdating import COLUMNS, NEEDED, Reading
from hotwash.response.cases import Faulty
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.web import cases, importing, similar
from hotwash.web.api.exchange import attachment
from hotwash.web.pages.sight import asking

SHOWN_MAX = 200


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What was brought in, and the forms; after a file was sent, what it tells and what is wrong with it."""
    looker = asking(request)
    looker.need("import")
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    if file is None or isinstance(file, list) or (file.size or 0) > importing.BYTES_MAX:
        return _page(request, refused="Choose a CSV file of at most 64 MiB.", status=422)
    columns = {name: said for name in COLUMNS if (said := request.POST.get(f"column-{name}", "").strip())}
    zone = request.POST.get("zone", "").strip() or "UTC"
    name = (file.name or "file.csv")[:200]
    try:
        reading = importing.read_past(file.read(), name=name, columns=columns, zone=zone)
        if request.POST.get("go") == "take-in" and not reading.faults:
            written = importing.take_in_past(reading, by=looker.person)
            messages.success(request, f"{len(written):,} incidents of the past came in: {_span(written)}.")
            return redirect("incidents")
    except (BadRequest, Faulty) as wrong:
        return _page(request, refused=str(wrong), zone=zone, status=422)
    return _page(request, reading=reading, name=name, zone=zone, status=422 if reading.faults else 200)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The template, to be filled in."""
    asking(request).need("import")
    return attachment(backdating.template(), "incidents-of-the-past.csv", media_type="text/csv; charset=utf-8")


@require_POST
def collection(request: HttpRequest) -> HttpResponse:
    """Bring a collection of others' cases in."""
    looker = asking(request)
    looker.need("import")
    files = {(one.name or "file")[:200]: one for one in request.FILES.getlist("file")}
    if not files or sum(one.size or 0 for one in files.values()) > importing.BYTES_MAX:
        return _page(request, refused="Choose the files of a collection, 64 MiB at most.", status=422)
    try:
        row = importing.take_in_collection({name: one.read() for name, one in files.items()}, by=looker.person.name)
    except Faulty as faulty:
        return _page(request, refused=str(faulty), faults=faulty.faults[:SHOWN_MAX], status=422)
    messages.success(request, f"{row.title}: {row.cases:,} cases to compare with.")
    return redirect("importing")


@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Remove a collection; no record is touched."""
    asking(request).need("import")
    try:
        cases.remove(name)
    except NotFound as gone:
        return _page(request, refused=str(gone), status=404)
    messages.success(request, f"The collection {name} is gone.")
    return redirect("importing")


def _page(request: HttpRequest, *, status: int = 200, reading: Reading | None = None, **more: Any) -> HttpResponse:
    context = {
        "columns": [
            {"name": one, "about": about, "needed": one in NEEDED, "said": request.POST.get(f"column-{one}", "")}
            for one, about in COLUMNS.items()
        ],
        "collections": similar.corpora(),
        "reading": reading,
        "shown": reading.past[:10] if reading else (),
        "faults": reading.faults[:SHOWN_MAX] if reading else (),
        "address": reverse("importing"),
        "zone": "UTC",
        **more,
    }
    return render(request, "pages/importing.html", context, status=status)


def _span(written: list[Any]) -> str:
    return written[0].id if len(written) == 1 else f"{written[0].id} to {written[-1].id}"
