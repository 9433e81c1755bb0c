"""Questions that run in the background, with their progress."""

from django.db import models
from django.utils import timezone


class Status(models.TextChoices):
    """How far a question has come."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Inquiry(models.Model):
    """A question that somebody asked about a prediction log. Whoever runs it renews ``heartbeat_at``."""

    stream = models.CharField(max_length=200, db_index=True)
    question = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    by = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.WAITING)
    progress = models.FloatField(default=0, help_text="From 0 to 1.")
    stage = models.CharField(max_length=200, blank=True, help_text="What is being done, in words.")
    error = models.TextField(blank=True)
    entry = models.PositiveBigIntegerField(null=True, help_text="The number of the entry that holds the finding.")
    cancel = models.BooleanField(default=False, help_text="Somebody asked for it to stop.")
    attempts = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=40, blank=True, help_text="Who runs it; a new run takes a new one.")
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_inquiry"
        indexes = (models.Index(fields=["status", "asked_at"], name="hotwash_inquiry_waiting"),)

    def __str__(self) -> str:
        return f"{self.question} for {self.stream}"
