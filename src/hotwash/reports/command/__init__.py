"""Readings for command: the forms of the Incident Command System, a briefing, and a page for those who join late."""

from hotwash.reports.command.briefing import briefing, read_in, span_of_control
from hotwash.reports.command.forms import FORMS, activity_log
from hotwash.reports.command.source import Source

__all__ = ["FORMS", "Source", "activity_log", "briefing", "read_in", "span_of_control"]
