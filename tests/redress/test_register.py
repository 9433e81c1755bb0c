"""The register: its rows are what its batches say, lists go in whole or not at all, and nothing is taken twice."""

from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from django.db import connections
from tests.redress.people import ANA, BO, CY, DEE, came_back, csv_text, register_at, taken

from hotwash.incident.redress import Wanted
from hotwash.ledger.entry import check
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotPermitted
from hotwash.response.redress.acting import act_on
from hotwash.response.redress.history import story
from hotwash.response.redress.kept import Where
from hotwash.response.redress.lists import recipients, write_list
from hotwash.response.redress.progress import progress
from hotwash.response.redress.register import LinesRefused, Register
from hotwash.response.request import BadRequest
from hotwash.web.options import Options

HEADER = ("person", "remedy", "owner", "due", "language", "amount", "currency", "group", "product")


def three(*, remedy: str = "notify") -> bytes:
    return csv_text(
        HEADER,
        [
            ("k-1", remedy, "lea", "2026-12-01", "en", "", "", "a", "car"),
            ("k-2", remedy, "lea", "", "de", "", "", "a", "house"),
            ("k-3", remedy, "", "", "", "", "", "b", ""),
        ],
    )


@pytest.fixture
def register(database: Options, tmp_path: Path) -> Register:
    return register_at(tmp_path)


def test_people_are_taken_in_and_the_incident_is_told_how_many(register: Register, tmp_path: Path) -> None:
    came = taken(register, tmp_path, three())
    assert (came.changes, came.people, came.added, came.left_out) == (3, 3, 3, 0)
    incident = register.desk.incident(register.id)
    assert incident.register is not None
    assert (incident.register.counts.people, incident.register.counts.waiting, incident.owed) == (3, 3, 3)
    kinds = [entry.kind for entry in register.desk.store.read(f"incident/{register.id}")]
    assert kinds == ["declared", "detected", "redress-opened", "redress-imported"]
    check(register.stream, register.entries())


def test_a_list_with_a_bad_line_is_refused_whole_or_taken_without_it(register: Register, tmp_path: Path) -> None:
    bad = three() + b"k-4,pardon,,,,,,,\nk-5,notify,,31.12.2026,,,,,\nk-1,notify,,,,,,,\n"
    with pytest.raises(LinesRefused) as refused:
        taken(register, tmp_path, bad)
    assert [(one.line, one.person) for one in refused.value.taken.faults] == [(5, "k-4"), (6, "k-5"), (7, "k-1")]
    assert register.tally().counts.people == 0
    assert len(register.entries()) == 1
    came = taken(register, tmp_path, bad, good_only=True)
    assert (came.changes, came.left_out) == (3, 3)


