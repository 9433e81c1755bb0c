"""Letters that come by e-mail become reports, or join the report that they answer.

A letter counts once, by its Message-ID. It joins a report whose receipt number stands in its subject, or whose letters
it answers. What machines wrote is passed over and never answered; a person who wrote is sent the receipt number once,
if the organisation has a mail server.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from hotwash.connect.letters import Letter, read
from hotwash.response import complaints as limits
from hotwash.response.complaints import RECEIPT, Attached, Report, digest, file_kind, new_receipt, read_receipt
from hotwash.response.jobs import Job
from hotwash.response.request import BadRequest
from hotwash.web.complaints import telling
from hotwash.web.complaints.receiving import attach, by_receipt, keep_files, receive
from hotwash.web.complaints.telling import ANSWER
from hotwash.web.inbox.alone import alone
from hotwash.web.tables.models import Complaint, ComplaintMail
from hotwash.web.waiting import let_wait

ANSWERS_MAX = 5
"""So many letters a day are answered to one address: two machines that answer each other stop."""

What = Literal["report", "joined", "known", "passed over"]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a letter."""

    what: What
    complaint: int | None = None
    why: str = ""


def take_in(raw: bytes) -> TakenIn:
    """Take a letter in. When this returns, what it says is committed.

    :raises Refused: if the bytes are no letter, or one that is too large
    """
    letter = read(raw)
    known = digest(f"mail {letter.id}" if letter.id else f"bytes {digest(raw.hex())}")
    before = ComplaintMail.objects.filter(digest=known).first()
    if before is not None:
        return TakenIn("known", before.complaint_id, before.passed_over)
    if letter.automatic:
        ComplaintMail.objects.get_or_create(digest=known, defaults={"passed_over": letter.automatic})
        return TakenIn("passed over", why=letter.automatic)
    row = _answered(letter)
    if row is not None and row.erased_at is None:
        return _joined(letter, row, known)
    return _report(letter, known)


def _report(letter: Letter, known: str) -> TakenIn:
    files, left = _files(letter)
    words = "\n".join(part for part in (letter.subject, letter.text) if part) or "(a letter without words)"
    text = limits.clean(words)[: limits.TEXT_MAX - 500]
    if left:
        text += "\n\n" + "\n".join(f"[{one}]" for one in left)[:480]
    report = Report("mail", text or "(a letter without words)", contact=letter.sender, files=files)
    got = receive(report, form=known, received_at=_when(letter))
    with alone():
        made, fresh = ComplaintMail.objects.get_or_create(digest=known, defaults={"complaint_id": got.id})
        if fresh and letter.sender and _may_answer(letter.sender):
            let_wait([Job(f"{ANSWER}:{got.id}", ANSWER, {"complaint": got.id, "mail": made.pk}, timezone.now())])
    return TakenIn("known" if got.again else "report", got.id)


def _joined(letter: Letter, row: Complaint, known: str) -> TakenIn:
    files, left = _files(letter, most=max(0, limits.FILES_MAX * 4 - row.files.count()))
    text = limits.clean(letter.text) or "(a letter without words)"
    text = "\n".join([text[: limits.MESSAGE_MAX - 500], *(f"[{one}]" for one in left)])[: limits.MESSAGE_MAX]
    kept = keep_files(files)
    try:
        with alone():
            ComplaintMail.objects.create(digest=known, complaint=row)
            telling.add(row, text, once=known)
            attach(row, kept)
    except IntegrityError:
        return TakenIn("known", row.pk)
    return TakenIn("joined", row.pk)


def _answered(letter: Letter) -> Complaint | None:
    """The report that a letter belongs to."""
    for typed in RECEIPT.findall(letter.subject.upper())[:3]:
        found = by_receipt(read_receipt(typed))
        if found is not None:
            return found
    digests = [digest(f"mail {one}") for one in letter.answers]
    mail = (
        ComplaintMail.objects.select_related("complaint")
        .filter(digest__in=digests, complaint__isnull=False)
        .order_by("-pk")
        .first()
    )
    return mail.complaint if mail is not None else None


def _files(letter: Letter, *, most: int = limits.FILES_MAX) -> tuple[list[Attached], list[str]]:
    """The files that are taken, and what to say of the others: a letter is never refused for a file."""
    kept: list[Attached] = []
    left = list(letter.left_out)
    total = 0
    for one in letter.files:
        file = Attached(limits.file_name(one.name), one.data)
        try:
            file_kind(file)
        except BadRequest as no:
            left.append(f"A file was left out: {no.why}")
            continue
        total += len(one.data)
        if len(kept) >= most or total > limits.FILES_TOTAL_MAX:
            left.append(f"A file was left out: “{file.name[:60]}”, because there were too many.")
            continue
        kept.append(file)
    return kept, left


def _when(letter: Letter) -> datetime | None:
    now = timezone.now()
    at = letter.sent_at
    return at if at is not None and now - timedelta(days=30) < at <= now else None


def _may_answer(sender: str) -> bool:
    """Whether somebody at this address may be answered once more today."""
    who = limits.pseudonym(settings.SECRET_KEY, sender, "")
    since = timezone.now() - timedelta(days=1)
    return Complaint.objects.filter(channel="mail", reporter=who, received_at__gt=since).count() <= ANSWERS_MAX


def receipt_of(mail: ComplaintMail) -> str:
    """The receipt number of the report that a letter began."""
    return new_receipt(settings.SECRET_KEY, mail.digest)
