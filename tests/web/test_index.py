"""The index is a reading of the records: deleted and made again, it says the same, whatever was done before."""

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.speaking import installation

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, Person
from hotwash.web import index
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import ActionRow, DueRow, IncidentRow, SearchRow, StatusPageRow, SystemRow

CY = Person("cy", "administrator")
ENTRY = st.integers(1, 24)
WORDS = st.sampled_from(["Bilal was refused", "model v2", "=cmd", "<b>loud</b>", "né à Łódź", "x" * 300])
WHEN = datetime(2026, 3, 3, tzinfo=UTC)

STEPS = st.one_of(
    st.tuples(st.just("note"), st.fixed_dictionaries({"text": WORDS})),
    st.tuples(st.just("retitle"), st.fixed_dictionaries({"title": WORDS})),
    st.tuples(st.just("summarise"), st.fixed_dictionaries({"text": WORDS})),
    st.tuples(
        st.just("assign"), st.fixed_dictionaries({"role": st.just("commander"), "person": WORDS | st.just("cy")})
    ),
    st.tuples(st.just("begin-harm"), st.fixed_dictionaries({"source": WORDS, "at": st.just(WHEN)})),
    st.tuples(
        st.just("assess"),
        st.fixed_dictionaries({"answers": st.sampled_from([{}, {"material_harm": "yes"}]), "reason": WORDS}),
    ),
    st.tuples(
        st.just("contain"), st.fixed_dictionaries({"switch": WORDS, "state": st.just("off"), "unheld_because": WORDS})
    ),
    st.tuples(st.just("release"), st.fixed_dictionaries({"containment": ENTRY, "reason": WORDS})),
    st.tuples(
        st.just("add-action"),
        st.fixed_dictionaries(
            {"title": WORDS, "kind": st.just("learn"), "owner": WORDS, "due": st.none() | st.dates(date(2026, 1, 1))}
        ),
    ),
    st.tuples(st.just("close-action"), st.fixed_dictionaries({"action": ENTRY, "result": WORDS})),
    st.tuples(st.just("finish-action"), st.fixed_dictionaries({"action": ENTRY, "result": WORDS})),
    st.tuples(st.just("drop-action"), st.fixed_dictionaries({"action": ENTRY, "reason": WORDS})),
    st.tuples(
        st.just("change-action"),
        st.fixed_dictionaries({"action": ENTRY, "owner": WORDS, "due": st.none() | st.just(date(2026, 1, 1))}),
    ),
    st.tuples(st.just("reopen-action"), st.fixed_dictionaries({"action": ENTRY, "reason": WORDS})),
    st.tuples(
        st.just("owe-remedy"), st.fixed_dictionaries({"what": WORDS, "people": st.integers(1, 9), "owner": WORDS})
    ),
    st.tuples(
        st.just("complete-remedy"),
        st.fixed_dictionaries({"remedy": ENTRY, "people": st.integers(1, 9), "proof": WORDS}),
    ),
    st.tuples(
        st.just("record-awareness"),
        st.fixed_dictionaries({"fact": st.sampled_from(["aware", "determined"]), "person": WORDS, "at": st.just(WHEN)}),
    ),
    st.tuples(st.just("withdraw-awareness"), st.fixed_dictionaries({"entry": ENTRY, "reason": WORDS})),
    st.tuples(
        st.just("answer-applicability"),
        st.fixed_dictionaries(
            {"question": st.sampled_from(["in_eu", "eu-gdpr-33"]), "answer": st.just("no"), "reason": WORDS}
        ),
    ),
    st.tuples(st.just("submit-filing"), st.fixed_dictionaries({"duty": st.sampled_from(["eu-gdpr-33", "in-certin"])})),
    st.tuples(
        st.just("answer-for-organisation"),
        st.fixed_dictionaries({"question": st.sampled_from(["in_china", "controller"]), "answer": st.just("no")}),
    ),
    st.tuples(
        st.just("draft-message"),
        st.fixed_dictionaries(
            {
                "audience": st.sampled_from(["staff", "public"]),
                "stage": st.sampled_from(["first-word", "resolved"]),
                "subject": WORDS.map(lambda text: text[:100]),
                "body": WORDS,
                "submit": st.just(True),
            }
        ),
    ),
    st.tuples(
        st.just("approve-message"),
        st.fixed_dictionaries({"message": ENTRY, "text": ENTRY, "role": st.just("communications")}),
    ),
    st.tuples(st.just("send-message"), st.fixed_dictionaries({"message": ENTRY, "targets": st.just(("staff",))})),
    st.tuples(
        st.just("open-status-page"),
        st.fixed_dictionaries(
            {"slug": st.just("loans-in-march"), "title": WORDS.map(lambda t: t[:99]), "reason": WORDS}
        ),
    ),
    st.tuples(st.just("remediate"), st.fixed_dictionaries({"how": WORDS, "source": WORDS})),
    st.tuples(st.just("resolve"), st.fixed_dictionaries({"how": WORDS, "owed_because": WORDS})),
    st.tuples(st.just("close"), st.fixed_dictionaries({"reason": WORDS, "no_gate_because": WORDS})),
    st.tuples(st.just("reopen"), st.fixed_dictionaries({"reason": WORDS})),
    st.tuples(st.just("not-confirm"), st.fixed_dictionaries({"reason": WORDS})),
    st.tuples(st.just("redact"), st.fixed_dictionaries({"entry": ENTRY, "reason": WORDS})),
)


