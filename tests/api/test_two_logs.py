"""A question of two logs reads neither outside the folders that this installation may read."""

from pathlib import Path

from tests.api.finding import LOG
from tests.api.speaking import Speaker, declared
from tests.api.test_questions import ended


def test_the_second_log_of_drift_lies_in_the_folders_too(cy: Speaker, house: Path, tmp_path: Path) -> None:
    (house / "log.csv").write_text(LOG)
    (house / "later.csv").write_text(LOG)
    outside = tmp_path / "outside.csv"
    outside.write_text(LOG)
    incident = declared(cy)

    def asked(current: str) -> dict[str, object]:
        words = {"question": "drift", "source": str(house / "log.csv"), "arguments": {"current": current}}
        response = cy.ask("POST", f"/incidents/{incident}/inquiries", words)
        return ended(cy, incident, response.json()["inquiry"])

    refused = asked(str(outside))
    assert refused["status"] == "failed"
    assert "outside the folders" in str(refused["error"])
    done = asked(str(house / "later.csv"))
    assert done["status"] == "done", done
