"""AI systems: the map, one system and its verbs, and the log that is brought, looked at and described."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.api.speaking import installation
from tests.web.people import enter, person

from hotwash.response.desk import Desk, Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.pages import logs
from hotwash.web.tables.models import Role

BO = Person("bo", "commander")
LOG = b"decided_at,model_version,applicant_id,score,decision,qualified,sex\n" + b"".join(
    b"2026-03-0%d 10:00:00,v1,%d,0.%d,%s,1,%s\n"
    % (n % 9 + 1, n, n % 10, b"invite" if n % 3 else b"reject", b"fm"[n % 2 :][:1])
    for n in range(60)
)


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    for name, role in (
        ("ana", Role.ADMINISTRATOR),
        ("bo", Role.COMMANDER),
        ("cy", Role.RESPONDER),
        ("eve", Role.OBSERVER),
    ):
        person(name, role=role)
    with installation(tmp_path):
        desk().register(by=BO, name="Loans", purpose="Says who gets a loan.", owner="Bo", tier="high")
        yield desk()


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _bring(client: Client, data: bytes = LOG, name: str = "log.csv") -> Any:
    return client.post("/systems/loans/log/upload/", {"file": SimpleUploadedFile(name, data)})


# The map


def test_the_map_stands_by_tier_and_counts_incidents_by_harm_but_no_drills(house: Desk) -> None:
    house.register(by=BO, name="Route planner", tier="minimal")
    house.record_system("loans", "set-stop-authority", by=BO, people=("Bo", "on call"))
    for kind in ("normal", "normal", "drill"):
        house.declare(by=BO, title="Refused", system="loans", harms=("fairness",), kind=kind)
    answer = enter("cy").get("/systems/")
    page = answer.content.decode()
    assert [band.title for band in answer.context["bands"]] == ["High risk", "Minimal risk"]
    line = answer.context["bands"][0].lines[0]
    assert {harm.id: count for harm, count in line.cells if count} == {"fairness": 2}
    assert line.past.going_on == 3
    assert "Bo, on call" in page
    assert "nobody is named" in page


def test_a_system_is_registered_once(house: Desk) -> None:
    cy = enter("cy")
    answer = cy.post("/systems/", {"name": "Triage", "tier": "unknown", "owner": "Cy", "purpose": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/systems/triage/")
    again = cy.post("/systems/", {"name": "Triage", "tier": "unknown", "owner": "<Cy>"})
    assert again.status_code == 422
    assert "triage is registered already" in again.content.decode()
    assert "&lt;Cy&gt;" in again.content.decode(), "what was typed is still there"
    wordless = cy.post("/systems/", {"name": "面接", "tier": "unknown"})
    assert wordless.status_code == 422
    assert "lower-case letters" in wordless.content.decode()
    named = cy.post("/systems/", {"name": "面接", "tier": "unknown", "slug": "interviews"})
    assert named.headers["Location"] == "/systems/interviews/"
    plain = cy.post("/systems/", {"name": "Résumé screening", "tier": "unknown"})
    assert plain.headers["Location"] == "/systems/resume-screening/"


# One system


@pytest.mark.parametrize(
    ("verb", "words", "shown"),
    [
        ("deploy", {"part": "model", "version": "v7", "note": "Retrained"}, "Model v7"),
        ("change-owner", {"owner": "Cyrus"}, "Cyrus"),
        ("set-purpose", {"purpose": "Says yes or no"}, "Says yes or no"),
        ("set-tier", {"tier": "prohibited", "reason": "It scores people"}, "It scores people"),
        ("set-stop-authority", {"people": "Bo\n\n the night shift ", "how": "pager"}, "Bo, the night shift"),
        ("note-system", {"text": "The vendor <b>knows</b>"}, "The vendor &lt;b&gt;knows&lt;/b&gt;"),
        ("retire", {"reason": "Replaced by people"}, "Replaced by people"),
    ],
)
def test_every_verb_is_said_on_the_page(house: Desk, verb: str, words: dict[str, str], shown: str) -> None:
    bo = enter("bo")
    answer = bo.post(f"/systems/loans/{verb}/", {f"{verb}-{name}": text for name, text in words.items()})
    assert answer.status_code == 302, answer.content
    page = _text(bo, "/systems/loans/")
    assert shown in page
    assert f'data-draft-done="{verb}-loans"' in page


def test_a_verb_with_faults_opens_its_form_with_the_words(house: Desk) -> None:
    late = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = enter("bo").post(
        "/systems/loans/deploy/", {"deploy-part": "model", "deploy-version": "v<8>", "deploy-live_at": late}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "v&lt;8&gt;" in page
    assert "still to come" in page
    assert page.count('<details class="more" open>') == 1


def test_a_version_stands_at_the_time_it_went_live(house: Desk) -> None:
    bo = enter("bo")
    for version, live_at in (("v2", ""), ("v1", "2026-01-05T08:00")):
        bo.post(
            "/systems/loans/deploy/", {"deploy-part": "model", "deploy-version": version, "deploy-live_at": live_at}
        )
    page = _text(bo, "/systems/loans/")
    assert page.index("Model v2") < page.index("runs now") < page.index("Model v1")


def test_who_may_not_say_a_verb_sees_no_form_and_is_refused(house: Desk) -> None:
    for name, verb in (("eve", "note-system"), ("cy", "set-tier"), ("cy", "retire")):
        client = enter(name)
        assert f"/systems/loans/{verb}/" not in _text(client, "/systems/loans/")
        answer = client.post(
            f"/systems/loans/{verb}/", {f"{verb}-text": "x", f"{verb}-reason": "x", f"{verb}-tier": "high"}
        )
        assert answer.status_code == 403
    assert enter("eve").get("/systems/loans/log/").status_code == 403
    assert house.store.head("system/loans").number == 1


def test_a_system_that_is_not_there_is_not_there(house: Desk) -> None:
    bo = enter("bo")
    for path in ("/systems/nothing/", "/systems/nothing/log/", "/systems/nothing/retire/x/"):
        assert bo.get(path).status_code == 404, path
    assert bo.post("/systems/nothing/note-system/", {"note-system-text": "x"}).status_code == 404
    assert bo.post("/systems/loans/burn/", {}).status_code == 404


# Its log


def test_a_log_is_brought_its_columns_are_guessed_and_a_person_confirms(house: Desk, tmp_path: Path) -> None:
    cy = enter("cy")
    answer = _bring(cy, name="März 2026/../Log.CSV")
    assert answer.status_code == 302
    looked = cy.get(answer.headers["Location"])
    form = looked.context["looked"].form
    assert form.initial["decision"] == "decision"
    assert form.initial["time"] == "decided_at"
    assert form.initial["attributes"] == ["sex"]
    words = {**form.initial, "favourable": "invite", "zone": "Europe/Berlin"}
    assert cy.post("/systems/loans/log/", words).status_code == 302
    log = house.system("loans").log
    assert log is not None
    assert (log.favourable, log.zone, log.attributes) == ("invite", "Europe/Berlin", ("sex",))
    assert (tmp_path / "logs" / log.source).read_bytes() == LOG
    assert (tmp_path / "logs" / log.source).parent == tmp_path / "logs" / "loans"


def test_a_log_is_never_written_over(house: Desk, tmp_path: Path) -> None:
    cy = enter("cy")
    places = [
        _bring(cy, LOG + b"2026-03-09 10:00:00,v2,99,0.5,invite,1,f\n" * extra).headers["Location"] for extra in (0, 1)
    ]
    assert places[0] != places[1]
    kept = sorted(path.name for path in (tmp_path / "logs" / "loans").iterdir())
    assert kept == ["log-2.csv", "log.csv"]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("log.exe", LOG, "the name must end in"),
        ("log.csv", b"", "The file is empty"),
        ("log.parquet", LOG, "cannot be read as a log"),
        ("log.jsonl", b"\x00\xff\xfe" * 50, "cannot be read as a log"),
        (".csv", b"a,b\n", "cannot be read as a log"),
    ],
)
def test_what_is_no_log_is_not_kept(house: Desk, tmp_path: Path, name: str, data: bytes, sentence: str) -> None:
    answer = _bring(enter("cy"), data, name)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert str(tmp_path) not in answer.content.decode().split("Path or pattern")[0]
    assert not list((tmp_path / "logs").rglob("*.*"))


def test_a_log_that_is_too_large_is_not_kept(house: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "SIZE_MAX", 1000)
    answer = _bring(enter("cy"))
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert not list((tmp_path / "logs").rglob("*.csv"))


@pytest.mark.parametrize(
    "source", ["/etc/passwd", "../../etc/passwd", "https://example.org/x.csv", "nothing.csv", "no\x00.csv"]
)
def test_nobody_reads_the_machine_through_a_log(house: Desk, source: str) -> None:
    answer = enter("cy").get("/systems/loans/log/", {"source": source})
    assert answer.status_code == 422
    assert "root:" not in answer.content.decode()


def test_times_without_a_zone_need_the_zone_of_their_clock(house: Desk) -> None:
    cy = enter("cy")
    source = cy.get(_bring(cy).headers["Location"]).context["source"]
    for zone, sentence in (("", "name no zone"), ("Europe/Berlyn", "There is no such time zone")):
        answer = cy.post("/systems/loans/log/", {"source": source, "time": "decided_at", "zone": zone})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert cy.post("/systems/loans/log/", {"source": source, "decision": "decision"}).status_code == 302


def test_a_column_means_one_thing(house: Desk) -> None:
    cy = enter("cy")
    source = cy.get(_bring(cy).headers["Location"]).context["source"]
    answer = cy.post("/systems/loans/log/", {"source": source, "score": "score", "label": "score"})
    assert answer.status_code == 422
    assert "already taken" in answer.content.decode()
    assert house.system("loans").log is None
