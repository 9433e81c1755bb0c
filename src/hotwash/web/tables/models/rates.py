"""How often something was done within a window of time, counted together by every process. Nothing here is a record."""

from django.db import models


class RateRow(models.Model):
    """A count and when its window ends."""

    key = models.CharField(max_length=200, primary_key=True)
    number = models.PositiveBigIntegerField()
    ends = models.PositiveBigIntegerField(db_index=True, help_text="In seconds since 1970.")

    class Meta:
        db_table = "hotwash_rate"

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"
