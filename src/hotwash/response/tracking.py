"""Actions that are issues in a tracker elsewhere, too: what a tracker must do, and which side counts.

A tracker holds work; the record holds what is true. So a title, a day and a state travel both ways, and where both
sides changed the same thing, the record counts: what it says is written there, with a comment that says what it
replaced. An issue that is closed there makes an action done. It never closes it: that needs the measurement, or a
second person (`hotwash.incident.rules.actions`).

An issue is found again by the marker in it, which names the installation, the incident and the entry. It is looked for
before one is made, so that a process which died in between makes no second one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from hotwash.incident.actions import Action
from hotwash.incident.state import Incident
from hotwash.reports.actions import waits_for
from hotwash.reports.phrases import day, several
from hotwash.reports.vocabulary import ACTION_KINDS
from hotwash.response.desk import Desk
from hotwash.response.jobs import HOTWASH

TITLE_MAX = 250
LABEL = "hotwash"
"""Every issue has it, so that those which changed can be asked for."""
CLOSING = (
    "Closing this issue says that the work is done. The action itself is closed when its effect was measured and "
    "holds, or when a second person has looked."
)
OWN = "record-finding"
"""What a program may do, and so may Hotwash itself."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it stands there.

    :param key: what it is called there: a number, or PROJ-12
    :param due: None where it has none, or the tracker keeps none
    :param by: who closed it or changed it last, if it says so
    """

    key: str
    url: str
    title: str
    open: bool
    due: date | None = None
    body: str = ""
    by: str = ""


class Tracker(Protocol):
    """Where issues are kept. Every call may raise `hotwash.response.outside.OutsideFault`."""

    keeps_days: bool
    """Whether an issue has a day by which it is due."""

    def find(self, marker: str) -> Issue | None:
        """The issue that holds a marker."""
        ...

    def create(self, title: str, body: str, *, marker: str, due: date | None) -> Issue:
        """A new issue with the label and the marker."""
        ...

    def read(self, key: str) -> Issue | None:
        """One issue; None if it is gone."""
        ...

    def write(
        self,
        key: str,
        *,
        title: str | None = None,
        due: date | None = None,
        open: bool | None = None,  # noqa: A002
    ) -> None:
        """Change an issue; what is None stays."""
        ...

    def say(self, key: str, text: str) -> None:
        """A comment."""
        ...

    def changed(self, since: datetime) -> Sequence[str]:
        """The keys of issues with the label that were changed since then."""
        ...


@dataclass(frozen=True, slots=True)
class Base:
    """What both sides said when they were last held against each other. The two states may differ on purpose."""

    title: str
    due: date | None
    ours_open: bool
    theirs_open: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be done on each side.

    :param take: what the action takes over from the issue
    :param write: what is written into the issue
    :param closed: whether the issue was closed there, and the action follows (False: opened again; None: neither)
    :param conflicts: what both sides changed, as sentences
    """

    take: Mapping[str, Any]
    write: Mapping[str, Any]
    closed: bool | None
    conflicts: tuple[str, ...]


def settle(base: Base, ours: Base, theirs: Issue, *, keeps_days: bool) -> Settled:
    """Hold both sides against what they last agreed on.

    :param ours: what the record says now; its ``theirs_open`` counts for nothing
    """
    take: dict[str, Any] = {}
    write: dict[str, Any] = {}
    conflicts: list[str] = []
    names = ("title", "due") if keeps_days else ("title",)
    for name in names:
        was, here, there = getattr(base, name), getattr(ours, name), getattr(theirs, name)
        if here == there:
            continue
        if there in (was, None, ""):
            write[name] = here
        elif here == was:
            take[name] = there
        else:
            write[name] = here
            conflicts.append(f"The {_SAID[name]} was changed on both sides: “{here}” counts, “{there}” was replaced.")
    closed: bool | None = None
    if ours.ours_open != base.ours_open:
        if theirs.open != ours.ours_open:
            write["open"] = ours.ours_open
            if theirs.open != base.theirs_open:
                counts = "open" if ours.ours_open else "closed"
                conflicts.append(f"The state was changed on both sides: “{counts}” counts.")
    elif theirs.open not in {base.theirs_open, ours.ours_open}:
        closed = not theirs.open
    return Settled(take, write, closed, tuple(conflicts))


