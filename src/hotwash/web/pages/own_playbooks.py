"""The organisation's own playbooks: add one, write a new edition, withdraw one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hotwash.knowledge.playbook_text import TEXT_MAX, read_text, written
from hotwash.knowledge.playbooks import LEVELS, BadPlaybook, plain
from hotwash.response.desk import refusals
from hotwash.systems.playbooks import Edition
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import SystemRow

FILE_MAX = 2_000_000


class Writing(forms.Form):
    """The text of a playbook, and where it is offered."""

    use_required_attribute = False
    file = forms.FileField(label="A file (TOML, JSON or CACAO 2.0)", required=False)
    text = forms.CharField(
        label="Or its text",
        required=False,
        max_length=TEXT_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
    )
    systems = forms.MultipleChoiceField(
        label="Offered for",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: for every AI system.",
    )
    tiers = forms.MultipleChoiceField(
        label="Offered at",
        required=False,
        choices=[(level, level) for level in LEVELS],
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: at every tier.",
    )
    reason = forms.CharField(label="What is new in it, and why", required=False, max_length=1000)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        systems = list(SystemRow.objects.order_by("name").values_list("slug", "name")[:200])
        self.fields["systems"].choices = systems  # type: ignore[attr-defined]
        if not systems:
            self.fields.pop("systems")

    def content(self) -> str:
        """The text that was sent, of the file if there is one."""
        file = self.cleaned_data.get("file")
        if file is None:
            return str(self.cleaned_data.get("text") or "")
        if file.size > FILE_MAX:
            raise BadPlaybook(f"{file.name}: the file is larger than {FILE_MAX:,} bytes.")
        try:
            return str(file.read().decode())
        except UnicodeDecodeError as bad:
            raise BadPlaybook(f"{file.name}: this is no UTF-8 text.") from bad


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A playbook that is not kept yet."""
    return _written(request, None)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """A new edition of one that is kept."""
    editions = desk().organisation().playbooks.editions.get(name)
    if not editions:
        raise Http404
    return _written(request, editions)


def _written(request: HttpRequest, editions: list[Edition] | None) -> HttpResponse:
    looker = asking(request)
    looker.need("keep-playbook")
    if request.method != "POST":
        return _shown(request, Writing(initial=_initial(editions)), editions)
    form, status = Writing(request.POST, request.FILES), 422
    if form.is_valid():
        said = form.cleaned_data
        try:
            book = read_text(form.content(), name=said["file"].name if said.get("file") else "the text")
            if editions and book.id != editions[-1].playbook.id:
                raise BadPlaybook(f"id: this edition is of “{editions[-1].playbook.id}”: its id does not change.")
            desk().record_organisation(
                "keep-playbook", by=looker.person, content=plain(book), systems=said.get("systems", []),
                tiers=said["tiers"], reason=said["reason"],
            )  # fmt: skip
        except BadPlaybook as bad:
            form.add_error(None, str(bad))
        except refusals() as no:
            form.add_error(None, str(no))
            status = 409
        else:
            messages.success(request, f"Edition {book.version} of “{book.title}” is kept.")
            return redirect("playbook", book.id)
    return _shown(request, form, editions, status=status)


@require_POST
def withdraw(request: HttpRequest, name: str) -> HttpResponse:
    """Offer it no longer."""
    looker = asking(request)
    looker.need("withdraw-playbook")
    try:
        reason = request.POST.get("reason", "")
        desk().record_organisation("withdraw-playbook", by=looker.person, playbook=name, reason=reason)
    except refusals() as no:
        messages.error(request, str(no))
        return redirect("own-playbook", name)
    messages.success(request, f"{name} is no longer offered. What runs by it goes on.")
    return redirect("book", "playbooks")


def _initial(editions: list[Edition] | None) -> dict[str, Any]:
    if not editions:
        return {}
    newest = editions[-1]
    return {"text": written(newest.playbook), "systems": newest.event.systems, "tiers": newest.event.tiers}


def _shown(request: HttpRequest, form: Writing, editions: list[Edition] | None, *, status: int = 200) -> HttpResponse:
    name = editions[-1].playbook.id if editions else ""
    context = {
        "form": form,
        "name": name,
        "editions": list(reversed(editions or [])),
        "withdrawn": desk().organisation().playbooks.withdrawn.get(name),
    }
    return render(request, "pages/library/own_playbook.html", context, status=status)
