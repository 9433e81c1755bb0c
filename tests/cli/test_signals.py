"""What a monitor wrote, read from a file and linked to an incident."""

import json

from tests.cli.terminal import Terminal

BODY = {
    "event_action": "trigger",
    "dedup_key": "k-1",
    "payload": {
        "summary": "Refusals doubled",
        "source": "loans",
        "severity": "critical",
        "timestamp": "2026-03-03T08:00:00Z",
        "custom_details": {"dataset_timestamp": 1772323200000, "metric": "refusals"},
    },
}


def test_a_signal_is_read_and_linked_with_both_its_times(hotwash: Terminal) -> None:
    (hotwash.folder / "alert.json").write_text(json.dumps(BODY))
    [signal] = hotwash.json("signal", "pagerduty", "alert.json")["signals"]
    assert (signal["title"], signal["grade"], signal["key"]) == ("Refusals doubled", "critical", "k-1")
    incident = hotwash.json("declare", "Loans refused")["incident"]
    said = hotwash.json("signal", "pagerduty", "alert.json", "--incident", incident)
    [line] = [one for one in hotwash.json("timeline", incident)["lines"] if one["entry"] == said["entries"][0]]
    assert line["happened_at"].startswith("2026-03-03T08:00:00")
    assert "Refusals doubled" in line["sentence"]


def test_a_file_that_is_not_what_it_claims_is_refused_by_name(hotwash: Terminal) -> None:
    (hotwash.folder / "x.json").write_text("{}")
    assert "x.json: The body has neither an `event_action`" in hotwash.refused("signal", "pagerduty", "x.json")
    assert hotwash.run("signal", "nobody", "x.json").code == 2
    assert "x.json: The body has no `alerts`." in hotwash.refused("signal", "alertmanager", "x.json")
