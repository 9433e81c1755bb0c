"""What a switch does when there is no word from the server: a policy for each switch."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

State = Literal["serve", "fallback", "human", "off"]
"""What a serving process shall do: decide as usual, use the former version or rule, ask a person, or not decide."""

Course = Literal["keep", "engage", "release"]
"""Stay in the last known state, go to the engaged state, or serve."""

STATES: tuple[State, ...] = get_args(State)
COURSES: tuple[Course, ...] = get_args(Course)


@dataclass(frozen=True, slots=True)
class Policy:
    """What to do without a word from the server.

    :param never_synced: the course while nothing at all is known of the switch; there is nothing to keep then, so
        ``keep`` serves
    :param stale: the course once the last word is older than ``stale_after_s``
    :param stale_after_s: seconds
    :param engaged: the state that ``engage`` means
    :raises ValueError: if a word or number is none of those
    """

    never_synced: Course = "keep"
    stale: Course = "keep"
    stale_after_s: float = 60.0
    engaged: State = "off"

    def __post_init__(self) -> None:
        for name in ("never_synced", "stale"):
            if getattr(self, name) not in COURSES:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it can be {', '.join(COURSES)}.")
        if self.engaged not in STATES or self.engaged == "serve":
            raise ValueError(f"engaged is {self.engaged!r}; it can be {', '.join(STATES[1:])}.")
        seconds = self.stale_after_s
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < float("inf"):
            raise ValueError(f"stale_after_s is {seconds!r}; it must be a number of seconds above 0.")

    @property
    def unsynced(self) -> State:
        """The state while nothing is known."""
        return self.engaged if self.never_synced == "engage" else "serve"

    @property
    def overdue(self) -> State | None:
        """The state once the last word is too old; None to keep what was last known."""
        return {"keep": None, "engage": self.engaged, "release": "serve"}[self.stale]


KEEP = Policy()
"""Where neither the code nor the server says anything."""


def read(given: "Policy | Mapping[str, Any] | str") -> Policy:
    """A policy from words: a mapping of its fields, or one course for both cases.

    :raises ValueError: if it says something that a policy cannot
    """
    if isinstance(given, Policy):
        return given
    if isinstance(given, str):
        return Policy(never_synced=given, stale=given)  # type: ignore[arg-type]
    if not isinstance(given, Mapping):
        raise ValueError(f"A policy is a Policy, a mapping or one of {', '.join(COURSES)}, not {given!r}.")
    known = [field.name for field in fields(Policy)]
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"A policy has no {unknown[0]!r}; it has {', '.join(known)}.")
    return Policy(**given)
