"""What keeps machines from filling the form, without a third party and without shutting people out.

A form that is served carries a signed word of its own: when it was served, and what makes its receipt. It must have
been open for a few seconds, a field that nobody sees must stay empty, and who sends many is asked for a small sum, then
to wait. None of it needs scripts, pictures or an account, and what was typed stays in the form each time.
"""

import ipaddress
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from hotwash.knowledge.complaints import FormWords
from hotwash.web import rates

SECONDS_LEAST = 3
OPEN_MAX = timedelta(hours=24)
WINDOW_S = 600
FREE, SENT_MAX = 2, 10
"""From one address, within the window: so many without a sum, and so many at all. An office or a shelter shares one."""
TRIES_MAX = 60
"""Times that the button is pressed, also where something was wrong."""
LOOKS_MAX = 40
FLOOD = 60
"""So many from everywhere within the window, and everybody is asked for the sum."""
_SALT = "hotwash.report.form"


@dataclass(frozen=True, slots=True)
class Served:
    """A form that was served.

    :param form: what makes its receipt
    :param at: when it was served, in seconds
    :param sum: two small numbers to add, if a sum is asked
    """

    form: str
    at: int
    sum: tuple[int, int] | None = None

    def signed(self) -> str:
        """The word in the form."""
        return signing.dumps([self.form, self.at, self.sum], salt=_SALT, compress=False)


def serve(*, asks: bool) -> Served:
    """A new form."""
    return Served(secrets.token_hex(16), _now(), _sum() if asks else None)


def again(served: Served, *, asks: bool) -> Served:
    """The same form, served once more."""
    return replace(served, at=_now(), sum=_sum() if asks or served.sum else None)


def read(text: str) -> Served | None:
    """The form that was sent back; None if it is not ours."""
    try:
        form, at, asked = signing.loads(text[:500], salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Served(str(form), int(at), (int(asked[0]), int(asked[1])) if asked else None)


def stale(served: Served) -> bool:
    """Whether it was open for too long."""
    return _now() - served.at > OPEN_MAX.total_seconds()


def fast(served: Served) -> bool:
    """Whether nobody can have typed that fast."""
    return _now() - served.at < SECONDS_LEAST


def solved(served: Served, typed: str, words: FormWords) -> bool:
    """Whether the sum, if one was asked, is right: as a number or as a word."""
    if served.sum is None:
        return True
    right, said = sum(served.sum), typed.strip().casefold()
    return said in {str(right), words.numbers[right]}


def count(request: HttpRequest, what: str) -> int:
    """How often this address did something within the window, with this time. Addresses are kept only as digests."""
    return _one_more(f"{what}:{_digest(address(request))}")


def counted(request: HttpRequest, what: str) -> int:
    """How often it did so until now."""
    return _so_far(f"{what}:{_digest(address(request))}")


def everywhere(what: str, *, one_more: bool = False) -> int:
    """How often anybody did something within the window."""
    key = f"{what}:everywhere"
    return _one_more(key) if one_more else _so_far(key)


def _so_far(key: str) -> int:
    return rates.counted(key, now=_now())


def _one_more(key: str) -> int:
    return rates.count(key, now=_now(), window_s=WINDOW_S)[0]


def asks_for_a_sum(request: HttpRequest) -> bool:
    """Whether whoever sends from here must solve a sum first."""
    return counted(request, "report") >= FREE or everywhere("report") >= FLOOD


def address(request: HttpRequest) -> str:
    """Where a request came from: what the outermost of our own proxies saw. Of an IPv6 address, the network."""
    proxies = settings.HOTWASH.proxies
    came = request.META.get("REMOTE_ADDR", "")
    if proxies:
        told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        came = told[-proxies] if len(told) >= proxies else came
    try:
        known = ipaddress.ip_address(came)
    except ValueError:
        return "unknown"
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def _digest(came: str) -> str:
    return sha256(f"{settings.SECRET_KEY}\0{came}".encode()).hexdigest()[:24]


def _now() -> int:
    return int(timezone.now().timestamp())


def _sum() -> tuple[int, int]:
    return 1 + secrets.randbelow(9), 1 + secrets.randbelow(9)
