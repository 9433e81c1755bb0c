"""What lies in the vault opens with its key only, and whole; digests stay those of the plain bytes."""

import base64
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.ledger import cipher
from hotwash.ledger.cipher import HEAD, PIECE, KeyFile, KeyMissing, Keys, KeysUnusable
from hotwash.ledger.entry import ChainBroken, digest_of
from hotwash.ledger.files import FileVault

ONE = Keys((b"1" * 32,))
TWO = Keys((b"2" * 32,))


def place(folder: Path, digest: str) -> Path:
    return folder / digest[7:9] / f"{digest[7:]}.sealed"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_bytes_of_every_length_come_back(tmp_path: Path, size: int) -> None:
    vault = FileVault(tmp_path, keys=lambda: ONE)
    data = os.urandom(size)
    digest = vault.put(data)
    assert digest == digest_of(data)
    assert vault.get(digest) == data
    kept = place(tmp_path, digest).read_bytes()
    assert len(kept) == HEAD + size + 16 * max(1, -(-size // PIECE))
    assert size < 32 or data[:32] not in kept


def test_the_same_bytes_are_sealed_differently_each_time(tmp_path: Path) -> None:
    kept = []
    for name in "ab":
        vault = FileVault(tmp_path / name, keys=lambda: ONE)
        kept.append(place(tmp_path / name, vault.put(b"the same")).read_bytes())
    assert kept[0][HEAD:] != kept[1][HEAD:]


@settings(max_examples=150)
@given(data=st.data())
def test_any_changed_cut_or_moved_byte_is_found(data: st.DataObject) -> None:
    plain = data.draw(st.binary(max_size=200))
    with TemporaryDirectory() as folder:
        vault = FileVault(Path(folder), keys=lambda: ONE)
        digest = vault.put(plain)
        path = place(Path(folder), digest)
        was = path.read_bytes()
        at = data.draw(st.integers(0, len(was) - 1))
        flip = data.draw(st.integers(1, 255))
        for now in (was[:at] + bytes([was[at] ^ flip]) + was[at + 1 :], was[:at], was[:at] + was[at + 1 :], was + b"x"):
            path.write_bytes(now)
            with pytest.raises(ChainBroken):
                vault.get(digest)


def test_pieces_cannot_change_places_or_be_left_out(tmp_path: Path) -> None:
    vault = FileVault(tmp_path, keys=lambda: ONE)
    digest = vault.put(os.urandom(3 * PIECE))
    path, size = place(tmp_path, digest), PIECE + 16
    was = path.read_bytes()
    head, pieces = was[:HEAD], [was[HEAD + size * n : HEAD + size * (n + 1)] for n in range(3)]
    for order in ([1, 0, 2], [0, 1], [0, 2], [2], [0, 1, 1, 2], [0, 1, 2, 2], []):
        path.write_bytes(head + b"".join(pieces[n] for n in order))
        with pytest.raises(ChainBroken):
            vault.get(digest)


def test_a_file_in_anothers_place_does_not_open(tmp_path: Path) -> None:
    vault = FileVault(tmp_path, keys=lambda: ONE)
    one, two = vault.put(b"one"), vault.put(b"two")
    place(tmp_path, one).write_bytes(place(tmp_path, two).read_bytes())
    with pytest.raises(ChainBroken):
        vault.get(one)


def test_without_the_key_it_is_said_that_the_key_is_missing(tmp_path: Path) -> None:
    digest = FileVault(tmp_path, keys=lambda: ONE).put(b"one")
    for keys in (None, TWO):
        with pytest.raises(KeyMissing, match="which is not here"):
            FileVault(tmp_path, keys=lambda keys=keys: keys).get(digest)  # type: ignore[misc]
    assert FileVault(tmp_path).has(digest)


def test_a_plain_vault_is_sealed_and_its_keys_are_changed_while_it_is_read(tmp_path: Path) -> None:
    plain = FileVault(tmp_path)
    contents = [os.urandom(50) for _ in range(10)]
    digests = [plain.put(one) for one in contents]
    for keys in (ONE, Keys((*TWO.masters, *ONE.masters)), TWO):
        vault = FileVault(tmp_path, keys=lambda keys=keys: keys)  # type: ignore[misc]
        for digest, content in zip(digests, contents, strict=True):
            assert vault.get(digest) == content
            vault.seal_anew(digest)
            assert not vault.seal_anew(digest)
            assert vault.get(digest) == content
        assert list(vault.digests()) == sorted(digests)
        assert {vault.key_of(digest) for digest in digests} == {cipher.id_of(keys.masters[0])}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".sealed"]


def test_what_is_damaged_is_never_sealed_anew(tmp_path: Path) -> None:
    digest = FileVault(tmp_path).put(b"one")
    (tmp_path / digest[7:9] / digest[7:]).write_bytes(b"two")
    with pytest.raises(ChainBroken):
        FileVault(tmp_path, keys=lambda: ONE).seal_anew(digest)
    assert not place(tmp_path, digest).exists()


def test_plain_bytes_that_look_sealed_are_plain(tmp_path: Path) -> None:
    looks = b"".join(cipher.sealed(b"x", digest_of(b"x"), ONE))
    digest = FileVault(tmp_path).put(looks)
    assert FileVault(tmp_path, keys=lambda: ONE).get(digest) == looks


def test_a_key_file_is_followed_and_must_be_private(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys")
    assert file() is None
    file.keep(ONE)
    assert file() == ONE
    KeyFile(tmp_path / "keys").keep(ONE.with_new())
    found = file()
    assert found is not None
    assert found.masters[1:] == ONE.masters
    (tmp_path / "keys").chmod(0o644)
    (tmp_path / "keys").write_text(TWO.text)
    with pytest.raises(KeysUnusable, match="chmod 600"):
        file()


@pytest.mark.parametrize("text", ["", "abc", base64.b64encode(b"short").decode(), "ä" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeysUnusable):
        Keys.of(text)


def test_a_key_is_never_shown() -> None:
    assert "1111" not in repr(ONE)
