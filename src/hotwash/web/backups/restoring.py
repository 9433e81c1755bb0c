"""Puts a backup into an empty installation, and proves that nothing is missing.

The tables are first brought to where they stood when the backup was written, then filled in one transaction, then
brought up to date: a backup of an older version goes the same way as its data would have gone.
"""

import os
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from hotwash.ledger.cipher import Keys
from hotwash.ledger.disk import write_whole
from hotwash.web import options
from hotwash.web.backups import form
from hotwash.web.backups.form import HELD, BackupBroken, Contents

_ROWS = 500
Tell = Callable[[str], None]


def restore(path: Path, home: str | None, *, tell: Tell = lambda _: None) -> Contents:
    """Put a backup into the data folder and database of the settings.

    Everything in the file is checked before anything is written. What goes wrong leaves the tables as empty as they
    were, so that the same command may be given again.

    :param home: the data folder; that of the settings if None
    :raises BackupBroken: if the file is not whole, the installation is not empty, or the rows do not come out the same
    """
    with form.opened(path) as (file, contents):
        form.check(file, contents, tell=tell)
        _keys(file, contents, home)
        from hotwash.web.starting import CannotStart, start

        try:
            start(home, tell=tell, migrate=False)
            _filled(file, contents, tell)
        except CannotStart as fault:
            raise BackupBroken(str(fault)) from fault
    return contents


def _keys(file: zipfile.ZipFile, contents: Contents, home: str | None) -> None:
    """Put the keys in their places, before anything reads them."""
    chosen = options.read(_environment(home))
    if chosen.secret_key and form.fingerprint(chosen.secret_key) != contents.secret:
        raise BackupBroken(
            "HOTWASH_SECRET_KEY is not the key of the backup: what is sealed in it could not be opened. "
            "Set the key that it was made with."
        )
    if not chosen.secret_key and "secret-key" not in contents.home:
        raise BackupBroken("The secret key was kept outside: set HOTWASH_SECRET_KEY to the key it was made with.")
    held = {name: file.read(f"home/{name}") for name in contents.home}
    for name, data in held.items():
        there = chosen.home / name
        if there.is_file() and there.read_bytes() != data:
            raise BackupBroken(f"{there} is another key: restore into an empty data folder (--home).")
    try:
        chosen.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, data in held.items():
            write_whole(chosen.home / name, [data])
    except OSError as fault:
        raise BackupBroken(f"The data folder {chosen.home} cannot be written: {fault.strerror}.") from fault


def _environment(home: str | None) -> dict[str, str]:
    return {**os.environ, **({"HOTWASH_HOME": str(Path(home).expanduser().absolute())} if home else {})}


def _filled(file: zipfile.ZipFile, contents: Contents, tell: Tell) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from hotwash.web.backups.tables import differing
    from hotwash.web.vault_keys import key_file, key_source
    from hotwash.web.vaults import vault

    connection = connections["default"]
    if not _empty(connection):
        raise BackupBroken("There is something in the database already: restore into an empty installation (--home).")
    now = _brought_to(contents, connection)
    _load(file, contents, now)
    if wrong := differing(contents, now):
        raise BackupBroken(f"The tables {', '.join(wrong)} did not come out as they were.")
    tell("Every table is the same to the last digest.")
    call_command("migrate", interactive=False, verbosity=0)
    if contents.sealed and key_source(settings.HOTWASH)() is None:
        key_file(settings.HOTWASH).keep(Keys.fresh())
        tell("The vault was sealed, and is again, with a new key.")
    filled = vault(settings.HOTWASH)
    for name in file.namelist():
        if name.startswith("vault/") and filled.put(file.read(name)) != f"sha256:{name.removeprefix('vault/')}":
            raise BackupBroken(f"{name} did not come out as it was.")
    _follows(contents)
    tell("Every record follows from itself, and ends where it ended.")
    write_whole(settings.HOTWASH.home / HELD, [f"Restored from a backup of {contents.made}.\n".encode()])
    connections.close_all()


def _empty(connection: Any) -> bool:
    tables = set(connection.introspection.table_names())
    for name in ("hotwash_account", "hotwash_stream"):
        if name in tables:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - one of the two names above
                if cursor.fetchone():
                    return False
    return True


def _brought_to(contents: Contents, connection: Any) -> Any:
    """Bring the tables to where the backup's stood; the models as they were then."""
    from django.apps import apps
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = set(executor.loader.graph.nodes)
    wanted = {(app, name) for app, names in contents.schema.items() for name in names if app in _apps(known)}
    if newer := sorted(wanted - known - set(executor.loader.replacements)):
        raise BackupBroken(
            f"The backup was written by a newer Hotwash ({contents.hotwash}): its tables went through "
            f"{newer[0][0]} {newer[0][1]}, which this version does not know. Restore it with that version."
        )
    targets = sorted(
        node
        for node in wanted
        if not any(
            child.key in wanted for child in executor.loader.graph.node_map[node].children if child.key[0] == node[0]
        )
    )
    executor.migrate(targets)
    behind = MigrationExecutor(connection)
    if not behind.migration_plan(behind.loader.graph.leaf_nodes()):
        return apps
    return behind.loader.project_state(targets).apps


def _apps(nodes: "set[tuple[str, str]]") -> set[str]:
    return {app for app, _ in nodes}


def _load(file: zipfile.ZipFile, contents: Contents, registry: Any) -> None:
    from django.core.management.color import no_style
    from django.db import connections, transaction

    from hotwash.web.backups.tables import fields, tables

    models = tables(registry)
    if strange := sorted(set(contents.tables) - set(models)):
        raise BackupBroken(f"The backup has a table that this version does not know: {strange[0]}.")
    with transaction.atomic():
        for name, model in models.items():
            if name not in contents.tables:
                continue
            rows = model._base_manager
            if rows.exists():
                rows.all().delete()
            columns = fields(model)
            lines = form.lines(file, name)
            number = 0
            while some := list(islice(lines, _ROWS)):
                try:
                    rows.bulk_create([model(**form.values(columns, text)) for text in some])
                except (ValueError, TypeError) as wrong:
                    raise BackupBroken(f"tables/{name}.jsonl, lines {number + 1} and after: {wrong}.") from wrong
                number += len(some)
        connection = connections["default"]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
                cursor.execute(statement)


def _follows(contents: Contents) -> None:
    """Recompute every record.

    :raises BackupBroken: if one does not follow, or ends elsewhere
    """
    from hotwash.ledger.entry import ChainBroken, check
    from hotwash.web.store import DatabaseStore

    store = DatabaseStore()
    heads = {name: (head.number, head.digest) for name, head in store.heads().items()}
    try:
        for name in heads:
            check(name, store.read(name))
    except ChainBroken as broken:
        raise BackupBroken(f"A record does not follow from itself: {broken}") from broken
    if (len(heads), form.heads_digest(heads)) != (contents.records, contents.heads):
        raise BackupBroken("The records do not end where they ended when the backup was written.")
