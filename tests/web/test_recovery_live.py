"""A real server with its worker, two serving processes and a log that grows: back by steps, and contained again."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.server import server
from tests.web.test_switches_live import Place, two
from tests.web.test_switches_live import until as reached

INC = "INC-2026-0001"

GATE = """
title = "Loans are decided again"
[log]
time = "at"
[[questions]]
name = "own cases"
question = "blast-radius"
own_cases = true
rows_min = 10
arguments = { harm = "decision = 'refused'", where = "case_set = 'own'" }
thresholds = ["share.high <= 0.7"]
[[questions]]
name = "four fifths"
question = "fairness"
rows_min = 300
fresh = "1 hour"
arguments = { group = ["sex"], favourable = "granted", reference = { sex = "m" } }
thresholds = ["groups[sex=f].ratio.selection_rate.value >= 0.6"]
[recovery]
sign_offs = ["commander"]
ramp = [0.01, 1]
watch = "3 seconds"
every = "1 second"
watch_max = "5 minutes"
"""


class Log:
    """A prediction log that somebody writes."""

    def __init__(self, file: Path) -> None:
        self._file, self._rows, self.granted_f = file, ["at,sex,decision,case_set"], 0.6
        self._chance = random.Random(1)
        file.parent.mkdir(parents=True, exist_ok=True)
        self.write(40, over_s=60, case_set="own")
        self.write(400, over_s=600)

    def write(self, rows: int, *, over_s: float, case_set: str = "") -> None:
        now = datetime.now(UTC)
        for n in range(rows):
            at, sex = now - timedelta(seconds=over_s) * (rows - n) / rows, "mf"[n % 2]
            share = self.granted_f if sex == "f" else 0.6
            decision = "granted" if self._chance.random() < share else "refused"
            self._rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{sex},{decision},{case_set}")
        fresh = self._file.with_suffix(".new")
        fresh.write_text("\n".join(self._rows) + "\n")
        fresh.replace(self._file)

    @contextmanager
    def growing(self) -> Iterator[None]:
        ended = threading.Event()

        def grow() -> None:
            while not ended.wait(0.5):
                self.write(200, over_s=0.5)

        thread = threading.Thread(target=grow)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def told(place: Place) -> dict[str, object]:
    return dict(place.client.get(f"/incidents/{INC}/recovery").json())


def until(place: Place, stage: str) -> dict[str, object]:
    end = time.monotonic() + 120
    while (now := told(place))["stage"] != stage:
        over = now["stage"] in ("contained again", "completed")
        assert not over, f"It ended otherwise: {now['sentence']} {now['recovery']}"
        assert time.monotonic() < end, now
        time.sleep(0.2)
    return now


def test_traffic_goes_back_by_steps_and_a_planted_regression_contains_it_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    log = Log(home / "logs" / "loans.csv")
    with server(home, "--empty") as running, Place(running) as place, two(place, tmp_path) as processes:
        columns = {"time": "at", "decision": "decision"}
        place.say("/systems/loans/describe-log", source="loans.csv", columns=columns, attributes=["sex"])
        me = place.client.get("/me").json()["name"]
        place.say(f"/incidents/{INC}/assign", role="commander", person=me)
        for regression in (False, True):
            containment = place.contain("human")["containment"]
            place.say(f"/incidents/{INC}/recovery/plan", containment=containment, gate=GATE)
            assert place.say(f"/incidents/{INC}/recovery/ask")["entries"][-1]["body"]["outcome"] == "passed"
            place.say(f"/incidents/{INC}/sign-off", role="commander")
            with log.growing():
                begun = place.say(f"/incidents/{INC}/recovery/begin")
                assert begun["sentence"] == "1 % of the traffic is back, and is being watched."
                if regression:
                    log.granted_f = 0.1
                    tripped = until(place, "contained again")
                    assert "four fifths failed" in str(tripped["recovery"])
                    reached(lambda: all(one.state == "human" for one in processes), "both are told")
                else:
                    until(place, "completed")
                    reached(lambda: not place.standing()["orders"], "the containment is taken back")
                    reached(lambda: all(one.state == "serve" for one in processes), "both serve")
        assert not place.client.get("/jobs", params={"state": "failed"}).json()["jobs"]
