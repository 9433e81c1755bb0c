"""Files brought in on the command line: exported records, incidents of the past from CSV, collections of others."""

import json
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.documents import one_document
from hotwash.cli.place import Place, read_file, with_place


@click.command("import")
@click.argument("files", nargs=-1, metavar="FILE|FOLDER...")
@click.option(
    "--column", "columns", multiple=True, metavar="OURS=THEIRS", help="Of a CSV: which of its columns is ours."
)
@click.option("--zone", default="UTC", show_default=True, help="Of a CSV: where times without a zone were taken.")
@click.option("--check", is_flag=True, help="Of a CSV: only say what would happen.")
@click.option("--template", metavar="FILE.csv", help="Write the template for incidents of the past, and stop.")
@with_place
def take_in(
    *,
    place: Place,
    form: str,
    files: tuple[str, ...],
    columns: tuple[str, ...],
    zone: str,
    check: bool,
    template: str | None,
) -> None:
    """Take exported records in; incidents of the past from CSV; or cases of AIID and AVID to compare with.

    Records: what `hotwash export` wrote, whole and checked first; what is here already is passed over.

    Incidents of the past: a CSV file, a line each, as `--template` shows. Every fault has its line, and one is enough
    that nothing is taken in. They are marked as imported, and their times are when it happened.

    Cases of others: the folder of a snapshot of the AI Incident Database, or JSON documents of AVID. `hotwash similar`
    compares with them; they are no records here.
    """
    if template is not None:
        data = place.call("GET", "/imports/incidents").content
        try:
            Path(template).write_bytes(data)
        except OSError as fault:
            raise Refused(f"{template} cannot be written: {fault.strerror}.") from fault
        answer(form, {"file": template, "bytes": len(data)}, f"Wrote {template}.")
        return
    if not files:
        raise click.UsageError("Name a file or a folder, or --template FILE.csv.")
    found = _collection(files)
    if found:
        _bring_in(place, form, found)
    elif len(files) == 1 and files[0].casefold().endswith((".csv", ".tsv")):
        _past(place, form, files[0], {"columns": json.dumps(_mapping(columns)), "zone": zone}, check=check)
    elif len(files) == 1:
        _records(place, form, files[0])
    else:
        raise Refused("These are no documents of AVID: take records and incidents of the past in one file at a time.")


def _collection(files: tuple[str, ...]) -> dict[str, bytes]:
    """The files of a collection by their names; nothing if they are something else."""
    first = Path(files[0])
    if len(files) == 1 and (first / "incidents.csv").is_file():
        kept = [
            *first.glob("incidents.csv"),
            *(first / f"classifications_{one}.csv" for one in ("GMF", "MIT", "CSETv0")),
        ]
        return {path.name: read_file(str(path)) for path in kept if path.is_file()}
    if any(Path(one).is_dir() for one in files):
        return {}
    read = {Path(one).name: read_file(one) for one in files}
    if all(name.casefold().endswith(".csv") for name in read):
        from hotwash.connect.aiid import NEEDED

        head = next(iter(read.values()))[:4_000].decode("utf-8-sig", errors="replace").split("\n", 1)[0]
        return read if all(column in head for column in NEEDED) else {}
    from hotwash.connect import avid

    return read if all(_is(avid.known, data) for data in read.values()) else {}


def _is(known: Any, data: bytes) -> bool:
    if b'"AVID"' not in data:
        return False
    try:
        return bool(known(json.loads(data)))
    except (ValueError, RecursionError):
        return False


def _bring_in(place: Place, form: str, files: dict[str, bytes]) -> None:
    sent = [("file", (name, data, "application/octet-stream")) for name, data in files.items()]
    taken = place.call("POST", "/collections", files=sent).json()
    answer(form, taken, f"{taken['title']}: {taken['cases']:,} cases to compare with.\n{taken['attribution']}")


def _past(place: Place, form: str, file: str, words: dict[str, str], *, check: bool) -> None:
    sent = {"file": (Path(file).name, read_file(file), "text/csv")}
    found = place.call("POST", "/imports/incidents", files=sent, data={**words, "check": "true"}).json()
    if found["faults"] or check:
        answer(form, found, lambda: _told(found))
        if found["faults"]:
            say("Nothing was taken in.")
            click.get_current_context().exit(1)
        return
    taken = place.call("POST", "/imports/incidents", files=sent, data=words).json()
    first, last = taken["incidents"][0], taken["incidents"][-1]
    answer(form, taken, f"{len(taken['incidents']):,} incidents of the past, {first} to {last}.")


def _told(found: dict[str, Any]) -> str:
    lines = [
        f"Line {one['line']}{', ' + one['column'] if one['column'] else ''}: {one['why']} {one['mend']}".rstrip()
        for one in found["faults"]
    ]
    if found["faults_count"] > len(found["faults"]):
        lines.append(f"… and {found['faults_count'] - len(found['faults']):,} more.")
    if found["unread"]:
        lines.append(f"Columns that are not read: {', '.join(found['unread'])}.")
    return "\n".join([*lines, f"{found['lines']:,} lines, {found['faults_count']:,} faults."])


def _mapping(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.split("=", 1) for one in columns]
    if any(len(pair) != 2 for pair in pairs):
        raise click.UsageError("--column is written OURS=THEIRS, such as --column detected_at=Opened.")
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}


def _records(place: Place, form: str, file: str) -> None:
    data = one_document(Path(file)) if Path(file).is_dir() else read_file(file)
    taken = place.call("POST", "/imports", files={"file": ("records.json", data, "application/json")}).json()
    records = ", ".join(taken["records"])
    answer(form, taken, f"{records}: {taken['entries']} entries, {taken['files']} files.")
