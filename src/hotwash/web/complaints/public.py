"""The pages that need no account: the form, the receipt, and what became of a report. They work without scripts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_http_methods

from hotwash.knowledge.complaints import LANGUAGES, FormWords, form_words
from hotwash.response import complaints as limits
from hotwash.response.complaints import ENDINGS, Attached, Report, progress, read_receipt
from hotwash.response.request import BadRequest
from hotwash.systems.organisation import Organisation, ReportsOpened
from hotwash.web.complaints import guarding, telling
from hotwash.web.complaints.receiving import by_receipt, receive
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all
from hotwash.web.tables.models import Complaint, SystemRow

FIELDS = ("text", "happened_on", "about", "need", "contact")
BODY_MAX = limits.FILES_TOTAL_MAX + 2 * 2**20
SAME_LEAST = 3
"""From so many on, a person is told how many others reported the same."""


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Ask what happened, and give a receipt."""
    organisation = desk().organisation()
    opened = organisation.reports
    if opened is None:
        return _closed(request)
    if slug and slug not in opened.systems:
        raise Http404
    if request.method != "POST":
        served = guarding.serve(asks=guarding.asks_for_a_sum(request))
        return _form(request, _words(request), organisation, opened, slug=slug, served=served)
    return _sent(request, organisation, opened, slug)


