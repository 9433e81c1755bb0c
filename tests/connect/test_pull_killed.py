"""A pull whose process is killed again and again writes the same log in the end, and reads few pages twice."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.saying import Call, Saying, saying

PAGES = 30


def span(number: int) -> dict[str, Any]:
    at = f"2026-11-20T10:{number // 60:02d}:{number % 60:02d}+00:00"
    return {
        "name": "llm", "context": {"trace_id": f"{number:032x}", "span_id": f"{number:016x}"}, "span_kind": "LLM",
        "parent_id": None, "start_time": at, "end_time": at, "status_code": "OK", "status_message": "",
        "attributes": {"output.value": "é" * 1_000, "n": number}, "events": [],
    }  # fmt: skip


class Project:
    """Pages of spans, and a process that is killed when a chosen one is asked for."""

    def __init__(self) -> None:
        self.pages: list[int] = []
        self.deadly: set[int] = set()
        self.pid = 0

    def __call__(self, call: Call) -> tuple[int, Any]:
        asked = parse_qs(urlsplit(call.path).query)
        if "span_annotations" in call.path:
            return 200, {"data": [], "next_cursor": None}
        page = int(asked.get("cursor", ["0"])[0])
        self.pages.append(page)
        if page in self.deadly:
            self.deadly.remove(page)
            os.kill(self.pid, signal.SIGKILL)
        after = str(page + 1) if page + 1 < PAGES else None
        return 200, {"data": [span(page * 10 + n) for n in range(10)], "next_cursor": after}


def pulled(server: Saying, project: Project, to: Path) -> int:
    words = ["pull", "phoenix", server.url, "bot", "--to", str(to), "--since", "2026-11-20", "--until", "2026-11-21"]
    command = [sys.executable, "-m", "hotwash.cli", "--home", str(to.parent / "home"), *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    project.pid = process.pid
    return process.wait(120)


@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.soak)])
def test_killed_anywhere_it_goes_on_and_the_log_is_the_same(kills: int, tmp_path: Path) -> None:
    dice, project = random.Random(11), Project()
    with saying(project) as server:
        assert pulled(server, project, tmp_path / "whole.parquet") == 0
        project.pages.clear()
        project.deadly = {dice.randrange(1, PAGES) for _ in range(kills)}
        deaths = len(project.deadly)
        for _ in range(deaths):
            assert pulled(server, project, tmp_path / "log.parquet") == -signal.SIGKILL
            assert not (tmp_path / "log.parquet").exists()
        assert pulled(server, project, tmp_path / "log.parquet") == 0
        assert project.deadly == set()
    # Each death costs the page that was asked for, and no other.
    assert len(project.pages) == PAGES + deaths
    assert (tmp_path / "log.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
