"""Worlds that are ready to be drawn, or to be taken into a scenario (`drills/data/worlds/`)."""

from functools import cache
from importlib.resources import files


@cache
def ready() -> dict[str, str]:
    """Their files (TOML with a table ``[world]``), by name."""
    folder = files("hotwash.drills") / "data" / "worlds"
    found = {one.name.removesuffix(".toml"): one.read_text(encoding="utf-8") for one in folder.iterdir()}
    return dict(sorted(found.items()))
