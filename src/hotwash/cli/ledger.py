"""The check of the ledger on the command line, and its seals: made here, kept elsewhere, held against what is here."""

import base64
import binascii
import contextlib
import json
import zipfile
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.answer import Refused, answer, say, table
from hotwash.cli.casefile import check
from hotwash.cli.place import Place, read_file, with_place

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from hotwash.ledger.seal import Against, Seal


@click.group()
def ledger() -> None:
    """Check that records follow from themselves, and seal them."""


@ledger.command()
@click.argument("what", required=False, metavar="[FILE|INCIDENT]")
@click.option(
    "--seal", "sealed", metavar="FILE", help="A seal that was kept elsewhere, or the message that brought it."
)
@click.option("--key", metavar="FILE", help="The public key of whoever made the seal (PEM).")
@click.option("--stamp", metavar="FILE", help="The seal's time-stamp (.tsr), to be checked too.")
@click.option("--authority", metavar="FILE", help="Certificates of the time-stamp authority (PEM).")
@with_place
def verify(
    place: Place,
    form: str,
    *,
    what: str | None,
    sealed: str | None,
    key: str | None,
    stamp: str | None,
    authority: str | None,
) -> None:
    """Recompute an exported file, one record, or every record; name the first entry that does not follow.

    A file (an export, a case file, a backup) is checked without any server or data folder. A chain shows that nothing
    in it was changed; that its end was not cut off shows only a seal that is kept elsewhere: --seal and --key.
    """
    if (stamp is None) != (authority is None) or (stamp is not None and sealed is None):
        raise click.UsageError("--stamp and --authority go together, with --seal.")
    a_file = what is not None and (Path(what).exists() or "/" in what or what.endswith(".json"))
    if sealed is not None and what is not None and not a_file:
        raise click.UsageError("A seal is held against all records, or against a file.")
    if sealed is not None:
        document, sentence = _held(place, Path(what) if what else None, read_file(sealed), key)
        if stamp is not None and authority is not None:
            document["stamped_at"] = _stamped(stamp, read_file(sealed), Path(authority))
            sentence += f"\nA time-stamp authority saw the seal at {document['stamped_at']}."
    elif what is not None and a_file:
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
        say(next((_sentence(one) for one in document["records"] if not one["ok"]), sentence))
        click.get_current_context().exit(1)


@ledger.command("seal")
@click.option("--to", "file", metavar="FILE", type=click.Path(path_type=Path), help="A new file for the seal.")
@click.option("--send", is_flag=True, help="To every place of the setting `seals` too; the worker takes it there.")
@with_place
def make(place: Place, form: str, *, file: Path | None, send: bool) -> None:
    """Make a seal over all records as they are now. Keep it, and the public key, where the records are not."""
    if file is not None and file.exists():
        raise Refused(f"{file} is there already, and a seal is never written over.")
    said = place.post("/seals", {"send": True} if send else {})
    if said["fault"]:
        say(f"Attention: records do not stand as the seal before this one says. {said['fault']}")
    if file is not None:
        from hotwash.ledger.entry import canonical

        try:
            with file.open("xb") as out:
                out.write(canonical(said["seal"]) + b"\n")
        except OSError as fault:
            raise Refused(f"{file} cannot be written: {fault.strerror}.") from fault
    many = "1 record" if said["records"] == 1 else f"{said['records']} records"
    places = ", ".join(one["place"] for one in said["sent"])
    told = f"Sealed: {many}, {said['digest']}."
    told += f" It lies in {file}." if file else ""
    told += f" It goes to {places}." if places else ""
    answer(form, said, told if file or send else json.dumps(said["seal"], ensure_ascii=False, separators=(",", ":")))
    if not send and not file:
        say(told)


@ledger.command()
@with_place
def seals(place: Place, form: str) -> None:
    """List the newest seals, and where each of them arrived. Exit code 1 if seals do not get away."""
    found = place.get("/seals")
    rows = [
        (
            one["made_at"],
            one["made_by"],
            f"{one['records']} records",
            "; ".join(f"{to['place']}: {to['state']} {to['why']}".strip() for to in one["copies"]) or "kept by hand",
            f"stamped {one['stamped_at']}" if one["stamped_at"] else one["unstamped"],
        )
        for one in found["seals"]
    ]
    answer(form, found, lambda: "\n".join([found["sentence"], *([table(rows)] if rows else [])]))
    if not found["well"]:
        click.get_current_context().exit(1)


@ledger.command()
@click.option("--to", "file", metavar="FILE", type=click.Path(path_type=Path))
@with_place
def key(place: Place, form: str, file: Path | None) -> None:
    """Show the public key by which seals of this installation are checked."""
    pem = place.call("GET", "/seals/key").content
    if file is not None:
        from hotwash.cli.documents import write_file

        write_file(file, pem)
    answer(form, {"key": pem.decode(), "file": str(file) if file else None}, f"Wrote {file}." if file else pem.decode())


# ── a seal that was kept ─────────────────────────────────────────────────────


