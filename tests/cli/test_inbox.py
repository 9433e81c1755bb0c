"""Triage and addresses in a terminal."""

import json

import pytest
from tests.cli.terminal import Terminal


@pytest.fixture
def line(hotwash: Terminal, request: pytest.FixtureRequest) -> int:
    """A line of the inbox, another one for each test."""
    name = str(request.node.name)
    data = {"title": "Refusals doubled", "severity": "high"}
    event = {"specversion": "1.0", "id": name, "source": "/loans", "type": name, "data": data}
    (hotwash.folder / "event.json").write_text(json.dumps(event))
    [one] = hotwash.json("signal", "cloudevents", "event.json", "--inbox")["lines"]
    return int(one)


def test_what_waits_is_listed_shown_and_promoted(hotwash: Terminal, line: int) -> None:
    [one] = [one for one in hotwash.json("inbox", "list", "--limit", "200")["lines"] if one["line"] == line]
    assert (one["title"], one["grade"], one["count"]) == ("Refusals doubled", "high", 1)
    assert hotwash.json("inbox", "show", str(line))["signals"][0]["title"] == "Refusals doubled"
    incident = hotwash.json("inbox", "promote", str(line), "--harm", "fairness")["incident"]
    assert "Refusals doubled" in hotwash.run("timeline", incident).out
    assert line not in [one["line"] for one in hotwash.json("inbox", "list", "--limit", "200")["lines"]]
    assert incident in hotwash.run("inbox", "list", "--view", "incidents").out


def test_a_line_sleeps_is_woken_dismissed_and_joined(hotwash: Terminal, line: int) -> None:
    hotwash.json("inbox", "snooze", str(line), "--for", "2", "--reason", "Lunch")
    assert hotwash.json("inbox", "list", "--view", "snoozed")["lines"][0]["reason"] == "Lunch"
    hotwash.json("inbox", "undo", str(line))
    hotwash.json("inbox", "dismiss", str(line), "--reason", "A test")
    assert "A test" in hotwash.run("inbox", "show", str(line)).out
    incident = hotwash.json("declare", "Loans refused")["incident"]
    hotwash.json("inbox", "join", incident, str(line))
    assert "went to" in hotwash.refused("inbox", "dismiss", str(line), "--reason", "x")
    assert hotwash.run("inbox", "snooze", str(line)).code == 2


def test_an_address_is_made_changed_and_closed(hotwash: Terminal) -> None:
    (hotwash.folder / "secret").write_text("s3cret\n")
    made = hotwash.json("inbox", "address", "add", "pagerduty", "pd", "--signing", "secret")
    assert made["path"].startswith("/in/pagerduty/")
    assert made["verifies"] is True
    assert hotwash.json("inbox", "address", "rotate", "pd")["path"] != made["path"]
    hotwash.json("inbox", "address", "change", "pd", "--team", "Loans")
    for verb, state in (("pause", "paused"), ("resume", "never heard"), ("close", "closed")):
        hotwash.json("inbox", "address", verb, "pd")
        assert state in hotwash.run("inbox", "address", "list").out
    assert "was closed" in hotwash.refused("inbox", "address", "pause", "pd")
    assert "is not known" in hotwash.refused("inbox", "address", "add", "nobody", "x")


def test_a_mapping_is_tried_on_a_file(hotwash: Terminal) -> None:
    (hotwash.folder / "map.json").write_text(json.dumps({"paths": {"title": "rule", "key": "id"}}))
    (hotwash.folder / "body.json").write_text(json.dumps({"rule": "PSI", "id": 7}))
    [one] = hotwash.json("inbox", "address", "try", "map.json", "body.json")["signals"]
    assert (one["title"], one["key"]) == ("PSI", "7")
    (hotwash.folder / "bad.json").write_text("{")
    assert "bad.json is no JSON" in hotwash.refused("inbox", "address", "try", "bad.json", "body.json")
