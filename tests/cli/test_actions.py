"""``hotwash action``: the same over a data folder and over a server."""

import csv
import io

from tests.cli.server import Server
from tests.cli.terminal import Terminal

HELD = ("--threshold", "disparities[*].ratio.low >= 0.8", "--threshold", "disparities[*].ratio.high <= 1.25")


def log_of(running: Server, refused_f: int) -> str:
    """A log where the server may read it, and so may whoever works on this machine."""
    shares = (20, refused_f)
    rows = [f"{'refused' if n % 100 < shares[n % 2] else 'granted'},{'mf'[n % 2]}" for n in range(4000)]
    file = running.home / "logs" / "actions.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(["decision,sex", *rows]) + "\n")
    return str(file)


def test_an_action_is_agreed_done_measured_and_closed(hotwash: Terminal, running: Server) -> None:
    incident = hotwash.json("declare", "Loans refused that were owed")["incident"]
    agreed = hotwash.json(
        "action", "add", incident, "Train without the postcode", "--kind", "prevent", "--owner", "lea",
        "--due", "2030-01-01", "--strength", "barrier", "--effort", "weeks",
    )  # fmt: skip
    number = str(agreed["action"])
    log = log_of(running, 60)
    arguments = '{"decision": "decision", "group": ["sex"], "favourable": "granted"}'
    effect = ("action", "effect", incident, number, "--question", "fairness", "--arguments", arguments, "--log", log)
    assert "compares nothing" in hotwash.refused(*effect, "--on", "2026-01-01", "--threshold", "ratio")
    today = hotwash.json("action", "show", incident)["actions"][0]["added_at"][:10]
    hotwash.json(*effect, "--on", today, *HELD)
    hotwash.json("action", "done", incident, number, "--result", "Live.")
    assert "is measured" in hotwash.refused("action", "close", incident, number, "--result", "Fine.")
    ran = hotwash.run("action", "measure", incident, number, "--format", "json")
    assert (ran.code, ran.json["outcome"]) == (1, "failed")
    log_of(running, 20)
    hotwash.json("action", "done", incident, number, "--result", "Live again.")
    ran = hotwash.run("action", "measure", incident, number, "--format", "json")
    assert (ran.code, ran.json["outcome"]) == (0, "passed")
    told = hotwash.run("action", "show", incident).out
    assert "effective" in told
    assert "M yes" in told
    assert hotwash.json("action", "list", "--state", "effective")["actions"][0]["how"] == "measured"
    assert "1 barrier" in hotwash.run("action", "list").out
    [row] = csv.DictReader(io.StringIO(hotwash.run("action", "list", "--csv").out))
    assert row["last_outcome"] == "passed"


def test_an_action_changes_is_dropped_and_taken_up_again(hotwash: Terminal) -> None:
    incident = hotwash.json("declare", "Loans refused")["incident"]
    number = str(
        hotwash.json("action", "add", incident, "Read every refusal", "--kind", "learn", "--owner", "lea")["action"]
    )
    hotwash.json("action", "change", incident, number, "--owner", "sam", "--strength", "reminder")
    hotwash.json("action", "drop", incident, number, "--reason", "Retired.")
    assert hotwash.json("action", "list", "--state", "left", "--owner", "sam")["actions"] == []
    hotwash.json("action", "reopen", incident, number, "--reason", "It was not.")
    [one] = hotwash.json("action", "list", "--owner", "SAM", "--state", "left")["actions"]
    assert (one["state"], one["strength"]) == ("open", "reminder")
    assert "No effect is planned" in hotwash.refused("action", "unmeasured", incident, number, "--reason", "x")


def test_a_tracker_needs_a_token_and_an_address_outside(hotwash: Terminal) -> None:
    assert "There is none" in hotwash.run("tracker", "list").out
    project = ("--project", "bank/loans")
    assert "secret" in hotwash.refused("tracker", "add", "github", "board", *project)
    assert "no tracker board" in hotwash.refused("tracker", "pause", "board")
    incident = hotwash.json("declare", "Loans refused")["incident"]
    assert "no tracker board" in hotwash.refused("tracker", "track", incident, "3", "board")
