"""The shapes of the tables in a file, before anything is held against anything else."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from hotwash.drills.worlds.description import Columns, Decision, How, Kind

Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Word = Annotated[str, Meta(min_length=1, max_length=80)]
Share = Annotated[float, Meta(ge=0, le=1)]
Chance = Annotated[float, Meta(gt=0, lt=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    """A table that has no other keys than those named."""


class Top(_Table):
    """What stands directly under ``[world]``."""

    kind: Kind
    rows: int = 20_000
    zero: Annotated[datetime, Meta(tz=True)] | None = None
    before: str = "56 days"
    after: str = "8 hours"
    visits: float = 1.0
    begins: str = ""


class GivenTable(_Table):
    """Shares for some."""

    when: str
    values: dict[Word, float]


class AttributeTable(_Table):
    """One of ``[[world.attributes]]``."""

    name: Name
    values: dict[Word, float]
    given: list[GivenTable] = []
    missing: Share = 0.0


class NumberTable(_Table):
    """One of ``[[world.numbers]]``."""

    name: Name
    middle: float
    spread: NotNegative
    shape: Literal["normal", "log-normal"] = "log-normal"
    merit: Annotated[float, Meta(ge=-1, le=1)] = 0.0
    digits: Annotated[int, Meta(ge=0, le=9)] = 0
    low: float | None = None
    high: float | None = None
    missing: Share = 0.0


class BaseTable(_Table):
    """A base rate for some."""

    when: str
    base: Chance


class LabelTable(_Table):
    """``[world.label]``."""

    base: Chance = 0.5
    by: list[BaseTable] = []
    positive: Word = "yes"
    negative: Word = "no"
    noise: Share = 0.0
    unknown: Share = 0.0
    delay: str = ""
    spread: NotNegative = 0.4


class SeasonTable(_Table):
    """``[world.season]``."""

    hours: list[float] = field(default_factory=lambda: [1.0] * 24)
    weekdays: list[float] = field(default_factory=lambda: [1.0] * 7)
    growth: Annotated[float, Meta(gt=-0.5, lt=1)] = 0.0
    noise: Annotated[float, Meta(ge=0, le=1)] = 0.0


class PriceTable(_Table):
    """``[world.price]``."""

    column: Name
    truth: Name
    middle: Positive
    spread: NotNegative
    noise: NotNegative = 0.0
    margin: Annotated[float, Meta(gt=-1)] = 0.0
    tolerance: NotNegative = 0.02
    digits: Annotated[int, Meta(ge=0, le=9)] = 2
    merit: Annotated[float, Meta(ge=-1, le=1)] = 0.0


class VersionTable(_Table):
    """One of ``[[world.versions]]``."""

    name: Word
    at: str = "start"
    noise: NotNegative = 0.75
    threshold: float = 0.0


class HarmTable(_Table):
    """One of ``[[world.harms]]``."""

    name: Word
    how: How
    since: str
    by: float = 1.0
    who: str = ""
    until: str = ""
    ramp: str = ""
    share: float = 1.0
    feature: str = ""
    intents: list[str] = []
    note: str = ""


class ChatTable(_Table):
    """``[world.chat]``."""

    phrases: str
    question: Name = "question"
    answer: Name = "answer"
    intent: Name = "intent"
    flagged: str = ""
    bad: Share = 0.0


_Column = Annotated[str, Meta(max_length=60, pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
ColumnsTable = msgspec.defstruct(
    "ColumnsTable",
    [(name, _Column, default) for name, default in ((f, getattr(Columns(), f)) for f in Columns.__dataclass_fields__)],
    forbid_unknown_fields=True,
)
DecisionTable = msgspec.defstruct(
    "DecisionTable",
    [(name, Word, default) for name, default in ((f, getattr(Decision(), f)) for f in Decision.__dataclass_fields__)],
    forbid_unknown_fields=True,
)

SINGLES: dict[str, type[Any]] = {
    "columns": ColumnsTable,
    "season": SeasonTable,
    "label": LabelTable,
    "decision": DecisionTable,
    "price": PriceTable,
    "chat": ChatTable,
}
LISTS: dict[str, type[Any]] = {
    "attributes": AttributeTable,
    "numbers": NumberTable,
    "versions": VersionTable,
    "harms": HarmTable,
}


def fields_of(shape: type[Any]) -> list[str]:
    """The keys that a table may have."""
    more = [*SINGLES, *LISTS] if shape is Top else []
    return [*shape.__struct_fields__, *more]
