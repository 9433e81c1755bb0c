"""About this installation: which version runs, where its data lies, and whether its records still follow."""

from importlib import metadata
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hotwash.web.api.verification import Verdict, verify
from hotwash.web.door import desk
from hotwash.web.inquiries import folders
from hotwash.web.pages.sight import asking
from hotwash.web.tables.models import IncidentRow, SystemRow

DAMAGED_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def installation(request: HttpRequest) -> HttpResponse:
    """What runs here. Sending the form recomputes every record."""
    looker = asking(request)
    looker.need("read")
    verdicts: list[Verdict] = []
    checked = request.method == "POST"
    if checked:
        looker.need("verify")
        kept = desk()
        verdicts = [verify(kept.store, kept.vault, stream) for stream in kept.store.streams()]
    context: dict[str, Any] = {
        "version": metadata.version("hotwash"),
        "database": _database(),
        "home": settings.HOTWASH.home if looker.may("manage-users") else None,
        "folders": [str(folder) for folder in folders()] if looker.may("describe-log") else [],
        "public_url": settings.HOTWASH.public_url,
        "incidents": IncidentRow.objects.count(),
        "systems": SystemRow.objects.count(),
        "entries": desk().store.position(),
        "may_verify": looker.may("verify"),
        "may_seal": looker.may("seal"),
        "checked": checked,
        "sound": all(one.ok for one in verdicts),
        "records": len(verdicts),
        "links": sum(one.entries for one in verdicts),
        "files": sum(one.files for one in verdicts),
        "redacted": sum(one.redacted for one in verdicts),
        "damaged": [one for one in verdicts if not one.ok][:DAMAGED_SHOWN],
    }
    return render(request, "pages/installation.html", context)


def _database() -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    import sqlite3

    return f"SQLite {sqlite3.sqlite_version}, one file"
