"""Addresses of public status pages, kept beside the records: which slug belongs to which incident."""

from django.db import models


class StatusPageRow(models.Model):
    """The end of the address of a public page. It belongs to the incident that had it first, also once it is closed."""

    slug = models.CharField(max_length=60, primary_key=True)
    incident = models.CharField(max_length=60, db_index=True)

    class Meta:
        db_table = "hotwash_status_page"

    def __str__(self) -> str:
        return f"{self.slug}: {self.incident}"
