"""E-mail by the organisation's own server (SMTP, RFC 5321). The server is named by the operator, never by a user.

The ``Message-ID`` is made from the key of what is sent: a repetition has the same one, and mail programs and archives
can tell that it is one. Many recipients do not see each other.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from hashlib import sha256
from typing import Any, Literal

from hotwash.response.outside import Refused
from hotwash.response.sending import Outgoing, Result, Target

RECIPIENTS_MAX = 500
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mail.

    :param security: ``tls`` from the first byte, ``starttls``, or ``none`` on a machine of one's own
    :param sender: the address that mail comes from
    """

    host: str
    port: int = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = "hotwash@localhost"


@dataclass(frozen=True, slots=True)
class Mail:
    """Keeps the promise of `hotwash.response.sending.Channel`."""

    server: MailServer
    timeout_s: float = 20.0

    def deliver(self, target: Target, message: Outgoing, key: str) -> Result:
        """See `Channel.deliver`."""
        to = [str(one) for one in target.address.get("to", ())]
        letter = self._letter(to, message, key)
        try:
            with self._connected() as smtp:
                return self._handed_over(smtp, to, letter)
        except smtplib.SMTPAuthenticationError:
            return Result("failed", "The mail server does not accept the user and password.")
        except smtplib.SMTPResponseException as said:
            return _answered(said.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Result("failed", "The mail server offers no encryption, or no sign-in, as it was set up.")
        except ssl.SSLError as bad:
            return Result(
                "failed", f"The connection to the mail server is not to be trusted ({bad.reason}).", again=True
            )
        except (OSError, smtplib.SMTPException):
            return Result("failed", "The mail server cannot be reached.", again=True)

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        # Without a name of our own, smtplib would look one up, which can take minutes.
        own = server.sender.rpartition("@")[2] or "localhost"
        smtp: smtplib.SMTP
        if server.security == "tls":
            context = ssl.create_default_context()
            smtp = smtplib.SMTP_SSL(server.host, server.port, own, timeout=self.timeout_s, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, own, timeout=self.timeout_s)
        try:
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _handed_over(self, smtp: smtplib.SMTP, to: list[str], letter: bytes) -> Result:
        smtp.ehlo_or_helo_if_needed()
        code, _ = smtp.mail(self.server.sender)
        if code >= 400:
            return _answered(code)
        codes = {one: smtp.rcpt(one)[0] for one in to}
        taken = [one for one, said in codes.items() if said < 400]
        refused = len(codes) - len(taken)
        if not taken:
            # Only if every refusal is for good is there no use in trying again.
            return _answered(min(codes.values(), default=550))
        try:
            code, _ = smtp.data(letter)
        except (smtplib.SMTPServerDisconnected, OSError):
            return Result("unknown", "The connection broke after the mail was handed over.", again=True)
        if code >= 400:
            return _answered(code)
        told = f"{refused} of {len(codes)} addresses were refused." if refused else "The mail server took it."
        return Result("delivered", told, reached=len(taken))

    def _letter(self, to: list[str], message: Outgoing, key: str) -> bytes:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = Address("Hotwash", addr_spec=self.server.sender)
        letter["To"] = to[0] if len(to) == 1 else "undisclosed-recipients:;"
        letter["Subject"] = " ".join(message.subject.split())[:300] or "Hotwash"
        letter["Date"] = format_datetime(localtime())
        domain = self.server.sender.rpartition("@")[2] or "localhost"
        letter["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        if message.language.replace("-", "").isalpha():
            letter["Content-Language"] = message.language
        text = message.text.replace("\r\n", "\n")
        letter.set_content(text + (f"\n\n{message.link}" if message.link else "") + "\n", cte="quoted-printable")
        return letter.as_bytes()


def _answered(code: int) -> Result:
    if 400 <= code < 500:
        return Result("failed", f"The mail server does not take it now ({code}).", again=True)
    return Result("failed", f"The mail server refuses it ({code}).")


def read(text: str) -> tuple[dict[str, Any], str]:
    """Addresses as somebody typed them, and what may be shown of them.

    :raises Refused: if one is no address
    """
    to = list(dict.fromkeys(one for one in re.split(r"[\s,;]+", text.removeprefix("mailto:")) if one))
    if not to or len(to) > RECIPIENTS_MAX:
        raise Refused("mail", f"Name 1 to {RECIPIENTS_MAX} mail addresses.")
    for one in to:
        if not _MAIL.fullmatch(one) or ".." in one:
            raise Refused("mail", f"One of these is no mail address (number {to.index(one) + 1}).")
    domains = list(dict.fromkeys(one.rpartition("@")[2].lower() for one in to))
    if len(to) == 1:
        return {"to": to}, f"{to[0][0]}…@{domains[0]}"
    more = f" and {len(domains) - 1} more" if len(domains) > 1 else ""
    return {"to": to}, f"{len(to)} addresses at {domains[0][:80]}{more}"
