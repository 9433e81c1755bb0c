"""Ten thousand incidents and some records of 200 entries, written through the desk, the store and the index themselves.

One record is made at the desk, verb by verb; its lines are then linked anew under other names. Times, numbers and words
of the many are made from their place in the row, so that every run fills in the same.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import transaction

from hotwash.ledger.entry import Draft, Entry
from hotwash.ledger.memory import MemoryStore
from hotwash.response.desk import INCIDENT, Desk, Person
from hotwash.web import index
from hotwash.web.drills import example

LENGTH = 200
"""Entries of a long record."""
BATCH = 200

SLUG = "resume-screening"
VISITOR = "robin"
"""Who takes the example over: somebody who is not among its people."""
BO, CY = Person("Bo", "commander"), Person("Cy", "responder")
_START = datetime(2024, 1, 1, 9, tzinfo=UTC)
_HARMS = ("fairness", "safety", "privacy", "security", "accuracy")
_TITLES = (
    "Applications of qualified people are refused",
    "The assistant gives a dangerous dose",
    "Letters show the address of somebody else",
    "A prompt makes the agent send money",
    "The forecast is wrong for small shops",
    "Speech is not understood for one dialect",
    "Benefits are stopped without a reason",
)


def long_record(desk: Desk) -> str:
    """The worked example with its computed findings, carried on by its responders to `LENGTH` entries; its id."""
    name = example.make(VISITOR, tell=print)
    here = desk.incident(name)
    finding = next(iter(here.findings))
    factor = next(iter(here.factors), None)
    turn = 0
    while (number := desk.store.head(INCIDENT + name).number) < LENGTH:
        turn += 1
        _say(desk, name, turn, number, finding, factor)
    return name


def _say(desk: Desk, name: str, turn: int, number: int, finding: int, factor: int | None) -> None:
    match turn % 10:
        case 0:
            words = f"Decision {turn}: look at the next thousand rejections by hand."
            desk.record(name, "decide", by=BO, decision=words, known="Two findings and four letters.", reason="Cheap.")
        case 1:
            title = f"Check feature {turn} for proxies of sex"
            desk.record(name, "add-action", by=BO, title=title, kind="prevent", owner="Cy", factor=factor)
        case 2:
            text = f"Applicant group {turn} was told by mail that their case is looked at again."
            desk.record(name, "happened", by=CY, text=text, source="mail")
        case 3:
            desk.record(name, "estimate-harm", by=CY, what="rejected", value=400 + turn, finding=finding)
        case 4:
            desk.record(name, "dissent", by=CY, about=number - 2, text="The mails went out a day later than that.")
        case 5:
            desk.record(name, "observe", by=BO, what="well", text=f"The switch was set within {turn} minutes.")
        case _:
            text = f"Note {turn}: asked the team of features, they look at the university column; 1,243 rows of 7,214."
            desk.record(name, "note", by=CY, text=text)


def copies(desk: Desk, name: str, count: int) -> list[str]:
    """Further records of the same length and words, under names of their own."""
    entries = desk.store.read(INCIDENT + name)
    names = [f"INC-2023-{number:04d}" for number in range(1, count + 1)]
    for other in names:
        desk.store.append(INCIDENT + other, [_draft(entry) for entry in entries], expected=0)
    index.take_up(desk.store, [INCIDENT + other for other in names])
    return names


def many(desk: Desk, first: int, last: int) -> None:
    """Incidents number ``first`` to ``last`` of 2024, of three to six entries each."""
    numbers = iter(range(first, last + 1))
    while batch := list(islice(numbers, BATCH)):
        linked = MemoryStore()
        for number in batch:
            linked.append(f"{INCIDENT}INC-2024-{number:04d}", list(_few(number)), expected=0)
        entries: Sequence[Entry] = linked.follow(limit=BATCH * 10)
        desk.store.admit(entries)
        with transaction.atomic():
            index.take_up(desk.store, linked.streams())


def _few(number: int) -> Iterator[Draft]:
    at = _START + timedelta(minutes=73 * number)
    by = ("ana", "bo", "cy")[number % 3]
    harm = _HARMS[number % len(_HARMS)]
    title = f"{_TITLES[number % len(_TITLES)]}, case {number}"
    yield Draft(
        "declared", by, at, at, {"title": title, "kind": "normal", "harms": [harm], "system": SLUG, "detail": ""}
    )
    yield Draft("detected", by, at, at, {"source": f"declared by {by}", "detector": "inside", "entry": None})
    yield Draft("role-assigned", by, at, at, {"role": "commander", "person": "bo"})
    for turn in range(number % 4):
        later = at + timedelta(minutes=5 * turn + 5)
        yield Draft("noted", by, later, later, {"text": f"Asked the owner, waiting for an answer ({number}.{turn})."})


def _draft(entry: Entry) -> Draft:
    times = (datetime.fromisoformat(entry.occurred_at), datetime.fromisoformat(entry.recorded_at))
    return Draft(entry.kind, entry.by, *times, entry.body or {})
