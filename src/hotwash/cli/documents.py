"""Whole documents on the command line: post-mortem, export and import, and the check of the ledger."""

import io
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.casefile import as_document, check, take_out
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


@click.group()
def ledger() -> None:
    """Check that records follow from themselves."""


@ledger.command()
@click.argument("what", required=False, metavar="[FILE|INCIDENT]")
@with_place
def verify(place: Place, form: str, what: str | None) -> None:
    """Recompute an exported file, one record, or every record; name the first entry that does not follow.

    A file is checked without any server or data folder. A chain shows that nothing in it was changed; that its end was
    not cut off shows only a seal that is kept elsewhere.
    """
    if what is not None and (Path(what).exists() or "/" in what or what.endswith(".json")):
        document, sentence = _file(Path(what))
    elif what is not None:
        document = place.get(f"/{'incidents' if what.startswith('INC-') else 'systems'}/{what}/verify")
        document["records"] = [dict(document)]
        sentence = _sentence(document)
    else:
        document = place.get("/verify")
        sentence = "\n".join(_sentence(one) for one in document["records"]) or "There is no record yet."
    answer(form, document, sentence)
    if not document["ok"]:
        say(next(_sentence(one) for one in document["records"] if not one["ok"]))
        click.get_current_context().exit(1)


def _sentence(one: dict[str, Any]) -> str:
    if one["ok"]:
        return f"{one['record']}: {one['entries']} entries follow from one another; {one['files']} files are whole."
    where = f", entry {one['number']}" if one["number"] else ""
    return f"{one['record']}{where}: {one['why']}"


def _case(folder: Path) -> tuple[dict[str, Any], str]:
    try:
        found = check(folder)
    except Refused as broken:
        one = {"record": str(folder), "ok": False, "entries": 0, "redacted": 0, "files": 0, "head": None}
        return {"ok": False, "file": str(folder), "records": [{**one, "number": None, "why": broken.sentence}]}, str(
            broken
        )
    records = [
        {"record": stream, "ok": True, "entries": number, "number": None, "why": ""}
        for stream, number in found["records"].items()
    ]
    document = {"ok": True, "file": str(folder), **found, "records": records}
    sentence = f"{folder}: every byte is as it was. {found['entries']} entries follow from one another."
    return document, f"{sentence}\nDigest of tagmanifest-sha256.txt: {found['digest']}"


def _backup(path: Path) -> tuple[dict[str, Any], str]:
    from hotwash.web.backups.form import BackupBroken, opened
    from hotwash.web.backups.form import check as whole
    from hotwash.web.backups.form import records as kept

    records: list[dict[str, Any]] = []
    try:
        with opened(path) as (archive, contents):
            whole(archive, contents)
            for stream, number, broken in kept(archive, contents):
                records.append({"record": stream, "ok": not broken, "entries": number, "files": 0, "why": broken})
    except BackupBroken as wrong:
        records.append({"record": str(path), "ok": False, "entries": 0, "files": 0, "why": str(wrong)})
    for one in records:
        one["number"] = None
    wrongs = [one["why"] for one in records if not one["ok"]]
    many = "1 record follows" if len(records) == 1 else f"{len(records)} records follow"
    ok = f"{path}: every byte is as it was. {many} from the first entry to the last."
    return {"ok": not wrongs, "file": str(path), "records": records}, wrongs[0] if wrongs else ok


def _file(path: Path) -> tuple[dict[str, Any], str]:
    if (path / "bagit.txt").is_file():
        return _case(path)
    if zipfile.is_zipfile(path) and "backup.json" in zipfile.ZipFile(path).namelist():
        return _backup(path)
    from hotwash.ledger.entry import ChainBroken
    from hotwash.ledger.export import verify_file

    try:
        found = verify_file(path)
    except ChainBroken as broken:
        one = {
            "record": broken.stream or str(path),
            "ok": False,
            "entries": 0,
            "redacted": 0,
            "files": 0,
            "head": None,
            "number": broken.number or None,
            "why": broken.why,
        }
        return {"ok": False, "file": str(path), "records": [one]}, str(broken)
    except OSError as fault:
        raise Refused(f"{path} cannot be read: {fault.strerror}.") from fault
    records = [
        {"record": stream, "ok": True, "entries": head.number, "head": head.digest, "number": None, "why": ""}
        for stream, head in found.heads.items()
    ]
    document = {
        "ok": True,
        "file": str(path),
        "entries": found.entries,
        "redacted": found.redacted,
        "files": found.files,
        "records": records,
    }
    return document, f"{path}: {found.entries} entries follow from one another; {found.files} files are whole."
