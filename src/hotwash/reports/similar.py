"""What was seen in incidents like this one: how long until they were found and contained, and what failed.

A handful of incidents is not a sample: times are given as a median with their number, causes as a count.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from hotwash.knowledge.factors import factors
from hotwash.reports.measuring.figures import Figures
from hotwash.reports.metrics import duration
from hotwash.reports.phrases import count, several

OWN = "own"
"""The name of the organisation's own history, beside the collections of others."""
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Lag:
    """A time that is known of an incident: ``found`` since the harm began, ``contained`` since it was found."""

    name: str
    seconds: float
    words: str


@dataclass(frozen=True, slots=True)
class Similar:
    """An incident that resembles another one.

    :param corpus: ``own``, or the collection of others that tells it
    :param score: what share of the weight of the question it has, from 0 to 1
    :param failures: what failed; ``suspected`` what is thought to have
    """

    id: str
    title: str
    score: float
    corpus: str = OWN
    at: date | None = None
    standing: str = ""
    severity: str = ""
    system: str = ""
    url: str = ""
    text: str = ""
    failures: tuple[str, ...] = ()
    suspected: tuple[str, ...] = ()
    risk: str = ""
    lags: tuple[Lag, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the similar ones have in common, as sentences; empty where nothing is known of them."""

    sentences: tuple[str, ...]


def lags(known: Figures) -> tuple[Lag, ...]:
    """How long it took until the harm was found, contained and fixed, where the record says it."""
    found = []
    for measure, name in (("mttd", "found"), ("mttc", "contained"), ("mttr", "fixed")):
        timed = known.measures.get(measure)
        if timed is not None and timed.seconds is not None and timed.seconds >= 0:
            found.append(Lag(name, timed.seconds, duration(timed.seconds)))
    return tuple(found)


def lasted(began: date | None, ended: date | None) -> tuple[Lag, ...]:
    """How long a case of others lasted, by the days that its collection names."""
    if began is None or ended is None:
        return ()
    seconds = float((ended - began).days * DAY)
    return (Lag("ended", seconds, duration(seconds) if seconds else "within a day"),)


def own_failures(known: Figures) -> tuple[str, ...]:
    """Where the contributing factors of an incident lie, by their title, each once."""
    titles = {tag.id: tag.title for tag in factors().tags}
    return tuple(dict.fromkeys(titles.get(one.tag, one.tag) for one in known.factors))  # type: ignore[call-overload]


def seen(found: Sequence[Similar]) -> Seen:
    """What was seen in these incidents."""
    return Seen(tuple(one for one in (_times(found), _failed(found)) if one))


def _times(found: Sequence[Similar]) -> str:
    parts = []
    for name, what in (("found", "found"), ("contained", "contained"), ("ended", "over")):
        times = [lag.seconds for one in found for lag in one.lags if lag.name == name]
        if times:
            middle = duration(median(times)) if median(times) else "a day"
            since = "of being found" if name == "contained" else "of the harm’s beginning"
            parts.append(f"{what} within {middle} {since} (known of {_of(len(times), len(found))})")
    return f"Half of them were {several(parts)}." if parts else ""


def _failed(found: Sequence[Similar]) -> str:
    told = [one for one in found if one.failures or one.suspected]
    tally = Counter(name for one in told for name in dict.fromkeys((*one.failures, *one.suspected)))
    often = [f"{name} ({number})" for name, number in tally.most_common(5)]
    return f"What failed, or may have: {several(often)}; known of {_of(len(told), len(found))}." if often else ""


def _of(number: int, many: int) -> str:
    return f"{number} of {count(many, 'incident', 'incidents')}"
