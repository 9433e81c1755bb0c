"""What the worker does: reads the real mailbox, sends answers through a mail server, erases what is past its time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from tests import imap
from tests.complaints.conftest import BO
from tests.sinks import Post, post_office

from hotwash.response.complaints import Report
from hotwash.response.desk import Desk
from hotwash.web.complaints import clusters, jobs, letters, telling
from hotwash.web.complaints.receiving import by_receipt, receive
from hotwash.web.tables.models import Complaint, ComplaintMessage, JobRow
from hotwash.web.work.kinds import KINDS
from hotwash.web.work.worker import Worker

RAW = b"From: Ana <ana@example.org>\r\nSubject: Refused\r\nMessage-ID: <%d@x>\r\n\r\nMy loan was refused.\r\n"


@pytest.fixture
def post(opened: Desk) -> Iterator[Post]:
    """A mail server on loopback that this installation uses."""
    with post_office() as office:
        before = settings.HOTWASH
        words = {"host": "127.0.0.1", "port": str(office.port), "sender": "reports@example.com", "security": "none"}
        settings.HOTWASH = replace(before, mail=words, public_url="http://hotwash.example.com")
        yield office
        settings.HOTWASH = before


def arrived(post: Post) -> list[EmailMessage]:
    """The letters that went out."""
    return [letter for _, letter in post.letters]


def work(desk: Desk) -> None:
    """Let the worker do what is due."""
    Worker(desk, KINDS).run_due()


@pytest.mark.real("pymap")
def test_a_letter_is_read_answered_with_its_receipt_and_the_reply_joins(
    opened: Desk, post: Post, tmp_path: Path
) -> None:
    with imap.server(tmp_path) as box:
        words = {"host": "127.0.0.1", "port": str(box.port), "user": imap.USER, "password": imap.PASSWORD}
        settings.HOTWASH = replace(settings.HOTWASH, mailbox={**words, "security": "none"})
        box.deliver(RAW % 1)
        work(opened)
        row = Complaint.objects.get()
        [sent] = arrived(post)
        assert sent["To"] == "ana@example.org"
        assert sent["Auto-Submitted"] == "auto-generated"
        assert "http://hotwash.example.com/report/status/" in sent.get_content()
        box.deliver(f"From: x@example.org\r\nSubject: Re: {sent['Subject']}\r\n\r\nAnd again.\r\n".encode())
        jobs.look_once(jobs.mailbox())  # type: ignore[arg-type]
    assert ComplaintMessage.objects.get().complaint_id == row.pk
    assert Complaint.objects.count() == 1
    found = next(word for word in sent["Subject"].split() if word.startswith("["))
    known = by_receipt(found.strip("[]"))
    assert known is not None
    assert known.pk == row.pk


def test_an_answer_goes_to_those_who_left_an_address_once(opened: Desk, post: Post) -> None:
    ids = [
        receive(Report("form", "My loan was refused.", contact=c)).id for c in ("ana@example.org", "030 1234567", "")
    ]
    telling.answer(ids, "We look at it.", by=BO, once="1")
    work(opened)
    telling.answer(ids, "We look at it.", by=BO, once="1")
    work(opened)
    [sent] = arrived(post)
    assert sent["To"] == "ana@example.org"
    assert "We look at it." in sent.get_content()
    assert ComplaintMessage.objects.exclude(sent_at=None).count() == 1
    assert not JobRow.objects.filter(kind=jobs.ANSWER, state="failed").exists()


def test_who_took_the_report_back_is_written_to_no_more(opened: Desk, post: Post) -> None:
    got = receive(Report("form", "My loan was refused.", contact="ana@example.org"))
    telling.answer([got.id], "We look at it.", by=BO, once="1")
    row = by_receipt(got.receipt)
    assert row is not None
    telling.withdraw(row)
    work(opened)
    assert arrived(post) == []


def test_a_contact_that_would_steer_the_mail_reaches_nobody_else(opened: Desk, post: Post) -> None:
    for contact in ("ana@example.org\nBcc: eve@example.org", "ana@example.org, eve@example.org", "@", "a@b\r\nX: y"):
        got = receive(Report("form", "My loan was refused.", contact=contact))
        telling.answer([got.id], "Only for Ana.", by=BO, once="1")
    work(opened)
    assert [to for to, _ in post.letters] == []


def test_without_a_mail_server_nothing_is_sent_and_nothing_fails(opened: Desk) -> None:
    letters.take_in(RAW % 1)
    work(opened)
    assert not JobRow.objects.filter(state="failed").exists()


def test_what_is_old_is_erased_by_the_worker(opened: Desk) -> None:
    got = receive(Report("form", "My loan was refused."))
    Complaint.objects.filter(pk=got.id).update(received_at=opened.clock() - timedelta(days=91))
    work(opened)
    assert Complaint.objects.get().erased_at is not None
    assert Complaint.objects.get().text == ""


def test_many_reports_are_sorted_by_the_worker(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        receive(Report("form", "My loan was refused."))
    assert clusters.sort_soon() == 0
    monkeypatch.setattr(clusters, "SORT_NOW_MAX", 2)
    assert clusters.sort_soon() is None
    work(opened)
    assert JobRow.objects.get(kind=jobs.SORT).state == "done"
