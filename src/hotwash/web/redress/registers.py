"""The registers of this process: over the one desk, with rows in the database."""

from django.conf import settings

from hotwash.response.redress.register import Register
from hotwash.web.door import desk
from hotwash.web.redress.rows import DatabaseRows


def register(incident_id: str) -> Register:
    """The register of an incident; whether there is one is asked by what is done with it."""
    return Register(desk(), DatabaseRows(), incident_id)


def secret() -> bytes:
    """What keys are made with from ids, so that nobody can try ids against keys."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=b"hotwash keys of people harmed").derive(settings.SECRET_KEY.encode())
