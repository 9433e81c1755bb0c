"""Processes that are forked, as the workers of gunicorn are, after the guard was made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.guard.conftest import SWITCH, TOKEN, Until

from hotwash.guard.double import Double

FORKED = """
import os, sys, time
from hotwash.guard import Guard, PredictionLog
url, token, folder, workers = sys.argv[1:]
guard = Guard(url, token=token, state_file=folder + "/state", poll_s=0.1)
log = PredictionLog(folder + "/logs")
guard.wait(30)
log.add(who="parent")
children = []
for n in range(int(workers)):
    if not (child := os.fork()):
        assert guard.state("resume-screening") == "serve"
        log.add(who=f"child {n}")
        while guard.state("resume-screening") != "off" or not guard.status().confirmed:
            time.sleep(0.01)
        log.close()
        guard.close()
        os._exit(0)
    children.append(child)
print("forked", flush=True)
codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
while guard.state("resume-screening") != "off" or not guard.status().confirmed:
    time.sleep(0.01)  # the parent's own connection still works
log.close()
print(codes)
"""


def test_every_forked_worker_follows_and_confirms_by_itself(server: Double, tmp_path: Path, until: Until) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", FORKED, server.url, TOKEN, tmp_path, "3"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "forked\n"
    until(lambda: len(server.confirmed(server.etag)) == 4)
    tag = server.turn(SWITCH, "off")
    said, _ = process.communicate(timeout=60)
    assert (said, process.returncode) == ("[0, 0, 0]\n", 0)
    assert len(server.confirmed(tag)) == 4
    rows = sorted(line for file in (tmp_path / "logs").glob("*.jsonl") for line in file.read_text().splitlines())
    assert [sum(f'"{who}"' in row for row in rows) for who in ("parent", "child 0", "child 1", "child 2")] == [1] * 4
    assert len(rows) == 4


APP = """
import os
from hotwash.guard import Guard
guard = Guard(os.environ["URL"], token=os.environ["TOKEN"], poll_s=0.1)

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [guard.state("resume-screening").encode()]
"""


@pytest.mark.parametrize("preload", [True, False])
def test_the_workers_of_gunicorn_confirm_each(preload: bool, server: Double, tmp_path: Path, until: Until) -> None:
    (tmp_path / "serving.py").write_text(APP)
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"unix:{tmp_path}/socket", "serving:app"]
    process = subprocess.Popen(
        [*command, *(["--preload"] if preload else []), "--no-control-socket"],
        cwd=tmp_path,
        env={**os.environ, "URL": server.url, "TOKEN": TOKEN, "PYTHONWARNINGS": "ignore"},
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: len(server.confirmed(server.etag)) == 2 + preload)
        tag = server.turn(SWITCH, "off")
        until(lambda: len(server.confirmed(tag)) == 2 + preload)
        assert process.poll() is None, "gunicorn ended by itself"
    finally:
        process.terminate()
        process.wait(30)
