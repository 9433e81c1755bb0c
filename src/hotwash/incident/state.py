"""The state of an incident: a fold over its facts. Nothing is typed twice; delete it and fold again."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal

from hotwash.incident.actions import STEPS as ACTION_STEPS
from hotwash.incident.actions import Action
from hotwash.incident.actions import forget as forget_action
from hotwash.incident.causes import STEPS as CAUSE_STEPS
from hotwash.incident.causes import Factor, Why
from hotwash.incident.complaints import STEPS as COMPLAINT_STEPS
from hotwash.incident.containments import STEPS as CONTAINMENT_STEPS
from hotwash.incident.containments import Containment, Order, last_orders
from hotwash.incident.events import (
    Acknowledged,
    ApplicabilityAnswered,
    AwarenessRecorded,
    AwarenessWithdrawn,
    CaseFileExported,
    Closed,
    ComplaintsCounted,
    DecisionMade,
    Declared,
    Detected,
    DissentRecorded,
    EntryRedacted,
    EvidenceAdded,
    EvidenceHandedOver,
    EvidenceHeld,
    EvidenceVerified,
    FindingRecorded,
    GateLeft,
    Happened,
    HarmBegan,
    HarmEstimated,
    IncidentFact,
    IncidentImported,
    LegalHoldLifted,
    LegalHoldPlaced,
    NotConfirmed,
    Noted,
    ObservationAdded,
    QuestionAnswered,
    QuestionRaised,
    RecordErased,
    RecordSealed,
    Remediated,
    RemedyCompleted,
    RemedyOwed,
    Reopened,
    Resolved,
    Retitled,
    RoleAssigned,
    RoleHandedOver,
    SeverityAssessed,
    SignalLinked,
    SignalsCounted,
    Summarised,
)
from hotwash.incident.filings import STEPS as FILING_STEPS
from hotwash.incident.filings import Filing
from hotwash.incident.gates import STEPS as GATE_STEPS
from hotwash.incident.governance import STEPS as GOVERNANCE_STEPS
from hotwash.incident.governance import Cost, Judgement, Proposal
from hotwash.incident.linking import STEPS as LINKING_STEPS
from hotwash.incident.linking import Linkage
from hotwash.incident.messages import STEPS as MESSAGE_STEPS
from hotwash.incident.messages import Message, StatusPage, erase, unreadable
from hotwash.incident.paging import STEPS as PAGING_STEPS
from hotwash.incident.paging import Paging
from hotwash.incident.parts import OpenQuestion, Remedy, Said, Tenure
from hotwash.incident.periods import STEPS as PERIOD_STEPS
from hotwash.incident.periods import Period
from hotwash.incident.postmortem import STEPS as POSTMORTEM_STEPS
from hotwash.incident.postmortem import Postmortem
from hotwash.incident.recoveries import STEPS as RECOVERY_STEPS
from hotwash.incident.recoveries import Recovery, Ungated
from hotwash.incident.registers import STEPS as REGISTER_STEPS
from hotwash.incident.registers import Register
from hotwash.incident.retention import STEPS as RETENTION_STEPS
from hotwash.incident.runs import STEPS as RUN_STEPS
from hotwash.incident.runs import Run
from hotwash.incident.signals import STEPS as SIGNAL_STEPS
from hotwash.incident.trees import STEPS as TREE_STEPS
from hotwash.incident.trees import KeptTree

__all__ = [
    "Action",
    "Containment",
    "Factor",
    "Filing",
    "Incident",
    "Message",
    "OpenQuestion",
    "Order",
    "Register",
    "Remedy",
    "Said",
    "Standing",
    "Tenure",
    "Why",
    "copied",
    "fold",
    "replay",
]

Standing = Literal["undeclared", "open", "resolved", "closed", "not-confirmed", "merged"]


@dataclass(slots=True)
class Incident:
    """What is known of one incident at one moment. ``number`` is the last entry that it rests on."""

    id: str
    number: int = 0
    standing: Standing = "undeclared"
    declared: Said[Declared] | None = None
    title: str = ""
    summary: str = ""
    summaries: list[Said[Summarised]] = field(default_factory=list)
    roster: dict[str, str] = field(default_factory=dict)
    tenures: list[Tenure] = field(default_factory=list)
    assessments: list[Said[SeverityAssessed]] = field(default_factory=list)
    signals: list[Said[SignalLinked]] = field(default_factory=list)
    counted: dict[int, Said[SignalsCounted]] = field(default_factory=dict)
    complaints: dict[int, Said[ComplaintsCounted]] = field(default_factory=dict)
    detections: list[Said[Detected]] = field(default_factory=list)
    acknowledgements: list[Said[Acknowledged]] = field(default_factory=list)
    beginnings: list[Said[HarmBegan]] = field(default_factory=list)
    remediations: list[Said[Remediated]] = field(default_factory=list)
    awareness: list[Said[AwarenessRecorded]] = field(default_factory=list)
    withdrawn_awareness: dict[int, Said[AwarenessWithdrawn]] = field(default_factory=dict)
    applicability: list[Said[ApplicabilityAnswered]] = field(default_factory=list)
    filings: dict[int, Filing] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    containments: dict[int, Containment] = field(default_factory=dict)
    recoveries: dict[int, Recovery] = field(default_factory=dict)
    ungated: dict[int, Ungated] = field(default_factory=dict)
    decisions: list[Said[DecisionMade]] = field(default_factory=list)
    evidence: dict[int, Said[EvidenceAdded]] = field(default_factory=dict)
    holds: dict[int, Said[EvidenceHeld]] = field(default_factory=dict)
    verifications: list[Said[EvidenceVerified]] = field(default_factory=list)
    hand_overs: list[Said[EvidenceHandedOver]] = field(default_factory=list)
    seals: dict[int, Said[RecordSealed]] = field(default_factory=dict)
    exports: list[Said[CaseFileExported]] = field(default_factory=list)
    findings: dict[int, Said[FindingRecorded]] = field(default_factory=dict)
    estimates: list[Said[HarmEstimated]] = field(default_factory=list)
    remedies: dict[int, Remedy] = field(default_factory=dict)
    register: Register | None = None
    imported: Said[IncidentImported] | None = None
    legal_holds: dict[int, Said[LegalHoldPlaced]] = field(default_factory=dict)
    lifted_holds: dict[int, Said[LegalHoldLifted]] = field(default_factory=dict)
    erased: Said[RecordErased] | None = None
    factors: dict[int, Factor] = field(default_factory=dict)
    withdrawn_factors: dict[int, Factor] = field(default_factory=dict)
    trees: dict[str, KeptTree] = field(default_factory=dict)
    gates: dict[int, Said[GateLeft]] = field(default_factory=dict)
    whys: dict[int, Why] = field(default_factory=dict)
    dissents: list[Said[DissentRecorded]] = field(default_factory=list)
    observations: list[Said[ObservationAdded]] = field(default_factory=list)
    questions: dict[int, OpenQuestion] = field(default_factory=dict)
    actions: dict[int, Action] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    periods: dict[int, Period] = field(default_factory=dict)
    paging: Paging = field(default_factory=Paging)
    linkage: Linkage = field(default_factory=Linkage)
    messages: dict[int, Message] = field(default_factory=dict)
    status_pages: dict[int, StatusPage] = field(default_factory=dict)
    postmortem: Postmortem = field(default_factory=Postmortem)
    notes: list[Said[Noted]] = field(default_factory=list)
    story: list[Said[Happened]] = field(default_factory=list)
    endings: list[Said[Resolved | Closed | NotConfirmed | Reopened]] = field(default_factory=list)
    costs: dict[int, Cost] = field(default_factory=dict)
    judgements: dict[int, Judgement] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    moments: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    """When the first and the last entry of each kind happened: between any two of them lies a measurement."""
    redacted: set[int] = field(default_factory=set)
    unread: list[int] = field(default_factory=list)
    """Entries whose kind is not known to this version, or whose text was erased."""

    @property
    def severity(self) -> SeverityAssessed | None:
        """The assessment that holds now."""
        return self.assessments[-1].event if self.assessments else None

    @property
    def commander(self) -> str | None:
        """Who is in command."""
        return self.roster.get("commander")

    @property
    def system(self) -> str | None:
        """The AI system that the incident is about."""
        return self.declared.event.system if self.declared else None

    @property
    def kind(self) -> str:
        """``normal``, ``drill``, ``test`` or ``backdated``."""
        return self.declared.event.kind if self.declared else "normal"

    @property
    def harms(self) -> tuple[str, ...]:
        """The types of harm."""
        return self.declared.event.harms if self.declared else ()

    @property
    def held(self) -> tuple[int, ...]:
        """Everything that was kept, by the numbers of the entries: files, and holds."""
        return tuple(sorted((*self.evidence, *self.holds)))

    @property
    def in_force(self) -> list[Containment]:
        """Containments that were not taken back and are not over."""
        return [one for one in self.containments.values() if one.in_force]

    @property
    def recovery(self) -> Recovery | None:
        """The plan for the way back that holds now: the one that was made last."""
        return next(reversed(self.recoveries.values()), None)

    @property
    def open_orders(self) -> list[Order]:
        """Orders to set a switch that still have to be carried out."""
        return [one for one in self.orders.values() if one.open]

    @property
    def unsettled(self) -> bool:
        """Whether the switches need somebody to look after them: an order is open or not confirmed, a time will end."""
        waiting = any(one.confirmed is None for one in last_orders(self.orders, self.containments).values())
        return (
            bool(self.open_orders)
            or waiting
            or any(one.driven and one.reach.until is not None for one in self.in_force)
        )

    def containment(self, number: int) -> Containment | None:
        """A containment by its number, or by the entry that says that it was applied."""
        found = self.containments.get(number)
        return found or next((one for one in self.containments.values() if one.applied.entry == number), None)

    @property
    def harm_going_on(self) -> bool:
        """Whether people may still be harmed: no complete containment is in force, and no fix was verified."""
        if self.standing != "open" or self.remediated:
            return False
        return not any(one.complete for one in self.in_force)

    @property
    def remediated(self) -> bool:
        """Whether a fix was verified in production since the incident was last reopened."""
        reopened = max((said.entry for said in self.endings if isinstance(said.event, Reopened)), default=0)
        return any(said.entry > reopened for said in self.remediations)

    @property
    def owed(self) -> int:
        """How many people still wait for a remedy, as far as this record knows."""
        waiting = self.register.counts.waiting if self.register else 0
        return waiting + sum(remedy.left for remedy in self.remedies.values())


def copied(incident: Incident) -> Incident:
    """A state of one's own: what is folded into it leaves the other as it was. Events are frozen, and are shared."""
    twin = copy(incident)
    for name in _CONTAINERS:
        setattr(twin, name, getattr(incident, name).copy())
    for name in _CHANGING:
        setattr(twin, name, {entry: replace(one) for entry, one in getattr(incident, name).items()})
    twin.register = replace(incident.register) if incident.register else None
    twin.remedies = {entry: replace(one, completed=one.completed.copy()) for entry, one in incident.remedies.items()}
    return twin


