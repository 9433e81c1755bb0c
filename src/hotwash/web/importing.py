"""Bringing files in: incidents of the past from CSV, and collections of others' cases; looked at, then taken in."""

import json
from collections.abc import Mapping
from hashlib import sha256

from hotwash.connect import aiid, avid
from hotwash.response import backdating
from hotwash.response.backdating import Reading
from hotwash.response.cases import Collection, Fault, Faulty
from hotwash.response.desk import Person, Recorded
from hotwash.web import cases
from hotwash.web.door import desk
from hotwash.web.tables.models import CorpusRow, EntryRow, SystemRow

BYTES_MAX = 64 * 1024 * 1024


def read_past(data: bytes, *, name: str, columns: Mapping[str, str] | None = None, zone: str = "UTC") -> Reading:
    """What a CSV file tells, held against what is recorded here; nothing is recorded. Raises as `backdating.read`."""
    return backdating.read(
        data,
        name=name,
        now=desk().clock(),
        columns=columns,
        zone=zone,
        systems=frozenset(SystemRow.objects.values_list("slug", flat=True)),
        taken=_taken(),
    )


def take_in_past(reading: Reading, *, by: Person) -> list[Recorded]:
    """Record what a file tells. Raises as `backdating.take_in`."""
    return backdating.take_in(desk(), reading, by=by)


def read_collection(files: Mapping[str, bytes]) -> Collection:
    """The collection that these files are: a snapshot of AIID, or documents of AVID.

    :raises Faulty: with everything that is wrong in them
    """
    if any(name.casefold().endswith(".csv") for name in files):
        return aiid.read(_named(files))
    return avid.read(files)


def take_in_collection(files: Mapping[str, bytes], *, by: str) -> CorpusRow:
    """Keep a collection with its attribution; of AVID, beside the documents that are kept already.

    :raises Faulty: with everything that is wrong in the files; nothing is kept then
    """
    collection = read_collection(files)
    digest = sha256(b"".join(files[name] for name in sorted(files))).hexdigest()
    return cases.bring_in(collection, by=by, digest=f"sha256:{digest}", whole=collection.name == aiid.NAME)


def is_aiid(data: bytes) -> bool:
    """Whether a CSV file is the list of incidents of an AIID snapshot."""
    head = data[:4_000].decode("utf-8-sig", errors="replace").split("\n", 1)[0]
    return all(column in head for column in aiid.NEEDED)


def _named(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of a snapshot by their names in it: one that is its list of incidents may be called otherwise."""
    found = {}
    for name, data in files.items():
        if aiid.known(name):
            found[name] = data
        elif is_aiid(data):
            found["incidents.csv"] = data
        else:
            raise Faulty([Fault(0, "", f"{name[:100]} is no file of a snapshot of AIID that Hotwash reads.")])
    return found


def _taken() -> dict[str, str]:
    found: dict[str, str] = {}
    rows = EntryRow.objects.filter(kind="incident-imported", body__isnull=False).values_list("stream_id", "body")
    for stream, body in rows:
        reference = json.loads(body or "{}").get("reference")
        if reference:
            found[reference] = stream.split("/", 1)[1]
    return found
