"""Case files on the command line: made, written to a folder or a zip archive, checked, and read back as records."""

import errno
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from hotwash.cli.answer import Refused, say
from hotwash.cli.place import Place, ticker


def take_out(place: Place, incident: str, path: Path, words: dict[str, Any]) -> dict[str, Any]:
    """Make a case file and write it: as it comes where the name ends in ``.zip``, else as a folder.

    :returns: what was found when it was checked after writing
    :raises Refused: if something is there already, or the disk is full
    """
    as_zip = path.suffix.lower() == ".zip"
    if path.exists() and (as_zip or not path.is_dir() or any(path.iterdir())):
        raise Refused(f"{path} is there already{'' if as_zip else ' and is not an empty folder'}.")
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        made = place.post(f"/incidents/{incident}/export-case", words)
        with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".hotwash-") as beside:
            archive = Path(beside) / "case.zip"
            address = made["case_file"].removeprefix("/api/v1")
            place.download(address, archive, size=made["size"], told=ticker(say))
            folder = _unpacked(archive, Path(beside) / "case")
            found = check(folder)
            if as_zip:
                archive.rename(path)
            else:
                if path.is_dir():
                    path.rmdir()
                folder.rename(path)
    except OSError as fault:
        raise Refused(_sentence(fault, path)) from fault
    if found["digest"] != made["digest"]:
        raise Refused(f"What was written to {path} is not the case file that was recorded.")
    return {**found, "as_of": made["as_of"], "number": made["number"]}


def _sentence(fault: OSError, path: Path) -> str:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(path.absolute().parent).free
        return f"{path} cannot be written: the disk is full ({free:,} bytes are free). Name a place with more room."
    return f"{path} cannot be written: {fault.strerror or fault}."


def _unpacked(archive: Path, to: Path) -> Path:
    """The one folder in an archive that was just made. Names in it are ours, and are checked all the same."""
    with zipfile.ZipFile(archive) as packed:
        for one in packed.infolist():
            target = (to / one.filename).resolve()
            if not target.is_relative_to(to.resolve()):
                raise Refused(f"The archive holds a name that leads out of it: {one.filename!r}.")
        packed.extractall(to)
    (folder,) = to.iterdir()
    return folder


def check(folder: Path) -> dict[str, Any]:
    """What a case file holds, once every byte of it was checked.

    :raises Refused: with the first thing that is wrong
    """
    from hotwash.response.casefile import CaseBroken
    from hotwash.response.casefile import check as checked

    try:
        found = checked(folder)
    except CaseBroken as broken:
        raise Refused(f"{folder}: {broken}") from broken
    return {
        "digest": found.digest,
        "files": found.files,
        "entries": found.record.entries,
        "redacted": found.record.redacted,
        "evidence": found.here,
        "left_out": found.left_out,
        "records": {stream: head.number for stream, head in found.record.heads.items()},
    }


def as_document(folder: Path) -> bytes:
    """A case file as the one document of records that the API takes in.

    :raises Refused: if it is not what it was when it was made
    """
    import msgspec

    from hotwash.ledger.export import export_file, import_file
    from hotwash.ledger.memory import MemoryStore, MemoryVault

    check(folder)
    store, vault = MemoryStore(), MemoryVault()
    found = import_file(folder / "data/record/records.json", store, vault=vault)
    for item in msgspec.json.decode((folder / "data/evidence.json").read_bytes())["items"]:
        if item["path"]:
            vault.put((folder / item["path"]).read_bytes())
    for seal in (folder / "data/record/seals").glob("*-seal.json"):
        vault.put(seal.read_bytes())
    with tempfile.TemporaryDirectory(prefix="hotwash-") as place:
        path = Path(place) / "records.json"
        export_file(path, store, store.streams(), vault=vault, files=vault.digests(), seals=found.seals)
        return path.read_bytes()
