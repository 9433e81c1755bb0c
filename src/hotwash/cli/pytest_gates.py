"""A plugin of pytest: every question of a gate's file (``*.gate.toml``) is a test.

pytest finds it by itself where Hotwash is installed. It is imported with every run of pytest, so it imports nothing of
Hotwash before a gate is collected.

A gate never passes by silence: without a log a question fails (or is skipped, where ``gate_without_log = skip`` says
so), and so it does with too few rows, or where it cannot be answered.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from hotwash.investigate import Predictions
    from hotwash.response.gates import Check, Gate, GateQuestion

PATTERN = "*.gate.toml"


class NotPassed(Exception):
    """A question of a gate did not pass. ``check`` says what it came to."""

    def __init__(self, check: "Check") -> None:
        super().__init__(f"{check.outcome}: {check.why}")
        self.check = check


class NoLog(Exception):
    """No log was named that the gates could be held against."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of gates, on the command line and in the settings of a project."""
    group = parser.getgroup("hotwash", "gates of Hotwash (*.gate.toml)")
    group.addoption("--gate-log", metavar="LOG", help="The log that gates are held against: a path, glob or address.")
    group.addoption("--gate-now", metavar="T", help="The end of what is fresh (RFC 3339); the present if left out.")
    group.addoption("--gate-zone", metavar="ZONE", help="The time zone of times in the log that name none.")
    group.addoption("--no-gates", action="store_true", help="Collect no gates.")
    parser.addini("gate_files", "Names of files that are gates.", type="args", default=[PATTERN])
    parser.addini("gate_log", "The log that gates are held against; --gate-log goes before it.", default="")
    parser.addini("gate_zone", "The time zone of times in the log that name none.", default="")
    parser.addini("gate_without_log", "What a gate does without a log: fail (as if left out) or skip.", default="fail")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "GateFile | None":
    """A file whose name says that it is a gate."""
    config = parent.config
    if config.getoption("--no-gates") or not any(fnmatch(file_path.name, one) for one in config.getini("gate_files")):
        return None
    made: GateFile = GateFile.from_parent(parent, path=file_path)
    return made


class GateFile(pytest.File):
    """A gate."""

    def collect(self) -> Iterable["GateItem"]:
        """Its questions. A file that is no gate is an error that names the key."""
        from hotwash.response.gate_files import GateWrong, read

        try:
            gate = read(self.path.read_text("utf-8"))
        except UnicodeDecodeError as bad:
            raise self.CollectError(f"{self.path.name} is no text in UTF-8.") from bad
        except GateWrong as wrong:
            raise self.CollectError(f"{self.path.name}: {wrong}") from wrong
        for question in gate.questions:
            yield GateItem.from_parent(self, name=question.name, gate=gate, question=question)


class GateItem(pytest.Item):
    """A question of a gate."""

    def __init__(self, *, gate: "Gate", question: "GateQuestion", **rest: Any) -> None:
        super().__init__(**rest)
        self.gate, self.question = gate, question

    def runtest(self) -> None:
        """Ask it. Its finding stands in the report, whatever it came to."""
        from hotwash.response import gates

        check = gates.run(self.gate, self._log(), now=self._now(), only=lambda one: one is self.question).checks[0]
        self.add_report_section("call", "finding", _told(check))
        self.user_properties += [
            ("outcome", check.outcome),
            ("rows", check.rows),
            ("finding", check.digest),
            ("data", check.fingerprint),
        ]
        if check.outcome != "passed":
            raise NotPassed(check)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Why it did not pass, without the inside of Hotwash."""
        match excinfo.value:
            case NotPassed(check=check):
                return f"{check.outcome}: {check.why}"
            case NoLog() as none:
                return str(none)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands."""
        return self.path, None, f"{self.gate.title}: {self.name}"

    def _log(self) -> "Predictions":
        from hotwash.investigate import Predictions

        config = self.config
        named = config.getoption("--gate-log")
        log = named or config.getini("gate_log")
        if not log:
            why = "No log is named that this gate could be held against: --gate-log LOG, or gate_log in the settings."
            if config.getini("gate_without_log") == "skip":
                pytest.skip(why)
            raise NoLog(why)
        if not named and "://" not in log:
            log = str(config.rootpath / log)  # a setting means the same wherever pytest is called
        return Predictions(log, zone=config.getoption("--gate-zone") or config.getini("gate_zone") or None)

    def _now(self) -> datetime:
        text = self.config.getoption("--gate-now")
        if not text:
            return datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as bad:
            raise pytest.UsageError(f"--gate-now: {text!r} is no time: 2026-03-03T09:02:00+01:00.") from bad
        if moment.tzinfo is None:
            raise pytest.UsageError("--gate-now has no time zone: write it as 2026-03-03T09:02:00+01:00.")
        return moment


def _told(check: "Check") -> str:
    from hotwash.cli.gate_told import check_text

    lines = [check_text(check)]
    if check.digest:
        lines += [f"  finding  {check.digest}", f"  of       {check.source}, {check.fingerprint}"]
    return "\n".join(lines)
