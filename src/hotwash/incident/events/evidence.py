"""What became of the evidence: held, verified, handed over, sealed, exported, viewed: its chain of custody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from hotwash.ledger.catalogue import Catalogue, Fact

Outcome = Literal["same", "changed", "missing"]


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One thing that was taken before anything was switched, or that could not be taken.

    :param what: ``system``, ``switches``, ``registry``, ``prompt``, ``code``, ``data``, ``log``, ``log-slice``, …
    :param source: where it was read
    :param digest: of the bytes as they were read; empty where nothing could be read
    :param kept: whether the bytes lie in the vault; else the digest alone says what they were
    :param restricted: whether it names people, so that only those who may see them get it
    :param says: what it shows, in a sentence
    :param failed: why it could not be taken
    """

    what: str
    name: str
    source: str
    taken_at: datetime
    digest: str = ""
    size: int = 0
    media_type: str = "application/octet-stream"
    kept: bool = False
    restricted: bool = False
    says: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceHeld:
    """What a containment was about to change was taken first. A hold of which parts are missing is still a hold.

    :param waiting: parts that were still being taken when this was written down
    :param continues: the hold whose waiting parts these are
    """

    items: tuple[HeldItem, ...]
    reason: str = ""
    waiting: tuple[str, ...] = ()
    continues: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """What a look at the bytes of one item found. ``item`` is 0 for a file, and counts from 1 within a hold."""

    entry: int
    item: int
    digest: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class EvidenceVerified:
    """Somebody had the bytes of evidence read again and held against their digests."""

    checked: tuple[CheckedItem, ...]


@dataclass(frozen=True, slots=True)
class EvidenceHandedOver:
    """Evidence went to somebody outside this record. ``item`` is 0 for a file, or for everything that a hold took."""

    entry: int
    to: str
    reason: str
    item: int = 0
    how: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class RecordSealed:
    """The heads of records were signed. The seal lies in the vault under ``digest``.

    :param records: how many entries of each record it covers
    """

    digest: str
    key: str
    records: dict[str, int]


@dataclass(frozen=True, slots=True)
class CaseFileExported:
    """A case file was made of the first ``as_of`` entries.

    :param digest: of the bag's ``tagmanifest-sha256.txt``, which covers every byte in it
    :param people: whether it holds what names people
    :param left_out: how many items it lists without their bytes
    """

    as_of: int
    digest: str
    files: int
    size: int
    to: str = ""
    reason: str = ""
    people: bool = False
    left_out: int = 0


def digests_in(kind: str, body: Mapping[str, Any] | None) -> Iterator[tuple[int, str]]:
    """The bytes in the vault that an entry names: the item (0 where there is but one) and the digest.

    What an entry says about bytes that another one named is not among them.
    """
    if not body:
        return
    if kind in ("evidence-added", "finding-recorded", "record-sealed"):
        if isinstance(body.get("digest"), str):
            yield 0, body["digest"]
    elif kind == "evidence-held" and isinstance(body.get("items"), list):
        for place, item in enumerate(body["items"], 1):
            if isinstance(item, dict) and item.get("kept") is True and isinstance(item.get("digest"), str):
                yield place, item["digest"]
    elif kind == "batch-recorded" and isinstance(body.get("pieces"), list):
        for place, piece in enumerate(body["pieces"], 1):
            if isinstance(piece, dict) and isinstance(piece.get("digest"), str):
                yield place, piece["digest"]


@dataclass(frozen=True, slots=True)
class EvidenceViewed:
    """The bytes of an item were given to somebody who reads this incident. Kept in a chain beside the record.

    :param number: how many entries the incident had then
    :param through: ``page``, ``api``, ``case file``
    """

    entry: int
    item: int
    digest: str
    number: int
    through: str = ""


ViewFact = Fact[EvidenceViewed]

VIEWS: Catalogue[EvidenceViewed] = Catalogue({"evidence-viewed": EvidenceViewed})
"""What stands in the chain beside an incident's record: who looked at which evidence."""