def test_the_same_list_twice_changes_nothing(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    results = csv_text(("person", "remedy", "state", "proof"), [("k-1", "notify", "done", "letter 7")])
    assert came_back(register, tmp_path, results).changes == 1
    before = len(register.entries())
    assert taken(register, tmp_path, three()).unchanged == 3
    assert came_back(register, tmp_path, results).unchanged == 1
    assert len(register.entries()) == before


def test_the_same_person_with_other_words_is_no_silent_change(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    with pytest.raises(LinesRefused, match="with other words"):
        taken(register, tmp_path, csv_text(HEADER, [("k-1", "notify", "", "2027-01-01", "", "", "", "a", "car")]))


def test_a_result_older_than_what_is_known_is_shown_and_not_taken(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    header = ("person", "remedy", "state", "proof", "reason", "version")
    late = csv_text(header, [("k-1", "notify", "unreachable", "", "moved away", "1")])
    came_back(register, tmp_path, csv_text(header, [("k-1", "notify", "done", "letter 7", "", "1")]))
    with pytest.raises(LinesRefused) as refused:
        came_back(register, tmp_path, late, by=BO)
    [fault] = refused.value.taken.faults
    assert fault.stale
    assert "cy recorded “done”" in fault.why
    assert register.rows.rows(register.id, ["k-1"])["k-1", "notify"].proof == "letter 7"


def test_what_is_done_needs_a_proof_and_what_is_waived_a_reason_and_the_right(
    register: Register, tmp_path: Path
) -> None:
    taken(register, tmp_path, three())
    with pytest.raises(LinesRefused, match="what shows that it was done"):
        act_on(register, "done", by=CY, people=["k-1"])
    with pytest.raises(NotPermitted):
        act_on(register, "waive", by=CY, people=["k-1"], words=Wanted("", "", "waive", reason="no"))
    with pytest.raises(LinesRefused, match="ask somebody who commands"):
        came_back(register, tmp_path, b"person,remedy,state,reason\nk-1,notify,waived,too dear\n")
    with pytest.raises(NotPermitted):
        act_on(register, "start", by=DEE, people=["k-1"])
    act_on(register, "waive", by=BO, people=["k-1"], words=Wanted("", "", "waive", reason="told by the court"))
    told = register.desk.incident_facts(register.id)[-1]
    assert (told.kind, told.by) == ("redress-waived", "bo")
    assert register.desk.incident(register.id).owed == 2


def test_many_are_worked_on_by_a_filter_in_one_entry(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    before = len(register.entries())
    came = act_on(register, "assign", by=CY, where=Where(group="a"), words=Wanted("", "", "assign", owner="mia"))
    assert (came.changes, came.people) == (2, 2)
    assert len(register.entries()) == before + 1
    page = register.rows.page(register.id, Where(owner="mia"), after=None, limit=10, today=register.today())
    assert [one.person for one in page.rows] == ["k-1", "k-2"]


def test_one_persons_history_is_told_from_the_batches(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    act_on(register, "start", by=CY, people=["k-1"])
    act_on(register, "done", by=CY, people=["k-1"], words=Wanted("", "", "done", proof="letter 7"))
    act_on(register, "reopen", by=BO, people=["k-1"], words=Wanted("", "", "reopen", reason="it came back"))
    told = story(register, "k-1", by=CY)
    assert [(step.act, step.by) for step in told.steps] == [
        ("reopen", "bo"), ("done", "cy"), ("start", "cy"), ("import", "cy")]  # fmt: skip
    [owed] = told.owed
    assert (owed.state, owed.proof, owed.version) == ("reopened", "", 4)
    with pytest.raises(NotPermitted):
        story(register, "k-1", by=DEE)


def test_several_remedies_make_one_person(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, b"person\nk-1\nk-2\n", remedies=("notify", "compensate"), amount="12.50", currency="EUR")
    act_on(register, "done", by=CY, where=Where(remedy="notify"), words=Wanted("", "", "done", proof="letters"))
    now = progress(register)
    assert (now.counts.people, now.counts.whole, now.counts.waiting) == (2, 0, 2)
    act_on(
        register,
        "done",
        by=CY,
        people=["k-1"],
        where=Where(remedy="compensate"),
        words=Wanted("", "", "done", proof="IBAN…7"),
    )
    now = progress(register)
    assert (now.counts.whole, now.counts.waiting) == (1, 1)
    assert [(one.currency, one.total, one.paid) for one in now.money] == [("EUR", "25.00", "12.50")]


def test_who_is_written_to_comes_with_language_and_words(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    act_on(register, "done", by=CY, people=["k-3"], words=Wanted("", "", "done", proof="by phone"))
    assert [(one.person, one.language, dict(one.fields)) for one in recipients(register)] == [
        ("k-1", "en", {"product": "car"}), ("k-2", "de", {"product": "house"})]  # fmt: skip


def test_a_register_with_people_who_wait_is_closed_only_with_a_reason(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    register.desk.record(register.id, "remediate", by=BO, how="version 3", source="version 3 holds")
    with pytest.raises(NotAllowed, match="still owed"):
        register.desk.record(register.id, "resolve", by=BO, how="done")
    with pytest.raises(NotAllowed, match="3 of 3 people still wait"):
        register.close(by=BO)
    act_on(register, "done", by=CY, where=Where(), words=Wanted("", "", "done", proof="letters"))
    with pytest.raises(NotAllowed, match="register of redress is still open"):
        register.desk.record(register.id, "resolve", by=BO, how="done")
    register.close(by=BO)
    with pytest.raises(NotAllowed, match="closed"):
        taken(register, tmp_path, b"person,remedy\nk-9,notify\n")
    register.desk.record(register.id, "resolve", by=BO, how="Everybody was told.")
    register.reopen(by=BO, reason="Two more letters came back.")
    assert taken(register, tmp_path, b"person,remedy\nk-9,notify\n").added == 1


def test_rows_that_stopped_half_way_go_on_where_they_stopped(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotwash.response.redress import batches

    monkeypatch.setattr(batches, "PIECE", 2)
    whole = register.rows.apply
    calls = []

    def dies(*args: object, **words: object) -> bool:
        calls.append(words)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(register.rows, "apply", dies)
    rows = csv_text(("person", "remedy"), [(f"k-{number}", "notify") for number in range(5)])
    with pytest.raises(KeyboardInterrupt):
        taken(register, tmp_path, rows)
    monkeypatch.undo()
    assert register.tally().counts.people == 2
    register.catch_up()
    assert register.tally().counts.people == 5
    # The incident had not been told: the next one who takes somebody in says that too.
    taken(register, tmp_path, b"person,remedy\nk-9,notify\n")
    kinds = [fact.kind for fact in register.desk.incident_facts(register.id)]
    assert kinds.count("redress-imported") == 2


def test_two_people_take_lists_in_at_once(register: Register, tmp_path: Path) -> None:
    faults: list[Exception] = []

    def one(name: str, first: int) -> None:
        rows = csv_text(("person", "remedy"), [(f"k-{number}", "notify") for number in range(first, first + 300)])
        try:
            taken(register, tmp_path, rows, name=f"{name}.csv", by=CY)
        except Exception as fault:  # noqa: BLE001 - told in the test's own thread
            faults.append(fault)
        finally:
            connections.close_all()

    both = [Thread(target=one, args=(name, first)) for name, first in (("a", 0), ("b", 300), ("c", 100))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert not faults
    register.catch_up()
    assert register.tally().counts.people == 600
    check(register.stream, register.entries())


def test_a_damaged_piece_is_found(register: Register, tmp_path: Path) -> None:
    from hotwash.web.api.verification import verify

    taken(register, tmp_path, three())
    assert verify(register.desk.store, register.desk.vault, register.stream).ok
    digest = register.entries()[-1].body["pieces"][0]["digest"]  # type: ignore[index]
    register.desk.vault._path(digest).write_bytes(b"other people")  # type: ignore[attr-defined]
    assert not verify(register.desk.store, register.desk.vault, register.stream).ok


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_work_list_goes_out_and_comes_back_as_results(form: str, register: Register, tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0"
    header = (*HEADER, "note")
    taken(register, tmp_path, csv_text(header, [(hostile, "notify", "-lea", "", "", "", "", "", "", "'=1+1\n@x")]))
    file = tmp_path / f"list.{form}"
    assert write_list(register, file, form, Where(), by=CY) == 1  # type: ignore[arg-type]
    data = file.read_bytes()
    if form == "csv":
        assert b"\n=cmd" not in data
        assert b"'=cmd" in data
        assert b"'-lea" in data
    came = came_back(register, tmp_path, data, name=f"list.{form}")
    assert (came.changes, came.left_out) == (0, 0)
    [one] = register.rows.rows(register.id, [hostile]).values()
    assert (one.owner, one.fields["note"]) == ("-lea", "=1+1\n@x")
    if form == "csv":
        done = data.replace(b",owed,", b",done,").replace(b",,,1,", b",letter,,1,")
        assert came_back(register, tmp_path, done).changes == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"person,person\nk,k\n", "twice"),
        (b"who\nk\n", "no column"),
        (b"person,remedy\n\xff\xfe,notify\n", "UTF-8"),
        (("a," * 100_000).encode() + b"person\n", "columns"),
        (b"person,remedy\n" + b"k" * 200_000 + b",notify\n", "field"),
        (b"person,remedy,state,version\nk,notify,done,1\n", "results"),
        (b"PAR1 cut off in the middle", "Parquet"),
        (b"\x00\x01\x02", "no text"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_with_what_would_mend_it(
    data: bytes, why: str, register: Register, tmp_path: Path
) -> None:
    with pytest.raises(BadRequest, match=why):
        taken(register, tmp_path, data)


@pytest.mark.parametrize(
    "line",
    [
        ",notify,,",
        "k" * 300 + ",notify,,",
        "k,notify,,NaN",
        "k,compensate,EUR,inf",
        "k,compensate,EUR,-1",
        "k,compensate,EUR,0.00001",
        "k,compensate,EURO,1",
        "k,compensate,,1",
        "k\x01,notify,,",
        "k\u202e,notify,,",
        "k",
    ],
)
def test_a_hostile_line_is_told_and_never_taken(line: str, register: Register, tmp_path: Path) -> None:
    came = taken(register, tmp_path, f"person,remedy,currency,amount\n{line}\n".encode(), good_only=True)
    assert (came.changes, came.left_out) == (0, 1)


def test_the_owner_of_a_deadline_rule_finds_the_day(register: Register, tmp_path: Path) -> None:
    taken(
        register, tmp_path, b"person,received\nk-1,2026-11-02\n", remedies=("notify",), deadline="us-regb-notice",
        start="received",
    )  # fmt: skip
    [one] = register.rows.rows(register.id, ["k-1"]).values()
    assert one.due is not None
    assert one.due.isoformat() == "2026-12-02"
    with pytest.raises(BadRequest, match="no rule"):
        taken(register, tmp_path, b"person,received\nk-1,x\n", remedies=("notify",), deadline="x", start="received")


def test_small_groups_are_not_told_apart(register: Register, tmp_path: Path) -> None:
    rows = [(f"k-{number}", "notify", "large" if number < 20 else "small") for number in range(22)]
    taken(register, tmp_path, csv_text(("person", "remedy", "group"), rows))
    told = {one.group: one.counts for one in progress(register).groups}
    assert told == {"large": None, "small": None}
    more = [(f"m-{number}", "notify", "other") for number in range(20)]
    taken(register, tmp_path, csv_text(("person", "remedy", "group"), more))
    told = {one.group: one.counts for one in progress(register).groups}
    assert told["small"] is None
    assert [name for name, counts in told.items() if counts] != []


def test_identities_are_sealed_shown_to_few_and_every_look_is_written_down(register: Register, tmp_path: Path) -> None:
    from hotwash.response.redress.lists import erase_identities, identity_of
    from hotwash.web.tables.models import RedressIdentity

    data = b"person,remedy,email\nk-1,notify,maria@example.org\n"
    assert taken(register, tmp_path, data, identities=("email",)).identities == 1
    assert "maria" not in RedressIdentity.objects.get().sealed
    pieces = [register.desk.vault.get(digest) for digest in register.desk.vault.digests()]
    assert pieces
    from hotwash.response.redress.batches import read

    assert all("maria" not in str(read(piece)) for piece in pieces)
    with pytest.raises(NotPermitted):
        identity_of(register, "k-1", by=CY, reason="to write")
    with pytest.raises(NotAllowed, match="reason"):
        identity_of(register, "k-1", by=BO, reason=" ")
    assert identity_of(register, "k-1", by=BO, reason="to write") == {"email": "maria@example.org"}
    seen = register.facts()[-1]
    assert (seen.kind, seen.by) == ("identities-seen", "bo")
    held = register.desk.record(register.id, "place-legal-hold", by=ANA, matter="7 C 12/26", reason="The court asks")
    with pytest.raises(NotAllowed, match="under legal hold"):
        erase_identities(register, None, by=ANA, reason="asked for")
    register.desk.record(register.id, "lift-legal-hold", by=ANA, hold=held.entries[-1].number, reason="Settled")
    assert erase_identities(register, None, by=ANA, reason="asked for") == 1
    assert identity_of(register, "k-1", by=BO, reason="to write") == {}
    assert taken(register, tmp_path, data, identities=("email",)).identities == 1


def test_a_key_made_from_an_id_is_the_same_again_and_does_not_tell_it(register: Register, tmp_path: Path) -> None:
    data = b"customer,remedy\n4711,notify\n"
    taken(register, tmp_path, data, person="customer", pseudonyms=True)
    [one] = register.rows.all(register.id, Where(), today=register.today())
    assert one.person.startswith("p-")
    assert "4711" not in one.person
    assert taken(register, tmp_path, data, person="customer", pseudonyms=True).unchanged == 1
    assert CY.name == one.changed_by


def test_who_waits_is_due_on_the_list_and_in_the_status_until_nobody_does(register: Register, tmp_path: Path) -> None:
    from hotwash.reports.status import status
    from hotwash.web import index
    from hotwash.web.tables.models import DueRow

    def due() -> list[tuple[str, int]]:
        return list(DueRow.objects.filter(incident=register.id, kind="remedy").values_list("what", "people"))

    taken(register, tmp_path, three())
    assert due() == [("Redress of the people in the register", 3)]
    incident = register.desk.incident(register.id)
    assert [(one.kind, one.people) for one in status(incident, register.desk.clock()).due] == [("remedy", 3)]
    before = due()
    index.rebuild(register.desk.store)
    assert due() == before
    act_on(register, "done", by=CY, where=Where(), words=Wanted("", "", "done", proof="letters"))
    assert due() == []


def test_filters_mean_whom_they_say(register: Register, tmp_path: Path) -> None:
    taken(register, tmp_path, three())
    act_on(register, "done", by=CY, people=["k-2"], words=Wanted("", "", "done", proof="letter"))

    def meant(where: Where, today: str = "2026-11-02", limit: int = 10) -> list[str]:
        day = date.fromisoformat(today)
        page = register.rows.page(register.id, where, after=None, limit=limit, today=day)
        assert [one.person for one in register.rows.all(register.id, where, today=day)][:limit] == [
            one.person for one in page.rows
        ]
        return [one.person for one in page.rows]

    assert meant(Where()) == ["k-1", "k-2", "k-3"]
    assert meant(Where(open=True)) == ["k-1", "k-3"]
    assert meant(Where(open=False)) == ["k-2"]
    assert meant(Where(late=True)) == []
    assert meant(Where(late=True), "2026-12-02") == ["k-1"]
    assert meant(Where(language="de")) == ["k-2"]
    assert meant(Where(group="a", owner="lea", state="done", remedy="notify")) == ["k-2"]
    page = register.rows.page(register.id, Where(), after=None, limit=2, today=register.today())
    assert page.after == ("k-2", "notify")
    rest = register.rows.page(register.id, Where(), after=page.after, limit=2, today=register.today())
    assert ([one.person for one in rest.rows], rest.after) == (["k-3"], None)