_CHANGING = ("containments", "orders", "filings", "periods", "runs", "questions")
_CONTAINERS = tuple(one.name for one in fields(Incident) if one.default_factory is not MISSING)


def replay(incident_id: str, facts: Iterable[IncidentFact]) -> Incident:
    """The state that a history makes."""
    incident = Incident(incident_id)
    for fact in facts:
        fold(incident, fact)
    return incident


def fold(incident: Incident, fact: IncidentFact) -> None:
    """Take one more fact into the state."""
    incident.number = fact.number
    first, last = incident.moments.get(fact.kind, (fact.occurred_at, fact.occurred_at))
    incident.moments[fact.kind] = (min(first, fact.occurred_at), max(last, fact.occurred_at))
    if fact.event is None:
        incident.unread.append(fact.number)
        unreadable(incident, fact.number, fact.kind)
        # A redacted line keeps its place in the life of the incident: only its words are gone.
        incident.standing = _STANDING.get(fact.kind, incident.standing)
        if fact.kind in ("declared", "retitled"):
            incident.title = "[redacted]"
        return
    said = Said(fact.number, fact.by, fact.occurred_at, fact.recorded_at, fact.event)
    _STEPS[type(fact.event)](incident, said)


def _declared(incident: Incident, said: Said[Declared]) -> None:
    incident.declared = said
    incident.standing = "open"
    incident.title = said.event.title


