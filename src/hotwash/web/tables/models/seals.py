"""Seals that were made here, and what came of taking each of them elsewhere. What proves anything is the copy there."""

from django.db import models
from django.utils import timezone


class SealRow(models.Model):
    """A seal over the heads of all records."""

    digest = models.CharField(max_length=80, unique=True, help_text="Of the seal's bytes.")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    made_by = models.CharField(max_length=200)
    position = models.BigIntegerField()
    records = models.PositiveIntegerField()
    document = models.TextField(blank=True, help_text="The seal; emptied when it is old.")
    stamp = models.BinaryField(null=True, help_text="The time-stamp (RFC 3161), if there is one.")
    stamped_at = models.DateTimeField(null=True, help_text="When the authority saw it.")
    unstamped = models.CharField(max_length=300, blank=True, help_text="Why there is no time-stamp.")
    fault = models.CharField(max_length=500, blank=True, help_text="What does not stand as the seal before says.")

    class Meta:
        db_table = "hotwash_seal"

    def __str__(self) -> str:
        return self.digest


class SealCopy(models.Model):
    """One place to which a seal goes."""

    seal = models.ForeignKey(SealRow, on_delete=models.CASCADE, related_name="copies")
    place = models.CharField(max_length=60, help_text="`folder`, or the name of a list.")
    state = models.CharField(max_length=20, default="waiting")
    why = models.CharField(max_length=300, blank=True)
    tries = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "hotwash_seal_copy"
        constraints = (models.UniqueConstraint(fields=["seal", "place"], name="hotwash_seal_copy_once"),)

    def __str__(self) -> str:
        return f"{self.seal_id}: {self.place}"
