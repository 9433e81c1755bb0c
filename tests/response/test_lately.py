"""What a desk keeps of records between writes must never be told from what a desk without memory would read."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hotwash.incident.state import Incident
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import INCIDENT, Desk, Person

BO, CY = Person("Bo", "commander"), Person("Cy", "administrator")
NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)


def _desk(store: MemoryStore, vault: MemoryVault | None = None) -> Desk:
    return Desk(store, vault or MemoryVault(), clock=lambda: NINE)


def _say(desk: Desk, name: str, verb: str, about: int) -> Any:
    words: dict[str, dict[str, Any]] = {
        "note": {"text": "A note"},
        "retitle": {"title": f"Title {about}"},
        "add-action": {"title": f"Action {about}", "kind": "prevent", "owner": "Cy"},
        "close-action": {"action": about, "result": "seen"},
        "reopen-action": {"action": about, "reason": "it came back"},
        "owe-remedy": {"what": "Decide again", "people": 5, "owner": "Cy"},
        "complete-remedy": {"remedy": about, "people": 1, "proof": "mails"},
        "ask-question": {"text": "Since when?"},
        "answer-question": {"question": about, "answer": "Since March"},
        "contain": {"switch": "s", "state": "human", "unheld_because": "no time"},
        "release": {"containment": about, "reason": "over"},
        "assign": {"role": "commander", "person": f"p{about}"},
    }
    if verb == "redact":
        return desk.redact(name, by=CY, entry=about, reason="a name")
    return desk.record(name, verb, by=BO, **words[verb])


_VERBS = st.sampled_from(
    [
        "note",
        "retitle",
        "add-action",
        "close-action",
        "reopen-action",
        "owe-remedy",
        "complete-remedy",
        "ask-question",
        "answer-question",
        "contain",
        "release",
        "assign",
        "redact",
    ]
)


@given(st.lists(st.tuples(st.integers(0, 1), _VERBS, st.integers(2, 12)), max_size=25))
def test_two_desks_over_one_store_always_know_what_the_record_says(turns: list[tuple[int, str, int]]) -> None:
    store, vault = MemoryStore(), MemoryVault()
    desks = [_desk(store, vault), _desk(store, vault)]
    name = desks[0].declare(by=BO, title="Loans refused").id
    for which, verb, about in turns:
        try:
            recorded = _say(desks[which], name, verb, about)
        except NotAllowed:
            continue
        if verb != "redact":
            assert recorded.state == _desk(store).incident(name)


def test_words_that_another_desk_erased_are_not_in_the_next_state() -> None:
    store, vault = MemoryStore(), MemoryVault()
    here, there = _desk(store, vault), _desk(store, vault)
    name = here.declare(by=BO, title="Loans refused").id
    action = here.record(name, "add-action", by=BO, title="Call Bilal", kind="redress", owner="Cy").entries[0].number
    there.redact(name, by=CY, entry=action, reason="a name")
    state = here.record(name, "note", by=BO, text="Done.").state
    assert isinstance(state, Incident)
    assert "Bilal" not in repr(state)


def test_another_record_under_the_same_name_is_read_anew() -> None:
    one, two = MemoryStore(), MemoryStore()
    desk = _desk(one)
    name = desk.declare(by=BO, title="Loans refused").id
    _desk(two).declare(by=BO, title="Another story")
    desk.store = two
    state = desk.record(name, "note", by=BO, text="Whose?").state
    assert isinstance(state, Incident)
    assert state.title == "Another story"


def test_a_write_to_a_long_record_reads_only_its_end() -> None:
    class Counting(MemoryStore):
        def __init__(self) -> None:
            super().__init__()
            self.seen = 0

        def read(self, stream: str, *, after: int = 0) -> Any:
            entries = super().read(stream, after=after)
            self.seen += len(entries)
            return entries

    store = Counting()
    desk = _desk(store)
    name = desk.declare(by=BO, title="Loans refused").id
    for _ in range(50):
        desk.record(name, "note", by=BO, text="A note")
    assert store.head(INCIDENT + name).number == 52
    assert store.seen <= 52
