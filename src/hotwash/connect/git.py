"""Reading a git repository that may be hostile: nothing of what it configures is run, and nothing is fetched.

A repository's own configuration can name programs (hooks, a file watcher, diff and signature programs, transports).
Only reading commands are used here, with each of these turned off, and without the configuration of this machine.
"""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotwash.response.outside import NotThere, Refused, Unreachable
from hotwash.systems.lineage import Commit

OUTPUT_MAX = 200_000_000
_OFF = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.alternateRefsCommand": "",
    "core.attributesFile": "/dev/null",
    "diff.external": "",
    "log.showSignature": "false",
    "gpg.program": "false",
    "protocol.allow": "never",
    "core.quotePath": "false",
}
_ENV = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A plain file in a commit's tree."""

    path: str
    object: str
    bytes: int


class Repository:
    """A repository on this machine, a working tree or a bare clone.

    :param place: its folder
    :param timeout_s: how long one command may take
    """

    def __init__(self, place: Path | str, *, timeout_s: float = 30.0) -> None:
        self.place, self._timeout_s = Path(place).absolute(), timeout_s
        self.system = f"The repository {self.place.name}"

    def commit(self, revision: str) -> Commit:
        """The commit that a revision names: a hash, a tag, a branch.

        :raises OutsideFault: `NotThere` if there is none
        """
        if not revision or revision.startswith("-") or "\0" in revision:
            raise NotThere(self.system, f"{revision!r} names no commit.")
        asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
        found = self._run(asked, may_fail=True).decode().strip()
        if not found:
            raise NotThere(self.system, f"{self.system} has no commit {revision}.")
        told = self._run(["show", "--no-patch", f"--format={COMMIT}", found])
        return parsed(told.decode("utf-8", "replace"))

    def files(self, commit: str) -> list[Listed]:
        """Every plain file of a commit; links and other repositories are left out."""
        found = []
        for line in self._run(["ls-tree", "-r", "-z", "-l", "--full-tree", commit]).split(b"\0"):
            head, _, path = line.partition(b"\t")
            mode, _, inner = head.partition(b" ")
            if mode.startswith(b"100"):
                _, name, size = inner.split()
                # Of an object that is missing, the size is BAD: reading it will say so.
                length = int(size) if size.isdigit() else 0
                found.append(Listed(path.decode("utf-8", "surrogateescape"), name.decode(), length))
        return found

    def contents(self, objects: Iterable[str]) -> dict[str, bytes]:
        """The bytes of objects, in one run."""
        wanted = list(dict.fromkeys(objects))
        if not wanted:
            return {}
        told = self._run(["cat-file", "--batch"], given="".join(f"{one}\n" for one in wanted).encode())
        found: dict[str, bytes] = {}
        at = 0
        while at < len(told):
            end = told.index(b"\n", at)
            head = told[at:end].split()
            if len(head) != 3:
                raise NotThere(
                    self.system, f"{self.system} lacks an object: {told[at:end].decode('utf-8', 'replace')}."
                )
            size = int(head[2])
            found[head[0].decode()] = told[end + 1 : end + 1 + size]
            at = end + size + 2
        return found

    def log(self, arguments: Iterable[str], paths: Iterable[str]) -> bytes:
        """What `git log` says of every branch and tag."""
        plain = ["--no-ext-diff", "--no-textconv", "--no-color", "--no-renames"]
        return self._run(["log", "--all", *plain, *arguments, "--", *paths])

    def _run(self, arguments: list[str], *, given: bytes = b"", may_fail: bool = False) -> bytes:
        if not self.place.is_dir():
            raise NotThere(self.system, f"There is no folder {self.place}.")
        off = [word for name, value in _OFF.items() for word in ("-c", f"{name}={value}")]
        # Whoever connected this folder means it, whoever owns it; what it may do is turned off above.
        command = ["git", "--no-pager", *off, "-c", f"safe.directory={self.place}", "-C", str(self.place), *arguments]
        try:
            ran = subprocess.run(
                command, input=given, capture_output=True, env=_env(), timeout=self._timeout_s, check=False
            )
        except FileNotFoundError as fault:
            raise Unreachable("git", "git is not installed on this machine, so the repository was not read.") from fault
        except subprocess.TimeoutExpired as fault:
            late = f"git did not answer within {self._timeout_s:g} seconds about {self.place}."
            raise Unreachable(self.system, late) from fault
        if ran.returncode and not (may_fail and ran.returncode == 1):
            said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Refused(self.system, f"{self.system} cannot be read: {said[-1] if said else ran.returncode}.")
        if len(ran.stdout) > OUTPUT_MAX:
            raise Refused(self.system, f"{self.system} says more than {OUTPUT_MAX:,} bytes; that was not read.")
        return ran.stdout


COMMIT = "%H%x1f%cI%x1f%an%x1f%s"
"""How a commit is told on one line."""


def parsed(line: str) -> Commit:
    """A commit from its line."""
    name, at, by, subject = line.rstrip("\n").split("\x1f", 3)
    return Commit(name, datetime.fromisoformat(at), by, subject)


def _env() -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **_ENV}
