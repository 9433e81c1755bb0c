"""The next word that somebody is owed as a line of what is due, and which incident a public page belongs to."""

from collections.abc import Sequence

from hotwash.incident.state import Incident
from hotwash.ledger.entry import Entry
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.cadence import due
from hotwash.reports.phrases import clock, count
from hotwash.reports.postmortem.process import DUE, STATES, process
from hotwash.web.tables.models import DueRow, StatusPageRow

KIND = "message"
COUNTED_AGAIN = frozenset(
    {
        "declared",
        "severity-assessed",
        "message-sending",
        "resolved",
        "closed",
        "reopened",
        "not-confirmed",
        "role-assigned",
        "role-handed-over",
        "entry-redacted",
    }
)
"""Entries after which another word may be the next one, or another person may see to it."""


POSTMORTEMS = frozenset(
    {
        "postmortem-planned",
        "postmortem-waived",
        "postmortem-submitted",
        "postmortem-signed",
        "postmortem-returned",
        "postmortem-published",
        "publication-withdrawn",
        "pre-read-sent",
        "pre-read-confirmed",
    }
)
"""Entries after which the post-mortem is due at another time, or for another person."""


def postmortem_rows(incident: Incident) -> list[DueRow]:
    """The post-mortem as a line of what is due, and what each reader was asked to read before it."""
    known, held = process(incident), incident.postmortem
    rows = []
    if known.due is not None:
        plan = held.plan or (incident.endings[-1] if incident.endings else incident.declared)
        entry = plan.entry if plan else 1
        what, owner = f"{DUE}: {STATES[known.state]}", known.owner[:200]
        rows.append(
            DueRow(incident_id=incident.id, entry=entry, kind="post-mortem", what=what, owner=owner, due=known.due)
        )
    if known.state in ("planned", "due", "not-asked") and held.pre_reads:
        # Each reader finds it among their own; it has no day, so that it does not fill the list of everybody.
        sent = held.pre_reads[-1]
        done = held.confirmed_by(sent.entry)
        left = [reader for reader in sent.event.readers if reader not in done]
        what = "Read before the meeting of the post-mortem"
        rows += [
            DueRow(incident_id=incident.id, entry=sent.entry, kind="pre-read", what=what, owner=reader)
            for reader in left
        ]
    return rows


def update_row(incident: Incident) -> DueRow | None:
    """The next word that somebody is owed, if anybody is. It depends on the record alone, not on what time it is."""
    if incident.declared is None:
        return None
    known = due(incident, incident.declared.at)
    if not known:
        return None
    first = known[0]
    more = f" ({count(len(known) - 1, 'more follows', 'more follow')})" if len(known) > 1 else ""
    return DueRow(
        incident_id=incident.id,
        entry=first.last or incident.declared.entry,
        kind=KIND,
        what=f"{first.sentence[0].upper()}{first.sentence[1:]} by {clock(first.at)}{more}",
        owner=first.owner[:200],
        due=first.at.date(),
    )


def claim_pages(incident: Incident, entries: Sequence[Entry], *, using: str, strict: bool) -> None:
    """Keep the addresses of public pages that entries opened. One that another incident has stays with it.

    :param strict: whether to refuse then, as is done when somebody opens a page; what is imported is taken as it is
    :raises NotAllowed: if another incident has the address
    """
    for page in incident.status_pages.values():
        if page.opened.entry < entries[0].number:
            continue
        row, _ = StatusPageRow.objects.using(using).get_or_create(
            slug=page.opened.event.slug, defaults={"incident": incident.id}
        )
        if strict and row.incident != incident.id:
            raise NotAllowed(f"Another incident has the address “{row.slug}”: choose another one.")


def incident_of(slug: str) -> str | None:
    """The incident whose public page has this address."""
    row = StatusPageRow.objects.filter(slug=slug).first()
    return row.incident if row else None
