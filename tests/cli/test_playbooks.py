"""Playbooks on the command line, over a data folder and over a server."""

import json

from tests.cli.terminal import Terminal


def declare(hotwash: Terminal) -> str:
    return str(hotwash.json("declare", "Loans refused", "--harm", "fairness")["incident"])


def test_a_playbook_is_started_worked_and_ended(hotwash: Terminal) -> None:
    incident = declare(hotwash)
    started = hotwash.json("playbook", "start", incident, "biased-decisions", "--tier", "Critical")
    [entry] = started["entries"]
    assert entry["kind"] == "playbook-started"
    assert hotwash.json("playbook", "step", incident, "command", "--text", "Bo commands.")["number"] == 4
    [run] = hotwash.json("playbook", "show", incident)["playbooks"]
    assert (run["run"], run["tier"], run["left"]) == (entry["number"], "Critical", len(run["steps"]) - 1)
    assert run["steps"][0]["outcomes"][0]["text"] == "Bo commands."
    assert "[x]" in hotwash.run("playbook", "show", incident).out
    assert "say why it ends" in hotwash.refused("playbook", "end", incident, str(run["run"]))
    hotwash.json("playbook", "end", incident, str(run["run"]), "--reason", "The plan of the group leads.")
    assert "No playbook is under way" in hotwash.refused("playbook", "step", incident, "hold")


def test_a_step_that_several_playbooks_have_needs_the_run(hotwash: Terminal) -> None:
    incident = declare(hotwash)
    hotwash.json("playbook", "start", incident, "biased-decisions")
    second = hotwash.json("playbook", "start", incident, "wrong-money")["number"]
    assert "say which with --run" in hotwash.refused("playbook", "step", incident, "hold")
    assert hotwash.json("playbook", "step", incident, "hold", "--run", str(second))["entries"]
    assert "asks for a step" in hotwash.refused("playbook", "step", incident, "dance")


def test_the_library_is_listed_and_one_is_made_ones_own(hotwash: Terminal) -> None:
    assert len(hotwash.json("playbook", "list")["playbooks"]) >= 10
    hotwash.json("playbook", "export", "privacy-leak", "--to", str(hotwash.folder / "ours.json"))
    own = json.loads((hotwash.folder / "ours.json").read_text())
    own |= {"id": "ours", "title": "How we do it"}
    (hotwash.folder / "ours.json").write_text(json.dumps(own))
    assert hotwash.json("playbook", "check", "ours.json")["playbook"] == "ours"
    incident = declare(hotwash)
    hotwash.json("playbook", "start", incident, "ours.json")
    assert hotwash.json("playbook", "show", incident)["playbooks"][0]["title"] == "How we do it"


def test_a_file_of_ones_own_that_is_wrong_is_named_with_its_step(hotwash: Terminal) -> None:
    (hotwash.folder / "bad.toml").write_text(
        'id = "x"\ntitle = "X"\nversion = "1"\nharms = ["safety"]\nwhen = "y"\n'
        '[[steps]]\nid = "look"\ntitle = "Look"\nrole = "pilot"\ndue = 5\ndone = "seen"\n'
    )
    assert "bad.toml, line 9: step 1 (look), role" in hotwash.refused("playbook", "check", "bad.toml")
    (hotwash.folder / "worse.toml").write_text("steps = [")
    assert "worse.toml, line 1: this is no TOML" in hotwash.refused("playbook", "check", "worse.toml")
    assert "cannot be read" in hotwash.refused("playbook", "check", "none.toml")


def test_cacao_goes_out_and_comes_in(hotwash: Terminal) -> None:
    hotwash.json("playbook", "export", "agent-misuse", "--cacao", "--to", str(hotwash.folder / "c.json"))
    assert json.loads((hotwash.folder / "c.json").read_text())["spec_version"] == "cacao-2.0"
    incident = declare(hotwash)
    hotwash.json("playbook", "start", incident, "c.json")
    [run] = hotwash.json("playbook", "show", incident)["playbooks"]
    assert run["playbook"] == "agent-misuse"


def test_a_playbook_of_ones_own_is_kept_started_by_its_name_and_withdrawn(hotwash: Terminal) -> None:
    hotwash.json("playbook", "export", "privacy-leak", "--to", str(hotwash.folder / "ours.json"))
    own = json.loads((hotwash.folder / "ours.json").read_text())
    own |= {"id": "ours", "title": "How we do it", "version": "1"}
    (hotwash.folder / "ours.json").write_text(json.dumps(own))
    assert hotwash.json("playbook", "add", "ours.json", "--reason", "first")["version"] == "1"
    assert "as it is kept already" in hotwash.refused("playbook", "add", "ours.json")
    assert "ours" in hotwash.run("playbook", "list").out
    incident = declare(hotwash)
    hotwash.json("playbook", "start", incident, "ours")
    assert hotwash.json("playbook", "show", incident)["playbooks"][0]["title"] == "How we do it"
    hotwash.json("playbook", "export", "ours", "--edition", "1", "--to", str(hotwash.folder / "back.json"))
    assert json.loads((hotwash.folder / "back.json").read_text()) == own
    hotwash.json("playbook", "withdraw", "ours", "--reason", "too slow")
    assert "no playbook" in hotwash.refused("playbook", "start", incident, "ours")