def _imported(incident: Incident, said: Said[IncidentImported]) -> None:
    incident.imported = said


def _retitled(incident: Incident, said: Said[Retitled]) -> None:
    incident.title = said.event.title


def _summarised(incident: Incident, said: Said[Summarised]) -> None:
    incident.summary = said.event.text
    incident.summaries.append(said)


_STANDING: dict[str, Standing] = {
    "declared": "open",
    "resolved": "resolved",
    "closed": "closed",
    "not-confirmed": "not-confirmed",
    "reopened": "open",
    "incident-merged": "merged",
    "merge-undone": "open",
}


def _ended(standing: Standing) -> Callable[[Incident, Said[Any]], None]:
    def step(incident: Incident, said: Said[Any]) -> None:
        incident.standing = standing
        incident.endings.append(said)

    return step


def _redacted(incident: Incident, said: Said[EntryRedacted]) -> None:
    incident.redacted.add(said.event.entry)
    erase(incident, said.event.entry)
    forget_action(incident, said.event.entry)
    incident.postmortem.forget(said.event.entry)
    incident.summaries = [one for one in incident.summaries if one.entry != said.event.entry]


def _role_assigned(incident: Incident, said: Said[RoleAssigned]) -> None:
    _take_role(incident, said.event.role, said.event.person, said.at, briefing="")


