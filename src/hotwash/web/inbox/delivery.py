"""What came in one delivery."""

from dataclasses import dataclass
from datetime import datetime

from hotwash.response.signals import Signal


@dataclass(frozen=True, slots=True)
class Taken:
    """Signals with the bytes in which they came.

    :param system: the AI system that it is about; empty: the one of its address, if any
    :param refused: why it could not be read; then it holds no signals
    """

    sender: str
    signals: tuple[Signal, ...]
    raw: bytes = b""
    media_type: str = ""
    address: int | None = None
    received_at: datetime | None = None
    system: str = ""
    refused: str = ""
