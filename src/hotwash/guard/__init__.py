"""The switch inside a serving process: it asks "may I act?", and gets the answer from memory.

::

    from hotwash.guard import Guard

    guard = Guard("https://hotwash.example.org", token=token, state_file="/var/lib/loans/guard")
    if guard.state("resume-screening", {"region": "EU"}) == "serve":
        ...

Standard library only. No decision waits for a network, a disk or a lock, and none fails.
Absent: any way to set a switch.
"""

from hotwash.guard.client import Guard, Status
from hotwash.guard.faults import Fault, NotServing
from hotwash.guard.policy import Policy, State
from hotwash.guard.predictions import PredictionLog
from hotwash.guard.table import Decision

__all__ = ["Decision", "Fault", "Guard", "NotServing", "Policy", "PredictionLog", "State", "Status"]
