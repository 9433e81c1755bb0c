"""What is asked of outside systems again and again, and how far each has come. How things run: nothing is a record."""

from django.db import models
from django.utils import timezone


class Pull(models.Model):
    """One source that is asked at an interval. What it shows to be let in is kept sealed, and never shown again."""

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, help_text="phoenix, arize or whylabs.")
    system = models.CharField(max_length=190, blank=True, help_text="The AI system that it is about.")
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True, help_text="The token or key, sealed.")
    every_s = models.PositiveIntegerField(default=900)
    cursor = models.JSONField(default=dict, help_text="How far it has come; each kind has words of its own.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    paused_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=timezone.now, help_text="When it is due.")
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, help_text="When it last came to its end.")
    failed_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="How often in a row.")
    error = models.TextField(blank=True, help_text="Why the last attempt came to nothing; empty if it did not.")
    told = models.TextField(blank=True, help_text="What the last good attempt brought, in a sentence.")

    class Meta:
        db_table = "hotwash_pull"
        indexes = (models.Index(fields=["next_at"], condition=models.Q(paused_at=None), name="hotwash_pull_due"),)

    def __str__(self) -> str:
        return self.name
