"""What people make of a line: promote it to an incident, join it to one, let it sleep, dismiss it, and take that back.

Each act is kept with who did it, when and why. A promoted or joined line stands in the incident's record as facts of
its own; everything that comes into the line later is told there too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotwash.ledger.rule import NotAllowed, need
from hotwash.response.desk import Desk, NotFound, Person
from hotwash.response.request import BadRequest
from hotwash.web.inbox import telling
from hotwash.web.inbox.alone import alone
from hotwash.web.tables.models import SignalGroup, Triage, TriageRow

SNOOZE_MAX = timedelta(days=90)
AT_ONCE_MAX = 200
REASON_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Triaging:
    """Who triages, at which desk."""

    desk: Desk
    by: Person

    def promote(self, line: int, *, title: str = "", begin_harm: bool = True, **words: Any) -> str:
        """Declare an incident from a line, with its signals; the incident's id.

        :param begin_harm: also say that harm began at the earliest data time, as a first estimate with its source
        :raises NotPermitted, BadRequest, NotAllowed, NotFound: with a sentence each; nothing is done then
        """
        with alone():
            group = self._open_line(line)
            outside = group.sender in telling.OUTSIDE
            declared = self.desk.declare(
                by=self.by,
                title=title.strip() or group.title,
                system=group.system or None,
                detector="outside" if outside else "inside",
                **words,
            )
            self._hand_on(group, Triage.PROMOTED, declared.id)
            if begin_harm and group.first_data_at is not None and group.first_data_at <= self.desk.clock():
                self.desk.record(
                    declared.id,
                    "begin-harm",
                    by=self.by,
                    at=group.first_data_at,
                    source=f"The time of the data that the first signal of {group.sender} speaks of. An estimate.",
                )
        return declared.id

    def join(self, lines: Sequence[int], incident: str) -> list[SignalGroup]:
        """Link lines to an incident that exists. Raises as `promote`."""
        with alone():
            groups = [self._open_line(line) for line in _few(lines)]
            for group in groups:
                self._hand_on(group, Triage.JOINED, incident)
        return groups

    def snooze(self, lines: Sequence[int], until: datetime, *, reason: str = "") -> list[SignalGroup]:
        """Let lines sleep; they wake when something graver comes. Raises as `promote`."""
        now = self.desk.clock()
        if until.tzinfo is None:
            raise BadRequest("until", "has no time zone: write it as 2026-03-03T09:02:00+01:00.")
        if not now < until <= now + SNOOZE_MAX:
            raise BadRequest("until", f"lies ahead, and at most {SNOOZE_MAX.days} days.")
        with alone():
            groups = [self._waiting(line) for line in _few(lines)]
            for group in groups:
                self._set(group, Triage.SNOOZED, reason=reason, until=until)
        return groups

    def dismiss(self, lines: Sequence[int], reason: str) -> list[SignalGroup]:
        """Say why lines need nobody. Raises as `promote`."""
        why = need(reason, "The reason")
        with alone():
            groups = [self._open_line(line) for line in _few(lines)]
            if any(group.state == Triage.DISMISSED for group in groups):
                raise NotAllowed("One of these lines was dismissed already.")
            for group in groups:
                self._set(group, Triage.DISMISSED, reason=why)
        return groups

    def undo(self, line: int) -> SignalGroup:
        """Take a snooze or a dismissal back. Raises as `promote`."""
        with alone():
            group = _locked(line)
            if group.state not in (Triage.SNOOZED, Triage.DISMISSED):
                raise NotAllowed("Only what was snoozed or dismissed can be taken back.")
            if not group.live and SignalGroup.objects.filter(place=group.place, live=True).exists():
                raise NotAllowed("A newer line of the same trouble is there already: look at that one.")
            group.live = True
            self._set(group, Triage.WAITING, act="undo")
        return group

    def _hand_on(self, group: SignalGroup, state: str, incident: str) -> None:
        self._set(group, state, incident=incident)
        group.told = group.told_firing = 0
        group.told_at = None
        telling.tell(self.desk, group, by=self.by)

    def _set(
        self,
        group: SignalGroup,
        state: str,
        *,
        reason: str = "",
        incident: str = "",
        until: datetime | None = None,
        act: str = "",
    ) -> None:
        if len(reason) > REASON_MAX or "\x00" in reason:
            raise BadRequest("reason", f"is at most {REASON_MAX:,} characters of text.")
        now = self.desk.clock()
        group.state, group.reason, group.incident, group.snoozed_until = state, reason.strip(), incident, until
        group.by, group.decided_at, group.decided_rank = self.by.name, now, group.rank
        group.save(update_fields=_DECIDED)
        TriageRow.objects.create(
            group=group, at=now, by=self.by.name, act=act or state, reason=group.reason, incident=incident, until=until
        )

    def _waiting(self, line: int) -> SignalGroup:
        group = self._open_line(line)
        if group.state not in (Triage.WAITING, Triage.SNOOZED):
            raise NotAllowed(f"“{group.title}” does not wait for triage.")
        return group

    def _open_line(self, line: int) -> SignalGroup:
        group = _locked(line)
        if group.state in (Triage.PROMOTED, Triage.JOINED):
            raise NotAllowed(f"“{group.title}” went to {group.incident} already.")
        return group


_DECIDED = [
    "live",
    "state",
    "reason",
    "incident",
    "snoozed_until",
    "by",
    "decided_at",
    "decided_rank",
]


def _locked(line: int) -> SignalGroup:
    group = SignalGroup.objects.filter(pk=line).first()
    if group is None:
        raise NotFound(f"There is no line {line} in the inbox.")
    return group


def _few(lines: Sequence[int]) -> list[int]:
    chosen = sorted(set(lines))
    if not 0 < len(chosen) <= AT_ONCE_MAX:
        raise BadRequest("lines", f"name 1 to {AT_ONCE_MAX} lines of the inbox.")
    return chosen
