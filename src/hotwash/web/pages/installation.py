"""About this installation: which version runs, where its data lies, and whether its records still follow."""

from importlib import metadata
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotwash.ledger.entry import ChainBroken
from hotwash.ledger.lines import Unreadable
from hotwash.ledger.seal import (
    KeyUnusable,
    SealForged,
    check_seal,
    make_seal,
    public_pem,
    read_seal,
    write_seal,
)
from hotwash.web.api.exchange import attachment
from hotwash.web.api.verification import Verdict, verify
from hotwash.web.door import desk
from hotwash.web.inquiries import folders
from hotwash.web.pages.sight import asking
from hotwash.web.sealing import seal_key as private_key
from hotwash.web.seals import listing
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import IncidentRow, SystemRow
from hotwash.web.work.health import health

DAMAGED_SHOWN = 50
SEALS_SHOWN = 5
SEAL_MAX = 64 * 2**20


@require_http_methods(["GET", "HEAD", "POST"])
def installation(request: HttpRequest) -> HttpResponse:
    """What runs here. Sending the form recomputes every record."""
    checked = request.method == "POST"
    return _page(request, checked=checked)


@require_POST
def seal(request: HttpRequest) -> HttpResponse:
    """A seal over all records, to be kept elsewhere. The key stays in the data folder."""
    asking(request).need("seal")
    try:
        made = make_seal(DatabaseStore(), private_key(), at=desk().clock())
    except KeyUnusable as no:
        return _page(request, held=str(no))
    name = f"hotwash-seal-{made.at[:19].replace(':', '')}.json"
    return attachment(write_seal(made), name, media_type="application/json")


@require_safe
def seal_key(request: HttpRequest) -> HttpResponse:
    """The public key, for whoever checks seals elsewhere."""
    asking(request).need("seal")
    try:
        return attachment(
            public_pem(private_key().public_key()), "hotwash-seal-key.pem", media_type="application/x-pem-file"
        )
    except KeyUnusable as no:
        return _page(request, held=str(no))


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Hold a kept seal against the records."""
    asking(request).need("verify")
    given = request.FILES.get("seal")
    if not isinstance(given, UploadedFile) or (given.size or 0) > SEAL_MAX:
        return _page(request, held="Choose the file of a seal.")
    try:
        kept = read_seal(given.read())
        # Of all records, whatever whoever asks may see: a seal that holds for some of them says nothing.
        check_seal(kept, private_key().public_key(), DatabaseStore())
    except (Unreadable, KeyUnusable, SealForged, ChainBroken) as no:
        return _page(request, held=str(no))
    return _page(
        request, held=f"Every record begins as it was sealed at {kept.at}: {len(kept.heads)} of them.", stands=True
    )


def _page(request: HttpRequest, *, checked: bool = False, held: str = "", stands: bool = False) -> HttpResponse:
    looker = asking(request)
    looker.need("read")
    verdicts: list[Verdict] = []
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
        "worker": health(desk().clock()),
        "may_erase": looker.may("erase-record"),
        "may_chats": looker.may("manage-chats"),
        "may_verify": looker.may("verify"),
        "may_seal": looker.may("seal"),
        "seals": listing.sentence(desk().clock()) if looker.may("verify") else None,
        "made": listing.seals(limit=SEALS_SHOWN) if looker.may("verify") else [],
        "held": held,
        "stands": stands,
        "checked": checked,
        "sound": all(one.ok for one in verdicts),
        "records": len(verdicts),
        "links": sum(one.entries for one in verdicts),
        "files": sum(one.files for one in verdicts),
        "redacted": sum(one.redacted for one in verdicts),
        "damaged": [one for one in verdicts if not one.ok][:DAMAGED_SHOWN],
    }
    return render(request, "pages/installation.html", context, status=409 if held and not stands else 200)


def _database() -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    import sqlite3

    return f"SQLite {sqlite3.sqlite_version}, one file"
