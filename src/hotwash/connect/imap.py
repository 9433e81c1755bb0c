"""A mailbox to which people write, read by IMAP4rev1 (RFC 3501). The operator names it, never a user.

Each letter that nobody read yet is fetched without marking it, handed over, and only then marked as read (or moved):
what dies in between is fetched again, and whoever takes it knows it by its Message-ID.
"""

import imaplib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from hotwash.response.outside import Refused, Unreachable

SYSTEM = "mailbox"
SIZE_MAX = 30 * 2**20
"""A larger letter is not fetched."""
AT_ONCE_MAX = 50
"""So many letters in one go; what is left comes with the next."""
_LINE_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where letters lie.

    :param security: ``tls`` from the first byte, ``starttls``, or ``none`` on a machine of one's own
    :param folder: the folder that is read
    :param done: where letters go that were taken; empty: they stay, marked as read
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    folder: str = "INBOX"
    done: str = ""
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one look into the mailbox came to.

    :param refused: why letters were not taken; they are marked as read and with a flag
    :param more: whether letters are left for the next look
    """

    taken: int = 0
    refused: tuple[str, ...] = ()
    more: bool = False


def pull(mailbox: Mailbox, take: Callable[[bytes], object], *, most: int = AT_ONCE_MAX) -> Pulled:
    """Hand over what nobody read yet.

    :param take: keeps a letter; when it returns, the letter is marked. It raises `Refused` for what is no letter
    :raises Unreachable: if the server does not answer as it should; what was handed over before stays taken
    """
    try:
        with _opened(mailbox) as server:
            return _pulled(server, mailbox, take, most)
    except (imaplib.IMAP4.error, OSError, ssl.SSLError, EOFError) as fault:
        raise Unreachable(SYSTEM, _plain(fault)) from fault


def _opened(mailbox: Mailbox) -> imaplib.IMAP4:
    host, port, timeout = mailbox.host, mailbox.port, mailbox.timeout_s
    server: imaplib.IMAP4
    if mailbox.security == "tls":
        server = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=timeout)
    else:
        server = imaplib.IMAP4(host, port, timeout=timeout)
    try:
        if mailbox.security == "starttls":
            server.starttls(ssl.create_default_context())
        server.login(mailbox.user, mailbox.password)
        _ok(server.select(_quoted(mailbox.folder)), "The folder cannot be opened.")
    except BaseException:
        server.shutdown()
        raise
    return server


def _pulled(server: imaplib.IMAP4, mailbox: Mailbox, take: Callable[[bytes], object], most: int) -> Pulled:
    found = _ok(server.uid("SEARCH", "UNSEEN"), "The folder cannot be searched.")
    uids = [uid for uid in b" ".join(one for one in found if isinstance(one, bytes)).split() if uid.isdigit()]
    taken, refused = 0, []
    for uid in uids[:most]:
        name = uid.decode()
        try:
            take(_fetched(server, name))
        except Refused as no:
            refused.append(str(no))
            _ok(server.uid("STORE", name, "+FLAGS", r"(\Seen \Flagged)"), "A letter cannot be marked.")
            continue
        taken += 1
        _put_away(server, mailbox, name)
    return Pulled(taken, tuple(refused), more=len(uids) > most)


def _fetched(server: imaplib.IMAP4, uid: str) -> bytes:
    """The bytes of one letter.

    :raises Refused: if it is too large; it is not fetched then
    """
    told = _ok(server.uid("FETCH", uid, "(RFC822.SIZE)"), "A letter cannot be looked at.")
    size = re.search(rb"RFC822\.SIZE (\d{1,15})", b" ".join(one for one in told if isinstance(one, bytes)))
    if size is not None and int(size[1]) > SIZE_MAX:
        raise Refused(SYSTEM, f"A letter is larger than {SIZE_MAX // 2**20} MB.")
    parts = _ok(server.uid("FETCH", uid, "(BODY.PEEK[])"), "A letter cannot be fetched.")
    for one in parts:
        if isinstance(one, tuple) and len(one) > 1 and isinstance(one[1], bytes):
            return one[1]
    raise imaplib.IMAP4.error("A letter came without its bytes.")


def _put_away(server: imaplib.IMAP4, mailbox: Mailbox, uid: str) -> None:
    _ok(server.uid("STORE", uid, "+FLAGS", r"(\Seen)"), "A letter cannot be marked.")
    if not mailbox.done:
        return
    # A letter that cannot be moved was taken all the same: it stays, marked as read.
    if "MOVE" in server.capabilities:
        server.uid("MOVE", uid, _quoted(mailbox.done))
    elif server.uid("COPY", uid, _quoted(mailbox.done))[0] == "OK":
        server.uid("STORE", uid, "+FLAGS", r"(\Deleted)")


def _ok(answer: tuple[str, list[Any]], otherwise: str) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(otherwise)
    return answer[1] or []


def _quoted(name: str) -> str:
    return '"' + re.sub(r"[\x00-\x1f]", "", name).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(fault: Exception) -> str:
    """What is wrong, without what the server wrote: that may hold the name of the user."""
    if isinstance(fault, ssl.SSLError):
        return "The connection to the mailbox is not to be trusted."
    if isinstance(fault, imaplib.IMAP4.error):
        known = str(fault)
        ours = known.startswith(("The folder", "A letter"))
        return known if ours else "The mailbox does not accept the user and password, or broke off."
    return "The mailbox cannot be reached."
