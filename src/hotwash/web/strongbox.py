"""Secrets that must be used again, kept sealed with the installation's secret key: what somebody else signs with.

Secrets that need only be recognised are kept as digests instead.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def put_in(text: str, *, purpose: str) -> str:
    """A text, sealed for one purpose; empty stays empty."""
    return _box(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode() if text else ""


def take_out(sealed: str, *, purpose: str) -> str | None:
    """The text again; None if the installation's secret key is another one now, or the purpose was another."""
    if not sealed:
        return ""
    try:
        return _box(settings.SECRET_KEY, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


@lru_cache(maxsize=16)
def _box(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"hotwash {purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
