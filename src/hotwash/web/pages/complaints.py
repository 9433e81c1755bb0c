"""Reports from people behind the inbox: clusters, one report, the clerk's form. A bounded number of statements each."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.response import complaints as limits
from hotwash.response.complaints import ENDINGS, Attached, Report, masked
from hotwash.response.desk import NotFound, refusals
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import Caller
from hotwash.web.api.exchange import attachment
from hotwash.web.complaints import clusters, listing, telling
from hotwash.web.complaints.receiving import contact_of, file_bytes, receive
from hotwash.web.pages.declaring import system_choices
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import Complaint, ComplaintFile, IncidentRow, SignalGroup

OPEN_SHOWN = 50
_VIEWS = {"open": "Not counted in an incident", "unread": "With reports nobody read", "all": "All"}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Clusters, the newest first."""
    looker = asking(request)
    looker.need("read-complaints")
    return _list(request, looker)


def _list(request: HttpRequest, looker: Caller, *, fault: str = "") -> HttpResponse:
    view = request.GET.get("view", "open")
    view = view if view in _VIEWS else "open"
    try:
        page = listing.clusters(view=view, cursor=request.GET.get("after", "")[:20])  # type: ignore[arg-type]
    except BadRequest:
        page = listing.clusters(view=view)  # type: ignore[arg-type]
    older = f"{reverse('complaints')}?{urlencode({'view': view, 'after': page.next})}" if page.next else ""
    context = {
        "clusters": page.rows,
        "view": view,
        "views": _VIEWS.items(),
        "unread": listing.unread(),
        "older": older,
        "first": not request.GET.get("after"),
        "may_take": looker.may("take-complaint"),
        "may_sort": looker.may("sort-complaints"),
        "may_open": looker.may("open-reports"),
        "fault": fault,
    }
    return render(request, "pages/complaints.html", context, status=409 if fault else 200)


@require_POST
def sort_anew(request: HttpRequest) -> HttpResponse:
    """Hold all reports against each other again."""
    looker = asking(request)
    looker.need("sort-complaints")
    moved = clusters.sort_soon()
    if moved is None:
        messages.success(request, "The worker sorts them now. It takes some minutes.")
    else:
        messages.success(request, f"{moved} report{'' if moved == 1 else 's'} moved." if moved else "Nothing moved.")
    return redirect("complaints")


@require_safe
def of_line(request: HttpRequest, pk: int) -> HttpResponse:
    """From a line of the inbox to the cluster that it counts."""
    asking(request).need("read-complaints")
    line = SignalGroup.objects.filter(pk=min(pk, 2**53), sender=limits.SENDER).first()
    number = limits.cluster_of(line.group) if line is not None else None
    if number is None:
        raise Http404
    return redirect("complaint-cluster", number)


@require_safe
def cluster(request: HttpRequest, pk: int) -> HttpResponse:
    """One cluster: how many people, a sample, its reports, what may be the same."""
    looker = asking(request)
    looker.need("read-complaints")
    return _cluster(request, looker, pk)


def _cluster(request: HttpRequest, looker: Caller, pk: int, *, fault: str = "", opened: str = "") -> HttpResponse:
    row = _standing(pk)
    if row.pk != pk and not fault:
        return redirect("complaint-cluster", row.pk)
    cursor = request.GET.get("after", "")
    page = listing.reports(cluster=row.pk, cursor=cursor if cursor.isdecimal() and len(cursor) < 16 else "")
    opens = IncidentRow.objects.filter(state="open").order_by("-declared_at").values_list("id", "title")
    context: dict[str, Any] = {
        "cluster": row,
        "people": listing.people(row),
        "reports": [{**listing.line(one), "read": one.read_at is not None} for one in page.rows],
        "older": page.next,
        "first": not cursor,
        "perhaps": clusters.perhaps_the_same(row),
        "may_sort": looker.may("sort-complaints"),
        "may_answer": looker.may("answer-complaints"),
        "may_link": looker.may("link-signal"),
        "open_incidents": list(opens[:OPEN_SHOWN]) if looker.may("link-signal") else [],
        "fault": fault,
        "opened": opened,
        "typed": request.POST if request.method == "POST" else {},
        "once": limits.fresh_form(),
    }
    return render(request, "pages/complaint_cluster.html", context, status=409 if fault else 200)


