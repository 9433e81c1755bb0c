"""The token's two children, and what is signed with which.

A service and the server share one token. It never travels: what travels as bearer is `access`, and what signs is
`key`, both derived from it. So whoever sits on the way and reads `access` can ask as the service, but can neither make
a snapshot nor a confirmation. The standard library has HMAC and no asymmetric signatures (see decision 40).
"""

import hashlib
import hmac

PROTOCOL = "hotwash-guard-1"


def access(token: str) -> str:
    """What a guard sends as its bearer token; it is also the bearer token of the service's OFREP providers."""
    return _derived(token, "access").hex()


def key(token: str) -> bytes:
    """What snapshots and confirmations are signed with."""
    return _derived(token, "signing")


def _derived(token: str, use: str) -> bytes:
    return hmac.digest(token.encode(), f"{PROTOCOL} {use}".encode(), "sha256")


def etag(body: bytes) -> str:
    """The tag of a snapshot: the digest of its bytes."""
    return f"sha256-{hashlib.sha256(body).hexdigest()}"


def signature(signing: bytes, use: str, *parts: str) -> str:
    """HMAC-SHA256 of the protocol, the use and the parts, a line each. No part has a line break."""
    return hmac.digest(signing, "\n".join((PROTOCOL, use, *parts)).encode(), "sha256").hex()


def signed(given: object, signing: bytes, use: str, *parts: str) -> bool:
    """Whether a signature is the right one."""
    return isinstance(given, str) and hmac.compare_digest(
        given.encode(errors="replace"), signature(signing, use, *parts).encode()
    )
