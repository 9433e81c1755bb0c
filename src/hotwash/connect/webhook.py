"""A signed call of a web address of the organisation's own choice, for whatever it wants to do with a message.

Each call carries ``Hotwash-Timestamp``, ``Hotwash-Signature`` (``v1=`` and the hexadecimal HMAC-SHA256 of the
timestamp, a full stop and the body) and ``Idempotency-Key``. Whoever receives it refuses what is older than five
minutes, and what has a key that it has seen: `verify` does the first.
"""

import hmac
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import httpx
import msgspec

from hotwash.connect.reachable import NOWHERE, Guarded, Inside, check
from hotwash.response.outside import NotVerified, OutsideFault, Refused
from hotwash.response.sending import Outgoing, Result, Target

WINDOW_S = 300
"""How old a call may be when it is received."""
SYSTEM = "the webhook"
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Webhook:
    """Keeps the promise of `hotwash.response.sending.Channel`.

    :param inside: the places inside that may be called
    """

    inside: Inside = NOWHERE
    timeout_s: float = 10.0

    def deliver(self, target: Target, message: Outgoing, key: str) -> Result:
        """See `Channel.deliver`."""
        body = msgspec.json.encode({"key": key, "target": target.name, **msgspec.to_builtins(message)})
        head = {
            "Content-Type": "application/json",
            "User-Agent": "Hotwash",
            "Idempotency-Key": key,
            **sign(str(target.address["secret"]), body, at=int(time.time())),
        }
        call = httpx.Client(
            transport=Guarded(SYSTEM, inside=self.inside),
            timeout=self.timeout_s,
            trust_env=False,
            follow_redirects=False,
        )
        try:
            with call, call.stream("POST", str(target.address["url"]), content=body, headers=head) as response:
                return _answered(response.status_code)
        except OutsideFault as no:
            return Result("failed", no.sentence, again=no.retry)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Result("failed", "The webhook cannot be reached.", again=True)
        except httpx.TimeoutException:
            return Result("unknown", f"The webhook did not answer within {self.timeout_s:g} seconds.", again=True)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as fault:
            return Result("unknown", f"The answer of the webhook broke off ({type(fault).__name__}).", again=True)


def _answered(status: int) -> Result:
    if 200 <= status < 300:
        return Result("delivered", f"It answered {status}.")
    if status >= 500 or status in _LATER:
        return Result("failed", f"It answered {status}.", again=True)
    if 300 <= status < 400:
        return Result("failed", f"It sends the call elsewhere ({status}), which is not followed.")
    return Result("failed", f"It refused the call ({status}).")


def sign(secret: str, body: bytes, *, at: int) -> dict[str, str]:
    """The headers that prove where a call comes from, and when it was made."""
    return {"Hotwash-Timestamp": str(at), "Hotwash-Signature": "v1=" + _mac(secret, str(at), body)}


def verify(secret: str, body: bytes, headers: Mapping[str, str], *, now: float, window_s: float = WINDOW_S) -> None:
    """Hold a call against its signature and its age, as whoever receives it does.

    :raises NotVerified: if it was signed with another secret, changed, or is too old or from the future
    """
    stamp = headers.get("Hotwash-Timestamp", "")
    given = headers.get("Hotwash-Signature", "")
    if not hmac.compare_digest(given.encode(), b"v1=" + _mac(secret, stamp, body).encode()):
        raise NotVerified(SYSTEM, "The signature is wrong.")
    if not stamp.isdecimal() or abs(now - int(stamp)) > window_s:
        raise NotVerified(SYSTEM, "The call is too old, or the clocks disagree.")


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, sha256).hexdigest()


def read(text: str, *, inside: Inside = NOWHERE) -> tuple[dict[str, Any], str]:
    """An address as somebody typed it with a new secret, and what may be shown of it.

    :raises Refused, Unreachable: if it is no web address, leads inside, or there is no such host
    """
    url = text.strip()
    if len(url) > 2_000:
        raise Refused(SYSTEM, "The address is too long.")
    check(SYSTEM, url, inside=inside)
    parts = httpx.URL(url)
    return {"url": url, "secret": "hws_" + secrets.token_urlsafe(32)}, f"{parts.scheme}://{parts.host}"
