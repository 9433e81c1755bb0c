"""The worker: whether it lives, what waits for it, and what failed and can be tried again."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hotwash.web.door import desk
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import JobState
from hotwash.web.work import queue
from hotwash.web.work.health import health
from hotwash.web.work.kinds import KINDS
from hotwash.web.work.listing import jobs

DONE_SHOWN = 20


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """How the worker is."""
    return _page(request)


@require_POST
def again(request: HttpRequest, job: int) -> HttpResponse:
    """Let a failed job wait anew."""
    asking(request).need("retry-job")
    if not queue.again(job, now=desk().clock()):
        return _page(request, wrong="This job does not wait for a new attempt: it was tried again already, or is done.")
    return HttpResponseRedirect(reverse("worker"))


def _page(request: HttpRequest, *, wrong: str = "") -> HttpResponse:
    looker = asking(request)
    looker.need("read")
    now = desk().clock()
    context = {
        "health": health(now),
        "failed": jobs(KINDS, state=JobState.FAILED, now=now),
        "waiting": jobs(KINDS, state=JobState.WAITING, now=now),
        "done": jobs(KINDS, state=JobState.DONE, now=now, limit=DONE_SHOWN),
        "may_retry": looker.may("retry-job"),
        "now": now,
        "wrong": wrong,
    }
    return render(request, "pages/worker.html", context, status=409 if wrong else 200)
