"""The lines of the list of actions, kept beside the record of their incident."""

import hashlib
from collections.abc import Sequence
from datetime import date

import msgspec

from hotwash.incident.actions import Action
from hotwash.incident.linking import settled_here
from hotwash.incident.state import Incident
from hotwash.reports.actions import ActionReading, readings
from hotwash.web.tables.models import ActionRow

KINDS = frozenset(
    {
        "action-added", "action-changed", "action-done", "action-closed", "action-reopened", "action-dropped",
        "action-tracked", "issue-noted", "effect-planned", "effect-withdrawn", "effect-measured",
        "factor-added", "factor-edited", "factor-withdrawn", "entry-redacted", "incident-merged", "merge-undone",
        "leftover-settled",
    }
)  # fmt: skip
"""Entries after which a line may read otherwise."""


def put(incident: Incident, *, using: str, fresh: bool) -> None:
    """Put the lines of an incident in place of those that there are."""
    rows = ActionRow.objects.using(using)
    if not fresh:
        rows.filter(incident=incident.id).delete()
    if incident.actions:
        # What another incident took over stands there.
        settled = {one.entry for one in settled_here(incident) if one.what == "action"}
        rows.bulk_create([row for row in _rows(incident) if row.entry not in settled])


def face_of(action: Action) -> str:
    """A digest of what an issue shows of an action: where it differs, the issue is behind."""
    wanted = action.wanted
    shown = [wanted.title, wanted.owner, str(wanted.due), wanted.measure, wanted.kind, wanted.strength or ""]
    shown += [action.state, repr(action.planned.event) if action.planned else ""]
    return hashlib.sha256("\x00".join(shown).encode()).hexdigest()[:32]


def _rows(incident: Incident) -> list[ActionRow]:
    # What hangs on the day is asked for when the list is read.
    found: Sequence[ActionReading] = readings(incident, date.min)
    return [_row(incident.actions[one.entry], one) for one in found]


def _row(action: Action, one: ActionReading) -> ActionRow:
    end = action.closed or action.dropped
    return ActionRow(
        incident_id=one.incident,
        entry=one.entry,
        title=one.title,
        kind=one.kind,
        strength=one.strength,
        owner=one.owner[:200],
        state=one.state,
        how=one.how,
        added_at=one.added_at,
        done_at=one.done_at,
        closed_at=one.closed_at,
        ended_at=end.at if end else None,
        due=one.due,
        ask_on=one.ask_on,
        measurable=one.measurable or action.planned is not None,
        effects=[
            msgspec.to_builtins({"entry": told.entry, "at": told.at, "outcome": told.outcome, "finding": told.finding})
            for told in one.effects
        ],
        slips=one.slips,
        factors=list(one.factors),
        tags=list(one.tags),
        not_smart=one.not_smart,
        tracker=one.tracker[:60],
        issue=one.issue[:100],
        url=one.url[:1000],
        face=face_of(action),
    )
