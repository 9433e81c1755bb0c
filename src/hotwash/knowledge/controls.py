"""The catalogue of controls (`data/controls.toml`): ids of published frameworks, with short wording of our own."""

from dataclasses import dataclass
from functools import cache, cached_property

from hotwash.knowledge.shelf import take

OWN = "own:"
"""How the id of a control of the organisation's own begins: a policy, a procedure, a rule."""


@dataclass(frozen=True, slots=True)
class Framework:
    """Where controls come from, and on which words these rest."""

    id: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Control:
    """A control.

    :param code: what its framework calls it
    :param text: what it is about, in words of our own; empty where only ids may be given
    :param tags: the kinds of contributing factor that speak of it
    """

    id: str
    framework: str
    code: str
    tags: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Controls:
    """The whole catalogue."""

    version: str
    frameworks: tuple[Framework, ...]
    controls: tuple[Control, ...]

    @cached_property
    def by_id(self) -> dict[str, Control]:
        """Every control by its id."""
        return {one.id: one for one in self.controls}


@cache
def controls() -> Controls:
    """The catalogue in force."""
    return take("controls.toml", Controls)
