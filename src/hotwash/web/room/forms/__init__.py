"""The forms of the room by the verb that each says."""

from hotwash.web.room.forms.act import Act
from hotwash.web.room.forms.actions import (
    AddAction,
    ChangeAction,
    CloseAction,
    DropAction,
    FinishAction,
    MeasureEffect,
    PlanEffect,
    ReopenAction,
    TrackAction,
    WithdrawEffect,
)
from hotwash.web.room.forms.causes import (
    AddFactor,
    AddWhy,
    AnswerQuestion,
    AskQuestion,
    EditFactor,
    EditWhy,
    Observe,
    WithdrawFactor,
    WithdrawWhy,
)
from hotwash.web.room.forms.clocks import DecideDuty, SubmitFiling, WithdrawAwareness, WithdrawFiling
from hotwash.web.room.forms.command import SettleObjective, StartPeriod
from hotwash.web.room.forms.evidence import (
    ExportCase,
    HandOverEvidence,
    Hold,
    HoldNow,
    ImportResult,
    KeepHere,
    VerifyEvidence,
)
from hotwash.web.room.forms.gates import LeaveGate
from hotwash.web.room.forms.governance import (
    DecidePolicyChange,
    JudgeControl,
    ProposePolicyChange,
    RecordCost,
    WithdrawControlJudgement,
    WithdrawCost,
    WithdrawPolicyChange,
)
from hotwash.web.room.forms.harm import BeginHarm, CompleteRemedy, Detect, EstimateHarm, OweRemedy, RecordAwareness
from hotwash.web.room.forms.life import Close, NotConfirm, Reopen, Resolve, Retitle, Summarise
from hotwash.web.room.forms.linking import Link, Merge, SettleLeftover, Split, UndoMerge, Unlink
from hotwash.web.room.forms.messages import (
    AnswerMessage,
    ApproveMessage,
    CloseStatusPage,
    DraftMessage,
    EditMessage,
    OpenStatusPage,
    RefuseMessage,
    SendMessage,
    SubmitMessage,
    TakeDraft,
    WithdrawMessage,
)
from hotwash.web.room.forms.paging import AcknowledgePage, CallSomebody
from hotwash.web.room.forms.playbooks import EndPlaybook, RaisePlaybook, RecordStep, StartPlaybook
from hotwash.web.room.forms.postmortem import FORMS as POSTMORTEM_FORMS
from hotwash.web.room.forms.recovery import AgreeWithoutGate, AskGate, Begin, SetGate, SignOff, Stop, WithoutGate
from hotwash.web.room.forms.redress import (
    CloseRedress,
    ImportRedress,
    OpenRedress,
    RecordRedress,
    RedressResults,
    ReopenRedress,
    WorkRedress,
)
from hotwash.web.room.forms.retention import EraseRecord, LiftLegalHold, PlaceLegalHold
from hotwash.web.room.forms.story import Decide, Dissent, Happened, HoldFirst, Keep, LinkSignal, Note, Redact
from hotwash.web.room.forms.switch import Contain, Release
from hotwash.web.room.forms.trees import JudgeTreeEvent, KeepTree
from hotwash.web.room.forms.work import (
    Assign,
    HandOver,
    Remediate,
)

ACTS: dict[str, type[Act]] = {
    kind.name or kind.verb: kind
    for kind in (
        Note,
        Happened,
        Decide,
        Keep,
        HoldFirst,
        Hold,
        HoldNow,
        KeepHere,
        ImportResult,
        VerifyEvidence,
        HandOverEvidence,
        ExportCase,
        LinkSignal,
        Dissent,
        Redact,
        EstimateHarm,
        BeginHarm,
        Detect,
        RecordAwareness,
        WithdrawAwareness,
        DecideDuty,
        SubmitFiling,
        WithdrawFiling,
        OweRemedy,
        CompleteRemedy,
        OpenRedress,
        ImportRedress,
        RedressResults,
        WorkRedress,
        RecordRedress,
        CloseRedress,
        ReopenRedress,
        Assign,
        HandOver,
        Contain,
        Release,
        SetGate,
        AskGate,
        SignOff,
        Begin,
        Stop,
        WithoutGate,
        AgreeWithoutGate,
        Remediate,
        Link,
        Unlink,
        Merge,
        UndoMerge,
        SettleLeftover,
        Split,
        CallSomebody,
        AcknowledgePage,
        StartPeriod,
        SettleObjective,
        StartPlaybook,
        RecordStep,
        RaisePlaybook,
        EndPlaybook,
        DraftMessage,
        TakeDraft,
        EditMessage,
        SubmitMessage,
        ApproveMessage,
        RefuseMessage,
        WithdrawMessage,
        SendMessage,
        AnswerMessage,
        OpenStatusPage,
        CloseStatusPage,
        RecordCost,
        WithdrawCost,
        JudgeControl,
        WithdrawControlJudgement,
        ProposePolicyChange,
        DecidePolicyChange,
        WithdrawPolicyChange,
        PlaceLegalHold,
        LiftLegalHold,
        EraseRecord,
        AddAction,
        ChangeAction,
        PlanEffect,
        MeasureEffect,
        FinishAction,
        CloseAction,
        ReopenAction,
        DropAction,
        WithdrawEffect,
        TrackAction,
        AddFactor,
        EditFactor,
        WithdrawFactor,
        AddWhy,
        EditWhy,
        WithdrawWhy,
        AskQuestion,
        AnswerQuestion,
        Observe,
        KeepTree,
        JudgeTreeEvent,
        Retitle,
        Summarise,
        Resolve,
        LeaveGate,
        Close,
        Reopen,
        NotConfirm,
    )
} | {kind.verb: kind for kind in POSTMORTEM_FORMS}
"""Every form by its verb; `hold-first` is evidence as it is asked for beside the switch."""

__all__ = ["ACTS", "Act"]
