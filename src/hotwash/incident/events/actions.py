"""What will be done, whether it was done, and whether it worked: an action, its effect, and its issue elsewhere."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from hotwash.incident.events.causes import Tag
from hotwash.incident.events.recovery import ThresholdHeld

ActionKind = Literal["prevent", "detect", "mitigate", "redress", "learn"]
Strength = Literal["barrier", "automation", "procedure", "reminder"]
Effort = Literal["hours", "days", "weeks", "months"]
ClosedHow = Literal["said", "checked", "measured"]
EffectOutcome = Literal["passed", "failed", "too few", "no answer"]
IssueSaid = Literal["changed", "closed", "reopened", "gone"]


@dataclass(frozen=True, slots=True)
class ActionAdded:
    """Something that will be done, by whom, until when, and how one will see that it worked.

    ``factors`` are the contributing factors that it is against. ``factor`` is the one that older records name.
    """

    title: str
    kind: ActionKind
    owner: str
    due: date | None = None
    measure: str = ""
    strength: Strength | None = None
    factor: int | None = None
    tag: Tag | None = None
    factors: tuple[int, ...] = ()
    effort: Effort | None = None


@dataclass(frozen=True, slots=True)
class ActionChanged:
    """An action is put otherwise: what is None stays. ``tracker`` is where it was changed, if not here."""

    action: int
    reason: str
    title: str | None = None
    kind: ActionKind | None = None
    owner: str | None = None
    due: date | None = None
    measure: str | None = None
    strength: Strength | None = None
    factors: tuple[int, ...] | None = None
    effort: Effort | None = None
    tracker: str = ""


@dataclass(frozen=True, slots=True)
class EffectPlanned:
    """How one will see that an action worked: a question, what its answer must be, of which data, and when.

    ``source`` is a log; empty for the log of the incident's AI system. With ``since_done`` only rows count that came
    after the action was done. It is asked first on ``ask_on``, then every ``every_days`` (0: once) up to ``until``.
    """

    action: int
    question: str
    thresholds: tuple[str, ...]
    ask_on: date
    arguments: dict[str, Any] = field(default_factory=dict)
    rows_min: int = 100
    source: str = ""
    since_done: bool = False
    every_days: int = 30
    until: date | None = None
    like: int | None = None
    """The finding whose question is asked again."""


@dataclass(frozen=True, slots=True)
class EffectWithdrawn:
    """The effect will not be measured after all."""

    action: int
    reason: str


@dataclass(frozen=True, slots=True)
class EffectMeasured:
    """What asking came to: of which data, with which finding, and how each threshold stood."""

    action: int
    plan: int
    outcome: EffectOutcome
    sentence: str = ""
    thresholds: tuple[ThresholdHeld, ...] = ()
    rows: int = 0
    rows_min: int = 0
    why: str = ""
    digest: str = ""
    source: str = ""
    fingerprint: str = ""
    since: datetime | None = None
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class ActionDone:
    """The work is done. Whether it worked is another question. ``tracker`` is where that was said, if not here."""

    action: int
    result: str
    finding: int | None = None
    tracker: str = ""


@dataclass(frozen=True, slots=True)
class ActionClosed:
    """An action is closed: its effect was measured and holds, or a second person checked it and gives the reason.

    ``said`` stands in records from before there was either.
    """

    action: int
    result: str
    finding: int | None = None
    how: ClosedHow = "said"
    measured: int | None = None


@dataclass(frozen=True, slots=True)
class ActionReopened:
    """An action did not hold. ``measured`` is the entry that shows it, if its effect slipped."""

    action: int
    reason: str
    measured: int | None = None
    tracker: str = ""


@dataclass(frozen=True, slots=True)
class ActionDropped:
    """An action will not be done."""

    action: int
    reason: str


@dataclass(frozen=True, slots=True)
class ActionTracked:
    """An action has an issue in a tracker elsewhere."""

    action: int
    tracker: str
    issue: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class IssueNoted:
    """What an issue said that this record did not take over, or could not, with the reason."""

    action: int
    tracker: str
    issue: str
    said: IssueSaid
    text: str
