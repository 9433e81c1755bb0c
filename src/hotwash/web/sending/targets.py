"""Targets: the named lists of the organisation to which messages go. An address is typed once and never shown again."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from hotwash.incident.events.messages import REGISTER, STATUS_PAGE
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.response.sending import Outgoing, Result
from hotwash.web.seal_plan import FOLDER
from hotwash.web.sending import carriers
from hotwash.web.tables.models import TargetRow

AUDIENCES = ("responders", "executives", "staff", "customers", "harmed", "regulator", "press", "public")
TARGETS_MAX = 500
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class Known:
    """A target as it may be shown."""

    name: str
    kind: str
    shown: str
    audience: str
    language: str
    drills: bool
    made_at: datetime
    made_by: str
    last_at: datetime | None
    last_state: str
    last_why: str


def targets(audience: str = "") -> list[Known]:
    """Every target, or those for an audience, by name."""
    rows = TargetRow.objects.filter(removed_at=None).order_by("name")
    return [_known(row) for row in (rows.filter(audience=audience) if audience else rows)[:TARGETS_MAX]]


def add(
    name: str, kind: str, address: str, *, by: str, audience: str = "", language: str = "", drills: bool = False
) -> tuple[Known, str]:
    """A new target, and for a webhook the secret that its calls are signed with, which nobody can show again.

    :raises BadRequest: if a word cannot be one
    :raises NotAllowed: if there is such a target, or there are too many
    """
    if not _NAME.fullmatch(name) or name in (REGISTER, STATUS_PAGE, FOLDER):
        raise BadRequest("name", "use lower-case letters, digits and hyphens, at most 60.")
    if audience and audience not in AUDIENCES:
        raise BadRequest("audience", f"is one of {', '.join(AUDIENCES)}, or empty.")
    if language and not _LANGUAGE.fullmatch(language):
        raise BadRequest("language", "is a short code, such as en, de or es.")
    if TargetRow.objects.filter(removed_at=None).count() >= TARGETS_MAX:
        raise NotAllowed(f"There are {TARGETS_MAX} targets already: remove one first.")
    sealed, shown, secret = carriers.kept(kind, address)
    words = {
        "kind": kind,
        "sealed": sealed,
        "shown": shown,
        "audience": audience,
        "language": language,
        "drills": drills,
        "made_by": by,
        "made_at": timezone.now(),
        "removed_at": None,
        "last_at": None,
        "last_state": "",
        "last_why": "",
    }
    try:
        with transaction.atomic():
            # A name that was removed can be given again: records name it, and it means the list of that name.
            if not TargetRow.objects.filter(name=name).exclude(removed_at=None).update(**words):
                TargetRow.objects.create(name=name, **words)
    except IntegrityError as taken:
        raise NotAllowed(f"There is a target {name} already: remove it, or take another name.") from taken
    return _known(_row(name)), secret


def remove(name: str) -> None:
    """End a target. Its address is forgotten; what went there stays in the records.

    :raises NotFound: if there is none
    """
    row = _row(name)
    TargetRow.objects.filter(pk=row.pk).update(removed_at=timezone.now(), sealed="", shown="removed")


def test(name: str, *, by: str) -> Result:
    """Send a few words there, now, and keep what came of it.

    :raises NotFound: if there is none
    """
    row = _row(name)
    now = timezone.now()
    text = f"This is a test of the list “{name}”, sent by {by}. Nothing has happened, and nothing is to be done."
    message = Outgoing(f"Test from Hotwash: {name}", text, kind="test", language=row.language or "en")
    result = carriers.hand_over(row.kind, name, row.sealed, message, f"test:{name}:{now:%Y%m%dT%H%M%S.%f}")
    note(name, result)
    return result


def note(name: str, result: Result) -> None:
    """Keep what came of the last delivery to a target."""
    TargetRow.objects.filter(name=name).update(
        last_at=timezone.now(), last_state=result.state, last_why=result.why[:300]
    )


def find(name: str) -> TargetRow | None:
    """The row behind a name, if there is one."""
    return TargetRow.objects.filter(name=name[:60], removed_at=None).first()


def _row(name: str) -> TargetRow:
    row = find(name)
    if row is None:
        raise NotFound(f"There is no target {name[:60]}.")
    return row


def _known(row: TargetRow) -> Known:
    return Known(**{name: getattr(row, name) for name in Known.__slots__})
