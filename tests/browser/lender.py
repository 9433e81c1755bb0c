"""The lender of the loan story: its system with a log, its channels, its people at browsers of their own."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser
from tests.browser import applying
from tests.browser.crew import DESK, PHONE, WITHIN_S, Crew
from tests.browser.serving import first_start
from tests.cli.server import token
from tests.cli.terminal import environment
from tests.sinks import post_office, sink

__all__ = ["DESK", "PHONE", "WITHIN_S", "House"]


class House(Crew):
    """A lender that uses Hotwash: its system with a log, its public form, its channels, its people."""

    def __init__(self, stack: ExitStack, browser: Browser, folder: Path) -> None:
        self.home = folder / "home"
        (self.home / "logs").mkdir(parents=True)
        applying.loans(self.home / "logs" / "loans.csv")
        self.post, self.hook = stack.enter_context(post_office()), stack.enter_context(sink())
        (self.home / "hotwash.toml").write_text(
            f'inside = "127.0.0.1"\n[mail]\nhost = "127.0.0.1"\nport = {self.post.port}\nsecurity = "none"\n'
            'sender = "hotwash@example.org"\n'
        )
        super().__init__(stack, browser, stack.enter_context(first_start(self.home, empty=True)))
        headers = {"Authorization": f"Bearer {token(self.home)}"}
        self.api = stack.enter_context(httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60))
        self.say("/systems", name="Loans", purpose="Decides about applications for loans.")
        columns = {"time": "decided_at", "subject": "applicant", "decision": "decision", "version": "version"}
        self.say("/systems/loans/describe-log", source="loans.csv", columns=columns, attributes=["sex"],
                 favourable="granted")  # fmt: skip
        self.say("/organisation/describe-organisation", name="Kredita Bank", contact="help@kredita.example")

    def say(self, path: str, **words: object) -> Any:
        """What an administrator set up before that day."""
        answer = self.api.post(path, json=words)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        """What programs read."""
        return self.api.get(path).raise_for_status().json()

    def command(self, *words: str) -> Any:
        """What a command in a terminal says, as JSON."""
        ran = subprocess.run(
            [sys.executable, "-m", "hotwash.cli", *words, "--home", str(self.home), "--format", "json"],
            capture_output=True, text=True, env=environment(LOGNAME="ana"), check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)
