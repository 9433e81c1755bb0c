"""Facts about an incident, in the past tense, and the words under which they are stored."""

from hotwash.incident.events.actions import (
    ActionAdded,
    ActionChanged,
    ActionClosed,
    ActionDone,
    ActionDropped,
    ActionReopened,
    ActionTracked,
    EffectMeasured,
    EffectPlanned,
    EffectWithdrawn,
    IssueNoted,
)
from hotwash.incident.events.causes import (
    DissentRecorded,
    FactorAdded,
    FactorEdited,
    FactorWithdrawn,
    ObservationAdded,
    QuestionAnswered,
    QuestionRaised,
    WhyAdded,
    WhyEdited,
    WhyWithdrawn,
)
from hotwash.incident.events.command import ObjectiveSettled, PeriodStarted
from hotwash.incident.events.complaints import ComplaintsCounted
from hotwash.incident.events.evidence import (
    CaseFileExported,
    CheckedItem,
    EvidenceHandedOver,
    EvidenceHeld,
    EvidenceVerified,
    HeldItem,
    RecordSealed,
)
from hotwash.incident.events.facts import (
    Acknowledged,
    AwarenessRecorded,
    Detected,
    Happened,
    HarmBegan,
    Noted,
    Remediated,
    SignalLinked,
)
from hotwash.incident.events.filings import ApplicabilityAnswered, AwarenessWithdrawn, FilingSubmitted, FilingWithdrawn
from hotwash.incident.events.gates import GateLeft
from hotwash.incident.events.governance import (
    ControlJudged,
    ControlJudgementWithdrawn,
    CostRecorded,
    CostWithdrawn,
    PolicyChangeDecided,
    PolicyChangeProposed,
    PolicyChangeWithdrawn,
)
from hotwash.incident.events.harm import EvidenceAdded, FindingRecorded, HarmEstimated, RemedyCompleted, RemedyOwed
from hotwash.incident.events.life import (
    Closed,
    Declared,
    EntryRedacted,
    NotConfirmed,
    Reopened,
    Resolved,
    Retitled,
    SeverityAssessed,
    Summarised,
)
from hotwash.incident.events.linking import (
    AbsorptionUndone,
    EntriesSplitFrom,
    EntriesSplitOff,
    IncidentAbsorbed,
    IncidentLinked,
    IncidentMerged,
    IncidentUnlinked,
    LeftoverSettled,
    MergeUndone,
)
from hotwash.incident.events.messages import (
    MessageAnswered,
    MessageApproved,
    MessageDelivered,
    MessageDrafted,
    MessageEdited,
    MessageFailed,
    MessageRefused,
    MessageSending,
    MessageSubmitted,
    MessageWithdrawn,
    StatusPageClosed,
    StatusPageOpened,
)
from hotwash.incident.events.paging import (
    Escalated,
    PageAcknowledged,
    PageAttempted,
    Paged,
    PageUnanswered,
    Reminded,
)
from hotwash.incident.events.past import IncidentImported
from hotwash.incident.events.playbooks import PlaybookEnded, PlaybookRaised, PlaybookStarted, StepRecorded
from hotwash.incident.events.postmortem import (
    ContributionMade,
    ContributionsOpened,
    ContributionsTaken,
    MeetingEnded,
    MeetingMoved,
    MeetingNoted,
    MeetingOpened,
    PostmortemAcknowledged,
    PostmortemPlanned,
    PostmortemPublished,
    PostmortemPublishedOutside,
    PostmortemReturned,
    PostmortemSigned,
    PostmortemSubmitted,
    PostmortemWaived,
    PreReadConfirmed,
    PreReadSent,
    PublicationWithdrawn,
    PublicPart,
    PublicVersionProposed,
    PulseClosed,
    PulseOpened,
    PulseTally,
    SectionWritten,
)
from hotwash.incident.events.recovery import (
    GateAnswer,
    GateRun,
    RampStepApplied,
    RampStepFailed,
    RampStepOrdered,
    RampStepPassed,
    RecoveryCompleted,
    RecoveryPlanned,
    RecoverySignedOff,
    RecoveryTripped,
    ReEngaged,
    ThresholdHeld,
    UngatedAgreed,
    UngatedAsked,
)
from hotwash.incident.events.redress import (
    PeopleCount,
    RedressClosed,
    RedressImported,
    RedressOpened,
    RedressProgressed,
    RedressReopened,
    RedressWaived,
)
from hotwash.incident.events.retention import LegalHoldLifted, LegalHoldPlaced, RecordErased
from hotwash.incident.events.signals import SignalsCounted
from hotwash.incident.events.switch import (
    ContainmentChanged,
    ContainmentExpired,
    ContainmentOrdered,
    OrderConfirmed,
    OrderFailed,
    ReleaseOrdered,
    ReleaseProposed,
)
from hotwash.incident.events.trees import TreeEventJudged, TreeKept
from hotwash.incident.events.work import (
    ContainmentApplied,
    ContainmentReleased,
    DecisionMade,
    RoleAssigned,
    RoleHandedOver,
)
from hotwash.ledger.catalogue import Catalogue, Fact

