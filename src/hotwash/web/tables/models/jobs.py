"""Jobs that wait for the worker, and the workers that were seen. Operational: nothing here is a record."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class JobState(models.TextChoices):
    """How far a job has come. One that waits and has a lease is being done."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class JobRow(models.Model):
    """Something to be done, not before ``due_at``. Whoever does it has the lease; only who holds ``token`` ends it."""

    key = models.CharField(max_length=200, unique=True, help_text="Of two jobs with the same key there is only one.")
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True, help_text="The record that it is for.")
    arguments = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=120, blank=True)
    token = models.CharField(max_length=40, blank=True, help_text="Taken anew by whoever begins it.")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, help_text="Why the last attempt came to nothing.")

    class Meta:
        db_table = "hotwash_job"
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="hotwash_job_due"),
            models.Index(fields=["state", "-ended_at"], name="hotwash_job_ended"),
        )

    def __str__(self) -> str:
        return self.key


class WorkerRow(models.Model):
    """A worker, as it was seen last."""

    name = models.CharField(max_length=120, primary_key=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_worker"

    def __str__(self) -> str:
        return self.name
