"""What can be wrong with the description of a world: every fault at once, each with the path of its key."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it stands (``world.harms[0].who``), and what would be right."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class WorldWrong(ValueError):
    """A description is none; ``faults`` has all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class NumpyMissing(RuntimeError):
    """Worlds are drawn with numpy, which is not installed."""

    def __init__(self) -> None:
        super().__init__("Making a world needs numpy: pip install 'hotwash[questions]'.")
