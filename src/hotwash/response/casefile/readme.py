"""The page that a lawyer reads first: what a case file is, how it is checked without Hotwash, and what that shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill

from hotwash.incident.state import Incident
from hotwash.ledger.entry import Entry
from hotwash.reports.vocabulary import KINDS


@dataclass(frozen=True, slots=True)
class Listed:
    """An item that is listed without its bytes."""

    ref: str
    name: str
    why: str


def readme(
    incident: Incident,
    last: Entry,
    *,
    left_out: Sequence[Listed],
    erased: Sequence[str],
    people: bool,
    seals: bool,
    joined: Sequence[str] = (),
) -> str:
    """The words of ``README.txt``."""
    return (
        "\n".join(_lines(incident, last, left_out, erased, people=people, seals=seals, joined=joined)).rstrip() + "\n"
    )


def _lines(
    incident: Incident,
    last: Entry,
    left_out: Sequence[Listed],
    erased: Sequence[str],
    *,
    people: bool,
    seals: bool,
    joined: Sequence[str],
) -> Iterator[str]:
    title = f"CASE FILE OF {incident.id}"
    yield from (title, "=" * len(title), "", _para(_one_line(incident.title)), "")
    kind = KINDS.get(incident.kind, incident.kind)
    yield _para(
        f"{kind}. This folder holds its record up to entry {last.number}, written down at {last.recorded_at}, with "
        "the evidence that the record names. Everything in it is a plain file; no program of ours is needed to read "
        "or to check it."
    )
    if joined:
        yield ""
        yield _para(
            f"{', '.join(joined)} went on in this incident: the records of these are in here too, and their evidence "
            "lies in data/merged, by incident."
        )
    yield from ("", "What is in it", "-------------", "")
    yield from (
        "data/post-mortem.pdf, .html   what happened, drafted from the record",
        "data/custody.html, .json      who did what with each piece of evidence, and when",
        "data/evidence/                the evidence, as it was kept; the number is that of its entry",
        "data/findings/                what was computed, with the query and the data's fingerprint",
        "data/evidence.json            the list of all of it, also of what is not in here",
        "data/record/records.json      the record itself: one entry a line, each naming the one before",
    )
    if seals:
        yield "data/record/seals/            signatures over the ends of the records"
    yield from ("", "How to check it", "---------------", "")
    yield _para(
        "This folder is a BagIt bag (RFC 8493), a form that libraries and archives use. Any of these shows whether a "
        "byte in it was changed:"
    )
    yield from (
        "",
        "  Linux:     sha256sum --check --quiet manifest-sha256.txt tagmanifest-sha256.txt",
        "  macOS:     shasum -a 256 -c manifest-sha256.txt tagmanifest-sha256.txt",
        "  Windows:   certutil -hashfile FILE SHA256, and compare with manifest-sha256.txt",
        "  BagIt:     bagit.py --validate FOLDER",
        "",
    )
    yield _para(
        "The record is a chain: each entry holds the SHA-256 digest of the one before. This checks the chain too, and "
        "that each piece of evidence is the one that the record names. It needs Python 3.8 or later, and nothing else. "
        "Read it first: it is one page long."
    )
    yield from ("", "  python3 verify.py", "")
    yield from ("What this shows, and what it does not", "-------------------------------------", "")
    yield _para(
        "These checks find damage, and changes by whoever does not make the lists anew. Whoever can write to this "
        "folder can do that too, and can write the record anew from its first entry. So hold it against what came to "
        "you by another way: the SHA-256 digest of tagmanifest-sha256.txt, which covers every byte here. Whoever made "
        "the case file has it in their record, as “case-file-exported”, with the time and for whom. If it is the "
        "same, this folder is what they made then. That their record was not cut short before that shows only a seal "
        "which is kept elsewhere."
    )
    if seals:
        yield ""
        yield _para(
            "A seal is an Ed25519 signature over how long each record was and the digest of its last entry. The key in "
            "this folder shows only that the seals fit it: compare the key with one that you had from elsewhere."
        )
    yield from ("", "What is not in here", "-------------------", "")
    if not left_out and not erased:
        yield "Nothing that the record names is missing."
    yield from (f"  {one.ref:<6} {_one_line(one.name) or '(erased)'}: {_one_line(one.why)}" for one in left_out)
    if erased:
        listed = ", ".join(map(str, erased))
        yield from (
            "",
            _para(f"The words of these entries were erased by law; their digests hold the chain: {listed}."),
        )
    if not people:
        yield from ("", _para("What names people by their ids was left out on purpose."))
    else:
        yield from ("", _para("THIS FOLDER NAMES PEOPLE. Keep it from those who need not know them."))


def _para(text: str) -> str:
    return fill(text, 78, break_long_words=False, break_on_hyphens=False)


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
