"""Sources that are asked: add, change, pause, take up again, remove. A token is kept sealed and shown to nobody."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings as options
from django.db import IntegrityError

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound, Person
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.response.spans import ROLES
from hotwash.web import strongbox
from hotwash.web.door import desk
from hotwash.web.pulls.kinds import EVERY_LEAST_S, EVERY_MOST_S, KINDS, Phoenix, Settings, settings_of
from hotwash.web.reaching import inside
from hotwash.web.store import together
from hotwash.web.tables.models import Pull, SystemRow

PURPOSE = "secrets of pulls"
SECRET_MAX = 4_000

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def add(
    kind: str,
    name: str,
    given: Mapping[str, Any],
    *,
    by: Person,
    system: str = "",
    secret: str = "",
    every_s: int | None = None,
    describe: bool = False,
) -> Pull:
    """A new source, asked from now on.

    :param describe: that what is pulled is the prediction log of the AI system (`describe-log`)
    :raises BadRequest: if a word cannot be what it should be, or the address leads inside
    :raises NotAllowed: if there is such a pull, or the rule says no
    """
    if not _NAME.fullmatch(name):
        raise BadRequest("name", "use lower-case letters, digits and hyphens, at most 60.")
    found = settings_of(kind, given, now=desk().clock())
    words = _words(found, system=system, secret=secret, every_s=every_s or KINDS[kind].every_s)
    if describe and (not isinstance(found, Phoenix) or not system):
        raise BadRequest("describe", "is for Phoenix, and needs the AI system whose log it is.")
    if folder_of(name).exists():
        raise NotAllowed(f"There is a log of a former pull {name}: take another name, or move its folder away.")
    try:
        with together():
            made = Pull.objects.create(
                name=name, kind=kind, made_by=by.name, next_at=desk().clock(), made_at=desk().clock(), **words
            )
            if describe:
                desk().record_system(
                    system, "describe-log", by=by, source=f"{folder_of(name).name}/*.parquet", columns=dict(ROLES)
                )
    except IntegrityError as taken:
        raise NotAllowed(f"There is a pull {name} already: remove it, or take another name.") from taken
    return made


def change(name: str, given: Mapping[str, Any], *, secret: str | None = None, every_s: int | None = None) -> Pull:
    """Change what is set for a source; what is not named stays.

    A log that has begun stays that of its project, so of Phoenix neither project nor range can be changed.

    :raises BadRequest, NotAllowed, NotFound: as `add` and `named`
    """
    pull = named(name)
    before, now = settings(pull), desk().clock()
    found = settings_of(pull.kind, {**pull.settings, **given}, now=now)
    if found.url != before.url and secret is None and pull.secret:
        # Whoever may change the address must not thereby have the token sent there.
        raise BadRequest("secret", "is needed again, because the address is another one now.")
    cursor = pull.cursor
    if isinstance(found, Phoenix) and isinstance(before, Phoenix):
        fixed = ("project", "which", "since")
        if changed := [word for word in fixed if getattr(found, word) != getattr(before, word)]:
            raise BadRequest(changed[0], "cannot be changed: what is pulled already is of the former one. Add another.")
        if found.rules != before.rules:
            cursor = {word: value for word, value in cursor.items() if word != "seen"}
    elif found != before:
        cursor = {}
    words = _words(found, system=pull.system, secret=secret, every_s=every_s or pull.every_s)
    Pull.objects.filter(pk=pull.pk).update(**words, cursor=cursor, next_at=now)
    return named(name)


def pause(name: str) -> Pull:
    """Ask it no more for now.

    :raises NotFound: if there is no such pull
    """
    Pull.objects.filter(pk=named(name).pk, paused_at=None).update(paused_at=desk().clock())
    return named(name)


def resume(name: str) -> Pull:
    """Ask it again, and soon. Raises as `pause`."""
    Pull.objects.filter(pk=named(name).pk).update(paused_at=None, next_at=desk().clock())
    return named(name)


def soon(name: str) -> Pull:
    """Let it be due now.

    :raises NotFound, NotAllowed: if there is no such pull, or it is paused
    """
    pull = named(name)
    if pull.paused_at is not None:
        raise NotAllowed(f"{name} is paused: take it up again first.")
    Pull.objects.filter(pk=pull.pk).update(next_at=desk().clock())
    return named(name)


def remove(name: str) -> None:
    """Forget a source and its token. What was pulled stays where it is, for it may be described. Raises as `pause`."""
    named(name).delete()


def named(name: str) -> Pull:
    """A pull by its name.

    :raises NotFound: if there is none
    """
    pull = Pull.objects.filter(name=name[:60].replace("\x00", "")).first()
    if pull is None:
        raise NotFound(f"There is no pull {name[:60]}.")
    return pull


def settings(pull: Pull) -> Settings:
    """What is set for it."""
    return settings_of(pull.kind, pull.settings, now=pull.made_at)


def secret_of(pull: Pull) -> str:
    """What it shows to be let in.

    :raises NotAllowed: if it was sealed with another secret key of this installation
    """
    found = strongbox.take_out(pull.secret, purpose=PURPOSE)
    if found is None:
        raise NotAllowed("The token was sealed with another secret key of this installation: set it anew.")
    return found


def folder_of(name: str) -> Path:
    """Where the log that a pull writes lies: in the folder of logs, under its name."""
    return Path(options.HOTWASH.home) / "logs" / f"pulled-{name}"


def due(now: datetime) -> list[Pull]:
    """Those that are to be asked now."""
    return list(Pull.objects.filter(paused_at=None, next_at__lte=now).order_by("next_at")[:200])


def _words(found: Settings, *, system: str, secret: str | None, every_s: int) -> dict[str, Any]:
    from hotwash.connect.reachable import check

    if system and not SystemRow.objects.filter(slug=system[:190]).exists():
        raise BadRequest("system", f"there is no AI system {system[:80]}.")
    if isinstance(every_s, bool) or not EVERY_LEAST_S <= every_s <= EVERY_MOST_S:
        raise BadRequest("every_s", f"is a number of seconds from {EVERY_LEAST_S} to {EVERY_MOST_S:,}.")
    if secret and (len(secret) > SECRET_MAX or not secret.isascii() or not secret.isprintable()):
        raise BadRequest("secret", f"is at most {SECRET_MAX:,} printable characters.")
    try:
        check("the source", found.url, inside=inside())
    except OutsideFault as no:
        raise BadRequest("url", no.sentence) from no
    words: dict[str, Any] = {"system": system, "settings": msgspec.to_builtins(found), "every_s": every_s}
    if secret is not None:
        words["secret"] = strongbox.put_in(secret, purpose=PURPOSE)
    return words
