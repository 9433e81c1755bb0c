"""Addresses: where senders deliver. The secret in one is shown once; what its sender signs with is kept sealed."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone

from hotwash.connect.mapped import BadMapping, Mapped
from hotwash.connect.senders import SENDERS
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.web import strongbox
from hotwash.web.tables.models import Address, SystemRow

MAPPED = "mapped"
"""The word in the address of a sender that is read by a mapping of its own."""
PURPOSE = "inbox signing secrets"
SIGNING_MAX, MAPPING_MAX = 500, 20_000

FRESH_S = 2.0
_lately: dict[str, tuple[Address, float]] = {}
"""Addresses that were asked for lately, by the digest of their secret; never more than there are."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Shown:
    """An address with its path, which nobody can show again."""

    address: Address
    path: str


def add(
    sender: str,
    name: str,
    *,
    by: str,
    system: str = "",
    team: str = "",
    signing: str = "",
    mapping: Mapping[str, Any] | None = None,
) -> Shown:
    """A new address.

    :raises BadRequest: if a word cannot be what it should be
    :raises NotAllowed: if there is an address of that name
    """
    if sender != MAPPED and sender not in SENDERS:
        raise BadRequest("sender", f"is not known. There are {', '.join([*SENDERS, MAPPED])}.")
    if not _NAME.fullmatch(name):
        raise BadRequest("name", "use lower-case letters, digits and hyphens, at most 60.")
    secret = secrets.token_urlsafe(32)
    words = _words(sender, system=system, team=team, signing=signing, mapping=mapping)
    try:
        with transaction.atomic():
            address = Address.objects.create(sender=sender, name=name, digest=_digest(secret), made_by=by, **words)
    except IntegrityError as taken:
        raise NotAllowed(f"There is an address {name} already: rotate its secret, or take another name.") from taken
    return Shown(address, _path(sender, secret))


def change(name: str, **given: Any) -> Address:
    """Change what an address is about, what its sender signs with, or how it is read. Raises as `add` and `named`."""
    address = named(name)
    standing = {"system": address.system, "team": address.team, "signing": None, "mapping": address.mapping}
    words = _words(address.sender, **{**standing, **given})
    Address.objects.filter(pk=address.pk).update(**words)
    _changed()
    return named(name)


def rotate(name: str) -> Shown:
    """A new secret; the former one is good for nothing from now on.

    :raises NotFound, NotAllowed: if there is no such address, or it was closed
    """
    address = _standing(name)
    secret = secrets.token_urlsafe(32)
    Address.objects.filter(pk=address.pk).update(digest=_digest(secret))
    _changed()
    return Shown(named(name), _path(address.sender, secret))


def pause(name: str) -> Address:
    """Take nothing in for now: senders are told to come again later. Raises as `rotate`."""
    Address.objects.filter(pk=_standing(name).pk, paused_at=None).update(paused_at=timezone.now())
    _changed()
    return named(name)


def resume(name: str) -> Address:
    """Take in again. Raises as `rotate`."""
    Address.objects.filter(pk=_standing(name).pk).update(paused_at=None)
    _changed()
    return named(name)


def close(name: str) -> Address:
    """End an address for good. What came in by it stays.

    :raises NotFound: if there is no such address
    """
    Address.objects.filter(pk=named(name).pk, revoked_at=None).update(revoked_at=timezone.now(), signing="")
    _changed()
    return named(name)


def named(name: str) -> Address:
    """An address by its name.

    :raises NotFound: if there is none
    """
    address = Address.objects.filter(name=name[:60].replace("\x00", "")).first()
    if address is None:
        raise NotFound(f"There is no address {name[:60]}.")
    return address


def known(sender: str, secret: str) -> Address | None:
    """The address that is meant, unless there is none or it was closed; as it was at most `FRESH_S` ago.

    So a storm asks the database nothing: the threads that answer it need no connection.
    """
    if not secret.isascii() or not 20 <= len(secret) <= 200:
        return None
    digest, now = _digest(secret), time.monotonic()
    lately = _lately.get(digest)
    if lately is not None and now - lately[1] < FRESH_S:
        found: Address | None = lately[0]
    else:
        found = Address.objects.filter(digest=digest, revoked_at=None).first()
        if found is not None:
            _lately[digest] = (found, now)
    return found if found is not None and found.sender == sender else None


def signing(address: Address) -> str | None:
    """What the sender signs with; empty if nothing is set, None if it cannot be opened any more."""
    return strongbox.take_out(address.signing, purpose=PURPOSE)


def mapping_of(address: Address) -> Mapped:
    """How the bodies of a mapped address are read."""
    return mapping_from(address.mapping or {}, address.name)


def mapping_from(told: Mapping[str, Any], name: str) -> Mapped:
    """A mapping from JSON: ``paths``, and if need be ``values``, ``many``, ``labels``. One path need be no list.

    :raises BadRequest: naming the word that is wrong
    """
    if len(msgspec.json.encode(told)) > MAPPING_MAX:
        raise BadRequest("mapping", f"is longer than {MAPPING_MAX:,} bytes.")
    paths = told.get("paths")
    if not isinstance(paths, dict):
        raise BadRequest("mapping", "needs `paths`: for each word of a signal where it stands in the body.")
    lists = {word: [where] if isinstance(where, str) else where for word, where in paths.items()}
    try:
        return msgspec.convert({**told, "paths": lists, "name": name}, Mapped)
    except msgspec.ValidationError as bad:
        cause = bad.__cause__
        raise BadRequest("mapping", str(cause if isinstance(cause, BadMapping) else bad)) from bad
    except BadMapping as bad:
        raise BadRequest("mapping", str(bad)) from bad


def _changed() -> None:
    """What this process knows by heart is old. Other processes hear of it within `FRESH_S`."""
    _lately.clear()


def _words(
    sender: str, *, system: str, team: str, signing: str | None, mapping: Mapping[str, Any] | None
) -> dict[str, Any]:
    if system and not SystemRow.objects.filter(slug=system[:190]).exists():
        raise BadRequest("system", f"there is no AI system {system[:80]}.")
    if len(team) > 200 or "\x00" in team:
        raise BadRequest("team", "is at most 200 characters of text.")
    if signing is not None and (len(signing) > SIGNING_MAX or not signing.isprintable()):
        raise BadRequest("signing", f"is at most {SIGNING_MAX} printable characters.")
    if sender == MAPPED:
        mapping_from(mapping or {}, MAPPED)
    elif mapping:
        raise BadRequest("mapping", f"only an address of `{MAPPED}` has one.")
    words: dict[str, Any] = {"system": system, "team": team.strip(), "mapping": mapping or None}
    if signing is not None:
        words["signing"] = strongbox.put_in(signing, purpose=PURPOSE)
    return words


def _standing(name: str) -> Address:
    address = named(name)
    if address.revoked_at is not None:
        raise NotAllowed(f"{name} was closed. Make an address of another name.")
    return address


def _path(sender: str, secret: str) -> str:
    return f"/in/{sender}/{secret}"


def _digest(secret: str) -> str:
    return "sha256:" + sha256(secret.encode()).hexdigest()
