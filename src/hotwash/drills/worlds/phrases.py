"""The files of phrases from which worlds that talk are made (`drills/data/phrases/`)."""

from functools import cache
from importlib.resources import files


@cache
def available() -> tuple[str, ...]:
    """The phrases there are, by name."""
    folder = files("hotwash.drills") / "data" / "phrases"
    if not folder.is_dir():
        return ()
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))
