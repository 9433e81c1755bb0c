"""What a notebook shows of a finding; and the tutorial for it, run from top to bottom."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.investigate.logs import confusion, write_csv

from hotwash.investigate import AskedWrongly, fairness, fix
from hotwash.investigate.frame import rows

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "in-a-notebook.md"


@pytest.fixture
def found(tmp_path: Path) -> Any:
    table = confusion({"a": (40, 10, 10, 40), "b": (20, 20, 5, 35), "c": (3, 1, 1, 2)})
    log = write_csv(tmp_path / "log.csv", ["team", "decision", "label"], table)
    return fairness(log, decision="decision", label="label", group="team")


def test_the_tutorial_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 13
    for block in blocks:
        exec(compile(block, str(TUTORIAL), "exec"), known)
    said = capsys.readouterr().out
    assert "The harm met" in said
    assert "Qualified people from Kaapveer were refused" in said
    assert (tmp_path / "finding.json").exists()


def test_a_finding_shows_as_html_with_its_chart(found: Any) -> None:
    html = found._repr_html_()
    assert "<svg" in html
    assert "rows used" in html
    assert "<script" not in html


def test_a_frame_has_a_row_a_group_and_limits_in_columns(found: Any) -> None:
    table = found.to_frame()
    assert list(table["team"]) == ["a", "b", "c"]
    entry = found.result["groups"][1]
    second = table.iloc[1]
    assert (second["fpr"], second["fpr_low"], second["fpr_high"]) == tuple(
        entry["fpr"][k] for k in ("value", "low", "high")
    )
    assert second["ratio_fpr"] == entry["ratio"]["fpr"]["value"]
    assert second["n"] == 80


def test_polars_gives_the_same_table(found: Any) -> None:
    table = found.to_frame(library="polars")
    assert isinstance(table, pl.DataFrame)
    assert table["fnr"].to_list() == [row["fnr"] for row in rows(found.result)]


def test_a_part_that_is_no_table_is_refused_with_what_there_is(found: Any) -> None:
    with pytest.raises(AskedWrongly, match="It has: groups, disparities"):
        found.to_frame("overall")


def test_changes_are_a_table_too(tmp_path: Path) -> None:
    table = [(p, *row) for p in "xy" for row in confusion({"a": (40, 10, 10, 40), "b": (20, 20, 5, 35)})]
    log = write_csv(tmp_path / "log.csv", ["phase", "team", "decision", "label"], table)
    words: dict[str, Any] = {"decision": "decision", "label": "label", "group": "team"}
    moved = fix(log, before="phase = 'x'", after="phase = 'y'", **words).to_frame("changes")
    assert set(moved["verdict"]) <= {"unchanged", "none seen"}
    assert {"change", "change_low", "change_high"} <= set(moved.columns)
