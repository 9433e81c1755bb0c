"""The key with which this installation seals. It stays in the data folder."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from hotwash.ledger.rule import NotAllowed
from hotwash.ledger.seal import KeyUnusable, load_key, new_key


def seal_key() -> Ed25519PrivateKey:
    """The private key; made when it is first needed.

    :raises KeyUnusable: if its file cannot be used
    """
    file = settings.HOTWASH.home / "seal-key.pem"
    return load_key(file) if file.exists() else new_key(file)


def usable_key() -> Ed25519PrivateKey:
    """The same for whoever seals on the way to something else.

    :raises NotAllowed: if its file cannot be used
    """
    try:
        return seal_key()
    except KeyUnusable as no:
        raise NotAllowed(f"The record cannot be sealed. {no}") from no
