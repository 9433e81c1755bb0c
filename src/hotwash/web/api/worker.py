"""The worker in the API: how it is, what waits for it, and a new attempt for what failed."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.ledger.rule import NotAllowed
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import reply
from hotwash.web.door import desk
from hotwash.web.work import queue
from hotwash.web.work.health import health
from hotwash.web.work.kinds import KINDS
from hotwash.web.work.listing import jobs

router = Router(tags=["worker"])


@router.get("/worker", summary="How the worker is", operation_id="worker")
def worker(request: HttpRequest) -> HttpResponse:
    """Whether a worker lives, how many seconds it is behind, what waits and what failed."""
    caller(request).need("read")
    return reply(health(desk().clock()))


@router.get("/jobs", summary="Jobs of the worker", operation_id="list_jobs")
def list_jobs(
    request: HttpRequest,
    state: Annotated[Literal["waiting", "failed", "done", "cancelled"], Query()] = "waiting",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> HttpResponse:
    """Jobs in a state. Why one failed is told to those who may try it again."""
    asking = caller(request)
    asking.need("read")
    listed = jobs(KINDS, state=state, now=desk().clock(), limit=limit)
    hidden = () if asking.may("retry-job") else ("error",)
    return reply(
        {"jobs": [{name: getattr(one, name) for name in one.__slots__ if name not in hidden} for one in listed]}
    )


@router.post("/jobs/{job}/retry", summary="Try a failed job again", operation_id="retry_job")
def retry(request: HttpRequest, job: int) -> HttpResponse:
    """Let a job that failed wait anew.

    :raises NotAllowed: if there is none that failed
    """
    caller(request).need("retry-job")
    if not queue.again(job, now=desk().clock()):
        raise NotAllowed(f"Job {job} does not wait for a new attempt: it was tried again already, or is done.")
    return reply({"job": job, "state": "waiting"})
