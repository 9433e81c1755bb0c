"""Aequitas and AIF360 for real: both count the same rows themselves; what they exported is set beside ours."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.envs import place

from hotwash.connect.fairness_tools import python_for, read, run
from hotwash.investigate import Finding, LogError, Predictions, fairness
from hotwash.investigate.second_engine import hand_over
from hotwash.response.outside import Refused, Unreachable
from hotwash.response.second_opinion import Opinion, beside, checked

TOOLS = ("aequitas", "aif360")
REFERENCES = {"sex": "male", "region": "north"}


@pytest.fixture
def log(tmp_path: Path) -> Predictions:
    """Two thousand decisions in words of their own, a few without a truth, a group or a decision."""
    lines = ["decision,repaid,sex,region,year"]
    dice = Random(7)
    for n in range(2_000):
        sex, region = dice.choice(["female", "male"]), dice.choice(["north", "south", "east"])
        repaid = dice.random() < 0.6
        granted = dice.random() < (0.7 if repaid else 0.3) - 0.1 * (sex == "female")
        label = "" if n % 97 == 0 else "yes" if repaid else "no"
        decision = "" if n % 211 == 0 else "granted" if granted else "refused"
        lines.append(f"{decision},{label},{'' if n % 89 == 0 else sex},{region},{2024 + n % 2}")
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    return Predictions(str(tmp_path / "log.csv"))


def ours(log: Predictions, **more: Any) -> Finding:
    words: dict[str, Any] = {"decision": "decision", "label": "repaid", "group": ["sex", "region"]}
    return fairness(log, **words | {"favourable": "granted", "reference": REFERENCES} | more)


def second(tool: str, log: Predictions, finding: Finding, folder: Path) -> Opinion:
    folder.mkdir(exist_ok=True)
    rows = folder / "rows.csv"
    hand_over(log, finding, rows)
    python = str(place(tool) / "bin" / "python")
    return run(tool, rows, finding.recipe.arguments["group"], finding.result["reference"], python=python)


@pytest.mark.real("aequitas")
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("where", [None, "year = 2024 and region != 'east'"])
def test_a_second_engine_counts_the_same(tool: str, where: str | None, log: Predictions, tmp_path: Path) -> None:
    finding = ours(log, where=where)
    found = beside(second(tool, log, finding, tmp_path / "rows"), finding)
    assert found["differences"] == []
    assert found["agrees"]
    assert found["compared"] >= {"aequitas": 80, "aif360": 20}[tool] * (1 if where is None else 0.7)
    assert found["largest"] < 1e-9


@pytest.mark.real("aequitas")
def test_what_differs_is_found(log: Predictions, tmp_path: Path) -> None:
    finding = ours(log)
    opinion = second("aequitas", log, finding, tmp_path / "rows")
    wrong = json.loads(finding.to_json())
    group = next(one for one in wrong["result"]["groups"] if one["attributes"] == {"sex": "female"})
    group["tpr"]["value"] += 1e-6
    found = beside(opinion, Finding.from_json(json.dumps(wrong)))
    assert [(one["group"], one["metric"], one["of"]) for one in found["differences"]] == [("female", "tpr", "rate")]
    assert not found["agrees"]
    assert "differs in 1 of" in found["sentence"]


def test_a_score_with_a_threshold_is_handed_over_as_decided(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("score,true,g\n0.4,1,a\n0.5,0,a\n,1,b\n0.9,1,b\n0.1,0,\n")
    log = Predictions(str(tmp_path / "log.csv"))
    finding = fairness(log, score="score", threshold=0.5, label="true", group="g", smallest_group=1)
    (tmp_path / "to").mkdir()
    assert hand_over(log, finding, tmp_path / "to" / "rows.csv") == 5
    rows = list(csv.DictReader(io.StringIO((tmp_path / "to" / "rows.csv").read_text())))
    assert [(one["g0"], one["decision"], one["label"]) for one in rows] == [
        ("a", "0", "1"), ("a", "1", "0"), ("b", "\\N", "1"), ("b", "1", "1"), ("\\N", "0", "0"),
    ]  # fmt: skip


def test_without_a_truth_nothing_is_checked(log: Predictions, tmp_path: Path) -> None:
    finding = fairness(log, decision="decision", favourable="granted", group="sex")
    with pytest.raises(LogError, match="with a label"):
        hand_over(log, finding, tmp_path / "rows.csv")


def test_a_tool_that_is_not_here_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTWASH_AIF360_PYTHON", raising=False)
    with pytest.raises(Unreachable, match="HOTWASH_AIF360_PYTHON="):
        python_for("aif360")
    monkeypatch.setenv("HOTWASH_AIF360_PYTHON", "/there/bin/python")
    assert python_for("aif360") == "/there/bin/python"


@pytest.mark.parametrize("python", ["/no/such/python", "/bin/false", "/bin/echo"])
def test_a_python_that_is_none_is_a_fault_of_the_tool(python: str, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="Aequitas"):
        run("aequitas", tmp_path / "rows.csv", ["g"], {"g": "a"}, python=python)


# ── what was exported ────────────────────────────────────────────────────────


@pytest.mark.real("aequitas")
@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_exported_table_of_aequitas_is_set_beside_ours(form: str, log: Predictions, tmp_path: Path) -> None:
    finding = ours(log)
    rows = exported(second("aequitas", log, finding, tmp_path / "rows"))
    text = io.StringIO()
    if form == "csv":
        written = csv.DictWriter(text, list(dict.fromkeys(key for row in rows for key in row)))
        written.writeheader()
        written.writerows(rows)
    else:
        json.dump(rows, text)
    found = beside(read("aequitas", text.getvalue().encode()), finding)
    assert found["agrees"]
    assert found["compared"] >= 80


def exported(opinion: Opinion) -> list[dict[str, Any]]:
    """The table that these numbers stand in."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for one in opinion.numbers:
        row = rows.setdefault((one.column, one.group), {"attribute_name": one.column, "attribute_value": one.group})
        row[one.said] = one.value
        row["tpr_ref_group_value"] = opinion.references[one.column]
    return list(rows.values())


