"""What people reported that belongs to the incident: how many, and who, by pseudonyms. Their words stay outside."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ComplaintsCounted:
    """Reports from people that say the same were counted for the incident. No report is counted twice.

    :param cluster: the number of their cluster, which may be erased one day
    :param title: a sentence of one of them, with people's data masked
    :param count: how many reports
    :param reporters: a pseudonym for each person, by which they can be told what comes of it
    :param reachable: how many of the reports left a way to be reached
    :param since: when the first of these came
    :param until: when the last of these came
    """

    cluster: int
    title: str
    count: int
    reporters: tuple[str, ...]
    reachable: int
    since: datetime
    until: datetime
