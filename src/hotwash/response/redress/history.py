"""The history of one person: every change of what they are owed, from the batches that hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.events.redress import REGISTER, BatchRecorded
from hotwash.incident.redress import Change, Owed
from hotwash.ledger.entry import ChainBroken
from hotwash.response.desk import NotFound, Person
from hotwash.response.redress.batches import read
from hotwash.response.redress.register import Register

STEPS_MAX = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One change, with who made it, when, and in which entry of the register."""

    entry: int
    by: str
    at: datetime
    act: str
    source: str
    change: Change


@dataclass(frozen=True, slots=True)
class Story:
    """One person: what they are owed now, and what led there, the newest first."""

    person: str
    owed: tuple[Owed, ...]
    steps: tuple[Step, ...]


def story(register: Register, person: str, *, by: Person) -> Story:
    """One person's history.

    :raises NotFound: if the register does not hold them
    :raises NotPermitted: if this person may not see keys
    """
    register.desk.permit(by, "work-list")
    register.catch_up()
    owed = tuple(one for _, one in sorted(register.rows.rows(register.id, [person]).items()))
    if not owed:
        raise NotFound("The register holds nobody under this key.")
    steps = [step for one in owed for step in _back(register, one)]
    steps.sort(key=lambda step: (step.entry, step.change.remedy), reverse=True)
    return Story(person, owed, tuple(steps))


def _back(register: Register, one: Owed) -> Iterator[Step]:
    """From a remedy's last change to its first: each says where the one before it is."""
    place: tuple[int, int] | None = (one.batch, one.piece)
    for _ in range(STEPS_MAX):
        if place is None:
            return
        number, piece = place
        fact = REGISTER.fact(register.rows.entry(register.stream, number))
        event = fact.event
        if not isinstance(event, BatchRecorded):
            raise ChainBroken(register.stream, number, "it is no batch, and a person's history leads there.")
        changes = read(register.desk.vault.get(event.pieces[piece].digest))
        change = next(found for found in changes if (found.person, found.remedy) == (one.person, one.remedy))
        yield Step(number, fact.by, fact.recorded_at, event.act, event.source, change)
        place = change.before
