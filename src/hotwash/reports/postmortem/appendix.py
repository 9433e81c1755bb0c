"""What the report rests on, so that anyone can repeat and check it: findings, evidence, the record."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from hotwash.reports.custody import items
from hotwash.reports.document import (
    Block,
    Callout,
    Code,
    Facts,
    Heading,
    Paragraph,
    Row,
    Section,
    Table,
    Text,
    code,
    entry,
    gap,
    quiet,
    text,
)
from hotwash.reports.phrases import brief, closed, count, several
from hotwash.reports.postmortem.source import Source, moment
from hotwash.reports.vocabulary import KINDS


def findings(source: Source) -> Section:
    """Every finding with its question, data, versions and the query that was run."""
    return Section(
        "findings",
        "Appendix A: findings",
        gap("No question has been asked of the data yet. Ask one with “ask”.", _findings(source)),
        appendix=True,
    )


def _findings(source: Source) -> Iterator[Block]:
    for number, said in source.incident.findings.items():
        event = said.event
        whole = source.findings.get(number)
        yield Heading(f"Finding {number}: {event.question}")
        yield Paragraph(text(closed(event.sentence)))
        rows = f"{count(event.rows_used, 'row', 'rows')} used, {event.rows_skipped:,} skipped"
        reasons = _reasons(whole)
        recipe = _mapping(whole, "recipe")
        versions = several(
            [part for part in (_prefixed("hotwash ", recipe.get("hotwash")), str(recipe.get("engine") or "")) if part]
        )
        pairs: list[tuple[str, Text]] = [
            ("Source", text(event.source)),
            ("Fingerprint of the data", text(code(event.fingerprint))),
            ("Rows", text(rows + (f" ({reasons})" if reasons else ""))),
            ("Arguments", text(code(_json(recipe["arguments"]))) if recipe.get("arguments") else ()),
            ("Versions", text(versions)),
            ("Recorded", text(f"{moment(said.recorded_at)}, by {said.by}")),
            ("Digest in the vault", text(code(event.digest))),
        ]
        yield Facts(tuple((term, value) for term, value in pairs if value))
        sql = recipe.get("sql")
        if isinstance(sql, list) and sql:
            yield Code(";\n\n".join(str(one) for one in sql))
        if _has_samples(whole):
            yield Callout(
                "warning",
                text(
                    "This finding holds samples of texts that may be upsetting. They are left out here; in the room "
                    "they stay covered until somebody opens them (",
                    entry(number),
                    ").",
                ),
            )
        if whole is None:
            yield Paragraph((quiet("The whole finding was not at hand; this is what the record says of it."),))


def _has_samples(whole: Mapping[str, Any] | None) -> bool:
    result = _mapping(whole, "result")
    return bool(result.get("content_warning")) and bool(result.get("samples") or result.get("clusters"))


def _mapping(whole: Mapping[str, Any] | None, key: str) -> Mapping[str, Any]:
    part = (whole or {}).get(key)
    return part if isinstance(part, Mapping) else {}


def _reasons(whole: Mapping[str, Any] | None) -> str:
    reasons = _mapping(whole, "rows").get("reasons")
    if not isinstance(reasons, Mapping):
        return ""
    return "; ".join(f"{reason}: {rows}" for reason, rows in sorted(reasons.items(), key=lambda one: str(one[0])))


def _prefixed(prefix: str, value: Any) -> str:
    return f"{prefix}{value}" if value else ""


def _json(value: Any) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def evidence(source: Source) -> Section:
    """What was kept, by its digest, and what could not be."""
    known = items(source.incident)
    table = Table(
        ("Kept", "From", "Bytes", "Digest"),
        (32, 18, 12, 38),
        tuple(
            Row(
                (
                    text(f"{one.name} ", quiet(f"entry {one.ref}"), f"\n{one.says}" if one.says else ""),
                    text(one.source) or (quiet("not said"),),
                    text(f"{one.size:,}") if one.digest else (quiet("–"),),
                    text(code(one.digest)) if one.digest else text(f"Not taken. {one.failed}"),
                )
            )
            for one in known
        ),
    )
    missing = "No evidence has been kept. Keep it with “hold” or “add-evidence”, before anything is changed."
    return Section("evidence", "Appendix B: evidence", gap(missing, (table,) if known else ()), appendix=True)


PROOF = (
    "Each entry holds the digest of the one before it, so a change, a removal or an insertion anywhere breaks every "
    "digest after it; “ledger verify” names the first entry that does not follow. A chain cannot show that its newest "
    "entries were cut off: hold the head above against a seal that was stored elsewhere. Where the words of an entry "
    "were erased by law, its digest stays, so the chain still holds; the digest is salted, so the words cannot be "
    "guessed back from it."
)


def record(source: Source) -> Section:
    """Every entry with its digest, and what the chain of them proves."""
    facts = source.facts
    blocks: list[Block] = []
    if facts:
        head = facts[-1]
        erased = [str(fact.number) for fact in facts if fact.body is None]
        unknown = [str(fact.number) for fact in facts if fact.event is None and fact.body is not None]
        kind = KINDS.get(source.incident.kind, source.incident.kind)
        pairs: list[tuple[str, Text]] = [
            ("Record", text(f"incident/{source.incident.id} ({kind.lower()})")),
            ("Entries", text(f"{len(facts):,}, the last on {moment(head.recorded_at)}")),
            ("Head", text(code(head.digest))),
            ("Erased entries", text(several(erased))),
            ("Entries that this version cannot read", text(several(unknown))),
        ]
        blocks.append(Facts(tuple((term, value) for term, value in pairs if value)))
        blocks.append(Paragraph(text(PROOF)))
        blocks.append(
            Table(
                ("No.", "Kind", "By", "Happened", "Written down", "Digest"),
                (6, 19, 11, 16, 16, 32),
                tuple(
                    Row(
                        (
                            text(str(fact.number)),
                            text(brief(fact.kind, 60), quiet(" (erased)") if fact.body is None else None),
                            text(brief(fact.by, 60)),
                            text(moment(fact.occurred_at)),
                            text(moment(fact.recorded_at)),
                            text(code(fact.digest)),
                        ),
                        entry=fact.number,
                    )
                    for fact in facts
                ),
            )
        )
    return Section("record", "Appendix C: the record", gap("The record is empty.", blocks), appendix=True)
