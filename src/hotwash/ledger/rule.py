"""What a rule is: a pure function from a state and a request to events, or to `NotAllowed`."""

from dataclasses import dataclass
from datetime import datetime


class NotAllowed(Exception):
    """A rule says no, in a sentence that a responder can read. Never a fault of the program."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when it happened, and what time it is."""

    by: str
    at: datetime
    now: datetime


def need(text: str, what: str) -> str:
    """The text without surrounding space.

    :raises NotAllowed: if nothing is left; ``what`` names the field
    """
    text = text.strip()
    if not text:
        raise NotAllowed(f"{what} is empty: write at least one word.")
    return text
