"""Reads a scenario from TOML and says everything that is wrong with it, each with its place and what would mend it."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator

from hotwash.drills import worlds
from hotwash.drills.scenarios import conditions, payloads
from hotwash.drills.scenarios.shape import Inject, Scenario
from hotwash.drills.scenarios.typed import Fault, convert
from hotwash.incident.severity import BadAnswer, assess
from hotwash.knowledge import playbooks
from hotwash.knowledge.duties import duties
from hotwash.knowledge.messages import rules as message_rules

FORMAT = 1
BYTES_MAX = 1_000_000
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

ReadBody = Callable[[str, bytes], str]
"""Given a sender and a body: what is wrong with the body, or nothing. The rooms that know senders hand it in."""


class Unsound(ValueError):
    """A scenario that cannot be played, with everything that is wrong with it."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))
        self.name, self.faults = name, faults


def read(text: bytes | str, *, name: str = "scenario", body: ReadBody | None = None) -> Scenario:
    """The scenario in a TOML file.

    :param name: of the file, for what is said about faults
    :param body: reads the bodies of alerts; without it they are only held to be JSON
    :raises Unsound: with every fault
    """
    made, faults = _converted(text)
    if made is not None:
        faults += list(_sound(made, body))
    if faults or made is None:
        raise Unsound(name, faults)
    return made


def _converted(text: bytes | str) -> tuple[Scenario | None, list[Fault]]:
    if len(text) > BYTES_MAX:
        return None, [Fault("", f"It is larger than {BYTES_MAX:,} bytes.", "Split it into two scenarios.")]
    try:
        words = text.decode("utf-8") if isinstance(text, bytes) else text
        table = tomllib.loads(words)
    except UnicodeDecodeError as bad:
        return None, [Fault("", f"It is no UTF-8 text (byte {bad.start}).", "Save it as UTF-8.")]
    except (tomllib.TOMLDecodeError, RecursionError) as bad:
        return None, [Fault("", f"It is no TOML: {bad}.", "Mend that place and check again.")]
    if table.get("format", FORMAT) != FORMAT:
        return None, [Fault("format", f"is {table['format']!r}.", f"This version reads format {FORMAT}.")]
    faults: list[Fault] = []
    made = convert(table, Scenario, "", faults)
    return made, faults


def _sound(scenario: Scenario, body: ReadBody | None) -> Iterator[Fault]:
    if not _ID.fullmatch(scenario.name):
        yield Fault("name", f"“{scenario.name}” is no short name.", "Use lower-case letters, digits and hyphens.")
    if not 10 <= scenario.minutes <= 480:
        yield Fault("minutes", f"is {scenario.minutes}.", "A drill lasts 10 to 480 minutes.")
    known = [book.id for book in playbooks.shelf().playbooks]
    if scenario.playbook not in known:
        yield Fault("playbook", f"“{scenario.playbook}” is not known.", f"There are: {', '.join(known)}.")
    for key in ("objectives", "roles", "injects", "debrief", "sources"):
        if not getattr(scenario, key):
            yield Fault(key, "is empty.", "A scenario has at least one.")
    yield from _world(scenario)
    yield from _injects(scenario, body)
    yield from _truth(scenario)
    yield from _good(scenario)


def _world(scenario: Scenario) -> Iterator[Fault]:
    try:
        worlds.read(scenario.world)
    except worlds.WorldWrong as bad:
        yield from (Fault(one.path, one.why, "") for one in bad.faults)


def _injects(scenario: Scenario, body: ReadBody | None) -> Iterator[Fault]:
    ids = Counter(one.id for one in scenario.injects)
    for place, one in enumerate(scenario.injects):
        path = f"injects[{place}]"
        if not _ID.fullmatch(one.id):
            yield Fault(f"{path}.id", f"“{one.id}” is no short name.", "Use lower-case letters, digits and hyphens.")
        if ids[one.id] > 1:
            yield Fault(f"{path}.id", f"“{one.id}” is there twice.", "Each inject has an id of its own.")
        if not 0 <= one.at <= scenario.minutes:
            yield Fault(f"{path}.at", f"is {one.at:g}.", f"It lies between 0 and {scenario.minutes} minutes.")
        if one.after and (one.after not in ids or one.after == one.id):
            yield Fault(f"{path}.after", f"“{one.after}” is no other inject.", f"There are: {', '.join(ids)}.")
        elif _circular(one, scenario):
            yield Fault(f"{path}.after", "leads back to this inject.", "Let the first of them name no `after`.")
        for number, condition in enumerate(one.when):
            if why := conditions.wrong(condition, list(ids)):
                yield Fault(f"{path}.when[{number}]", why, "")
        for key in ("title", "text", "body", "sent_by"):
            for unfilled in payloads.unknown(getattr(one, key)):
                yield Fault(f"{path}.{key}", f"{unfilled} is no place.", "Known: {at-40m}, {ms-40m}, {day}, {system}.")
        yield from _channel(one, path, body)


