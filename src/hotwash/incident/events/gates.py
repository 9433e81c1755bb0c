"""Gates that an incident left behind: checks on its AI system that keep the harm from coming back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateLeft:
    """A gate was kept on an AI system, because of this incident. Its text stands in the system's record.

    :param gate: its short name there
    :param digest: of its text
    """

    gate: str
    system: str
    title: str
    digest: str
    questions: tuple[str, ...]
