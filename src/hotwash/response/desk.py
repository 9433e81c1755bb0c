"""The desk: the one door through which anything enters a record.

Pages, API, CLI, drills and connectors all call `Desk.record` (or `declare`, `register`, `keep`, `redact`, which end
there). So an access check, a length limit or an audit question has one place.

Invariants:

- Nothing is written without a person with the right role, a rule that allowed it, and a time from the desk's clock.
- A rule sees the state that its events will follow. If somebody else writes in between, the rule is asked again.
- The index row is written in the same transaction as the entries, by the same call.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from hotwash.incident import rules as incident_rules
from hotwash.incident import state as incident_state
from hotwash.incident.events import CATALOGUE as INCIDENT_EVENTS
from hotwash.incident.events.evidence import VIEWS, EvidenceViewed, digests_in
from hotwash.incident.rules.gates import COMPUTED as LEFT
from hotwash.incident.rules.linking import TWO_SIDED
from hotwash.incident.rules.past import Past, facts_of
from hotwash.incident.rules.retention import COMPUTED as ERASING
from hotwash.incident.state import Incident
from hotwash.knowledge.access import may
from hotwash.ledger.entry import Conflict, Draft, Entry
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.ledger.store import Store, Vault
from hotwash.response.lately import Lately
from hotwash.response.records import CUSTODY, INCIDENT, ORGANISATION, SYSTEM, Index, NotFound, Recorded, Records
from hotwash.response.request import BadRequest, fit
from hotwash.systems import organisation as organisation_state
from hotwash.systems import rules as system_rules
from hotwash.systems import rules_organisation as organisation_rules
from hotwash.systems import state as system_state
from hotwash.systems.events import CATALOGUE as SYSTEM_EVENTS
from hotwash.systems.organisation import Organisation
from hotwash.systems.rules_gates import COMPUTED
from hotwash.systems.state import System

__all__ = [
    "CUSTODY",
    "INCIDENT",
    "ORGANISATION",
    "SYSTEM",
    "TRIES",
    "Desk",
    "Index",
    "NotFound",
    "NotPermitted",
    "Person",
    "Recorded",
    "refusals",
    "utc_now",
]

ELSEWHERE = (
    dict.fromkeys(TWO_SIDED, "linking")
    | dict.fromkeys(LEFT | COMPUTED, "kept_gates")
    | dict.fromkeys(ERASING, "retention")
)
"""Verbs that need more than a rule, and the module through which they are said."""
TRIES = 8
"""How often a rule is asked again when somebody else wrote first."""

Allowed = Callable[[Any, Asked], list[Any]]


class NotPermitted(Exception):
    """The person's role may not do this. The sentence says who may."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: an account's name with its role, or a program with the role ``service``."""

    name: str
    role: str


def utc_now() -> datetime:
    """The clock of a desk, unless it is given another."""
    return datetime.now(UTC)


class Desk(Records):
    """The door to the records.

    :param store: where records are kept
    :param vault: where bytes are kept
    :param index: what is kept beside the records, if anything
    :param clock: what time it is
    :param together: within which what is written to several records is kept whole or not at all
    """

    def __init__(
        self, store: Store, vault: Vault, *, index: Index | None = None, clock: Callable[[], datetime] = utc_now,
        together: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:  # fmt: skip
        super().__init__(store, vault)
        self.index, self.clock, self.together = index, clock, together
        self._lately = Lately()

    def declare(self, *, by: Person, at: datetime | None = None, **request: Any) -> Recorded:
        """Declare an incident under the next free number.

        :raises BadRequest, NotPermitted, NotAllowed: with a sentence each; nothing is recorded then
        """
        prefix = f"INC-{self.clock().year}-"
        last = self.store.newest(INCIDENT + prefix)
        number = int(last.rsplit("-", 1)[1]) if last else 0
        for _ in range(TRIES * 8):
            number += 1
            try:
                return self.record(f"{prefix}{number:04d}", "declare", by=by, at=at, expected=0, **request)
            except Conflict:
                continue
        raise Conflict(INCIDENT + prefix, 0, number)

    def take_in_past(self, incidents: Sequence[Past], *, by: Person) -> list[Recorded]:
        """Record incidents that are over, each under the next free number in one append; all of them or none.

        :raises NotPermitted, NotAllowed: with a sentence; nothing is recorded then
        :raises Conflict: if others declare faster than numbers can be found
        """
        self.permit(by, "import")
        now = self.clock()
        told = [facts_of(past, now=now) for past in incidents]
        prefix = f"INC-{now.year}-"
        put = self.index.put_incident if self.index else None
        recorded: list[Recorded] = []
        with self.together():
            last = self.store.newest(INCIDENT + prefix)
            number = int(last.rsplit("-", 1)[1]) if last else 0
            for facts in told:
                number += 1
                state = Incident(f"{prefix}{number:04d}")
                drafts = [
                    INCIDENT_EVENTS.draft(event, by=by.name, occurred_at=at, recorded_at=now) for at, event in facts
                ]

                def alongside(entries: Sequence[Entry], state: Incident = state) -> None:
                    for entry in entries:
                        incident_state.fold(state, INCIDENT_EVENTS.fact(entry))
                    if put is not None:
                        put(state, entries)

                entries = self.store.append(INCIDENT + state.id, drafts, expected=0, alongside=alongside)
                recorded.append(Recorded(state.id, entries, state))
        return recorded

    def register(self, *, by: Person, name: str, slug: str | None = None, **request: Any) -> Recorded:
        """Register an AI system. Its short name is made from its name unless one is given.

        :raises BadRequest, NotPermitted, NotAllowed: with a sentence each
        """
        plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
        short = slug or re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", short):
            raise BadRequest("slug", "use lower-case letters, digits and hyphens, at most 60.")
        return self.record_system(short, "register", by=by, name=name, **request)

    def record(
        self,
        incident_id: str,
        verb: str,
        *,
        by: Person,
        at: datetime | None = None,
        expected: int | None = None,
        **request: Any,
    ) -> Recorded:
        """Ask a rule about an incident and record what it says.

        :param at: when it happened, with zone; now if not given
        :param expected: the number of the last entry that the writer saw; None to be asked again about newer states
        :raises NotPermitted: if the person's role may not
        :raises BadRequest: if the request does not fit the verb
        :raises NotAllowed: if the rule says no
        :raises NotFound: if there is no such incident
        :raises Conflict: if ``expected`` was given and somebody else wrote first
        """
        rule = incident_rules.VERBS.get(verb)
        if rule is None:
            raise BadRequest("verb", f"there is no verb `{verb}` for incidents.")
        if verb in ELSEWHERE:
            raise BadRequest("verb", f"`{verb}` is said through `response.{ELSEWHERE[verb]}`.")
        self.permit(by, verb)
        words = fit(rule, request)

        def allowed(state: Incident, asked: Asked) -> list[Any]:
            if not state.number and verb != "declare":
                raise NotFound(f"There is no incident {incident_id}.")
            return incident_rules.allow(state, verb, asked, **words)

        return self._write_incident(incident_id, allowed, by=by, at=at, expected=expected)

    def record_system(
        self,
        slug: str,
        verb: str,
        *,
        by: Person,
        at: datetime | None = None,
        expected: int | None = None,
        **request: Any,
    ) -> Recorded:
        """Ask a rule about an AI system and record what it says. Raises as `record` does."""
        rule = system_rules.VERBS.get(verb)
        if rule is None:
            raise BadRequest("verb", f"there is no verb `{verb}` for AI systems.")
        if verb in ELSEWHERE:
            raise BadRequest("verb", f"`{verb}` is said through `response.{ELSEWHERE[verb]}`.")
        self.permit(by, verb)
        words = fit(rule, request)

        def allowed(state: System, asked: Asked) -> list[Any]:
            return system_rules.allow(state, verb, asked, **words)

        return self._write_system(slug, allowed, by=by, at=at, expected=expected)

    def step(
        self,
        incident_id: str,
        step: str,
        *,
        by: Person,
        right: str | None = None,
        at: datetime | None = None,
        expected: int | None = None,
        **request: Any,
    ) -> Recorded:
        """Record a step of an incident that no person says: see `incident.rules.switch`. Raises as `record` does.

        :param right: the verb that the person must be allowed; None for what follows from something permitted
        """
        if right is not None:
            self.permit(by, right)
        words = fit(incident_rules.STEPS[step], request)

        def allowed(state: Incident, asked: Asked) -> list[Any]:
            if not state.number:
                raise NotFound(f"There is no incident {incident_id}.")
            return incident_rules.take(state, step, asked, **words)

        return self._write_incident(incident_id, allowed, by=by, at=at, expected=expected)

    def step_system(self, slug: str, step: str, *, by: Person, at: datetime | None = None, **request: Any) -> Recorded:
        """Record a step of an AI system that no person says, and that follows from something permitted."""
        words = fit(system_rules.STEPS[step], request)

        def allowed(state: System, asked: Asked) -> list[Any]:
            return system_rules.take(state, step, asked, **words)

        return self._write_system(slug, allowed, by=by, at=at, expected=None)

    def record_organisation(
        self, verb: str, *, by: Person, at: datetime | None = None, expected: int | None = None, **request: Any
    ) -> Recorded:
        """Ask a rule about the organisation itself and record what it says. Raises as `record` does."""
        rule = organisation_rules.VERBS.get(verb)
        if rule is None:
            raise BadRequest("verb", f"there is no verb `{verb}` for the organisation.")
        self.permit(by, verb)
        words = fit(rule, request)

        def allowed(state: Organisation, asked: Asked) -> list[Any]:
            return list(rule(state, asked, **words))

        return self._write(
            ORGANISATION,
            new=Organisation,
            catalogue=organisation_state.CATALOGUE,
            fold=organisation_state.fold,
            put=self.index.put_organisation if self.index else None,
            allowed=allowed,
            by=by,
            at=at,
            expected=expected,
        )

    def keep(
        self,
        incident_id: str,
        data: bytes,
        *,
        by: Person,
        name: str,
        media_type: str = "application/octet-stream",
        at: datetime | None = None,
        expected: int | None = None,
        source: str = "",
        note: str = "",
    ) -> Recorded:
        """Put bytes into the vault and record them as evidence. Raises as `record` does."""
        self.permit(by, "add-evidence")
        self.incident(incident_id)
        digest = self.vault.put(data)
        return self.record(
            incident_id,
            "add-evidence",
            by=by,
            at=at,
            expected=expected,
            name=name,
            digest=digest,
            size=len(data),
            media_type=media_type,
            source=source,
            note=note,
        )

    def redact(self, incident_id: str, *, by: Person, entry: int, reason: str, expected: int | None = None) -> Recorded:
        """Erase the words of one entry, and the bytes in the vault that it alone names; say so in the record.

        The note of the erasure is written first: a crash in between leaves a note that can be acted on again, never
        an erasure that nobody can explain.
        """
        stream = INCIDENT + incident_id
        recorded = self.record(incident_id, "redact", by=by, entry=entry, reason=reason, expected=expected)
        erased = self.store.read(stream, after=entry - 1)[0]
        for _, digest in digests_in(erased.kind, erased.body):
            if not self._named_elsewhere(digest, stream, entry):
                self.vault.erase(digest)
        self.store.redact(stream, entry)
        return recorded

    def _named_elsewhere(self, digest: str, stream: str, number: int) -> bool:
        """Whether another entry of any record names these bytes: the vault keeps the same bytes only once."""
        return any(
            digest == named
            for name in self.store.streams()
            for entry in self.store.read(name)
            if (name, entry.number) != (stream, number)
            for _, named in digests_in(entry.kind, entry.body)
        )

    def witness(self, incident_id: str, view: EvidenceViewed, *, by: Person) -> None:
        """Write down that somebody was given the bytes of evidence. The incident's own record stays as it is.

        Whether they may have them was asked before: so also a person who only reads leaves a trace.
        """
        now, stream = self.clock(), CUSTODY + incident_id
        draft = VIEWS.draft(view, by=by.name, occurred_at=now, recorded_at=now)
        for _ in range(TRIES):
            try:
                self.store.append(stream, [draft], expected=self.store.head(stream).number)
            except Conflict:
                continue
            return
        raise NotAllowed("Many people look at once: try again in a moment.")

    def permit(self, by: Person, verb: str) -> None:
        """Hold a verb against the one table of who may do what.

        :raises NotPermitted: if the person's role may not
        """
        if not may(by.role, verb):
            raise NotPermitted(f"{by.name} is {by.role}, and that role may not `{verb}`.")

    def _write_incident(self, incident_id: str, allowed: Allowed, **how: Any) -> Recorded:
        put = self.index.put_incident if self.index else None
        new = partial(Incident, incident_id)
        stream = INCIDENT + incident_id
        fold = incident_state.fold
        return self._write(stream, new=new, catalogue=INCIDENT_EVENTS, fold=fold, put=put, allowed=allowed, **how)

    def _write_system(self, slug: str, allowed: Allowed, **how: Any) -> Recorded:
        put = self.index.put_system if self.index else None
        new = partial(System, slug)
        fold = system_state.fold
        return self._write(SYSTEM + slug, new=new, catalogue=SYSTEM_EVENTS, fold=fold, put=put, allowed=allowed, **how)

    def _write(
        self,
        stream: str,
        *,
        new: Callable[[], Any],
        catalogue: Any,
        fold: Callable[[Any, Any], None],
        put: Callable[[Any, Sequence[Entry]], None] | None,
        allowed: Allowed,
        by: Person,
        at: datetime | None,
        expected: int | None,
    ) -> Recorded:
        if at is not None and at.tzinfo is None:
            raise BadRequest("at", "has no time zone: write it as 2026-03-03T09:02:00+01:00.")
        for _ in range(TRIES):
            state = self._folded(stream, new, catalogue, fold)
            if expected is not None and state.number != expected:
                raise Conflict(stream, expected, state.number)
            now = self.clock()
            events = allowed(state, Asked(by.name, at or now, now))
            drafts: list[Draft] = [
                catalogue.draft(event, by=by.name, occurred_at=at or now, recorded_at=now) for event in events
            ]

            def alongside(entries: Sequence[Entry], state: Any = state) -> None:
                for entry in entries:
                    fold(state, catalogue.fact(entry))
                if put is not None:
                    put(state, entries)

            try:
                entries = self.store.append(stream, drafts, expected=state.number, alongside=alongside)
            except Conflict:
                if expected is not None:
                    raise
                continue
            if entries and isinstance(state, Incident):
                self._lately.keep(stream, state, entries[-1])
            return Recorded(stream.split("/", 1)[1], entries, state)
        raise NotAllowed("Many people write here at once: try again in a moment.")

    def _folded(self, stream: str, new: Callable[[], Any], catalogue: Any, fold: Callable[[Any, Any], None]) -> Any:
        """The state of a record as it stands: what was kept lately with what came since, or everything anew."""
        number = self._lately.number(stream)
        entries = self.store.read(stream, after=max(0, number - 1))
        state = self._lately.take(stream, entries) if number else None
        if state is not None:
            entries = entries[1:]
        else:
            state, entries = new(), self.store.read(stream) if number > 1 else entries
        for entry in entries:
            fold(state, catalogue.fact(entry))
        return state


def refusals() -> tuple[type[Exception], ...]:
    """What the desk says no with. Each carries a sentence for the person; none is a fault of the program."""
    return (NotAllowed, NotPermitted, NotFound, BadRequest, Conflict)
