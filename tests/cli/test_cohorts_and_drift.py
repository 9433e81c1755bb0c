"""Cohorts and drift from a terminal, in the words that scripts rely on."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.terminal import Terminal


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = [f"{i % 4},{'a' if i % 3 else 'b'},{int(i % 4 == 1 and i % 5 > 0)},{i / 1000}" for i in range(1_000)]
    (tmp_path / "log.csv").write_text("\n".join(["office,kind,wrong,score", *rows]) + "\n")
    return tmp_path / "log.csv"


def finding(hotwash: Terminal, *words: str) -> Any:
    return hotwash.json("ask", *words)


def test_slices_gives_a_finding(hotwash: Terminal, log: Path) -> None:
    words = (
        "slices",
        str(log),
        "--harm",
        "wrong = 1",
        "--features",
        "office,kind",
        "--depth",
        "2",
        "--support",
        "0.02",
    )
    found = finding(hotwash, *words, "--top", "3")
    (one,) = found["result"]["slices"]
    assert found["question"] == "slices"
    assert one["where"] == {"office": 1}
    assert (one["n"], one["rate"]["value"], one["overall_rate"]["value"]) == (250, 0.8, 0.2)
    assert one["lift"]["value"] == pytest.approx(4)
    assert one["p_corrected"] < 0.05


def test_drift_gives_a_finding_for_two_logs_and_for_one(hotwash: Terminal, log: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    later.write_text(log.read_text().replace(",a,", ",c,"))
    found = finding(hotwash, "drift", str(log), str(later), "--columns", "kind,score")
    kind, score = found["result"]["columns"]
    assert (kind["name"], kind["kind"], kind["drifted"], score["drifted"]) == ("kind", "category", True, False)
    assert {"psi", "ks", "js", "wasserstein", "chi2", "missing_reference", "missing_current"} <= kind.keys()
    one = finding(hotwash, "drift", str(log), "--baseline", "score < 0.5")
    assert one["result"]["left_out"]["score"] == "the two sides are divided by it"


def test_a_drift_is_reproduced(hotwash: Terminal, log: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    later.write_text(log.read_text())
    kept = tmp_path / "finding.json"
    kept.write_text(json.dumps(finding(hotwash, "drift", str(log), str(later))))
    assert hotwash.run("reproduce", str(kept)).code == 0
    later.write_text(log.read_text().replace(",a,", ",c,"))
    assert hotwash.run("reproduce", str(kept)).code == 1
