"""The real server, with a real Alertmanager that delivers to it, by its webhook and as a sender of PagerDuty events."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.alertmanager import alertmanager
from tests.cli.server import server, token

WITHIN_S = 60.0


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.mark.real("alertmanager")
def test_a_real_alertmanager_delivers_begins_and_ends(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    with server(tmp_path / "home", "--empty") as running:
        headers = {"Authorization": f"Bearer {token(running.home)}"}
        api = httpx.Client(base_url=f"{running.url}/api/v1", headers=headers, timeout=30, trust_env=False)

        def address(sender: str, **words: str) -> str:
            made = api.post("/inbox/addresses", json={"sender": sender, "name": sender, **words})
            return running.url + str(made.json()["path"])

        def lines() -> dict[str, dict[str, Any]]:
            found = api.get("/inbox", params={"view": "all"}).json()["lines"]
            return {one["sender"]: api.get(f"/inbox/{one['line']}").json() for one in found}

        def firing() -> dict[str, int]:
            return {sender: one["firing"] for sender, one in lines().items()}

        webhook = {
            "url": address("alertmanager", signing="tok"),
            "send_resolved": True,
            "http_config": {"authorization": {"credentials": "tok"}},
        }
        events = {"url": address("pagerduty"), "routing_key": "a" * 32, "send_resolved": True, "severity": "critical"}
        receiver = {"webhook_configs": [webhook], "pagerduty_configs": [events]}
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=3)
        with alertmanager(tmp_path / "am", receiver) as monitor:
            for model in ("loans", "hiring"):
                monitor.alert("RefusalsDoubled", since=began, model=model, severity="critical")
            until(lambda: firing() == {"alertmanager": 2, "pagerduty": 1}, "two alerts, told by both ways")
            found = lines()
            line = found["alertmanager"]
            assert (line["group"], line["grade"], line["firing"], line["state"]) == (
                "RefusalsDoubled",
                "critical",
                2,
                "waiting",
            )
            assert {one["title"] for one in line["signals"]} == {
                "RefusalsDoubled of loans",
                "RefusalsDoubled of hiring",
            }
            assert {datetime.fromisoformat(one["alert_at"]) for one in line["signals"]} == {began}
            assert {one["links"][0] for one in line["signals"]} == {"http://prometheus.example.org/graph?g0.expr=up"}
            assert found["pagerduty"]["grade"] == "critical"
            ended = datetime.now(UTC).replace(microsecond=0)
            for model in ("loans", "hiring"):
                monitor.alert("RefusalsDoubled", since=began, until=ended, model=model, severity="critical")
            until(lambda: {one["state"] for one in lines().values()} == {"resolved"}, "both ways tell the end")
            assert lines()["alertmanager"]["count"] == 4
        wrong = api.get("/inbox/bodies").json()["bodies"]
        assert wrong == []
        api.close()
