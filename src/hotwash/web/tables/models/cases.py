"""Cases of others, such as those of the AI Incident Database, brought in to be compared with. No record knows them."""

from django.db import models


class CorpusRow(models.Model):
    """A collection of cases: whose it is, under which licence, and from which bytes it was brought in."""

    name = models.CharField(max_length=40, primary_key=True)
    title = models.CharField(max_length=200)
    attribution = models.TextField(help_text="Who must be named wherever a case is shown.")
    licence = models.CharField(max_length=100)
    url = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=80, help_text="Of the bytes that were brought in.")
    cases = models.PositiveBigIntegerField()
    taken_in_at = models.DateTimeField()
    taken_in_by = models.CharField(max_length=200)

    class Meta:
        db_table = "hotwash_corpus"

    def __str__(self) -> str:
        return self.title


class CaseRow(models.Model):
    """A case as its collection tells it."""

    corpus = models.CharField(max_length=40)
    key = models.CharField(max_length=100, help_text="Its name in the collection, such as 23.")
    title = models.TextField()
    text = models.TextField(blank=True)
    began = models.DateField(null=True)
    ended = models.DateField(null=True)
    url = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict, help_text="What else is known, such as the failures that were seen.")
    raw = models.TextField(blank=True, help_text="The document as it came, where it must go out again unchanged.")

    class Meta:
        db_table = "hotwash_case"
        constraints = (models.UniqueConstraint(fields=["corpus", "key"], name="hotwash_case_once"),)

    def __str__(self) -> str:
        return f"{self.corpus} {self.key}: {self.title}"
