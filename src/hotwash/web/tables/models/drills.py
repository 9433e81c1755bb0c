"""A line of each drill beside its record, for lists and the programme. It can be deleted and made again."""

from django.db import models


class DrillRow(models.Model):
    """How a drill stands. It holds nothing that players may not see."""

    id = models.CharField(max_length=60, primary_key=True)
    number = models.PositiveIntegerField(help_text="The last entry that it rests on.")
    scenario = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    harm = models.CharField(max_length=20)
    playbook = models.CharField(max_length=60)
    mode = models.CharField(max_length=10)
    team = models.CharField(max_length=100, blank=True)
    facilitator = models.CharField(max_length=200, blank=True)
    players = models.JSONField(default=list)
    stage = models.CharField(max_length=12)
    system = models.CharField(max_length=190, blank=True)
    incident = models.CharField(max_length=60, blank=True)
    planned_by = models.CharField(max_length=200)
    planned_at = models.DateTimeField()
    planned_for = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=list, help_text="The score, part by part; empty until the debrief begins.")

    class Meta:
        db_table = "hotwash_drill"
        indexes = (models.Index(fields=["stage", "planned_for"], name="hotwash_drill_stage"),)

    def __str__(self) -> str:
        return self.id
