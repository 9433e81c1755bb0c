"""Letters that come by e-mail (RFC 5322 with MIME), read with nothing in them believed.

What is taken out: the words, who wrote, what it answers, files; and whether a machine wrote it. Size, depth, parts and
the length of every header are bounded before anything is decoded. HTML becomes plain text: nothing of it is shown.
Unknown character sets and broken encodings lose letters, never the letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape

from hotwash.response.outside import Refused

SYSTEM = "mail"
SIZE_MAX = 30 * 2**20
HEADERS_MAX = 64 * 2**10
DEPTH_MAX, PARTS_MAX, FILES_MAX = 12, 60, 20
HEADER_MAX = 2_000
TEXT_MAX = 20_000
_BOUNDARIES_MAX = 80
_ADDRESS = re.compile(r"[^\s@<>\"',;:()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_ID = re.compile(r"<[^<>\s]{1,250}>")


@dataclass(frozen=True, slots=True)
class File:
    """A part that is a file."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says.

    :param id: its Message-ID; empty where it has none
    :param sender: the address of who wrote; empty where it has none that could be one
    :param answers: the Message-IDs that it answers, the nearest first
    :param automatic: why it was not written by a person; empty if nothing says so
    :param left_out: what could not be taken along, in words
    """

    id: str
    sender: str
    subject: str
    text: str
    sent_at: datetime | None
    answers: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    automatic: str = ""
    left_out: tuple[str, ...] = ()


def read(raw: bytes) -> Letter:
    """A letter from its bytes.

    :raises Refused: if it is empty, too large, or no letter
    """
    if len(raw) > SIZE_MAX:
        raise Refused(SYSTEM, f"The letter is larger than {SIZE_MAX // 2**20} MB.")
    head, _, _ = raw.replace(b"\r\n", b"\n")[: HEADERS_MAX + 1].partition(b"\n\n")
    if not raw.strip() or len(head) > HEADERS_MAX:
        raise Refused(SYSTEM, "The letter has no head, or one that has no end.")
    if raw.lower().count(b"boundary=") > _BOUNDARIES_MAX:
        raise Refused(SYSTEM, "The letter is made of too many parts.")
    try:
        # The old policy leaves headers as they came: they are cut before they are decoded.
        held = message_from_bytes(raw, policy=policy.compat32)
        return _letter(held)
    except RecursionError:
        raise Refused(SYSTEM, "The letter is nested too deep.") from None


def _letter(held: Message) -> Letter:
    if not any(held.get(name) for name in ("From", "Message-ID", "Received", "Date", "Subject")):
        raise Refused(SYSTEM, "These bytes are no letter: there is no From, Date or Subject.")
    plain: list[str] = []
    marked: list[str] = []
    files: list[File] = []
    left: list[str] = []
    for part in _parts(held, left):
        _take(part, plain, marked, files, left)
    text = "\n".join(plain) if any(one.strip() for one in plain) else "\n".join(_without_marks(one) for one in marked)
    return Letter(
        id=next(iter(_ids(held, "Message-ID")), ""),
        sender=_address(_header(held, "Reply-To")) or _address(_header(held, "From")),
        subject=" ".join(_header(held, "Subject").split())[:500],
        text=_unquoted(text)[:TEXT_MAX].strip(),
        sent_at=_date(held),
        answers=tuple(dict.fromkeys([*_ids(held, "In-Reply-To"), *reversed(_ids(held, "References"))]))[:50],
        files=tuple(files),
        automatic=_automatic(held),
        left_out=tuple(dict.fromkeys(left)),
    )


def _parts(held: Message, left: list[str]) -> Iterator[Message]:
    waiting: list[tuple[Message, int]] = [(held, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if seen > PARTS_MAX or depth > DEPTH_MAX:
            left.append("Further parts of the letter: there were too many, or too deep.")
            return
        inner = part.get_payload()
        if part.is_multipart() and isinstance(inner, list):
            waiting[:0] = [(one, depth + 1) for one in inner if isinstance(one, Message)]
        else:
            yield part


def _take(part: Message, plain: list[str], marked: list[str], files: list[File], left: list[str]) -> None:
    kind = part.get_content_type()
    name = _name(part)
    try:
        data = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError, TypeError):
        data = None
    if not isinstance(data, bytes):
        left.append("A part that could not be decoded.")
        return
    disposition = _header(part, "Content-Disposition").strip().lower()
    if kind in ("text/plain", "text/html") and not disposition.startswith("attachment") and not name:
        (plain if kind == "text/plain" else marked).append(_decoded(part, data[: 8 * TEXT_MAX]))
    elif not data:
        return
    elif len(files) < FILES_MAX:
        files.append(File(name or "file", data))
    else:
        left.append("Further files: there were too many.")


def _decoded(part: Message, data: bytes) -> str:
    try:
        charset = part.get_content_charset() or "utf-8"
        if not re.fullmatch(r"[a-z0-9._-]{1,40}", charset):
            charset = "utf-8"
        text = data.decode(charset, "replace")
    except (LookupError, ValueError, UnicodeError, TypeError):
        # Unknown, or no character set at all, such as "base64".
        text = data.decode("utf-8", "replace")
    return text if isinstance(text, str) else ""


def _header(held: Message, name: str) -> str:
    value = str(held.get(name, ""))[:HEADER_MAX]
    if "=?" not in value:
        return value.encode("utf-8", "replace").decode("utf-8", "replace")
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, IndexError):
        return value
    told = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            told.append(piece)
            continue
        try:
            told.append(piece.decode(charset or "utf-8", "replace"))
        except (LookupError, ValueError, TypeError):
            told.append(piece.decode("utf-8", "replace"))
    return "".join(told)[:HEADER_MAX]


def _name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, LookupError, IndexError):
        return "file"
    return str(name)[:300]


def _ids(held: Message, name: str) -> list[str]:
    return _ID.findall(str(held.get(name, ""))[:8_000])


def _address(header: str) -> str:
    found = parseaddr(header)[1] or header
    known = _ADDRESS.search(found)
    return known[0].lower()[:254] if known else ""


def _date(held: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(held.get("Date", ""))[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _automatic(held: Message) -> str:
    """Why a machine wrote it: RFC 3834, and what senders of lists and newsletters do."""
    told = _header(held, "Auto-Submitted").strip().lower()
    precedence = _header(held, "Precedence").strip().lower()
    kind = held.get_content_type()
    sender = _address(_header(held, "From")).partition("@")[0]
    if kind == "multipart/report" or sender in ("mailer-daemon", "postmaster"):
        return "It says that another letter could not be delivered."
    if told and told != "no":
        return "It says of itself that a machine sent it."
    if _header(held, "Return-Path").strip() == "<>":
        return "It has no way back."
    if precedence in ("bulk", "junk", "list", "auto_reply") or held.get("List-Id") or held.get("List-Unsubscribe"):
        return "It came from a list."
    if held.get("X-Autoreply") or held.get("X-Autorespond"):
        return "It says of itself that it is an automatic reply."
    return ""


_QUOTED = re.compile(
    r"^(?:On .{4,200} wrote:|Am .{4,200} schrieb .{0,200}:|El .{4,200} escribi[oó]:"
    r"|-{3,} ?Original.{0,40}-{3,}|_{20,})\s*$"
)


def _unquoted(text: str) -> str:
    """The words above what is quoted below; all of them where nothing stands above."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if len(line) < 500 and _QUOTED.match(line):
            break
        if not line.startswith(">"):
            kept.append(line)
    told = "\n".join(kept).strip()
    return told or text


_SILENT = ("script", "style", "head", "title", "template", "noscript")
_BREAKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})
_TAG_MAX = 4_000
_TAG = re.compile(r"</?([a-z][a-z0-9]{0,20})", re.IGNORECASE)


def _without_marks(text: str) -> str:
    """The text of HTML, without what is not shown. One pass: the standard parser takes minutes where no tag ends."""
    small = text.lower()
    words: list[str] = []
    place = 0
    while (start := text.find("<", place)) >= 0:
        words.append(text[place:start])
        if text.startswith("<!--", start):
            end = text.find("-->", start)
            place = end + 3 if end >= 0 else len(text)
            continue
        end = text.find(">", start, start + _TAG_MAX)
        tag = _TAG.match(text, start)
        if end < 0 or (tag is None and text[start + 1 : start + 2] not in ("!", "?")):
            words.append("<")
            place = start + 1
            continue
        place = end + 1
        name = tag[1].lower() if tag else ""
        if name in _SILENT and not text.startswith("</", start):
            over = small.find(f"</{name}", place)
            place = over if over >= 0 else len(text)
        elif name in _BREAKS:
            words.append("\n")
    words.append(text[place:])
    return re.sub(r"\n{3,}", "\n\n", unescape("".join(words)))
