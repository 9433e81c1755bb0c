"""The reference pages are what the data says."""

from pathlib import Path

import pytest

from hotwash.knowledge import shelf
from hotwash.knowledge.tables import main, pages

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_reference_page_is_what_the_data_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name], (
        "Stale: run `python -m hotwash.knowledge.tables docs/reference`."
    )


def test_every_line_of_a_table_has_as_many_cells_as_its_head() -> None:
    for name, text in pages().items():
        for block in text.strip().split("\n\n"):
            if block.startswith("|"):
                assert len({line.replace("\\|", "").count("|") for line in block.split("\n")}) == 1, name


def test_the_pages_are_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    assert capsys.readouterr().out == "".join(text + "\n" for text in pages().values())
    main([str(tmp_path)])
    assert {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()} == pages()


def test_a_file_that_breaks_its_promise_is_refused() -> None:
    with pytest.raises(Exception, match="Expected `int`"):
        shelf.take("roles.toml", int)
