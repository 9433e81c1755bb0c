"""A signal: somebody or something points at trouble. What a connector makes of a vendor's body, and promises.

Two times are kept apart: ``data_at``, of the data that it speaks of, and ``alert_at``, when the sender saw it. The
distance between them is the sender's part of the time to detect; a signal without a data time says so by None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Grade = Literal["critical", "high", "low", "unknown"]
State = Literal["firing", "resolved", "information"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that the sender held against a limit."""

    metric: str
    value: float | None
    limit: float | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that a sender points at.

    :param key: the same for the same trouble: a second signal with it is a repetition, or the end
    :param group: what it is counted with in a storm: the rule, the monitor, the column
    :param grade: how grave the sender thinks it is; Hotwash's severity is assessed from answers, never from this
    :param links: where to look, as the sender wrote them
    :param confirm: whether the sender's own API should be asked before it is believed
    """

    source: str
    key: str
    title: str
    group: str = ""
    state: State = "firing"
    grade: Grade = "unknown"
    alert_at: datetime | None = None
    data_at: datetime | None = None
    detail: str = ""
    links: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    measured: tuple[Measured, ...] = ()
    confirm: bool = False


Read = Callable[[Mapping[str, str], bytes], list[Signal]]
"""What a connector promises: headers (lower-case names) and body in, signals out.

It raises `hotwash.response.outside.Refused` with a sentence if the body is not what the sender documents.
"""

Verify = Callable[[Mapping[str, str], bytes, str, datetime], None]
"""Where the sender signs: headers, body, secret and the time now.

It raises `hotwash.response.outside.NotVerified` if the signature is missing, wrong or too old.
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """A kind of sender: how its bodies are read, and how its signature is checked.

    :param verify: None where the sender cannot sign; then the address itself holds a secret
    :param example: a sentence on where the sender is told the address
    """

    name: str
    title: str
    read: Read
    verify: Verify | None = None
    example: str = ""
