"""Evidence on the command line: hold it, list it with its custody, take it out, have it verified."""

import mimetypes
import time
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, emit, say, table
from hotwash.cli.documents import write_file
from hotwash.cli.place import AT, EXPECTED, Place, read_file, ticker, with_place
from hotwash.cli.response import written

POLL_S = 0.2


@click.command()
@click.argument("incident")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--reason", help="Why.")
@click.option("--since", metavar="TIME", help="Where the part of the log that is cut out begins.")
@click.option("--until", metavar="TIME", help="Where it ends; now if left out.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Whether to wait for what is large.")
@click.option("--source", default="", help="Of files: where they came from.")
@click.option("--note", default="", help="Of files: what they are.")
@AT
@EXPECTED
@with_place
def hold(
    *,
    place: Place,
    form: str,
    incident: str,
    files: tuple[str, ...],
    wait: bool,
    source: str,
    note: str,
    at: str | None,
    **words: Any,
) -> None:
    """Keep evidence before anything is changed.

    Without a file, what a containment would change is taken: versions in use, orders in force, files that the versions
    name, the prediction log (its fingerprint, the part of the harm, some masked rows). What cannot be taken is listed
    with the reason.
    """
    if not files:
        _hold_system(place, form, incident, words, wait=wait)
        return
    said = []
    for file in files:
        name, data = (Path(file).name if file != "-" else "input"), read_file(file)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        sent = {"name": name, "source": source, "note": note, **({"at": at} if at else {})}
        address = f"/incidents/{incident}/evidence"
        kept = place.call("POST", address, data=sent, files={"file": (name, data, media_type)}).json()
        body = kept["entries"][0]["body"]
        said.append({"number": kept["number"], **{key: body[key] for key in ("name", "digest", "size")}})
    if form == "json":
        emit({"incident": incident, "held": said})
        return
    answer(form, None, "\n".join(f"Kept {one['name']} as entry {one['number']}, {one['digest']}." for one in said))


def _hold_system(place: Place, form: str, incident: str, words: dict[str, Any], *, wait: bool) -> None:
    begun = place.post(f"/incidents/{incident}/hold", words)
    first, error = begun["number"], ""
    if begun["inquiry"] is not None and wait:
        error = _waited(place, f"/incidents/{incident}/inquiries/{begun['inquiry']}")
    listed = place.get(f"/incidents/{incident}/evidence")
    entries = {one["entry"]: one for one in listed["holds"] if first in (one["entry"], one["continues"])}
    held = [
        {"number": one["entry"], **{key: one[key] for key in ("ref", "what", "name", "digest", "size", "failed")}}
        for one in listed["evidence"]
        if one["entry"] in entries
    ]
    waiting = entries[first]["waiting"]
    document = {"incident": incident, "number": first, "held": held, "waiting": waiting}
    answer(form, document, lambda: _held(held, waiting))
    if error:
        raise Refused(f"Not everything could be taken: {error}")


def _waited(place: Place, address: str) -> str:
    """Wait for the rest of a hold; why it was not taken, or nothing."""
    tick = ticker(say)
    while (row := place.get(address))["status"] in ("waiting", "running"):
        tick(row["progress"])
        time.sleep(POLL_S)
    return "" if row["status"] == "done" else str(row["error"] or "it was stopped.")


def _held(held: list[dict[str, Any]], waiting: list[str]) -> str:
    rows = [(one["ref"], one["name"], one["digest"] or f"not taken: {one['failed']}") for one in held]
    later = f"\nStill being taken: {', '.join(waiting)}." if waiting else ""
    return table(rows) + later


@click.group()
def evidence() -> None:
    """List evidence with its chain of custody, take it out, have it verified."""


@evidence.command("list")
@click.argument("incident")
@with_place
def list_evidence(place: Place, form: str, incident: str) -> None:
    """List every piece of evidence with all that was done with it."""
    found = place.get(f"/incidents/{incident}/evidence")
    answer(form, found, lambda: _list(found["evidence"]))


def _list(pieces: list[dict[str, Any]]) -> str:
    if not pieces:
        return "Nothing was kept yet."
    lines = []
    for one in pieces:
        state = "" if one["sound"] else "  NOT AS KEPT: do not rely on it"
        lines.append(f"{one['ref']:<6} {one['name']}  {one['digest'] or 'not taken: ' + one['failed']}{state}")
        lines += [
            f"{'':6} {act['at'][:16].replace('T', ' ')}  {act['by']} {act['did']} {act['detail']}".rstrip()
            for act in one["custody"]
        ]
    return "\n".join(lines)


@evidence.command("get")
@click.argument("incident")
@click.argument("ref", metavar="REF")
@click.option("--to", "file", required=True, metavar="FILE", help="Where to write it.")
@with_place
def get(place: Place, form: str, incident: str, ref: str, file: str) -> None:
    """Take one piece out, such as 7, or 9.2 for the second item of a hold. That you took it is written down."""
    entry, _, item = ref.partition(".")
    if not (entry.isdecimal() and (not item or item.isdecimal())):
        raise click.UsageError(f"REF is an entry number, or entry.item, not {ref!r}.")
    address = f"/incidents/{incident}/evidence/{entry}" + (f"/{item}" if item else "")
    data = place.call("GET", address).content
    write_file(Path(file), data)
    document = {"incident": incident, "ref": ref, "file": file, "bytes": len(data)}
    answer(form, document, f"Wrote {file}: {len(data):,} bytes.")


@evidence.command("verify")
@click.argument("incident")
@click.argument("entry", required=False, type=int)
@EXPECTED
@with_place
def verify(place: Place, form: str, incident: str, entry: int | None, expected: int | None) -> None:
    """Have the bytes read again and hold them against their digests; what is found is recorded.

    The exit code is 1 where any are not as they were kept.
    """
    said = place.post(f"/incidents/{incident}/verify-evidence", {"entry": entry, "expected": expected})
    checked = said["entries"][0]["body"]["checked"]
    wrong = [one for one in checked if one["outcome"] != "same"]
    text = (
        f"{len(checked)} piece{'' if len(checked) == 1 else 's'} read again: all as kept."
        if not wrong
        else "\n".join(f"{_ref(one)}: {one['outcome']}, {one['digest']}" for one in wrong)
    )
    written(form, said, text, checked=checked)
    if wrong:
        say(f"{len(wrong)} of {len(checked)} cannot be relied on any more.")
        click.get_current_context().exit(1)


def _ref(one: dict[str, Any]) -> str:
    return f"{one['entry']}.{one['item']}" if one["item"] else str(one["entry"])
