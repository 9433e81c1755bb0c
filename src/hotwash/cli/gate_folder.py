"""Gates to be asked: from files, from a folder that was exported, or from an installation."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotwash.cli.answer import Refused
from hotwash.cli.place import Place, read_file

if TYPE_CHECKING:
    from hotwash.response.gates import Gate

SUFFIX = ".gate.toml"
MANIFEST = "hotwash-gates.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Found:
    """A gate that can be asked.

    :param name: what it is called: in the installation where it is known, else as its file
    :param place: where it was found, for people
    :param system: the AI system that keeps it; empty for a file of which that is not known
    """

    name: str
    gate: "Gate"
    place: str
    system: str = ""


def read_gate(file: str) -> "Gate":
    """The gate of a file.

    :raises Refused: if it cannot be read, or is no gate
    """
    try:
        return _read(read_file(file).decode(), file)
    except UnicodeDecodeError as bad:
        raise Refused(f"{file} is no text in UTF-8.") from bad


def found(paths: Sequence[str]) -> list[Found]:
    """Every gate of these files and folders, in order.

    :raises Refused: if one cannot be read, or there is none
    """
    gates: list[Found] = []
    for path in paths:
        folder = Path(path)
        if not folder.is_dir():
            gates.append(Found(called(path), read_gate(path), path))
            continue
        files = sorted(folder.rglob(f"*{SUFFIX}"))
        if not files:
            raise Refused(f"{path} holds no gate: their files end in {SUFFIX}.")
        known = {one: system for home in {file.parent for file in files} for one, system in _manifest(home)}
        gates += [
            Found(called(file.name), read_gate(str(file)), str(file), known.get(file.resolve(), "")) for file in files
        ]
    return gates


def kept(place: Place, system: str) -> list[Found]:
    """Every gate that an installation keeps on an AI system and has asked.

    :raises Refused: if it keeps none
    """
    gates = [
        Found(one["gate"], _read(one["text"], one["gate"]), f"{system}: {one['gate']}", system)
        for one in _asked(place, system)
    ]
    if not gates:
        raise Refused(f"{system} keeps no gate. An incident leaves one with `hotwash gate keep FILE --incident ID`.")
    return gates


def export(place: Place, system: str, folder: Path) -> list[Path]:
    """Write every gate of a system into a folder, and take away those that it wrote before and that are retired now.

    :raises Refused: if it cannot be written
    """
    gates = _asked(place, system)
    listed = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = [file for file, _ in _manifest(folder)]
        for one in gates:
            name = f"{one['gate']}{SUFFIX}"
            (folder / name).write_bytes(one["text"].encode())
            listed.append({name: one[name] for name in ("gate", "digest", "incident", "title")} | {"file": name})
        written = [folder / one["file"] for one in listed]
        for file in set(before) - {one.resolve() for one in written}:
            file.unlink(missing_ok=True)
        told = {"system": system, "exported_at": datetime.now(UTC).isoformat(timespec="seconds"), "gates": listed}
        (folder / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    except OSError as fault:
        raise Refused(f"{folder} cannot be written: {fault.strerror}.") from fault
    return written


def called(file: str) -> str:
    """What a gate's file is called without its ending."""
    name = Path(file).name
    return name.removesuffix(SUFFIX).removesuffix(".toml")


def _asked(place: Place, system: str) -> list[dict[str, Any]]:
    gates = place.get(f"/systems/{system}/gates")["gates"]
    return [one for one in gates if one["retired"] is None and _NAME.fullmatch(one["gate"])]


def _manifest(folder: Path) -> list[tuple[Path, str]]:
    """The files that were exported into a folder, each with its AI system."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        names = [(one["gate"], str(told["system"])) for one in told["gates"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [((folder / f"{name}{SUFFIX}").resolve(), system) for name, system in names if _NAME.fullmatch(str(name))]


def _read(text: str, place: str) -> "Gate":
    from hotwash.response.gate_files import GateWrong, read

    try:
        return read(text)
    except GateWrong as wrong:
        raise Refused(f"{place}: {wrong}") from wrong
