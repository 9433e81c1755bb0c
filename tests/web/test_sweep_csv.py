"""No cell of any CSV that leaves this house is a formula: over every address that answers CSV."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern
from tests.api.finding import finding
from tests.api.speaking import API, Speaker, declared, installation, speaker, whole
from tests.web.people import enter, person

from hotwash.investigate.questions import affected as people
from hotwash.reports.measuring import written
from hotwash.response.redress import lists
from hotwash.web.actions import listing
from hotwash.web.api.urls import api
from hotwash.web.options import Options
from hotwash.web.pages.urls import urlpatterns
from hotwash.web.tables.models import Role

HERE = Path(__file__).parents[2]
STARTS = "=+-@\t\r"
HOSTILE = ("=HYPERLINK(1)", "+1+cmd", "-1+cmd", "@SUM(1)", "\t=1", "\r=1")
NUMBER = re.compile(r"-?\d+(\.\d+)?")

TEMPLATES = ("/imports/incidents", "/import/template/")
"""Addresses of the template for incidents of the past, in which nobody's words stand."""

WRITERS = {
    "src/hotwash/investigate/questions/affected.py": "harmless(",
    "src/hotwash/reports/measuring/written.py": "safe(",
    "src/hotwash/response/redress/lists.py": "defused(",
    "src/hotwash/web/actions/listing.py": "defused(",
    "src/hotwash/response/backdating.py": "nobody's words: the template for incidents of the past",
    "src/hotwash/investigate/second_engine.py": "a file between two programs of ours",
    "src/hotwash/drills/worlds/writing.py": "an invented log",
}
"""Every file that writes CSV, with what defuses its cells, or why nothing must. A new one has to be thought about."""


@pytest.fixture
def filled(sqlite: Options, tmp_path: Path) -> Iterator[tuple[Speaker, Client, str]]:
    """An installation in which every text that can come from somebody looks like a formula."""
    with installation(tmp_path / "home") as logs:
        ana = speaker("ana", Role.ADMINISTRATOR)
        account = person("bo", role=Role.ADMINISTRATOR)
        assert account
        for text in HOSTILE[:4]:
            ana.say("/systems", {"name": text, "slug": f"s{HOSTILE.index(text)}"})
            incident = declared(ana, title=text)
            ana.say(f"/incidents/{incident}/add-action", {"title": text, "owner": text, "kind": "prevent"})
        incident = declared(ana, title=f"x{HOSTILE[0]}")
        (logs / "predictions.csv").write_text("")
        found = finding(logs)
        log = (logs / "predictions.csv").read_text()
        for number, text in enumerate(HOSTILE):
            log = re.sub(rf"\bp{number}\b", lambda _, text=text: f'"{text}"', log)  # type: ignore[misc]
        (logs / "predictions.csv").write_text(log, newline="")
        from hotwash.investigate import Predictions, blast_radius

        again = blast_radius(
            Predictions(str(logs / "predictions.csv")), harm="decision = 'refused'", subject="who"
        ).to_json()
        import json

        found = json.loads(again)
        entry = ana.say(f"/incidents/{incident}/findings", found)["number"]
        ana.say(f"/incidents/{incident}/redress/open")
        rows = io.StringIO()
        writer = csv.writer(rows)
        writer.writerow(("person", "remedy", "owner", "reason", "=extra"))
        for number, text in enumerate(HOSTILE[:4]):
            writer.writerow((f"{text}{number}", "notify", text, text, text))
        sent = ana.send(f"/incidents/{incident}/redress/import", rows.getvalue().encode(), name="people.csv")
        assert sent.status_code in (200, 201), sent.content
        yield ana, enter("bo"), f"{incident}:{entry}"


def answers(ana: Speaker, browser: Client, place: str) -> Iterator[tuple[str, str]]:
    """Every GET of the API and of the pages that answers CSV, with what it answers."""
    incident, entry = place.split(":")
    words = {"incident_id": incident, "entry": entry, "slug": "s0", "name": "s0"}
    paths = [path for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items() if "get" in methods]
    for path in paths:
        asked = re.sub(r"\{(\w+)\}", lambda found: str(words.get(found[1], 1)), path)
        response = ana.ask("GET", f"{asked}?format=csv")
        text = whole(response).decode("utf-8", "replace")
        if response.headers.get("Content-Type", "").startswith("text/csv"):
            yield API + path, text
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(words.get(found[1], 1)), str(pattern.pattern))
        response = browser.get(f"/{route}?format=csv")
        text = whole(response).decode("utf-8", "replace")
        if response.headers.get("Content-Type", "").startswith("text/csv"):
            yield f"/{route}", text


def formulas(text: str) -> list[str]:
    """Cells that a spreadsheet would run."""
    cells = (cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row)
    return [cell for cell in cells if cell[:1] and cell[0] in STARTS and not NUMBER.fullmatch(cell)]


def swept(filled: tuple[Speaker, Client, str]) -> dict[str, list[str]]:
    found = {path: formulas(text) for path, text in answers(*filled)}
    assert len(found) >= 5, "the sweep reaches too little"
    return found


def test_no_cell_of_any_csv_is_a_formula(filled: tuple[Speaker, Client, str]) -> None:
    for path, text in answers(*filled):
        if not path.endswith(TEMPLATES):
            assert "HYPERLINK" in text, f"{path} shows none of the hostile words: the sweep cannot see a hole there"
    assert {path: cells for path, cells in swept(filled).items() if cells} == {}


@pytest.mark.parametrize(
    ("where", "name"),
    [(listing, "defused"), (lists, "defused"), (written, "safe"), (people, "harmless")],
    ids=["actions", "redress", "figures", "people affected"],
)
def test_a_forgotten_cell_is_found(
    filled: tuple[Speaker, Client, str], where: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, lambda cell: cell)
    assert any(swept(filled).values())


def test_every_file_that_writes_csv_is_known() -> None:
    writing = re.compile(r"csv\.writer\(|DictWriter\(|[Ff][Oo][Rr][Mm][Aa][Tt] csv|to_csv\(self|write_csv\(self")
    found = {
        str(path.relative_to(HERE)): path.read_text("utf-8")
        for path in (HERE / "src").rglob("*.py")
        if writing.search(path.read_text("utf-8"))
    }
    assert set(found) == set(WRITERS), "say in WRITERS what keeps its cells from being formulas"
    for path, how in WRITERS.items():
        if how.endswith("("):
            assert how in found[path], path
