"""What a seal shows that a chain cannot."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.ledger.promise import NOON, ONE, TWO, draft

from hotwash.ledger.entry import ChainBroken, Head, check
from hotwash.ledger.lines import Unreadable
from hotwash.ledger.memory import MemoryStore
from hotwash.ledger.seal import (
    KeyUnusable,
    Seal,
    SealForged,
    check_seal,
    load_key,
    load_public_key,
    make_seal,
    new_key,
    public_pem,
    read_seal,
    write_seal,
)


@pytest.fixture
def key(tmp_path: Path) -> Ed25519PrivateKey:
    return new_key(tmp_path / "keys" / "seal.pem")


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    store.append(ONE, [draft("a"), draft("b"), draft("c")], expected=0)
    store.append(TWO, [draft("d")], expected=0)
    return store


def rebuilt(store: MemoryStore, stream: str, keep: int) -> MemoryStore:
    """A store in which one record was cut off after some entries: a perfect chain, only shorter."""
    other = MemoryStore()
    other.admit([entry for entry in store.follow() if entry.stream != stream or entry.number <= keep])
    return other


def test_a_seal_holds_while_records_only_grow(store: MemoryStore, key: Ed25519PrivateKey) -> None:
    seal = make_seal(store, key, at=NOON)
    assert (seal.at, seal.position, seal.heads) == ("2026-03-02T12:00:00Z", 4, store.heads())
    store.append(ONE, [draft("e")], expected=3)
    store.append("system/loans", [draft("f")], expected=0)
    store.redact(ONE, 3)
    check_seal(seal, key.public_key(), store)


@pytest.mark.parametrize(("stream", "keep"), [(ONE, 2), (ONE, 0), (TWO, 0)])
def test_a_tail_that_was_cut_off_is_found_by_the_seal_alone(
    store: MemoryStore, key: Ed25519PrivateKey, stream: str, keep: int
) -> None:
    seal = make_seal(store, key, at=NOON)
    shorter = rebuilt(store, stream, keep)
    check(stream, shorter.read(stream))
    with pytest.raises(ChainBroken, match="when it was sealed at 2026-03-02T12:00:00Z") as broken:
        check_seal(seal, key.public_key(), shorter)
    assert (broken.value.stream, broken.value.number) == (stream, keep + 1)


def test_a_tail_that_was_replaced_is_found_by_the_seal_alone(store: MemoryStore, key: Ed25519PrivateKey) -> None:
    seal = make_seal(store, key, at=NOON)
    other = rebuilt(store, ONE, 2)
    other.append(ONE, [draft("nothing happened"), draft("d")], expected=2)
    check(ONE, other.read(ONE))
    with pytest.raises(ChainBroken, match="not the entry that was sealed") as broken:
        check_seal(seal, key.public_key(), other)
    assert (broken.value.stream, broken.value.number) == (ONE, 3)


def test_a_changed_entry_below_the_sealed_head_is_found(store: MemoryStore, key: Ed25519PrivateKey) -> None:
    seal = make_seal(store, key, at=NOON)
    store._streams[ONE][0] = replace(store._streams[ONE][0], by="dee")
    with pytest.raises(ChainBroken) as broken:
        check_seal(seal, key.public_key(), store)
    assert (broken.value.stream, broken.value.number) == (ONE, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2027-03-02T12:00:00Z"},
        {"position": 5},
        {"heads": {ONE: Head(1, "sha256:" + "0" * 64)}},
        {"heads": {}},
        {"signature": ""},
        {"signature": "no base64!"},
        {"signature": "AAAA"},
    ],
    ids=repr,
)
def test_a_changed_seal_is_forged(store: MemoryStore, key: Ed25519PrivateKey, change: dict[str, object]) -> None:
    seal = replace(make_seal(store, key, at=NOON), **change)  # type: ignore[arg-type]
    with pytest.raises(SealForged, match="changed after it was signed"):
        check_seal(seal, key.public_key(), store)


def test_a_seal_of_another_key_is_forged(store: MemoryStore, key: Ed25519PrivateKey) -> None:
    seal = make_seal(store, Ed25519PrivateKey.generate(), at=NOON)
    with pytest.raises(SealForged, match="was made with the key"):
        check_seal(seal, key.public_key(), store)
    with pytest.raises(SealForged, match="changed after"):
        check_seal(replace(seal, key=make_seal(store, key, at=NOON).key), key.public_key(), store)


def test_a_seal_for_an_export_names_no_other_record(store: MemoryStore, key: Ed25519PrivateKey) -> None:
    seal = make_seal(store, key, at=NOON, streams=[TWO])
    assert ONE.encode() not in write_seal(seal)
    check_seal(seal, key.public_key(), store)
    with pytest.raises(LookupError, match="no record incident/x"):
        make_seal(store, key, at=NOON, streams=[TWO, "incident/x"])


def test_a_seal_comes_back_from_its_json(store: MemoryStore, key: Ed25519PrivateKey) -> None:
    seal = make_seal(store, key, at=NOON)
    data = write_seal(seal)
    assert read_seal(data) == seal
    assert write_seal(read_seal(data)) == data


@pytest.mark.parametrize(
    "change",
    [
        (b'"hotwash":"seal"', b'"hotwash":"records"'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"more":1'),
        (b'"v":1', b'"v":1,"v":1'),
        (b'"position":4', b'"position":"4"'),
        (b'"position":4', b'"position":99999999999999999999'),
        (b"[1,", b"[0,"),
        (b"}", b""),
        (b"seal", b"\xff"),
    ],
)
def test_what_is_no_seal_is_refused(store: MemoryStore, key: Ed25519PrivateKey, change: tuple[bytes, bytes]) -> None:
    data = write_seal(make_seal(store, key, at=NOON))
    assert change[0] in data
    with pytest.raises(Unreadable):
        read_seal(data.replace(*change))


def test_a_key_is_kept_private_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.pem"
    key = new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path).private_bytes_raw() == key.private_bytes_raw()
    (tmp_path / "seal.pub").write_bytes(public_pem(key.public_key()))
    assert load_public_key(tmp_path / "seal.pub") == key.public_key()
    with pytest.raises(KeyUnusable, match="never written over"):
        new_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="Others may read"):
        load_key(path)


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    for load in (load_key, load_public_key):
        with pytest.raises(KeyUnusable, match="cannot be read"):
            load(path)
    path.write_bytes(b"no key")
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="holds no private key"):
        load_key(path)
    with pytest.raises(KeyUnusable, match="holds no public key"):
        load_public_key(path)
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(KeyUnusable, match="not an Ed25519 one"):
        load_key(path)


def test_an_empty_store_can_be_sealed(key: Ed25519PrivateKey) -> None:
    seal = make_seal(MemoryStore(), key, at=NOON)
    assert seal == Seal(seal.at, 0, {}, seal.key, seal.signature)
    check_seal(seal, key.public_key(), MemoryStore())
