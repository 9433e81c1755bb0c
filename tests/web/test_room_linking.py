"""Linked, merged and split incidents as people and programs see them."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import Speaker, declared, installation, speaker, whole
from tests.web.people import enter, person

from hotwash.response.casefile import check, made, write_folder
from hotwash.response.desk import Person
from hotwash.response.linking import say
from hotwash.web import index
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import DueRow, IncidentRow, Role

BO = Person("bo", "commander")


@pytest.fixture
def bo(sqlite: Options, tmp_path: Path) -> Any:
    with installation(tmp_path):
        person("bo", role="commander")
        yield speaker("bo", Role.COMMANDER)


@pytest.fixture
def page(bo: Speaker) -> Client:
    return enter("bo")


@pytest.fixture
def two(bo: Speaker) -> tuple[str, str]:
    return declared(bo, "Loans refused"), declared(bo, "Forty complaints")


def test_a_person_links_merges_settles_and_undoes_in_the_room(page: Client, two: tuple[str, str]) -> None:
    loans, complaints = two
    desk().record(complaints, "add-action", by=BO, title="Call <b>them</b>", kind="redress", owner="Ana")
    there = f"/incidents/{complaints}/do/"
    assert page.post(f"{there}link/", {"other": loans, "kind": "same-cause"}).status_code == 302
    assert "has the same cause as" in page.get(f"/incidents/{loans}/linked/").content.decode()
    assert page.post(f"{there}merge/", {"into": loans, "reason": "one matter"}).status_code == 302
    shown = page.get(f"/incidents/{loans}/linked/").content.decode()
    assert "Call &lt;b&gt;them&lt;/b&gt;" in shown
    merged = page.get(f"/incidents/{complaints}/").content.decode()
    assert f'it goes on in <a href="/incidents/{loans}/">{loans}</a>, Loans refused' in merged
    assert 'id="box-note"' not in merged
    settled = {"other": complaints, "what": "action", "entry": "3", "name": "", "outcome": "taken-over"}
    assert page.post(f"/incidents/{loans}/do/settle-leftover/", settled).status_code == 302
    assert [one.added.event.owner for one in desk().incident(loans).actions.values()] == ["Ana"]
    assert page.post(f"{there}undo-merge/", {"reason": "two matters"}).status_code == 302
    assert desk().incident(complaints).standing == "open"


def test_a_refused_form_says_why_and_keeps_what_was_typed(page: Client, two: tuple[str, str]) -> None:
    answer = page.post(f"/incidents/{two[0]}/do/merge/", {"into": "INC-1999-0001", "reason": "one matter"})
    assert answer.status_code == 409
    assert "there is no incident INC-1999-0001" in answer.content.decode()
    assert 'value="one matter"' in answer.content.decode()


def test_evidence_is_split_off_from_the_page(page: Client, two: tuple[str, str]) -> None:
    loans, _ = two
    kept = desk().keep(loans, b"a,b\n", by=BO, name="log.csv").entries[0].number
    words = {"entries": [str(kept)], "title": "Prices too", "reason": "another model"}
    assert page.post(f"/incidents/{loans}/do/split/", words).status_code == 302
    shown = page.get(f"/incidents/{loans}/").content.decode()
    assert "where it was split off to" in shown


def test_the_timeline_of_the_survivor_marks_each_line_with_where_it_comes_from(
    page: Client, bo: Speaker, two: tuple[str, str]
) -> None:
    loans, complaints = two
    bo.say(f"/incidents/{complaints}/note", {"text": "All over sixty"})
    bo.say(f"/incidents/{complaints}/merge", {"into": loans, "reason": "one matter"})
    shown = page.get(f"/incidents/{loans}/").content.decode()
    assert f'id="{complaints}-e3"' in shown
    assert f'href="/incidents/{complaints}/#e3">{complaints}, entry 3</a>' in shown
    lines = bo.get(f"/incidents/{loans}/timeline")["lines"]
    assert {line["origin"] for line in lines} == {"", complaints}
    assert page.get(f"/incidents/{loans}/news/?since=2&tab=timeline").status_code == 200


def test_a_title_one_may_not_see_is_nowhere(bo: Speaker) -> None:
    dee = speaker("dee", Role.REPORTER)
    person("rae", role=Role.REPORTER)
    hers = declared(dee, "What Dee saw")
    secret = declared(bo, "Xyzzy affair")
    bo.say(f"/incidents/{hers}/link", {"other": secret, "kind": "duplicate-of"})
    bo.say(f"/incidents/{secret}/note", {"text": "plugh"})
    bo.say(f"/incidents/{secret}/merge", {"into": hers, "reason": "one matter"})
    assert bo.get(f"/incidents/{hers}")["related"]["links"][0]["title"] == "Xyzzy affair"
    for path in ("", "/timeline", "/entries", "/post-mortem"):
        answer = dee.ask("GET", f"/incidents/{hers}{path}")
        assert answer.status_code == 200
        said = whole(answer)
        assert b"Xyzzy" not in said
        assert b"plugh" not in said
    assert dee.get(f"/incidents/{hers}")["related"]["links"] == [
        {"incident": secret, "title": None, "relation": "duplicate-of", "entry": 3}
    ]
    assert dee.get(f"/incidents/{hers}")["related"]["absorbed"][0]["left"] is None
    assert whole(dee.ask("GET", f"/incidents/{hers}/export")).count(b"Xyzzy") == 0


def test_a_reporter_finds_no_title_on_the_pages_either(bo: Speaker) -> None:
    person("rae", role=Role.REPORTER)
    rae = enter("rae")
    hers = desk().declare(by=Person("rae", "reporter"), title="What Rae saw").id
    secret = declared(bo, "Xyzzy affair")
    bo.say(f"/incidents/{hers}/link", {"other": secret, "kind": "duplicate-of"})
    bo.say(f"/incidents/{hers}/merge", {"into": secret, "reason": "one matter"})
    for path in (f"/incidents/{hers}/", f"/incidents/{hers}/linked/", "/incidents/", "/", "/search/?q=Rae"):
        answer = rae.get(path)
        assert answer.status_code == 200, path
        assert b"Xyzzy" not in answer.content, path


def test_lists_and_search_point_on_and_the_index_made_again_is_the_same(
    page: Client, bo: Speaker, two: tuple[str, str]
) -> None:
    loans, complaints = two
    bo.say(f"/incidents/{complaints}/add-action", {"title": "Call", "kind": "redress", "owner": "Ana"})
    bo.say(f"/incidents/{complaints}/merge", {"into": loans, "reason": "one matter"})
    assert [one["incident"] for one in bo.get("/incidents?merged=false")["incidents"]] == [loans]
    assert [one["merged_into"] for one in bo.get("/incidents?merged=true")["incidents"]] == [loans]
    assert f'merged into <a href="/incidents/{loans}/">' in page.get("/incidents/").content.decode()
    assert f'merged into <a href="/incidents/{loans}/">' in page.get("/search/?q=Forty").content.decode()
    assert [row.incident_id for row in DueRow.objects.filter(kind="action")] == [complaints]
    bo.say(
        f"/incidents/{loans}/settle-leftover",
        {"other": complaints, "what": "action", "entry": 3, "outcome": "taken-over"},
    )
    assert [row.incident_id for row in DueRow.objects.filter(kind="action")] == [loans]
    before = list(IncidentRow.objects.order_by("id").values())
    index.rebuild(desk().store)
    assert list(IncidentRow.objects.order_by("id").values()) == before


def test_both_records_are_written_or_neither(
    database: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation(tmp_path):
        loans = desk().declare(by=BO, title="Loans refused").id
        complaints = desk().declare(by=BO, title="Forty complaints").id
        real = desk().step
        monkeypatch.setattr(
            desk(), "step", lambda name, step, **words: 1 / 0 if step == "absorb" else real(name, step, **words)
        )
        with pytest.raises(ZeroDivisionError):
            say(desk(), complaints, "merge", by=BO, into=loans, reason="one matter")
        monkeypatch.undo()
        assert desk().incident(complaints).standing == "open"
        assert desk().incident(loans).number == 2
        say(desk(), complaints, "merge", by=BO, into=loans, reason="one matter")
        assert IncidentRow.objects.get(id=complaints).merged_into == loans


def test_an_export_takes_the_merged_records_along_and_a_case_file_their_evidence(
    bo: Speaker, two: tuple[str, str], tmp_path: Path
) -> None:
    loans, complaints = two
    kept = desk().keep(complaints, b"forty letters", by=BO, name="letters.txt").entries[0]
    bo.say(f"/incidents/{complaints}/merge", {"into": loans, "reason": "one matter"})
    exported = json.loads(whole(bo.ask("GET", f"/incidents/{loans}/export")))
    assert set(exported["header"]["streams"]) == {f"incident/{loans}", f"incident/{complaints}"}
    case = made(desk(), loans)
    write_folder(case, tmp_path / "case")
    found = check(tmp_path / "case")
    assert set(found.record.heads) >= {f"incident/{loans}", f"incident/{complaints}"}
    bytes_of = tmp_path / "case" / "data" / "merged" / complaints / "evidence" / f"{kept.number:04d}-letters.txt"
    assert bytes_of.read_bytes() == b"forty letters"
    assert complaints in (tmp_path / "case" / "README.txt").read_text()
