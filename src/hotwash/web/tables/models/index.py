"""What is kept beside the records for lists and search. All of it can be deleted and made again from the records.

The words to search for are part of the index too: see `hotwash.web.search`.
"""

from django.db import models
from django.db.models.functions import Lower


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
    harm_since = models.DateTimeField(null=True, help_text="Since when people are harmed, once that is recorded.")
    next_step = models.TextField(blank=True, help_text="The one thing to do next, as a sentence.")
    ended_at = models.DateTimeField(null=True, help_text="When it was resolved, closed or not confirmed.")
    declared_at = models.DateTimeField()
    merged_into = models.CharField(max_length=60, blank=True, default="", help_text="The incident in which it goes on.")
    restricted = models.BooleanField(default=False)
    unsettled = models.BooleanField(default=False, help_text="Whether an order to a switch is still to be followed up.")
    next_due_at = models.DateTimeField(null=True)
    next_due = models.TextField(blank=True)
    entries = models.PositiveBigIntegerField(help_text="The number of the last entry that the line tells of.")
    changed_at = models.DateTimeField(help_text="When that entry was recorded.")
    held = models.BooleanField(default=False, help_text="Whether a legal hold forbids that anything is erased.")
    erased = models.BooleanField(default=False, help_text="Whether its time was over, and its words were erased.")
    figures = models.JSONField(default=dict, help_text="What it contributes to the figures of all incidents.")

    class Meta:
        db_table = "hotwash_incident"
        indexes = (
            models.Index(fields=["state", "-declared_at"], name="hotwash_incident_state"),
            models.Index(fields=["-declared_at", "id"], name="hotwash_incident_declared"),
            models.Index(fields=["system", "-declared_at"], name="hotwash_incident_system"),
            models.Index(fields=["next_due_at"], name="hotwash_incident_due"),
            models.Index(fields=["-ended_at"], name="hotwash_incident_ended"),
            models.Index(fields=["id"], condition=models.Q(unsettled=True), name="hotwash_incident_unsettled"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.title}"


class DueRow(models.Model):
    """Something due: an action, a remedy, a clock, a word to somebody. A remedy counts the people who still wait."""

    incident = models.ForeignKey(
        IncidentRow, on_delete=models.DO_NOTHING, related_name="dues", db_index=False, db_constraint=False
    )
    entry = models.PositiveBigIntegerField(help_text="The number of the entry that asked for it.")
    kind = models.CharField(max_length=20)
    what = models.TextField()
    owner = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True)
    people = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "hotwash_due"
        constraints = (models.UniqueConstraint(fields=["incident", "entry", "owner"], name="hotwash_due_once"),)
        indexes = (
            models.Index(fields=["due"], name="hotwash_due_due"),
            models.Index(Lower("owner"), name="hotwash_due_owner"),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}, entry {self.entry}: {self.what}"


class SystemRow(models.Model):
    """One line of the list of AI systems."""

    slug = models.CharField(max_length=190, primary_key=True)
    name = models.TextField()
    owner = models.CharField(max_length=200, blank=True)
    purpose = models.TextField(blank=True)
    tier = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=40, blank=True)
    version = models.CharField(max_length=200, blank=True)
    stop = models.TextField(blank=True, help_text="Who may stop it.")
    team = models.CharField(max_length=60, blank=True, default="", help_text="The short name of the team that has it.")
    has_switch = models.BooleanField(default=False, help_text="Whether somebody described how a switch of it works.")
    gates = models.PositiveIntegerField(default=0, help_text="How many gates are asked of it.")
    gates_wanting = models.PositiveIntegerField(default=0, help_text="How many of them did not pass when last asked.")
    has_log = models.BooleanField(default=False, help_text="Whether its prediction log is described.")
    entries = models.PositiveBigIntegerField(help_text="The number of the last entry that the line tells of.")
    changed_at = models.DateTimeField(help_text="When that entry was recorded.")

    class Meta:
        db_table = "hotwash_system"
        indexes = (models.Index(fields=["team"], name="hotwash_system_team"),)

    def __str__(self) -> str:
        return self.name


class BreachRow(models.Model):
    """A risk indicator that is above its limit now; it goes when the indicator is within it again."""

    indicator = models.CharField(max_length=120, primary_key=True)
    value = models.FloatField(null=True)
    limit = models.FloatField()
    since = models.DateTimeField(help_text="Since when it is breached.")
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_breach"

    def __str__(self) -> str:
        return self.indicator
