"""``hotwash import``, ``similar`` and ``export --as``: files in, likeness, and the forms of others."""

import json
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

from hotwash.response.backdating import template


def test_the_template_is_written_filled_in_and_taken_in(hotwash: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    assert hotwash.json("import", "--template", str(file))["bytes"] == len(template())
    assert file.read_bytes() == template()
    assert hotwash.json("import", str(file), "--check")["would_take_in"] == 1
    (made,) = hotwash.json("import", str(file))["incidents"]
    found = hotwash.json("similar", "loan applications of women", "--top", "3")
    assert [sorted(one) for one in found][:1]
    assert found[0]["id"] == made
    assert found[0]["title"].startswith("Loan applications")
    assert 0 < found[0]["score"] <= 1
    assert f"{made}  Loan applications" in hotwash.run("similar", "loan applications of women").out


def test_faults_are_told_line_by_line_and_nothing_is_taken_in(hotwash: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "faulty.csv"
    file.write_text("What,Opened\nQuaggas misread,yesterday\n,2024-01-01\n", encoding="utf-8")
    ran = hotwash.run("import", str(file), "--column", "title=What", "--column", "detected_at=Opened")
    assert ran.code == 1
    assert "Line 2, detected_at: “yesterday” is no time." in ran.out
    assert "Line 3, title: It is empty." in ran.out
    assert "Nothing was taken in." in ran.err
    assert hotwash.json("similar", "Quaggas misread") == []


def test_a_folder_of_aiid_comes_in_with_its_attribution(hotwash: Terminal, tmp_path: Path) -> None:
    head = (
        "incident_id,date,description,title,Alleged deployer of AI system,Alleged developer of AI system,"
        "Alleged harmed or nearly harmed parties\n"
    )
    row = "7,2020-01-02,A robot taxi stopped.,Okapi crossing blocked by robot taxi,[],[],[]\n"
    (tmp_path / "incidents.csv").write_text(head + row, encoding="utf-8")
    assert hotwash.json("import", str(tmp_path))["cases"] == 1
    ran = hotwash.run("similar", "okapi crossing", "--corpus", "aiid")
    assert "AIID-7" in ran.out
    assert "CC BY-SA 4.0" in ran.out


@pytest.mark.parametrize("scheme", ["avid", "oecd", "aiid"])
def test_a_form_of_others_is_written_and_nothing_is_sent(hotwash: Terminal, tmp_path: Path, scheme: str) -> None:
    made = hotwash.json("declare", "Loans refused", "--harm", "fairness")["incident"]
    file = tmp_path / "out.json"
    ran = hotwash.run("export", made, "--as", scheme, "--organisation", "Bank", "--to", str(file))
    assert "Nothing was sent" in ran.out
    assert "Bank" in json.dumps(json.loads(file.read_bytes()))


def test_a_mapping_that_is_none_is_wrong_usage(hotwash: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_bytes(template())
    assert hotwash.run("import", str(file), "--column", "title").code == 2
    assert hotwash.run("import").code == 2
