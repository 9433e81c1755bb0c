"""Gates that are kept: left behind by incidents, held on their AI systems, and asked again wherever a model is made.

A gate's file is read strictly before it is kept, so that none is kept that could not be asked. What an incident leaves
behind stands in both records, or in neither.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hotwash.incident import rules as incident_rules
from hotwash.ledger.entry import Conflict
from hotwash.ledger.rule import Asked
from hotwash.response import gate_files
from hotwash.response.desk import SYSTEM, Desk, Person, Recorded
from hotwash.response.gate_files import GateWrong
from hotwash.response.gates import Gate, Verdict
from hotwash.response.request import BadRequest, fit
from hotwash.systems import rules as system_rules
from hotwash.systems.rules_gates import named
from hotwash.systems.state import System


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A gate as it leaves an installation: its file, and what it is called there."""

    gate: str
    digest: str
    text: str
    system: str
    incident: str = ""


def keep(
    desk: Desk, slug: str, *, by: Person, at: datetime | None = None, expected: int | None = None, **request: Any
) -> Recorded:
    """Keep a gate on an AI system. Raises as `Desk.record_system` does."""
    desk.permit(by, "keep-gate")
    words = fit(system_rules.VERBS["keep-gate"], request)
    system = desk.system(slug)
    if expected is not None and system.number != expected:
        raise Conflict(SYSTEM + slug, expected, system.number)
    read = _read(words["text"])
    return desk.step_system(
        slug,
        "kept-gate",
        by=by,
        at=at,
        gate=words["gate"],
        title=read.title,
        text=read.text,
        questions=[one.name for one in read.questions],
        note=words["note"],
    )


def leave(
    desk: Desk, incident_id: str, *, by: Person, at: datetime | None = None, expected: int | None = None, **request: Any
) -> Recorded:
    """Leave a gate on the AI system of an incident, in both records. Raises as `Desk.record` does."""
    desk.permit(by, "leave-gate")
    words = fit(incident_rules.VERBS["leave-gate"], request)
    incident = desk.incident(incident_id)
    slug = words["system"].strip() or incident.system or ""
    if not slug:
        raise BadRequest("system", "is missing: the incident names no AI system on which the gate could be kept.")
    if not desk.store.head(SYSTEM + slug[:100]).number:
        raise BadRequest("system", f"there is no AI system {slug[:60]}: register it first.")
    system = desk.system(slug)
    read = _read(words["text"])
    name = words["gate"].strip() or _free(system, named(read.title))
    known = system.gates.get(name)
    if known is not None and known.retired is None and known.event.incident not in ("", incident_id):
        raise BadRequest("gate", f"{name} is the gate that {known.event.incident} left: give this one another name.")
    questions = [one.name for one in read.questions]
    words = {
        "gate": name,
        "title": read.title,
        "text": read.text,
        "questions": questions,
        "incident": incident_id,
        "note": words["note"],
    }
    # The system's rule is asked before anything is written, so that its no leaves nothing behind in any store.
    now = desk.clock()
    system_rules.take(system, "kept-gate", Asked(by.name, at or now, now), **words | {"questions": tuple(questions)})
    with desk.together():
        written = desk.step(
            incident_id,
            "left-gate",
            by=by,
            at=at,
            expected=expected,
            gate=name,
            system=slug,
            title=read.title,
            digest=read.digest,
            questions=questions,
        )
        desk.step_system(slug, "kept-gate", by=by, at=at, **words)
    return written


def files(system: System) -> tuple[KeptFile, ...]:
    """Every gate of a system that is asked, by name."""
    return tuple(
        KeptFile(name, one.event.digest, one.event.text, system.slug, one.event.incident)
        for name, one in sorted(system.gates.items())
        if one.retired is None
    )


def report(verdict: Verdict, gate: str, **beside: str) -> dict[str, Any]:
    """What a verdict came to, as the verb ``report-gate`` is asked with.

    :param beside: ``data``, ``model``, ``version`` and ``place``, as far as they are known
    """
    asked = [check for check in verdict.checks if check.source]
    return {
        "gate": gate,
        "digest": verdict.gate,
        "outcome": verdict.outcome,
        "checks": [
            {
                "name": check.name,
                "outcome": check.outcome,
                "rows": check.rows,
                "why": check.why[:1000],
                "finding": check.digest,
            }
            for check in verdict.checks
        ],
        "source": asked[0].source[-300:] if asked else "",
        "fingerprint": asked[0].fingerprint if asked else "",
        **{name: text for name, text in beside.items() if text},
    }


def drafted(incident: Any) -> str:
    """What a gate of this incident may begin with: the gate through which its traffic went back; else an outline."""
    known = incident.recovery
    if known is not None:
        return str(known.planned.event.gate)
    return _OUTLINE.replace("TITLE", msgspec.json.encode(f"What happened in {incident.id} does not come back").decode())


_OUTLINE = """title = TITLE

[[questions]]
name = "four fifths"
question = "fairness"
rows_min = 500
thresholds = ["groups[sex=female].ratio.selection_rate.low >= 0.8"]
[questions.arguments]
decision = "decision"
group = ["sex"]
favourable = "yes"
reference = { sex = "male" }
"""


def _free(system: System, name: str) -> str:
    """A name that no gate of the system has: another incident's gate is not replaced unless it is named."""
    taken, number = set(system.gates), 2
    free = name
    while free in taken:
        free, number = f"{name[:55]}-{number}", number + 1
    return free


def _read(text: str) -> Gate:
    plain = text.replace("\r\n", "\n")
    try:
        return gate_files.read(plain)
    except GateWrong as wrong:
        raise BadRequest("text", f"is no gate. {wrong}") from wrong
