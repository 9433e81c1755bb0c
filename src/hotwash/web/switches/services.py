"""Services and their tokens. A token is shown once; what is kept knows it again and signs with its key, sealed."""

import base64
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from hotwash.guard.signing import access, key
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.web.door import desk
from hotwash.web.switches import snapshots, waking
from hotwash.web.tables.models import Service, ServiceToken

MARK = "hwg_"
"""What every token of a service begins with, so that scanners for leaked secrets can know one."""

SYSTEMS_MAX = 100
OVERLAP = timedelta(hours=24)
"""How long a former token is good for after a new one was made, unless said otherwise."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Known:
    """The service that asks, the token by which it was known, and what is signed with."""

    service: int
    token: int
    key: bytes
    ends_at: datetime | None


def add(name: str, systems: Sequence[str], *, by: str) -> tuple[Service, str]:
    """A new service and its token, which nobody can show again.

    :raises BadRequest: if a name cannot be one, or there is no such AI system
    :raises NotAllowed: if there is such a service
    """
    if not _NAME.fullmatch(name):
        raise BadRequest("name", "use lower-case letters, digits and hyphens, at most 60.")
    followed = _systems(systems)
    try:
        with transaction.atomic():
            service = Service.objects.create(name=name, systems=followed, made_by=by)
            token = _token(service, by)
    except IntegrityError as taken:
        raise NotAllowed(f"There is a service {name} already: rotate its token, or take another name.") from taken
    snapshots.publish([service.pk])
    service.refresh_from_db()
    return service, token


def follow(name: str, systems: Sequence[str]) -> Service:
    """Let a service follow the switches of these AI systems and no others. Raises as `add` and `named`."""
    service = named(name)
    Service.objects.filter(pk=service.pk).update(systems=_systems(systems))
    snapshots.publish([service.pk])
    return named(name)


def rotate(name: str, *, by: str, overlap: timedelta = OVERLAP) -> tuple[Service, str]:
    """A further token; the former ones end after ``overlap``.

    :raises NotFound, NotAllowed: if there is no such service, or it was revoked
    """
    service = named(name)
    if service.revoked_at is not None:
        raise NotAllowed(f"{name} was revoked. Add a service of another name.")
    ends = timezone.now() + overlap
    service.tokens.filter(Q(ends_at=None) | Q(ends_at__gt=ends)).update(ends_at=ends)
    token = _token(service, by)
    waking.changed()
    return service, token


def revoke(name: str) -> Service:
    """End a service and all its tokens at once. Its processes go by their policies then.

    :raises NotFound: if there is no such service
    """
    service = named(name)
    now = timezone.now()
    service.tokens.filter(Q(ends_at=None) | Q(ends_at__gt=now)).update(ends_at=now)
    Service.objects.filter(pk=service.pk, revoked_at=None).update(revoked_at=now)
    waking.changed()
    return named(name)


def named(name: str) -> Service:
    """A service.

    :raises NotFound: if there is none of that name
    """
    service = Service.objects.filter(name=name[:60]).first()
    if service is None:
        raise NotFound(f"There is no service {name[:60]}.")
    return service


def bearer(text: str) -> Known | None:
    """The service that shows this, unless it is unknown or ended."""
    if not text.isascii() or not 0 < len(text) <= 200:
        return None
    now = timezone.now()
    found = ServiceToken.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), digest=_digest(text)).first()
    return None if found is None else known(found)


def known(token: ServiceToken) -> Known | None:
    """A token's service with its key; None if the installation's secret key is another one now."""
    opened = _opened(token.key)
    return None if opened is None else Known(token.service_id, token.pk, opened, token.ends_at)


def following(system: str) -> list[Service]:
    """The services that follow an AI system's switches."""
    return [one for one in Service.objects.filter(revoked_at=None).order_by("name") if system in one.systems]


def _systems(given: Sequence[str]) -> list[str]:
    systems = sorted({one.strip() for one in given if one.strip()})
    if not systems or len(systems) > SYSTEMS_MAX:
        raise BadRequest("systems", f"name 1 to {SYSTEMS_MAX} AI systems whose switches the service follows.")
    for slug in systems:
        try:
            desk().system(slug)
        except NotFound as nothing:
            raise BadRequest("systems", f"there is no AI system {slug[:80]}.") from nothing
    return systems


def _token(service: Service, by: str) -> str:
    text = MARK + secrets.token_urlsafe(32)
    sealed = _box(settings.SECRET_KEY).encrypt(key(text)).decode()
    ServiceToken.objects.create(service=service, digest=_digest(access(text)), key=sealed, made_by=by)
    return text


def _digest(shown: str) -> str:
    return "sha256:" + sha256(shown.encode()).hexdigest()


@lru_cache(maxsize=4)
def _box(secret: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"hotwash service keys").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


@lru_cache(maxsize=2048)
def _opened(sealed: str) -> bytes | None:
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode())
    except InvalidToken:
        return None
