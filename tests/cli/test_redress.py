"""``hotwash redress``: the same over a data folder and over a server."""

import csv
import json

from tests.cli.terminal import Terminal


def test_people_go_in_work_goes_out_results_come_back_and_it_is_closed(hotwash: Terminal) -> None:
    incident = hotwash.json("declare", "Loans refused that were owed")["incident"]
    people = hotwash.folder / "people.csv"
    lines = ["person,remedy,language,name", *(f"c-{number},notify,en,=SUM({number})" for number in range(20))]
    people.write_text("\n".join(lines) + "\n")
    assert "no register" in hotwash.refused("redress", "status", incident)
    hotwash.json("redress", "open", incident, "--note", "Everybody refused")
    came = hotwash.json("redress", "import", incident, str(people), "--identity", "name", "--owner", "lea")
    assert (came["added"], came["identities"]) == (20, 20)
    assert hotwash.json("redress", "import", incident, str(people), "--identity", "name")["unchanged"] == 20

    out = hotwash.folder / "work.csv"
    hotwash.json("redress", "export", incident, "--to", str(out), "--open", "--owner", "lea")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    assert "SUM" not in out.read_text()
    hotwash.json("redress", "export", incident, "--to", str(out), "--identities", "--reason", "to write letters")
    assert "name: =SUM(3)" in out.read_text()
    parquet = hotwash.folder / "work.parquet"
    hotwash.json("redress", "export", incident, "--to", str(parquet))
    assert parquet.read_bytes()[:4] == b"PAR1"

    back = hotwash.folder / "back.jsonl"
    back.write_text(
        "".join(
            json.dumps(row | {"state": "done", "proof": f"letter {place}"}) + "\n"
            for place, row in enumerate(rows[:12])
        )
    )
    assert hotwash.json("redress", "results", incident, str(back))["changes"] == 12
    bad = hotwash.folder / "bad.csv"
    bad.write_text("person,remedy,state\nc-9,notify,done\nnobody,notify,unreachable\n")
    ran = hotwash.run("redress", "results", incident, str(bad))
    assert ran.code == 1
    assert "line 2: c-9 proof is empty" in ran.err
    assert "Nothing was recorded: 2 lines cannot be taken" in ran.err

    hotwash.json("redress", "unreachable", incident, "--person", "c-9", "--reason", "moved away")
    hotwash.json("redress", "start", incident, "--open")
    assert hotwash.json("redress", "list", incident, "--state", "in-work", "--limit", "3")["next"]
    told = hotwash.json("redress", "person", incident, "c-9")
    assert [step["act"] for step in told["steps"]] == ["unreachable", "import"]
    assert "7 wait" in hotwash.run("redress", "status", incident).out
    assert "7 of 20 people still wait" in hotwash.refused("redress", "close", incident)
    assert hotwash.run("redress", "done", incident, "--proof", "x").code == 2
    hotwash.json("redress", "waive", incident, "--open", "--reason", "Paid by court order already")
    hotwash.json("redress", "close", incident)
    hotwash.json("redress", "open-again", incident, "--reason", "One letter came back")
    hotwash.json("redress", "reopen", incident, "--person", rows[0]["person"], "--reason", "It came back")
    assert hotwash.json("redress", "status", incident)["counts"]["waiting"] == 1


def test_who_is_meant_must_be_said(hotwash: Terminal) -> None:
    incident = hotwash.json("declare", "Loans refused")["incident"]
    assert hotwash.run("redress", "start", incident).code == 2
    assert hotwash.run("redress", "open", incident, "--remedy", "notify").code == 2
    assert hotwash.run("redress", "export", incident, "--to", "list.xlsx").code == 2
    assert hotwash.run("redress", "import", incident, "nowhere.csv").code == 1
