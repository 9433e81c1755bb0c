"""What an AI system still lacks, so that people could act if it did harm tomorrow. Pure: figures in, sentences out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Lack = Literal[
    "owner", "team", "tier", "stop", "switch", "log", "drill", "gate", "passing-gate"
]  # fmt: skip

REHEARSED = timedelta(days=365)
"""A drill that lies further back no longer counts: people and systems change."""

LACKS: dict[Lack, str] = {
    "owner": "no owner",
    "stop": "nobody may stop it",
    "switch": "no switch",
    "log": "no log described",
    "drill": "no drill in a year",
    "gate": "no gate",
    "passing-gate": "a gate did not pass",
    "tier": "risk tier not known",
    "team": "no team",
}
"""What can be missing, in the order in which an incident misses it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a system, as far as it says how ready people are.

    :param switched: whether somebody described a switch of it, or a service follows one
    :param drilled: when an incident of it was last rehearsed
    :param gates: how many gates are asked of it, and how many of them did not pass
    """

    owner: str = ""
    team: str = ""
    tier: str = "unknown"
    stop: str = ""
    switched: bool = False
    log: bool = False
    drilled: datetime | None = None
    gates: int = 0
    gates_wanting: int = 0
    retired: bool = False


def lacking(known: Standing, *, now: datetime, teams: bool) -> tuple[Lack, ...]:
    """What is missing. A retired system lacks nothing.

    :param teams: whether this installation has teams at all
    """
    if known.retired:
        return ()
    holds: dict[Lack, bool] = {
        "owner": bool(known.owner),
        "stop": bool(known.stop),
        "switch": known.switched,
        "log": known.log,
        "drill": known.drilled is not None and now - known.drilled <= REHEARSED,
        "gate": bool(known.gates),
        "passing-gate": not known.gates_wanting,
        "tier": known.tier != "unknown",
        "team": bool(known.team) or not teams,
    }
    return tuple(lack for lack in LACKS if not holds[lack])
