"""The page of threats names tests that are there, and every threat once."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "threats.md"


def test_the_page_of_threats_names_tests_that_are_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|([^|]+)\|([^|]*)\|([^|]+)\|$", text, flags=re.MULTILINE)
    assert [int(number) for number, *_ in rows] == list(range(1, 27))
    for number, _, held, reach in rows:
        named = re.findall(r"`(tests/[^`]+)`", held)
        assert named or reach.strip().startswith("open"), number
        for one in named:
            assert (ROOT / one).is_file(), one
