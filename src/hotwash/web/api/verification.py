"""Whether a record follows from itself, and whether the vault still holds the bytes that it names."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.incident.events.evidence import digests_in
from hotwash.ledger.cipher import KeyMissing
from hotwash.ledger.entry import ChainBroken, Entry, check
from hotwash.ledger.store import Store, Vault


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in one record. Where it is damaged, ``number`` is the first entry that does not follow."""

    record: str
    ok: bool
    entries: int
    redacted: int
    files: int
    head: str
    number: int | None = None
    why: str = ""

    @property
    def sentence(self) -> str:
        """The finding in words."""
        if self.ok:
            return f"{self.record}: {self.entries} entries follow from one another."
        where = f"entry {self.number}: " if self.number else ""
        return f"{self.record}, {where}{self.why}"


def verify(store: Store, vault: Vault, stream: str) -> Verdict:
    """Recompute one record, and the bytes that it names."""
    entries = store.read(stream)
    redacted = sum(entry.redacted for entry in entries)
    kept = store.head(stream)
    files = 0

    def damaged(number: int, why: str) -> Verdict:
        return Verdict(stream, False, len(entries), redacted, files, kept.digest, number, why)

    try:
        head = check(stream, entries)
    except ChainBroken as broken:
        return damaged(broken.number, broken.why)
    if head != kept:
        return damaged(
            min(head.number, kept.number) + 1, f"the record has {kept.number} entries, and {head.number} are here."
        )
    for number, digest in named_files(entries):
        try:
            for _ in vault.chunks(digest):
                pass
        except KeyMissing as sealed:
            return damaged(number, sealed.why)
        except ChainBroken:
            return damaged(number, "the bytes in the vault that it names were changed.")
        except LookupError:
            return damaged(number, "the bytes that it names are not in the vault.")
        files += 1
    return Verdict(stream, True, len(entries), redacted, files, head.digest)


def named_files(entries: Sequence[Entry], *, people: bool = True) -> list[tuple[int, str]]:
    """The digests of vault bytes that entries name, each with the number of its entry.

    :param people: also those that name people
    """
    return [
        (entry.number, digest)
        for entry in entries
        for item, digest in digests_in(entry.kind, entry.body)
        if people or not _restricted(entry, item)
    ]


def _restricted(entry: Entry, item: int) -> bool:
    return bool(item and entry.body and entry.body["items"][item - 1].get("restricted"))
