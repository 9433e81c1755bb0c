"""The file of a gate: TOML, read strictly, so that a mistake in it never lets anything pass.

The format is in `docs/reference/gate.md`.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from hotwash.incident.events.work import RoleId
from hotwash.response import thresholds
from hotwash.response.gates import RAMP, Gate, GateQuestion, Ramp, When
from hotwash.response.inquiries import QUESTIONS
from hotwash.response.request import BadRequest, fit
from hotwash.response.thresholds import ThresholdWrong

LENGTH_MAX = 20_000
ROWS_MIN = 100


class GateWrong(ValueError):
    """A gate cannot be read. ``key`` names the place in the file, ``why`` says what would be right."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}" if key else why)
        self.key, self.why = key, why


class QuestionFile(msgspec.Struct, forbid_unknown_fields=True):
    """A question as it stands in the file."""

    name: str
    question: str
    thresholds: list[str]
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    rows_min: int = ROWS_MIN
    fresh: str = ""
    log: str = ""
    own_cases: bool = False
    when: When = "always"


class LogFile(msgspec.Struct, forbid_unknown_fields=True):
    """What the columns of the log mean, where its description does not say."""

    time: str | None = None
    version: str | None = None
    subject: str | None = None
    score: str | None = None
    decision: str | None = None
    label: str | None = None
    attributes: list[str] = []
    zone: str | None = None


class RecoveryFile(msgspec.Struct, forbid_unknown_fields=True):
    """How traffic goes back, where the gate is one of an incident."""

    sign_offs: list[RoleId] = msgspec.field(default_factory=lambda: ["commander"])
    ramp: list[float] = msgspec.field(default_factory=lambda: list(RAMP))
    watch: str = "30 minutes"
    every: str = "5 minutes"
    watch_max: str = ""


class GateFile(msgspec.Struct, forbid_unknown_fields=True):
    """The whole file."""

    title: str
    questions: list[QuestionFile]
    log: LogFile = msgspec.field(default_factory=LogFile)
    recovery: RecoveryFile | None = None


def read(text: str) -> Gate:
    """A gate from the text of its file.

    :raises GateWrong: naming the key that is wrong
    """
    if len(text) > LENGTH_MAX:
        raise GateWrong("", f"The file has {len(text):,} characters; {LENGTH_MAX:,} fit.")
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        raise GateWrong("", f"This is no TOML: {str(bad)[:1].lower()}{str(bad)[1:]}.") from bad
    try:
        file = msgspec.convert(found, GateFile)
    except msgspec.ValidationError as bad:
        raise _named(bad, found) from bad
    if not file.title.strip():
        raise GateWrong("title", "is empty: say what passes through this gate.")
    if not file.questions:
        raise GateWrong("questions", "there is none: a gate asks at least one.")
    questions = tuple(_question(place, one) for place, one in enumerate(file.questions))
    names = [one.name for one in questions]
    for name in names:
        if names.count(name) > 1:
            raise GateWrong("questions", f"two are called {name!r}: give each a name of its own.")
    columns = {name: value for name, value in msgspec.structs.asdict(file.log).items() if value}
    ramp = None if file.recovery is None else _ramp(file.recovery)
    return Gate(file.title.strip(), questions, columns, ramp, text)


