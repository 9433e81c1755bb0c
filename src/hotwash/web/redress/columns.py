"""How one remedy lies in its table, and how it comes out again."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from hotwash.incident.redress import Owed

COLUMNS = (
    "person", "remedy", "state", "open", "owner", "due", "harm", "group", "language", "amount", "currency", "proof",
    "reason", "fields", "version", "since", "changed_at", "changed_by", "batch", "piece",
)  # fmt: skip
LISTED = ", ".join(f'"{column}"' for column in COLUMNS)

PUT = (
    f'INSERT INTO hotwash_redress_row ("incident", {LISTED}) VALUES ({", ".join(["%s"] * (len(COLUMNS) + 1))}) '  # noqa: S608
    'ON CONFLICT ("incident", "person", "remedy") DO UPDATE SET '
    + ", ".join(f'"{column}" = excluded."{column}"' for column in COLUMNS[2:])
)


def moment(at: datetime) -> str:
    """A time as a text that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def values(incident: str, owed: Owed) -> tuple[Any, ...]:
    """One remedy as the values of `PUT`."""
    return (
        incident, owed.person, owed.remedy, owed.state, owed.open, owed.owner,
        owed.due.isoformat() if owed.due else "", owed.harm, owed.group, owed.language, owed.amount, owed.currency,
        owed.proof, owed.reason, msgspec.json.encode(dict(owed.fields)).decode() if owed.fields else "",
        owed.version, moment(owed.since), moment(owed.changed_at), owed.changed_by, owed.batch, owed.piece,
    )  # fmt: skip


def owed(row: Sequence[Any]) -> Owed:
    """A row with the columns of `COLUMNS` as a remedy."""
    (
        person, remedy, state, _, owner, due, harm, group, language, amount, currency, proof, reason, fields, version,
        since, changed_at, changed_by, batch, piece,
    ) = row  # fmt: skip
    return Owed(
        person, remedy, state, datetime.fromisoformat(since), datetime.fromisoformat(changed_at), changed_by, version,
        batch, piece, owner, date.fromisoformat(due) if due else None, harm, group, language, amount, currency, proof,
        reason, msgspec.json.decode(fields) if fields else {},
    )  # fmt: skip
