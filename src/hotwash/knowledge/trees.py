"""Fault trees to begin with, for pipelines of AI systems: each a file in the short text form, with its sources.

A chance stands in a template only where somebody published it, as a wide distribution with its source. It comes from
another setting than yours: put your own counts in its place.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FIRST = re.compile(r'^tree (\S+) "([^"]+)"', re.MULTILINE)
_ABOUT = re.compile(r'^about "([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """One tree: what it is called, what it is about, and its text."""

    name: str
    title: str
    about: str
    text: str


@cache
def templates() -> dict[str, Template]:
    """Every template by its name."""
    found = {}
    folder = files("hotwash.knowledge").joinpath("data", "trees")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".tree"):
            text = file.read_text(encoding="utf-8")
            first, about = _FIRST.search(text), _ABOUT.search(text)
            assert first is not None
            assert about is not None
            found[first[1]] = Template(first[1], first[2], about[1], text)
    return found
