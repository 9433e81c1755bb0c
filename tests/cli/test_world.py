"""`hotwash world`: a log by its scenario's name, the truth only for whoever says that it may be spoiled."""

from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

LOG = ("world", "resume-screening", "--rows", "2000", "--seed", "7", "--to")


def test_a_log_is_written_by_the_short_form_and_by_make(local: Terminal, tmp_path: Path) -> None:
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    assert local.json(*LOG, str(one))["rows"] == 2000
    assert local.run("world", "make", *LOG[1:-1], "--out", str(two)).code == 0
    assert one.read_bytes() == two.read_bytes()


def test_a_world_that_is_ready_is_found_by_its_name(local: Terminal, tmp_path: Path) -> None:
    assert local.json("world", "support-leak", "--rows", "300", "--to", str(tmp_path / "log.csv"))["rows"] == 300


def test_the_truth_is_shown_only_on_demand(local: Terminal) -> None:
    refused = local.run("world", "truth", "resume-screening", "--rows", "2000")
    assert refused.code == 1
    assert "--spoil" in refused.err
    told = local.json("world", "truth", "resume-screening", "--spoil")
    assert told["harmed"]["people"] > 0
    assert "subjects" not in told
    named = local.run("world", "truth", "resume-screening", "--spoil", "--people").out.splitlines()
    assert named[-1].startswith("P0")
    assert len([line for line in named if line.startswith("P0")]) == told["harmed"]["people"]


def test_an_own_file_is_read_and_its_faults_have_paths(local: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[world]\nkind = "decisions"\nrows = 0\nbefore = "soon"\n')
    refused = local.run("world", str(file), "--to", str(tmp_path / "log.csv"))
    assert refused.code == 1
    assert "world.before:" in refused.err
    assert "world.rows:" in refused.err
    file.write_text('[world]\nkind = "decisions"\nrows = 50\n')
    assert local.run("world", str(file), "--to", str(tmp_path / "log.csv")).code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("world", "loans-on-the-moon", "--to", "x.csv"), "no scenario"),
        (("world", "missing/file.toml", "--to", "x.csv"), "cannot be read"),
        (("world", "resume-screening", "--to", "log.xlsx"), "neither .parquet nor .csv"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(local: Terminal, words: tuple[str, ...], says: str) -> None:
    refused = local.run(*words)
    assert refused.code == 1
    assert says in refused.err


def test_a_time_without_a_zone_is_wrong_usage(local: Terminal) -> None:
    assert local.run("world", "resume-screening", "--to", "log.csv", "--until", "2026-05-04T08:00").code == 2


def test_a_world_that_serves_needs_the_token_of_its_service(local: Terminal, tmp_path: Path) -> None:
    words = ("--guard", "http://127.0.0.1:1", "--switch", "s", "--log", str(tmp_path))
    refused = local.run("world", "serve", "resume-screening", *words)
    assert refused.code == 1
    assert "hotwash services add" in refused.err
