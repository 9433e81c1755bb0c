"""The kinds of sources that are asked, and what is set for each: read from JSON, with a sentence for what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from hotwash.response.request import BadRequest
from hotwash.response.spans import AnnotationRule, Which


@dataclass(frozen=True, slots=True)
class Phoenix:
    """A project of a Phoenix server: its calls as a log, its judgements as signals.

    :param since: calls from here on
    :param refresh_days: how many of the newest days are read again each time, because judgements come late
    """

    url: str
    project: str
    since: datetime
    which: Which = "LLM"
    refresh_days: int = 2
    rules: tuple[AnnotationRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Arize:
    """The monitors of a space or project of Arize AX."""

    url: str = "https://api.arize.com"
    space: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class WhyLabs:
    """The anomalies in a dataset of a self-hosted WhyLabs."""

    url: str
    organisation: str
    dataset: str


Settings = Phoenix | Arize | WhyLabs


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source.

    :param every_s: how often it is asked unless somebody says otherwise
    :param secret: what it wants to see, in words
    """

    title: str
    settings: type[Settings]
    every_s: int
    secret: str


KINDS: dict[str, Kind] = {
    "phoenix": Kind("Phoenix", Phoenix, 900, "an API key"),
    "arize": Kind("Arize AX", Arize, 60, "an API key"),
    "whylabs": Kind("WhyLabs", WhyLabs, 300, "an API key (X-API-Key)"),
}
EVERY_LEAST_S, EVERY_MOST_S = 30, 24 * 3600
RULES_MAX, REFRESH_MAX = 50, 30
BEFORE = timedelta(days=7)
"""How far back a new pull begins, unless somebody says otherwise."""


def settings_of(kind: str, told: Mapping[str, Any], *, now: datetime) -> Settings:
    """What is set for a source, checked.

    :raises BadRequest: naming the word that is wrong
    """
    known = KINDS.get(kind)
    if known is None:
        raise BadRequest("kind", f"is not known. There are {', '.join(KINDS)}.")
    words = {name: value for name, value in told.items() if value is not None}
    if kind == "phoenix":
        words.setdefault("since", (now - BEFORE).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
    if unknown := sorted(set(words) - {field.name for field in fields(known.settings)}):
        raise BadRequest(unknown[0], f"is no setting of {known.title}.")
    try:
        found: Settings = msgspec.convert(words, known.settings)
    except msgspec.ValidationError as wrong:
        raise BadRequest("settings", str(wrong)) from wrong
    _sound(found)
    return found


def _sound(found: Settings) -> None:
    texts = [found.url]
    if isinstance(found, Phoenix):
        if found.since.tzinfo is None:
            raise BadRequest("since", "needs an offset from UTC, such as 2026-11-20T09:00:00Z.")
        if not 1 <= found.refresh_days <= REFRESH_MAX:
            raise BadRequest("refresh_days", f"is a number from 1 to {REFRESH_MAX}.")
        if len(found.rules) > RULES_MAX or any(not rule.name.strip() for rule in found.rules):
            raise BadRequest("rules", f"are at most {RULES_MAX}, each with the name of a judgement.")
        texts += [found.project, *(word for rule in found.rules for word in (rule.name, *rule.labels))]
    elif isinstance(found, Arize):
        if not found.space and not found.project:
            raise BadRequest("space", "or `project` is missing: whose monitors are asked for.")
        texts += [found.space, found.project]
    else:
        texts += [found.organisation, found.dataset]
    if any(len(text) > 1000 or not text.isprintable() for text in texts):
        raise BadRequest("settings", "hold a text that is too long, or with characters that cannot be printed.")
