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
    library, roots = _library(), _roots(authority)
    asked = library.TimestampRequestBuilder().data(data).hash_algorithm(library.HashAlgorithm.SHA256).build()
    try:
        wire = Wire(SYSTEM, url, timeout_s=timeout_s)
    except ValueError as wrong:
        raise Refused(SYSTEM, str(wrong)) from wrong
    with wire:
        answer = wire.ask("POST", "", raw=asked.as_bytes(), headers={"Content-Type": _QUERY, "Accept": _REPLY})
    if answer.status != 200 or not answer.kind.startswith(_REPLY):
        raise Unreachable(SYSTEM, f"It answered {answer.status} ({answer.kind[:80] or 'no type'}), not a time-stamp.")
    _checked(answer.body, data, roots, nonce=asked.nonce)
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
        found = library.decode_timestamp_response(_in_order(stamp))
        builder = library.VerifierBuilder()
        # A certificate that is named directly is trusted as the authority's own.
        for root in roots:
            builder = builder.add_root_certificate(root)
        if nonce is not None:
            builder = builder.nonce(nonce)
        builder.build().verify(found, sha256(data).digest())
        at: datetime = found.tst_info.gen_time
    except Exception as no:  # what libraries raise for damaged certificates has no common kind
        raise NotVerified(SYSTEM, f"The time-stamp does not hold: {str(no)[:200].rstrip('.')}.") from no
    return at.astimezone(UTC)


def _in_order(stamp: bytes) -> bytes:
    """The same answer with its certificates in the order that DER wants.

    OpenSSL writes them in its own order, and the library reads DER alone. No signature covers that order.

    :raises ValueError: if it is no such answer
    """
    place = _parts(stamp, *_inside(stamp, 0))  # TimeStampResp: status, token
    for number in (1, 1, 0):  # token: type, [0]; its one part is SignedData
        place = _parts(stamp, *_inside(stamp, place[number][0]))
    for start, end in place:
        if stamp[start] == 0xA0:
            first, _ = _inside(stamp, start)
            certificates = sorted(stamp[one:after] for one, after in _parts(stamp, first, end))
            return stamp[:first] + b"".join(certificates) + stamp[end:]
    return stamp


def _inside(data: bytes, start: int) -> tuple[int, int]:
    """Where the content of the element at a place begins and ends."""
    if start + 2 > len(data):
        raise ValueError("it ends too early")
    size, first = data[start + 1], start + 2
    if size > 0x80:
        many = size & 0x7F
        size, first = int.from_bytes(data[first : first + many], "big"), first + many
    if first + size > len(data):
        raise ValueError("it ends too early")
    return first, first + size


def _parts(data: bytes, first: int, end: int) -> list[tuple[int, int]]:
    """Where the elements between two places begin and end."""
    found = []
    while first < end:
        _, after = _inside(data, first)
        found.append((first, after))
        first = after
    return found


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
