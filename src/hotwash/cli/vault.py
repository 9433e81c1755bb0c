"""``hotwash vault``: seal what lies in the vault, and change the keys, over the data folder of this machine."""

from collections.abc import Callable
from typing import Any

import click
import msgspec

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.place import Place, with_place


@click.group()
def vault() -> None:
    """Seal the files of the vault at rest, and change the keys."""


@vault.command()
@with_place
def status(place: Place, form: str) -> None:
    """Say how many files lie plain, and how many are sealed with which key. Exit code 1 if not all are sealed newly."""
    from hotwash.web.vault_sealing import standing

    _answered(form, _done(place, standing))


@vault.command()
@with_place
def encrypt(place: Place, form: str) -> None:
    """Seal every file; the first time with a new key in the data folder. What is put later is sealed at once.

    People may go on working. Digests, records, exports and backups stay as they are. Keep a copy of the key elsewhere.
    """
    from hotwash.web.vault_sealing import encrypt as seal

    _answered(form, _done(place, lambda options: seal(options, tell=say)))


@vault.command()
@with_place
def rotate(place: Place, form: str) -> None:
    """Make a new key, and seal every file with it. The last key stays until the next rotation; older ones go."""
    from hotwash.web.vault_sealing import rotate as change

    _answered(form, _done(place, lambda options: change(options, tell=say)))


def _done(place: Place, work: Callable[[Any], Any]) -> Any:
    if place.url:
        raise Refused("Keys are changed on the machine of the data folder: unset HOTWASH_URL, or name it (--home).")
    from hotwash.cli.local import ready

    ready(place.home)
    from hotwash.ledger.cipher import KeysUnusable
    from hotwash.web.options import read

    try:
        return work(read())
    except KeysUnusable as no:
        raise Refused(str(no)) from no


def _answered(form: str, found: Any) -> None:
    document = {"ok": found.whole, **msgspec.to_builtins(found)}
    answer(form, document, lambda: _told(found))
    if not found.whole:
        click.get_current_context().exit(1)


def _told(found: Any) -> str:
    if not found.files:
        lines = ["The vault is empty."]
    else:
        lines = [
            f"{number:,} {'file' if number == 1 else 'files'}: {_how(key, found)}"
            for key, number in found.files.items()
        ]
    if not found.newest:
        lines.append("Nothing is sealed: `hotwash vault encrypt` makes a key.")
    if found.sealed:
        lines.append(f"{found.sealed:,} sealed now.")
    if found.dropped:
        lines.append(f"{found.dropped} older keys dropped: nothing was sealed with them.")
    return "\n".join([*lines, *(f"Left as it is: {one}" for one in found.broken)])


def _how(key: str, found: Any) -> str:
    if key == "plain":
        return "plain"
    if key == found.newest:
        return f"sealed with the newest key ({key})"
    return f"sealed with an older key ({key})" if key in found.keys else f"sealed with a key that is not here ({key})"