_SAID = {"title": "title", "due": "day"}


def ours(action: Action) -> Base:
    """What the record says of an action, as an issue would."""
    wanted = action.wanted
    return Base(title_of(action), wanted.due, action.to_do, action.to_do)


def body_of(incident: Incident, action: Action, *, link: str = "") -> str:
    """What stands in a new issue. No word of it is markup that a tracker would act upon, but links and the marker."""
    wanted = action.wanted
    lines = [
        f"{_plain(wanted.owner)} sees to this action of {incident.id}, so as to {ACTION_KINDS[wanted.kind]}.",
        f"To be done by {day(wanted.due)}." if wanted.due else "",
        f"One will see that it worked by: {_plain(wanted.measure)}" if wanted.measure else "",
    ]
    if action.planned is not None:
        plan = action.planned.event
        held = several([f"`{one}`" for one in plan.thresholds])
        lines.append(f"It worked if {held}: “{plan.question}”, asked on {day(plan.ask_on)}.")
    lines += [
        CLOSING,
        f"In Hotwash: {link}" if link else "",
    ]
    return "\n\n".join(line for line in lines if line)


def _plain(text: str) -> str:
    """A person's words without what would call people, or close other issues, in a tracker."""
    return text.replace("@", "@\u200b").replace("#", "#\u200b").replace("<", "‹").replace(">", "›")


def title_of(action: Action) -> str:
    """What the issue is called."""
    return " ".join(action.wanted.title.split())[:TITLE_MAX]


def sync(
    desk: Desk, incident_id: str, action: int, tracker: Tracker, *, name: str, key: str, base: Base
) -> tuple[Base, tuple[str, ...], bool]:
    """Bring an action and its issue together; what both say now, what both had changed, and whether it is there.

    :raises OutsideFault: if the tracker cannot be asked; nothing is lost, and it may be done again
    """
    issue = tracker.read(key)
    where = {"action": action, "tracker": name, "issue": key}
    if issue is None:
        text = "Nobody finds it there any more. The action goes on without it."
        _step(desk, incident_id, "note-issue", **where, said="gone", text=text)
        return base, (), False
    before = desk.incident(incident_id).actions[action]
    found = settle(base, ours(before), issue, keeps_days=tracker.keeps_days)
    for text in found.conflicts:
        _step(desk, incident_id, "note-issue", **where, said="changed", text=text)
    if found.take and before.open:
        _step(desk, incident_id, "take-from-issue", **where, **found.take)
    elif found.take:
        _step(desk, incident_id, "take-from-issue", **where)
    if found.closed is not None:
        word = "finish-from-issue" if found.closed else "reopen-from-issue"
        _step(desk, incident_id, word, **where, closer=issue.by[:200])
    after = desk.incident(incident_id).actions[action]
    if found.write:
        tracker.write(key, **found.write)
    for text in (*found.conflicts, *_told(before, after, found)):
        tracker.say(key, text)
    now = ours(after)
    stands = bool(found.write.get("open", issue.open))
    due = now.due if tracker.keeps_days else base.due
    return Base(now.title, due, now.ours_open, stands), found.conflicts, True


def _told(before: Action, after: Action, found: Settled) -> tuple[str, ...]:
    """What a comment tells those who look only there."""
    if found.closed and after.open:
        return (f"The work is done; the action stays open in Hotwash. {waits_for(after)}".strip(),)
    if found.closed is False and not after.to_do:
        return (f"In Hotwash the action is {after.state}, and stays so until somebody opens it there.",)
    if "open" not in found.write:
        return ()
    if found.write["open"]:
        why = before.reopened[-1].event.reason if before.reopened else "It is open again."
        return (f"The action is open again. {_plain(why)}",)
    end = before.closed.event.result if before.closed else before.dropped.event.reason if before.dropped else ""
    return (" ".join(part for part in (_plain(end), waits_for(after)) if part) or "The work is done.",)


def _step(desk: Desk, incident_id: str, step: str, **words: Any) -> None:
    """Take a step in Hotwash's own name."""
    desk.step(incident_id, step, by=HOTWASH, right=OWN, **words)


def marker_of(installation: str, incident_id: str, action: int) -> str:
    """What names an action in a tracker, for ever and among installations."""
    return f"{LABEL}:{installation}/{incident_id}/{action}"
