"""Lets jobs wait for the worker, in the transaction of whoever asks."""

from collections.abc import Iterable

from hotwash.response.jobs import Job
from hotwash.web.tables.models import JobRow


def let_wait(jobs: Iterable[Job]) -> None:
    """Let jobs wait. One whose key is known already is passed over."""
    rows = [
        JobRow(key=job.key, kind=job.kind, arguments=dict(job.arguments), due_at=job.due, about=job.about)
        for job in jobs
    ]
    JobRow.objects.bulk_create(rows, ignore_conflicts=True)
