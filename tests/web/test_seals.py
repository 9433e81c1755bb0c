"""Seals leave by themselves, say so loudly when records do not stand any more, and no try writes over another."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests.api.speaking import installation
from tests.sinks import post_office, sink
from tests.web.people import enter, person

from hotwash.ledger.seal import check_signature, read_seal
from hotwash.response.desk import Desk, Person
from hotwash.response.jobs import Job, Outcome
from hotwash.web.options import Options
from hotwash.web.seal_plan import Plan
from hotwash.web.sealing import seal_key
from hotwash.web.seals import carrying, listing, making
from hotwash.web.sending import targets
from hotwash.web.tables.models import JobRow, JobState, Role, SealCopy, SealRow, StreamRow
from hotwash.web.work import queue
from hotwash.web.work.kinds import KINDS

ANA = Person("ana", "administrator")


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    from hotwash.web.door import desk

    with installation(tmp_path / "home"):
        made = desk()
        made.declare(by=ANA, title="Loans refused")
        made.declare(by=ANA, title="Letters to the wrong people")
        yield made


def planned(**words: str) -> Plan:
    """The setting of this installation."""
    plan = Plan.of(words)
    settings.HOTWASH = replace(settings.HOTWASH, seals=plan)
    return plan


def worked(desk: Desk) -> None:
    """What a worker does with what is due of seals, as often as it goes on at once."""
    for kind in (making.LOOK, carrying.SEND):
        while row := JobRow.objects.filter(kind=kind, state=JobState.WAITING, due_at__lte=desk.clock()).first():
            held = queue.claim(KINDS, now=row.due_at, by="here", lease=timedelta(minutes=1))
            assert held is not None
            outcome = held.kind.run(desk, {**held.arguments, "key": held.key})
            queue.complete(held, outcome or Outcome(), clock=desk.clock)


def sealed(desk: Desk) -> None:
    """The job that looks whether a seal is due, and what follows from it."""
    queue.JobQueue().put(Job(f"look:{desk.clock():%H%M%S%f}", making.LOOK, {}, desk.clock()))
    worked(desk)


def test_a_seal_lies_in_a_folder_elsewhere_and_stands(house: Desk, tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    planned(every="1h", folder=str(elsewhere))
    sealed(house)
    (file,) = elsewhere.iterdir()
    seal = read_seal(file.read_bytes())
    check_signature(seal, seal_key().public_key())
    assert seal.heads == house.store.heads()
    assert listing.sentence(house.clock())[1]
    sealed(house)
    assert len(list(elsewhere.iterdir())) == 1, "the next is due in an hour"


def test_what_was_cut_off_is_said_with_the_next_seal_everywhere_it_goes(house: Desk, tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    plan = planned(every="1h", folder=str(elsewhere))
    sealed(house)
    SealRow.objects.all().delete()  # who can cut a record can empty this table too; the file is elsewhere
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER hotwash_entry_no_delete")
        cursor.execute("DELETE FROM hotwash_entry WHERE stream = 'incident/INC-2026-0002'")
    StreamRow.objects.filter(name="incident/INC-2026-0002").delete()
    made = making.make(house, plan)
    assert made.fault.startswith("incident/INC-2026-0002, entry 1")
    row = making.keep(made, by="hotwash", places=())
    assert carrying.letter(row).subject.startswith("ATTENTION")
    told, well = listing.sentence(house.clock())
    assert "INC-2026-0002" in told
    assert not well


def test_a_seal_goes_by_mail_and_by_webhook_and_can_be_taken_out_again(house: Desk, tmp_path: Path) -> None:
    with post_office() as post, sink() as hook:
        mail = {"host": "127.0.0.1", "port": str(post.port), "security": "none", "sender": "hotwash@example.org"}
        settings.HOTWASH = replace(settings.HOTWASH, mail=mail, inside=("127.0.0.1",))
        targets.add("notary", "mail", "seals@notary.example", by="ana")
        targets.add("archive", "webhook", hook.url, by="ana")
        planned(to="notary, archive")
        sealed(house)
        ((to, letter),) = post.letters
        (call,) = hook.calls
    assert to == ["seals@notary.example"]
    from hotwash.cli.ledger import _seal

    assert _seal(letter.as_bytes()) == _seal(call.body)
    assert _seal(call.body).heads == house.store.heads()
    assert call.said["kind"] == "seal"
    assert {one.state for one in SealCopy.objects.all()} == {"delivered"}


def test_a_place_that_is_away_is_tried_again_and_then_told(house: Desk, tmp_path: Path) -> None:
    planned(folder=str(tmp_path / "not mounted"))
    sealed(house)
    copy = SealCopy.objects.get()
    assert (copy.state, copy.tries) == ("waiting", 1)
    again = JobRow.objects.get(kind=carrying.SEND, state=JobState.WAITING)
    assert again.due_at > house.clock()
    carrying_last = {**again.arguments, "try": 8}
    outcome = carrying.send(house, carrying_last)
    assert outcome is not None
    assert outcome.then == ()
    assert outcome.effect is not None
    outcome.effect()
    assert SealCopy.objects.get().state == "failed"
    assert not listing.sentence(house.clock())[1]


def test_a_chat_would_cut_a_seal_short(house: Desk) -> None:
    targets.add("room", "apprise", "json://93.184.216.34/hook", by="ana")
    planned(to="room")
    sealed(house)
    assert "carries no whole seal" in SealCopy.objects.get().why


def test_the_same_seal_twice_is_one_file_and_another_is_never_written_over(house: Desk, tmp_path: Path) -> None:
    plan = planned(folder=str(tmp_path))
    row = making.keep(making.make(house, plan), by="hotwash", places=plan.places)
    assert carrying.put(tmp_path, row).state == carrying.put(tmp_path, row).state == "delivered"
    (file,) = tmp_path.glob("hotwash-seal-*.json")
    file.chmod(0o644)
    file.write_text("{")  # a try that was killed half way
    assert carrying.put(tmp_path, row).state == "delivered"
    assert {one.read_bytes() for one in tmp_path.glob("hotwash-seal-*.json")} == {b"{", row.document.encode()}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({}, "no place"),
        ({"folder": "seals"}, "does not begin at /"),
        ({"folder": "/x", "every": "1s"}, "from 5m to 31d"),
        ({"to": "folder"}, "no name of a list"),
        ({"to": "a b", "time": "1h"}, "none of its words"),
        ({"to": "a", "timestamp": "https://tsa.example"}, "go together"),
        ({"to": "a", "timestamp": "file:///x", "authority": "/x"}, "no web address"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(words: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Plan.of(words)


def test_the_page_tells_how_the_seals_are(house: Desk, tmp_path: Path) -> None:
    person("ana", role=Role.ADMINISTRATOR)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    assert "No seal leaves this machine" in enter("ana").get("/installation/").content.decode()
    planned(folder=str(elsewhere))
    sealed(house)
    page = enter("ana").get("/installation/").content.decode()
    assert "The newest seal that arrived elsewhere (folder)" in page
    assert "folder: delivered" in page


def test_old_seals_are_kept_where_they_were_sent(house: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(making, "DOCUMENTS_KEPT", 2)
    for _ in range(4):
        house.record("INC-2026-0001", "note", by=ANA, text="One more")
        making.keep(making.make(house, None), by="hotwash", places=())
    whole = SealRow.objects.exclude(document="")
    assert SealRow.objects.count() == 4
    assert whole.count() == 2
    assert json.loads(whole.order_by("-pk").first().document)["position"] == house.store.position()  # type: ignore[union-attr]
