"""What every place that holds switches promises: set one, and read it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hotwash.incident.events.work import SwitchState


@dataclass(frozen=True, slots=True)
class Setting:
    """A state, and for whom.

    :param when: the cohort, as the rule of a guard's snapshot (`{"attribute": …, "is": …, "value": …}`); None: everyone
    :param share: the share of traffic between 0 and 1; None: all of it
    :param share_of: the attribute by which traffic is shared
    :param salt: what makes a share's choice its own; the same salt takes in the same people
    """

    state: SwitchState
    when: Mapping[str, Any] | None = None
    share: float | None = None
    share_of: str = ""
    salt: str = ""

    @property
    def for_everyone(self) -> bool:
        """Whether it holds for every decision."""
        return self.when is None and self.share is None


@dataclass(frozen=True, slots=True)
class Position:
    """How a switch stood when it was read.

    :param serves: whether the system decides as usual, for everyone
    :param sentence: what was read, for a person and for the record
    """

    switch: str
    serves: bool
    sentence: str


class Switchboard(Protocol):
    """A place that holds switches: Hotwash itself, a file, another team's flags."""

    def set(self, switch: str, settings: Sequence[Setting]) -> Position:
        """Put a switch into a position and read it back. The first setting that fits counts; none means `serve`.

        :raises OutsideFault: if that was not done, or could not be read back; the sentences say which
        """
        ...

    def read(self, switch: str) -> Position:
        """How a switch stands now.

        :raises OutsideFault: if it cannot be read
        """
        ...
