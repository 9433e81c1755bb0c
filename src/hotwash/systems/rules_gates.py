"""Rules for the gates of an AI system: keep one, retire one, and tell what asking one came to.

The file of a gate is read strictly in `hotwash.response.kept_gates`, through which it is kept.
"""

import hashlib
import re
from collections.abc import Callable

from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems.events import Event
from hotwash.systems.gate_events import GateCheck, GateKept, GateOutcome, GateReported, GateRetired
from hotwash.systems.gates import KeptGate
from hotwash.systems.state import System

NAME_LENGTH_MAX = 60
GATES_MAX = 500
LINE_MAX = 300
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def keep_gate(system: System, asked: Asked, *, text: str, gate: str = "", note: str = "") -> list[Event]:
    """Keep a gate (TOML) on the system, so that it is asked from now on. One of the same name is replaced."""
    raise NotAllowed("A gate is kept through `response.kept_gates`, which reads its file.")


def kept_gate(
    system: System,
    asked: Asked,
    *,
    gate: str,
    title: str,
    text: str,
    questions: tuple[str, ...],
    incident: str = "",
    note: str = "",
) -> list[Event]:
    """Keep a gate whose file was read."""
    if system.retired is not None:
        raise NotAllowed(f"{system.slug} is retired: nothing of it will be asked any more.")
    name = gate.strip() or named(title)
    if not _NAME.fullmatch(name):
        raise NotAllowed("A gate's short name is small letters, digits and hyphens, at most 60.")
    known = system.gates.get(name)
    if known is None and len(system.gates) >= GATES_MAX:
        raise NotAllowed(f"{system.slug} has {GATES_MAX} gates: put several questions into one.")
    if known is not None and known.retired is None and known.event.text == text:
        raise NotAllowed(f"This is what the gate {name} of {system.slug} says already.")
    if known is not None and not incident:
        incident = known.event.incident
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    return [GateKept(name, title, text, digest, questions, incident, note.strip())]


def retire_gate(system: System, asked: Asked, *, gate: str, reason: str) -> list[Event]:
    """Say that a gate is not asked any more; what it came to stays on record."""
    standing_gate(system, gate)
    return [GateRetired(gate, need(reason, "The reason"))]


def report_gate(
    system: System,
    asked: Asked,
    *,
    gate: str,
    digest: str,
    outcome: GateOutcome,
    checks: tuple[GateCheck, ...],
    source: str = "",
    fingerprint: str = "",
    data: str = "",
    model: str = "",
    version: str = "",
    place: str = "",
) -> list[Event]:
    """Tell what a gate came to that was asked elsewhere, such as in a pipeline. Told twice it is recorded once."""
    known = standing_gate(system, gate)
    if digest != known.event.digest:
        raise NotAllowed(f"The gate {gate} of {system.slug} was changed since: export it again, and ask that one.")
    if sorted(one.name for one in checks) != sorted(known.event.questions):
        raise NotAllowed(f"The gate {gate} asks {', '.join(known.event.questions)}: tell what each of them came to.")
    if outcome != worst(checks):
        raise NotAllowed(f"Its questions came to “{worst(checks)}”, not to “{outcome}”.")
    for name, text in {"source": source, "data": data, "model": model, "version": version, "place": place}.items():
        if len(text) > LINE_MAX:
            raise NotAllowed(f"`{name}` has {len(text):,} characters; {LINE_MAX} fit.")
    told = GateReported(
        gate, digest, outcome, checks, source, fingerprint, data.strip(), model.strip(), version.strip(), place.strip()
    )
    if any(one.event == told and one.at == asked.at for one in known.reports):
        return []
    return [told]


def standing_gate(system: System, gate: str) -> KeptGate:
    """A gate of a system that is asked.

    :raises NotAllowed: if it has none of that name, or it is retired
    """
    known = system.gates.get(gate)
    if known is None:
        raise NotAllowed(f"{system.slug} keeps no gate {gate[:80]}.")
    if known.retired is not None:
        raise NotAllowed(f"The gate {gate} of {system.slug} is retired.")
    return known


def worst(checks: tuple[GateCheck, ...]) -> GateOutcome:
    """What a gate came to: the gravest that any of its questions did."""
    order: tuple[GateOutcome, ...] = ("failed", "no answer", "too few")
    said = {one.outcome for one in checks}
    return next((one for one in order if one in said), "passed")


def named(title: str) -> str:
    """A short name made from a title."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:NAME_LENGTH_MAX].strip("-") or "gate"


COMPUTED = frozenset({"keep-gate"})
"""Verbs that are not said to the rule: something is read or asked first, then a step is recorded."""

STEPS: dict[str, Callable[..., list[Event]]] = {"kept-gate": kept_gate}
"""Every step that no person says (see `hotwash.response.kept_gates`), by its word."""
