"""Whole documents on the command line: post-mortem, export and import, and the check of the ledger."""

import io
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer
from hotwash.cli.casefile import as_document, take_out
from hotwash.cli.place import Place, with_place

FORMATS = ("html", "md", "json", "pdf")


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole.

    :raises Refused: if it cannot be written
    """
    try:
        path.write_bytes(data)
    except OSError as fault:
        raise Refused(f"{path} cannot be written: {fault.strerror}.") from fault


@click.command()
@click.argument("incident")
@click.option("--to", "file", required=True, metavar="FILE", help="Ends in .html, .md, .json or .pdf.")
@click.option("--as-of", type=int, metavar="ENTRY", help="As it stood at this entry, such as the one that was signed.")
@with_place
def postmortem(*, place: Place, form: str, incident: str, file: str, as_of: int | None) -> None:
    """Write the blameless post-mortem, drafted from the record."""
    path = Path(file)
    kind = path.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise click.UsageError(f"--to must end in one of {', '.join('.' + known for known in FORMATS)}.")
    at = {} if as_of is None else {"as_of": as_of}
    response = place.call("GET", f"/incidents/{incident}/post-mortem", params={"format": kind, **at})
    write_file(path, response.content)
    document = {"incident": incident, "file": str(path), "format": kind, "bytes": len(response.content)}
    answer(form, document, f"Wrote {path}.")


@click.command()
@click.argument("incident")
@click.option("--to", "file", required=True, metavar="FILE", help="Ends in .html, .md, .json or .pdf.")
@with_place
def executive(place: Place, form: str, incident: str, file: str) -> None:
    """Write the executive page: what happened, whom it hit, what it cost, what prevents it."""
    path = Path(file)
    kind = path.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise click.UsageError(f"--to must end in one of {', '.join('.' + known for known in FORMATS)}.")
    response = place.call("GET", f"/incidents/{incident}/executive", params={"format": kind})
    write_file(path, response.content)
    document = {"incident": incident, "file": str(path), "format": kind, "bytes": len(response.content)}
    answer(form, document, f"Wrote {path}.")


@click.command()
@click.argument("incident")
@click.option(
    "--to", "to", required=True, metavar="FILE.json|FILE.zip|FOLDER", help="One JSON document, or a case file."
)
@click.option("--for", "whom", default="", help="Of a case file: for whom.")
@click.option("--reason", default="", help="Of a case file: why.")
@click.option("--people", is_flag=True, help="Of a case file: with what names people.")
@click.option("--system", "of_system", is_flag=True, help="INCIDENT is the short name of an AI system.")
@click.option(
    "--as", "scheme", type=click.Choice(["avid", "oecd", "aiid"]), help="In a form of others; nothing is sent."
)
@click.option("--organisation", default="", help="Of a form of others: whom it names as deployer.")
@with_place
def export(
    *,
    place: Place,
    form: str,
    incident: str,
    to: str,
    whom: str,
    reason: str,
    people: bool,
    of_system: bool,
    scheme: str | None,
    organisation: str,
) -> None:
    """Take a whole record out, with its files; it can be verified without Hotwash.

    To a folder or a .zip it is a case file: a BagIt bag with the record, evidence, seals, chain of custody and the
    post-mortem. That it was made, and its digest, are recorded. To a .json it is the record for another installation.

    With --as it is a report for AVID, the OECD's criteria with what is still to be said, or a draft for the AI Incident
    Database.
    """
    path = Path(to)
    if scheme is not None:
        asked = {"organisation": organisation} if organisation else {}
        response = place.call("GET", f"/incidents/{incident}/as/{scheme}", params=asked)
        write_file(path, response.content)
        answer(form, response.json(), f"Wrote {path}. Nothing was sent: read it first.")
        return
    address = f"/{'systems' if of_system else 'incidents'}/{incident}/export"
    if path.suffix == ".json":
        data = place.call("GET", address, params={"format": "json"}).content
        write_file(path, data)
    elif of_system:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise Refused(f"{path} is there already and is not an empty folder.")
        data = place.call("GET", address, params={"format": "tar"}).content
        _unpack(data, path)
    else:
        found = take_out(place, incident, path, {"to": whom, "reason": reason, "people": people})
        sentence = f"Wrote {path}: {found['entries']} entries, {found['evidence']} pieces of evidence"
        left = f", {found['left_out']} listed without their bytes" if found["left_out"] else ""
        digest = f"{sentence}{left}.\nDigest of tagmanifest-sha256.txt: {found['digest']}"
        answer(form, {"record": incident, "to": str(path), **found}, digest)
        return
    found = _verified(path)
    answer(form, {"record": incident, "to": str(path), **found}, f"Wrote {path}: {found['entries']} entries.")


def _unpack(data: bytes, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".hotwash-") as place:
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                archive.extractall(place, filter="data")
            (folder,) = Path(place).iterdir()
            if path.is_dir():
                path.rmdir()
            folder.rename(path)
    except (OSError, tarfile.TarError) as fault:
        raise Refused(f"{path} cannot be written: {fault}.") from fault


def one_document(folder: Path) -> bytes:
    """An exported folder as the one file that the API takes."""
    if (folder / "bagit.txt").is_file():
        return as_document(folder)
    from hotwash.ledger.entry import ChainBroken
    from hotwash.ledger.export import export_file, import_file
    from hotwash.ledger.memory import MemoryStore, MemoryVault

    store, vault = MemoryStore(), MemoryVault()
    try:
        import_file(folder, store, vault=vault)
        with tempfile.TemporaryDirectory(prefix="hotwash-") as place:
            path = Path(place) / "records.json"
            export_file(path, store, store.streams(), vault=vault, files=vault.digests())
            return path.read_bytes()
    except (ChainBroken, LookupError) as broken:
        raise Refused(str(broken)) from broken


def _verified(path: Path) -> dict[str, Any]:
    from hotwash.ledger.entry import ChainBroken
    from hotwash.ledger.export import verify_file

    try:
        found = verify_file(path)
    except ChainBroken as broken:
        raise Refused(f"What was written to {path} does not follow from itself: {broken}") from broken
    return {"entries": found.entries, "files": found.files, "redacted": found.redacted}
