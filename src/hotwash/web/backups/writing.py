"""Writes a backup while people go on working."""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from hotwash.ledger.disk import sync_folder
from hotwash.ledger.store import Vault
from hotwash.web.backups.form import CONTENTS, KEYS, BackupBroken, Contents, fingerprint, heads_digest
from hotwash.web.backups.tables import at_one_moment, tables, told
from hotwash.web.home import secret_key
from hotwash.web.store import DatabaseStore
from hotwash.web.vault_keys import key_source
from hotwash.web.vaults import vault


def write(path: Path, *, tell: Callable[[str], None] = lambda _: None) -> Contents:
    """Write a whole copy of the installation to a new file that only its owner may read.

    The rows are those of one moment; nobody who writes meanwhile waits. The vault is copied after them: what a record
    names was in it before the record was.

    :raises BackupBroken: if the file is there already, or cannot be written
    """
    if path.exists():
        raise BackupBroken(f"{path} is there already: name another file.")
    draft = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
                contents = _filled(file, tell)
                file.writestr(CONTENTS, msgspec.json.format(msgspec.json.encode(contents), indent=1))
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)
    except FileExistsError as there:
        raise BackupBroken(f"{path} is there already: name another file.") from there
    except OSError as fault:
        raise BackupBroken(f"{path} cannot be written: {fault.strerror}.") from fault
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.absolute().parent)
    return contents


def _filled(file: zipfile.ZipFile, tell: Callable[[str], None]) -> Contents:
    options = settings.HOTWASH
    with at_one_moment() as using:
        applied = sorted(MigrationRecorder(connections[using]).applied_migrations())
        heads = {name: (head.number, head.digest) for name, head in DatabaseStore(using).heads().items()}
        kept = {}
        for name, model in tables().items():
            with file.open(f"tables/{name}.jsonl", "w", force_zip64=True) as rows:
                kept[name] = told(model, rows.write, using=using)
        vendor = connections[using].vendor
    tell(f"{sum(table.rows for table in kept.values()):,} rows of {len(kept)} tables.")
    kept_bytes = vault(options)
    files = sum(_vault_file(file, kept_bytes, digest) for digest in kept_bytes.digests())
    tell(f"{files:,} files of the vault.")
    home = {}
    for name in KEYS:
        key = options.home / name
        if key.is_file():
            data = key.read_bytes()
            file.writestr(f"home/{name}", data)
            home[name] = hashlib.sha256(data).hexdigest()
    schema: dict[str, list[str]] = {}
    for app, migration in applied:
        schema.setdefault(app, []).append(migration)
    return Contents(
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        hotwash=version("hotwash"),
        database=vendor,
        schema=schema,
        tables=kept,
        records=len(heads),
        heads=heads_digest(heads),
        vault=files,
        home=home,
        secret=fingerprint(secret_key(options)),
        sealed=key_source(options)() is not None,
    )


def _vault_file(file: zipfile.ZipFile, held: Vault, digest: str) -> int:
    """Copy one file of the vault; 0 if it was erased meanwhile."""
    try:
        pieces: Any = held.chunks(digest)
    except LookupError:
        return 0
    with file.open(f"vault/{digest.removeprefix('sha256:')}", "w", force_zip64=True) as out:
        for piece in pieces:
            out.write(piece)
    return 1
