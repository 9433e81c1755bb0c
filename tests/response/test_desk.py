"""The one door: who may, what fits, who wrote first, and what is erased."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotwash.incident.rules import VERBS as INCIDENT_VERBS
from hotwash.incident.state import Incident
from hotwash.knowledge.access import access
from hotwash.ledger.entry import Conflict, Entry, check
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, NotFound, NotPermitted, Person
from hotwash.response.request import BadRequest, schema
from hotwash.systems.rules import VERBS as SYSTEM_VERBS

ANA, BO, CY, DEE = (
    Person("Ana", "responder"),
    Person("Bo", "commander"),
    Person("Cy", "administrator"),
    Person("Dee", "observer"),
)
NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NINE

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore(), MemoryVault(), clock=Clock())


def test_incidents_are_numbered_in_the_order_in_which_they_are_declared(desk: Desk) -> None:
    ids = [desk.declare(by=ANA, title=f"Case {n}").id for n in range(3)]
    assert ids == ["INC-2026-0001", "INC-2026-0002", "INC-2026-0003"]


def test_the_entry_says_who_when_and_what(desk: Desk) -> None:
    recorded = desk.declare(by=ANA, title="Loans refused", at=datetime.fromisoformat("2026-03-03T08:00:00+01:00"))
    entry = recorded.entries[0]
    assert (entry.by, entry.kind, entry.occurred_at) == ("Ana", "declared", "2026-03-03T08:00:00+01:00")
    assert entry.recorded_at == "2026-03-03T09:02:00Z"
    check("incident/" + recorded.id, desk.store.read("incident/" + recorded.id))


def test_who_may_not_is_told_so_and_nothing_is_recorded(desk: Desk) -> None:
    with pytest.raises(NotPermitted, match="Dee is observer"):
        desk.declare(by=DEE, title="x")
    assert list(desk.store.streams()) == []


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x", "colour": "red"}, "colour"),
        ({"title": "x", "harms": ["nothing"]}, "harms"),
        ({"title": "x" * 20_001}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "half \ud800"}, "title"),
    ],
)
def test_a_request_that_does_not_fit_is_refused_by_field(desk: Desk, request_: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRequest) as bad:
        desk.declare(by=ANA, **request_)
    assert bad.value.field.startswith(field)
    assert list(desk.store.streams()) == []


def test_numbers_that_have_no_canonical_form_are_refused(desk: Desk) -> None:
    incident = desk.declare(by=ANA, title="x").id
    for value in (float("nan"), float("inf")):
        with pytest.raises(BadRequest, match="value"):
            desk.record(incident, "estimate-harm", by=ANA, what="people", value=value, basis="guess")
    with pytest.raises(BadRequest, match="size"):
        desk.record(incident, "add-evidence", by=ANA, name="x", digest="d", size=2**60)


def test_times_need_a_zone(desk: Desk) -> None:
    with pytest.raises(BadRequest, match="no time zone"):
        desk.declare(by=ANA, title="x", at=datetime(2026, 3, 3))  # noqa: DTZ001
    assert list(desk.store.streams()) == []


def test_words_come_as_text_and_are_understood(desk: Desk) -> None:
    incident = desk.declare(by=ANA, title="x").id
    state = desk.record(incident, "owe-remedy", by=ANA, what="letter", people="12", owner="Cy", due="2026-04-01").state
    assert isinstance(state, Incident)
    assert state.owed == 12


def test_the_writer_who_saw_an_older_state_is_told(desk: Desk) -> None:
    incident = desk.declare(by=ANA, title="x")
    desk.record(incident.id, "note", by=BO, text="first")
    with pytest.raises(Conflict):
        desk.record(incident.id, "note", by=ANA, text="second", expected=incident.state.number)


def test_a_rule_is_asked_again_about_the_newer_state_when_somebody_wrote_in_between() -> None:
    class Raced(MemoryStore):
        """Lets Bo take the command between Ana's reading and Ana's writing, once."""

        raced = False

        def append(self, stream: str, drafts: Any, **more: Any) -> list[Entry]:
            if not self.raced and drafts[0].kind == "role-assigned":
                self.raced = True
                raced.record("INC-2026-0001", "assign", by=BO, role="commander", person="Bo")
            return super().append(stream, drafts, **more)

    raced = Desk(Raced(), MemoryVault(), clock=Clock())
    raced.declare(by=ANA, title="x")
    with pytest.raises(NotAllowed, match="Bo is commander already"):
        raced.record("INC-2026-0001", "assign", by=ANA, role="commander", person="Bo")
    assert len(raced.incident("INC-2026-0001").acknowledgements) == 1


def test_nothing_is_said_of_an_incident_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.record("INC-2026-0009", "note", by=ANA, text="x")
    with pytest.raises(NotFound):
        desk.incident("INC-2026-0009")
    with pytest.raises(BadRequest, match="no verb"):
        desk.record("INC-2026-0009", "explode", by=ANA)


def test_redacting_erases_words_and_bytes_and_keeps_the_chain(desk: Desk) -> None:
    incident = desk.declare(by=ANA, title="x").id
    kept = desk.keep(incident, b"name, address", by=ANA, name="list.csv").entries[0]
    desk.redact(incident, by=CY, entry=kept.number, reason="erasure request")
    stream = "incident/" + incident
    entry = desk.store.read(stream)[kept.number - 1]
    assert entry.redacted
    assert entry.salt is None
    check(stream, desk.store.read(stream))
    assert list(desk.vault.digests()) == []
    assert desk.incident(incident).redacted == {kept.number}
    with pytest.raises(NotAllowed, match="redacted already"):
        desk.redact(incident, by=CY, entry=kept.number, reason="again")


def test_bytes_that_another_incident_names_survive_a_redaction(desk: Desk) -> None:
    one, two = (desk.declare(by=ANA, title=t).id for t in ("x", "y"))
    kept = desk.keep(one, b"same", by=ANA, name="a").entries[0]
    desk.keep(two, b"same", by=ANA, name="b")
    desk.redact(one, by=CY, entry=kept.number, reason="erasure request")
    assert len(list(desk.vault.digests())) == 1


def test_only_an_administrator_redacts(desk: Desk) -> None:
    incident = desk.declare(by=ANA, title="x").id
    with pytest.raises(NotPermitted):
        desk.redact(incident, by=BO, entry=1, reason="x")
    assert not desk.store.read("incident/" + incident)[0].redacted


def test_an_ai_system_gets_a_short_name_from_its_name(desk: Desk) -> None:
    assert desk.register(by=BO, name="Résumé screening (EU)").id == "resume-screening-eu"
    assert desk.register(by=BO, name="Loans", slug="loans-2").id == "loans-2"
    with pytest.raises(BadRequest, match="slug"):
        desk.register(by=BO, name="Loans", slug="../etc")
    with pytest.raises(NotAllowed, match="registered already"):
        desk.register(by=BO, name="Loans", slug="loans-2")


def test_the_index_sees_each_entry_once_with_the_state_after_it() -> None:
    seen: list[tuple[str, int, list[int]]] = []

    class Watching:
        def put_incident(self, incident: Incident, entries: Any) -> None:
            seen.append((incident.id, incident.number, [entry.number for entry in entries]))

        def put_system(self, system: Any, entries: Any) -> None:
            seen.append((system.slug, system.number, [entry.number for entry in entries]))

        def put_organisation(self, organisation: Any, entries: Any) -> None:
            seen.append(("own", organisation.number, [entry.number for entry in entries]))

    desk = Desk(MemoryStore(), MemoryVault(), index=Watching(), clock=Clock())
    incident = desk.declare(by=ANA, title="x").id
    desk.record(incident, "note", by=ANA, text="y")
    desk.register(by=BO, name="Loans")
    assert seen == [(incident, 2, [1, 2]), (incident, 3, [3]), ("loans", 1, [1])]


def test_the_table_of_access_knows_every_verb() -> None:
    table = {verb.id for verb in access().verbs}
    assert set(INCIDENT_VERBS) | set(SYSTEM_VERBS) <= table


@pytest.mark.parametrize("verb", sorted(INCIDENT_VERBS | SYSTEM_VERBS))
def test_every_verb_has_a_schema_and_a_sentence(verb: str) -> None:
    rule = {**INCIDENT_VERBS, **SYSTEM_VERBS}[verb]
    assert schema(rule)["$defs"]
    assert (rule.__doc__ or "").endswith(".") or "\n" in (rule.__doc__ or "")
