"""Time-stamps of a real authority (`openssl ts`): what holds, and everything that must not be believed."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests import openssl

from hotwash.connect import timestamps
from hotwash.response.outside import NotVerified, OutsideFault, Refused, Unreachable

pytestmark = pytest.mark.real("openssl")
SEAL = b'{"hotwash":"seal"}\n'


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openssl.Authority]:
    try:
        with openssl.authority(tmp_path_factory.mktemp("tsa") / "a") as made:
            yield made
    except openssl.NotHere as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openssl.Authority]:
    with openssl.authority(tmp_path_factory.mktemp("tsa") / "b", "Another") as made:
        yield made


@pytest.fixture(autouse=True)
def honest(tsa: openssl.Authority) -> None:
    tsa.answer, tsa.kind = None, "application/timestamp-reply"


def test_an_authority_says_when_it_saw_a_seal(tsa: openssl.Authority, tmp_path: Path) -> None:
    stamp = timestamps.ask(tsa.url, SEAL, authority=tsa.certificates)
    at = timestamps.check(stamp, SEAL, authority=tsa.certificates)
    assert abs(datetime.now(UTC) - at) < timedelta(hours=1)
    # Without Hotwash:
    (tmp_path / "seal.json").write_bytes(SEAL)
    (tmp_path / "seal.tsr").write_bytes(stamp)
    words = ["-in", str(tmp_path / "seal.tsr"), "-data", str(tmp_path / "seal.json"), "-CAfile", str(tsa.certificates)]
    checked = subprocess.run(["openssl", "ts", "-verify", *words], capture_output=True, text=True, check=False)
    assert "Verification: OK" in checked.stdout


def test_it_holds_for_these_bytes_only_and_by_this_authority_only(
    tsa: openssl.Authority, other: openssl.Authority
) -> None:
    stamp = timestamps.ask(tsa.url, SEAL, authority=tsa.certificates)
    with pytest.raises(NotVerified):
        timestamps.check(stamp, SEAL + b" ", authority=tsa.certificates)
    with pytest.raises(NotVerified):
        timestamps.check(stamp, SEAL, authority=other.certificates)
    with pytest.raises(NotVerified):
        timestamps.ask(other.url, SEAL, authority=tsa.certificates)


def test_an_answer_to_another_question_is_not_taken(tsa: openssl.Authority) -> None:
    tsa.answer = timestamps.ask(tsa.url, SEAL, authority=tsa.certificates)
    with pytest.raises(NotVerified, match="Nonce"):
        timestamps.ask(tsa.url, SEAL, authority=tsa.certificates)


def test_what_is_no_time_stamp_is_refused(tsa: openssl.Authority, tmp_path: Path) -> None:
    tsa.answer = b"<html>"
    with pytest.raises(NotVerified):
        timestamps.ask(tsa.url, SEAL, authority=tsa.certificates)
    tsa.kind = "text/html"
    with pytest.raises(Unreachable):
        timestamps.ask(tsa.url, SEAL, authority=tsa.certificates)
    with pytest.raises(Unreachable):
        timestamps.ask("http://127.0.0.1:9/", SEAL, authority=tsa.certificates)
    with pytest.raises(Refused, match="no certificates"):
        timestamps.ask(tsa.url, SEAL, authority=tmp_path / "none.pem")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), byte=st.integers(1, 255))
@example(place=588, byte=1)
@example(place=591, byte=128)
def test_a_damaged_time_stamp_is_never_a_crash(tsa: openssl.Authority, place: int, byte: int) -> None:
    stamp = bytearray(_once(tsa))
    stamp[place % len(stamp)] ^= byte
    try:
        timestamps.check(bytes(stamp), SEAL, authority=tsa.certificates)
    except OutsideFault:
        return
    # Some bytes are not signed (an unused certificate in the bag); what is signed still says the same.
    assert timestamps.check(bytes(stamp), SEAL, authority=tsa.certificates)


_KEPT: dict[str, bytes] = {}


def _once(tsa: openssl.Authority) -> bytes:
    if tsa.url not in _KEPT:
        _KEPT[tsa.url] = timestamps.ask(tsa.url, SEAL, authority=tsa.certificates)
    return _KEPT[tsa.url]
