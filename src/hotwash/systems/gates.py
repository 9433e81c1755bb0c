"""The gates of an AI system as they stand: what is kept, and the last results. A part of the fold in `state`."""

from dataclasses import dataclass, field
from datetime import datetime

from hotwash.systems.gate_events import GateKept, GateReported, GateRetired

REPORTS_KEPT = 50
"""How many results of a gate its state holds; the record holds all."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A result, who told it, and when it was asked."""

    entry: int
    at: datetime
    by: str
    event: GateReported


@dataclass(slots=True)
class KeptGate:
    """A gate with its last results, the newest last.

    :param kept: the entry that keeps it as it stands
    :param first: when one of this name was first kept
    :param retired: why it is not asked any more; None while it is
    """

    kept: int
    at: datetime
    by: str
    event: GateKept
    first: datetime
    retired: str | None = None
    reports: list[Reported] = field(default_factory=list)

    @property
    def last(self) -> Reported | None:
        """The last result of the gate as it stands: one of an earlier text says nothing of this one."""
        told = [one for one in self.reports if one.event.digest == self.event.digest]
        return max(told, key=lambda one: (one.at, one.entry), default=None)

    @property
    def standing(self) -> str:
        """``passed``, ``failed``, ``too few``, ``no answer``, ``never asked`` or ``retired``."""
        if self.retired is not None:
            return "retired"
        return self.last.event.outcome if self.last else "never asked"


def fold_gate(
    gates: dict[str, KeptGate], entry: int, at: datetime, by: str, event: GateKept | GateRetired | GateReported
) -> None:
    """Take one more fact into the gates of a system."""
    known = gates.get(event.gate)
    match event:
        case GateKept():
            before = known.reports if known else []
            gates[event.gate] = KeptGate(entry, at, by, event, known.first if known else at, None, before)
        case GateRetired(reason=reason) if known is not None:
            known.retired = reason
        case GateReported() if known is not None:
            known.reports = [*known.reports, Reported(entry, at, by, event)][-REPORTS_KEPT:]
