"""Keeping actions and their issues alike: the worker looks what is behind, and takes one action after the other.

Three things make an action be looked at: it changed here (its face differs), a webhook or a poll says that its issue
changed there, or a day has passed. What is found is asked of the tracker itself; a webhook is only a hint. A fault
outside is no failed job: it stands at the action, which is tried again after a wait that grows.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings as options
from django.db.models import Exists, OuterRef, Q

from hotwash.ledger.rule import NotAllowed
from hotwash.response import tracking
from hotwash.response.desk import Desk
from hotwash.response.jobs import HOTWASH, Arguments, Job, Outcome
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.response.tracking import Base, Issue
from hotwash.web.action_rows import face_of
from hotwash.web.tables.models import ActionRow, JobRow, TrackedAction
from hotwash.web.tables.models import Tracker as Row
from hotwash.web.trackers import keeping

LOOK, ONE, POLL = "trackers", "tracked", "tracker-poll"
LOOK_EVERY = timedelta(seconds=15)
AT_ONCE = 100
AGAIN_AFTER = timedelta(days=1)
"""How often an issue is looked at although nobody says that it changed."""
AGAIN_WHEN_OVER = timedelta(days=30)
WAIT_MAX = timedelta(hours=6)
OVERLAP = timedelta(minutes=5)
"""How far back a poll looks again: clocks differ."""


def look(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Put a job for each action that is behind, and for each tracker that is to be asked what changed there."""
    now = desk.clock()
    _take_new(now)
    same = ActionRow.objects.filter(incident_id=OuterRef("incident"), entry=OuterRef("entry"), face=OuterRef("face"))
    behind = TrackedAction.objects.filter(tracker__paused_at=None, gone=False).filter(
        Q(next_at__lte=now) | (~Exists(same) & Q(failures=0))
    )
    rows = list(behind.order_by("next_at", "id").values_list("id", flat=True)[:AT_ONCE])
    polls = Row.objects.filter(paused_at=None, next_at__lte=now).values_list("id", flat=True)
    return Outcome(
        then=(
            *(Job(f"{ONE}:{pk}", ONE, {"tracked": pk}, now) for pk in rows),
            *(Job(f"{POLL}:{pk}", POLL, {"tracker": pk}, now) for pk in polls),
        )
    )


def _take_new(now: datetime) -> None:
    """Let every new action of an automatic tracker have an issue."""
    known = TrackedAction.objects.filter(incident=OuterRef("incident_id"), entry=OuterRef("entry"))
    for row in Row.objects.filter(automatic=True, paused_at=None):
        fresh = ActionRow.objects.filter(
            ~Exists(known), state__in=("open", "slipped"), incident__kind="normal", added_at__gte=row.made_at
        )
        if row.system:
            fresh = fresh.filter(incident__system=row.system)
        made = [
            TrackedAction(tracker=row, incident=one.incident_id, entry=one.entry, next_at=now)
            for one in fresh.order_by("id")[:AT_ONCE]
        ]
        TrackedAction.objects.bulk_create(made, ignore_conflicts=True)


def one(desk: Desk, arguments: Arguments) -> Outcome:
    """Bring one action and its issue together."""
    key = str(arguments["key"])
    row = (
        TrackedAction.objects.filter(pk=arguments["tracked"], tracker__paused_at=None).select_related("tracker").first()
    )
    if row is None:
        return Outcome(_ended(key))
    now = desk.clock()
    try:
        words = bring_together(desk, row)
    except (OutsideFault, BadRequest, NotAllowed) as no:
        wait = min(WAIT_MAX, timedelta(seconds=30) * 2 ** min(row.failures, 12))
        words = {"error": str(no)[:2000], "failures": row.failures + 1, "next_at": now + wait}
    else:
        words |= {"error": "", "failures": 0, "synced_at": now, "next_at": now + words.pop("again", AGAIN_AFTER)}
    heard = row.heard_at

    def effect() -> None:
        found = TrackedAction.objects.filter(pk=row.pk).first()
        # What was heard meanwhile is looked at once more.
        if found is not None and found.heard_at != heard:
            words["next_at"] = now
        TrackedAction.objects.filter(pk=row.pk).update(**words)

    return Outcome(_ended(key, effect))


