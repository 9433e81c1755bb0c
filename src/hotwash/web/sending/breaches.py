"""The look over risk indicators, and the job that tells one person of one that is above its limit.

Whoever stands behind the group ``risk`` is told: once when an indicator goes above its limit, and again every week
while it stays there. Without that group nobody is. What is told names figures and limits, no incident.
"""

from datetime import datetime, timedelta

from django.conf import settings

from hotwash.reports.measuring.risk import Standing, risks
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Job, Outcome
from hotwash.response.sending import TRIES, Outgoing, Result, wait_after
from hotwash.web.figure_rows import lines
from hotwash.web.sending import carriers, methods
from hotwash.web.tables.models import BreachRow, IncidentRow

LOOK, TELL = "risk", "risk-told"
EVERY, AGAIN = timedelta(hours=1), timedelta(days=7)
GROUP = "risk"


def look(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Hold every indicator against its limit."""
    now, organisation = desk.clock(), desk.organisation()
    known = risks(lines(IncidentRow.objects.all()), organisation.governance, now)
    breached = {one.indicator: one for one in known if one.breached}
    rows = {row.indicator: row for row in BreachRow.objects.all()}
    people = organisation.on_call.groups.get(GROUP, ())
    fresh = [
        one for name, one in breached.items() if (row := rows.get(name)) is None or _again(row, now, told=bool(people))
    ]
    then = tuple(_job(one, person, now) for one in fresh for person in people)

    def effect() -> None:
        BreachRow.objects.exclude(indicator__in=breached).delete()
        for name, one in breached.items():
            told = now if people and one in fresh else None
            BreachRow.objects.update_or_create(
                indicator=name,
                defaults={"value": one.value, "limit": one.limit, **({"reminded_at": told} if told else {})},
                create_defaults={"value": one.value, "limit": one.limit, "since": now, "reminded_at": told},
            )

    return Outcome(effect, then)


def _again(row: BreachRow, now: datetime, *, told: bool) -> bool:
    return told and (row.reminded_at is None or now - row.reminded_at >= AGAIN)


def _job(one: Standing, person: str, now: datetime) -> Job:
    text = f"{one.title}: {one.shown}. The limit is {one.limit_shown}."
    words = {"person": person, "text": text, "try": 1}
    return Job(f"{TELL}:{one.indicator}:{now:%Y%m%dT%H%M}>{person}"[:150], TELL, words, now, "")


def tell(desk: Desk, arguments: Arguments) -> Outcome | None:
    """Tell one person by the first way that takes it; later, if it is quiet for them now."""
    person, now, tries = str(arguments["person"]), desk.clock(), int(arguments["try"])
    account = methods.account_of(person)
    if account is None:
        return None
    quiet = methods.quiet_until(account, now)
    if quiet is not None:
        return Outcome(then=(_later(arguments, quiet, tries),))
    base = settings.HOTWASH.public_url
    said = Outgoing(
        f"Risk: {arguments['text'][:150]}", arguments["text"], "reminder", link=f"{base}/governance/" if base else ""
    )
    result = Result("failed")
    for way in methods.ways(account):
        result = carriers.hand_over(way.kind, way.label, way.sealed, said, f"{TELL}:{person}:{arguments['text']}"[:200])
        if result.state != "failed":
            return None
    if result.again and tries < TRIES:
        return Outcome(then=(_later(arguments, now + wait_after(tries), tries + 1),))
    return None


def _later(arguments: Arguments, due: datetime, tries: int) -> Job:
    words = {**arguments, "try": tries}
    return Job(
        f"{TELL}:{arguments['person']}:{due:%Y%m%dT%H%M}:{tries}:{arguments['text']}"[:150], TELL, words, due, ""
    )
