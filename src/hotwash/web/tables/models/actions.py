"""Actions of all incidents in one list, which can be made again from the records, and the trackers that hold issues."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from hotwash.web.tables.models.index import IncidentRow


class ActionRow(models.Model):
    """One action. Rebuilt from the record of its incident: see `hotwash.reports.actions.readings`."""

    incident = models.ForeignKey(
        IncidentRow, on_delete=models.DO_NOTHING, related_name="actions", db_index=False, db_constraint=False
    )
    entry = models.PositiveBigIntegerField(help_text="The entry that added it.")
    title = models.TextField()
    kind = models.CharField(max_length=20)
    strength = models.CharField(max_length=20, blank=True)
    owner = models.CharField(max_length=200)
    state = models.CharField(max_length=20, help_text="open, slipped, done, effective, closed, dropped.")
    how = models.CharField(max_length=20, blank=True, help_text="How it was closed: measured, checked, said.")
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When it was closed or dropped.")
    due = models.DateField(null=True, help_text="When something is due for it, whatever that is now.")
    ask_on = models.DateField(null=True, help_text="When its effect is asked for next.")
    measurable = models.BooleanField(default=False)
    effects = models.JSONField(default=list, help_text="Each measurement: entry, at, outcome.")
    slips = models.PositiveIntegerField(default=0)
    factors = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    not_smart = models.CharField(max_length=5, blank=True)
    tracker = models.CharField(max_length=60, blank=True)
    issue = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    face = models.CharField(max_length=32, help_text="A digest of what an issue shows of it.")

    class Meta:
        db_table = "hotwash_action"
        constraints = (models.UniqueConstraint(fields=["incident", "entry"], name="hotwash_action_once"),)
        indexes = (
            models.Index(fields=["state", "due", "id"], name="hotwash_action_state"),
            models.Index(fields=["ask_on"], condition=models.Q(ask_on__isnull=False), name="hotwash_action_ask"),
            models.Index(Lower("owner"), name="hotwash_action_owner"),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}, entry {self.entry}: {self.title}"


class Tracker(models.Model):
    """A place elsewhere where work is kept as issues. How things run: nothing is a record. Secrets are sealed."""

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, help_text="github, gitlab or jira.")
    settings = models.JSONField(default=dict)
    secret = models.TextField(blank=True, help_text="The token, sealed.")
    hook = models.TextField(blank=True, help_text="What its webhooks are signed with, sealed.")
    system = models.CharField(max_length=190, blank=True, help_text="Only actions of incidents of this AI system.")
    automatic = models.BooleanField(default=False, help_text="Whether every new action gets an issue.")
    every_s = models.PositiveIntegerField(default=300)
    cursor = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    paused_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(default=timezone.now, help_text="When it is asked what changed there.")
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        db_table = "hotwash_tracker"

    def __str__(self) -> str:
        return self.name


class TrackedAction(models.Model):
    """An action and its issue. ``base`` is what both sides said when they last agreed: whoever differs has changed."""

    tracker = models.ForeignKey(Tracker, on_delete=models.CASCADE, related_name="tracked")
    incident = models.CharField(max_length=60)
    entry = models.PositiveBigIntegerField()
    issue = models.CharField(max_length=100, blank=True, help_text="Empty until there is one.")
    url = models.CharField(max_length=1000, blank=True)
    base = models.JSONField(default=dict)
    face = models.CharField(max_length=32, blank=True, help_text="What of the action was last taken there.")
    heard_at = models.DateTimeField(null=True, help_text="When its issue was last said to have changed.")
    next_at = models.DateTimeField(default=timezone.now)
    synced_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    conflict = models.TextField(blank=True, help_text="What was changed on both sides last, and which side counts.")
    gone = models.BooleanField(default=False)

    class Meta:
        db_table = "hotwash_tracked_action"
        constraints = (
            models.UniqueConstraint(fields=["incident", "entry"], name="hotwash_tracked_once"),
            models.UniqueConstraint(
                fields=["tracker", "issue"], condition=~models.Q(issue=""), name="hotwash_tracked_issue"
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident}, entry {self.entry}: {self.issue or 'no issue yet'}"