def _question(place: int, said: QuestionFile) -> GateQuestion:
    at = f"questions[{place}]" + (f" ({said.name})" if said.name else "")
    if not said.name.strip():
        raise GateWrong(f"questions[{place}].name", "is empty: a name tells its result from the others.")
    known = QUESTIONS.get(said.question)
    if known is None:
        raise GateWrong(f"{at}.question", f"there is no question `{said.question}`. There are {', '.join(QUESTIONS)}.")
    if not said.thresholds:
        raise GateWrong(f"{at}.thresholds", "there is none: a question without one would always pass.")
    if said.rows_min < 1:
        raise GateWrong(f"{at}.rows_min", "must be at least 1.")
    arguments = {name: _plain(value) for name, value in said.arguments.items()}
    for name in ("on_progress", "cancelled"):
        if name in arguments:
            raise GateWrong(f"{at}.arguments.{name}", "is not a word of this question.")
    try:
        fit(known.ask, arguments)
    except BadRequest as no:
        raise GateWrong(f"{at}.arguments.{no.field}".rstrip("."), no.why) from no
    read_thresholds = []
    for number, text in enumerate(said.thresholds):
        try:
            read_thresholds.append(thresholds.read(text))
        except ThresholdWrong as wrong:
            raise GateWrong(f"{at}.thresholds[{number}]", str(wrong)) from wrong
    fresh = span(said.fresh, f"{at}.fresh") if said.fresh else None
    if said.own_cases and said.when == "ramp":
        raise GateWrong(f"{at}.when", "does not go with own_cases: they are asked about before any traffic goes back.")
    if fresh is not None and said.own_cases:
        raise GateWrong(f"{at}.fresh", "does not go with own_cases: the incident's own cases are not fresh.")
    return GateQuestion(
        said.name.strip(),
        said.question,
        arguments,
        tuple(read_thresholds),
        said.rows_min,
        fresh,
        said.log,
        said.own_cases,
        said.when,
    )


def _ramp(said: RecoveryFile) -> Ramp:
    shares = tuple(said.ramp)
    if not shares or any(not 0 < share <= 1 for share in shares) or list(shares) != sorted(set(shares)):
        raise GateWrong("recovery.ramp", "must be growing shares of the traffic, such as [0.01, 0.1, 1].")
    if shares[-1] != 1:
        raise GateWrong("recovery.ramp", "must end with 1: all of the traffic.")
    if len(set(said.sign_offs)) != len(said.sign_offs):
        raise GateWrong("recovery.sign_offs", "names a role twice.")
    if "commander" not in said.sign_offs:
        raise GateWrong("recovery.sign_offs", "must name the commander, who answers for it.")
    watch, every = span(said.watch, "recovery.watch"), span(said.every, "recovery.every")
    if every > watch:
        raise GateWrong("recovery.every", "is longer than the watch: the questions would never be asked in it.")
    watch_max = span(said.watch_max, "recovery.watch_max") if said.watch_max else 10 * watch
    if watch_max < watch:
        raise GateWrong("recovery.watch_max", "is shorter than the watch.")
    return Ramp(tuple(said.sign_offs), shares, watch, every, watch_max)


_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(s|seconds?|min|minutes?|h|hours?|d|days?)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def span(text: str, key: str) -> timedelta:
    """A length of time from words.

    :raises GateWrong: if it is none
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None or float(found[1]) == 0:
        raise GateWrong(key, f"{text!r} is no length of time: write 90 seconds, 30 minutes, 24 hours or 7 days.")
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2][0]])


def _plain(value: Any) -> Any:
    """TOML's own times as the text that questions take."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


def _named(bad: msgspec.ValidationError, found: Mapping[str, Any]) -> GateWrong:
    text = str(bad)
    where = re.search(r" - at `\$\.?([^`]*)`$", text)
    why = text[: where.start()] if where else text
    key = where[1] if where else ""
    missing = re.fullmatch(r"Object missing required field `(\w+)`", why)
    unknown = re.fullmatch(r"Object contains unknown field `(.+)`", why)
    if place := re.match(r"questions\[(\d+)\]", key):
        name = (found["questions"][int(place[1])] or {}).get("name")
        key = f"{place[0]}{f' ({name})' if isinstance(name, str) else ''}{key[place.end() :]}"
    if missing:
        return GateWrong(f"{key}.{missing[1]}".lstrip("."), "is missing.")
    if unknown:
        return GateWrong(f"{key}.{unknown[1]}".lstrip("."), "is no key of a gate.")
    return GateWrong(key, f"{why[:1].lower()}{why[1:]}.")
