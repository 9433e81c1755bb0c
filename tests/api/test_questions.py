"""Questions over the API: in the background, with progress, cancelled, and only of logs that may be read."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.api.finding import LOG
from tests.api.speaking import Speaker, declared

from hotwash.response import inquiries as asking
from hotwash.web import inquiries
from hotwash.web.tables.models import Account, Inquiry


def ended(by: Speaker, incident: str, inquiry: int) -> dict[str, Any]:
    """The question once it has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        row: dict[str, Any] = by.get(f"/incidents/{incident}/inquiries/{inquiry}")
        if row["status"] not in ("waiting", "running"):
            return row
        time.sleep(0.05)
    raise AssertionError(row)


def test_a_question_is_answered_in_the_background_and_recorded_as_a_finding(cy: Speaker, house: Path) -> None:
    (house / "log.csv").write_text(LOG)
    cy.say("/systems", {"name": "Loans"})
    cy.say("/systems/loans/describe-log", {"source": str(house / "log.csv"), "columns": {"subject": "who"}})
    incident = declared(cy, system="loans")
    response = cy.ask(
        "POST",
        f"/incidents/{incident}/inquiries",
        {"question": "blast-radius", "arguments": {"harm": "decision = 'refused'"}},
    )
    assert response.status_code == 202
    row = ended(cy, incident, response.json()["inquiry"])
    assert (row["status"], row["progress"]) == ("done", 1.0)
    assert response["Location"] == row["links"]["self"]
    found = cy.get(row["links"]["finding"].removeprefix("/api/v1"))
    assert found["result"]["decisions"] == 45
    assert found["result"]["subjects"] == 30 - sum(1 for n in range(30) if all((n + k) % 4 == 0 for k in (0, 30)))
    [entry] = cy.get(f"/incidents/{incident}")["findings"]
    assert (entry["entry"], entry["by"]) == (row["entry"], "cy")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"question": "blast-radius", "arguments": {"harm": "colour = 'red'"}}, "colour"),
        ({"question": "blast-radius", "arguments": {"harm": "decision ="}}, "osition"),
        ({"question": "blast-radius", "arguments": {}}, "harm"),
        ({"question": "fairness", "arguments": {"decision": "decision", "group": ["shoe"]}}, "shoe"),
        ({"question": "fairness", "arguments": {"on_progress": "x"}}, "on_progress"),
        (
            {"question": "blast-radius", "arguments": {"harm": "decision = 'refused'"}, "source": "/etc/passwd"},
            "folders",
        ),
        ({"question": "blast-radius", "arguments": {"harm": "1 = 1"}, "source": "../secret-key"}, "folders"),
        ({"question": "blast-radius", "arguments": {"harm": "1 = 1"}, "source": "http://10.0.0.1/x.csv"}, "network"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_mend(
    words: dict[str, Any], said: str, cy: Speaker, house: Path
) -> None:
    (house / "log.csv").write_text(LOG)
    incident = declared(cy)
    asked = cy.say(f"/incidents/{incident}/inquiries", {"source": str(house / "log.csv"), **words})
    row = ended(cy, incident, asked["inquiry"])
    assert row["status"] == "failed"
    assert said in row["error"]
    assert cy.get(f"/incidents/{incident}")["number"] == 2


def test_words_that_are_no_question_are_refused_at_once(cy: Speaker) -> None:
    incident = declared(cy)
    wrong: list[dict[str, Any]] = [
        {},
        {"question": "meaning-of-life"},
        {"question": 4},
        {"question": "fairness", "arguments": []},
    ]
    for words in wrong:
        assert cy.refused("POST", f"/incidents/{incident}/inquiries", words)["status"] == 422
    assert cy.get(f"/incidents/{incident}/inquiries")["inquiries"] == []


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that runs until it is told to stop."""

    def ask(*_: Any, on_progress: Callable[[float], None], cancelled: Callable[[], bool], **__: Any) -> Any:
        from hotwash.investigate import Cancelled

        for _turn in range(2000):
            on_progress(0.5)
            if cancelled():
                raise Cancelled("Stopped.")
            time.sleep(0.01)
        raise AssertionError("nobody stopped it")

    monkeypatch.setattr(asking, "ask", ask)
    monkeypatch.setattr(inquiries, "HEARTBEAT_S", 0.02)


def test_a_running_question_shows_how_far_it_is_and_stops_when_told(cy: Speaker, slow: None) -> None:
    incident = declared(cy)
    inquiry = cy.say(f"/incidents/{incident}/inquiries", {"question": "fairness"})["inquiry"]
    until = time.monotonic() + 30
    while cy.get(f"/incidents/{incident}/inquiries/{inquiry}")["progress"] != 0.5 and time.monotonic() < until:
        time.sleep(0.02)
    assert cy.ask("DELETE", f"/incidents/{incident}/inquiries/{inquiry}").status_code == 202
    assert ended(cy, incident, inquiry)["status"] == "cancelled"
    assert cy.get(f"/incidents/{incident}")["number"] == 2


def test_a_question_whose_process_died_is_taken_up_again_but_not_for_ever(cy: Speaker, house: Path) -> None:
    incident = declared(cy)
    inquiry = cy.say(f"/incidents/{incident}/inquiries", {"question": "fairness"})["inquiry"]
    ended(cy, incident, inquiry)
    inquiries.rest()
    long_ago = {"status": "running", "heartbeat_at": "2026-01-01T00:00:00Z"}
    Inquiry.objects.update(**long_ago, attempts=1)
    assert inquiries.run_waiting() == 1
    Inquiry.objects.update(**long_ago, attempts=3)
    assert inquiries.run_waiting() == 0
    assert Inquiry.objects.get().status == "failed"


def test_a_role_taken_away_meanwhile_counts(cy: Speaker, house: Path) -> None:
    (house / "log.csv").write_text(LOG)
    incident = declared(cy)
    inquiries.rest()
    waiting = Inquiry.objects.create(
        stream=f"incident/{incident}",
        question="blast-radius",
        by="cy",
        arguments={
            "arguments": {"harm": "decision = 'refused'"},
            "source": str(house / "log.csv"),
            "role": "responder",
        },
    )
    Account.objects.filter(name="cy").update(role="observer")
    inquiries.run_waiting()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.entry) == ("failed", None)
    assert "observer" in waiting.error


def test_every_question_says_what_it_takes(cy: Speaker) -> None:
    questions = cy.get("/questions")["questions"]
    assert set(questions) == set(asking.QUESTIONS)
    for described in questions.values():
        [words] = [one for one in described["arguments"]["$defs"].values() if "where" in one["properties"]]
        assert not {"on_progress", "cancelled"} & set(words["properties"])
