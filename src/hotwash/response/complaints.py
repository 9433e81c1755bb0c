"""Reports from people: what one may hold, the number on its receipt, and the signal that it becomes.

What people write is text of strangers: it is kept as they wrote it, shown as text, and never obeyed. What leaves this
room towards the inbox and the records has people's data masked, and names a person by a pseudonym.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256
from typing import Literal

from hotwash.investigate.likeness import Lexicon
from hotwash.investigate.masking import mask
from hotwash.knowledge.complaints import words
from hotwash.reports.phrases import brief
from hotwash.response.request import BadRequest
from hotwash.response.signals import Signal

Channel = Literal["form", "mail", "phone", "letter", "counter", "other"]
Progress = Literal["received", "read", "linked", "answered", "closed", "withdrawn"]

SENDER = "person"
"""Every report is a signal of this sender, whatever the channel: so that a cluster is one line of the inbox."""
TEXT_MAX, SHORT_MAX, CONTACT_MAX, NAME_MAX = 10_000, 1_000, 300, 200
MESSAGE_MAX = 5_000
FILES_MAX, FILE_MAX, FILES_TOTAL_MAX = 5, 10 * 2**20, 20 * 2**20
HEADLINE_MAX = 160
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none of them is taken for another."""
RECEIPT = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){4}\b")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a report."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What a person reports.

    :param text: what happened, in the person's words
    :param contact: how to reach the person; kept sealed and apart, and never in a record
    :param by: the account that typed it, where the person did not
    """

    channel: Channel
    text: str
    about: str = ""
    need: str = ""
    happened_on: date | None = None
    contact: str = field(default="", repr=False)
    language: str = ""
    system: str = ""
    by: str = ""
    files: Sequence[Attached] = ()


def checked(report: Report, *, today: date) -> Report:
    """The report with its texts made clean.

    :raises BadRequest: naming the field that is missing, too long or impossible
    """
    limits = {"text": TEXT_MAX, "about": SHORT_MAX, "need": SHORT_MAX, "contact": CONTACT_MAX, "system": 190}
    texts = {name: within(name, getattr(report, name), most) for name, most in limits.items()}
    if not texts["text"]:
        raise BadRequest("text", "is missing: write what happened.")
    if report.happened_on is not None and not date(1990, 1, 1) <= report.happened_on <= today:
        raise BadRequest("happened_on", "is no day in the past.")
    if len(report.files) > FILES_MAX:
        raise BadRequest("files", f"are too many: {FILES_MAX} fit.")
    if sum(len(one.data) for one in report.files) > FILES_TOTAL_MAX:
        raise BadRequest("files", f"are too large together: {FILES_TOTAL_MAX // 2**20} MB fit.")
    for one in report.files:
        file_kind(one)
    language = re.sub(r"[^A-Za-z-]", "", report.language)[:20]
    files = tuple(Attached(file_name(one.name), one.data) for one in report.files)
    return Report(
        report.channel,
        happened_on=report.happened_on,
        language=language,
        by=report.by,
        files=files,
        **texts,
    )


def within(name: str, text: str, most: int) -> str:
    """A text made clean, if it is not too long; what is far too long is not even looked at.

    :raises BadRequest: if it is too long
    """
    plain = clean(text) if len(text) <= 4 * most else text
    if len(plain) > most:
        raise BadRequest(name, f"has {len(plain):,} characters; {most:,} fit.")
    return plain


def clean(text: str) -> str:
    """Text without what is no text (nulls, halves of pairs) or hides how it is read (turned directions)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    plain = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in plain)
    return re.sub(r"[\u202a-\u202e\u2066-\u2069]", "", plain).strip()


def file_name(name: str) -> str:
    """A name that is only a name: no folders, no signs that steer anything."""
    last = re.split(r"[/\\]", clean(name[-1_000:]))[-1]
    plain = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\n\t]", "_", last).strip(". ")
    return plain[-NAME_MAX:] or "file"


