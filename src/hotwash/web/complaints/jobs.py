"""What the worker does for reports from people: reads the mailbox, sends answers, erases what is past its time."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from hotwash.connect.imap import AT_ONCE_MAX, Mailbox, Pulled, pull
from hotwash.connect.mail import Mail, read
from hotwash.knowledge.complaints import form_words
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Outcome
from hotwash.response.outside import Refused
from hotwash.response.sending import Outgoing, Target
from hotwash.web.complaints import clusters, letters, telling
from hotwash.web.complaints.receiving import contact_of
from hotwash.web.complaints.telling import ANSWER
from hotwash.web.sending import carriers
from hotwash.web.tables.models import Complaint, ComplaintMail, ComplaintMessage

LOOK, FORGET, SORT = "mailbox", "forget-reports", clusters.SORT
__all__ = [
    "ANSWER", "FORGET", "FORGET_EVERY", "LOOK", "LOOK_EVERY", "SORT",
    "answer", "forget", "look", "look_once", "mailbox", "sort",
]  # fmt: skip
LOOK_EVERY, FORGET_EVERY = timedelta(minutes=1), timedelta(hours=6)


class NotSent(Exception):
    """An answer did not go out; another try may help."""


def mailbox() -> Mailbox | None:
    """The mailbox that the operator named, if any."""
    words = settings.HOTWASH.mailbox
    if not words:
        return None
    security = words.get("security", "tls")
    return Mailbox(
        host=words["host"],
        user=words["user"],
        password=words["password"],
        port=int(words.get("port", 143 if security == "starttls" else 993)),
        security=security,  # type: ignore[arg-type]
        folder=words.get("folder", "INBOX"),
        done=words.get("done", ""),
    )


def look(desk: Desk, arguments: Arguments) -> Outcome | None:  # noqa: ARG001 - every job takes the same two
    """Read the mailbox. Each letter is committed before it is marked, so nothing is left for the end of the job."""
    found = mailbox()
    while found is not None:
        if not look_once(found).more:
            break
    return None


def look_once(found: Mailbox, *, most: int = AT_ONCE_MAX) -> Pulled:
    """Read some letters of a mailbox.

    :raises Unreachable: if the server does not answer as it should
    """
    return pull(found, letters.take_in, most=most)


def answer(desk: Desk, arguments: Arguments) -> Outcome | None:
    """Send a receipt number, or an answer, to the address that a person left.

    :raises NotSent: if the mail server does not take it now
    """
    server = carriers.server()
    row = Complaint.objects.filter(pk=arguments["complaint"], erased_at=None).first()
    contact = contact_of(row) if row is not None else None
    address = _address(contact or "")
    if server is None or row is None or address is None:
        return None
    message = ComplaintMessage.objects.filter(pk=arguments.get("message", 0), sent_at=None).first()
    if "message" in arguments and message is None:
        return None
    mail = row.mails.order_by("pk").first()
    outgoing = _outgoing(desk, row, mail, message)
    told = Mail(server).deliver(Target("the person who reported", address), outgoing, str(arguments["key"]))
    if told.state == "failed" and told.again:
        raise NotSent(told.why)

    def effect() -> None:
        if message is not None and told.state != "failed":
            ComplaintMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now())

    return Outcome(effect)


def _address(contact: str) -> dict[str, Any] | None:
    """The one mail address in what a person left. Of several none: nobody writes to others through this."""
    found = re.findall(r"[^\s<>,;()\"]+@[^\s<>,;()\"]+", contact)
    if len(found) != 1 or "\n" in contact.strip():
        return None
    try:
        return read(found[0])[0]
    except Refused:
        return None


def _outgoing(desk: Desk, row: Complaint, mail: ComplaintMail | None, message: ComplaintMessage | None) -> Outgoing:
    words = form_words(row.language)
    described = desk.organisation().described
    receipt = letters.receipt_of(mail) if mail is not None and not mail.passed_over and row.channel == "mail" else ""
    place = f"{settings.HOTWASH.public_url}/report/status/" if settings.HOTWASH.public_url else ""
    if message is not None:
        text = message.text
        if receipt:
            text += f"\n\n{words.sent['number']}: {receipt}"
    else:
        parts = [words.sent["title"], f"{words.sent['number']}: {receipt}", words.sent["what"], words.sent["next"]]
        text = "\n\n".join(parts)
    subject = f"{words.sent['title']} [{receipt}]" if receipt else words.status["title"]
    name = f"\n\n{described.name}" if described else ""
    return Outgoing(subject, text + name, language=row.language or "en", link=place)


def sort(desk: Desk, arguments: Arguments) -> Outcome | None:  # noqa: ARG001
    """Hold all reports against each other again, for a person who asked."""
    clusters.sort_anew()
    return None


def forget(desk: Desk, arguments: Arguments) -> Outcome | None:  # noqa: ARG001
    """Erase reports that were kept for as long as the form promised."""
    days = desk.organisation().days_kept
    if days is not None:
        telling.forget_old(days, now=desk.clock())
    return None
