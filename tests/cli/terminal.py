"""A terminal for tests: one process that runs command after command, as separate starts would, but faster.

It speaks JSON lines, and is a process of its own because a data folder is chosen once for the life of a process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where commands are typed."""

    process: subprocess.Popen[str]
    folder: Path

    def run(self, *words: str, given: str = "") -> Ran:
        """Type one command."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"words": words, "given": given}) + "\n")
        self.process.stdin.flush()
        answered = self.process.stdout.readline()
        assert answered, "the terminal died"
        return Ran(**json.loads(answered))

    def json(self, *words: str, given: str = "") -> Any:
        """The document of a command that succeeds."""
        ran = self.run(*words, "--format", "json", given=given)
        assert ran.code == 0, ran
        return ran.json

    def refused(self, *words: str) -> str:
        """The sentence of a command that is refused; the document says the same."""
        ran = self.run(*words, "--format", "json")
        assert ran.code == 1, ran
        assert ran.json
        assert ran.err.strip().endswith((".", "`", ")")), ran.err
        return ran.err.strip()


def environment(**named: str) -> dict[str, str]:
    """The environment of a command, without settings of the test run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOTWASH_", "DJANGO_"))}
    return kept | named


@contextmanager
def terminal(folder: Path, **named: str) -> Iterator[Terminal]:
    """A terminal in a folder, with these names in its environment."""
    command = [sys.executable, "-W", "error::ResourceWarning", str(Path(__file__))]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(**named),
    ) as process:
        try:
            yield Terminal(process, folder)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(timeout=30)


def serve() -> None:
    """Run commands until nobody types any more."""
    from click.testing import CliRunner

    from hotwash.cli.main import cli

    for line in sys.stdin:
        asked = json.loads(line)
        result = CliRunner().invoke(cli, asked["words"], input=asked["given"], prog_name="hotwash")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        ran = {"code": result.exit_code, "out": result.stdout, "err": result.stderr}
        sys.stdout.write(json.dumps(ran) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
