"""Rules for playbooks: start one, record what came of a step, follow a changed severity, end it."""

from typing import Any

from hotwash.incident.events import Event
from hotwash.incident.events.playbooks import Outcome, PlaybookEnded, PlaybookRaised, PlaybookStarted, StepRecorded
from hotwash.incident.runs import Run
from hotwash.incident.state import Incident
from hotwash.knowledge.playbooks import BadPlaybook, Level, Playbook, read, shelf
from hotwash.ledger.rule import Asked, NotAllowed, need

RUNS_MAX = 8


def start_playbook(
    incident: Incident,
    asked: Asked,
    *,
    playbook: str = "",
    content: dict[str, Any] | None = None,
    tier: Level | None = None,
    origin: str = "",
    reason: str = "",
) -> list[Event]:
    """Start a playbook: one of the library by its id, or your own, given whole as ``content``.

    Without a tier it takes that of the severity; while nobody has assessed it, Major.
    """
    book = _own(content) if content is not None else _shelved(playbook)
    running = [run for run in incident.runs.values() if run.ended is None]
    if any(run.playbook.id == book.id for run in running):
        raise NotAllowed(f"“{book.title}” is under way already. End it first, or go on with it.")
    if len(running) >= RUNS_MAX:
        raise NotAllowed(f"{RUNS_MAX} playbooks are under way. End those that nobody works by.")
    severity = incident.severity
    level = tier or (severity.severity if severity else "Major")
    if not book.steps_at(level):
        raise NotAllowed(f"“{book.title}” asks for nothing at the tier {level}.")
    where = origin.strip() or ("library" if content is None else "given")
    return [PlaybookStarted(book, level, where, reason.strip())]


def record_step(
    incident: Incident,
    asked: Asked,
    *,
    run: int,
    step: str,
    outcome: Outcome = "done",
    text: str = "",
    entry: int | None = None,
) -> list[Event]:
    """Record what came of a step: done, skipped, not applicable, or open again. Whatever is not done needs a reason."""
    known = _under_way(incident, run)
    if step not in {one.id for one in known.steps}:
        raise NotAllowed(f"“{known.playbook.title}” asks for no step “{step}” at the tier {known.tier}.")
    last = known.last(step)
    if (last.event.outcome if last else "open") == outcome and not text.strip() and entry is None:
        raise NotAllowed("That is how it stands already. Say what is new about it.")
    if outcome in ("skipped", "not-applicable") and not text.strip():
        raise NotAllowed("A step that is left out needs a reason, which the review will read.")
    if entry is not None and not 1 <= entry <= incident.number:
        raise NotAllowed(f"{incident.id} has no entry {entry}.")
    return [StepRecorded(run, step, outcome, text.strip(), entry)]


def raise_playbook(incident: Incident, asked: Asked, *, run: int, tier: Level, reason: str) -> list[Event]:
    """Change the tier of a playbook that is under way. What was recorded of its steps stays."""
    known = _under_way(incident, run)
    if known.tier == tier:
        raise NotAllowed(f"It is at the tier {tier} already.")
    return [PlaybookRaised(run, tier, need(reason, "The reason"))]


def end_playbook(incident: Incident, asked: Asked, *, run: int, reason: str = "") -> list[Event]:
    """End a playbook. While steps are open it needs a reason."""
    known = _under_way(incident, run)
    left = len(known.left)
    if left and not reason.strip():
        raise NotAllowed(f"{left} of its steps {'is' if left == 1 else 'are'} open: say why it ends now.")
    return [PlaybookEnded(run, reason.strip())]


def _shelved(playbook: str) -> Playbook:
    try:
        return shelf().playbook(need(playbook, "The playbook"))
    except KeyError:
        known = ", ".join(book.id for book in shelf().playbooks)
        raise NotAllowed(f"The library has no playbook “{playbook}”. It has {known}.") from None


def _own(content: dict[str, Any]) -> Playbook:
    try:
        return read(content)
    except BadPlaybook as bad:
        raise NotAllowed(str(bad)) from bad


def _under_way(incident: Incident, run: int) -> Run:
    known = incident.runs.get(run)
    if known is None:
        raise NotAllowed(f"Entry {run} started no playbook of {incident.id}.")
    if known.ended is not None:
        raise NotAllowed(f"“{known.playbook.title}” has ended. Start it anew if you work by it again.")
    return known
