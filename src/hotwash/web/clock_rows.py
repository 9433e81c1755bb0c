"""The next legal deadline of an incident as a line of what is due, and when it must be counted again."""

from collections.abc import Sequence

from hotwash.incident.linking import clocks_settled
from hotwash.incident.state import Incident
from hotwash.ledger.entry import Entry
from hotwash.reports.deadlines import Deadlines, Standing, deadlines
from hotwash.reports.phrases import clock as clock_words
from hotwash.reports.phrases import count
from hotwash.response.desk import ORGANISATION
from hotwash.systems import organisation as organisation_state
from hotwash.systems.organisation import Organisation
from hotwash.web.entries import entries
from hotwash.web.tables.models import DueRow

KIND = "clock"
COUNTED_AGAIN = frozenset(
    {
        "awareness-recorded",
        "awareness-withdrawn",
        "applicability-answered",
        "filing-submitted",
        "filing-withdrawn",
        "role-assigned",
        "role-handed-over",
        "not-confirmed",
        "reopened",
        "incident-merged",
        "merge-undone",
        "leftover-settled",
        "entry-redacted",
    }
)
"""Entries after which another deadline may be the next one, or another person may see to it."""


def clock_row(incident: Incident, new: Sequence[Entry], *, using: str) -> DueRow | None:
    """The next deadline as it stands after these entries: counted anew where they can change it, else as it was."""
    if not incident.awareness or incident.standing == "not-confirmed":
        return None
    if not any(entry.kind in COUNTED_AGAIN for entry in new):
        return DueRow.objects.using(using).filter(incident=incident.id, kind=KIND).first()
    catalogue = organisation_state.CATALOGUE
    organisation = organisation_state.replay([catalogue.fact(entry) for entry in entries(ORGANISATION, using=using)])
    return counted(incident, organisation)


def counted(incident: Incident, organisation: Organisation) -> DueRow | None:
    """The next deadline, if there is one."""
    if incident.standing == "not-confirmed" or clocks_settled(incident):
        return None
    known = deadlines(incident, organisation)
    numbered = [one for one in known.due if one.clock.deadline is not None]
    sure = next((one for one in numbered if one.applies == "yes"), None)
    first = sure or next(iter(numbered), None)
    if first is None or first.clock.deadline is None or first.started_by is None:
        return None
    return DueRow(
        incident_id=incident.id,
        entry=first.started_by,
        kind=KIND,
        what=_said(first, numbered) if sure else _perhaps(first, known),
        owner=(incident.roster.get("legal") or incident.commander or "")[:200],
        due=first.clock.deadline.date(),
    )


def _said(first: Standing, numbered: Sequence[Standing]) -> str:
    others = len([one for one in numbered if one.applies == "unknown"])
    tail = f" ({count(others, 'more deadline', 'more deadlines')} may apply)" if others else ""
    return f"{_named(first)}{tail}"


def _perhaps(first: Standing, known: Deadlines) -> str:
    open_duties = len({one.duty.id for one in known.due if one.applies == "unknown"})
    return f"{count(open_duties, 'legal duty', 'legal duties')} may apply, the first one {_named(first)}"


def _named(one: Standing) -> str:
    assert one.clock.deadline is not None
    by = "that day" if one.clock.date_only else f"by {clock_words(one.clock.deadline)}"
    return f"{one.duty.title}, {one.clock.stage}: {by}"
