"""How people are reached: each account's ways in their order, and when its person wants no reminders."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from hotwash.ledger.rule import NotAllowed
from hotwash.response.request import BadRequest
from hotwash.response.sending import Outgoing, Result
from hotwash.web import strongbox
from hotwash.web.sending import carriers
from hotwash.web.tables.models import Account, MethodRow, QuietRow

METHODS_MAX = 6
OWN_MAIL = "mail"
"""The way by the account's own mail address, which is there without being added."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody. ``id`` is None for the account's own mail address."""

    id: int | None
    label: str
    kind: str
    shown: str
    sealed: str = ""


def account_of(person: str) -> Account | None:
    """The account behind a name in a record: its own name, or the one that it is shown by, if only one has it."""
    small = person.strip().lower()
    found = Account.objects.filter(is_active=True).alias(small=Lower("display_name"))
    rows = list(found.filter(Q(name=small) | Q(small=small)).order_by("pk")[:3])
    named = [row for row in rows if row.name == small]
    if named or len(rows) == 1:
        return (named or rows)[0]
    return None


def ways(account: Account) -> list[Way]:
    """The ways to reach an account's person, in their order; the own mail address where nothing else was added."""
    rows = MethodRow.objects.filter(account=account).order_by("place", "pk")
    added = [Way(row.pk, row.label, row.kind, row.shown, row.sealed) for row in rows[:METHODS_MAX]]
    if added or not account.email or carriers.server() is None:
        return added
    sealed = strongbox.put_in(msgspec.json.encode({"to": [account.email]}).decode(), purpose=carriers.PURPOSE)
    return [Way(None, OWN_MAIL, "mail", account.email, sealed)]


def add(account: Account, label: str, kind: str, address: str) -> tuple[Way, str]:
    """A further way, after the others, and for a webhook the secret that its calls are signed with.

    :raises BadRequest: if a word cannot be one
    :raises NotAllowed: if there are enough
    """
    label = " ".join(label.split())
    if not 1 <= len(label) <= 60 or not label.isprintable():
        raise BadRequest("label", "call it something short, such as phone or mail at home.")
    if MethodRow.objects.filter(account=account).count() >= METHODS_MAX:
        raise NotAllowed(f"There are {METHODS_MAX} ways already: remove one first.")
    sealed, shown, secret = carriers.kept(kind, address)
    with transaction.atomic():
        last = MethodRow.objects.filter(account=account).order_by("-place").first()
        row = MethodRow.objects.create(
            account=account, place=last.place + 1 if last else 1, label=label, kind=kind, sealed=sealed, shown=shown
        )
    return Way(row.pk, row.label, row.kind, row.shown), secret


def remove(account: Account, method: int) -> None:
    """Forget a way.

    :raises NotAllowed: if the account has none of that number
    """
    if not MethodRow.objects.filter(account=account, pk=method).delete()[0]:
        raise NotAllowed("There is no such way to reach you.")


def first(account: Account, method: int) -> None:
    """Try a way before the others.

    :raises NotAllowed: if the account has none of that number
    """
    rows = list(MethodRow.objects.filter(account=account).order_by("place", "pk"))
    if method not in {row.pk for row in rows}:
        raise NotAllowed("There is no such way to reach you.")
    rows.sort(key=lambda row: row.pk != method)
    with transaction.atomic():
        for place, row in enumerate(rows, 1):
            MethodRow.objects.filter(pk=row.pk).update(place=place)


def test(account: Account, method: int) -> Result:
    """Send a few words by one way, now.

    :raises NotAllowed: if the account has none of that number
    """
    row = MethodRow.objects.filter(account=account, pk=method).first()
    if row is None:
        raise NotAllowed("There is no such way to reach you.")
    text = "This is a test. This is how you are paged and reminded; nothing is to be done."
    return carriers.hand_over(
        row.kind, row.label, row.sealed, Outgoing("Test from Hotwash", text, kind="test"), f"test:method:{row.pk}"
    )


def set_quiet(account: Account, since: str, until: str) -> None:
    """Say when the person wants no reminders, on their own clock; both empty for never.

    :raises BadRequest: if one is no time
    """
    if not since and not until:
        QuietRow.objects.filter(account=account).delete()
        return
    try:
        begin, end = time.fromisoformat(since), time.fromisoformat(until)
    except ValueError as bad:
        raise BadRequest("since", "write both times as 22:00.") from bad
    if begin == end:
        raise BadRequest("until", "must be another time than `since`.")
    QuietRow.objects.update_or_create(account=account, defaults={"since": begin, "until": end})


def quiet_until(account: Account, at: datetime) -> datetime | None:
    """When the quiet hours that run at a moment end; None if none run."""
    row = QuietRow.objects.filter(account=account).first()
    if row is None:
        return None
    try:
        zone = ZoneInfo(account.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    return end_of_quiet(at.astimezone(zone), row.since, row.until)


def end_of_quiet(local: datetime, since: time, until: time) -> datetime | None:
    """When quiet hours by the wall clock end, which may run past midnight; None if they do not run at this moment."""
    wall = local.time().replace(tzinfo=None)
    if since < until:
        if not since <= wall < until:
            return None
        return datetime.combine(local.date(), until, local.tzinfo)
    if not (wall >= since or wall < until):
        return None
    day = local.date() + timedelta(days=1 if wall >= since else 0)
    return datetime.combine(day, until, local.tzinfo)
