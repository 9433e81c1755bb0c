"""The documentation says what is so: generated pages are fresh, links lead somewhere, nothing outside is named."""

import re
import subprocess
from difflib import unified_diff
from itertools import chain
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def written(pattern: str = "*.md") -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=HERE, capture_output=True, text=True, check=True)
    return [HERE / name for name in listed.stdout.splitlines()]


@pytest.mark.parametrize("page", written(), ids=lambda page: str(page.relative_to(HERE)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_generated_pages_say_what_the_code_says() -> None:
    from tests.documents import pages

    stale = {
        place.name: list(unified_diff(place.read_text("utf-8").splitlines(), text.splitlines(), lineterm="", n=0))[:40]
        for place, text in pages().items()
        if place.read_text("utf-8") != text
    }
    assert stale == {}, f"{', '.join(stale)}: stale, run `make docs`\n" + "\n".join(chain(*stale.values()))


def test_locks_name_no_host() -> None:
    locks = written("*.lock")
    assert locks
    for lock in locks:
        assert "://" not in lock.read_text("utf-8"), f"{lock.name} names a host"


def test_the_architecture_fits_on_a_few_pages_and_the_readme_on_one_screen() -> None:
    assert len((HERE / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 200
    assert len((HERE / "README.md").read_text("utf-8").splitlines()) <= 60