ACTION_COLUMNS = [field.attname for field in ActionRow._meta.concrete_fields if field.name != "id"]


def kept() -> list[Any]:
    """Every row of the index, in an order of its own."""
    rows: list[Any] = [*IncidentRow.objects.order_by("id").values_list()]
    rows += SystemRow.objects.order_by("slug").values_list()
    rows += DueRow.objects.order_by("incident", "entry").values_list(
        "incident", "entry", "kind", "what", "owner", "due"
    )
    rows += ActionRow.objects.order_by("incident", "entry").values_list(*ACTION_COLUMNS)
    rows += StatusPageRow.objects.order_by("slug").values_list()
    rows += SearchRow.objects.order_by("stream", "number").values_list("stream", "number", "title", "text")
    return rows


def play(door: Desk, steps: list[tuple[str, dict[str, Any]]]) -> int:
    """Say the steps of an incident one after the other; how many its rules allowed."""
    made = door.declare(by=CY, title="Loans refused", harms=("fairness",), system="loans").id
    allowed = 0
    for verb, words in steps:
        with suppress(NotAllowed):
            if verb == "redact":
                door.redact(made, by=CY, **words)
            elif verb == "answer-for-organisation":
                door.record_organisation(verb, by=CY, **words)
            else:
                door.record(made, verb, by=CY, **words)
            allowed += 1
    return allowed


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=14))
def test_the_index_made_again_is_the_index_kept(
    sqlite: Options, tmp_path: Path, steps: list[tuple[str, dict[str, Any]]]
) -> None:
    with installation(tmp_path):
        door = desk()
        with suppress(NotAllowed):
            door.register(by=CY, name="Loans", purpose="decides loans")
        play(door, steps)
        before = kept()
        index.rebuild(door.store)
        assert kept() == before


def test_the_index_made_again_on_either_database_is_the_index_kept(database: Options, tmp_path: Path) -> None:
    with installation(tmp_path):
        door = desk()
        door.register(by=CY, name="Loans", purpose="decides loans")
        steps: list[tuple[str, dict[str, Any]]] = [
            ("note", {"text": "Bilal was refused"}),
            ("add-action", {"title": "Call Bilal", "kind": "redress", "owner": "cy", "due": date(2026, 4, 1)}),
            ("contain", {"switch": "loans", "state": "off", "unheld_because": "at once"}),
            ("redact", {"entry": 3, "reason": "names a person"}),
            ("record-awareness", {"fact": "aware", "person": "Bo", "at": WHEN}),
            ("answer-for-organisation", {"question": "in_china", "answer": "no"}),
        ]
        assert play(door, steps) == len(steps)
        before = kept()
        IncidentRow.objects.update(title="damaged")
        assert kept() != before
        index.rebuild(door.store)
        assert kept() == before


def test_the_next_legal_deadline_is_a_line_of_what_is_due(sqlite: Options, tmp_path: Path) -> None:
    with installation(tmp_path):
        door = desk()
        made = door.declare(by=CY, title="Loans refused").id
        door.record(made, "record-awareness", by=CY, fact="aware", person="Bo", at=WHEN)
        row = DueRow.objects.get(incident=made, kind="clock")
        assert (row.entry, row.due) == (3, date(2026, 3, 3))
        assert "legal duties may apply, the first one China" in row.what
        for question in ("in_china", "in_india", "in_uk", "in_us", "in_japan", "in_korea", "in_brazil", "in_australia"):
            door.record_organisation("answer-for-organisation", by=CY, question=question, answer="no")
        for question in ("in_eu", "controller", "personal_data_breach", "breach_risk"):
            door.record(made, "answer-applicability", by=CY, question=question, answer="yes")
        row = DueRow.objects.get(incident=made, kind="clock")
        assert row.due == date(2026, 3, 6)
        assert row.what.startswith("GDPR: breach to the supervisory authority, notify: by 01:00 UTC+01:00")
        door.record(made, "submit-filing", by=CY, duty="eu-gdpr-33")
        assert "GDPR: breach to the supervisory" not in DueRow.objects.get(incident=made, kind="clock").what
        door.record(made, "withdraw-awareness", by=CY, entry=3, reason="Told by mistake.")
        assert not DueRow.objects.filter(incident=made, kind="clock")
        before = kept()
        index.rebuild(door.store)
        assert kept() == before
