"""The inbox: what senders pointed at, counted in lines, and what people made of each line. Nothing here is a record.

What is promoted or joined goes into an incident's record as facts of its own, which stay when a row here is deleted.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from hotwash.incident.rules.life import REHEARSED

TITLES = {"phone": "A call", "mail": "Mail", "rumour": "A rumour", "news": "The news"}
"""What the senders are called that are no monitors."""


class Triage(models.TextChoices):
    """What became of a line."""

    WAITING = "waiting", "To triage"
    SNOOZED = "snoozed", "Snoozed"
    PROMOTED = "promoted", "Promoted"
    JOINED = "joined", "Joined"
    DISMISSED = "dismissed", "Dismissed"
    RESOLVED = "resolved", "Over by itself"


class Address(models.Model):
    """Where a sender delivers. The secret in the address is shown once and kept as a digest."""

    sender = models.CharField(max_length=40, help_text="The kind of sender; `mapped` reads by its own mapping.")
    name = models.CharField(max_length=60, unique=True)
    digest = models.CharField(max_length=80, unique=True, help_text="Of the secret in the address.")
    signing = models.TextField(blank=True, help_text="What the sender signs with, sealed.")
    mapping = models.JSONField(null=True, help_text="How a body is read where the sender is `mapped`.")
    system = models.CharField(max_length=190, blank=True, help_text="The AI system that its signals are about.")
    team = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    paused_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True, help_text="When it last delivered something that could be read.")
    refused_at = models.DateTimeField(null=True)
    refused = models.TextField(blank=True, help_text="Why the last refused delivery was refused.")

    class Meta:
        db_table = "hotwash_inbox_address"

    def __str__(self) -> str:
        return self.name


class SignalGroup(models.Model):
    """One line of the inbox. Of the lines with one ``place`` at most one is live: it takes what comes."""

    place = models.CharField(max_length=64, help_text="Digest of sender, AI system and group.")
    live = models.BooleanField(default=True)
    sender = models.CharField(max_length=40)
    group = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    system = models.CharField(max_length=190, blank=True)
    grade = models.CharField(max_length=20, default="unknown", help_text="The worst that a sender said.")
    rank = models.PositiveSmallIntegerField(default=0, help_text="The grade as a number, for sorting.")
    first_alert_at = models.DateTimeField(null=True)
    last_alert_at = models.DateTimeField(null=True)
    first_data_at = models.DateTimeField(null=True)
    first_received_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    count = models.PositiveBigIntegerField(default=0)
    firing = models.PositiveBigIntegerField(default=0, help_text="How many of its keys still fire.")
    state = models.CharField(max_length=20, choices=Triage.choices, default=Triage.WAITING)
    snoozed_until = models.DateTimeField(null=True)
    incident = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_rank = models.PositiveSmallIntegerField(default=0, help_text="The rank when it was snoozed or dismissed.")
    told = models.PositiveBigIntegerField(default=0, help_text="How many of its signals the incident's record tells.")
    told_firing = models.PositiveBigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_inbox_group"
        constraints = (
            models.UniqueConstraint(fields=["place"], condition=Q(live=True), name="hotwash_inbox_group_live"),
        )
        indexes = (
            models.Index(fields=["state", "-rank", "-last_received_at"], name="hotwash_inbox_group_worst"),
            models.Index(fields=["-last_received_at"], name="hotwash_inbox_group_newest"),
            models.Index(fields=["incident"], condition=~Q(incident=""), name="hotwash_inbox_group_incident"),
        )

    def __str__(self) -> str:
        return f"{self.sender}: {self.title}"

    @property
    def rehearsed(self) -> bool:
        """Whether it is about an AI system that exists only in a drill."""
        return self.system.startswith(REHEARSED)

    @property
    def sender_title(self) -> str:
        """What people call the sender."""
        return TITLES.get(self.sender, self.sender)


class KeptBody(models.Model):
    """The bytes of one delivery, good or refused, for whoever wants to see what really came."""

    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="bodies")
    sender = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    media_type = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=80)
    content = models.BinaryField(help_text="The first bytes of it, as far as they are kept.")
    refused = models.TextField(blank=True, help_text="Why it was refused; empty if it was taken in.")

    class Meta:
        db_table = "hotwash_inbox_body"
        indexes = (models.Index(fields=["-received_at"], condition=~Q(refused=""), name="hotwash_inbox_body_refused"),)

    def __str__(self) -> str:
        return f"{self.sender}, {self.received_at:%Y-%m-%d %H:%M}"


class SignalRow(models.Model):
    """One signal. ``open`` says that its key fires and that this is the newest word of it."""

    group = models.ForeignKey(SignalGroup, on_delete=models.CASCADE, related_name="signals")
    body = models.ForeignKey(KeptBody, on_delete=models.SET_NULL, null=True, related_name="signals")
    once = models.CharField(max_length=64, unique=True, help_text="Digest of sender, system, key, state, alert time.")
    thing = models.CharField(max_length=64, help_text="Digest of sender, AI system and key.")
    key = models.CharField(max_length=300)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=20)
    grade = models.CharField(max_length=20)
    alert_at = models.DateTimeField(null=True)
    data_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    detail = models.TextField(blank=True)
    labels = models.JSONField(default=dict)
    links = models.JSONField(default=list)
    measured = models.JSONField(default=list)
    confirm = models.BooleanField(default=False)
    open = models.BooleanField(default=False)
    seen = models.PositiveBigIntegerField(default=1, help_text="How often it was delivered.")

    class Meta:
        db_table = "hotwash_inbox_signal"
        indexes = (
            models.Index(fields=["group", "-received_at"], name="hotwash_inbox_signal_group"),
            models.Index(fields=["thing", "state", "alert_at"], name="hotwash_inbox_signal_thing"),
        )

    def __str__(self) -> str:
        return self.title


class TriageRow(models.Model):
    """Who did what with a line, and why."""

    group = models.ForeignKey(SignalGroup, on_delete=models.CASCADE, related_name="acts")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    act = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    incident = models.CharField(max_length=60, blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotwash_inbox_act"
        indexes = (models.Index(fields=["group", "at"], name="hotwash_inbox_act_group"),)

    def __str__(self) -> str:
        return f"{self.by} {self.act}"