def bring_together(desk: Desk, row: TrackedAction) -> dict[str, Any]:
    """Make or find the issue of an action, or bring both sides together; what is then known of it.

    :raises OutsideFault: if the tracker cannot be asked
    :raises NotAllowed: if its token cannot be opened, or the record says no
    """
    tracker, name = keeping.opened(row.tracker), row.tracker.name
    incident = desk.incident(row.incident)
    action = incident.actions.get(row.entry)
    if action is None:
        return {"gone": True}
    if not row.issue:
        marker = tracking.marker_of(keeping.installation(), row.incident, row.entry)
        issue = tracker.find(marker)
        if issue is None:
            link = _link(row.incident, row.entry)
            body = tracking.body_of(incident, action, link=link)
            issue = tracker.create(tracking.title_of(action), body, marker=marker, due=action.wanted.due)
        desk.step(
            row.incident, "track-action", by=HOTWASH, right=tracking.OWN,
            action=row.entry, tracker=name, issue=issue.key[:100], url=issue.url[:1000],
        )  # fmt: skip
        base = _first(tracking.ours(action), issue, keeps_days=tracker.keeps_days)
        # Kept at once: should this process die here, the issue is known by its number.
        TrackedAction.objects.filter(pk=row.pk).update(issue=issue.key, url=issue.url[:1000], base=_kept(base))
        row.issue, row.base = issue.key, _kept(base)
    base, conflicts, there = tracking.sync(
        desk, row.incident, row.entry, tracker, name=name, key=row.issue, base=_opened(row.base)
    )
    after = desk.incident(row.incident).actions[row.entry]
    words: dict[str, Any] = {"base": _kept(base), "face": face_of(after), "gone": not there}
    if not after.open:
        words["again"] = AGAIN_WHEN_OVER
    if conflicts:
        words["conflict"] = " ".join(conflicts)[:2000]
    return words


def poll(desk: Desk, arguments: Arguments) -> Outcome:
    """Ask a tracker what changed there since it was asked last."""
    key = str(arguments["key"])
    row = Row.objects.filter(pk=arguments["tracker"], paused_at=None).first()
    if row is None:
        return Outcome(_ended(key))
    now = desk.clock()
    since = datetime.fromisoformat(row.cursor["seen"]) if row.cursor.get("seen") else row.made_at
    words: dict[str, Any]
    changed: Sequence[str] = ()
    try:
        changed = keeping.opened(row).changed(since - OVERLAP)
    except (OutsideFault, NotAllowed, BadRequest) as no:
        wait = min(WAIT_MAX, timedelta(seconds=row.every_s) * 2 ** min(row.failures, 8))
        words = {"error": str(no)[:2000], "failed_at": now, "failures": row.failures + 1, "next_at": now + wait}
    else:
        words = {"error": "", "failures": 0, "done_at": now, "cursor": {"seen": now.isoformat()}}
        words["next_at"] = now + timedelta(seconds=row.every_s)

    def effect() -> None:
        Row.objects.filter(pk=row.pk).update(**words)
        heard(row, changed, now)

    return Outcome(_ended(key, effect))


def heard(row: Row, issues: Sequence[str], now: datetime) -> int:
    """Note that issues are said to have changed; how many of them stand for actions."""
    found = TrackedAction.objects.filter(tracker=row, issue__in=list(issues)[:1000], gone=False)
    return found.update(heard_at=now, next_at=now)


def _ended(key: str, effect: Callable[[], None] | None = None) -> Callable[[], None]:
    def ended() -> None:
        if effect is not None:
            effect()
        # The key is free again: the same action will be behind some other time.
        JobRow.objects.filter(key=key).delete()

    return ended


def _first(ours: Base, issue: Issue, *, keeps_days: bool) -> Base:
    """What both sides are taken to have agreed on: the issue, as it was found or made."""
    return Base(issue.title, issue.due if keeps_days else ours.due, ours.ours_open, issue.open)


def _kept(base: Base) -> dict[str, Any]:
    return {
        "title": base.title,
        "due": base.due.isoformat() if base.due else None,
        "ours_open": base.ours_open,
        "theirs_open": base.theirs_open,
    }


def _opened(kept: dict[str, Any]) -> Base:
    due = kept.get("due")
    return Base(kept["title"], date.fromisoformat(due) if due else None, kept["ours_open"], kept["theirs_open"])


def _link(incident_id: str, action: int) -> str:
    address = options.HOTWASH.public_url
    return f"{address}/incidents/{incident_id}/actions/#e{action}" if address else ""
