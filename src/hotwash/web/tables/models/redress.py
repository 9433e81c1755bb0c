"""The rows of registers of redress, kept beside their records for pages and lists.

All but the identities can be dropped and made again from the batches. Times and days are texts of one form, in UTC, so
that they sort as they are and every database reads them alike.
"""

from django.db import models
from django.db.models import Q


class RedressRegister(models.Model):
    """How far the rows of a register follow its record."""

    incident = models.CharField(max_length=60, primary_key=True)
    number = models.PositiveBigIntegerField(help_text="The last entry that was taken up whole.")
    piece = models.PositiveBigIntegerField(default=0, help_text="How many pieces of the next entry were taken up.")
    open = models.BooleanField(default=True, help_text="Whether changes are taken up.")

    class Meta:
        db_table = "hotwash_redress"

    def __str__(self) -> str:
        return self.incident


class RedressRow(models.Model):
    """One remedy that one person is owed. People are known by keys."""

    incident = models.CharField(max_length=60)
    person = models.CharField(max_length=200)
    remedy = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    open = models.BooleanField()
    owner = models.CharField(max_length=200, blank=True)
    due = models.CharField(max_length=10, blank=True)
    harm = models.TextField(blank=True)
    group = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField(default=0, help_text="In ten-thousandths.")
    currency = models.CharField(max_length=3, blank=True)
    proof = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    fields = models.TextField(blank=True, help_text="JSON.")
    version = models.PositiveIntegerField()
    since = models.CharField(max_length=32)
    changed_at = models.CharField(max_length=32)
    changed_by = models.CharField(max_length=200)
    batch = models.PositiveBigIntegerField(help_text="The entry of the register that changed it last.")
    piece = models.PositiveIntegerField()

    class Meta:
        db_table = "hotwash_redress_row"
        constraints = (
            models.UniqueConstraint(fields=["incident", "person", "remedy"], name="hotwash_redress_row_once"),
        )
        indexes = (
            models.Index(fields=["incident", "state", "person", "remedy"], name="hotwash_redress_state"),
            models.Index(fields=["incident", "owner", "person", "remedy"], name="hotwash_redress_owner"),
            models.Index(fields=["incident", "due"], condition=Q(open=True), name="hotwash_redress_due"),
            models.Index(fields=["incident", "since"], condition=Q(open=True), name="hotwash_redress_since"),
        )

    def __str__(self) -> str:
        return f"{self.incident}: {self.remedy}"


class RedressTally(models.Model):
    """How many are alike: people (``remedy`` is empty) or remedies."""

    incident = models.CharField(max_length=60)
    remedy = models.CharField(max_length=20, blank=True)
    owner = models.CharField(max_length=200, blank=True)
    group = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20)
    currency = models.CharField(max_length=3, blank=True)
    number = models.BigIntegerField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        db_table = "hotwash_redress_tally"
        constraints = (
            models.UniqueConstraint(
                fields=["incident", "remedy", "owner", "group", "state", "currency"], name="hotwash_redress_tally_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident}: {self.number}"


class RedressDay(models.Model):
    """How people stood at the end of a day."""

    incident = models.CharField(max_length=60)
    day = models.CharField(max_length=10)
    people = models.BigIntegerField()
    whole = models.BigIntegerField()
    waiting = models.BigIntegerField()
    unreachable = models.BigIntegerField()
    refused = models.BigIntegerField()
    waived = models.BigIntegerField()

    class Meta:
        db_table = "hotwash_redress_day"
        constraints = (models.UniqueConstraint(fields=["incident", "day"], name="hotwash_redress_day_once"),)

    def __str__(self) -> str:
        return f"{self.incident}, {self.day}"


class RedressIdentity(models.Model):
    """Who the person behind a key is, sealed with the installation's key. In no record, and not made again from one."""

    incident = models.CharField(max_length=60)
    person = models.CharField(max_length=200)
    sealed = models.TextField()

    class Meta:
        db_table = "hotwash_redress_identity"
        constraints = (models.UniqueConstraint(fields=["incident", "person"], name="hotwash_redress_identity_once"),)

    def __str__(self) -> str:
        return f"somebody in {self.incident}"
