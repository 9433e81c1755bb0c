"""Questions on the command line: of a file, of a described system, recorded in an incident, computed again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal, environment

FAIR = ("--decision", "decision", "--group", "sex", "--favourable", "granted")
BLAST = ("--harm", "decision = 'refused'", "--subject", "person", "--time", "at", "--by", "sex")


def test_fairness_gives_a_finding(hotwash: Terminal, log: Path) -> None:
    found = hotwash.json("ask", "fairness", log.name, *FAIR, "--reference", "sex=m")
    assert set(found) == {"question", "sentence", "rows", "data", "recipe", "result", "chart"}
    groups = {group["attributes"]["sex"]: group for group in found["result"]["groups"]}
    assert {name: group["n"] for name, group in groups.items()} == {"f": 200, "m": 200}
    assert set(groups["f"]["selection_rate"]) >= {"value", "low", "high", "level"}
    assert found["result"]["reference"]
    assert found["sentence"] in hotwash.run("ask", "fairness", log.name, *FAIR, "--reference", "sex=m").out


def test_blast_radius_gives_a_finding(hotwash: Terminal, log: Path) -> None:
    found = hotwash.json("ask", "blast-radius", log.name, *BLAST, "--every", "week", "--baseline", "sex = 'm'")
    result = found["result"]
    assert result["decisions"] == log.read_text().count("refused")
    assert {"subjects", "share", "excess", "by", "over_time"} <= set(result)
    assert found["recipe"]["sql"]


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "fairness", "loans.csv", "--decision", "nothing", "--group", "sex"),
        ("ask", "fairness", "loans.csv", "--decision", "decision", "--group", "sex"),
        ("ask", "fairness", "loans.csv"),
        ("ask", "blast-radius", "loans.csv", "--harm", "decision = 'refused'; drop table x"),
        ("ask", "blast-radius", "loans.csv", "--harm", "read_csv('/etc/passwd')"),
        ("ask", "blast-radius", "loans.csv", "--harm", "colour = 'red'"),
    ],
)
def test_a_question_that_does_not_fit_is_refused_with_what_to_mend(
    words: tuple[str, ...], hotwash: Terminal, log: Path
) -> None:
    assert len(hotwash.refused(*words)) > 20


def test_a_finding_is_recorded_in_an_incident(hotwash: Terminal, log: Path) -> None:
    incident = hotwash.json("declare", "Loans refused")["incident"]
    ran = hotwash.run("ask", "blast-radius", log.name, *BLAST, "--incident", incident, "--format", "json")
    assert "Recorded in" in ran.err
    (hotwash.folder / "finding.json").write_text(ran.out)
    said = hotwash.json("finding", incident, "finding.json")
    assert said["number"] == 4
    assert hotwash.json("finding", incident, "-", given=ran.out)["digest"] == said["digest"]
    assert [one["sentence"] for one in hotwash.json("show", incident)["findings"]] == [ran.json["sentence"]] * 3
    (hotwash.folder / "half.json").write_text('{"question": "fairness"}')
    assert hotwash.refused("finding", incident, "half.json")


def test_a_system_whose_log_is_described_is_asked_by_its_name(hotwash: Terminal, log: Path) -> None:
    hotwash.run("systems", "register", "Lending")
    columns = ("--columns", "decision=decision", "--columns", "subject=person", "--columns", "time=at")
    described = ("--source", str(log), *columns, "--attributes", "sex", "--favourable", "granted")
    hotwash.json("systems", "describe-log", "lending", *described)
    by_name = hotwash.json("ask", "fairness", "lending")
    assert by_name["result"] == hotwash.json("ask", "fairness", log.name, *FAIR)["result"]
    hotwash.run("systems", "register", "Bare")
    assert "describe-log" in hotwash.refused("ask", "fairness", "bare", *FAIR)


@pytest.mark.parametrize("question", ["fairness", "blast-radius"])
def test_a_finding_is_reproduced_from_the_same_data_and_not_from_others(
    question: str, hotwash: Terminal, log: Path
) -> None:
    words = FAIR if question == "fairness" else BLAST
    (hotwash.folder / "finding.json").write_text(json.dumps(hotwash.json("ask", question, log.name, *words)))
    same = hotwash.json("reproduce", "finding.json")
    assert (same["reproduced"], same["changes"]) == (True, [])
    log.write_text(log.read_text() + "refused,p999,f,2026-03-05T09:00:00Z\n")
    ran = hotwash.run("reproduce", "finding.json", "--format", "json")
    assert ran.code == 1
    assert (ran.json["same_data"], ran.json["same_numbers"]) == (False, False)
    assert ran.json["before"]["data"]["fingerprint"] != ran.json["after"]["data"]["fingerprint"]
    assert ran.json["changes"]
    plain = hotwash.run("reproduce", "finding.json").out
    assert ran.json["before"]["sentence"] in plain
    assert ran.json["after"]["sentence"] in plain


def test_numbers_that_somebody_changed_are_found_though_the_data_are_the_same(hotwash: Terminal, log: Path) -> None:
    found = hotwash.json("ask", "blast-radius", log.name, *BLAST)
    found["result"]["decisions"] += 1
    (hotwash.folder / "finding.json").write_text(json.dumps(found))
    ran = hotwash.run("reproduce", "finding.json", "--format", "json")
    assert (ran.code, ran.json["same_data"], ran.json["same_numbers"]) == (1, True, False)
    assert ran.json["changes"][0]["where"] == "result.decisions"


def test_a_file_is_asked_without_django(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("decision,who\nrefused,1\ngranted,2\n")
    script = (
        "import sys\nfrom hotwash.cli.main import cli\n"
        "cli(['ask', 'blast-radius', 'log.csv', '--harm', \"decision = 'refused'\", '--format', 'json'],"
        " standalone_mode=False)\n"
        "assert 'duckdb' in sys.modules\nassert not {'django', 'ninja', 'pydantic', 'httpx'} & set(sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["result"]["decisions"] == 1
