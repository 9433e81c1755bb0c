"""The page of the worker: how far behind it is, what waits, what failed, and a new attempt."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.api.speaking import installation
from tests.web.people import enter, person

from hotwash.response.jobs import Job
from hotwash.web.options import Options
from hotwash.web.tables.models import JobRow, JobState, Role
from hotwash.web.work.queue import JobQueue


@pytest.fixture
def bo(database: Options, tmp_path: Path) -> Iterator[Client]:
    person("bo", role=Role.COMMANDER)
    person("dee", role=Role.OBSERVER)
    person("eve", role=Role.REPORTER)
    with installation(tmp_path):
        due = timezone.now() - timedelta(minutes=5)
        JobQueue().put(Job("gate:1", "gate", {}, due, "incident/INC-2026-0001"))
        JobQueue().put(Job("gate:2", "gate", {}, due))
        JobRow.objects.filter(key="gate:2").update(
            state=JobState.FAILED, error="No gate was set.", attempts=3, ended_at=due
        )
        yield enter("bo")


def test_the_page_says_how_far_behind_it_is_what_waits_and_what_failed(bo: Client) -> None:
    text = bo.get("/installation/worker/").content.decode()
    assert "No worker runs: reminders, watches and retries stand still. It is 5 minutes behind." in text
    assert 'href="/incidents/INC-2026-0001/"' in text
    assert "No gate was set." in text
    assert "No worker runs" in bo.get("/installation/").content.decode()


def test_a_failed_job_can_be_tried_again_by_those_who_may(bo: Client) -> None:
    failed = JobRow.objects.get(key="gate:2")
    dee = enter("dee")
    text = dee.get("/installation/worker/").content.decode()
    assert "No gate was set." not in text
    assert "Try again" not in text
    assert dee.post(f"/installation/worker/{failed.pk}/again/").status_code == 403
    assert bo.post(f"/installation/worker/{failed.pk}/again/").status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("waiting", 0)
    assert bo.post(f"/installation/worker/{failed.pk}/again/").status_code == 409


def test_who_may_see_nothing_sees_no_jobs(bo: Client) -> None:
    eve = enter("eve")
    assert eve.get("/installation/worker/").status_code in (403, 404)
    assert eve.get("/api/v1/jobs").status_code == 403
    assert eve.get("/api/v1/worker").status_code == 403


def test_the_api_says_the_same(bo: Client) -> None:
    health = bo.get("/api/v1/worker").json()
    assert health["lag_s"] >= 300
    assert (health["due"], health["failed"], health["well"], health["workers"]) == (1, 1, False, [])
    [failed] = bo.get("/api/v1/jobs", {"state": "failed"}).json()["jobs"]
    assert failed["error"] == "No gate was set."
    assert "error" not in enter("dee").get("/api/v1/jobs", {"state": "failed"}).json()["jobs"][0]
