"""Bringing in AI systems from another inventory: what would be recorded is shown, and just that is recorded."""

from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hotwash.response import stock_taking
from hotwash.response.desk import refusals
from hotwash.response.request import BadRequest
from hotwash.response.stock_taking import Proposed
from hotwash.web import stock
from hotwash.web.door import desk
from hotwash.web.pages.sight import asking

SALT = "hotwash.stock"
KEPT_S = 3600


class Inventory(forms.Form):
    """Where the systems are named."""

    source = forms.ChoiceField(label="From")
    upload = forms.FileField(label="File", required=False, help_text="For a bill of materials or a model card.")

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        registries = [(f"board:{name}", f"The registry {name} (MLflow)") for name in stock.boards()]
        self.fields["source"].choices = [*stock.FORMATS.items(), *registries]  # type: ignore[attr-defined]

    def proposed(self) -> tuple[Proposed, ...]:
        """The systems that it names.

        :raises BadRequest: if it cannot be read
        """
        source, upload = self.cleaned_data["source"], self.cleaned_data.get("upload")
        if source.startswith("board:"):
            return stock.of_board(source.removeprefix("board:"))
        if upload is None:
            raise BadRequest("file", "is missing.")
        if upload.size > stock.FILE_MAX:
            raise BadRequest("file", f"is larger than {stock.FILE_MAX >> 20} MiB.")
        return stock.of_file(source, upload.read())


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Choose an inventory; then see what it would add."""
    looker = asking(request)
    for verb in ("register", "deploy", "set-purpose"):
        looker.need(verb)
    form = Inventory(request.POST, request.FILES) if request.method == "POST" else Inventory()
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        try:
            proposed = form.proposed()
        except BadRequest as no:
            form.add_error("upload" if no.field == "file" else None, no.why[:1].upper() + no.why[1:])
        else:
            plans = stock_taking.plans(desk(), proposed)
            context |= {
                "plans": plans,
                "acts": sum(len(one.acts) for one in plans),
                # What is recorded is what was shown: it comes back signed, not read anew.
                "kept": signing.dumps(msgspec.to_builtins(proposed), salt=SALT, compress=True),
            }
    return render(request, "pages/stock.html", context, status=422 if form.errors else 200)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Record what was shown."""
    looker = asking(request)
    try:
        held = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=KEPT_S)
        proposed = msgspec.convert(held, tuple[Proposed, ...])
    except (signing.BadSignature, msgspec.ValidationError):
        messages.error(request, "What was shown is too old to be recorded: bring it in again.")
        return redirect("stock")
    try:
        plans = stock_taking.record(desk(), proposed, by=looker.person)
    except refusals() as no:
        messages.error(request, str(no))
        return redirect("stock")
    acts = sum(len(one.acts) for one in plans)
    messages.success(request, f"{acts} entr{'y' if acts == 1 else 'ies'} recorded.")
    return redirect("systems")
