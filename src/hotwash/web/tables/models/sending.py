"""Where messages, pages and reminders go, and which reminders went. Addresses are sealed: they hold passwords.

What was sent and to whom is in the records of incidents; these rows say how to reach somebody, and what to look at
next.
"""

from django.db import models
from django.utils import timezone

from hotwash.web.tables.models.accounts import Account


class ChannelKind(models.TextChoices):
    """What carries a message."""

    MAIL = "mail", "E-mail"
    WEBHOOK = "webhook", "Signed webhook"
    APPRISE = "apprise", "Apprise"


class TargetRow(models.Model):
    """A named list of the organisation to which messages go, such as ``customers`` or ``press``."""

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=ChannelKind.choices)
    sealed = models.TextField(help_text="The address with its secrets, sealed with the installation's secret key.")
    shown = models.CharField(max_length=200, help_text="What may be shown of the address.")
    audience = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=12, blank=True)
    drills = models.BooleanField(default=False, help_text="Whether messages of drills and tests go there too.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    last_state = models.CharField(max_length=20, blank=True)
    last_why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "hotwash_target"

    def __str__(self) -> str:
        return self.name


class MethodRow(models.Model):
    """One way to reach an account's person, tried in the order of ``place``."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="methods")
    place = models.PositiveIntegerField()
    label = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=ChannelKind.choices)
    sealed = models.TextField(help_text="The address with its secrets, sealed with the installation's secret key.")
    shown = models.CharField(max_length=200, help_text="What may be shown of the address.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "hotwash_method"
        indexes = (models.Index(fields=["account", "place"], name="hotwash_method_order"),)

    def __str__(self) -> str:
        return f"{self.account_id}: {self.label}"


class QuietRow(models.Model):
    """When an account's person wants no reminders, on their own clock. What is Critical passes."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="quiet", primary_key=True)
    since = models.TimeField()
    until = models.TimeField()

    class Meta:
        db_table = "hotwash_quiet"

    def __str__(self) -> str:
        return f"{self.account_id}: {self.since:%H:%M} to {self.until:%H:%M}"


class ReminderState(models.TextChoices):
    """What came of a reminder."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    NOBODY = "nobody", "Nobody to remind"
    UNREACHABLE = "unreachable", "No way to reach them"


class ReminderRow(models.Model):
    """A reminder that fell due. Of two with the same key there is only one: nobody is reminded twice of one thing."""

    key = models.CharField(max_length=200, unique=True)
    incident = models.CharField(max_length=60)
    person = models.CharField(max_length=200, blank=True)
    what = models.TextField()
    due_at = models.DateTimeField(help_text="When it was to go out.")
    state = models.CharField(max_length=20, choices=ReminderState.choices, default=ReminderState.WAITING)
    sent_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "hotwash_reminder"
        indexes = (
            models.Index(fields=["person", "-due_at"], name="hotwash_reminder_person"),
            models.Index(fields=["incident", "-due_at"], name="hotwash_reminder_incident"),
        )

    def __str__(self) -> str:
        return self.what


class WatchRow(models.Model):
    """When an incident must be looked at again, as far as its record, the organisation's and the time tell."""

    incident = models.CharField(max_length=60, primary_key=True)
    entries = models.PositiveBigIntegerField(help_text="The last entry of the incident that was looked at.")
    organisation = models.PositiveBigIntegerField(help_text="The last entry of the organisation that was looked at.")
    look_at = models.DateTimeField(null=True, help_text="Null: not before its record grows.")

    class Meta:
        db_table = "hotwash_watch"
        indexes = (models.Index(fields=["look_at"], name="hotwash_watch_look"),)

    def __str__(self) -> str:
        return self.incident