def _held(place: Place, path: Path | None, data: bytes, key: str | None) -> tuple[dict[str, Any], str]:
    """Hold a seal against all records here, or against a file."""
    seal = _seal(data)
    if path is None:
        pem = read_file(key).decode("utf-8", "replace") if key else None
        found = place.post("/seals/check", {"seal": seal.to_json(), "key": pem})
        if pem is None:
            say("Held against the key that lies beside the records: who can change those may have it. Use --key.")
        number = found["covered"]
        here = {"record": found["record"] or "the seal", "ok": found["ok"], "entries": 0, "files": 0}
        here |= {"number": found["number"], "why": found["why"]}
        document = {"ok": found["ok"], "seal": {"at": found["at"], "key": found["key"]}, "records": [here]}
        return document, _stands(seal, number) if found["ok"] else found["why"]
    if key is None:
        raise click.UsageError("To hold a seal against a file, name the public key that made it: --key FILE.")
    from hotwash.ledger.entry import ChainBroken
    from hotwash.ledger.seal import Against, SealForged, check_signature

    against = Against(seal)
    document, sentence = _file(path, against)
    document["seal"] = {"at": seal.at, "key": seal.key}
    if not document["ok"]:
        return document, sentence
    one: dict[str, Any] = {"record": str(path), "ok": False, "entries": 0, "files": 0, "number": None}
    try:
        check_signature(seal, _public(key))
        streams = against.held(all_of_them="made" in document)
    except ChainBroken as broken:
        one |= {"record": broken.stream, "number": broken.number, "why": broken.why}
        if document.get("made", seal.at) < seal.at:
            one["why"] += f" The backup was made at {document['made']}, before the seal."
    except (SealForged, LookupError) as no:
        one["why"] = str(no)
    else:
        return document, f"{sentence}\n{_stands(seal, len(streams))}"
    document["ok"] = False
    document["records"].append(one)
    return document, _sentence(one)


def _stands(seal: "Seal", number: int) -> str:
    many = "1 record begins" if number == 1 else f"{number} records begin"
    return f"{many} as sealed at {seal.at}."


def _seal(data: bytes) -> "Seal":
    """A seal from its file, or from the mail or call that brought it.

    :raises Refused: if there is none
    """
    from hotwash.ledger.lines import Unreadable
    from hotwash.ledger.seal import read_seal

    why = ""
    for line in _lines(data):
        try:
            return read_seal(line)
        except Unreadable as bad:
            why = why or str(bad)
    raise Refused(f"There is no seal in this file. {why}".strip())


def _lines(data: bytes) -> list[bytes]:
    """What in a file may be a seal, the file itself first."""
    found = [data]
    texts: list[str] = []
    try:
        told = json.loads(data)
        if isinstance(told, dict) and isinstance(told.get("text"), str):
            texts.append(told["text"])
    except (ValueError, RecursionError):
        letter = message_from_bytes(data, policy=policy.default)
        part = letter.get_body(("plain",)) if letter.keys() else None
        texts.append(part.get_content() if part is not None else data.decode("utf-8", "replace"))
    for text in texts:
        found += [line.strip().encode() for line in text.splitlines() if line.strip().startswith("{")]
    return found


def _stamped(stamp: str, data: bytes, authority: Path) -> str:
    from hotwash.connect import timestamps
    from hotwash.ledger.seal import write_seal
    from hotwash.response.outside import OutsideFault

    given = read_file(stamp)
    with contextlib.suppress(binascii.Error, ValueError):
        given = base64.b64decode(given.strip(), validate=True)
    try:
        return timestamps.check(given, write_seal(_seal(data)), authority=authority).isoformat()
    except OutsideFault as no:
        raise Refused(no.sentence) from no


def _public(key: str) -> "Ed25519PublicKey":
    from hotwash.ledger.seal import KeyUnusable, load_public_key

    try:
        return load_public_key(Path(key))
    except KeyUnusable as no:
        raise Refused(str(no)) from no


# ── files ────────────────────────────────────────────────────────────────────


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


def _backup(path: Path, against: "Against | None") -> tuple[dict[str, Any], str]:
    from hotwash.web.backups.form import BackupBroken, opened
    from hotwash.web.backups.form import check as whole
    from hotwash.web.backups.form import records as kept

    records: list[dict[str, Any]] = []
    try:
        with opened(path) as (archive, contents):
            whole(archive, contents)
            for stream, number, broken in kept(archive, contents, against=against):
                records.append({"record": stream, "ok": not broken, "entries": number, "files": 0, "why": broken})
    except BackupBroken as wrong:
        records.append({"record": str(path), "ok": False, "entries": 0, "files": 0, "why": str(wrong)})
    for one in records:
        one["number"] = None
    wrongs = [one["why"] for one in records if not one["ok"]]
    many = "1 record follows" if len(records) == 1 else f"{len(records)} records follow"
    ok = f"{path}: every byte is as it was. {many} from the first entry to the last."
    document = {"ok": not wrongs, "file": str(path), "records": records}
    return document | ({} if wrongs else {"made": contents.made}), wrongs[0] if wrongs else ok


def _file(path: Path, against: "Against | None" = None) -> tuple[dict[str, Any], str]:
    if (path / "bagit.txt").is_file():
        document, sentence = _case(path)
        if document["ok"] and against is not None:
            _file(path / "data/record/records.json", against)
        return document, sentence
    if zipfile.is_zipfile(path) and "backup.json" in zipfile.ZipFile(path).namelist():
        return _backup(path, against)
    from hotwash.ledger.entry import ChainBroken
    from hotwash.ledger.export import verify_file

    try:
        found = verify_file(path, against=against)
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
