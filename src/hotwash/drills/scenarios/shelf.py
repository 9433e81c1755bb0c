"""The scenarios that ship, and those that an organisation keeps in the folder `scenarios` of its data."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from hotwash.drills.scenarios.reading import Unsound, read
from hotwash.drills.scenarios.shape import Scenario


class Unknown(LookupError):
    """There is no such scenario."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A scenario with the bytes that it was read from."""

    scenario: Scenario
    text: bytes
    own: bool = False


@cache
def shipped() -> tuple[Shelved, ...]:
    """The scenarios of this version, by name."""
    found = sorted(
        (one for one in files("hotwash.drills").joinpath("data").iterdir() if one.name.endswith(".toml")),
        key=lambda one: one.name,
    )
    read_in = [(one.name, one.read_bytes()) for one in found]
    return tuple(Shelved(read(text, name=name), text) for name, text in read_in)


def all_of(folder: Path | None = None) -> tuple[list[Shelved], list[Unsound]]:
    """Every scenario, an own one before a shipped one of the same name; and the own ones that cannot be played."""
    own: list[Shelved] = []
    broken: list[Unsound] = []
    for path in _own(folder):
        try:
            text = path.read_bytes()
            own.append(Shelved(read(text, name=path.name), text, own=True))
        except Unsound as unsound:
            broken.append(unsound)
    names = {one.scenario.name for one in own}
    listed = [*own, *(one for one in shipped() if one.scenario.name not in names)]
    return sorted(listed, key=lambda one: one.scenario.title), broken


def named(name: str, folder: Path | None = None) -> Shelved:
    """A scenario by its name.

    :raises Unknown: if there is none
    """
    listed, _ = all_of(folder)
    for one in listed:
        if one.scenario.name == name:
            return one
    raise Unknown(f"There is no scenario {name[:60]}. `hotwash drill list` names them.")


def _own(folder: Path | None) -> Iterator[Path]:
    if folder is not None and folder.is_dir():
        yield from sorted(path for path in folder.glob("*.toml") if path.is_file() and not path.is_symlink())[:200]
