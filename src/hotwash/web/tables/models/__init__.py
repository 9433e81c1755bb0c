"""Django looks for the tables of an application here."""

from hotwash.web.tables.models.accounts import Account, Role, SignInLink, Token
from hotwash.web.tables.models.index import DueRow, IncidentRow, SystemRow
from hotwash.web.tables.models.inquiries import Inquiry
from hotwash.web.tables.models.jobs import JobRow, JobState, WorkerRow
from hotwash.web.tables.models.records import CommitRow, EntryRow, StreamRow
from hotwash.web.tables.models.search import SearchRow

__all__ = [
    "Account",
    "CommitRow",
    "DueRow",
    "EntryRow",
    "IncidentRow",
    "Inquiry",
    "JobRow",
    "JobState",
    "Role",
    "SearchRow",
    "SignInLink",
    "StreamRow",
    "SystemRow",
    "Token",
    "WorkerRow",
]