def test_metrics_of_aif360_are_read_with_their_groups() -> None:
    told = {
        "version": "0.6.1", "unprivileged": {"sex": "female"}, "privileged": {"sex": "male"},
        "metrics": {"disparate_impact": 0.8, "theil_index": 0.1, "error_rate_ratio": float("nan")},
    }  # fmt: skip
    opinion = read("aif360", json.dumps(told).encode())
    assert opinion.references == {"sex": "male"}
    assert [(one.group, one.metric, one.of, one.value, one.said) for one in opinion.numbers] == [
        ("female", "selection_rate", "ratio", 0.8, "disparate_impact"),
        ("female", "", "difference", 0.1, "theil_index"),
        ("female", "", "difference", None, "error_rate_ratio"),
    ]


def test_a_plain_dictionary_of_metrics_is_read_and_compared_with_nothing(log: Predictions) -> None:
    opinion = read("aif360", b'{"disparate_impact": 0.8, "mean_difference": -0.1}')
    assert [one.said for one in opinion.numbers] == ["disparate_impact", "mean_difference"]
    assert beside(opinion, ours(log))["compared"] == 0


@pytest.mark.parametrize(
    ("tool", "data"),
    [
        ("aequitas", b""), ("aequitas", b"\xff\xfe"), ("aequitas", b"a,b\n1,2\n"), ("aequitas", b"[1]"),
        ("aequitas", b"{}"),
        ("aequitas", b'[{"attribute_name": "sex", "attribute_value": "f"}]'), ("aequitas", b"[" * 100_000),
        ("aif360", b""), ("aif360", b"[]"), ("aif360", b"{}"), ("aif360", b'{"metrics": []}'), ("aif360", b"a,b"),
        ("aif360", b'{"comparisons": 1}'), ("fairlearn", b"{}"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused_with_a_reason(tool: str, data: bytes) -> None:
    with pytest.raises(Refused) as no:
        read(tool, data)
    assert no.value.sentence.endswith(".")


@pytest.mark.parametrize("number", [1e400, "x", None, True, [], {}])
def test_what_is_no_number_is_no_number(number: Any) -> None:
    told: Mapping[str, Any] = {"metrics": {"disparate_impact": number}}
    opinion = read("aif360", json.dumps(told).encode())
    assert [one.value for one in opinion.numbers] == [None]


def test_a_check_stands_beside_the_result_and_a_second_one_too(log: Predictions) -> None:
    opinion = read("aif360", b'{"disparate_impact": 0.8}')
    finding = checked(checked(ours(log), opinion), opinion)
    assert [one["tool"] for one in finding.result["checks"]] == ["AIF360", "AIF360"]


@pytest.mark.real("aequitas")
def test_a_finding_that_was_checked_is_reproduced_all_the_same(log: Predictions, tmp_path: Path) -> None:
    """Over the command line, from asking to asking again."""
    here = {
        "HOTWASH_AEQUITAS_PYTHON": str(place("aequitas") / "bin" / "python"),
        "HOTWASH_HOME": str(tmp_path / "home"),
    }
    words = ["ask", "fairness", str(log.source), "--decision", "decision", "--label", "repaid", "--group", "sex"]
    words += ["--favourable", "granted", "--check", "aequitas", "--format", "json"]
    command = [sys.executable, "-m", "hotwash.cli"]
    asked = subprocess.run([*command, *words], env=os.environ | here, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    (check,) = json.loads(asked.stdout)["result"]["checks"]
    assert (check["tool"], check["agrees"]) == ("Aequitas", True)
    (tmp_path / "finding.json").write_text(asked.stdout)
    again = subprocess.run(
        [*command, "reproduce", str(tmp_path / "finding.json")], env=os.environ | here, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert again.returncode == 0, again.stdout
    assert again.stdout.startswith("The same data, the same numbers.")
