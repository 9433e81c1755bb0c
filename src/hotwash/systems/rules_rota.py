"""The verbs of who is called: rotas, stand-ins, groups of people, rules of escalation."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotwash.knowledge.escalation import SILENCES, escalation, read_step
from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems.organisation import Event, Organisation
from hotwash.systems.rota import (
    SHIFTS_MAX,
    EscalationDropped,
    EscalationSet,
    GroupSet,
    RotaOverridden,
    RotaRetired,
    RotaSet,
    Shift,
    ShiftsImported,
)

PEOPLE_MAX = 60
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def set_rota(
    organisation: Organisation,
    asked: Asked,
    *,
    people: tuple[str, ...],
    rota: str = "first",
    zone: str = "UTC",
    weekday: str = "monday",
    handover: str = "09:00",
    starts: date | None = None,
    weeks: int = 1,
) -> list[Event]:
    """Say who takes turns on call, and on which weekday at what time, in a zone, the next one takes over."""
    named = _people(people)
    try:
        ZoneInfo(zone)
        time.fromisoformat(handover)
    except (ValueError, KeyError, OSError) as bad:
        raise NotAllowed("`zone` is a place such as Europe/Berlin, and `handover` a time such as 09:00.") from bad
    if weekday.lower() not in DAYS:
        raise NotAllowed(f"`weekday` is one of {', '.join(DAYS)}.")
    if not 1 <= weeks <= 12:
        raise NotAllowed("A turn takes 1 to 12 weeks.")
    number = DAYS.index(weekday.lower())
    if starts is None:
        today = asked.now.astimezone(ZoneInfo(zone)).date()
        starts = today - timedelta(days=(today.weekday() - number) % 7)
    return [RotaSet(_name(rota), named, zone, number, time.fromisoformat(handover).strftime("%H:%M"), starts, weeks)]


def override_rota(
    organisation: Organisation,
    asked: Asked,
    *,
    person: str,
    since: datetime,
    until: datetime,
    rota: str = "first",
    reason: str = "",
) -> list[Event]:
    """Say who stands in on a rota, from when to when."""
    if rota not in organisation.on_call.rotas:
        raise NotAllowed(f"There is no rota {rota[:40]}.")
    if since.tzinfo is None or until.tzinfo is None:
        raise NotAllowed("`since` and `until` need a time zone, such as 2026-03-03T09:00:00+01:00.")
    if until <= since or until - since > timedelta(days=366):
        raise NotAllowed("`until` lies after `since`, by at most a year.")
    return [RotaOverridden(rota, need(person, "The person"), since, until, reason.strip())]


def import_shifts(
    organisation: Organisation,
    asked: Asked,
    *,
    shifts: tuple[Shift, ...],
    rota: str = "first",
    source: str = "",
    digest: str = "",
) -> list[Event]:
    """Take the shifts of another tool, in place of those that were taken before."""
    if not 1 <= len(shifts) <= SHIFTS_MAX:
        raise NotAllowed(f"1 to {SHIFTS_MAX:,} shifts can be taken.")
    for one in shifts:
        if one.since.tzinfo is None or one.until.tzinfo is None or one.until <= one.since or not one.person.strip():
            raise NotAllowed("A shift has a person, and an end after its beginning, both with a time zone.")
    return [ShiftsImported(_name(rota), shifts, source.strip()[:200], digest)]


def retire_rota(organisation: Organisation, asked: Asked, *, rota: str, reason: str) -> list[Event]:
    """Say that a rota no longer holds."""
    if rota not in organisation.on_call.rotas:
        raise NotAllowed(f"There is no rota {rota[:40]}.")
    return [RotaRetired(rota, need(reason, "The reason"))]


def set_group(organisation: Organisation, asked: Asked, *, group: str, people: tuple[str, ...] = ()) -> list[Event]:
    """Say who stands behind a name such as `executives`; nobody, to empty it."""
    return [GroupSet(_name(group), _people(people) if people else ())]


def set_escalation(
    organisation: Organisation,
    asked: Asked,
    *,
    rule: str,
    silence: str,
    steps: tuple[str, ...],
    severities: tuple[str, ...] = (),
    title: str = "",
) -> list[Event]:
    """Set a rule of escalation: what is silent, and after how many minutes whom to call, such as `5=commander`."""
    if silence not in SILENCES:
        raise NotAllowed(f"`silence` is one of {', '.join(SILENCES)}.")
    if not 1 <= len(steps) <= 10:
        raise NotAllowed("A rule has 1 to 10 steps.")
    for step in steps:
        try:
            read_step(step)
        except ValueError as bad:
            raise NotAllowed(str(bad)) from bad
    for severity in severities:
        if severity not in ("Minor", "Major", "Critical"):
            raise NotAllowed("`severities` are Minor, Major, Critical; none for every incident.")
    shipped = escalation().rules.get(rule)
    return [
        EscalationSet(_name(rule), title.strip() or (shipped.title if shipped else rule), severities, silence, steps)
    ]


def drop_escalation(organisation: Organisation, asked: Asked, *, rule: str, reason: str) -> list[Event]:
    """Say that a rule of escalation does not hold here."""
    known = organisation.on_call
    if rule not in known.rules and (rule not in escalation().rules or rule in known.dropped):
        raise NotAllowed(f"There is no rule {rule[:40]} that holds.")
    return [EscalationDropped(rule, need(reason, "The reason"))]


def _people(people: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(" ".join(one.split()) for one in people if one.strip()))
    if not 1 <= len(named) <= PEOPLE_MAX:
        raise NotAllowed(f"Name 1 to {PEOPLE_MAX} people.")
    return named


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NotAllowed("A name has small letters, digits and hyphens, at most 40.")
    return name


RULES = (set_rota, override_rota, import_shifts, retire_rota, set_group, set_escalation, drop_escalation)
"""The verbs; `rules_organisation` lists them with the others."""
