"""What can go wrong with an outside system, in sentences that say what was done there and what was not.

Connectors translate whatever a system or its network does into one of these, and keep the cause.

- `OutsideFault`
    - `Unreachable` — no answer, or none that can be understood: worth another try
    - `NotLetIn` — the token is wrong, or does not allow it
    - `NotThere` — there is no such thing in that system
    - `Refused` — the system, or a check before it was asked, says no
    - `Disagreed` — what was read back is not what was asked
    - `NotVerified` — a signature or a digest is wrong
"""

from typing import Literal, Self

Effect = Literal["none", "unknown", "other"]
"""What happened there: nothing, nobody knows, or something that was not asked."""


class OutsideFault(Exception):
    """An outside system did not do what was asked.

    :param system: which one, in words
    :param sentence: what happened
    :param effect: what happened there
    """

    retry = False

    def __init__(self, system: str, sentence: str, *, effect: Effect = "none") -> None:
        super().__init__(sentence)
        self.system, self.sentence, self.effect = system, sentence, effect

    def adding(self, sentence: str, *, effect: Effect | None = None) -> Self:
        """The same fault with one more sentence: what was done and what was not."""
        return type(self)(self.system, f"{self.sentence} {sentence}", effect=effect or self.effect)


class Unreachable(OutsideFault):
    """Nobody answers there, or what answers cannot be understood. Another try may help."""

    retry = True


class NotLetIn(OutsideFault):
    """The token or password is wrong, or does not allow this."""


class NotThere(OutsideFault, LookupError):
    """There is no such thing in that system."""


class Refused(OutsideFault):
    """The system says no, or a check before it was asked."""


class Disagreed(OutsideFault):
    """What was read back is not what was asked: somebody else was there too, or the system did something else."""


class NotVerified(OutsideFault):
    """A signature or a digest is wrong: these are not the bytes that they claim to be."""
