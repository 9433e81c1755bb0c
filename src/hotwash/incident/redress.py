"""What one person is owed, how it stands, and what may be done next. Pure: no clock, no disk.

A register holds one `Owed` for each person and remedy. People are known by keys; who they are is not said here. Every
change is a `Change`, which holds only what changes; a register is the fold of its batches of changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

import msgspec

from hotwash.incident.events.redress import PeopleCount
from hotwash.ledger.rule import NotAllowed

RemedyKind = Literal["re-decide", "notify", "correct", "compensate", "delete", "apologise"]
State = Literal["owed", "assigned", "in-work", "done", "refused", "unreachable", "waived", "reopened"]
PersonState = Literal["waiting", "unreachable", "refused", "waived", "whole"]
Act = Literal["assign", "start", "done", "refused", "unreachable", "waive", "reopen", "amend"]

REMEDIES: tuple[RemedyKind, ...] = RemedyKind.__args__  # type: ignore[attr-defined]
STATES: tuple[State, ...] = State.__args__  # type: ignore[attr-defined]
PERSON_STATES: tuple[PersonState, ...] = PersonState.__args__  # type: ignore[attr-defined]
ACTS: tuple[Act, ...] = Act.__args__  # type: ignore[attr-defined]
OPEN: frozenset[str] = frozenset({"owed", "assigned", "in-work", "reopened"})
"""Where something is still owed."""

UNITS = 10_000
"""Amounts are whole numbers of ten-thousandths, so that sums are exact in every currency."""

_LEADS_TO: dict[str, State] = {
    "assign": "assigned",
    "start": "in-work",
    "done": "done",
    "refused": "refused",
    "unreachable": "unreachable",
    "waive": "waived",
    "reopen": "reopened",
}
_WITHIN: dict[str, frozenset[str]] = {
    "assign": OPEN,
    "start": OPEN - {"in-work"},
    "done": OPEN | {"unreachable"},
    "refused": OPEN | {"unreachable"},
    "unreachable": OPEN,
    "waive": OPEN | {"unreachable"},
    "reopen": frozenset(STATES) - OPEN,
    "amend": frozenset(STATES),
}
_NEEDS: dict[str, tuple[str, str]] = {
    "assign": ("owner", "name who sees to it"),
    "done": ("proof", "name what shows that it was done"),
    "unreachable": ("reason", "say how it was tried"),
    "waive": ("reason", "sign why nothing is done"),
    "reopen": ("reason", "say why"),
}


class Stale(NotAllowed):
    """A result is older than what is known by now."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changes of one remedy of one person. None leaves a field as it is; an empty text clears it.

    ``before`` says where the change before this one is: the entry of the register and the place of its piece.
    """

    person: str
    remedy: str
    state: str | None = None
    owner: str | None = None
    due: str | None = None
    harm: str | None = None
    group: str | None = None
    language: str | None = None
    amount: int | None = None
    currency: str | None = None
    proof: str | None = None
    reason: str | None = None
    fields: dict[str, str] | None = None
    before: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One remedy that one person is owed.

    :param since: since when it is owed; anew where it was reopened
    :param version: how often it was changed, so that an answer to an old list can be told
    :param batch: the entry of the register, and ``piece`` the place in it, where it was changed last
    """

    person: str
    remedy: str
    state: State
    since: datetime
    changed_at: datetime
    changed_by: str
    version: int = 1
    batch: int = 0
    piece: int = 0
    owner: str = ""
    due: date | None = None
    harm: str = ""
    group: str = ""
    language: str = ""
    amount: int = 0
    currency: str = ""
    proof: str = ""
    reason: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants done to one remedy of one person.

    :param version: what the list said on which this rests, if it came from one
    :param at: when it happened, if the line says so
    """

    person: str
    remedy: str
    act: Act
    owner: str = ""
    proof: str = ""
    reason: str = ""
    version: int | None = None
    at: datetime | None = None
    due: date | None = None
    amount: int | None = None
    currency: str = ""
    language: str = ""


def applied(before: Owed | None, change: Change, *, at: datetime, by: str, batch: int, piece: int) -> Owed:
    """What stands after a change."""
    told: dict[str, object] = {
        name: value
        for name in ("state", "owner", "harm", "group", "language", "amount", "currency", "proof", "reason", "fields")
        if (value := getattr(change, name)) is not None
    }
    if change.due is not None:
        told["due"] = date.fromisoformat(change.due) if change.due else None
    if before is None:
        return Owed(
            **{"person": change.person, "remedy": change.remedy, "state": "owed", **told},  # type: ignore[arg-type]
            since=at, changed_at=at, changed_by=by, batch=batch, piece=piece,
        )  # fmt: skip
    if change.state == "reopened":
        told["since"] = at
    told |= {"changed_at": at, "changed_by": by, "batch": batch, "piece": piece, "version": before.version + 1}
    return replace(before, **told)  # type: ignore[arg-type]


def added(line: Change, before: Owed | None) -> Change | None:
    """The change that takes a person and a remedy into the register; None if it holds just that already.

    :raises NotAllowed: if it holds the same remedy with other words
    """
    if before is None:
        return line
    if _told_again(line, before):
        return None
    raise NotAllowed("the register holds this remedy of this person with other words: amend it instead.")


def _told_again(line: Change, before: Owed) -> bool:
    """Whether a line says nothing that the register did not hold when it was taken in, or holds now."""
    due = before.due.isoformat() if before.due else ""
    held = {"harm": before.harm, "group": before.group, "amount": before.amount, "fields": dict(before.fields)}
    return all(getattr(line, name) in (None, value) for name, value in held.items()) and line.due in (None, due)


def changed(wanted: Wanted, before: Owed | None) -> Change | None:
    """The change that somebody's word makes; None if it says what is known already.

    :raises NotAllowed: if it cannot be done to this remedy as it stands
    :raises Stale: if it rests on an older state than the one that is known
    """
    if before is None:
        raise NotAllowed("the register does not hold this remedy for this person.")
    if wanted.act == "amend":
        return _amended(wanted, before)
    state = _LEADS_TO[wanted.act]
    needed = _NEEDS.get(wanted.act)
    if needed and not getattr(wanted, needed[0]).strip():
        raise NotAllowed(f"{needed[0]} is empty: {needed[1]}.")
    if before.state == state and _same_words(wanted, before):
        return None
    _check_fresh(wanted, before)
    if before.state not in _WITHIN[wanted.act]:
        raise NotAllowed(f"it is {told(before.state)}, and this is possible only while it is {_listed(wanted.act)}.")
    return Change(
        before.person,
        before.remedy,
        state,
        owner=wanted.owner.strip() or None,
        # A reopened remedy keeps no old proof: what was shown did not hold.
        proof="" if wanted.act == "reopen" else wanted.proof.strip() or None,
        reason=wanted.reason.strip() if wanted.reason.strip() or before.reason else None,
        before=(before.batch, before.piece),
    )


def _check_fresh(wanted: Wanted, before: Owed) -> None:
    known = f"{before.changed_by} recorded “{told(before.state)}” on {before.changed_at:%Y-%m-%d %H:%M} UTC"
    if wanted.version is not None and wanted.version < before.version:
        raise Stale(f"this rests on version {wanted.version} of the list, and since then {known}.")
    if wanted.version is not None and wanted.version > before.version:
        raise NotAllowed(f"it names version {wanted.version}, and there are only {before.version}.")
    if wanted.version is None and wanted.at is not None and wanted.at < before.changed_at and before.version > 1:
        raise Stale(f"it happened on {wanted.at:%Y-%m-%d %H:%M}, and after that {known}.")


def _same_words(wanted: Wanted, before: Owed) -> bool:
    return all(
        not (word := getattr(wanted, name).strip()) or word == getattr(before, name)
        for name in ("owner", "proof", "reason")
    )


def _amended(wanted: Wanted, before: Owed) -> Change | None:
    new: dict[str, object] = {}
    if wanted.due is not None and wanted.due != before.due:
        new["due"] = wanted.due.isoformat()
    if wanted.amount is not None and wanted.amount != before.amount:
        new["amount"] = wanted.amount
    for name in ("currency", "language"):
        if (word := getattr(wanted, name).strip()) and word != getattr(before, name):
            new[name] = word
    if not new:
        return None
    _check_fresh(wanted, before)
    if not wanted.reason.strip():
        raise NotAllowed("reason is empty: say why it is amended.")
    reason, place = wanted.reason.strip(), (before.batch, before.piece)
    return Change(before.person, before.remedy, reason=reason, before=place, **new)  # type: ignore[arg-type]


def told(state: str) -> str:
    """A state in words."""
    return _TOLD.get(state, state)


_TOLD = {"in-work": "in work", "refused": "not wanted by the person", "unreachable": "not reachable"}


def _listed(act: str) -> str:
    words = [told(state) for state in STATES if state in _WITHIN[act]]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def stands(remedies: Iterable[Owed]) -> PersonState:
    """Where a person stands: by the remedy of theirs that stands worst."""
    states = {one.state for one in remedies}
    if states & OPEN:
        return "waiting"
    for state in ("unreachable", "refused", "waived"):
        if state in states:
            return state
    return "whole"


def counted(people: Mapping[PersonState, int]) -> PeopleCount:
    """The count of people from how many stand where."""
    return PeopleCount(
        sum(people.values()),
        people.get("whole", 0),
        people.get("waiting", 0),
        people.get("unreachable", 0),
        people.get("refused", 0),
        people.get("waived", 0),
    )