Event = (
    Declared
    | Retitled
    | Summarised
    | SeverityAssessed
    | Resolved
    | Closed
    | Reopened
    | NotConfirmed
    | EntryRedacted
    | IncidentImported
    | SignalLinked
    | SignalsCounted
    | ComplaintsCounted
    | Detected
    | Acknowledged
    | HarmBegan
    | Remediated
    | AwarenessRecorded
    | AwarenessWithdrawn
    | ApplicabilityAnswered
    | FilingSubmitted
    | FilingWithdrawn
    | Noted
    | Happened
    | RoleAssigned
    | RoleHandedOver
    | ContainmentOrdered
    | ContainmentApplied
    | ContainmentChanged
    | ContainmentExpired
    | OrderFailed
    | OrderConfirmed
    | ReleaseProposed
    | ReleaseOrdered
    | ContainmentReleased
    | RecoveryPlanned
    | GateRun
    | GateLeft
    | RecoverySignedOff
    | RampStepOrdered
    | RampStepApplied
    | RampStepFailed
    | RampStepPassed
    | RecoveryTripped
    | ReEngaged
    | RecoveryCompleted
    | UngatedAsked
    | UngatedAgreed
    | DecisionMade
    | EvidenceAdded
    | EvidenceHeld
    | EvidenceVerified
    | EvidenceHandedOver
    | RecordSealed
    | CaseFileExported
    | FindingRecorded
    | HarmEstimated
    | RemedyOwed
    | RemedyCompleted
    | RedressOpened
    | RedressImported
    | RedressWaived
    | RedressProgressed
    | RedressClosed
    | RedressReopened
    | FactorAdded
    | FactorEdited
    | FactorWithdrawn
    | TreeEventJudged
    | TreeKept
    | WhyAdded
    | WhyEdited
    | WhyWithdrawn
    | DissentRecorded
    | ObservationAdded
    | QuestionRaised
    | QuestionAnswered
    | IncidentLinked
    | IncidentUnlinked
    | IncidentMerged
    | IncidentAbsorbed
    | MergeUndone
    | AbsorptionUndone
    | LeftoverSettled
    | EntriesSplitOff
    | EntriesSplitFrom
    | PeriodStarted
    | ObjectiveSettled
    | Paged
    | PageAttempted
    | PageAcknowledged
    | PageUnanswered
    | Escalated
    | Reminded
    | PlaybookStarted
    | PlaybookRaised
    | StepRecorded
    | PlaybookEnded
    | MessageDrafted
    | MessageEdited
    | MessageSubmitted
    | MessageApproved
    | MessageRefused
    | MessageWithdrawn
    | MessageSending
    | MessageDelivered
    | MessageFailed
    | MessageAnswered
    | StatusPageOpened
    | StatusPageClosed
    | PostmortemPlanned
    | PostmortemWaived
    | SectionWritten
    | PreReadSent
    | PreReadConfirmed
    | ContributionMade
    | ContributionsOpened
    | ContributionsTaken
    | MeetingOpened
    | MeetingMoved
    | MeetingNoted
    | MeetingEnded
    | PostmortemSubmitted
    | PostmortemSigned
    | PostmortemReturned
    | PublicVersionProposed
    | PostmortemPublished
    | PostmortemPublishedOutside
    | PublicationWithdrawn
    | PostmortemAcknowledged
    | PulseOpened
    | PulseClosed
    | CostRecorded
    | CostWithdrawn
    | ControlJudged
    | ControlJudgementWithdrawn
    | PolicyChangeProposed
    | PolicyChangeDecided
    | PolicyChangeWithdrawn
    | LegalHoldPlaced
    | LegalHoldLifted
    | RecordErased
    | ActionAdded
    | ActionChanged
    | EffectPlanned
    | EffectWithdrawn
    | ActionDone
    | EffectMeasured
    | ActionClosed
    | ActionReopened
    | ActionDropped
    | ActionTracked
    | IssueNoted
)

