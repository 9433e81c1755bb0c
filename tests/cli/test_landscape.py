"""The map of AI systems in the terminal: what each lacks, whose it is, and what another inventory knows."""

import json

from tests.cli.terminal import Terminal

CARD = "---\nmodel_name: NAME\nversion: '3'\ndatasets: [letters]\n---\n# NAME\n\nTells the tone of a letter.\n"


def test_the_map_tells_what_is_missing_and_is_narrowed_to_a_team(hotwash: Terminal) -> None:
    hotwash.json("organisation", "set-team", "team=mapped", "name=Mapped", "belongs_to=Map office")
    assert hotwash.json("organisation")["teams"][0]["team"] == "mapped"
    for name in ("Mapped one", "Mapped two"):
        hotwash.json("systems", "register", name, "--tier", "high", "--owner", "Bo")
    hotwash.json("systems", "join-team", "mapped-one", "--team", "mapped")
    found = hotwash.json("systems", "map", "--organisation", "Map office")["systems"]
    assert [(one["system"], one["lacks"]) for one in found] == [
        ("mapped-one", ["stop", "switch", "log", "drill", "gate"])
    ]
    assert "nobody may stop it, no switch" in hotwash.run("systems", "map", "--team", "mapped").out
    assert [one["system"] for one in hotwash.json("systems", "list", "--team", "mapped")["systems"]] == ["mapped-one"]
    incident = hotwash.json("declare", "Mapped harm", "--system", "mapped-one")["incident"]
    told = hotwash.json("list", "--organisation", "Map office")["incidents"]
    assert [one["incident"] for one in told] == [incident]
    assert "Mapped" not in hotwash.run("list", "--team", "nobody").out


def test_an_inventory_is_shown_before_it_is_recorded_and_recorded_once(hotwash: Terminal) -> None:
    card = hotwash.folder / "README.md"
    card.write_text(CARD.replace("NAME", "Tone of letters"))
    ran = hotwash.run("systems", "import", str(card))
    assert "Nothing is recorded yet. With --record it is: 3 entries." in ran.out
    assert "tone-of-letters" not in hotwash.run("systems", "list").out
    assert hotwash.json("systems", "import", str(card), "--record")["recorded"]
    assert hotwash.json("systems", "show", "tone-of-letters")["running"]["model"]["event"]["version"] == "3"
    assert hotwash.json("systems", "import", str(card), "--record")["systems"][0]["acts"] == []
    bill = hotwash.folder / "bom.json"
    model = {"type": "machine-learning-model", "name": "Tone of letters", "version": "4"}
    bill.write_text(json.dumps({"bomFormat": "CycloneDX", "components": [model]}))
    [told] = hotwash.json("systems", "import", str(bill))["systems"]
    assert (told["new"], [one["sentence"] for one in told["acts"]]) == (False, ["Record model 4."])
    assert "no registry nowhere" in hotwash.refused("systems", "import", "--mlflow", "nowhere")
    assert hotwash.run("systems", "import").code == 2


def test_an_evaluation_comes_in_with_how_it_ended(hotwash: Terminal) -> None:
    log = hotwash.folder / "eval.json"
    log.write_text(
        json.dumps({"status": "error", "eval": {"task": "tone", "model": "m"}, "error": {"message": "Broke."}})
    )
    incident = hotwash.json("declare", "Letters are rude")["incident"]
    hotwash.json("import-result", "inspect", str(log), "--incident", incident)
    assert "ended with an error (Broke.)" in hotwash.run("timeline", incident).out
