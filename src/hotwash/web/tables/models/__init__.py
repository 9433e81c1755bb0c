"""Django looks for the tables of an application here."""

from hotwash.web.tables.models.accounts import Account, Role, SignInLink, Token
from hotwash.web.tables.models.actions import ActionRow, TrackedAction, Tracker
from hotwash.web.tables.models.cases import CaseRow, CorpusRow
from hotwash.web.tables.models.chat import ChatChannel, ChatCode, ChatConnection, ChatPost, ChatUser, Strangers
from hotwash.web.tables.models.complaints import (
    Channel,
    ClusterWord,
    Complaint,
    ComplaintCluster,
    ComplaintContact,
    ComplaintFile,
    ComplaintLook,
    ComplaintMail,
    ComplaintMessage,
)
from hotwash.web.tables.models.drills import DrillRow
from hotwash.web.tables.models.inbox import Address, KeptBody, SignalGroup, SignalRow, Triage, TriageRow
from hotwash.web.tables.models.index import BreachRow, DueRow, IncidentRow, SystemRow
from hotwash.web.tables.models.inquiries import Inquiry
from hotwash.web.tables.models.jobs import JobRow, JobState, WorkerRow
from hotwash.web.tables.models.postmortem import PulseAnswer, PulseDrawn, PulseTicket, SectionEditor, Unnamed
from hotwash.web.tables.models.pulls import Pull
from hotwash.web.tables.models.rates import RateRow
from hotwash.web.tables.models.records import CommitRow, EntryRow, StreamRow
from hotwash.web.tables.models.redress import (
    RedressDay,
    RedressIdentity,
    RedressRegister,
    RedressRow,
    RedressTally,
)
from hotwash.web.tables.models.seals import SealCopy, SealRow
from hotwash.web.tables.models.search import SearchRow
from hotwash.web.tables.models.sending import (
    ChannelKind,
    MethodRow,
    QuietRow,
    ReminderRow,
    ReminderState,
    TargetRow,
    WatchRow,
)
from hotwash.web.tables.models.status import StatusPageRow
from hotwash.web.tables.models.switches import InstanceRow, Service, ServiceToken

__all__ = [
    "Account",
    "ActionRow",
    "Address",
    "BreachRow",
    "CaseRow",
    "Channel",
    "ChannelKind",
    "ChatChannel",
    "ChatCode",
    "ChatConnection",
    "ChatPost",
    "ChatUser",
    "ClusterWord",
    "CommitRow",
    "Complaint",
    "ComplaintCluster",
    "ComplaintContact",
    "ComplaintFile",
    "ComplaintLook",
    "ComplaintMail",
    "ComplaintMessage",
    "CorpusRow",
    "DrillRow",
    "DueRow",
    "EntryRow",
    "IncidentRow",
    "Inquiry",
    "InstanceRow",
    "JobRow",
    "JobState",
    "KeptBody",
    "MethodRow",
    "Pull",
    "PulseAnswer",
    "PulseDrawn",
    "PulseTicket",
    "QuietRow",
    "RateRow",
    "RedressDay",
    "RedressIdentity",
    "RedressRegister",
    "RedressRow",
    "RedressTally",
    "ReminderRow",
    "ReminderState",
    "Role",
    "SealCopy",
    "SealRow",
    "SearchRow",
    "SectionEditor",
    "Service",
    "ServiceToken",
    "SignInLink",
    "SignalGroup",
    "SignalRow",
    "StatusPageRow",
    "Strangers",
    "StreamRow",
    "SystemRow",
    "TargetRow",
    "Token",
    "TrackedAction",
    "Tracker",
    "Triage",
    "TriageRow",
    "Unnamed",
    "WatchRow",
    "WorkerRow",
]
