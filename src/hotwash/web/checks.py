"""Django system checks: settings that cannot be used, each with an id and what would mend it."""

import os
import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004

from hotwash.ledger.cipher import KeysUnusable
from hotwash.web.options import Options
from hotwash.web.vault_keys import key_source


@register()
def operator_settings(**_: Any) -> list[CheckMessage]:
    """What `hotwash.web.options` found wrong."""
    options: Options = settings.HOTWASH
    return [
        (Error if ".E" in problem.id else Warning)(problem.text, hint=problem.hint, id=problem.id)
        for problem in options.problems
    ]


@register()
def data_folder(**_: Any) -> list[CheckMessage]:
    """Whether the data folder can be used, and its key is private."""
    options: Options = settings.HOTWASH
    found: list[CheckMessage] = []
    if not options.home.is_dir():
        hint = "Run `hotwash up` once, or set HOTWASH_HOME to the folder that you mean."
        found.append(Warning(f"There is no data folder at {options.home}.", hint=hint, id="hotwash.W002"))
    elif not os.access(options.home, os.W_OK):
        hint = "Give the folder to the user that runs Hotwash."
        found.append(Error(f"The data folder {options.home} cannot be written to.", hint=hint, id="hotwash.E009"))
    if options.key_file.exists() and options.key_file.stat().st_mode & 0o077:
        hint = f"Run `chmod 600 {options.key_file}`."
        found.append(Error(f"Others can read {options.key_file}.", hint=hint, id="hotwash.E010"))
    try:
        key_source(options)()
    except KeysUnusable as no:
        found.append(Error(str(no), hint="Without its keys the vault cannot be read.", id="hotwash.E023"))
    return found


@register()
def sqlite_is_new_enough(**_: Any) -> list[CheckMessage]:
    """RETURNING and the upsert need SQLite 3.35."""
    if settings.HOTWASH.database_url or sqlite3.sqlite_version_info >= (3, 35):
        return []
    hint = "Use a newer Python, or PostgreSQL by HOTWASH_DATABASE_URL."
    return [Error(f"SQLite {sqlite3.sqlite_version} is too old.", hint=hint, id="hotwash.E011")]
