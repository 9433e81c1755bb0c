"""What stands beside the records of post-mortems: who is writing now, and what was said without a name.

What was said without a name has no account, address, session or moment beside it. Its key is random, and whoever puts
one in writes all of the incident's anew in a shuffled order (`web.unnamed.keeping`), so that not even the place in the
file tells which came first.
"""

from uuid import uuid4

from django.db import models


class SectionEditor(models.Model):
    """Somebody has a section open in an editor. It is forgotten soon after they have left."""

    incident = models.CharField(max_length=60)
    section = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "hotwash_section_editor"
        constraints = (models.UniqueConstraint(fields=["incident", "section", "name"], name="hotwash_editor_once"),)

    def __str__(self) -> str:
        return f"{self.incident}, {self.section}"


class Unnamed(models.Model):
    """A contribution without a name, until it is taken into the record."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    incident = models.CharField(max_length=60, db_index=True)
    day = models.DateField(help_text="The day, and nothing finer.")
    text = models.TextField()

    class Meta:
        db_table = "hotwash_unnamed"

    def __str__(self) -> str:
        return self.incident


class PulseTicket(models.Model):
    """A right to answer a pulse once: the digest of a word that only its holder has. It goes when it is used."""

    digest = models.CharField(primary_key=True, max_length=64)
    incident = models.CharField(max_length=60)
    pulse = models.PositiveBigIntegerField(help_text="The entry that opened it.")

    class Meta:
        db_table = "hotwash_pulse_ticket"

    def __str__(self) -> str:
        return f"{self.incident}, pulse {self.pulse}"


class PulseDrawn(models.Model):
    """That somebody drew a ticket: not which one, and not when."""

    incident = models.CharField(max_length=60)
    pulse = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        db_table = "hotwash_pulse_drawn"
        constraints = (models.UniqueConstraint(fields=["incident", "pulse", "name"], name="hotwash_drawn_once"),)

    def __str__(self) -> str:
        return f"{self.incident}, pulse {self.pulse}"


class PulseAnswer(models.Model):
    """An answer to a pulse, until it is closed."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    incident = models.CharField(max_length=60)
    pulse = models.PositiveBigIntegerField()
    answers = models.JSONField()

    class Meta:
        db_table = "hotwash_pulse_answer"
        indexes = (models.Index(fields=["incident", "pulse"], name="hotwash_pulse_of"),)

    def __str__(self) -> str:
        return f"{self.incident}, pulse {self.pulse}"
