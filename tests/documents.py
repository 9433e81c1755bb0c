"""The generated pages of `docs/reference`: written anew with ``python -m tests.documents --write``.

Each page has its own test that compares it with what its generator says now; this is the one place that writes them.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[Path, str]:
    """Every generated page by its place, with what its generator says now."""
    os.environ.setdefault("HOTWASH_HOME", tempfile.mkdtemp(prefix="hotwash-docs-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from hotwash.knowledge import tables
    from hotwash.web.api import page as api

    made = {DOCS / "reference" / name: text for name, text in tables.pages().items()}
    made[DOCS / "reference" / "cli.md"] = _command_line()
    made[DOCS / "reference" / "api.md"] = api.text()
    return made


def _command_line() -> str:
    """Told by a process of its own: a command that was run here keeps the help of that run."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "cli.md"
        subprocess.run([sys.executable, "-m", "hotwash.cli.page", page], check=True)
        return page.read_text("utf-8")


def main() -> int:
    """Write them, or name those that are stale."""
    stale = [place for place, text in pages().items() if not place.exists() or place.read_text("utf-8") != text]
    if "--write" in sys.argv:
        for place, text in pages().items():
            place.write_text(text, encoding="utf-8")
    for place in stale:
        sys.stdout.write(f"{place.relative_to(DOCS)} {'written' if '--write' in sys.argv else 'is stale'}\n")
    return 0 if "--write" in sys.argv or not stale else 1


if __name__ == "__main__":
    sys.exit(main())
