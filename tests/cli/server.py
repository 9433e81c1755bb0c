"""A real server for tests: started by `hotwash up`, ended by its own id."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.terminal import environment

_TOKEN = """
import sys
from hotwash.cli.local import ready
ready(None)
from hotwash.web.accounts import tokens
from hotwash.web.tables.models import Account
account = Account.objects.filter(role=sys.argv[1]).first() or Account.objects.create_user(sys.argv[1], role=sys.argv[1])
print(tokens.make(account, name="tests")[1])
"""


@dataclass(slots=True)
class Server:
    """A server that runs, with what it said when it started."""

    process: subprocess.Popen[str]
    home: Path
    url: str
    sign_in: str | None
    incident: str | None
    err: str = ""

    def end(self) -> int:
        """Press Ctrl-C; the exit code."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGINT)
        _, err = self.process.communicate(timeout=60)
        self.err += err
        return self.process.returncode


@contextmanager
def server(home: Path, *words: str) -> Iterator[Server]:
    """`hotwash up` over a data folder, on a free port."""
    port = () if "--port" in words else ("--port", "0")
    process = subprocess.Popen(
        [sys.executable, "-m", "hotwash.cli", "up", *port, *words, "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(HOTWASH_HOME=str(home)),
    )
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            break
    if not text:
        raise AssertionError(process.communicate()[1])
    said = json.loads(text)
    running = Server(process, home, said["url"], said["sign_in"], said["incident"])
    assert said["pid"] == process.pid
    try:
        yield running
    finally:
        running.end()


def token(home: Path, role: str = "administrator") -> str:
    """A token for an account of a role."""
    made = subprocess.run(
        [sys.executable, "-c", _TOKEN, role],
        check=True,
        capture_output=True,
        text=True,
        env=environment(HOTWASH_HOME=str(home)),
    )
    return made.stdout.strip()
