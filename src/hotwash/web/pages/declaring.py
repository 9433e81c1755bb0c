"""Declaring: one sentence is enough. Everything else is asked once and can wait."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hotwash.incident.rules.life import TITLE_LENGTH_MAX
from hotwash.knowledge.harms import harms
from hotwash.ledger.rule import NotAllowed
from hotwash.response.request import TEXT_LENGTH_MAX, BadRequest
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import SystemRow

_EXAMPLE = "Women’s applications are rejected far more often than last month"
_KINDS = [
    ("normal", "Real: people are or may be harmed"),
    ("drill", "A drill"),
    ("test", "A test of Hotwash"),
    ("backdated", "From the past, written down now"),
]


def system_choices() -> list[tuple[str, str]]:
    """The AI systems that run, by name."""
    known = SystemRow.objects.exclude(state="retired").order_by("name").values_list("slug", "name")
    return [("", "Not known yet, or none of these"), *known]


class Declaration(forms.Form):
    """What is asked. Only ``title`` is needed."""

    title = forms.CharField(
        max_length=TITLE_LENGTH_MAX,
        label="What is happening?",
        error_messages={"required": "Write one sentence: what is happening, and to whom."},
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "autofocus": True,
                "placeholder": _EXAMPLE,
            }
        ),
    )
    harms = forms.MultipleChoiceField(
        required=False,
        label="What kind of harm?",
        choices=lambda: [(harm.id, harm.title) for harm in harms().harms],
        widget=forms.CheckboxSelectMultiple,
    )
    system = forms.CharField(required=False, max_length=200, label="Which AI system?")
    detail = forms.CharField(
        required=False,
        max_length=TEXT_LENGTH_MAX,
        label="What have you seen?",
        help_text="Where, how often, who told you. Leave out the names of people harmed.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen_at = forms.DateTimeField(
        required=False,
        label="First seen, if that was not just now",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    kind = forms.ChoiceField(required=False, choices=_KINDS, initial="normal", label="Is it real?")

    def clean_seen_at(self) -> Any:
        """A moment in the past."""
        at = self.cleaned_data["seen_at"]
        if at is not None and at > timezone.now():
            raise forms.ValidationError("That is still to come: write when it was seen first.")
        return at

    def clean_system(self) -> str | None:
        """A system that is there."""
        slug = self.cleaned_data["system"].strip().replace("\x00", "")
        if slug and not SystemRow.objects.filter(slug=slug).exists():
            raise forms.ValidationError("There is no such AI system any more. Choose another, or none.")
        return slug or None


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Ask, and declare. Leads into the room."""
    looker = asking(request)
    looker.need("declare")
    form = Declaration(request.POST if request.method == "POST" else None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        seen_at = words.pop("seen_at")
        try:
            written = desk().declare(by=looker.person, **{**words, "kind": words["kind"] or "normal"})
        except BadRequest as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.why)
        except NotAllowed as no:
            form.add_error(None, str(no))
        else:
            if seen_at is not None and looker.may("detect"):
                desk().record(written.id, "detect", by=looker.person, at=seen_at, source="told when it was declared")
            messages.success(request, f"{written.id} is declared. The clock runs.", extra_tags="done:declare")
            return redirect(f"/incidents/{written.id}/")
    if looker.reads():
        form.fields["system"].widget = forms.Select(choices=system_choices())
    status = 422 if form.errors else 200
    return render(request, "pages/declare.html", {"form": form}, status=status)


def _initial(request: HttpRequest) -> dict[str, str]:
    return {"kind": "normal", "system": request.GET.get("system", "")[:200]}
