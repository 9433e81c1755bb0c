"""Rules for the gates that an incident leaves behind. They are kept through `hotwash.response.kept_gates`."""

from collections.abc import Callable

from hotwash.incident.events import Event
from hotwash.incident.events.gates import GateLeft
from hotwash.incident.state import Incident
from hotwash.ledger.rule import Asked, NotAllowed


def leave_gate(
    incident: Incident, asked: Asked, *, text: str, gate: str = "", system: str = "", note: str = ""
) -> list[Event]:
    """Leave a gate (TOML) on the AI system: a check that keeps this harm from coming back unseen."""
    raise NotAllowed("A gate is left through `response.kept_gates`, which reads its file.")


def left_gate(
    incident: Incident, asked: Asked, *, gate: str, system: str, title: str, digest: str, questions: tuple[str, ...]
) -> list[Event]:
    """State that a gate was kept on the system because of this incident."""
    return [GateLeft(gate, system, title, digest, questions)]


COMPUTED = frozenset({"leave-gate"})
"""Verbs that are not said to the rule: a file is read first, then a step is recorded in both records."""

STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {"left-gate": (left_gate, "leave-gate")}
"""Every step with the verb in whose states it is possible."""
