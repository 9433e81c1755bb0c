"""The arithmetic of clocks: which duties an incident may have started, until when, and which of them are met.

The deadline shown is the early one; the law's outer limit stands beside it and never makes anything look better.
Engineering help, not legal advice. No clock and no network is read here: whoever asks brings the facts and the time.
"""

from hotwash.reports.deadlines.applying import Verdict, judge
from hotwash.reports.deadlines.clocks import Clock, Facts, choose, clocks_of, where
from hotwash.reports.deadlines.days import Days, UnknownPlace, days_of
from hotwash.reports.deadlines.periods import Limit, limit
from hotwash.reports.deadlines.standing import Deadlines, Standing, deadlines

__all__ = [
    "Clock",
    "Days",
    "Deadlines",
    "Facts",
    "Limit",
    "Standing",
    "UnknownPlace",
    "Verdict",
    "choose",
    "clocks_of",
    "days_of",
    "deadlines",
    "judge",
    "limit",
    "where",
]
