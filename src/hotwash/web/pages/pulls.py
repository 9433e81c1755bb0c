"""Sources that are asked: the list with lag and last fault, and the forms to set one up or change it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.ledger.rule import NotAllowed
from hotwash.response.request import BadRequest
from hotwash.web.door import desk
from hotwash.web.pages.pull_forms import FORMS, PullForm, rule_lines
from hotwash.web.pages.sight import asking
from hotwash.web.pulls import keeping
from hotwash.web.pulls.kinds import KINDS
from hotwash.web.pulls.shown import shown
from hotwash.web.tables.models import Pull, SystemRow

ACTS = {
    "run": (keeping.soon, "{} is due: the worker asks it within seconds."),
    "pause": (keeping.pause, "{} is paused."),
    "resume": (keeping.resume, "{} is asked again."),
    "remove": (keeping.remove, "{} is forgotten, with its key. What was pulled stays."),
}
LISTED_MAX = 200
TITLES = {
    "url": "Address", "project": "Project", "space": "Space", "organisation": "Organisation", "dataset": "Dataset",
    "which": "A row is", "refresh_days": "Days read again",
}  # fmt: skip
SAID = {"LLM": "each call of a model", "ROOT": "each request as a whole", "ALL": "every step"}


@require_safe
def pulls(request: HttpRequest) -> HttpResponse:
    """Every source."""
    looker = asking(request)
    looker.need("read")
    now = desk().clock()
    listed: list[dict[str, Any]] = []
    for row in Pull.objects.order_by("name")[:LISTED_MAX]:
        one = shown(row, now)
        told = [
            (TITLES[word], SAID.get(value, value)) for word, value in row.settings.items() if value and word in TITLES
        ]
        since = datetime.fromisoformat(row.settings["since"]) if "since" in row.settings else None
        listed.append(
            {
                **one,
                "words": told,
                "since": since,
                "every": _every(row.every_s),
                "rules": rule_lines(row.settings.get("rules", ())),
            }
        )
    context = {"pulls": listed, "kinds": KINDS, "may": looker.may("manage-pulls")}
    return render(request, "pulls/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Set up a source."""
    looker = asking(request)
    looker.need("manage-pulls")
    if kind not in FORMS:
        raise Http404
    system = request.GET.get("system", "")[:190]
    begin = {"every_s": KINDS[kind].every_s, "system": system, "describe": bool(system), "name": system[:60]}
    form = FORMS[kind](request.POST if request.method == "POST" else None, initial=begin)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given.get("describe"):
                looker.need("describe-log")
            keeping.add(
                kind,
                given["name"],
                form.settings(),
                by=looker.person,
                system=given["system"],
                secret=given["secret"],
                every_s=given["every_s"],
                describe=bool(given.get("describe")),
            )
        except (BadRequest, NotAllowed) as no:
            _told(form, no)
        else:
            messages.success(request, f"{given['name']} is set up. The worker asks it from now on.")
            return redirect("inbox-pulls")
    return _form(
        request, form, kind, title=f"Ask {KINDS[kind].title}", system=SystemRow.objects.filter(slug=system).first()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, name: str) -> HttpResponse:
    """Change a source."""
    asking(request).need("manage-pulls")
    pull = keeping.named(name)
    made = FORMS[pull.kind]
    form = made(request.POST if request.method == "POST" else None, initial=made.known(pull), pull=pull)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            keeping.change(name, form.settings(), secret=given["secret"] or None, every_s=given["every_s"])
        except (BadRequest, NotAllowed) as no:
            _told(form, no)
        else:
            messages.success(request, f"{name} is changed.")
            return redirect("inbox-pulls")
    return _form(request, form, pull.kind, title=f"Change {name}", system=None)


@require_POST
def act(request: HttpRequest, name: str, verb: str) -> HttpResponse:
    """Let it be due now, pause it, take it up again, remove it."""
    asking(request).need("manage-pulls")
    if verb not in ACTS:
        raise Http404
    do, said = ACTS[verb]
    do(name)
    messages.success(request, said.format(name))
    return redirect("inbox-pulls")


def _every(seconds: int) -> str:
    if seconds % 3600 == 0:
        return "every hour" if seconds == 3600 else f"every {seconds // 3600} hours"
    if seconds % 60 == 0:
        return "every minute" if seconds == 60 else f"every {seconds // 60} minutes"
    return f"every {seconds} seconds"


def _told(form: PullForm, no: BadRequest | NotAllowed) -> None:
    field = no.field if isinstance(no, BadRequest) and no.field in form.fields else None
    form.add_error(field, no.why.capitalize() if field and isinstance(no, BadRequest) else str(no))


def _form(request: HttpRequest, form: PullForm, kind: str, *, title: str, system: SystemRow | None) -> HttpResponse:
    context = {"form": form, "kind": KINDS[kind], "title": title, "system": system}
    return render(request, "pulls/form.html", context, status=422 if form.errors else 200)
