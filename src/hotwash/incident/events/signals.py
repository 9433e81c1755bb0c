"""What keeps coming in the inbox of a line that belongs to the incident, told as counts so that it buries nothing."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignalsCounted:
    """Further signals of one line of the inbox came since the record last told of it.

    :param line: the number of the line in the inbox, which may be deleted one day
    :param count: how many came since then
    :param total: how many came in all
    :param firing: how many of its keys still fire; 0: the sender says that it is over
    :param since: when the first of these came
    :param until: when the last of these came
    """

    source: str
    title: str
    line: int
    count: int
    total: int
    firing: int
    since: datetime
    until: datetime
