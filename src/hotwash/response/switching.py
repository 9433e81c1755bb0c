"""Switches: contain, change, release. One order at a time, each a fact before anything is touched.

The order in which things happen, and what a crash in between leaves:

1. The incident's record says what was ordered, by whom and why. Nothing is touched yet.
2. The system's record says that the order stands. That is what serving processes are told.
3. The board is set, and read back. Only then the incident's record says that the order was carried out; else it says
   what was done and what was not.
4. Serving processes confirm. The incident's record says how many did, and which did not answer.

An order that is not carried out yet stays open, is shown, and `Switching.settle` goes on with it where it stopped.
Orders of several incidents for one switch stand side by side, and the strictest that fits a decision counts, so that a
later containment never loosens an earlier one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotwash.incident.containments import switch_of
from hotwash.incident.events import ReleaseOrdered
from hotwash.incident.state import Containment, Incident
from hotwash.ledger.entry import Entry
from hotwash.ledger.rule import NotAllowed
from hotwash.response.cohorts import rule_of
from hotwash.response.confirming import Confirming, Foreseeing
from hotwash.response.desk import INCIDENT, Desk, NotFound, NotPermitted, Person
from hotwash.response.orders import CONFIRMED_WITHIN_S, Boards, Orders
from hotwash.response.standing import Standing, settings_of, standing_of
from hotwash.systems.events import SwitchSet
from hotwash.systems.state import Ordered, Switch, System

Share = float | tuple[str, float]
"""A share of traffic by chance, or by an attribute: ``("applicant", 0.5)``."""


@dataclass(frozen=True, slots=True)
class Switched:
    """What came of a request.

    :param containment: its number in the incident
    :param applied: whether what was asked for stands, read back
    :param driven: whether Hotwash sets this switch; else it rests on the word of the person
    :param proposed: whether it waits for a second person
    :param sentence: what was and what was not done
    :param entries: what the incident's record says of it
    """

    incident: str
    containment: int
    switch: str
    state: str
    applied: bool
    driven: bool
    proposed: bool
    sentence: str
    entries: Sequence[Entry]
    after: Incident


class Changed(NotAllowed):
    """Somebody else set the switch after this person looked at it. The sentence says who and how it stands now."""


class Switching:
    """Sets switches through their boards. Every call says no with a sentence before anything is touched, or not at all.

    :param boards: each board by its word, such as ``guard``
    """

    def __init__(self, desk: Desk, boards: Boards) -> None:
        self.desk, self.orders = desk, Orders(desk, boards)

    def contain(
        self,
        incident_id: str,
        *,
        switch: str,
        state: str,
        by: Person,
        reason: str = "",
        cohort: str = "",
        share: Share | None = None,
        until: datetime | None = None,
        recheck_at: datetime | None = None,
        hold: tuple[int, ...] = (),
        unheld_because: str = "",
        undo: str = "",
        complete: bool | None = None,
        at: datetime | None = None,
        expected: int | None = None,
        seen: int | None = None,
    ) -> Switched:
        """Set a switch. One that Hotwash does not drive is recorded on the person's word.

        :param expected: the last entry of the incident that the person saw
        :param seen: the last change of the switch that the person saw (`Standing.changed`)
        :raises NotPermitted, NotAllowed, BadRequest, NotFound, Conflict: with a sentence each
        :raises Changed: if somebody else changed the switch since ``seen``
        """
        self.desk.permit(by, "contain")
        words: dict[str, Any] = {"switch": switch, "state": state, "reason": reason, "cohort": cohort, "undo": undo}
        words |= {"complete": complete, "hold": hold, "unheld_because": unheld_because}
        found = self.orders.find(switch.strip())
        why = f"Hotwash sets no switch {switch[:80]}" if found is None else self._unfollowed(found[1])
        if found is None or why:
            if share is not None or until is not None or recheck_at is not None:
                raise NotAllowed(f"{why}: it can hold no share of traffic and no time.")
            recorded = self.desk.record(incident_id, "contain", by=by, at=at, expected=expected, **words)
            sentence = f"Recorded on your word. {why}, so Hotwash has switched nothing."
            number = recorded.entries[0].number
            return self._done(incident_id, number, number, sentence, state=state, switch=switch)
        system, known = found
        self._may_set(incident_id, known, by)
        _as_seen(known, seen)
        of, part = _parted(share)
        reach: dict[str, Any] = {"share": part, "share_of": of, "until": until, "recheck_at": recheck_at}
        self._able(system, known, state=state, cohort=cohort, **reach)
        words |= {"switch": known.name, "undo": undo.strip() or undo_of(known, state), **reach}
        ordered = self.desk.step(
            incident_id, "order-containment", by=by, right="contain", at=at, expected=expected, **words
        )
        return self._carried_out(incident_id, ordered.entries[0].number)

    def adjust(
        self,
        incident_id: str,
        *,
        containment: int,
        by: Person,
        reason: str,
        share: Share | None = None,
        cohort: str | None = None,
        until: datetime | None = None,
        recheck_at: datetime | None = None,
        approver: Person | None = None,
        expected: int | None = None,
    ) -> Switched:
        """Change for whom a containment holds; what is left out stays. A smaller share lies within the larger one.

        To let more people be decided about again needs what a release needs, a second person included.

        :raises NotPermitted, NotAllowed, BadRequest, NotFound, Conflict: with a sentence each
        """
        known = self._known(incident_id, containment)
        system, switch = self._driven(known)
        self._may_set(incident_id, switch, by)
        of, part = _parted(share)
        now, text = known.reach, known.reach.cohort if cohort is None else cohort.strip()
        wider = text in ("", now.cohort) and (part is None or part >= (1.0 if now.share is None else now.share))
        wider = wider and (until is None or (now.until is not None and until >= now.until))
        right = "contain" if wider else "release"
        self.desk.permit(by, right)
        if not wider and switch.described.release_by_two:
            self._second(by, approver)
        reach: dict[str, Any] = {"share": part, "share_of": of or None, "until": until, "recheck_at": recheck_at}
        stays = {"share": now.share, "share_of": now.share_of, "until": now.until, "recheck_at": now.recheck_at}
        self._able(
            system, switch, state=known.applied.event.state, cohort=text,
            **{name: stays[name] if value is None else value for name, value in reach.items()},
        )  # fmt: skip
        words = {"containment": known.number, "reason": reason, "cohort": cohort, **reach}
        ordered = self.desk.step(incident_id, "change-containment", by=by, right=right, expected=expected, **words)
        return self._carried_out(incident_id, ordered.entries[0].number)

    def release(
        self,
        incident_id: str,
        *,
        containment: int,
        by: Person,
        reason: str,
        approver: Person | None = None,
        at: datetime | None = None,
        expected: int | None = None,
    ) -> Switched:
        """Take a containment back, or an order that was not carried out.

        Where the switch asks for a second person, the first call proposes it, and one of another person carries it out;
        or ``approver`` is that person.

        :raises NotPermitted, NotAllowed, BadRequest, NotFound, Conflict: with a sentence each
        """
        self.desk.permit(by, "release")
        incident = self.desk.incident(incident_id)
        known = incident.containment(containment)
        words: dict[str, Any] = {"containment": containment, "reason": reason}
        if not known.driven if known else containment not in incident.orders:
            recorded = self.desk.record(incident_id, "release", by=by, at=at, expected=expected, **words)
            sentence = "Recorded on your word: Hotwash does not set this switch."
            return self._done(incident_id, containment, recorded.entries[0].number, sentence, state="serve")
        second = approver.name if approver else ""
        if known is not None:
            words["containment"] = known.number
            _, switch = self._driven(known)
            self._may_set(incident_id, switch, by)
            if switch.described.release_by_two and known.in_force:
                if approver is None and known.proposed is None:
                    step = self.desk.step(
                        incident_id, "propose-release", by=by, right="release", expected=expected, **words
                    )
                    sentence = f"Proposed. {switch.name} stays as it is until a second person releases it too."
                    first = step.entries[0].number
                    return self._done(
                        incident_id, known.number, first, sentence, state=known.applied.event.state, applied=False,
                        driven=True, proposed=True,
                    )  # fmt: skip
                if approver is None and known.proposed is not None:
                    if known.proposed.by == by.name:
                        raise NotAllowed("You proposed this release; it needs a second person to carry it out.")
                    second = known.proposed.by
                else:
                    self._second(by, approver)
        words["approver"] = second
        ordered = self.desk.step(
            incident_id, "order-release", by=by, right="release", at=at, expected=expected, **words
        )
        return self._carried_out(incident_id, ordered.entries[0].number)

    def standing(self, switch: str) -> Standing:
        """What is in force: the orders with who, when and why, whether each was read back, and who confirmed.

        :raises NotFound: if there is no such switch
        """
        found = self.orders.find(switch)
        if found is None:
            raise NotFound(f"There is no switch {switch[:80]}.")
        system, known = found
        return standing_of(self.desk, system, known, self.orders.boards.get(known.described.board))

    def settle(self, incident_id: str, *, within_s: float = CONFIRMED_WITHIN_S) -> list[str]:
        """Go on with every open order of an incident, and state what is over and who confirmed; in sentences."""
        told: list[str] = []
        incident, now = self.desk.incident(incident_id), self.desk.clock()
        for order in incident.open_orders:
            _, sentence = self.orders.carry_out(incident_id, order.said.entry)
            told.append(f"{incident_id}, order {order.said.entry}: {sentence}")
        for known in incident.in_force:
            if known.reach.until is not None and known.reach.until <= now:
                told.append(f"{incident_id}, containment {known.number}: {self.orders.expire(incident_id, known)}")
        return told + self.orders.observe(incident_id, within_s=within_s)

    def _carried_out(self, incident_id: str, number: int) -> Switched:
        applied, sentence = self.orders.carry_out(incident_id, number)
        incident = self.desk.incident(incident_id)
        order = incident.orders[number]
        event = order.said.event
        state = "serve" if isinstance(event, ReleaseOrdered) else event.state
        switch = switch_of(order, incident.orders)
        return self._done(
            incident_id, order.containment, number, sentence, state=state, switch=switch, applied=applied, driven=True
        )

    def _done(
        self,
        incident_id: str,
        containment: int,
        first: int,
        sentence: str,
        *,
        state: str,
        switch: str = "",
        applied: bool = True,
        driven: bool = False,
        proposed: bool = False,
    ) -> Switched:
        incident = self.desk.incident(incident_id)
        entries = self.desk.store.read(INCIDENT + incident_id, after=first - 1)
        if not switch and (known := incident.containment(containment)):
            switch = known.applied.event.switch
        return Switched(incident_id, containment, switch, state, applied, driven, proposed, sentence, entries, incident)

    def _known(self, incident_id: str, containment: int) -> Containment:
        known = self.desk.incident(incident_id).containment(containment)
        if known is None:
            raise NotAllowed(f"Entry {containment} is no containment of {incident_id}.")
        return known

    def _driven(self, known: Containment) -> tuple[System, Switch]:
        found = self.orders.find(known.applied.event.switch)
        if not known.driven or found is None:
            raise NotAllowed("This containment was recorded by hand: Hotwash does not set its switch.")
        return found

    def _able(self, system: System, switch: Switch, *, cohort: str, **order: Any) -> None:
        """Hold an order against its board before anything is recorded."""
        board = self.orders.board(switch)
        if not isinstance(board, Foreseeing) or order["state"] == "serve":
            rule_of(cohort)
            return
        event = SwitchSet(switch.name, "new", 0, 0, cohort=cohort, rule=rule_of(cohort), **order)
        new = Ordered(system.number + 1, self.desk.clock(), "", event)
        trial = Switch(switch.described, {**switch.orders, ("new", 0): new})
        if why := board.able(switch.name, settings_of(trial)):
            raise NotAllowed(f"{why} Nothing was done.")

    def _unfollowed(self, switch: Switch) -> str:
        board = self.orders.board(switch)
        if isinstance(board, Confirming) and not board.followed(switch.name):
            return f"No service follows {switch.name} yet"
        return ""

    def _may_set(self, incident_id: str, switch: Switch, by: Person) -> None:
        named = switch.described.may_set
        if not named or by.name in named or by.role in named:
            return
        roster = self.desk.incident(incident_id).roster
        if not any(roster.get(role) == by.name for role in named):
            raise NotPermitted(f"{switch.name} may be set by {', '.join(named)}, and {by.name} is none of them.")

    def _second(self, by: Person, approver: Person | None) -> None:
        if approver is None:
            raise NotAllowed("This switch needs a second person to let people be decided about again: say who agrees.")
        if approver.name == by.name:
            raise NotAllowed(f"{by.name} cannot be the second person too.")
        self.desk.permit(approver, "release")


def undo_of(switch: Switch, state: str) -> str:
    """How a containment is taken back, in words."""
    others = switch.in_turn()
    back = f"“{others[0].event.state}”, as {others[0].event.incident} ordered" if others else "“serve”"
    two = " by two persons" if switch.described.release_by_two else ""
    return f"Release it{two}: {switch.name} goes from “{state}” back to {back}."


def _as_seen(switch: Switch, seen: int | None) -> None:
    if seen is None or switch.changed <= seen:
        return
    newest = max(switch.orders.values(), key=lambda one: one.entry, default=None)
    how = "it serves now"
    if newest is not None:
        how = f"{newest.by} set it to “{newest.event.state}” for {newest.event.incident} at {newest.at:%H:%M:%S} UTC"
    raise Changed(f"{switch.name} was changed after you looked: {how}. Nothing was done; look again, then decide.")


def _parted(share: Share | None) -> tuple[str, float | None]:
    if share is None:
        return "", None
    if isinstance(share, tuple):
        return share[0].strip(), float(share[1])
    return "", float(share)
