"""``hotwash backup`` and ``hotwash restore``: a whole copy of an installation, and the way back."""

from pathlib import Path
from typing import Any

import click
import msgspec

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.place import Place, with_place


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@with_place
def backup(place: Place, form: str, file: Path) -> None:
    """Write a whole copy of this installation to a new file, while people go on working.

    The file holds everything, the keys of the data folder and sealed personal data with them: keep it where only few
    may read it. Prediction logs and hotwash.toml stay where they are. It is checked after it is written.
    """
    _here(place, "A backup is made")
    from hotwash.cli.local import ready

    ready(place.home)
    from hotwash.web.backups.form import BackupBroken, check, opened
    from hotwash.web.backups.writing import write

    try:
        write(file, tell=say)
        with opened(file) as (archive, contents):
            check(archive, contents, tell=say)
    except BackupBroken as broken:
        raise Refused(str(broken)) from broken
    document = _document(file, contents)
    answer(form, document, f"{file}: {_sentence(document)}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@with_place
def restore(place: Place, form: str, file: Path) -> None:
    """Put a backup into an empty data folder (--home) or database, and check that all of it is there.

    Afterwards no worker runs until `hotwash worker --resume`: what waited to be sent when the backup was made may have
    been sent since, and the installation that it was taken from may still be running.
    """
    _here(place, "A backup is restored")
    from hotwash.web.backups.form import BackupBroken
    from hotwash.web.backups.restoring import restore as put_back

    try:
        contents = put_back(file, place.home, tell=say)
    except BackupBroken as broken:
        raise Refused(str(broken)) from broken
    document = _document(file, contents)
    say("Nothing is sent, and no watch runs, before you say `hotwash worker --resume`.")
    answer(form, document, f"Restored: {_sentence(document)}")


def _here(place: Place, what: str) -> None:
    if place.url:
        raise Refused(f"{what} on the machine of the data folder: unset HOTWASH_URL, or name the folder (--home).")


def _document(file: Path, contents: Any) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(contents)
    rows = sum(table["rows"] for table in told["tables"].values())
    return {"ok": True, "file": str(file), "rows": rows, **told}


def _sentence(document: dict[str, Any]) -> str:
    counted = (
        f"records: {document['records']:,}, rows: {document['rows']:,} in {len(document['tables'])} tables, "
        f"files of the vault: {document['vault']:,}"
    )
    return f"{counted}, as they were at {document['made']}."
