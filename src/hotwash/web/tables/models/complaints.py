"""What people report: their words, apart from how to reach them, and the clusters of reports that say the same.

Operational: nothing here is a record, and all of it can be erased. An incident takes over counts and pseudonyms.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Channel(models.TextChoices):
    """How a report came."""

    FORM = "form", "Public form"
    MAIL = "mail", "E-mail"
    PHONE = "phone", "By phone"
    LETTER = "letter", "By letter"
    COUNTER = "counter", "In person"
    OTHER = "other", "Another way"


class ComplaintCluster(models.Model):
    """Reports that say the same. One that was merged into another points on and keeps its number."""

    system = models.CharField(max_length=190, blank=True)
    title = models.CharField(
        max_length=300, blank=True, help_text="A sentence of one report, with people's data masked."
    )
    named = models.BooleanField(default=False, help_text="Whether a person gave the title.")
    made_at = models.DateTimeField(default=timezone.now)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0, help_text="Reports in it that were not withdrawn.")
    fresh = models.PositiveIntegerField(default=0, help_text="Those among them that no incident has taken over.")
    incident = models.CharField(max_length=60, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")

    class Meta:
        db_table = "hotwash_complaint_cluster"
        indexes = (
            models.Index(fields=["-last_at"], condition=Q(merged_into=None), name="hotwash_cluster_newest"),
            models.Index(fields=["incident"], condition=~Q(incident=""), name="hotwash_cluster_incident"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"


class ClusterWord(models.Model):
    """In how many reports of a cluster a word stands: what a new report is held against."""

    cluster = models.ForeignKey(ComplaintCluster, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=40)
    members = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "hotwash_complaint_word"
        constraints = (models.UniqueConstraint(fields=["cluster", "word"], name="hotwash_complaint_word_once"),)
        indexes = (models.Index(fields=["word", "cluster"], name="hotwash_complaint_word_where"),)

    def __str__(self) -> str:
        return self.word


class Complaint(models.Model):
    """One report. How to reach the person is in `ComplaintContact`, and nowhere else."""

    receipt = models.CharField(max_length=80, unique=True, help_text="Digest of the receipt number.")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    received_at = models.DateTimeField(default=timezone.now)
    happened_on = models.DateField(null=True)
    text = models.TextField(help_text="What happened, as the person wrote it.")
    about = models.TextField(blank=True, help_text="Which decision or service, in the person's words.")
    need = models.TextField(blank=True, help_text="What the person needs.")
    language = models.CharField(max_length=20, blank=True, help_text="Of the form; of a letter what was told.")
    system = models.CharField(max_length=190, blank=True)
    by = models.CharField(max_length=200, blank=True, help_text="Who typed it, if that was not the person.")
    reporter = models.CharField(max_length=40, help_text="A pseudonym: the same for the same address.")
    reachable = models.BooleanField(default=False, help_text="Whether the person left a way to be reached.")
    cluster = models.ForeignKey(ComplaintCluster, on_delete=models.SET_NULL, null=True, related_name="complaints")
    placed_by = models.CharField(max_length=200, blank=True, help_text="Who put it into its cluster; empty by itself.")
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=200, blank=True)
    incident = models.CharField(max_length=60, blank=True, help_text="The incident whose record counts it.")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True, help_text="When its words, files and contact were erased.")

    class Meta:
        db_table = "hotwash_complaint"
        indexes = (
            models.Index(fields=["-received_at"], name="hotwash_complaint_newest"),
            models.Index(fields=["cluster", "-received_at"], name="hotwash_complaint_in_cluster"),
            models.Index(fields=["incident", "id"], condition=~Q(incident=""), name="hotwash_complaint_incident"),
            models.Index(fields=["received_at"], condition=Q(erased_at=None), name="hotwash_complaint_kept"),
        )

    def __str__(self) -> str:
        return f"report {self.pk}"


class ComplaintContact(models.Model):
    """How to reach the person, sealed with the installation's key. Who opens it is written down."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="contact")
    sealed = models.TextField()

    class Meta:
        db_table = "hotwash_complaint_contact"

    def __str__(self) -> str:
        return f"contact of report {self.complaint_id}"


class ComplaintFile(models.Model):
    """A file that came with a report. Its bytes are in the vault."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=80, db_index=True)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=40, help_text="What its first bytes say that it is.")

    class Meta:
        db_table = "hotwash_complaint_file"

    def __str__(self) -> str:
        return self.name


class ComplaintMessage(models.Model):
    """A word from the organisation to the person, or back."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(
        max_length=200, blank=True, help_text="Who wrote for the organisation; empty from the person."
    )
    text = models.TextField()
    once = models.CharField(max_length=80, unique=True, help_text="The same message is kept once.")
    sent_at = models.DateTimeField(null=True, help_text="When it went out by e-mail as well.")

    class Meta:
        db_table = "hotwash_complaint_message"
        indexes = (models.Index(fields=["complaint", "at"], name="hotwash_complaint_message_at"),)

    def __str__(self) -> str:
        return f"message {self.pk} of report {self.complaint_id}"


class ComplaintMail(models.Model):
    """A letter that came by e-mail, by the digest of its Message-ID: so that one that comes twice counts once."""

    digest = models.CharField(max_length=80, unique=True)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, null=True, related_name="mails")
    at = models.DateTimeField(default=timezone.now)
    passed_over = models.TextField(blank=True, help_text="Why it became no report.")

    class Meta:
        db_table = "hotwash_complaint_mail"

    def __str__(self) -> str:
        return self.digest


class ComplaintLook(models.Model):
    """Who opened what of a report, or did something with it."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=200)
    what = models.CharField(max_length=200)

    class Meta:
        db_table = "hotwash_complaint_look"
        indexes = (models.Index(fields=["complaint", "at"], name="hotwash_complaint_look_at"),)

    def __str__(self) -> str:
        return f"{self.by} {self.what}"
