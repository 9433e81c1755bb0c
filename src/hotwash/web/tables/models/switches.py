"""Services that follow switches, their tokens and their serving processes. How things run, not what was decided.

Which orders stand is in the records of incidents and AI systems. What is published here is made from them, and can be
made again.
"""

from django.db import models
from django.utils import timezone


class Service(models.Model):
    """A service whose processes follow the switches of some AI systems, with the snapshot that it is told now.

    ``serial`` grows with every change of ``body``, and begins later than anything before, also after a restored backup.
    """

    name = models.CharField(max_length=60, unique=True)
    systems = models.JSONField(default=list, help_text="The short names of the AI systems whose switches it follows.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)
    serial = models.PositiveBigIntegerField(default=0)
    etag = models.CharField(max_length=80, blank=True)
    body = models.TextField(blank=True, help_text="The snapshot, as it is signed.")
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_service"

    def __str__(self) -> str:
        return self.name


class ServiceToken(models.Model):
    """What a service shows and signs with. The token itself is shown once; ``key`` is kept sealed."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=80, unique=True, help_text="Of what the service shows.")
    key = models.TextField(help_text="What is signed with, sealed with the installation's secret key.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_service_token"

    def __str__(self) -> str:
        return f"{self.service_id}, since {self.made_at:%Y-%m-%d}"


class InstanceRow(models.Model):
    """A serving process, and what it last said to have in force."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="instances")
    name = models.CharField(max_length=200)
    etag = models.CharField(max_length=80, blank=True)
    serial = models.PositiveBigIntegerField(default=0)
    said_at = models.CharField(max_length=40, help_text="By the server's clock, as the instance counts it.")
    confirmed_at = models.DateTimeField(null=True, help_text="When it first said so.")
    heard_at = models.DateTimeField(default=timezone.now)
    following = models.CharField(max_length=40, blank=True)
    kept = models.BooleanField(default=True)
    faults = models.JSONField(default=list)

    class Meta:
        db_table = "hotwash_instance"
        constraints = (models.UniqueConstraint(fields=["service", "name"], name="hotwash_instance_once"),)

    def __str__(self) -> str:
        return self.name
