"""The data folder: made on the first start, readable by its owner only."""

import os
import secrets
from pathlib import Path

from hotwash.web.options import Options


def prepare(options: Options) -> None:
    """Make the data folder with its secret key and vault, where they are missing. What is there is left as it is."""
    for folder in (options.home, options.vault, options.assets):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not options.database_url:
        # SQLite gives its log the permissions of the database: private, even in a folder that others may read.
        options.database.touch(mode=0o600)
    if not options.secret_key:
        keep(options.key_file, secrets.token_urlsafe(48))


def keep(file: Path, text: str) -> None:
    """Write a new private file, whole or not at all. A file that is there already stays."""
    if file.exists():
        return
    draft = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        # A link, not a rename: of two processes that start at once the first wins, and both then read the same key.
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def secret_key(options: Options) -> str:
    """The key that signs cookies: the operator's, or the one kept in the data folder.

    Before the data folder is prepared it is a key that nobody keeps: what it signs ends with the process.
    """
    if options.secret_key:
        return options.secret_key
    try:
        return options.key_file.read_text(encoding="utf-8").strip()
    except OSError:
        return secrets.token_urlsafe(48)