IncidentFact = Fact[Event]

CATALOGUE: Catalogue[Event] = Catalogue(
    {
        "declared": Declared,
        "retitled": Retitled,
        "summarised": Summarised,
        "severity-assessed": SeverityAssessed,
        "resolved": Resolved,
        "closed": Closed,
        "reopened": Reopened,
        "not-confirmed": NotConfirmed,
        "entry-redacted": EntryRedacted,
        "incident-imported": IncidentImported,
        "signal-linked": SignalLinked,
        "signals-counted": SignalsCounted,
        "complaints-counted": ComplaintsCounted,
        "detected": Detected,
        "acknowledged": Acknowledged,
        "harm-began": HarmBegan,
        "remediated": Remediated,
        "awareness-recorded": AwarenessRecorded,
        "awareness-withdrawn": AwarenessWithdrawn,
        "applicability-answered": ApplicabilityAnswered,
        "filing-submitted": FilingSubmitted,
        "filing-withdrawn": FilingWithdrawn,
        "noted": Noted,
        "happened": Happened,
        "role-assigned": RoleAssigned,
        "role-handed-over": RoleHandedOver,
        "containment-ordered": ContainmentOrdered,
        "containment-applied": ContainmentApplied,
        "containment-changed": ContainmentChanged,
        "containment-expired": ContainmentExpired,
        "order-failed": OrderFailed,
        "order-confirmed": OrderConfirmed,
        "release-proposed": ReleaseProposed,
        "release-ordered": ReleaseOrdered,
        "containment-released": ContainmentReleased,
        "recovery-planned": RecoveryPlanned,
        "gate-run": GateRun,
        "gate-left": GateLeft,
        "recovery-signed-off": RecoverySignedOff,
        "ramp-step-ordered": RampStepOrdered,
        "ramp-step-applied": RampStepApplied,
        "ramp-step-failed": RampStepFailed,
        "ramp-step-passed": RampStepPassed,
        "recovery-tripped": RecoveryTripped,
        "containment-re-engaged": ReEngaged,
        "recovery-completed": RecoveryCompleted,
        "ungated-recovery-asked": UngatedAsked,
        "ungated-recovery-agreed": UngatedAgreed,
        "decision-made": DecisionMade,
        "evidence-added": EvidenceAdded,
        "evidence-held": EvidenceHeld,
        "evidence-verified": EvidenceVerified,
        "evidence-handed-over": EvidenceHandedOver,
        "record-sealed": RecordSealed,
        "case-file-exported": CaseFileExported,
        "finding-recorded": FindingRecorded,
        "harm-estimated": HarmEstimated,
        "remedy-owed": RemedyOwed,
        "remedy-completed": RemedyCompleted,
        "redress-opened": RedressOpened,
        "redress-imported": RedressImported,
        "redress-waived": RedressWaived,
        "redress-progressed": RedressProgressed,
        "redress-closed": RedressClosed,
        "redress-reopened": RedressReopened,
        "factor-added": FactorAdded,
        "factor-edited": FactorEdited,
        "factor-withdrawn": FactorWithdrawn,
        "why-added": WhyAdded,
        "why-edited": WhyEdited,
        "why-withdrawn": WhyWithdrawn,
        "tree-kept": TreeKept,
        "tree-event-judged": TreeEventJudged,
        "dissent-recorded": DissentRecorded,
        "observation-added": ObservationAdded,
        "question-raised": QuestionRaised,
        "question-answered": QuestionAnswered,
        "incident-linked": IncidentLinked,
        "incident-unlinked": IncidentUnlinked,
        "incident-merged": IncidentMerged,
        "incident-absorbed": IncidentAbsorbed,
        "merge-undone": MergeUndone,
        "absorption-undone": AbsorptionUndone,
        "leftover-settled": LeftoverSettled,
        "entries-split-off": EntriesSplitOff,
        "entries-split-from": EntriesSplitFrom,
        "period-started": PeriodStarted,
        "objective-settled": ObjectiveSettled,
        "paged": Paged,
        "page-attempted": PageAttempted,
        "page-acknowledged": PageAcknowledged,
        "page-unanswered": PageUnanswered,
        "escalated": Escalated,
        "reminded": Reminded,
        "playbook-started": PlaybookStarted,
        "playbook-raised": PlaybookRaised,
        "step-recorded": StepRecorded,
        "playbook-ended": PlaybookEnded,
        "message-drafted": MessageDrafted,
        "message-edited": MessageEdited,
        "message-submitted": MessageSubmitted,
        "message-approved": MessageApproved,
        "message-refused": MessageRefused,
        "message-withdrawn": MessageWithdrawn,
        "message-sending": MessageSending,
        "message-delivered": MessageDelivered,
        "message-failed": MessageFailed,
        "message-answered": MessageAnswered,
        "status-page-opened": StatusPageOpened,
        "status-page-closed": StatusPageClosed,
        "postmortem-planned": PostmortemPlanned,
        "postmortem-waived": PostmortemWaived,
        "section-written": SectionWritten,
        "pre-read-sent": PreReadSent,
        "pre-read-confirmed": PreReadConfirmed,
        "contribution-made": ContributionMade,
        "contributions-opened": ContributionsOpened,
        "contributions-taken": ContributionsTaken,
        "meeting-opened": MeetingOpened,
        "meeting-moved": MeetingMoved,
        "meeting-noted": MeetingNoted,
        "meeting-ended": MeetingEnded,
        "postmortem-submitted": PostmortemSubmitted,
        "postmortem-signed": PostmortemSigned,
        "postmortem-returned": PostmortemReturned,
        "public-version-proposed": PublicVersionProposed,
        "postmortem-published": PostmortemPublished,
        "postmortem-published-outside": PostmortemPublishedOutside,
        "publication-withdrawn": PublicationWithdrawn,
        "postmortem-acknowledged": PostmortemAcknowledged,
        "pulse-opened": PulseOpened,
        "pulse-closed": PulseClosed,
        "cost-recorded": CostRecorded,
        "cost-withdrawn": CostWithdrawn,
        "control-judged": ControlJudged,
        "control-judgement-withdrawn": ControlJudgementWithdrawn,
        "policy-change-proposed": PolicyChangeProposed,
        "policy-change-decided": PolicyChangeDecided,
        "policy-change-withdrawn": PolicyChangeWithdrawn,
        "legal-hold-placed": LegalHoldPlaced,
        "legal-hold-lifted": LegalHoldLifted,
        "record-erased": RecordErased,
        "action-added": ActionAdded,
        "action-changed": ActionChanged,
        "effect-planned": EffectPlanned,
        "effect-withdrawn": EffectWithdrawn,
        "action-done": ActionDone,
        "effect-measured": EffectMeasured,
        "action-closed": ActionClosed,
        "action-reopened": ActionReopened,
        "action-dropped": ActionDropped,
        "action-tracked": ActionTracked,
        "issue-noted": IssueNoted,
    }
)
"""Every event of an incident by its stored word."""

