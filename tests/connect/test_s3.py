"""The vault in an S3 store keeps the vault's promise, against a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.connect import s3 as here
from tests.ledger.promise import VaultPromise

from hotwash.connect import s3
from hotwash.connect.s3 import S3Vault
from hotwash.ledger.cipher import KeyMissing, Keys
from hotwash.ledger.entry import digest_of
from hotwash.response.outside import Unreachable

pytestmark = pytest.mark.real("moto")
KEYS = Keys((b"k" * 32,))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with here.server(tmp_path_factory.mktemp("moto")) as url:
        yield url


@pytest.fixture
def client(server: str) -> Iterator[Any]:
    """The store as its owner sees it, with an empty bucket."""
    made = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id=here.KEY,
        aws_secret_access_key=here.SECRET,
    )
    made.create_bucket(Bucket=here.BUCKET)
    yield made
    told = made.list_object_versions(Bucket=here.BUCKET)
    for one in [*told.get("Versions", ()), *told.get("DeleteMarkers", ())]:
        made.delete_object(Bucket=here.BUCKET, Key=one["Key"], VersionId=one["VersionId"])
    made.delete_bucket(Bucket=here.BUCKET)
    made.close()


@pytest.fixture
def vault(client: Any, server: str) -> S3Vault:
    return s3.vault(here.words(server))


class TestS3Vault(VaultPromise):
    @pytest.fixture
    def vault(self, client: Any, server: str) -> S3Vault:
        return s3.vault(here.words(server, prefix="ours/"))

    @pytest.fixture
    def damage(self, client: Any) -> Callable[[str], None]:
        def change(digest: str) -> None:
            client.put_object(Bucket=here.BUCKET, Key=f"ours/{digest[7:9]}/{digest[7:]}", Body=b"something else")

        return change


class TestSealedS3Vault(VaultPromise):
    @pytest.fixture
    def vault(self, client: Any, server: str) -> S3Vault:
        return s3.vault(here.words(server, prefix="sealed/"), keys=lambda: KEYS)

    @pytest.fixture
    def damage(self, client: Any) -> Callable[[str], None]:
        def change(digest: str) -> None:
            name = f"sealed/{digest[7:9]}/{digest[7:]}.sealed"
            kept = client.get_object(Bucket=here.BUCKET, Key=name)["Body"].read()
            client.put_object(Bucket=here.BUCKET, Key=name, Body=kept[:-1] + bytes([kept[-1] ^ 1]))

        return change


def test_a_plain_bucket_is_sealed_and_read_meanwhile(vault: S3Vault, server: str, client: Any) -> None:
    digest = vault.put(b"told in confidence")
    sealing = s3.vault(here.words(server), keys=lambda: KEYS)
    assert (sealing.get(digest), sealing.key_of(digest)) == (b"told in confidence", None)
    assert sealing.seal_anew(digest)
    assert not sealing.seal_anew(digest)
    assert sealing.get(digest) == b"told in confidence"
    [one] = client.list_objects_v2(Bucket=here.BUCKET)["Contents"]
    assert b"confidence" not in client.get_object(Bucket=here.BUCKET, Key=one["Key"])["Body"].read()
    with pytest.raises(KeyMissing):
        vault.get(digest)


def test_a_large_file_goes_in_parts_and_its_tag_is_not_believed(vault: S3Vault, client: Any) -> None:
    data = bytes(range(256)) * ((s3.PART + s3.PIECE) // 256)
    digest = vault.put(data)
    told = client.head_object(Bucket=here.BUCKET, Key=f"{digest[7:9]}/{digest[7:]}")
    assert told["ETag"].endswith('-2"'), "it went in two parts, so its tag is the digest of nothing"
    assert vault.get(digest) == data
    assert sum(len(piece) for piece in vault.chunks(digest)) == len(data)


def test_a_file_that_breaks_off_in_the_middle_is_not_there(
    vault: S3Vault, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"x" * (s3.PART + 1)
    sent = vault._client.upload_part

    def breaks_off(**words: Any) -> Any:
        if words["PartNumber"] == 2:
            raise ConnectionResetError
        return sent(**words)

    monkeypatch.setattr(vault._client, "upload_part", breaks_off)
    with pytest.raises(ConnectionResetError):
        vault.put(data)
    assert not vault.has(digest_of(data))
    assert list(vault.digests()) == []
    assert "Uploads" not in client.list_multipart_uploads(Bucket=here.BUCKET), "no part is left behind"


def test_what_was_changed_behind_our_back_is_written_anew(vault: S3Vault, client: Any) -> None:
    digest = vault.put(b"the full finding")
    client.put_object(Bucket=here.BUCKET, Key=f"{digest[7:9]}/{digest[7:]}", Body=b"something else")
    assert vault.put(b"the full finding") == digest
    assert vault.get(digest) == b"the full finding"


def test_what_is_erased_leaves_no_earlier_version(vault: S3Vault, client: Any) -> None:
    client.put_bucket_versioning(Bucket=here.BUCKET, VersioningConfiguration={"Status": "Enabled"})
    digest = vault.put(b"a letter")
    client.put_object(Bucket=here.BUCKET, Key=f"{digest[7:9]}/{digest[7:]}", Body=b"another version")
    vault.erase(digest)
    told = client.list_object_versions(Bucket=here.BUCKET)
    assert not told.get("Versions")
    assert not told.get("DeleteMarkers")


def test_other_objects_in_the_bucket_are_not_ours(vault: S3Vault, client: Any) -> None:
    client.put_object(Bucket=here.BUCKET, Key="notes.txt", Body=b"")
    client.put_object(Bucket=here.BUCKET, Key="ab/" + "cd" * 32, Body=b"")
    digest = vault.put(b"a")
    assert list(vault.digests()) == [digest]
    vault.probe()


def test_a_store_or_a_bucket_that_is_away_is_said(server: str, tmp_path: Path) -> None:
    away = s3.vault(here.words("http://127.0.0.1:9"))
    with pytest.raises(Unreachable, match="does not answer"):
        away.put(b"a")
    with pytest.raises(Unreachable, match="does not answer"):
        away.has(digest_of(b"a"))
    with pytest.raises(Unreachable, match="bucket"):
        s3.vault(here.words(server, bucket="nowhere")).probe()
