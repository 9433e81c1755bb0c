"""What a world is: how its AI system decides or talks, and how, when, for whom and how strongly it goes wrong.

Data without any draw. Times are lengths from the moment when the drill begins (`World.zero`), so that a world can be
played on any day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from hotwash.investigate.expression import Expression

Kind = Literal["decisions", "chat"]
How = Literal["score", "threshold", "label-bias", "dropped-feature", "drift", "refusal", "price", "answers"]
ZERO = datetime(2026, 5, 4, 8, tzinfo=UTC)
"""When a drill begins if nobody says so: a Monday."""


@dataclass(frozen=True, slots=True)
class Condition:
    """For whom something holds, as it was written and as a tree. An empty text is everyone."""

    text: str = ""
    tree: Expression | None = None


EVERYONE = Condition()


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of the log are called. One that is empty is left out."""

    id: str = "decision_id"
    time: str = "decided_at"
    version: str = "model_version"
    subject: str = "subject_id"
    score: str = "score"
    decision: str = "decision"
    label: str = "label"
    label_time: str = ""
    id_prefix: str = "D"
    subject_prefix: str = "P"


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour of its own day at which a world begins, whatever the clock on the wall says.

    :param weekday: from Monday (0); None for the weekday on which the drill is played
    """

    weekday: int | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Season:
    """When decisions are made: weights of the hours and weekdays (from Monday), growth by week, noise of the days."""

    hours: tuple[float, ...] = (1.0,) * 24
    weekdays: tuple[float, ...] = (1.0,) * 7
    growth: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True, slots=True)
class Given:
    """Other shares (or another base rate) for those who meet a condition."""

    when: Condition
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a person is, once and for all: values with their shares."""

    name: str
    values: Mapping[str, float]
    given: tuple[Given, ...] = ()
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of each decision: log-normal around its middle, or plain normal.

    :param merit: how it goes with what the system ought to see, from -1 to 1
    """

    name: str
    middle: float
    spread: float
    shape: Literal["normal", "log-normal"] = "log-normal"
    merit: float = 0.0
    digits: int = 0
    low: float | None = None
    high: float | None = None
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class Base:
    """Another base rate for those who meet a condition."""

    when: Condition
    base: float


@dataclass(frozen=True, slots=True)
class Label:
    """What turns out to be true, how often, and when it is known.

    :param noise: the share of labels that are written down wrongly
    :param unknown: the share that never becomes known
    :param delay: the middle of the time until a label is known (log-normal with ``spread``)
    """

    base: float = 0.5
    by: tuple[Base, ...] = ()
    positive: str = "yes"
    negative: str = "no"
    noise: float = 0.0
    unknown: float = 0.0
    delay: timedelta = timedelta(0)
    spread: float = 0.4


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided above and below the threshold, which of both is against the person, and what a human gets."""

    above: str = "accept"
    below: str = "reject"
    adverse: str = "reject"
    refused: str = "refused"
    human: str = "referred"


@dataclass(frozen=True, slots=True)
class Price:
    """A sum that is asked or offered: its fair value is what would have been right.

    :param noise: how far a price is from the fair value without any harm (as a share, one standard deviation)
    :param margin: what is added on purpose, as a share
    :param tolerance: a price that is off by more than this share harms
    """

    column: str
    truth: str
    middle: float
    spread: float
    noise: float = 0.0
    margin: float = 0.0
    tolerance: float = 0.02
    digits: int = 2
    merit: float = 0.0


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the model, in use from ``at`` until the next one: how well it sees, and where it draws the line."""

    name: str
    at: timedelta | None
    noise: float = 0.75
    threshold: float = 0.0


@dataclass(frozen=True, slots=True)
class Harm:
    """One planted harm.

    :param since: from when on, and until when
    :param ramp: how long it grows until it has its whole strength; 0 for a step
    :param by: how strongly, in the unit of ``how``
    :param share: the share of people whom it can meet (always the same ones)
    :param feature: for ``dropped-feature``: the number that gets lost
    :param intents: for ``answers``: the intents whose answers go bad
    """

    name: str
    how: How
    since: timedelta
    by: float
    who: Condition = EVERYONE
    until: timedelta | None = None
    ramp: timedelta = timedelta(0)
    share: float = 1.0
    feature: str = ""
    intents: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """How a talking system's log looks: the file of its phrases, and the names of its columns."""

    phrases: str
    question: str = "question"
    answer: str = "answer"
    intent: str = "intent"
    flagged: str = ""
    bad: float = 0.0


@dataclass(frozen=True, slots=True)
class World:
    """A whole world.

    :param zero: when the drill begins
    :param before: how much of the log lies before that, and how long the world goes on afterwards
    :param visits: decisions per person, on average
    :param begins: the hour in the world's own seasons at ``zero``; None for the one that the clock shows, in UTC
    """

    kind: Kind
    rows: int
    zero: datetime
    before: timedelta
    after: timedelta
    visits: float
    columns: Columns
    season: Season
    attributes: tuple[Attribute, ...]
    numbers: tuple[Quantity, ...]
    label: Label | None
    decision: Decision
    price: Price | None
    versions: tuple[Version, ...]
    harms: tuple[Harm, ...]
    chat: Chat | None = None
    begins: Hour | None = None

    def anchored(self, zero: datetime) -> "World":
        """The same world, with the drill beginning at another moment."""
        return replace(self, zero=zero.astimezone(UTC).replace(microsecond=0))

    @property
    def start(self) -> datetime:
        """When the log begins."""
        return self.zero - self.before

    @property
    def own_start(self) -> datetime:
        """When the log begins by the world's own hours and weekdays, which its seasons follow."""
        if self.begins is None:
            return self.start
        day = self.zero.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.begins.weekday is not None:
            day += timedelta(days=self.begins.weekday - day.weekday())
        return day + timedelta(minutes=self.begins.minutes) - self.before

    @property
    def end(self) -> datetime:
        """When the world ends."""
        return self.zero + self.after

    def harmless(self) -> "World":
        """The same world without its harms."""
        return replace(self, harms=())
