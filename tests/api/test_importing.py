"""Incidents of the past from CSV: all or nothing, every fault with its line, times as they were."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.api.speaking import Speaker, declared

from hotwash.response.backdating import COLUMNS, template
from hotwash.web.door import desk
from hotwash.web.tables.models import EntryRow, IncidentRow

WHOLE: dict[str, str] = {
    "reference": "OLD-1",
    "title": "Loans of women were refused",
    "detected_at": "2024-03-05T14:30:00+01:00",
    "harm_began_at": "2024-02-26",
    "acknowledged_at": "2024-03-05 15:00",
    "contained_at": "2024-03-05 16:10",
    "remediated_at": "2024-03-08T09:00:00Z",
    "resolved_at": "2024-03-12",
    "closed_at": "2024-04-01",
    "harms": "fairness; privacy",
    "severity": "major",
    "detector": "outside",
    "people": "1,243",
    "commander": "bo",
    "summary": "A model refused loans.",
}


def sheet(*rows: dict[str, str], columns: tuple[str, ...] = tuple(COLUMNS), separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def send(by: Speaker, data: bytes, **words: str) -> Any:
    return by.send("/imports/incidents", data, name="past.csv", **words)


def faults(answer: Any) -> list[tuple[int, str]]:
    return [(one["line"], one["column"]) for one in answer.json()["faults"]]


def test_a_line_becomes_a_record_with_its_own_times(ana: Speaker) -> None:
    answer = send(ana, sheet(WHOLE))
    assert answer.status_code == 201, answer.content
    (made,) = answer.json()["incidents"]
    incident = desk().incident(made)
    assert (incident.kind, incident.standing, incident.title) == ("backdated", "closed", WHOLE["title"])
    assert incident.detections[-1].at == datetime(2024, 3, 5, 13, 30, tzinfo=UTC)
    assert incident.beginnings[-1].at == datetime(2024, 2, 26, tzinfo=UTC)
    assert (incident.harms, incident.commander, incident.summary) == (("fairness", "privacy"), "bo", WHOLE["summary"])
    assert incident.severity is not None
    assert (incident.severity.severity, incident.severity.provisional) == ("Major", True)
    assert incident.estimates[-1].event.value == 1243
    assert incident.imported is not None
    assert (incident.imported.event.source, incident.imported.event.line) == ("past.csv", 2)
    figures = IncidentRow.objects.get(id=made).figures["measures"]
    assert figures["mttd"]["seconds"] == (8 * 24 + 13.5) * 3600
    assert figures["mttc"]["seconds"] == (2 * 60 + 40) * 60
    facts = desk().incident_facts(made)
    assert {fact.recorded_at for fact in facts} == {facts[0].recorded_at}, "all written down at once"
    assert max(fact.occurred_at for fact in facts).year == 2024
    assert ana.get(f"/incidents/{made}/verify")["ok"]


def test_the_template_comes_in_as_it_is(ana: Speaker) -> None:
    assert ana.ask("GET", "/imports/incidents").content == template()
    assert len(send(ana, template()).json()["incidents"]) == 1


BAD: list[tuple[dict[str, str], list[str]]] = [
    ({"title": ""}, ["title"]),
    ({"title": "x" * 301}, ["title"]),
    ({"detected_at": ""}, ["detected_at"]),
    ({"detected_at": "yesterday"}, ["detected_at"]),
    ({"detected_at": "2999-01-01"}, ["detected_at"]),
    ({"detected_at": "0024-03-05"}, ["detected_at"]),
    ({"harms": "boredom"}, ["harms"]),
    ({"severity": "huge"}, ["severity"]),
    ({"detector": "aliens"}, ["detector"]),
    ({"people": "-3"}, ["people"]),
    ({"people": "many"}, ["people"]),
    ({"system": "nothing"}, ["system"]),
    ({"url": "javascript:alert(1)"}, ["url"]),
    ({"detail": "a\x00b"}, ["detail"]),
    ({"resolved_at": "2024-03-01"}, ["resolved_at"]),
    ({"closed_at": "2024-03-10"}, ["closed_at"]),
    ({"resolved_at": ""}, ["closed_at"]),
    ({"commander": ""}, ["commander"]),
    ({"contained_at": "2024-02-01"}, ["contained_at"]),
    ({"severity": "huge", "people": "many"}, ["severity", "people"]),
]


@pytest.mark.parametrize(("changed", "columns"), BAD)
def test_a_fault_names_its_line_and_column_and_nothing_is_taken_in(
    ana: Speaker, changed: dict[str, str], columns: list[str]
) -> None:
    answer = send(ana, sheet(WHOLE, WHOLE | {"reference": "OLD-2"} | changed))
    assert answer.status_code == 422
    assert {column for line, column in faults(answer) if line == 3} == set(columns)
    assert {line for line, _ in faults(answer)} == {3}
    assert not EntryRow.objects.exists()


def test_each_of_many_faults_is_told(ana: Speaker) -> None:
    rows = [WHOLE | {"reference": f"OLD-{n}", "severity": "huge" if n % 2 else "Minor"} for n in range(10)]
    answer = send(ana, sheet(*rows))
    assert faults(answer) == [(n + 2, "severity") for n in range(1, 10, 2)]
    assert answer.json()["faults"][0]["mend"] == "It is Minor, Major or Critical, or empty."


def test_the_same_reference_never_comes_in_twice(ana: Speaker) -> None:
    send(ana, sheet(WHOLE))
    again = send(ana, sheet(WHOLE | {"reference": "OLD-9"}, WHOLE))
    assert faults(again) == [(3, "reference")]
    assert "INC-" in again.json()["faults"][0]["why"]
    assert faults(send(ana, sheet(WHOLE | {"reference": "a"}, WHOLE | {"reference": "a"}))) == [(3, "reference")]
    assert IncidentRow.objects.count() == 1


def test_a_file_with_other_names_is_read_by_saying_which_is_which(ana: Speaker) -> None:
    data = b"Ticket;What;Opened;Colour\r\n17;Loans refused;2024-03-05 14:30;red\r\n"
    told = send(ana, data)
    assert {column for _, column in faults(told)} == {"title", "detected_at"}
    words = {"columns": json.dumps({"reference": "Ticket", "title": "What", "detected_at": "Opened"})}
    looked = send(ana, data, zone="Europe/Berlin", check="true", **words).json()
    assert (looked["would_take_in"], looked["unread"]) == (1, ["Colour"])
    assert not EntryRow.objects.exists()
    (made,) = send(ana, data, zone="Europe/Berlin", **words).json()["incidents"]
    assert desk().incident(made).detections[-1].at == datetime(2024, 3, 5, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "data",
    [b"", b"title,detected_at\n", b"\xff\xfe", b'title,detected_at\n"a,b\n', b"title,detected_at\na,b,c\n"],
)
def test_what_is_no_sheet_is_refused_with_a_line(ana: Speaker, data: bytes) -> None:
    answer = send(ana, data)
    assert answer.status_code == 422
    if data:
        assert answer.json()["faults"][0]["line"] >= 1
    assert not EntryRow.objects.exists()


@pytest.mark.parametrize("words", [{"columns": "["}, {"columns": '{"shoe": "a"}'}, {"zone": "Mars/Olympus"}])
def test_a_mapping_that_makes_no_sense_is_refused(ana: Speaker, words: dict[str, str]) -> None:
    assert send(ana, sheet(WHOLE), **words).status_code == 422


def test_only_an_administrator_takes_files_in(bo: Speaker, cy: Speaker) -> None:
    assert send(bo, sheet(WHOLE)).status_code == 403
    assert cy.ask("GET", "/imports/incidents").status_code == 403


def test_numbers_go_on_after_those_that_are_there(ana: Speaker) -> None:
    first = declared(ana)
    made = send(ana, sheet(*(WHOLE | {"reference": f"OLD-{n}"} for n in range(3)))).json()["incidents"]
    assert [int(one[-4:]) for one in (first, *made)] == [1, 2, 3, 4]
    assert declared(ana)[-4:] == "0005"


def test_1281_incidents_come_in_from_one_file_and_one_fault_keeps_all_out(ana: Speaker) -> None:
    rows = [WHOLE | {"reference": f"OLD-{n}", "title": f"Loans {n}"} for n in range(1_281)]
    broken = send(ana, sheet(*rows[:-1], rows[-1] | {"people": "many"}))
    assert (broken.status_code, faults(broken)) == (422, [(1_282, "people")])
    assert not EntryRow.objects.exists()
    made = send(ana, sheet(*rows)).json()["incidents"]
    assert len(set(made)) == IncidentRow.objects.count() == 1_281
    assert IncidentRow.objects.exclude(kind="backdated").count() == 0