def _sent(request: HttpRequest, organisation: Organisation, opened: ReportsOpened, slug: str) -> HttpResponse:
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MAX:
            raise RequestDataTooBig
        posted = request.POST
    except (RequestDataTooBig, ValueError):
        words = _words(request)
        served = guarding.serve(asks=guarding.asks_for_a_sum(request))
        return _form(
            request,
            words,
            organisation,
            opened,
            slug=slug,
            served=served,
            faults={"files": words.faults["files_large"]},
        )
    words = _words(request)
    # Nothing typed is lost, but for what nobody types: it is not sent back and forth.
    typed = {name: posted.get(name, "")[: 4 * limits.TEXT_MAX] for name in FIELDS}
    found = guarding.read(posted.get("form", ""))
    asks = guarding.asks_for_a_sum(request)
    faults = _faults(request, found, words, asks=asks)
    status = 422
    if guarding.count(request, "try") > guarding.TRIES_MAX or guarding.counted(request, "report") >= guarding.SENT_MAX:
        faults, status = {"": words.faults["often"].format(minutes=guarding.WINDOW_S // 60)}, 429
    if not faults:
        assert found is not None
        faults, done = _received(request, typed, words, found, slug)
        if done is not None:
            guarding.count(request, "report")
            guarding.everywhere("report", one_more=True)
            return render(request, "complaints/sent.html", {"words": words, "receipt": done})
    served = guarding.again(found, asks=asks) if found and not guarding.stale(found) else guarding.serve(asks=asks)
    if request.FILES and "files" not in faults:
        faults["files"] = words.faults["lost"]
    response = _form(
        request, words, organisation, opened, slug=slug, served=served, typed=typed, faults=faults, status=status
    )
    if status == 429:
        response["Retry-After"] = str(guarding.WINDOW_S)
    return response


def _faults(request: HttpRequest, found: guarding.Served | None, words: FormWords, *, asks: bool) -> dict[str, str]:
    if found is None or guarding.stale(found):
        return {"": words.faults["stale"]}
    faults: dict[str, str] = {}
    if request.POST.get("website"):
        faults["website"] = words.faults["trap"]
    if not request.POST.get("text", "").strip():
        faults["text"] = words.faults["missing"]
    if not guarding.solved(found, request.POST.get("sum", ""), words) or (asks and found.sum is None):
        faults["sum"] = words.faults["puzzle"]
    if not faults and guarding.fast(found):
        faults[""] = words.faults["fast"]
    return faults


def _received(
    request: HttpRequest, typed: dict[str, str], words: FormWords, found: guarding.Served, slug: str
) -> tuple[dict[str, str], str | None]:
    files = request.FILES.getlist("files")
    if len(files) > limits.FILES_MAX:
        return {"files": words.faults["files_many"].format(most=limits.FILES_MAX)}, None
    try:
        day = date.fromisoformat(typed["happened_on"].strip()) if typed["happened_on"].strip() else None
    except ValueError:
        return {"happened_on": words.faults["date"]}, None
    if any((one.size or 0) > limits.FILE_MAX for one in files):
        return {"files": words.faults["files_large"]}, None
    told = Report(
        "form",
        typed["text"],
        about=typed["about"],
        need=typed["need"],
        happened_on=day,
        contact=typed["contact"],
        language=words.language,
        system=slug,
        files=[Attached(one.name or "file", one.read()) for one in files if one.size or one.name],
    )
    try:
        return {}, receive(told, form=found.form).receipt
    except BadRequest as no:
        return {no.field: _said(no, words)}, None


def _said(no: BadRequest, words: FormWords) -> str:
    """A refusal in the language of the form."""
    if no.field == "happened_on":
        return words.faults["date"]
    if no.field == "files":
        return (
            words.faults["files_large"] if "large" in no.why else words.faults["files_kind"].format(endings=_endings())
        )
    most = {"text": limits.TEXT_MAX, "contact": limits.CONTACT_MAX}.get(no.field, limits.SHORT_MAX)
    return words.faults["missing"] if "missing" in no.why else words.faults["long"].format(most=f"{most:,}")


@dataclass(frozen=True, slots=True)
class _Field:
    """A field as the template shows it."""

    name: str
    label: str
    hint: str
    value: str
    fault: str
    kind: str
    most: int = limits.SHORT_MAX
    rows: int = 0


def _form(
    request: HttpRequest,
    words: FormWords,
    organisation: Organisation,
    opened: ReportsOpened,
    *,
    slug: str,
    served: guarding.Served,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    status: int | None = None,
) -> HttpResponse:
    typed, faults, form = typed or {}, faults or {}, words.form
    kinds = {
        "text": ("area", limits.TEXT_MAX, 8),
        "happened_on": ("date", 10, 0),
        "need": ("area", limits.SHORT_MAX, 3),
    }
    kinds |= {"contact": ("text", limits.CONTACT_MAX, 0)}
    fields = []
    for name in FIELDS:
        kind, most, rows = kinds.get(name, ("text", limits.SHORT_MAX, 0))
        value = typed.get(name, "").replace("\x00", "")
        fault = faults.get(name, "")
        fields.append(_Field(name, form[name], form[f"{name}_hint"], value, fault, kind, most, rows))
    described = organisation.described
    name = described.name if described else form["organisation"]
    system = SystemRow.objects.filter(slug=slug).values_list("name", flat=True).first() if slug else ""
    context: dict[str, Any] = {
        "words": words,
        "languages": [form_words(one) for one in LANGUAGES],
        "opened": opened,
        "system": form["about_system"].format(system=system) if system else "",
        "fields": fields,
        "faults": faults,
        "general": faults.get(""),
        "served": served.signed(),
        "sum": form["puzzle"].format(one=words.numbers[served.sum[0]], two=words.numbers[served.sum[1]])
        if served.sum
        else "",
        "files_hint": form["files_hint"].format(
            count=limits.FILES_MAX, size=limits.FILE_MAX // 2**20, endings=_endings()
        ),
        "accept": ",".join(f".{one}" for one in ENDINGS),
        "kept": [form["kept_text"].format(organisation=name, days=opened.days_kept), form["kept_contact"]],
        "here": reverse("report-on", args=[slug]) if slug else reverse("report"),
    }
    return render(request, "complaints/form.html", context, status=status or (422 if faults else 200))


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """What became of a report; adding to it, and taking it back. The number never stands in an address."""
    words = _words(request)
    context: dict[str, Any] = {"words": words, "languages": [form_words(one) for one in LANGUAGES]}
    if request.method != "POST":
        return render(request, "complaints/status.html", context)
    if guarding.count(request, "look") > guarding.LOOKS_MAX:
        context["fault"] = words.faults["often"].format(minutes=guarding.WINDOW_S // 60)
        response = render(request, "complaints/status.html", context, status=429)
        response["Retry-After"] = str(guarding.WINDOW_S)
        return response
    receipt = read_receipt(request.POST.get("receipt", ""))
    row = by_receipt(receipt)
    if row is None:
        typed = request.POST.get("receipt", "").replace("\x00", "")[:60]
        return render(
            request, "complaints/status.html", {**context, "fault": words.status["unknown"], "typed": typed}, status=404
        )
    match request.POST.get("do"):
        case "add":
            context |= _added(request, row, words)
        case "withdraw":
            if request.POST.get("sure"):
                telling.withdraw(row)
                row = by_receipt(receipt) or row
            else:
                context["unsure"] = words.status["withdraw_unsure"]
    return render(request, "complaints/status.html", {**context, **_stood(row, receipt, words)})


def _added(request: HttpRequest, row: Complaint, words: FormWords) -> dict[str, Any]:
    typed = request.POST.get("text", "")
    served = guarding.read(request.POST.get("form", ""))
    try:
        text = limits.within("text", typed, limits.MESSAGE_MAX)
    except BadRequest:
        return {"add_fault": words.faults["long"].format(most=f"{limits.MESSAGE_MAX:,}"), "add_typed": typed}
    if not text or served is None:
        return {"add_fault": words.faults["missing"], "add_typed": text}
    telling.add(row, text, once=f"form {served.form}")
    return {"added": words.status["added"]}


def _stood(row: Complaint, receipt: str, words: FormWords) -> dict[str, Any]:
    known = progress(telling.stood(row))
    gone = row.erased_at is not None and row.withdrawn_at is None
    cluster = row.cluster
    same = cluster.count if cluster is not None and cluster.count >= SAME_LEAST else 0
    return {
        "row": row,
        "receipt": receipt,
        "progress": words.status["erased"] if gone else words.status[known],
        "same": words.status["same"].format(count=same) if same else "",
        "held": list(row.messages.order_by("at", "pk")[:100]),
        "open": row.erased_at is None,
        "served": guarding.serve(asks=False).signed(),
        "today": timezone.localdate(),
    }


def _closed(request: HttpRequest) -> HttpResponse:
    words = _words(request)
    context = {"words": words, "languages": [form_words(one) for one in LANGUAGES]}
    return render(request, "complaints/closed.html", context, status=404)


def _words(request: HttpRequest) -> FormWords:
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return form_words(asked)
    for told, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500].lower()):
        if (short := told.partition("-")[0]) in LANGUAGES:
            return form_words(short)
    return form_words(LANGUAGES[0])


def _endings() -> str:
    return ", ".join(ENDINGS)
