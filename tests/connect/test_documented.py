"""The pages on connectors: their code compiles, and they name every word that a reader can use."""

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from hotwash.connect.dvc import Dvc
from hotwash.connect.mlflow import Mlflow
from hotwash.connect.unleash import Unleash
from hotwash.web.options import BOARDS

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = ("mlflow.md", "dvc.md", "unleash.md")


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_compiles(page: str) -> None:
    pieces = re.findall(r"```python\n(.*?)```", (HOW_TO / page).read_text("utf-8"), re.DOTALL)
    assert pieces
    for piece in pieces:
        compile(piece, page, "exec")


@pytest.mark.parametrize("page", ["mlflow.md", "unleash.md"])
def test_the_boards_of_a_page_have_the_words_that_settings_know(page: str) -> None:
    for piece in re.findall(r"```toml\n(.*?)```", (HOW_TO / page).read_text("utf-8"), re.DOTALL):
        for words in tomllib.loads(piece)["boards"].values():
            need, may = BOARDS[words["kind"]]
            assert need <= set(words) - {"kind"} <= need | may


@pytest.mark.parametrize(("kind", "page"), [(Mlflow, "mlflow.md"), (Dvc, "dvc.md"), (Unleash, "unleash.md")])
def test_every_word_of_a_connector_has_its_place(kind: type, page: str) -> None:
    text = (HOW_TO / page).read_text("utf-8")
    own = {"close", "able", "set", "mark", "marks"}  # what switches call, and what with-blocks call
    for name, _ in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_") and name not in own:
            assert re.search(rf"[`. ]{name}[(`,]", text), f"{page} does not say {name}"
