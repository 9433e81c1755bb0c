"""A vault in an S3-style store: the promise of `hotwash.ledger.store.Vault`, for many machines.

An object's name is the digest of its bytes, and what is read is held against it. An ETag is never looked at: it is the
MD5 of some objects, of others nothing in particular. Large files go in parts, and are there as a whole or not at all.

Needs the extra ``s3`` (boto3): keys, roles and endpoints are then found as in every other program that speaks S3.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from hotwash.ledger import cipher
from hotwash.ledger.cipher import KeySource
from hotwash.ledger.entry import ChainBroken, digest_of
from hotwash.response.outside import NotLetIn, NotThere, OutsideFault, Unreachable

PART = 16 << 20
"""How large a part is, and from which size on files go in parts."""
PIECE = 1 << 20
SEALED = ".sealed"
WORDS = frozenset({"bucket", "endpoint", "region", "prefix", "key", "secret"})
"""What may be said of a store; ``bucket`` must be."""

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_CLOSED = frozenset({"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "401", "Unauthorized"})


class S3Vault:
    """Keeps the promise of `store.Vault` in a bucket.

    :param bucket: which is there already, and whose objects nobody else may write
    :param prefix: of the names of objects, such as ``hotwash/``
    :param keys: says which keys seal what is put, under names that end in ``.sealed``; plain objects are read too
    """

    def __init__(self, client: Any, bucket: str, *, prefix: str = "", keys: KeySource | None = None) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix
        self._keys = keys or (lambda: None)

    def put(self, data: bytes) -> str:
        """See `store.Vault.put`. What is there already is held against its digest, and written anew if it differs."""
        digest = digest_of(data)
        if not self._holds(digest):
            self._upload(digest, data)
        return digest

    def _upload(self, digest: str, data: bytes) -> None:
        from boto3.s3.transfer import TransferConfig

        keys, plain = self._keys(), self._name(digest)
        right, other = (plain, plain + SEALED) if keys is None else (plain + SEALED, plain)
        content = data if keys is None else b"".join(cipher.sealed(data, digest, keys))

        parts = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=4)
        with _told():
            self._client.upload_fileobj(
                io.BytesIO(content),
                self._bucket,
                right,
                ExtraArgs={"ContentType": "application/octet-stream"},
                Config=parts,
            )
            self._client.delete_object(Bucket=self._bucket, Key=other)

    def get(self, digest: str) -> bytes:
        """See `store.Vault.get`."""
        return b"".join(self.chunks(digest))

    def chunks(self, digest: str) -> Iterator[bytes]:
        """See `store.Vault.chunks`."""
        body, is_sealed = self._body(digest)
        with _told():
            plain = cipher.opened(body, digest, self._keys()) if is_sealed else body.iter_chunks(PIECE)
        return _pieces(plain, digest)

    def has(self, digest: str) -> bool:
        """See `store.Vault.has`."""
        for name in self._names(digest):
            with suppress(NotThere), _told():
                self._client.head_object(Bucket=self._bucket, Key=name)
                return True
        return False

    def erase(self, digest: str) -> None:
        """See `store.Vault.erase`. Where the bucket keeps earlier versions, they go too."""
        for name in self._names(digest):
            self._drop(name)

    def key_of(self, digest: str) -> bytes | None:
        """See `store.SealingVault.key_of`."""
        body, is_sealed = self._body(digest)
        with _told():
            return cipher.key_of(body) if is_sealed else None

    def seal_anew(self, digest: str) -> bool:
        """See `store.SealingVault.seal_anew`."""
        keys = self._keys()
        assert keys is not None, "nothing can be sealed without a key"
        if self.key_of(digest) == cipher.id_of(keys.masters[0]):
            return False
        self._upload(digest, self.get(digest))
        self._drop(self._name(digest))
        return True

    def _drop(self, name: str) -> None:
        with _told():
            self._client.delete_object(Bucket=self._bucket, Key=name)
        for version in self._versions(name):
            with _told():
                self._client.delete_object(Bucket=self._bucket, Key=name, VersionId=version)

    def _body(self, digest: str) -> tuple[Any, bool]:
        """The stream of an object, and whether it is sealed."""
        for name in self._names(digest):
            with suppress(NotThere), _told():
                return self._client.get_object(Bucket=self._bucket, Key=name)["Body"], name.endswith(SEALED)
        raise LookupError(f"The vault does not hold {digest}.")

    def _names(self, digest: str) -> tuple[str, ...]:
        """The names that the object of a digest may have, the likely one first; none if it is no digest."""
        plain = self._name(digest)
        if not plain:
            return ()
        return (plain, plain + SEALED) if self._keys() is None else (plain + SEALED, plain)

    def digests(self) -> Iterator[str]:
        """See `store.Vault.digests`."""
        found = set()
        with _told():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for one in page.get("Contents", ()):
                    name = one["Key"].removeprefix(self._prefix).removesuffix(SEALED)
                    placed = re.fullmatch(r"([0-9a-f]{2})/(\1[0-9a-f]{62})", name)
                    if placed:
                        found.add(f"sha256:{placed[2]}")
        return iter(sorted(found))

    def probe(self) -> None:
        """Ask whether the bucket is there and open to us.

        :raises OutsideFault: if it is not
        """
        try:
            with _told():
                self._client.head_bucket(Bucket=self._bucket)
        except NotThere as gone:
            raise Unreachable("vault", "The bucket of the vault is not there.") from gone

    def _holds(self, digest: str) -> bool:
        try:
            for _ in self.chunks(digest):
                pass
        except (LookupError, ChainBroken):
            return False
        return True

    def _name(self, digest: str) -> str:
        """The name of the object of a digest; empty if it is no digest, so that no other text ever becomes a name."""
        found = re.fullmatch("sha256:([0-9a-f]{64})", digest)
        return f"{self._prefix}{found[1][:2]}/{found[1]}" if found else ""

    def _versions(self, name: str) -> list[str]:
        """The versions of an object that are kept; none where a store knows of no versions."""
        from botocore.exceptions import ClientError

        try:
            told = self._client.list_object_versions(Bucket=self._bucket, Prefix=name)
        except ClientError as no:
            if _code(no) in ("NotImplemented", "MethodNotAllowed", "501", "405"):
                return []
            raise _fault(no) from no
        versions = [*told.get("Versions", ()), *told.get("DeleteMarkers", ())]
        return [
            one["VersionId"] for one in versions if one["Key"] == name and one.get("VersionId") not in (None, "null")
        ]


def vault(words: Mapping[str, str], *, keys: KeySource | None = None) -> S3Vault:
    """The vault that some settings describe; nothing is asked of it yet.

    :param keys: says which keys seal what is put

    :raises OutsideFault: if the extra ``s3`` is not installed, or the words describe no store
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ImportError as gone:
        raise OutsideFault("vault", "The vault is in an S3 store: pip install 'hotwash[s3]'.") from gone
    # We check bytes by their own digest; checksums that the client adds by itself are not known to every store.
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 4},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        user_agent_extra="hotwash",
    )
    try:
        client = boto3.client(
            "s3",
            endpoint_url=words.get("endpoint"),
            region_name=words.get("region", "us-east-1"),
            aws_access_key_id=words.get("key"),
            aws_secret_access_key=words.get("secret"),
            config=config,
        )
    except (BotoCoreError, ValueError) as bad:
        raise OutsideFault("vault", "The settings of the vault describe no S3 store.") from bad
    return S3Vault(client, words["bucket"], prefix=words.get("prefix", ""), keys=keys)


def _pieces(pieces: Iterator[bytes], digest: str) -> Iterator[bytes]:
    running = sha256()
    with _told():
        for piece in pieces:
            running.update(piece)
            yield piece
    if f"sha256:{running.hexdigest()}" != digest:
        raise ChainBroken(digest, 0, "the bytes in the vault were changed.")


@contextmanager
def _told() -> Iterator[None]:
    """Translate what the client raises.

    :raises NotThere, NotLetIn, Unreachable: with a sentence that names no key
    """
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as no:
        raise _fault(no) from no
    except (BotoCoreError, Boto3Error) as away:
        raise Unreachable("vault", "The store of the vault does not answer.", effect="unknown") from away


def _code(no: Any) -> str:
    return str(no.response.get("Error", {}).get("Code", ""))


def _fault(no: Any) -> OutsideFault:
    code = _code(no)
    if code in _ABSENT:
        return NotThere("vault", "The store of the vault has no such object.")
    if code == "NoSuchBucket":
        return Unreachable("vault", "The bucket of the vault is not there.")
    if code in _CLOSED:
        return NotLetIn("vault", "The store of the vault refuses our keys.")
    return Unreachable("vault", f"The store of the vault says {code or 'no'}.", effect="unknown")
