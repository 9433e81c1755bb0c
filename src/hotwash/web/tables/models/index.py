"""What is kept beside the records for lists and search. All of it can be deleted and made again from the records.

The third part of the index, the words to search for, is no Django table: see `hotwash.web.search`.
"""

from django.db import models


class IncidentRow(models.Model):
    """One line of the list of incidents."""

    id = models.CharField(max_length=60, primary_key=True, help_text="Such as INC-2026-0001.")
    number = models.PositiveBigIntegerField(help_text="The digits at the end of the id, as a number.")
    title = models.TextField()
    state = models.CharField(max_length=40)
    severity = models.CharField(max_length=20, blank=True)
    provisional = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, default="normal")
    harms = models.JSONField(default=list)
    system = models.CharField(max_length=200, blank=True)
    commander = models.CharField(max_length=200, blank=True)
    harm_going_on = models.BooleanField(null=True, help_text="Null while nobody knows.")
    declared_at = models.DateTimeField()
    restricted = models.BooleanField(default=False)
    next_due_at = models.DateTimeField(null=True)
    next_due = models.TextField(blank=True)
    entries = models.PositiveBigIntegerField(help_text="The number of the last entry that the line tells of.")
    changed_at = models.DateTimeField(help_text="When that entry was recorded.")

    class Meta:
        db_table = "hotwash_incident"
        indexes = (
            models.Index(fields=["state", "-declared_at"], name="hotwash_incident_state"),
            models.Index(fields=["-declared_at", "id"], name="hotwash_incident_declared"),
            models.Index(fields=["system", "-declared_at"], name="hotwash_incident_system"),
            models.Index(fields=["next_due_at"], name="hotwash_incident_due"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.title}"


class SystemRow(models.Model):
    """One line of the list of AI systems."""

    slug = models.CharField(max_length=190, primary_key=True)
    name = models.TextField()
    owner = models.CharField(max_length=200, blank=True)
    purpose = models.TextField(blank=True)
    tier = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=40, blank=True)
    version = models.CharField(max_length=200, blank=True)
    entries = models.PositiveBigIntegerField(help_text="The number of the last entry that the line tells of.")
    changed_at = models.DateTimeField(help_text="When that entry was recorded.")

    class Meta:
        db_table = "hotwash_system"

    def __str__(self) -> str:
        return self.name