_KINDS: tuple[tuple[str, tuple[str, ...], re.Pattern[bytes]], ...] = (
    ("PDF", ("pdf",), re.compile(rb"%PDF-")),
    ("PNG picture", ("png",), re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("JPEG picture", ("jpg", "jpeg"), re.compile(rb"\xff\xd8\xff")),
    ("WebP picture", ("webp",), re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("HEIC picture", ("heic", "heif"), re.compile(rb".{4}ftyp(?:heic|heix|mif1|msf1|hevc)", re.DOTALL)),
    ("sound", ("m4a",), re.compile(rb".{4}ftyp", re.DOTALL)),
    ("sound", ("mp3",), re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")),
    ("sound", ("ogg", "opus"), re.compile(rb"OggS")),
    ("sound", ("wav",), re.compile(rb"RIFF.{4}WAVE", re.DOTALL)),
    ("film", ("mp4", "mov"), re.compile(rb".{4}ftyp", re.DOTALL)),
    ("Word document", ("docx",), re.compile(rb"PK\x03\x04")),
    ("OpenDocument text", ("odt",), re.compile(rb"PK\x03\x04")),
)
ENDINGS = (*dict.fromkeys(ending for _, endings, _ in _KINDS for ending in endings), "txt")
"""What a file's name may end in; its first bytes must agree. Nothing is ever opened, unpacked or shown."""


def file_kind(file: Attached) -> str:
    """What a file is, by its ending and its first bytes.

    :raises BadRequest: if it is empty, too large, or of a kind that is not taken
    """
    name = file_name(file.name)
    if not file.data:
        raise BadRequest("files", f"“{name[:60]}” is empty.")
    if len(file.data) > FILE_MAX:
        raise BadRequest("files", f"“{name[:60]}” is larger than {FILE_MAX // 2**20} MB.")
    ending = name.rpartition(".")[2].lower()
    for kind, endings, first in _KINDS:
        if ending in endings and first.match(file.data):
            return kind
    if ending == "txt" and b"\0" not in file.data:
        return "text"
    raise BadRequest("files", f"“{name[:60]}” is of a kind that is not taken. These are: {', '.join(ENDINGS)}.")


def new_receipt(secret: str, form: str) -> str:
    """The number on a receipt, 100 bits: the same for the same form, so that sending it twice is one report."""
    number = int.from_bytes(hmac.digest(secret.encode(), b"hotwash receipt " + form.encode(), "sha256")[:13], "big")
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in range(20))
    return "-".join(letters[start : start + 4] for start in range(0, 20, 4))


def fresh_form() -> str:
    """What tells one form from another where none was served: of a clerk or a letter."""
    return secrets.token_hex(16)


def read_receipt(typed: str) -> str:
    """A receipt number as somebody typed it; empty if it cannot be one."""
    plain = re.sub(r"[\s–—_.-]", "", typed.upper()[:80]).translate(str.maketrans("OIL", "011"))
    if len(plain) != 20 or set(plain) - set(_LETTERS):
        return ""
    return "-".join(plain[start : start + 4] for start in range(0, 20, 4))


def digest(text: str) -> str:
    """The digest under which a receipt number or a Message-ID is kept."""
    return "sha256:" + sha256(text.encode("utf-8", "replace")).hexdigest()


def pseudonym(secret: str, contact: str, receipt: str) -> str:
    """A name for the person that leads back to nobody: the same for the same mail address or telephone number."""
    known = re.search(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", contact.casefold())
    digits = re.sub(r"\D", "", contact)
    who = f"mail {known[0]}" if known else f"phone {digits[-9:]}" if len(digits) >= 8 else f"receipt {receipt}"
    number = int.from_bytes(hmac.digest(secret.encode(), b"hotwash reporter " + who.encode(), "sha256")[:8], "big")
    return "P-" + "".join(_LETTERS[number >> 5 * place & 31] for place in range(10))


def headline(text: str) -> str:
    """The first sentence of a report with people's data masked, for a list."""
    masked = " ".join(mask(text[:4_000])[0].split())
    end = re.search(r"(?<=[.!?。！？])\s", masked[25:])
    return brief(masked[: 25 + end.start()] if end else masked, HEADLINE_MAX)


def masked(text: str) -> str:
    """A whole text with people's data masked."""
    return mask(text)[0]


def signal_of(number: int, report: Report, *, cluster: int, received_at: datetime) -> Signal:
    """The signal that a report becomes: its masked headline, counted with its cluster."""
    happened = report.happened_on
    return Signal(
        source=SENDER,
        key=f"report {number}",
        title=headline(report.text),
        group=group_of(cluster),
        state="information",
        alert_at=received_at,
        data_at=None if happened is None else datetime.combine(happened, time(), UTC),
        labels={"report": str(number), "cluster": str(cluster), "channel": report.channel},
    )


def group_of(cluster: int) -> str:
    """What the inbox counts a cluster's reports by."""
    return f"reports {cluster}"


def cluster_of(group: str) -> int | None:
    """The number of the cluster in what the inbox counts by; None if it is something else."""
    found = re.fullmatch(r"reports (\d{1,15})", group)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Stood:
    """What was done with a report, as far as its writer is told."""

    read: bool = False
    linked: bool = False
    answered: bool = False
    closed: bool = False
    withdrawn: bool = False


def progress(stood: Stood) -> Progress:
    """How far a report has come: the furthest of what was done."""
    steps: Mapping[Progress, bool] = {
        "withdrawn": stood.withdrawn,
        "closed": stood.closed,
        "answered": stood.answered,
        "linked": stood.linked,
        "read": stood.read,
    }
    return next((step for step, done in steps.items() if done), "received")


@cache
def lexicon() -> Lexicon:
    """The words by which reports are held against each other."""
    known = words()
    return Lexicon.of(known.common, known.concepts)
