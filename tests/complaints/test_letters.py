"""Letters by e-mail: read with nothing in them believed, once each, and never an answer to a machine."""

import base64
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import imap
from tests.complaints.conftest import BO

from hotwash.connect.imap import Mailbox, pull
from hotwash.connect.letters import read
from hotwash.response.desk import Desk
from hotwash.response.outside import Refused, Unreachable
from hotwash.web.complaints import letters, telling
from hotwash.web.complaints.receiving import by_receipt, contact_of, file_bytes
from hotwash.web.tables.models import Complaint, ComplaintFile, ComplaintMail, ComplaintMessage, JobRow, SignalGroup


def letter(text: str = "My loan was refused.", **headers: str) -> EmailMessage:
    """A letter as a person writes it."""
    made = EmailMessage()
    fitting = {"From": "Ana <ana@example.org>", "Subject": "Refused", "Message-ID": "<1@example.org>"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    for name, value in fitting.items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


def test_a_letter_becomes_a_report_once(both: Desk) -> None:
    raw = bytes(letter())
    first, again = letters.take_in(raw), letters.take_in(raw)
    assert (first.what, again.what, again.complaint) == ("report", "known", first.complaint)
    row = Complaint.objects.get()
    assert (row.channel, row.text) == ("mail", "Refused\nMy loan was refused.")
    assert contact_of(row) == "ana@example.org"
    assert SignalGroup.objects.get().count == 1
    assert JobRow.objects.get().arguments["complaint"] == row.pk


def test_an_answer_joins_its_report_by_what_it_answers_or_by_the_receipt_number(both: Desk) -> None:
    row = Complaint.objects.get(pk=letters.take_in(bytes(letter())).complaint or 0)
    receipt = letters.receipt_of(ComplaintMail.objects.get())
    found = by_receipt(receipt)
    assert found is not None
    assert found.pk == row.pk
    more = letter(
        "It happened again.\n\nOn Monday, you wrote:\n> My loan", Message_ID="<2@x>", In_Reply_To="<1@example.org>"
    )
    more.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="letter.pdf")
    assert letters.take_in(bytes(more)) == letters.TakenIn("joined", row.pk)
    other = letter("And again.", Message_ID="<3@x>", Subject=f"AW: Thank you [{receipt}]", From="cy@example.org")
    assert letters.take_in(bytes(other)).complaint == row.pk
    assert list(ComplaintMessage.objects.order_by("pk").values_list("text", flat=True)) == [
        "It happened again.",
        "And again.",
    ]
    assert file_bytes(ComplaintFile.objects.get()) == b"%PDF-1.7"
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.org>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.org"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_a_machine_wrote_is_passed_over_and_never_answered(house: Desk, headers: dict[str, str]) -> None:
    told = letters.take_in(bytes(letter(**headers)))
    assert told.what == "passed over"
    assert told.why.endswith(".")
    assert not Complaint.objects.exists()
    assert not JobRow.objects.exists()
    assert letters.take_in(bytes(letter(**headers))).what == "known"


def test_two_machines_that_answer_each_other_stop(house: Desk) -> None:
    for number in range(letters.ANSWERS_MAX + 5):
        letters.take_in(bytes(letter(f"Number {number}", Message_ID=f"<{number}@x>", Subject=f"s {number}")))
    assert Complaint.objects.count() == letters.ANSWERS_MAX + 5
    assert JobRow.objects.count() == letters.ANSWERS_MAX


def test_html_becomes_plain_words_and_files_of_other_kinds_are_named_and_left_out(house: Desk) -> None:
    made = letter()
    made.clear_content()
    made.set_content("<p>My <b>loan</b></p><script>alert(1)</script><style>p{}</style>was&nbsp;refused", subtype="html")
    made.add_attachment(b"MZ", maintype="application", subtype="x-msdownload", filename="../../virus.exe")
    letters.take_in(bytes(made))
    row = Complaint.objects.get()
    assert "My loan" in row.text
    assert "was\xa0refused" in row.text
    assert "alert" not in row.text
    assert "virus.exe" in row.text
    assert not ComplaintFile.objects.exists()


def nested(depth: int) -> bytes:
    """A letter of parts in parts."""
    inner = b"Content-Type: text/plain\n\nhello\n"
    for level in range(depth):
        mark = b"b%d" % level
        inner = b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n%s\n--%s--\n' % (mark, mark, inner, mark)
    return b"From: a@b.example\nSubject: deep\n" + inner


