"""The records: streams, their entries, and the one counter that gives the order of commits.

Invariants, kept by the database itself (see migration 0002):

- An entry is never deleted, and never changed other than by losing its body and its salt together.
- Positions are gapless and follow the order of commits: `CommitRow` is locked from taking a position to the commit.
"""

from django.db import models


class StreamRow(models.Model):
    """A record and where it ends."""

    name = models.CharField(max_length=200, primary_key=True)
    prefix = models.CharField(max_length=200, help_text="The name without the digits at its end.")
    digits = models.CharField(max_length=200, help_text="The digits at the end of the name, or nothing.")
    rank = models.CharField(max_length=210, help_text="The digits so written that text order is number order.")
    number = models.PositiveBigIntegerField(help_text="How many entries there are.")
    digest = models.CharField(max_length=80, help_text="The digest of the last entry.")

    class Meta:
        db_table = "hotwash_stream"
        indexes = (models.Index(fields=["prefix", "rank"], name="hotwash_stream_rank"),)

    def __str__(self) -> str:
        return self.name


class EntryRow(models.Model):
    """A recorded line. The body is kept as the canonical JSON text that its digest covers."""

    position = models.PositiveBigIntegerField(primary_key=True)
    stream = models.ForeignKey(StreamRow, on_delete=models.PROTECT, db_column="stream", db_index=False)
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=100)
    by = models.CharField(max_length=200)
    occurred_at = models.CharField(max_length=50)
    recorded_at = models.CharField(max_length=50)
    body_digest = models.CharField(max_length=80)
    previous = models.CharField(max_length=80)
    digest = models.CharField(max_length=80)
    body = models.TextField(null=True)
    salt = models.CharField(max_length=200, null=True)

    class Meta:
        db_table = "hotwash_entry"
        constraints = (models.UniqueConstraint(fields=["stream", "number"], name="hotwash_entry_stream_number"),)

    def __str__(self) -> str:
        return f"{self.stream_id}, entry {self.number}"


class CommitRow(models.Model):
    """One row: the position of the newest entry."""

    position = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "hotwash_commit"

    def __str__(self) -> str:
        return str(self.position)
