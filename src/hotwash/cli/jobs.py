"""``hotwash jobs``: what waits for the worker, and a new attempt for what failed."""

from typing import Any

import click

from hotwash.cli.answer import answer, table
from hotwash.cli.place import Place, with_place


@click.group()
def jobs() -> None:
    """See what waits for the worker, and what failed."""


@jobs.command("list")
@click.option("--state", type=click.Choice(["waiting", "failed", "done", "cancelled"]), default="waiting")
@with_place
def list_jobs(place: Place, form: str, *, state: str) -> None:
    """List jobs, and tell how the worker is."""
    health = place.get("/worker")
    found = place.get("/jobs", state=state, limit=1000)["jobs"]
    answer(form, {"worker": health, "jobs": found}, lambda: _list(health, found))


def _list(health: dict[str, Any], found: list[dict[str, Any]]) -> str:
    rows = [
        (str(one["id"]), one["state"], one["due_at"], one["incident"] or "–", one.get("error") or one["sentence"])
        for one in found
    ]
    return "\n".join(filter(None, [health["sentence"], table(rows)]))


@jobs.command()
@click.argument("job", type=int)
@with_place
def retry(place: Place, form: str, *, job: int) -> None:
    """Let a job that failed wait anew."""
    done = place.post(f"/jobs/{job}/retry", {})
    answer(form, done, f"Job {job} waits for the worker.")