def _role_handed_over(incident: Incident, said: Said[RoleHandedOver]) -> None:
    _take_role(incident, said.event.role, said.event.person, said.at, briefing=said.event.briefing)


def _take_role(incident: Incident, role: str, person: str, at: datetime, *, briefing: str) -> None:
    for place, tenure in enumerate(incident.tenures):
        if tenure.role == role and tenure.until is None:
            incident.tenures[place] = Tenure(role, tenure.person, tenure.since, at, tenure.briefing)
    incident.tenures.append(Tenure(role, person, at, None, briefing))
    incident.roster[role] = person


def _owed(incident: Incident, said: Said[RemedyOwed]) -> None:
    incident.remedies[said.entry] = Remedy(said)


def _remedied(incident: Incident, said: Said[RemedyCompleted]) -> None:
    if said.event.remedy in incident.remedies:
        incident.remedies[said.event.remedy].completed.append(said)


def _raised(incident: Incident, said: Said[QuestionRaised]) -> None:
    incident.questions[said.entry] = OpenQuestion(said)


def _answered(incident: Incident, said: Said[QuestionAnswered]) -> None:
    if said.event.question in incident.questions:
        incident.questions[said.event.question].answered = said


def _listed(name: str) -> Callable[[Incident, Said[Any]], None]:
    def step(incident: Incident, said: Said[Any]) -> None:
        getattr(incident, name).append(said)

    return step


def _numbered(name: str) -> Callable[[Incident, Said[Any]], None]:
    def step(incident: Incident, said: Said[Any]) -> None:
        getattr(incident, name)[said.entry] = said

    return step


_STEPS: dict[type, Callable[[Incident, Said[Any]], None]] = {
    Declared: _declared,
    Retitled: _retitled,
    IncidentImported: _imported,
    Summarised: _summarised,
    SeverityAssessed: _listed("assessments"),
    Resolved: _ended("resolved"),
    Closed: _ended("closed"),
    NotConfirmed: _ended("not-confirmed"),
    Reopened: _ended("open"),
    EntryRedacted: _redacted,
    SignalLinked: _listed("signals"),
    Detected: _listed("detections"),
    Acknowledged: _listed("acknowledgements"),
    HarmBegan: _listed("beginnings"),
    Remediated: _listed("remediations"),
    AwarenessRecorded: _listed("awareness"),
    Noted: _listed("notes"),
    Happened: _listed("story"),
    RoleAssigned: _role_assigned,
    RoleHandedOver: _role_handed_over,
    **CONTAINMENT_STEPS,
    **RECOVERY_STEPS,
    **RUN_STEPS,
    **PERIOD_STEPS,
    **FILING_STEPS,
    **MESSAGE_STEPS,
    **REGISTER_STEPS,
    **LINKING_STEPS,
    **PAGING_STEPS,
    **SIGNAL_STEPS,
    **TREE_STEPS,
    **GOVERNANCE_STEPS,
    **RETENTION_STEPS,
    **GATE_STEPS,
    **COMPLAINT_STEPS,
    **CAUSE_STEPS,
    **POSTMORTEM_STEPS,
    DecisionMade: _listed("decisions"),
    EvidenceAdded: _numbered("evidence"),
    EvidenceHeld: _numbered("holds"),
    EvidenceVerified: _listed("verifications"),
    EvidenceHandedOver: _listed("hand_overs"),
    RecordSealed: _numbered("seals"),
    CaseFileExported: _listed("exports"),
    FindingRecorded: _numbered("findings"),
    HarmEstimated: _listed("estimates"),
    RemedyOwed: _owed,
    RemedyCompleted: _remedied,
    DissentRecorded: _listed("dissents"),
    ObservationAdded: _listed("observations"),
    QuestionRaised: _raised,
    QuestionAnswered: _answered,
    **ACTION_STEPS,
}
