"""The verbs of an AI system: pure functions from a state and a request to events, or to `NotAllowed`."""

import re
from collections.abc import Callable
from typing import Any

from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems.events import (
    Event,
    LogDescribed,
    OwnerChanged,
    Part,
    PurposeSet,
    Registered,
    StopAuthoritySet,
    SystemNoted,
    SystemRetired,
    Tier,
    TierSet,
    VersionDeployed,
)
from hotwash.systems.rules_gates import STEPS as GATE_STEPS
from hotwash.systems.rules_gates import keep_gate, report_gate, retire_gate
from hotwash.systems.rules_switches import STEPS as SWITCH_STEPS
from hotwash.systems.rules_switches import describe_switch
from hotwash.systems.state import System
from hotwash.systems.teams import NAME, TeamJoined

Rule = Callable[..., list[Event]]


def register(
    system: System, asked: Asked, *, name: str, purpose: str = "", owner: str = "", tier: Tier = "unknown"
) -> list[Event]:
    """Enter an AI system into the landscape."""
    if system.known:
        raise NotAllowed(f"{system.slug} is registered already.")
    return [Registered(need(name, "The name"), purpose.strip(), owner.strip(), tier)]


def change_owner(system: System, asked: Asked, *, owner: str) -> list[Event]:
    """Say who answers for the system."""
    return [OwnerChanged(need(owner, "The owner"))]


def join_team(system: System, asked: Asked, *, team: str = "") -> list[Event]:
    """Say which team the system belongs to, by its short name; without one it belongs to none."""
    if team.strip() and not NAME.fullmatch(team.strip()):
        raise NotAllowed("A team's short name is small letters, digits and hyphens, at most 60.")
    return [] if team.strip() == system.team else [TeamJoined(team.strip())]


def set_purpose(system: System, asked: Asked, *, purpose: str) -> list[Event]:
    """Say what the system decides or says, and for whom."""
    return [PurposeSet(need(purpose, "The purpose"))]


def set_tier(system: System, asked: Asked, *, tier: Tier, reason: str) -> list[Event]:
    """Set the risk tier, with the reason."""
    return [TierSet(tier, need(reason, "The reason"))]


def deploy(
    system: System, asked: Asked, *, part: Part, version: str, digest: str = "", source: str = "", note: str = ""
) -> list[Event]:
    """Record that a version of a part went live."""
    return [VersionDeployed(part, need(version, "The version"), digest, source, note)]


def describe_log(
    system: System,
    asked: Asked,
    *,
    source: str,
    columns: dict[str, str] | None = None,
    attributes: tuple[str, ...] = (),
    favourable: str | None = None,
    zone: str | None = None,
) -> list[Event]:
    """Say where the predictions are kept and what their columns mean."""
    if _PASSWORD.search(source):
        raise NotAllowed(
            "The address of the log holds a password, which a record would keep for ever. Leave it out: the server "
            "takes it from PGPASSWORD, a password file or a service."
        )
    roles = {role: column for role, column in (columns or {}).items() if column}
    for role in roles:
        if role not in ROLES:
            raise NotAllowed(f"`{role}` is no role of a column. There are {', '.join(ROLES)}.")
    return [LogDescribed(need(source, "The log"), roles, attributes, favourable, zone or None)]


_PASSWORD = re.compile(
    r"://[^/@]*:(?!\*\*\*@)[^/].*@|://.*[?&;][^=&#]*(pass|pwd|token|secret)[^=&#]*=(?!\*)", re.IGNORECASE
)
ROLES = ("time", "version", "subject", "score", "decision", "label")
"""What a column of a prediction log can be, beside a protected attribute."""


def set_stop_authority(system: System, asked: Asked, *, people: tuple[str, ...], how: str = "") -> list[Event]:
    """Say who may stop the system, and how they are reached."""
    named = tuple(name.strip() for name in people if name.strip())
    if not named:
        raise NotAllowed("Name at least one person or role that may stop the system.")
    return [StopAuthoritySet(named, how.strip())]


def note_system(system: System, asked: Asked, *, text: str) -> list[Event]:
    """Write a note about the system."""
    return [SystemNoted(need(text, "The note"))]


def retire(system: System, asked: Asked, *, reason: str) -> list[Event]:
    """Record that the system no longer runs."""
    if system.retired is not None:
        raise NotAllowed(f"{system.slug} is retired already.")
    return [SystemRetired(need(reason, "The reason"))]


VERBS: dict[str, Rule] = {
    rule.__name__.replace("_", "-"): rule
    for rule in (
        register,
        change_owner,
        join_team,
        set_purpose,
        set_tier,
        deploy,
        describe_log,
        set_stop_authority,
        describe_switch,
        keep_gate,
        retire_gate,
        report_gate,
        note_system,
        retire,
    )
}
"""Every verb by its word: the name of its function, with hyphens."""


STEPS: dict[str, Rule] = {**SWITCH_STEPS, **GATE_STEPS}
"""Every step that no person says, by its word."""


def take(system: System, step: str, /, *args: Any, **request: Any) -> list[Event]:
    """Ask the rule of a step that no person says.

    :raises NotAllowed: if the system is not known, or the rule says no
    """
    if not system.known:
        raise NotAllowed(f"There is no AI system {system.slug}: register it first.")
    return STEPS[step](system, *args, **request)


def allow(system: System, verb: str, /, *args: Any, **request: Any) -> list[Event]:
    """Ask a rule.

    :raises NotAllowed: if the system is not known (or the rule says no)
    """
    if verb != "register" and not system.known:
        raise NotAllowed(f"There is no AI system {system.slug}: register it first.")
    return VERBS[verb](system, *args, **request)
