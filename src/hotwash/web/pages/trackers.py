"""Trackers of work elsewhere: the list with what is behind and what both sides changed, and the forms to set one up."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.ledger.rule import NotAllowed
from hotwash.response.request import BadRequest
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import SystemRow, Tracker
from hotwash.web.trackers import keeping
from hotwash.web.trackers.keeping import KINDS

ACTS = {
    "run": (keeping.soon, "{} is looked at within seconds."),
    "pause": (keeping.pause, "{} is paused."),
    "resume": (keeping.resume, "{} is asked and written again."),
    "remove": (keeping.remove, "{} is forgotten, with its tokens. Its issues stay."),
}


class TrackerForm(forms.Form):
    """A tracker."""

    name = forms.SlugField(label="Name", max_length=60, help_text="Such as loans-board: letters, digits, hyphens.")
    url = forms.CharField(label="Address of its API", max_length=500)
    project = forms.CharField(label="Project", max_length=200)
    user = forms.CharField(
        label="The token belongs to",
        max_length=200,
        required=False,
        help_text="Jira in the cloud: a mail address. A server of one's own: leave it empty.",
    )
    type = forms.CharField(label="Type of a new issue", max_length=100, required=False, initial="Task")
    secret = forms.CharField(
        label="Token",
        required=False,
        max_length=4000,
        help_text="May read and write issues. Kept sealed, shown to nobody again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    hook = forms.CharField(
        label="What its webhooks are signed with",
        required=False,
        max_length=4000,
        help_text="Without it, it is only asked now and then.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    system = forms.ChoiceField(label="For actions about", required=False)
    automatic = forms.BooleanField(label="Every new action gets an issue", required=False)
    every_s = forms.IntegerField(label="Seconds between two times that it is asked", min_value=60, max_value=86_400)

    def __init__(self, kind: str, *args: Any, known: Tracker | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        names = SystemRow.objects.order_by("slug").values_list("slug", "name")[:1000]
        chosen = self.fields["system"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", "Every AI system"), *names]
        said = KINDS[kind].project
        self.fields["project"].help_text = f"{said[:1].upper() if kind == 'jira' else said[:1]}{said[1:]}"
        if kind != "jira":
            del self.fields["user"], self.fields["type"]
        if known is not None:
            del self.fields["name"], self.fields["project"]
            self.fields["secret"].help_text = "Empty keeps the one there is. Another address needs it again."
            self.fields["hook"].help_text = "Empty keeps the one there is."

    def settings(self) -> dict[str, Any]:
        """Where it is."""
        words = ("url", "project", "user", "type")
        return {name: self.cleaned_data[name] for name in words if self.cleaned_data.get(name)}


@require_safe
def trackers(request: HttpRequest) -> HttpResponse:
    """Every tracker."""
    looker = asking(request)
    looker.need("read")
    now = desk().clock()
    listed = [keeping.shown(row, now) for row in Tracker.objects.order_by("name")[: keeping.TRACKERS_MAX]]
    context = {"trackers": listed, "kinds": KINDS, "may": looker.may("manage-trackers")}
    return render(request, "pages/trackers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Set one up."""
    looker = asking(request)
    looker.need("manage-trackers")
    if kind not in KINDS:
        raise Http404
    begin = {"url": KINDS[kind].url, "every_s": 300}
    form = TrackerForm(kind, request.POST if request.method == "POST" else None, initial=begin)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        words = {word: given[word] for word in ("secret", "hook", "system", "automatic", "every_s")}
        try:
            keeping.add(kind, given["name"], form.settings(), by=looker.person, **words)
        except (BadRequest, NotAllowed) as no:
            _told(form, no)
        else:
            messages.success(request, f"{given['name']} is set up. Actions get an issue there from their room.")
            return redirect("trackers")
    return _form(request, form, kind, title=f"Set up {KINDS[kind].title}")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, name: str) -> HttpResponse:
    """Change one."""
    asking(request).need("manage-trackers")
    row = keeping.named(name)
    begin = {**row.settings, "system": row.system, "automatic": row.automatic, "every_s": row.every_s}
    form = TrackerForm(row.kind, request.POST if request.method == "POST" else None, initial=begin, known=row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            keeping.change(
                name,
                form.settings(),
                secret=given["secret"] or None,
                hook=given["hook"] or None,
                system=given["system"],
                automatic=given["automatic"],
                every_s=given["every_s"],
            )
        except (BadRequest, NotAllowed) as no:
            _told(form, no)
        else:
            messages.success(request, f"{name} is changed.")
            return redirect("trackers")
    return _form(request, form, row.kind, title=f"Change {name}")


@require_POST
def act(request: HttpRequest, name: str, verb: str) -> HttpResponse:
    """Look at everything now, pause it, take it up again, remove it."""
    asking(request).need("manage-trackers")
    if verb not in ACTS:
        raise Http404
    do, said = ACTS[verb]
    do(name)
    messages.success(request, said.format(name))
    return redirect("trackers")


def _told(form: TrackerForm, no: BadRequest | NotAllowed) -> None:
    field = no.field if isinstance(no, BadRequest) and no.field in form.fields else None
    form.add_error(field, no.why.capitalize() if field and isinstance(no, BadRequest) else str(no))


def _form(request: HttpRequest, form: TrackerForm, kind: str, *, title: str) -> HttpResponse:
    context = {"form": form, "kind": KINDS[kind], "title": title}
    return render(request, "pages/tracker_form.html", context, status=422 if form.errors else 200)
