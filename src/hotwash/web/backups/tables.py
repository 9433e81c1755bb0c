"""The tables that a backup holds, and their rows as they were at one moment."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from hotwash.web.backups.form import Contents, Table, line

SNAPSHOT = "snapshot"
LEFT_OUT = frozenset({"django_session", "django_content_type", "auth_permission", "hotwash_rate", "hotwash_worker"})
"""Sessions, rates and workers end with the installation; the others are made anew."""
_ROWS = 2000


def tables(registry: Any = apps) -> dict[str, Any]:
    """The models that are kept, by the names of their tables, what others point to first."""
    models = registry.get_models(include_auto_created=True)
    return {
        model._meta.db_table: model
        for model in sorted(models, key=lambda model: model._meta.db_table)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    }


def fields(model: Any) -> list[Any]:
    """A model's columns, by name."""
    return sorted(model._meta.concrete_fields, key=lambda field: field.column)


def rows(model: Any, *, using: str) -> Iterator[bytes]:
    """The lines of a table in the order of its keys."""
    columns = fields(model)
    for row in model._base_manager.using(using).order_by("pk").iterator(chunk_size=_ROWS):
        yield line(columns, row) + b"\n"


def told(model: Any, write: Callable[[bytes], object], *, using: str) -> Table:
    """Hand over a table's lines, and say how many there were and their digest."""
    count, digest = 0, hashlib.sha256()
    for text in rows(model, using=using):
        count += 1
        digest.update(text)
        write(text)
    return Table(count, digest.hexdigest(), tuple(field.column for field in fields(model)))


@contextmanager
def at_one_moment() -> Iterator[str]:
    """A connection that sees the database as it is now until the block ends, and keeps nobody from writing."""
    like = connections["default"].settings_dict
    options = dict(like["OPTIONS"])
    if connections["default"].vendor == "sqlite":
        options["transaction_mode"] = "DEFERRED"
    else:
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.settings[SNAPSHOT] = {**like, "OPTIONS": options}
    try:
        with transaction.atomic(using=SNAPSHOT):
            yield SNAPSHOT
    finally:
        connections[SNAPSHOT].close()
        del connections[SNAPSHOT]
        with suppress(KeyError):
            del connections.settings[SNAPSHOT]


def differing(contents: Contents, registry: Any = apps, *, using: str = "default") -> list[str]:
    """The tables whose rows are not those of a backup."""
    return [
        name
        for name, model in tables(registry).items()
        if name in contents.tables and told(model, lambda _: None, using=using) != contents.tables[name]
    ]