HOSTILE = {
    "nested ten times": nested(10),
    "nested forty times": nested(40),
    "nested seventy times": nested(70),
    "an unknown character set": b"From: a@b.example\nContent-Type: text/plain; charset=klingon\n\nhello \xff",
    "a character set that is none": b"From: a@b.example\nContent-Type: text/plain; charset=base64\n\nhello",
    "broken base64": b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n!!!aGVsbG8",
    "an unknown encoding": b"From: a@b.example\nContent-Transfer-Encoding: rot13\n\nuryyb",
    "a bomb of encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 20_00 + b"\n\nhello",
    "an encoded word that breaks": b"From: a@b.example\nSubject: =?utf-8?b?!!?= =?x?q?=ff?=\n\nhello",
    "an address of brackets": b"From: " + b"(" * 5_000 + b"<a@b.example>\n\nhello",
    "headers on many lines": b"From: a@b.example\nSubject: a" + b"\n b" * 5_000 + b"\n\nhello",
    "nulls": b"From: a@b.example\nSubject: \x00\n\nhe\x00llo",
    "no boundary": b"From: a@b.example\nContent-Type: multipart/mixed\n\nhello",
    "a name over several lines": b"From: a@b.example\nContent-Disposition: attachment; filename*0*=utf-8''%ff; "
    b"filename*1=b\n\nhello",
    "a letter in a letter": b"From: a@b.example\nContent-Type: message/rfc822\n\nFrom: c@d.example\n\nhello",
    "a date of another age": b"From: a@b.example\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\nhello",
    "HTML that never ends": b"From: a@b.example\nContent-Type: text/html\n\n" + b"<a " * 20_000,
    "HTML of marks": b"From: a@b.example\nContent-Type: text/html\n\n" + b"<!--" * 10_000 + b"<![CDATA[" * 1_000,
    "a UTF-7 script": b"From: a@b.example\nContent-Type: text/html; charset=utf-7\n\n+ADw-script+AD4-alert(1)",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_letter_is_a_report_or_a_refusal_and_never_a_fault(house: Desk, name: str) -> None:
    try:
        told = letters.take_in(HOSTILE[name])
    except Refused:
        assert not Complaint.objects.exists()
    else:
        assert told.what == "report"
        assert Complaint.objects.get().text


def test_a_letter_that_is_too_large_is_refused(house: Desk) -> None:
    with pytest.raises(Refused, match="larger"):
        read(b"From: a@b.example\n\n" + b"x" * (31 * 2**20))
    with pytest.raises(Refused, match="no letter"):
        read(b"\x00\x01\x02 nothing")
    with pytest.raises(Refused):
        read(b"")


def test_many_files_are_bounded(house: Desk) -> None:
    made = letter()
    for number in range(40):
        made.add_attachment(b"hello", maintype="text", subtype="plain", filename=f"{number}.txt")
    letters.take_in(bytes(made))
    assert ComplaintFile.objects.count() == 5
    assert "too many" in Complaint.objects.get().text


@given(st.binary(max_size=400), st.sampled_from(sorted(HOSTILE)))
def test_reading_never_raises_anything_but_a_refusal(noise: bytes, name: str) -> None:
    known = HOSTILE[name][:5_000]
    for raw in (noise, b"From: a@b.example\n" + noise, known[: len(noise)] + noise + known[len(noise) :]):
        try:
            read(raw)
        except Refused:
            continue


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[imap.Server]:
    with imap.server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.mark.real("pymap")
def test_a_real_mailbox_is_read_and_each_letter_marked_only_once_it_is_kept(
    house: Desk, mail_server: imap.Server
) -> None:
    mailbox = Mailbox("127.0.0.1", imap.USER, imap.PASSWORD, port=mail_server.port, security="none")
    mail_server.deliver(bytes(letter(Message_ID="<a@x>")))
    mail_server.deliver(b"no letter at all")
    mail_server.deliver(bytes(letter("Away until May.", Message_ID="<b@x>", Auto_Submitted="auto-replied")))

    def dies(raw: bytes) -> None:
        letters.take_in(raw)
        raise OSError("the power went")

    with pytest.raises(Unreachable):
        pull(mailbox, dies)
    assert [flags for flags in mail_server.flags() if "Seen" in flags] == []
    assert Complaint.objects.count() == 1
    told = pull(mailbox, letters.take_in)
    assert (told.taken, len(told.refused)) == (2, 1)
    assert all("Seen" in flags for flags in mail_server.flags())
    assert Complaint.objects.count() == 1, "a letter that comes twice counts once"
    assert pull(mailbox, letters.take_in).taken == 0


def test_a_mailbox_that_is_away_is_told_without_its_password(house: Desk) -> None:
    with pytest.raises(Unreachable) as away:
        pull(Mailbox("127.0.0.1", "reports", "the secret word", port=1, security="none"), letters.take_in)
    assert "secret" not in str(away.value)
    assert "secret" not in repr(Mailbox("h", "u", "the secret word"))


def test_what_is_answered_goes_to_the_address_that_was_left(house: Desk) -> None:
    row = Complaint.objects.get(pk=letters.take_in(bytes(letter())).complaint or 0)
    telling.answer([row.pk], "We look at it.", by=BO, once="1")
    kinds = [job.arguments for job in JobRow.objects.order_by("pk")]
    assert [sorted(one) for one in kinds] == [["complaint", "mail"], ["complaint", "message"]]


def test_words_of_another_script_are_kept(house: Desk) -> None:
    made = (
        b"From: a@b.example\nSubject: =?utf-8?b?"
        + base64.b64encode("贷款".encode())
        + b"?=\n\n\xe8\xb4\xb7\xe6\xac\xbe"
    )
    letters.take_in(made)
    assert Complaint.objects.get().text == "贷款\n贷款"