@require_POST
def on_cluster(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Merge, name, count for an incident, or write to everybody in it."""
    looker = asking(request)
    needs = {
        "merge": "sort-complaints",
        "rename": "sort-complaints",
        "link": "link-signal",
        "answer": "answer-complaints",
    }
    if verb not in needs:
        raise Http404
    looker.need(needs[verb])
    given = request.POST
    try:
        match verb:
            case "merge":
                into = clusters.merge(pk, _number(given.get("into", "")), by=looker.person.name)
                messages.success(request, f"One cluster of {into.count} reports.")
                return redirect("complaint-cluster", into.pk)
            case "rename":
                clusters.rename(pk, given.get("title", "").replace("\x00", ""))
            case "link":
                incident = given.get("incident", "").strip().replace("\x00", "")[:60]
                counted = telling.link(pk, incident, by=looker.person)
                messages.success(request, f"{incident} counts {counted} report{'' if counted == 1 else 's'}.")
            case "answer":
                once = f"page {given.get('once', '')[:64]}"
                told = telling.tell_cluster(pk, given.get("text", ""), by=looker.person, once=once)
                messages.success(request, f"Written to {told} report{'' if told == 1 else 's'}.")
    except refusals() as no:
        return _cluster(request, looker, pk, fault=_why(no), opened=verb)
    return redirect("complaint-cluster", pk)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One report, in the person's own words."""
    looker = asking(request)
    looker.need("read-complaints")
    return _one(request, looker, pk)


def _one(request: HttpRequest, looker: Caller, pk: int, *, fault: str = "", contact: str | None = None) -> HttpResponse:
    try:
        row = telling.open_one(min(pk, 2**53), by=looker.person)
    except NotFound as nothing:
        raise Http404 from nothing
    context: dict[str, Any] = {
        "row": row,
        "told": listing.whole(row),
        "shown": masked(row.text) if request.GET.get("masked") else row.text,
        "masked": bool(request.GET.get("masked")),
        "may_contact": looker.may("see-contact"),
        "may_answer": looker.may("answer-complaints"),
        "may_sort": looker.may("sort-complaints"),
        "contact": contact,
        "fault": fault,
        "typed": request.POST if request.method == "POST" else {},
        "once": limits.fresh_form(),
    }
    return render(request, "pages/complaint.html", context, status=409 if fault else 200)


@require_POST
def on_one(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Look at the contact, answer, close or move one report."""
    looker = asking(request)
    needs = {
        "contact": "see-contact",
        "answer": "answer-complaints",
        "close": "sort-complaints",
        "move": "sort-complaints",
    }
    if verb not in needs:
        raise Http404
    looker.need(needs[verb])
    row = Complaint.objects.filter(pk=min(pk, 2**53)).first()
    if row is None:
        raise Http404
    given = request.POST
    try:
        match verb:
            case "contact":
                telling.looked(row, looker.person, "looked at how to reach the person")
                return _one(request, looker, pk, contact=contact_of(row) or "")
            case "answer":
                once = f"page {given.get('once', '')[:64]}"
                if not telling.answer([row.pk], given.get("text", ""), by=looker.person, once=once):
                    return _one(request, looker, pk, fault="The report was taken back or erased: nobody was told.")
                messages.success(request, "Written. The person sees it with the receipt number.")
            case "close":
                telling.close(row.pk, by=looker.person, reason=given.get("reason", "").replace("\x00", ""))
                messages.success(request, f"Report {row.pk} is closed.")
            case "move":
                to = given.get("to", "").strip()
                into = clusters.move(row.pk, _number(to) if to else None, by=looker.person.name)
                telling.looked(row, looker.person, f"moved the report to cluster {into.pk}")
                messages.success(request, f"The report is in cluster {into.pk}.")
    except refusals() as no:
        return _one(request, looker, pk, fault=_why(no))
    return redirect("complaint", pk)


@require_safe
def file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The bytes of a file, to be saved, never shown."""
    looker = asking(request)
    looker.need("read-complaints")
    found = ComplaintFile.objects.select_related("complaint").filter(pk=min(number, 2**53), complaint=pk).first()
    if found is None:
        raise Http404
    telling.looked(found.complaint, looker.person, f"took the file {found.name}")
    try:
        return attachment(file_bytes(found), found.name)
    except LookupError as gone:
        raise Http404 from gone


class Clerk(forms.Form):
    """What a clerk types in for somebody. Only ``text`` is needed."""

    text = forms.CharField(
        label="What happened?",
        help_text="In the person's own words, as near as you can.",
        max_length=limits.TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "autofocus": True}),
        error_messages={"required": "Write what the person told you."},
    )
    channel = forms.ChoiceField(
        label="How did it come?",
        choices=[("phone", "By phone"), ("letter", "By letter"), ("counter", "In person"), ("other", "Another way")],
    )
    about = forms.CharField(label="Which decision or service?", required=False, max_length=limits.SHORT_MAX)
    need = forms.CharField(
        label="What does the person need?",
        required=False,
        max_length=limits.SHORT_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    happened_on = forms.DateField(
        label="When did it happen?", required=False, widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    told_at = forms.DateTimeField(
        label="When did the person tell it, if not just now?",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M"),
    )
    contact = forms.CharField(
        label="How can the person be reached?",
        help_text="Only if the person wants it. Kept sealed and apart; who looks at it is written down.",
        required=False,
        max_length=limits.CONTACT_MAX,
    )
    language = forms.CharField(
        label="Language for answers, such as de",
        required=False,
        max_length=20,
        widget=forms.TextInput({"class": "short"}),
    )
    system = forms.ChoiceField(label="Which AI system, if that is known?", required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["system"].choices = system_choices()  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def clerk(request: HttpRequest) -> HttpResponse:
    """Type in what somebody told by telephone, by letter or in person."""
    looker = asking(request)
    looker.need("take-complaint")
    form = Clerk(request.POST if request.method == "POST" else None)
    once = request.POST.get("once", "")[:64] or limits.fresh_form()
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        told_at = words.pop("told_at")
        files = [Attached(one.name or "file", one.read()) for one in request.FILES.getlist("files")[:20] if one.size]
        try:
            report = Report(by=looker.person.name, files=files, **words)
            got = receive(report, form=f"clerk {looker.person.name} {once}", received_at=told_at)
        except BadRequest as no:
            form.add_error(no.field if no.field in form.fields else None, f"{no.field}: {no.why}")
        else:
            shown = {"receipt": got.receipt, "number": got.id, "reads": looker.may("read-complaints")}
            return render(request, "pages/complaint_taken.html", shown)
    context = {"form": form, "once": once, "accept": ",".join(f".{each}" for each in ENDINGS), "today": timezone.now()}
    return render(request, "pages/complaint_new.html", context, status=422 if form.errors else 200)


def _standing(pk: int) -> Any:
    try:
        return clusters.standing(min(pk, 2**53))
    except NotFound as nothing:
        raise Http404 from nothing


def _number(text: str) -> int:
    plain = text.strip()
    if not plain.isdecimal() or len(plain) > 15:
        raise BadRequest("", "Name a cluster by its number.")
    return int(plain)


def _why(no: Exception) -> str:
    return no.why if isinstance(no, BadRequest) and not no.field else str(no)
