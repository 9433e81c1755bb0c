"""The words to search for. Part of the index: it can be cleared and filled again from the records.

Migration 0002 puts the full-text index over it: an FTS5 table kept by triggers on SQLite, a generated ``tsvector``
column with a GIN index on PostgreSQL. Written and asked through `hotwash.web.search`.
"""

from django.db import models


class SearchRow(models.Model):
    """What search knows of a record (number 0), or of one entry of it."""

    stream = models.CharField(max_length=200)
    number = models.PositiveBigIntegerField()
    title = models.TextField()
    text = models.TextField()

    class Meta:
        db_table = "hotwash_search_row"
        constraints = (models.UniqueConstraint(fields=["stream", "number"], name="hotwash_search_row_once"),)

    def __str__(self) -> str:
        return self.title
