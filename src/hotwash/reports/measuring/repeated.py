"""What comes back: contributing factors over incidents; whether actions worked; what it cost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hotwash.knowledge.factors import factors
from hotwash.reports.measuring.figures import ActionLine, Line
from hotwash.reports.measuring.summing import Summary, summed

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A kind of contributing factor and the incidents in which it was found.

    :param incidents: in the order in which they were declared
    :param between: days from one to the next
    :param after_action: incidents that were declared after an action against this kind of factor had been closed
    """

    tag: str
    title: str
    incidents: tuple[str, ...]
    systems: tuple[str, ...]
    between: Summary
    after_action: tuple[str, ...]

    @property
    def again(self) -> int:
        """How often it came back."""
        return max(0, len(self.incidents) - 1)


@dataclass(frozen=True, slots=True)
class Effects:
    """How actions stand, and whether they worked. Counts of actions.

    :param unproven: closed, and their effect was never measured
    :param came_back: closed, and an incident with a factor of the same kind was declared afterwards
    """

    total: int
    by_state: dict[str, int]
    by_strength: dict[str, int]
    by_kind: dict[str, int]
    closed: int
    measured: int
    unproven: int
    slipped: int
    came_back: int
    overdue: int
    open_days: Summary


@dataclass(frozen=True, slots=True)
class Costs:
    """What incidents cost in one currency. Currencies are never added up with each other."""

    currency: str
    booked: float
    estimated: float
    by_purpose: dict[str, float]
    incidents: tuple[str, ...]

    @property
    def total(self) -> float:
        """Booked and estimated together."""
        return self.booked + self.estimated


def recurrence(lines: Iterable[Line]) -> list[Recurrence]:
    """Every kind of factor that was found, the most frequent first."""
    real = sorted((line for line in lines if line.real), key=lambda line: (line.declared_at, line.id))
    found = []
    for tag in factors().tags:
        inside = [line for line in real if any(factor.tag == tag.id for factor in line.figures.factors)]
        if not inside:
            continue
        moments = [line.declared_at.timestamp() for line in inside]
        done = [
            action.closed
            for line in real
            for action in line.figures.actions
            if action.closed is not None and tag.id in action.tags and action.state != "dropped"
        ]
        first = min(done, default=None)
        found.append(
            Recurrence(
                tag.id,
                tag.title,
                tuple(line.id for line in inside),
                tuple(dict.fromkeys(line.system for line in inside if line.system)),
                summed([(b - a) / DAY_S for a, b in pairwise(moments)]),
                tuple(line.id for line, at in zip(inside, moments, strict=True) if first is not None and at > first),
            )
        )
    return sorted(found, key=lambda one: (-len(one.incidents), one.tag))


def effects(lines: Sequence[Line], today: date) -> Effects:
    """How the actions of these incidents stand."""
    real = [line for line in lines if line.real]
    actions = [action for line in real for action in line.figures.actions]
    closed = [action for action in actions if action.state in ("closed", "effective")]
    return Effects(
        total=len(actions),
        by_state=dict(Counter(action.state for action in actions)),
        by_strength=dict(Counter(action.strength for action in actions if action.state != "dropped")),
        by_kind=dict(Counter(action.kind for action in actions if action.state != "dropped")),
        closed=len(closed),
        measured=sum(action.how == "measured" for action in closed),
        unproven=sum(not action.measured for action in closed),
        slipped=sum(action.state == "slipped" for action in actions),
        came_back=sum(_came_back(action, real) for action in closed),
        overdue=sum(overdue(action, today) for action in actions),
        open_days=summed([(action.closed - action.added) / DAY_S for action in closed if action.closed is not None]),
    )


def overdue(action: ActionLine, today: date) -> bool:
    """Whether the day has passed on which something was due for it."""
    return action.due is not None and action.due < today and action.state not in ("closed", "dropped", "effective")


def _came_back(action: ActionLine, lines: Iterable[Line]) -> bool:
    return action.closed is not None and any(
        line.declared_at.timestamp() > action.closed
        and any(factor.tag in action.tags for factor in line.figures.factors)
        for line in lines
    )


def costs(lines: Iterable[Line]) -> list[Costs]:
    """What incidents cost, by currency, the largest first."""
    found: dict[str, list[tuple[str, float, str, str]]] = {}
    for line in lines:
        if line.real:
            for one in line.figures.costs:
                found.setdefault(one.currency, []).append((line.id, one.amount, one.purpose, one.basis))
    made = []
    for currency, rows in found.items():
        by_purpose: Counter[str] = Counter()
        for _, amount, purpose, _ in rows:
            by_purpose[purpose] += amount  # type: ignore[assignment]
        made.append(
            Costs(
                currency,
                sum(amount for _, amount, _, basis in rows if basis == "booked"),
                sum(amount for _, amount, _, basis in rows if basis != "booked"),
                dict(by_purpose),
                tuple(dict.fromkeys(incident for incident, *_ in rows)),
            )
        )
    return sorted(made, key=lambda one: (-one.total, one.currency))
