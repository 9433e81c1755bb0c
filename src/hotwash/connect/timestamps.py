"""Time-stamp authorities (RFC 3161): somebody else's word for when a seal was there at the latest.

Only a digest is sent, with a nonce. What comes back is held against what was asked; whether the authority may be
believed shows its certificate, against the ones that the operator trusts.
"""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509

from hotwash.connect.wire import Wire
from hotwash.response.outside import NotVerified, Refused, Unreachable

SYSTEM = "the time-stamp authority"
MISSING = "Time-stamps need the library rfc3161-client: pip install 'hotwash[timestamps]'."
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


def ask(url: str, data: bytes, *, authority: Path, timeout_s: float = 20.0) -> bytes:
    """A time-stamp over some bytes, as the authority answered it (DER).

    :param url: as the operator set it
    :param authority: certificates (PEM) of the authority, or of who vouches for it
    :raises OutsideFault: if there is none, or it is not over these bytes, or not signed by the authority
    """
    library = _library()
    asked = library.TimestampRequestBuilder().data(data).hash_algorithm(library.HashAlgorithm.SHA256).build()
    try:
        wire = Wire(SYSTEM, url, timeout_s=timeout_s)
    except ValueError as wrong:
        raise Refused(SYSTEM, str(wrong)) from wrong
    with wire:
        answer = wire.ask("POST", "", raw=asked.as_bytes(), headers={"Content-Type": _QUERY, "Accept": _REPLY})
    if answer.status != 200 or not answer.kind.startswith(_REPLY):
        raise Unreachable(SYSTEM, f"It answered {answer.status} ({answer.kind[:80] or 'no type'}), not a time-stamp.")
    _checked(answer.body, data, _roots(authority), nonce=asked.nonce)
    return answer.body


def check(stamp: bytes, data: bytes, *, authority: Path) -> datetime:
    """When an authority saw some bytes.

    :raises NotVerified: if the time-stamp is not over these bytes, or not by this authority
    :raises Refused: if the certificates cannot be read
    """
    return _checked(stamp, data, _roots(authority))


def _checked(stamp: bytes, data: bytes, roots: list[x509.Certificate], *, nonce: int | None = None) -> datetime:
    library = _library()
    try:
        found = library.decode_timestamp_response(stamp)
        builder = library.VerifierBuilder()
        # A certificate that is named directly is trusted as the authority's own.
        for root in roots:
            builder = builder.add_root_certificate(root)
        if nonce is not None:
            builder = builder.nonce(nonce)
        builder.build().verify(found, sha256(data).digest())
        at: datetime = found.tst_info.gen_time
    except (library.VerificationError, ValueError) as no:
        raise NotVerified(SYSTEM, f"The time-stamp does not hold: {str(no)[:200].rstrip('.')}.") from no
    return at.astimezone(UTC)


def _roots(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as bad:
        raise Refused(SYSTEM, f"{path} holds no certificates in PEM.") from bad


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError as missing:
        raise Refused(SYSTEM, MISSING) from missing
    return rfc3161_client
