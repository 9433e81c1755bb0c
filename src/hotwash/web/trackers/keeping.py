"""Trackers: add, change, pause, take up again, remove. Tokens are kept sealed and shown to nobody."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings as options
from django.db import IntegrityError

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound, Person
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web import strongbox
from hotwash.web.door import desk
from hotwash.web.reaching import inside
from hotwash.web.tables.models import ActionRow, SystemRow, TrackedAction
from hotwash.web.tables.models import Tracker as Row

if TYPE_CHECKING:
    from hotwash.response.tracking import Tracker

PURPOSE, HOOK_PURPOSE = "secrets of trackers", "webhooks of trackers"
SECRET_MAX = 4_000
EVERY_LEAST_S, EVERY_MOST_S = 60, 24 * 3600
TIMEOUT_S = 20.0
TRACKERS_MAX = 100

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_PROJECT = {
    "github": re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}"),
    "gitlab": re.compile(r"[0-9]{1,12}|[\w.-]+(/[\w.-]+){1,20}"),
    "jira": re.compile(r"[A-Z][A-Z0-9_]{0,29}"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a tracker is.

    :param project: owner/name, a group's path, or a key
    :param user: for Jira in the cloud, the address that the token belongs to; empty for a server
    :param type: for Jira, the type of a new issue
    """

    url: str
    project: str
    user: str = ""
    type: str = "Task"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of tracker, in words for people."""

    title: str
    url: str
    project: str
    signed: str


KINDS: dict[str, Kind] = {
    "github": Kind("GitHub", "https://api.github.com", "owner/name", "Secret (X-Hub-Signature-256)"),
    "gitlab": Kind("GitLab", "https://gitlab.com", "group/name, or its number", "Secret token (X-Gitlab-Token)"),
    "jira": Kind("Jira", "", "the key of the project", "Secret (X-Hub-Signature)"),
}


def add(
    kind: str,
    name: str,
    given: Mapping[str, Any],
    *,
    by: Person,
    secret: str,
    hook: str = "",
    system: str = "",
    automatic: bool = False,
    every_s: int = 300,
) -> Row:
    """A new tracker.

    :raises BadRequest: if a word cannot be what it should be, or the address leads inside
    :raises NotAllowed: if there is such a tracker
    """
    if not _NAME.fullmatch(name):
        raise BadRequest("name", "use lower-case letters, digits and hyphens, at most 60.")
    if not secret:
        raise BadRequest("secret", "is missing: the token with which issues are read and written.")
    if Row.objects.count() >= TRACKERS_MAX:
        raise NotAllowed(f"There are {TRACKERS_MAX} trackers already.")
    found = settings_of(kind, given)
    words = _words(found, secret=secret, hook=hook, system=system, every_s=every_s)
    now = desk().clock()
    try:
        return Row.objects.create(
            name=name, kind=kind, made_by=by.name, made_at=now, next_at=now, automatic=automatic, **words
        )
    except IntegrityError as taken:
        raise NotAllowed(f"There is a tracker {name} already: remove it, or take another name.") from taken


def change(
    name: str,
    given: Mapping[str, Any],
    *,
    secret: str | None = None,
    hook: str | None = None,
    system: str | None = None,
    automatic: bool | None = None,
    every_s: int | None = None,
) -> Row:
    """Change what is set; what is not named stays. The project stays, for its issues are known by their numbers.

    :raises BadRequest, NotFound: as `add` and `named`
    """
    row = named(name)
    before = settings_of(row.kind, row.settings)
    found = settings_of(row.kind, {**row.settings, **given})
    if found.project != before.project:
        raise BadRequest("project", "cannot be changed: its issues are known by their numbers. Add another tracker.")
    if found.url != before.url and not secret:
        # Whoever may change the address must not thereby have the token sent there.
        raise BadRequest("secret", "is needed again, because the address is another one now.")
    words = _words(
        found,
        secret=secret,
        hook=hook,
        system=row.system if system is None else system,
        every_s=row.every_s if every_s is None else every_s,
    )
    if automatic is not None:
        words["automatic"] = automatic
    Row.objects.filter(pk=row.pk).update(**words, next_at=desk().clock(), error="", failures=0)
    return named(name)


def pause(name: str) -> Row:
    """Neither ask nor write it for now.

    :raises NotFound: if there is no such tracker
    """
    Row.objects.filter(pk=named(name).pk, paused_at=None).update(paused_at=desk().clock())
    return named(name)


def resume(name: str) -> Row:
    """Ask and write it again. Raises as `pause`."""
    Row.objects.filter(pk=named(name).pk).update(paused_at=None, next_at=desk().clock())
    return named(name)


def soon(name: str) -> Row:
    """Let everything in it be looked at now. Raises as `pause`."""
    row, now = named(name), desk().clock()
    if row.paused_at is not None:
        raise NotAllowed(f"{name} is paused: take it up again first.")
    Row.objects.filter(pk=row.pk).update(next_at=now)
    TrackedAction.objects.filter(tracker=row, gone=False).update(next_at=now)
    return named(name)


def remove(name: str) -> None:
    """Forget a tracker and its tokens. Issues there and the record stay as they are. Raises as `pause`."""
    named(name).delete()


def track(incident_id: str, action: int, name: str) -> TrackedAction:
    """Let an action have an issue. The worker makes it, or finds the one that there is.

    :raises NotFound, NotAllowed: if there is no such action or tracker, or it has one
    """
    row = named(name)
    if not ActionRow.objects.filter(incident=incident_id, entry=action).exists():
        raise NotFound(f"Entry {action} is no action of {incident_id}.")
    known = TrackedAction.objects.filter(incident=incident_id, entry=action).select_related("tracker").first()
    if known is not None:
        raise NotAllowed(f"Action {action} has an issue in {known.tracker.name} already, or will have.")
    return TrackedAction.objects.create(tracker=row, incident=incident_id, entry=action, next_at=desk().clock())


def named(name: str) -> Row:
    """A tracker by its name.

    :raises NotFound: if there is none
    """
    row = Row.objects.filter(name=name[:60].replace("\x00", "")).first()
    if row is None:
        raise NotFound(f"There is no tracker {name[:60]}.")
    return row


def settings_of(kind: str, told: Mapping[str, Any]) -> Settings:
    """What is set for a tracker, checked.

    :raises BadRequest: naming the word that is wrong
    """
    known = KINDS.get(kind)
    if known is None:
        raise BadRequest("kind", f"is not known. There are {', '.join(KINDS)}.")
    words = {"url": known.url} | {name: value for name, value in told.items() if value not in (None, "")}
    if unknown := sorted(set(words) - {field.name for field in fields(Settings)}):
        raise BadRequest(unknown[0], f"is no setting of {known.title}.")
    try:
        found = msgspec.convert(words, Settings)
    except msgspec.ValidationError as wrong:
        raise BadRequest("settings", str(wrong)) from wrong
    if not _PROJECT[kind].fullmatch(found.project) or ".." in found.project:
        raise BadRequest("project", f"is {known.project}.")
    if any(len(text) > 500 or not text.isprintable() for text in (found.url, found.user, found.type)):
        raise BadRequest("settings", "hold a text that is too long, or with characters that cannot be printed.")
    return found


def opened(row: Row) -> "Tracker":
    """The tracker itself, behind the guard of addresses.

    :raises NotAllowed: if its token was sealed with another secret key of this installation
    """
    from hotwash.connect.reachable import client
    from hotwash.connect.trackers import github, gitlab, jira

    found, secret = settings_of(row.kind, row.settings), strongbox.take_out(row.secret, purpose=PURPOSE)
    if secret is None:
        raise NotAllowed("The token was sealed with another secret key of this installation: set it anew.")
    connector = {"github": github, "gitlab": gitlab, "jira": jira}[row.kind]
    head = connector.header(secret, user=found.user)
    wire = client(connector.SYSTEM, found.url, inside=inside(), headers=head, timeout_s=TIMEOUT_S)
    if row.kind == "jira":
        return jira.Issues(wire, found.project, cloud=bool(found.user), kind=found.type)
    return gitlab.Issues(wire, found.project) if row.kind == "gitlab" else github.Issues(wire, found.project)


def installation() -> str:
    """What names this installation in markers: the same as long as its secret key is."""
    return hashlib.sha256(f"hotwash markers {options.SECRET_KEY}".encode()).hexdigest()[:10]


def shown(row: Row, now: datetime) -> dict[str, Any]:
    """A tracker as anybody may see it; no secret is in it."""
    tracked = TrackedAction.objects.filter(tracker=row)
    state = "paused" if row.paused_at else "failing" if row.error else "well"
    return {
        "name": row.name,
        "kind": row.kind,
        "title": KINDS[row.kind].title,
        "settings": row.settings,
        "system": row.system or None,
        "automatic": row.automatic,
        "every_s": row.every_s,
        "signed": bool(row.hook),
        "webhook": f"/hooks/trackers/{row.name}/",
        "state": state,
        "error": row.error or None,
        "done_at": row.done_at,
        "paused_at": row.paused_at,
        "actions": tracked.count(),
        "behind": tracked.filter(next_at__lte=now).count(),
        "troubles": [
            {"incident": one.incident, "action": one.entry, "issue": one.issue or None, "error": one.error}
            for one in tracked.exclude(error="").order_by("-id")[:20]
        ],
        "conflicts": [
            {"incident": one.incident, "action": one.entry, "issue": one.issue, "text": one.conflict}
            for one in tracked.exclude(conflict="").order_by("-synced_at")[:20]
        ],
    }


def _words(found: Settings, *, secret: str | None, hook: str | None, system: str, every_s: int) -> dict[str, Any]:
    from hotwash.connect.reachable import check

    if system and not SystemRow.objects.filter(slug=system[:190]).exists():
        raise BadRequest("system", f"there is no AI system {system[:80]}.")
    if isinstance(every_s, bool) or not EVERY_LEAST_S <= every_s <= EVERY_MOST_S:
        raise BadRequest("every_s", f"is a number of seconds from {EVERY_LEAST_S} to {EVERY_MOST_S:,}.")
    for word, text in (("secret", secret), ("hook", hook)):
        if text and (len(text) > SECRET_MAX or not text.isascii() or not text.isprintable()):
            raise BadRequest(word, f"is at most {SECRET_MAX:,} printable characters.")
    try:
        check("the tracker", found.url, inside=inside())
    except OutsideFault as no:
        raise BadRequest("url", no.sentence) from no
    words: dict[str, Any] = {"system": system, "settings": msgspec.to_builtins(found), "every_s": every_s}
    if secret:
        words["secret"] = strongbox.put_in(secret, purpose=PURPOSE)
    if hook is not None:
        words["hook"] = strongbox.put_in(hook, purpose=HOOK_PURPOSE)
    return words