def _circular(one: Inject, scenario: Scenario) -> bool:
    seen, now = {one.id}, scenario.inject(one.after)
    while now is not None:
        if now.id == one.id:
            return True
        if now.id in seen:
            return False
        seen.add(now.id)
        now = scenario.inject(now.after) if now.after else None
    return False


def _channel(one: Inject, path: str, body: ReadBody | None) -> Iterator[Fault]:
    if one.channel == "alert":
        for key in ("sender", "body"):
            if not getattr(one, key):
                yield Fault(
                    f"{path}.{key}", "is missing.", "An alert has the sender and the body that it really sends."
                )
        if one.sender and one.body:
            yield from _body(one, path, body)
        return
    if not one.text:
        yield Fault(f"{path}.text", "is missing.", "Write what the team hears or reads.")
    for key in ("sender", "body"):
        if getattr(one, key):
            yield Fault(f"{path}.{key}", "is for alerts only.", f"Leave it out, or let the channel be `alert`: {key}.")
    if (one.role is not None) != (one.channel == "absence"):
        mend = "Name the role whose holder drops out." if one.role is None else "Leave it out: nobody drops out here."
        yield Fault(f"{path}.role", "does not fit the channel.", mend)


def _body(one: Inject, path: str, body: ReadBody | None) -> Iterator[Fault]:
    from datetime import UTC, datetime

    filled = payloads.fill(one.body, at=datetime(2026, 1, 1, tzinfo=UTC), system="a-system", name="A system")
    try:
        json.loads(filled)
    except ValueError as bad:
        yield Fault(f"{path}.body", f"is no JSON: {bad}.", "Copy what the sender documents, with places for times.")
        return
    if body is not None and (why := body(one.sender, filled.encode())):
        yield Fault(f"{path}.body", why, f"Write it as {one.sender} sends it.")


def _truth(scenario: Scenario) -> Iterator[Fault]:
    truth = scenario.truth
    try:
        found = assess({**truth.answers, "people": truth.answers.get("people", "unknown")})
    except BadAnswer as bad:
        yield Fault("truth.answers", str(bad), "")
    else:
        if found.severity != truth.severity:
            mend = f"By rule {found.rule} the answers come to {found.severity}: mend one of the two."
            yield Fault("truth.severity", f"is {truth.severity}.", mend)
    if not truth.factors:
        yield Fault("truth.factors", "is empty.", "Name what contributed: without it nothing can be found.")
    for place, factor in enumerate(truth.factors):
        if not factor.tags or not factor.words:
            yield Fault(f"truth.factors[{place}]", "has no tags or no words.", "Say by what a team's factor is known.")
    known = duties().duties
    for place, duty in enumerate(truth.duties):
        if duty.duty not in known:
            yield Fault(
                f"truth.duties[{place}].duty", f"“{duty.duty}” is not known.", f"There are: {', '.join(known)}."
            )


def _good(scenario: Scenario) -> Iterator[Fault]:
    good = scenario.good
    for key in ("declare", "command", "contain_within", "message", "onset_days"):
        if getattr(good, key) <= 0:
            yield Fault(f"good.{key}", "is not above zero.", "Write a number of minutes (`onset_days`: of days).")
    audiences = [one.id for one in message_rules().audiences]
    if good.audience not in audiences:
        yield Fault("good.audience", f"“{good.audience}” is not known.", f"There are: {', '.join(audiences)}.")
    if not good.contain or "serve" in good.contain:
        yield Fault("good.contain", "names no state that stops the harm.", "Name fallback, human or off.")
