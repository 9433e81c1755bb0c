"""What goes into a case file, and what is listed without its bytes, with the reason.

A case file is a reading: of the first entries of an incident, of what they name in the vault, of the record of the AI
system and of the chain of looks, each as far as they went then. The same record gives the same bytes.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import metadata
from importlib.resources import files
from itertools import takewhile
from operator import attrgetter
from typing import Any

import msgspec

from hotwash.incident import state as incident_state
from hotwash.incident.events import CATALOGUE, IncidentFact
from hotwash.incident.events.evidence import VIEWS
from hotwash.incident.state import Incident
from hotwash.ledger.entry import ChainBroken, Entry, instant
from hotwash.ledger.layout import write_items
from hotwash.ledger.lines import to_json
from hotwash.ledger.seal import Seal, read_seal
from hotwash.reports.custody import Item, Trail, trails
from hotwash.reports.custody_report import custody
from hotwash.reports.postmortem import postmortem
from hotwash.response.casefile.bag import CaseFile, Part, bagged, part, part_of
from hotwash.response.casefile.names import placed
from hotwash.response.casefile.readme import Listed, readme
from hotwash.response.desk import CUSTODY, INCIDENT, SYSTEM, Desk, NotFound
from hotwash.response.request import BadRequest

RECORD = "data/record/records.json"
INDEX = "data/evidence.json"
BYTES_KINDS = ("evidence-added", "evidence-held", "finding-recorded")


def made(
    desk: Desk,
    incident_id: str,
    *,
    as_of: int | None = None,
    people: bool = False,
    public_key: bytes = b"",
    told: Callable[[str], None] = lambda _: None,
) -> CaseFile:
    """The case file of an incident, ready to be written.

    :param as_of: how many of its entries; all if None
    :param people: with what names people; the caller asks whether this person may have it
    :param public_key: of the seals, in PEM
    :param told: told what is being done, for a person who waits
    :raises NotFound: if there is no such incident
    :raises BadRequest: if it has fewer entries
    """
    source = _read(desk, incident_id, as_of)
    told("Reading the evidence")
    evidence, index = _evidence(desk, source, people=people)
    for other in source.joined:
        more, listed = _evidence(desk, other, people=people, within=other.incident.id)
        evidence, index = evidence + more, index + listed
    told("Writing the post-mortem")
    payload = [
        part(RECORD, b"".join(_record(source))),
        *(part(f"data/record/seals/{number:04d}-seal.json", data) for number, data in source.seals.items()),
        *([part("data/record/seals/public-key.pem", public_key)] if public_key and source.seals else []),
        part(INDEX, _json({"incident": incident_id, "as_of": source.as_of, "items": index})),
        *evidence,
        *_readings(desk, source),
    ]
    left_out = [Listed(one["ref"], one["name"], one["missing"]) for one in index if one["missing"]]
    erased = [str(entry.number) for entry in source.entries if entry.redacted]
    erased += [f"{one.incident.id} {entry.number}" for one in source.joined for entry in one.entries if entry.redacted]
    info = [
        ("Bag-Software-Agent", f"Hotwash {_version()}"),
        ("Bagging-Date", source.last.recorded_at[:10]),
        ("External-Identifier", f"{incident_id} as of entry {source.as_of}"),
        ("External-Description", source.incident.title),
        ("Hotwash-Head", source.last.digest),
        ("Hotwash-Names-People", "yes" if people else "no"),
    ]
    words = readme(
        source.incident,
        source.last,
        left_out=left_out,
        erased=erased,
        people=people,
        seals=bool(source.seals),
        joined=[one.incident.id for one in source.joined],
    )
    tags = [part("README.txt", words.encode()), part("verify.py", _script())]
    return CaseFile(incident_id, source.as_of, bagged(payload, tags, info), len(left_out), people)


@dataclass(frozen=True, slots=True)
class _Source:
    """Everything that a case file is read from."""

    as_of: int
    entries: Sequence[Entry]
    facts: list[IncidentFact]
    incident: Incident
    looks: Sequence[Entry]
    system: Sequence[Entry]
    seals: dict[int, bytes]
    joined: "tuple[_Source, ...]" = ()
    """Incidents that went on in this one then, each as far as its record went."""

    @property
    def last(self) -> Entry:
        return self.entries[-1]


def _read(desk: Desk, incident_id: str, as_of: int | None) -> _Source:
    source = _read_one(desk, incident_id, as_of)
    until, known = datetime.fromisoformat(source.last.recorded_at), {incident_id: source}
    waiting = [source]
    while waiting:
        for name in waiting.pop(0).incident.linkage.absorbed:
            entries = desk.store.read(INCIDENT + name)
            count = sum(1 for _ in takewhile(lambda one: datetime.fromisoformat(one.recorded_at) <= until, entries))
            if count and name not in known:
                known[name] = _read_one(desk, name, count)
                waiting.append(known[name])
    del known[incident_id]
    return replace(source, joined=tuple(known.values()))


def _read_one(desk: Desk, incident_id: str, as_of: int | None) -> _Source:
    entries = desk.store.read(INCIDENT + incident_id)
    if not entries:
        raise NotFound(f"There is no incident {incident_id}.")
    if as_of is not None and not 1 <= as_of <= len(entries):
        raise BadRequest("as_of", f"{incident_id} has {len(entries)} entries, from 1 on.")
    entries = entries[: as_of or len(entries)]
    facts = [CATALOGUE.fact(entry) for entry in entries]
    incident = incident_state.replay(incident_id, facts)
    seals = _seals(desk, incident)
    least = {stream: head.number for seal in map(read_seal, seals.values()) for stream, head in seal.heads.items()}
    # A look is dated by how long the incident was then, so that a case file of its first entries never grows.
    looks = desk.store.read(CUSTODY + incident_id)
    seen = takewhile(lambda one: _number(one) <= len(entries), looks)
    until = datetime.fromisoformat(entries[-1].recorded_at)
    of_system = desk.store.read(SYSTEM + incident.system) if incident.system else ()
    known = sum(1 for _ in takewhile(lambda one: datetime.fromisoformat(one.recorded_at) <= until, of_system))
    return _Source(
        len(entries),
        entries,
        facts,
        incident,
        list(seen),
        of_system[: max(known, least.get(f"{SYSTEM}{incident.system}", 0))],
        seals,
    )


def _number(look: Entry) -> int:
    return int((look.body or {}).get("number", 0))


def _seals(desk: Desk, incident: Incident) -> dict[int, bytes]:
    found = {}
    for number, said in incident.seals.items():
        try:
            found[number] = desk.vault.get(said.event.digest)
        except (LookupError, ChainBroken):
            continue
    return found


def _record(source: _Source) -> Iterator[bytes]:
    """The export of all these records: what `hotwash ledger verify` and `hotwash import` read."""
    by_stream: dict[str, Sequence[Entry]] = {}
    for one in (source, *source.joined):
        for entries in (one.entries, one.looks, one.system):
            if entries and len(entries) > len(by_stream.get(entries[0].stream, ())):
                by_stream[entries[0].stream] = entries
    records = list(by_stream.values())
    heads = {entries[-1].stream: [entries[-1].number, entries[-1].digest] for entries in records}
    header = {"hotwash": "records", "v": 1, "streams": heads, "files": []}
    ordered = heapq.merge(*records, key=attrgetter("position"))
    seals: list[Seal] = [read_seal(data) for data in source.seals.values()]
    return write_items(
        header, {"seals": (seal.to_json() for seal in seals), "entries": map(to_json, ordered), "files": ()}
    )


def _evidence(
    desk: Desk, source: _Source, *, people: bool, within: str = ""
) -> tuple[list[Part], list[dict[str, Any]]]:
    """The evidence that can be put in, and the index of all of it; ``within`` names an incident that goes on here."""
    parts: list[Part] = []
    index: list[dict[str, Any]] = []
    for trail in _trails(source):
        item = trail.item
        path = placed("findings" if item.what == "finding" else "evidence", item.entry, item.item, item.name)
        if within:
            path = path.replace("data/", f"data/merged/{within}/", 1)
        found, why = _part(desk, item, path, people=people)
        if found is not None:
            parts.append(found)
        index.append(_listed(item, found, why))
    known = {item["entry"] for item in index}
    index += [
        {"ref": str(entry.number), "entry": entry.number, "item": 0, "what": "", "name": "", "path": "", "digest": "",
         "size": 0, "media_type": "", "source": "", "by": entry.by, "at": entry.occurred_at, "says": "",
         "missing": "The entry was erased, and with it the bytes that it alone named."}
        for entry in source.entries
        if entry.redacted and entry.kind in BYTES_KINDS and entry.number not in known
    ]  # fmt: skip
    for one in index if within else ():
        one["ref"], one["incident"] = f"{within} {one['ref']}", within
    return parts, sorted(index, key=lambda one: (one["entry"], one["item"]))


def _part(desk: Desk, item: Item, path: str, *, people: bool) -> tuple[Part | None, str]:
    if item.failed and not item.digest:
        return None, f"It could not be taken. {item.failed}"
    if not item.kept:
        return None, item.failed or "Only its digest was recorded."
    if item.restricted and not people:
        return None, "It names people, and was kept back."
    try:
        return part_of(path, lambda: desk.vault.chunks(item.digest)), ""
    except LookupError:
        return None, "Its bytes are no longer in the vault."
    except ChainBroken:
        return None, "THE BYTES IN THE VAULT WERE CHANGED: they are not what was recorded, and are not in here."


def _listed(item: Item, found: Part | None, why: str) -> dict[str, Any]:
    return {
        "ref": item.ref,
        "entry": item.entry,
        "item": item.item,
        "what": item.title,
        "name": item.name,
        "path": found.path if found else "",
        "digest": item.digest,
        "size": found.size if found else item.size,
        "media_type": item.media_type,
        "source": item.source,
        "by": item.by,
        "at": instant(item.at),
        "says": item.says,
        "missing": why,
    }


def _trails(source: _Source) -> list[Trail]:
    return trails(source.incident, [VIEWS.fact(look) for look in source.looks], findings=True)


def _readings(desk: Desk, source: _Source) -> Iterator[Part]:
    from hotwash.reports.render import to_html, to_json, to_pdf  # heavy, and only needed here

    findings: dict[int, dict[str, Any]] = {}
    for number, said in source.incident.findings.items():
        try:
            findings[number] = msgspec.json.decode(desk.vault.get(said.event.digest))
        except (LookupError, ChainBroken):
            continue
    report = postmortem(source.facts, source.incident, findings, system_name=_system_name(source))
    yield part("data/post-mortem.html", to_html(report).encode())
    yield part("data/post-mortem.pdf", to_pdf(report))
    chain = custody(source.facts, source.incident, _trails(source))
    yield part("data/custody.html", to_html(chain).encode())
    yield part("data/custody.json", to_json(chain))


def _system_name(source: _Source) -> str:
    first = source.system[0].body if source.system else None
    return str((first or {}).get("name", ""))


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


@cache
def _script() -> bytes:
    return files("hotwash.response.casefile").joinpath("verify.py.txt").read_bytes()


@cache
def _version() -> str:
    return metadata.version("hotwash")
