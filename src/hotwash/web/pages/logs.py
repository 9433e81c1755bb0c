"""The prediction log of an AI system: bring a file here, look at its columns, say what they mean.

Files are kept below a folder for logs, under a name made here. A file is taken only if it can be read as a log; one
that is there already is never written over.
"""

import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from hotwash.investigate import LogError, Predictions
from hotwash.ledger.rule import NotAllowed
from hotwash.response import inquiries
from hotwash.response.request import BadRequest
from hotwash.systems.rules import ROLES
from hotwash.systems.state import System
from hotwash.web.door import desk
from hotwash.web.inquiries import folders
from hotwash.web.pages.sight import asking
from hotwash.web.pages.system_forms import LogColumns

SIZE_MAX = 512 * 2**20
"""The largest file that is taken through the browser, in bytes. Larger ones are put into the folder by hand."""

_ENDINGS = (".csv", ".csv.gz", ".parquet", ".jsonl", ".ndjson")
LISTED_MAX = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """A log that was looked at."""

    source: str
    columns: list[Any]
    form: LogColumns
    because: dict[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a log, then say what its columns mean."""
    looker = asking(request)
    looker.need("describe-log")
    known = desk().system(slug)
    source = (
        (request.POST if request.method == "POST" else request.GET).get("source", "").replace("\x00", "").strip()[:1000]
    )
    looked, why = None, ""
    if source:
        try:
            looked = _look(source, known, request.POST if request.method == "POST" else None)
        except (BadRequest, LogError) as no:
            why = no.why if isinstance(no, BadRequest) else str(no)
    if request.method == "POST" and looked is not None and looked.form.is_valid():
        try:
            desk().record_system(slug, "describe-log", by=looker.person, **looked.form.words())
        except (BadRequest, NotAllowed) as no:
            looked.form.add_error(None, str(no))
        else:
            messages.success(
                request, "The log is described. Questions can be asked of it in a room.", extra_tags=f"done:log-{slug}"
            )
            return redirect("system", slug)
    return _page(request, known, source=source, looked=looked, why=why)


@require_POST
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a file into the folder of logs and look at it."""
    looker = asking(request)
    looker.need("describe-log")
    known = desk().system(slug)
    given = request.FILES.get("file")
    why = _unfit(given)
    if why or not isinstance(given, UploadedFile):
        return _page(request, known, why=why)
    try:
        source = _keep(given, slug)
    except LogError as no:
        return _page(request, known, why=f"This file cannot be read as a log, and was not kept. {no}")
    messages.success(request, f"{Path(source).name} is here. Now say what its columns mean.")
    return redirect(f"{reverse('system-log', args=[slug])}?{urlencode({'source': source})}")


def _unfit(given: Any) -> str:
    if not isinstance(given, UploadedFile):
        return "Choose a file first."
    if not _ending(given.name or ""):
        return f"This is no log that can be read: the name must end in {', '.join(_ENDINGS)}."
    if not given.size:
        return "The file is empty."
    if given.size > SIZE_MAX:
        return f"The file is larger than {SIZE_MAX // 2**20} MiB. Put it into the folder of logs on the server instead."
    return ""


def _keep(given: "UploadedFile[Any]", slug: str) -> str:
    """Write the file, look at it, and give it its name; the name relative to the folder of logs.

    :raises LogError: if it cannot be read; nothing is kept then
    """
    name, ending = given.name or "", _ending(given.name or "")
    stem = re.sub(r"[^a-z0-9]+", "-", name[: len(name) - len(ending)].casefold()).strip("-")[:80] or "log"
    place = folders()[0] / slug
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place / f".{secrets.token_hex(8)}{ending}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for chunk in given.chunks():
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        Predictions.open(draft)
        return f"{slug}/{_named(draft, place, stem, ending)}"
    except LogError as no:
        raise LogError(str(no).replace(str(draft), name)) from no
    finally:
        draft.unlink(missing_ok=True)


def _named(draft: Path, place: Path, stem: str, ending: str) -> str:
    for number in range(1, 1000):
        name = f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}"
        try:
            os.link(draft, place / name)
        except FileExistsError:
            continue
        return name
    raise NotAllowed(f"There are a thousand logs of the name {stem}: give the file another name.")


def _ending(name: str) -> str:
    return next((ending for ending in _ENDINGS if name.casefold().endswith(ending)), "")


def _look(source: str, known: System, given: Any) -> Looked:
    """Open a log and guess what its columns mean, or take over what was said of it before.

    :raises BadRequest: if it lies elsewhere
    :raises LogError: if it cannot be read
    """
    found = Predictions.open(inquiries.within(source, folders=folders()))
    columns = list(found.columns())
    names = [column.name for column in columns]
    guesses = found.guess_roles()
    initial: dict[str, Any] = {"source": source}
    because: dict[str, str] = {}
    if known.log is not None and known.log.source == source:
        initial |= {role: column for role, column in known.log.columns.items() if column in names}
        initial |= {"attributes": list(known.log.attributes)}
        initial |= {"favourable": known.log.favourable or "", "zone": known.log.zone or ""}
    else:
        initial |= {guess.role: guess.column for guess in guesses if guess.role in ROLES}
        initial["attributes"] = [guess.column for guess in guesses if guess.role == "attribute"]
        because = {guess.role: guess.because for guess in guesses if guess.role in ROLES}
    form = LogColumns(given, initial=initial, columns=columns)
    return Looked(source, columns, form, because)


def _page(
    request: HttpRequest, known: System, *, source: str = "", looked: Looked | None = None, why: str = ""
) -> HttpResponse:
    context = {
        "system": known,
        "source": source,
        "looked": looked,
        "why": why,
        "there": _there(folders()),
        "folders": [str(folder) for folder in folders()],
        "endings": ", ".join(_ENDINGS),
        "accept": ",".join((*_ENDINGS, ".gz")),
        "size_max": SIZE_MAX // 2**20,
        "may_pull": asking(request).may("manage-pulls"),
    }
    faulty = bool(why) or (looked is not None and bool(looked.form.errors))
    return render(request, "pages/log.html", context, status=422 if faulty else 200)


def _there(places: Sequence[Path]) -> list[str]:
    """The logs that lie in the folders, by their names below them."""
    found: list[str] = []
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else ():
            if _ending(path.name) and not path.name.startswith(".") and path.is_file():
                found.append(str(path.relative_to(place)))
    return found[:LISTED_MAX]
