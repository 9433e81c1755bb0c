"""The chain of custody: every piece of evidence, and everything that was done with it, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hotwash.incident.events.evidence import ViewFact
from hotwash.incident.state import Incident

Did = Literal["collected", "verified", "viewed", "handed over", "exported", "sealed"]

WHAT: dict[str, str] = {
    "file": "file",
    "finding": "finding",
    "system": "what is known of the AI system",
    "switches": "switches and orders in force",
    "registry": "model registry",
    "prompt": "prompt",
    "code": "code",
    "data": "data",
    "model": "model",
    "configuration": "configuration",
    "log": "prediction log",
    "log-slice": "part of the prediction log",
    "samples": "samples of the prediction log",
    "traces": "traces",
}
"""What an item is, in words; others keep their own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence. ``item`` is 0 for a file or a finding, and counts from 1 within a hold.

    :param kept: whether its bytes were put into the vault; else only the digest is known, or nothing
    """

    entry: int
    item: int
    what: str
    name: str
    by: str
    at: datetime
    source: str = ""
    digest: str = ""
    size: int = 0
    media_type: str = "application/octet-stream"
    kept: bool = True
    restricted: bool = False
    says: str = ""
    failed: str = ""

    @property
    def ref(self) -> str:
        """How people name it: ``7``, or ``9.2`` for the second item of a hold."""
        return f"{self.entry}.{self.item}" if self.item else str(self.entry)

    @property
    def title(self) -> str:
        """What it is, in words."""
        return WHAT.get(self.what, self.what)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done with an item. ``entry`` is 0 for a look, which stands in the chain beside the record.

    :param sound: of a verification, whether the bytes were as kept
    """

    at: datetime
    by: str
    did: Did
    detail: str = ""
    entry: int = 0
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Trail:
    """An item with all that was done with it."""

    item: Item
    acts: tuple[Act, ...]

    @property
    def alarm(self) -> Act | None:
        """The last verification, if it found other bytes or none."""
        checks = [act for act in self.acts if act.did == "verified"]
        return checks[-1] if checks and not checks[-1].sound else None


def items(incident: Incident, *, findings: bool = False) -> list[Item]:
    """Every piece of evidence in the order in which it was written down.

    :param findings: the findings of questions too: they lie in the vault as files do
    """
    found = [
        Item(
            entry, 0, "file", said.event.name, said.by, said.at, said.event.source, said.event.digest, said.event.size,
            said.event.media_type, says=said.event.note,
        )
        for entry, said in incident.evidence.items()
    ]  # fmt: skip
    for entry, held in incident.holds.items():
        found += [
            Item(
                entry, place, one.what, one.name, held.by, one.taken_at, one.source, one.digest, one.size,
                one.media_type, one.kept, one.restricted, one.says, one.failed,
            )
            for place, one in enumerate(held.event.items, 1)
        ]  # fmt: skip
    if findings:
        found += [
            Item(
                entry, 0, "finding", f"{one.event.question}.json", one.by, one.at, one.event.source, one.event.digest,
                media_type="application/json", says=one.event.sentence,
            )
            for entry, one in incident.findings.items()
        ]  # fmt: skip
    return sorted(found, key=lambda one: (one.entry, one.item))


def trails(incident: Incident, views: Sequence[ViewFact], *, findings: bool = False) -> list[Trail]:
    """The chain of custody of every item.

    :param views: the chain beside the record, as far as it is to be told
    """
    return [
        Trail(item, tuple(sorted(_acts(item, incident, views), key=lambda act: act.at)))
        for item in items(incident, findings=findings)
    ]


def _acts(item: Item, incident: Incident, views: Sequence[ViewFact]) -> Iterator[Act]:
    here = (item.entry, item.item)
    if not item.digest:
        return  # It was never taken: nothing was done with it.
    parts = [f"from {item.source}" if item.source else "", "" if item.kept else "its digest only"]
    yield Act(item.at, item.by, "collected", ", ".join(filter(None, parts)), item.entry)
    for said in incident.verifications:
        for one in said.event.checked:
            if (one.entry, one.item) == here:
                told = {"same": "the bytes are as kept", "missing": "the bytes are no longer there"}
                detail = told.get(one.outcome, "THE BYTES WERE CHANGED")
                yield Act(said.at, said.by, "verified", detail, said.entry, one.outcome == "same")
    for given in incident.hand_overs:
        if given.event.entry == item.entry and given.event.item in (0, item.item):
            parts = [f"to {given.event.to}", given.event.reason, given.event.how, given.event.receipt]
            yield Act(given.at, given.by, "handed over", "; ".join(part for part in parts if part), given.entry)
    for view in views:
        if view.event is not None and (view.event.entry, view.event.item) == here:
            through = f"through the {view.event.through}" if view.event.through else ""
            yield Act(view.occurred_at, view.by, "viewed", through)
    for sealed in incident.seals.values():
        if sealed.event.records.get(f"incident/{incident.id}", 0) >= item.entry:
            yield Act(sealed.at, sealed.by, "sealed", f"with the key {sealed.event.key}", sealed.entry)
    for made in incident.exports:
        if made.event.as_of >= item.entry:
            to = f" for {made.event.to}" if made.event.to else ""
            left = item.restricted and not made.event.people
            detail = "listed in a case file, without its bytes" if left or not item.kept else "in a case file"
            yield Act(made.at, made.by, "exported", detail + to, made.entry)
