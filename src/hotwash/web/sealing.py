"""The key with which this installation seals. It stays in the data folder."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from hotwash.ledger.seal import load_key, new_key


def seal_key() -> Ed25519PrivateKey:
    """The private key; made when it is first needed.

    :raises KeyUnusable: if its file cannot be used
    """
    file = settings.HOTWASH.home / "seal-key.pem"
    return load_key(file) if file.exists() else new_key(file)
