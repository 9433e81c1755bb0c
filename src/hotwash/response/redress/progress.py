"""How redress stands, in people: for the page, the API and the room. Small groups are not told apart."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hotwash.incident.events.redress import PeopleCount
from hotwash.incident.redress import OPEN, PERSON_STATES
from hotwash.investigate.suppression import closed
from hotwash.reports.redress import sentence
from hotwash.response.redress.cells import money
from hotwash.response.redress.kept import Cell, Point, Tally
from hotwash.response.redress.register import Register

SMALLEST = 5
"""A group in which fewer people than this stand anywhere is not told of."""
OWNERS_MAX = 50
GROUPS_MAX = 50


@dataclass(frozen=True, slots=True)
class Share:
    """Some remedies together: how many, how many are done, how many are still owed, and how it stands with each."""

    name: str
    remedies: int
    done: int
    owed: int
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Money:
    """What is to be paid in one currency, and what was."""

    currency: str
    total: str
    paid: str


@dataclass(frozen=True, slots=True)
class GroupStands:
    """How the people of one group stand; ``counts`` is None where telling would point at people."""

    group: str
    counts: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How redress stands at one moment."""

    sentence: str
    counts: PeopleCount
    oldest: datetime | None
    next_due: date | None
    late: int
    remedies: Sequence[Share]
    owners: Sequence[Share]
    groups: Sequence[GroupStands]
    money: Sequence[Money]
    over_time: Sequence[Point]
    as_of: int
    open: bool


def progress(register: Register) -> Progress:
    """How redress stands. Brings the rows up to date first."""
    as_of = register.catch_up()
    tally, today = register.tally(), register.today()
    return Progress(
        sentence=told(tally, today),
        counts=tally.counts,
        oldest=tally.oldest,
        next_due=tally.next_due,
        late=tally.late,
        remedies=_shares(tally.cells, "remedy"),
        owners=_shares(tally.cells, "owner")[:OWNERS_MAX],
        groups=_groups(tally),
        money=_money(tally.cells),
        over_time=register.rows.over_time(register.id),
        as_of=as_of,
        open=register.is_open(),
    )


def told(tally: Tally, today: date) -> str:
    """A tally as its sentence."""
    oldest = tally.oldest.date() if tally.oldest else None
    return sentence(tally.counts, today=today, oldest=oldest, next_due=tally.next_due, late=tally.late)


def _shares(cells: Sequence[Cell], by: str) -> list[Share]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in cells:
        found[getattr(cell, by)][cell.state] += cell.remedies
    shares = [
        Share(name, states.total(), states["done"], sum(states[one] for one in OPEN), dict(sorted(states.items())))
        for name, states in found.items()
    ]
    return sorted(shares, key=lambda share: (-share.owed, -share.remedies, share.name))


def _groups(tally: Tally) -> list[GroupStands]:
    if set(tally.groups) <= {""}:
        return []
    names = sorted(tally.groups, key=lambda name: (-sum(tally.groups[name].values()), name))
    cells = [[sum(tally.groups[name].values()), *(tally.groups[name].get(one, 0) for one in PERSON_STATES)]
             for name in names]  # fmt: skip
    # The counts of everybody stand beside them: so a group that could be worked out from those is hidden as well.
    everybody = [sum(column) for column in zip(*cells, strict=True)]
    gone = closed([(), *((("group", name),) for name in names)], [everybody, *cells], SMALLEST, [])
    return [
        GroupStands(
            name or "no group named",
            None if place in gone else {"people": cell[0], **dict(zip(PERSON_STATES, cell[1:], strict=True))},
        )
        for place, (name, cell) in enumerate(zip(names, cells, strict=True), 1)
    ][:GROUPS_MAX]


def _money(cells: Sequence[Cell]) -> list[Money]:
    total: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    for cell in cells:
        if cell.currency:
            total[cell.currency] += cell.amount
            paid[cell.currency] += cell.amount if cell.state == "done" else 0
    return [Money(currency, money(total[currency]), money(paid[currency])) for currency in sorted(total)]


def chart(points: Sequence[Point]) -> dict[str, Any]:
    """How people stood at the end of each day, as a drawing's description."""
    rows = [
        {"day": point.day.isoformat(), "people": getattr(point.counts, name), "stand": word, "order": order}
        for point in points
        for order, (name, word) in enumerate(_STANDS)
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": "People, by how they stand",
        "data": {"values": rows},
        "width": "container",
        "height": 200,
        "mark": {"type": "area", "interpolate": "step-after", "line": False},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None},
            "y": {"field": "people", "type": "quantitative", "stack": "zero", "title": "People"},
            "color": {
                "field": "stand",
                "type": "nominal",
                "sort": [word for _, word in _STANDS],
                "title": None,
            },
            "order": {"field": "order"},
        },
    }


_STANDS = (
    ("whole", "made whole"),
    ("waiting", "waiting"),
    ("unreachable", "not reachable"),
    ("refused", "did not want it"),
    ("waived", "given up"),
)
