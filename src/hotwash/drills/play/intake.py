"""What a drill is handed to reach the team with. The rooms above keep this promise: what comes, comes as in earnest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Intake(Protocol):
    """The ways by which trouble reaches the team."""

    def alert(self, sender: str, body: bytes, *, system: str, at: datetime) -> None:
        """A monitor's body, read as that monitor's bodies are read."""
        ...

    def complaint(self, text: str, *, key: str, system: str, at: datetime) -> None:
        """What a person reports, through the intake for people."""
        ...

    def word(self, channel: str, title: str, text: str, *, key: str, system: str, at: datetime) -> None:
        """A mail, a call, a rumour or the news, into the inbox."""
        ...


@dataclass(frozen=True, slots=True)
class Word:
    """What the team hears, as a title and a text."""

    channel: str
    title: str
    text: str
    sent_by: str = ""

    @property
    def sentence(self) -> str:
        """The same as one line of a timeline."""
        who = f" from {self.sent_by}" if self.sent_by else ""
        said = {"mail": "Mail", "call": "Call", "rumour": "Rumour", "news": "In the news", "absence": "Absence"}
        return f"{said.get(self.channel, 'Message')}{who}: {self.title}. {self.text}"
