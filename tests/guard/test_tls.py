"""Over TLS: a certificate that is trusted, and one that is not."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.guard.conftest import SWITCH, TOKEN, Make, Until

from hotwash.guard.double import Double


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hotwash tests")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    place = tmp_path / "certificate.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    place.write_bytes(made.public_bytes(pem) + secret)
    return place


@pytest.fixture
def secure(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Double(TOKEN) as double:
        double._http.socket = context.wrap_socket(double._http.socket, server_side=True)
        double.turn(SWITCH, "off")
        yield f"https://127.0.0.1:{double.port}"


def test_a_trusted_server_is_followed(
    secure: str, certificate: Path, guard_of: Make, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    guard = guard_of(secure)
    until(lambda: guard.state(SWITCH) == "off")
    until(lambda: guard.status().confirmed)
    assert guard.status().following == "stream"


def test_a_server_that_nobody_vouches_for_is_not_asked(secure: str, guard_of: Make, until: Until) -> None:
    guard = guard_of(secure)
    until(lambda: "server" in guard.status().faults)
    assert "certificate" in guard.status().faults["server"].sentence.lower()
    assert guard.state(SWITCH) == "serve"