__all__ = [
    "CATALOGUE",
    "Acknowledged",
    "ActionAdded",
    "ActionChanged",
    "ActionClosed",
    "ActionDone",
    "ActionDropped",
    "ActionReopened",
    "ActionTracked",
    "ApplicabilityAnswered",
    "AwarenessRecorded",
    "AwarenessWithdrawn",
    "CaseFileExported",
    "CheckedItem",
    "Closed",
    "ComplaintsCounted",
    "ContainmentApplied",
    "ContainmentChanged",
    "ContainmentExpired",
    "ContainmentOrdered",
    "ContainmentReleased",
    "ContributionMade",
    "ContributionsOpened",
    "ContributionsTaken",
    "ControlJudged",
    "ControlJudgementWithdrawn",
    "CostRecorded",
    "CostWithdrawn",
    "DecisionMade",
    "Declared",
    "Detected",
    "DissentRecorded",
    "EffectMeasured",
    "EffectPlanned",
    "EffectWithdrawn",
    "EntryRedacted",
    "Escalated",
    "Event",
    "EvidenceAdded",
    "EvidenceHandedOver",
    "EvidenceHeld",
    "EvidenceVerified",
    "FactorAdded",
    "FactorEdited",
    "FactorWithdrawn",
    "FilingSubmitted",
    "FilingWithdrawn",
    "FindingRecorded",
    "GateAnswer",
    "GateLeft",
    "GateRun",
    "Happened",
    "HarmBegan",
    "HarmEstimated",
    "HeldItem",
    "IncidentFact",
    "IncidentImported",
    "IssueNoted",
    "LegalHoldLifted",
    "LegalHoldPlaced",
    "MeetingEnded",
    "MeetingMoved",
    "MeetingNoted",
    "MeetingOpened",
    "MessageAnswered",
    "MessageApproved",
    "MessageDelivered",
    "MessageDrafted",
    "MessageEdited",
    "MessageFailed",
    "MessageRefused",
    "MessageSending",
    "MessageSubmitted",
    "MessageWithdrawn",
    "NotConfirmed",
    "Noted",
    "ObjectiveSettled",
    "ObservationAdded",
    "OrderConfirmed",
    "OrderFailed",
    "PageAcknowledged",
    "PageAttempted",
    "PageUnanswered",
    "Paged",
    "PeopleCount",
    "PeriodStarted",
    "PlaybookEnded",
    "PlaybookRaised",
    "PlaybookStarted",
    "PolicyChangeDecided",
    "PolicyChangeProposed",
    "PolicyChangeWithdrawn",
    "PostmortemAcknowledged",
    "PostmortemPlanned",
    "PostmortemPublished",
    "PostmortemPublishedOutside",
    "PostmortemReturned",
    "PostmortemSigned",
    "PostmortemSubmitted",
    "PostmortemWaived",
    "PreReadConfirmed",
    "PreReadSent",
    "PublicPart",
    "PublicVersionProposed",
    "PublicationWithdrawn",
    "PulseClosed",
    "PulseOpened",
    "PulseTally",
    "QuestionAnswered",
    "QuestionRaised",
    "RampStepApplied",
    "RampStepFailed",
    "RampStepOrdered",
    "RampStepPassed",
    "ReEngaged",
    "RecordErased",
    "RecordSealed",
    "RecoveryCompleted",
    "RecoveryPlanned",
    "RecoverySignedOff",
    "RecoveryTripped",
    "RedressClosed",
    "RedressImported",
    "RedressOpened",
    "RedressProgressed",
    "RedressReopened",
    "RedressWaived",
    "ReleaseOrdered",
    "ReleaseProposed",
    "Remediated",
    "RemedyCompleted",
    "RemedyOwed",
    "Reminded",
    "Reopened",
    "Resolved",
    "Retitled",
    "RoleAssigned",
    "RoleHandedOver",
    "SectionWritten",
    "SeverityAssessed",
    "SignalLinked",
    "SignalsCounted",
    "StatusPageClosed",
    "StatusPageOpened",
    "StepRecorded",
    "Summarised",
    "ThresholdHeld",
    "TreeEventJudged",
    "TreeKept",
    "UngatedAgreed",
    "UngatedAsked",
    "WhyAdded",
    "WhyEdited",
    "WhyWithdrawn",
]
