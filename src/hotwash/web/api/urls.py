"""Every address of the API. Whatever is not here is a problem document too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError, HttpError, ValidationError

from hotwash.web.api import (
    about,
    actions,
    chats,
    clocks,
    command,
    complaints,
    documents,
    drills,
    evidence,
    exchanging,
    findings,
    gates,
    importing,
    inbox,
    inbox_addresses,
    incidents,
    messages,
    metrics,
    playbooks,
    postmortems,
    problem,
    pulls,
    questions,
    recovery,
    redress,
    redress_lists,
    retention,
    seals,
    sending,
    similar,
    stock,
    switches,
    systems,
    trackers,
    trees,
    verbs,
    whys,
    wording,
    worker,
    worklist,
)
from hotwash.web.api.caller import DOORS
from hotwash.web.api.openapi import Described
from hotwash.web.middleware import open_to_all

View = Callable[..., HttpResponseBase]

api = Described(
    title="Hotwash",
    version="1",
    description="Incident response for AI-related harm. Errors are problem documents (RFC 9457).",
    auth=list(DOORS),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
for _router in (
    incidents.router,
    evidence.router,
    findings.router,
    worklist.router,
    questions.router,
    recovery.router,
    actions.incidents,
    trackers.incidents,
    redress.router,
    redress_lists.router,
    documents.incidents,
    clocks.incidents,
    messages.incidents,
    playbooks.incidents,
    postmortems.incidents,
    trees.incidents,
    whys.incidents,
    similar.incidents,
    exchanging.incidents,
    command.router,
    switches.incidents,
    verbs.incidents,
):
    api.add_router("/incidents", _router)
for _router in (systems.router, gates.router, documents.systems, verbs.systems):
    api.add_router("/systems", _router)
for _router in (
    about.router,
    stock.router,
    actions.router,
    trackers.router,
    chats.router,
    switches.router,
    playbooks.library,
    trees.library,
    whys.library,
    documents.installation,
    seals.router,
    retention.router,
    clocks.installation,
    messages.installation,
    inbox.router,
    complaints.router,
    inbox_addresses.router,
    sending.router,
    wording.router,
    metrics.router,
    similar.router,
    importing.router,
    worker.router,
    pulls.router,
    drills.router,
):
    api.add_router("", _router)


def _refused(request: HttpRequest, fault: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(fault, Exception)
    return problem.answer(request, fault)


for _kind in (Exception, HttpError, AuthenticationError, ValidationError, Http404):
    api.add_exception_handler(_kind, _refused)


def _with_problems(view: View) -> View:
    # ninja answers a wrong method in plain text, before any of its exception handlers.
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return _nowhere(request)
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            refused = problem.problem(405, "method-not-allowed", f"This address takes {allowed or 'another method'}.")
            refused["Allow"] = allowed
            return refused
        return response

    return open_to_all(csrf_exempt(answered))


@open_to_all
@csrf_exempt
def _nowhere(request: HttpRequest) -> HttpResponseBase:
    return problem.problem(404, "not-found", f"The API has no address {request.path[:200]}.")


def _patterns() -> list[URLPattern]:
    patterns = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        pattern.callback = _with_problems(pattern.callback)
        patterns.append(pattern)
    return patterns


app_name = "api"
urlpatterns = [*_patterns(), re_path(r"", _nowhere)]
