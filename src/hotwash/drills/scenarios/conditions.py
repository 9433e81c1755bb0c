"""What an inject can wait for: short words about the record, each true or not at a moment. ``not`` turns one round.

``not contained`` · ``role:legal`` · ``came:press-mail`` · ``severity:Critical``. They are asked of the record alone, so
that a branch depends on what the team did and on nothing that somebody has to tick.
"""

from collections.abc import Callable, Collection
from typing import get_args

from hotwash.incident.events.life import Level
from hotwash.incident.events.work import RoleId
from hotwash.incident.state import Incident

_PLAIN: dict[str, tuple[str, Callable[[Incident], bool]]] = {
    "declared": ("An incident was declared.", lambda incident: incident.declared is not None),
    "commanded": ("Somebody is in command.", lambda incident: incident.commander is not None),
    "assessed": ("The severity was assessed.", lambda incident: bool(incident.assessments)),
    "held": ("Evidence was kept.", lambda incident: bool(incident.held)),
    "contained": ("A complete containment is in force.", lambda incident: any(c.complete for c in incident.in_force)),
    "limited": ("A containment is in force, for some or all.", lambda incident: bool(incident.in_force)),
    "measured": ("A finding was recorded.", lambda incident: bool(incident.findings)),
    "dated": ("Since when people are harmed was stated.", lambda incident: bool(incident.beginnings)),
    "aware": ("It was recorded who became aware, and when.", lambda incident: bool(incident.awareness)),
    "drafted": ("A message was drafted.", lambda incident: bool(incident.messages)),
    "sent": ("A message was sent.", lambda incident: any(m.sent_at is not None for m in incident.messages.values())),
    "explained": ("A contributing factor was found.", lambda incident: bool(incident.factors)),
    "acted": ("An action was added.", lambda incident: bool(incident.actions)),
    "over": ("It was resolved or closed.", lambda incident: incident.standing in ("resolved", "closed")),
}
WORDS = {word: sentence for word, (sentence, _) in _PLAIN.items()}
"""Every plain word with what it means."""


def wrong(condition: str, injects: Collection[str]) -> str:
    """What is wrong with a condition and what would mend it; empty if nothing is."""
    word = condition.removeprefix("not ").strip()
    kind, colon, name = word.partition(":")
    if not colon:
        return "" if word in _PLAIN else f"There is no condition “{word}”. There are: {', '.join(_PLAIN)}."
    known: dict[str, Collection[str]] = {"role": get_args(RoleId), "severity": get_args(Level), "came": injects}
    if kind not in known:
        return f"There is no condition “{kind}:”. There are: {', '.join(f'{one}:' for one in known)}."
    return "" if name in known[kind] else f"“{name}” is none of {', '.join(sorted(known[kind]))}."


def holds(condition: str, incident: Incident | None, came: Collection[str]) -> bool:
    """Whether a condition holds.

    :param incident: the record of the team; None while they have declared nothing
    :param came: ids of the injects that have come
    """
    word = condition.removeprefix("not ").strip()
    return _holds(word, incident or Incident(""), came) != condition.startswith("not ")


def _holds(word: str, incident: Incident, came: Collection[str]) -> bool:
    kind, colon, name = word.partition(":")
    if not colon:
        return _PLAIN[word][1](incident)
    if kind == "role":
        return name in incident.roster
    if kind == "severity":
        return incident.severity is not None and incident.severity.severity == name
    return name in came
