"""The one way in for what people report, whatever the channel: kept, clustered and in the inbox, or not at all.

Invariants:

- When `receive` returns, everything is committed. The same form sent twice is one report, with the same receipt.
- How to reach the person is sealed in a table of its own; text, inbox and records know only a pseudonym.
- Files are in the vault before their rows are committed, each behind some bytes of chance: so nobody can ask the vault
  whether a known file was handed in, and erasing one never erases evidence that happens to be the same.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from hotwash.response.complaints import (
    Attached,
    Report,
    checked,
    digest,
    file_kind,
    file_name,
    fresh_form,
    new_receipt,
    pseudonym,
    signal_of,
)
from hotwash.response.request import BadRequest
from hotwash.web import strongbox
from hotwash.web.complaints import clusters
from hotwash.web.door import desk
from hotwash.web.inbox.alone import alone
from hotwash.web.inbox.taking import take
from hotwash.web.tables.models import Complaint, ComplaintContact, ComplaintFile, SystemRow

SALT = 16
"""Bytes of chance before the bytes of a file."""
SEALED_FOR = "contact of people who reported"


@dataclass(frozen=True, slots=True)
class Received:
    """What was received.

    :param receipt: the number to look it up by; only who reported has it
    :param again: whether the same form had come before
    """

    id: int
    receipt: str
    again: bool = False


def receive(report: Report, *, form: str = "", received_at: datetime | None = None) -> Received:
    """Take a report in.

    :param form: what the form was given when it was served; the same one is the same report
    :raises BadRequest: naming the field that does not fit; nothing is kept then
    """
    now = timezone.now()
    report = checked(report, today=timezone.localdate(now))
    if report.system and not SystemRow.objects.filter(slug=report.system).exists():
        raise BadRequest("system", f"there is no AI system {report.system[:80]}.")
    receipt = new_receipt(settings.SECRET_KEY, form or fresh_form())
    known = _known(receipt)
    if known is not None:
        return known
    at = min(received_at or now, now)
    kept = keep_files(report.files)
    try:
        got = _written(report, receipt, kept, at)
    except BaseException:
        drop([one.digest for one in kept])
        raise
    if got.again:
        drop([one.digest for one in kept])
    return got


def _written(report: Report, receipt: str, kept: "Sequence[Kept]", at: datetime) -> Received:
    with alone():
        # Asked again where nobody else can be in between: a double click is two requests in the same moment.
        known = _known(receipt)
        if known is not None:
            return known
        row = Complaint.objects.create(
            receipt=digest(receipt),
            channel=report.channel,
            received_at=at,
            happened_on=report.happened_on,
            text=report.text,
            about=report.about,
            need=report.need,
            language=report.language,
            system=report.system,
            by=report.by,
            reporter=pseudonym(settings.SECRET_KEY, report.contact, receipt),
            reachable=bool(report.contact),
        )
        if report.contact:
            ComplaintContact.objects.create(complaint=row, sealed=strongbox.put_in(report.contact, purpose=SEALED_FOR))
        attach(row, kept)
        cluster = clusters.place(row)
        signal = signal_of(row.pk, report, cluster=cluster.pk, received_at=at)
        take(signal.source, [signal], received_at=at, system=cluster.system)
    return Received(row.pk, receipt)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes are in the vault."""

    name: str
    digest: str
    size: int
    kind: str


def keep_files(files: Sequence[Attached]) -> list[Kept]:
    """Put files into the vault."""
    return [
        Kept(file_name(one.name), desk().vault.put(secrets.token_bytes(SALT) + one.data), len(one.data), file_kind(one))
        for one in files
    ]


def file_bytes(file: ComplaintFile) -> bytes:
    """The bytes of a file as they came.

    :raises LookupError: if they were erased
    """
    return desk().vault.get(file.digest)[SALT:]


def drop(digests: Iterable[str]) -> None:
    """Erase bytes of the vault that only reports named."""
    for one in digests:
        desk().vault.erase(one)


def attach(row: Complaint, kept: Sequence[Kept]) -> None:
    """Say which files of the vault came with a report."""
    ComplaintFile.objects.bulk_create(
        ComplaintFile(complaint=row, name=one.name, digest=one.digest, size=one.size, kind=one.kind) for one in kept
    )


def by_receipt(receipt: str) -> Complaint | None:
    """The report with a receipt number, as `read_receipt` reads it."""
    return Complaint.objects.select_related("cluster").filter(receipt=digest(receipt)).first() if receipt else None


def contact_of(row: Complaint) -> str | None:
    """How to reach the person; empty if nothing was left, None if it cannot be opened with this installation's key."""
    sealed = ComplaintContact.objects.filter(complaint=row).values_list("sealed", flat=True).first()
    return strongbox.take_out(sealed or "", purpose=SEALED_FOR)


def _known(receipt: str) -> Received | None:
    found = Complaint.objects.filter(receipt=digest(receipt)).values_list("pk", flat=True).first()
    return None if found is None else Received(found, receipt, again=True)
