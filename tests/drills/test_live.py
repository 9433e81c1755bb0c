"""Show 4: with the live world, containment leaves exactly the harms before it; a team that never contains gets all."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cli.server import server, token
from tests.cli.terminal import environment
from tests.drills.test_worlds import world

from hotwash.drills.worlds import truth
from hotwash.drills.worlds.live import Live, Refused

SCENARIO = """
[world]
kind = "decisions"
rows = 40_000
before = "12 hours"
after = "2 hours"
visits = 1.2
columns = { id = "application", subject = "applicant" }
decision = { above = "invite", below = "reject", adverse = "reject", human = "referred" }
[[world.attributes]]
name = "school"
values = { public = 0.6, private = 0.4 }
[[world.versions]]
name = "v1"
[[world.harms]]
name = "schools"
how = "score"
since = "4 minutes"
who = "school = 'private'"
by = -1.5
"""
KEY = "the console's key"


@contextmanager
def running(folder: Path, url: str, secret: str, *words: str) -> Iterator[httpx.Client]:
    """`hotwash world serve` as a process of its own, and a client of its console."""
    scenario = folder / "drill.toml"
    scenario.write_text(SCENARIO)
    command = [
        sys.executable, "-m", "hotwash.cli", "world", "serve", str(scenario), "--seed", "11", "--guard", url,
        "--switch", "screening", "--log", str(folder / "log"), "--format", "json", *words,
    ]  # fmt: skip
    env = environment(HOTWASH_GUARD_TOKEN=secret, HOTWASH_WORLD_KEY=KEY)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    assert process.stdout
    text = ""
    try:
        for line in process.stdout:
            text += line
            if line == "}\n":
                break
        assert text, process.communicate()[1]
        headers = {"Authorization": f"Bearer {KEY}"}
        with httpx.Client(base_url=json.loads(text)["url"], headers=headers, timeout=120, trust_env=False) as client:
            yield client
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


def known() -> Any:
    import tomllib

    from hotwash.drills.worlds import read

    return read(tomllib.loads(SCENARIO)["world"])


def until(client: httpx.Client, path: str, holds: Any) -> Any:
    """What an address says, once something holds of it."""
    end = time.monotonic() + 120
    while True:
        told = client.get(path).json()
        if holds(told):
            return told
        assert time.monotonic() < end, told
        time.sleep(0.05)


def logged(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for file in sorted((folder / "log").glob("*.jsonl")) for line in file.read_text().splitlines()
    ]


def test_containment_at_minute_twelve_leaves_exactly_the_harms_before_it(tmp_path: Path) -> None:
    told = known()
    minute = told.zero + timedelta(minutes=12)
    home = tmp_path / "home"
    with server(home, "--empty") as house:
        ana = httpx.Client(
            base_url=f"{house.url}/api/v1", headers={"Authorization": f"Bearer {token(home)}"}, timeout=120
        )
        ana.post("/systems", json={"name": "Screening"}).raise_for_status()
        made = ana.post("/services", json={"name": "world", "systems": ["screening"]})
        made.raise_for_status()
        incident = ana.post("/incidents", json={"title": "Fewer invitations", "system": "screening"}).json()["incident"]
        with running(tmp_path, house.url, made.json()["token"]) as console:
            until(console, "/health", lambda health: health["guard"]["synced"])
            console.post("/clock", json={"to": minute.isoformat()}).raise_for_status()
            words = {"switch": "screening", "state": "human", "unheld_because": "the drill has no evidence to hold"}
            ana.post(f"/incidents/{incident}/contain", json=words).raise_for_status()
            until(console, "/health", lambda health: health["guard"]["state"] == "human")
            console.post("/clock", json={"to": told.end.isoformat()}).raise_for_status()
            tally = console.get("/tally").json()
        contained = tmp_path / "log"
        rows = logged(tmp_path)
        ana.close()
    before, free = truth(told, seed=11, until=minute), truth(told, seed=11)
    assert 0 < before.harmed.decisions < free.harmed.decisions / 4
    assert tally["harmed"] == before.harmed.decisions
    assert tuple(tally["subjects"]) == before.subjects
    assert tally["spared"] == free.harmed.decisions - before.harmed.decisions
    assert contained.is_dir()
    assert sum(tally["decided"].values()) == len(rows)
    states = {(datetime.fromisoformat(row["at"]) >= minute, row["state"]) for row in rows}
    assert states == {(False, "serve"), (True, "human")}
    assert {row["decision"] for row in rows if row["state"] == "human"} == {"referred"}


def test_a_team_that_never_contains_gets_all_the_harms(tmp_path: Path) -> None:
    told = known()
    home = tmp_path / "home"
    with server(home, "--empty") as house:
        headers = {"Authorization": f"Bearer {token(home)}"}
        with httpx.Client(base_url=f"{house.url}/api/v1", headers=headers, timeout=120) as ana:
            ana.post("/systems", json={"name": "Screening"}).raise_for_status()
            secret = ana.post("/services", json={"name": "world", "systems": ["screening"]}).json()["token"]
        with running(tmp_path, house.url, secret, "--speed", "3600") as console:
            until(console, "/clock", lambda clock: clock["now"] == clock["end"])
            tally = console.get("/tally").json()
    free = truth(told, seed=11)
    assert (tally["harmed"], tally["people"]) == (free.harmed.decisions, free.harmed.people)
    assert tuple(tally["subjects"]) == free.subjects
    assert tally["first_contained"] is None


class Switch:
    """A guard in this process, thrown by the test."""

    def __init__(self) -> None:
        self.state = "serve"
        self.rows: list[dict[str, Any]] = []

    def ask(self, switch: str, attributes: Any) -> str:
        assert switch == "screening"
        assert "decision" not in attributes
        assert "qualified" not in attributes
        return self.state

    def note(self, **row: Any) -> None:
        self.rows.append(row)


def alive(**changes: Any) -> tuple[Live, Switch]:
    switch = Switch()
    told = world(**changes)
    return Live(told, rows=told.rows, seed=3, switch="screening", ask=switch.ask, note=switch.note), switch


def test_the_world_decides_as_its_log_says_it_would(tmp_path: Path) -> None:
    import duckdb

    from hotwash.drills.worlds import write

    live, switch = alive()
    live.run_to(live.world.end)
    write(live.world, tmp_path / "log.parquet", seed=3)
    sql = f"SELECT application, decision, score FROM '{tmp_path}/log.parquet' WHERE decided_at >= '{live.world.zero}'"
    written = duckdb.connect().execute(sql).fetchall()
    assert [(row["application"], row["decision"], row["score"]) for row in switch.rows] == written
    assert len(written) > 10


def test_a_release_lets_the_harm_back_in() -> None:
    live, switch = alive(rows=60_000)
    hours = [live.world.zero + timedelta(hours=one) for one in (2, 4, 8)]
    live.run_to(hours[0])
    switch.state = "fallback"
    live.run_to(hours[1])
    switch.state = "serve"
    live.run_to(hours[2])
    one, two, three, begun = (
        truth(live.world, rows=60_000, seed=3, until=at).harmed.decisions for at in (*hours, live.world.zero)
    )
    assert live.tally().harmed == (one - begun) + (three - two)
    assert live.tally().spared == two - one > 0
    assert {row["decision"] for row in switch.rows} == {"invite", "reject"}


def test_the_clock_never_runs_ahead_of_the_decisions_and_never_back() -> None:
    live, _ = alive()
    live.run_to(live.world.zero + timedelta(hours=1))
    with pytest.raises(Refused):
        live.run_to(live.world.zero)
    with pytest.raises(Refused):
        live.run_at(5_000)
    live.run_to(live.world.end + timedelta(days=3))
    assert live.now == live.world.end


def test_somebody_elses_case_is_decided_now_and_harmed_like_the_others() -> None:
    live, switch = alive()
    told = [live.predict({"school": "women's college", "years": 5}) for _ in range(60)]
    assert {row["school"] for row in told} == {"women's college"}
    assert live.tally().harmed > 5
    assert live.tally().decided == {"serve": 60}
    switch.state = "off"
    assert live.predict({"sex": "male"})["decision"] is None
    for wrong in ({"school": "moon"}, {"years": "many"}, {"colour": "red"}):
        with pytest.raises(Refused):
            live.predict(wrong)
