"""The organisation's own playbooks: text in and out, the line that is wrong, editions, where they are offered."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hotwash.incident.events import CATALOGUE
from hotwash.incident.state import Incident
from hotwash.knowledge import cacao
from hotwash.knowledge.playbook_text import read_text, written
from hotwash.knowledge.playbooks import BadPlaybook, Playbook, plain, shelf
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.playbook import offered
from hotwash.response import playbooks
from hotwash.response.desk import Desk, Person

BO = Person("Bo", "commander")
OURS = """\
id = "ours"
title = "How we do it"
version = "1"
harms = ["fairness"]
when = "Loans are refused"

[[steps]]
id = "look"
title = "Look"
role = "investigation"
due = 5
done = "seen"

[[steps]]
id = "stop"
title = "Stop"
kind = "contain"
state = "human"
role = "operations"
due = { Minor = 60, Critical = 15 }
done = "read back"
after = ["look"]
"""


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryStore(), MemoryVault(), clock=lambda: datetime(2026, 3, 3, 9, tzinfo=UTC))


def keep(desk: Desk, text: str = OURS, **more: Any) -> None:
    desk.record_organisation("keep-playbook", by=BO, content=plain(read_text(text)), **more)


def declared(desk: Desk, **words: Any) -> Incident:
    return desk.incident(desk.declare(by=BO, title="Loans refused", harms=["fairness"], **words).id)


@pytest.mark.parametrize("book", shelf().playbooks, ids=lambda book: book.id)
def test_every_playbook_of_the_library_goes_out_as_text_and_comes_back_the_same(book: Playbook) -> None:
    assert read_text(written(book)) == book
    assert read_text(json.dumps(plain(book))) == book
    out = cacao.written(book, made_at=datetime(2026, 3, 3, tzinfo=UTC))
    assert plain(read_text(json.dumps(out)))["steps"]


def test_odd_letters_in_a_playbook_survive_the_way_out_and_in() -> None:
    text = OURS.replace("Loans are refused", 'a \\"quote\\", a \\\\ and a \\u007F, \\n two lines')
    assert read_text(written(read_text(text))) == read_text(text)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('role = "investigation"', 'role = "pilot"'), "ours.toml, line 10: step 1 (look), role:"),
        (('done = "read back"\n', ""), "ours.toml, line 14: step 2 (stop): object missing required field `done`"),
        (("due = 5", 'due = "soon"'), "ours.toml, line 11: step 1 (look), due:"),
        (('harms = ["fairness"]', 'harms = ["luck"]'), "ours.toml, line 4: harms"),
        (('title = "Stop"', 'tittle = "Stop"'), "ours.toml, line 16: step 2 (stop), tittle: is no field of a step."),
        (('when = "Loans', 'wen = "Loans'), "ours.toml, line 5: wen: is no field of a playbook."),
        (('after = ["look"]', 'after = ["leap"]'), "ours.toml, line 14: step stop comes after “leap”"),
        (('id = "stop"', 'id = "look"'), "step look is there twice"),
        (('version = "1"', "version = "), "ours.toml, line 3: this is no TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_its_field(change: tuple[str, str], told: str) -> None:
    assert change[0] in OURS
    with pytest.raises(BadPlaybook) as bad:
        read_text(OURS.replace(*change), name="ours.toml")
    assert told in str(bad.value)


def test_the_line_is_named_in_json_too() -> None:
    text = json.dumps(plain(read_text(OURS)), indent=1).replace('"operations"', '"pilot"')
    line = next(place for place, one in enumerate(text.splitlines(), 1) if "pilot" in one)
    with pytest.raises(BadPlaybook, match=rf"ours.json, line {line}: step 2 \(stop\), role"):
        read_text(text, name="ours.json")
    with pytest.raises(BadPlaybook, match="line 1: this is no JSON"):
        read_text("{", name="ours.json")


@pytest.mark.parametrize(
    "text", ["", "[[", "{" * 5000, '{"a":' * 5000, "x = 1", "steps = 3", '{"spec_version": 3}', "\x00"]
)
def test_whatever_is_given_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadPlaybook) as bad:
        read_text(text)
    assert str(bad.value).startswith("the playbook")


def test_an_own_playbook_is_offered_beside_the_library_s_and_keeps_what_it_was(desk: Desk) -> None:
    keep(desk)
    incident = declared(desk)
    assert offered(incident, desk.organisation().playbooks)[0].id == "ours"
    started = playbooks.start(desk, incident.id, by=BO, playbook="ours").entries[0]
    run = started.number
    keep(desk, OURS.replace('version = "1"', 'version = "2"').replace('title = "Look"', 'title = "Look twice"'))
    assert desk.incident(incident.id).runs[run].playbook.step("look").title == "Look"
    assert desk.organisation().playbooks.standing[0].playbook.step("look").title == "Look twice"
    assert getattr(CATALOGUE.fact(started).event, "origin", "") == "organisation, entry 1"
    assert "ours" not in {book.id for book in offered(desk.incident(incident.id), desk.organisation().playbooks)}


@pytest.mark.parametrize(
    ("where", "declare", "is_offered"),
    [
        ({"systems": ["loans"]}, {"system": "loans"}, True),
        ({"systems": ["loans"]}, {"system": "cards"}, False),
        ({"systems": ["loans"]}, {}, False),
        ({"tiers": ["Major"]}, {}, True),
        ({"tiers": ["Critical"]}, {}, False),
    ],
)
def test_an_own_playbook_is_offered_where_it_is_meant(
    desk: Desk, where: dict[str, Any], declare: dict[str, Any], is_offered: bool
) -> None:
    keep(desk, **where)
    ids = {book.id for book in offered(declared(desk, **declare), desk.organisation().playbooks)}
    assert ("ours" in ids) is is_offered


def test_an_edition_never_says_two_things(desk: Desk) -> None:
    keep(desk)
    with pytest.raises(NotAllowed, match="as it is kept already"):
        keep(desk)
    with pytest.raises(NotAllowed, match="there is an edition 1 already, with other words"):
        keep(desk, OURS.replace('title = "Look"', 'title = "Look twice"'))
    keep(desk, tiers=["Critical"])
    assert [one.event.tiers for one in desk.organisation().playbooks.editions["ours"]] == [(), ("Critical",)]


def test_a_playbook_of_the_library_is_not_replaced_under_its_name(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="give yours an id of its own"):
        keep(desk, written(shelf().playbook("privacy-leak")))
    with pytest.raises(NotAllowed, match="lower-case letters"):
        keep(desk, OURS.replace('id = "ours"', 'id = "../ours"'))


def test_a_withdrawn_playbook_is_offered_no_longer_and_can_come_back(desk: Desk) -> None:
    keep(desk)
    desk.record_organisation("withdraw-playbook", by=BO, playbook="ours", reason="too slow")
    assert desk.organisation().playbooks.standing == []
    with pytest.raises(NotAllowed, match="The library has no playbook “ours”"):
        playbooks.start(desk, declared(desk).id, by=BO, playbook="ours")
    with pytest.raises(NotAllowed):
        desk.record_organisation("withdraw-playbook", by=BO, playbook="ours", reason="again")
    keep(desk, OURS.replace('version = "1"', 'version = "2"'))
    assert [one.playbook.version for one in desk.organisation().playbooks.standing] == ["2"]
