"""The parts without which a server cannot answer: database, tables, vault; and the worker, which others may do without.

Each is asked for now, cheaply: two statements, and one small file that is written and removed.
"""

import logging
import os
import secrets
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.loader import MigrationLoader

from hotwash.response.outside import OutsideFault
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.work.health import Health, health

log = logging.getLogger("hotwash.operating")


@dataclass(frozen=True, slots=True)
class Part:
    """One part, and how it is."""

    name: str
    well: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether this server can do its work now.

    :param ready: database, tables and vault are there; the worker does not decide it, since others can do its work
    """

    ready: bool
    parts: tuple[Part, ...]
    worker: Health | None = None


def standing() -> Standing:
    """Ask every part."""
    database, worker = _database()
    parts = [database, _vault(settings.HOTWASH)]
    if worker is not None:
        parts.append(Part("worker", worker.well, worker.sentence))
    ready = all(part.well for part in parts if part.name != "worker")
    return Standing(ready, tuple(parts), worker)


def _database() -> tuple[Part, Health | None]:
    try:
        behind = sorted(_wanted() - _applied())
        if behind:
            said = f"The tables are {len(behind)} {'step' if len(behind) == 1 else 'steps'} behind this version."
            return Part("database", well=False, sentence=said), None
        return Part("database", well=True, sentence="It answers, and has the tables of this version."), health(
            desk().clock()
        )
    except Error as fault:
        log.warning("The database does not answer: %s", type(fault).__name__)
        connections[DEFAULT_DB_ALIAS].close()
        return Part("database", well=False, sentence="It does not answer, or has no tables yet."), None


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    """Every step that this version of the code has."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _applied() -> frozenset[tuple[str, str]]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return frozenset((str(app), str(name)) for app, name in cursor.fetchall())


def _vault(options: Options) -> Part:
    if options.s3:
        from hotwash.connect.s3 import S3Vault

        kept = desk().vault
        assert isinstance(kept, S3Vault)
        try:
            kept.probe()
        except OutsideFault as fault:
            log.warning("The vault cannot be used: %s", fault.sentence)
            return Part("vault", well=False, sentence=fault.sentence)
        return Part("vault", well=True, sentence="Its store answers.")
    folder = options.vault
    probe = folder / f".probe-{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(b"probe")
        probe.unlink()
    except OSError as fault:
        log.warning("The vault cannot be written: %s", fault.strerror)
        return Part("vault", well=False, sentence="Nothing can be written into it.")
    return Part("vault", well=True, sentence="It takes bytes.")
