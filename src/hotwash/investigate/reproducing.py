"""A finding, computed again: the same data must give the same numbers; if the data changed, both are shown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

import msgspec

from hotwash.investigate.asking import Progress, Stop
from hotwash.investigate.errors import AskedWrongly
from hotwash.investigate.finding import Finding
from hotwash.investigate.predictions import Log, Predictions, described


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which the results differ."""

    where: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A finding and the same question asked again."""

    before: Finding
    after: Finding
    changes: tuple[Difference, ...]

    @property
    def same_data(self) -> bool:
        """Whether the data has the same fingerprint."""
        return self.before.data.fingerprint == self.after.data.fingerprint

    @property
    def same_numbers(self) -> bool:
        """Whether every number of the result is the same."""
        return not self.changes

    @property
    def reproduced(self) -> bool:
        """Whether the same data gave the same numbers."""
        return self.same_data and self.same_numbers

    @property
    def sentence(self) -> str:
        """What came of it."""
        if self.reproduced:
            return f"The same data, the same numbers. {self.after.sentence}"
        if self.same_data:
            return f"The same data give other numbers, in {len(self.changes):,} places. {self._versions()}"
        if self._fingerprints_differ_in_kind():
            data = "Whether the data is the same cannot be told: the log is of another kind now."
        else:
            data = "The data changed since."
        return f"{data} The numbers are {'the same' if self.same_numbers else 'others'}."

    def _versions(self) -> str:
        old, new = self.before.recipe, self.after.recipe
        if (old.hotwash, old.engine) == (new.hotwash, new.engine):
            return "The versions are the same too: this is a fault."
        return f"Then: hotwash {old.hotwash} on {old.engine}; now: hotwash {new.hotwash} on {new.engine}."

    def _fingerprints_differ_in_kind(self) -> bool:
        old, new = self.before, self.after
        kinds = {f.data.fingerprint.split(":", 1)[0] for f in (old, new)}
        return len(kinds) > 1 or old.recipe.engine.split()[0] != new.recipe.engine.split()[0]

    def __str__(self) -> str:
        return self.sentence


def reproduce(
    finding: Finding | str | bytes,
    log: Log | None = None,
    *,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Reproduction:
    """Ask the question of a finding again, and hold both answers against each other.

    :param finding: a finding, or its JSON
    :param log: where the log lies now, if it was moved or lay in memory
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises ValueError: if the text holds no finding
    """
    before = finding if isinstance(finding, Finding) else Finding.from_json(finding)
    ask = question(before.question)
    words = dict(before.recipe.arguments)
    told = _log(before, log, words.pop("zone", None))
    hints = get_type_hints(ask)
    given = {name: _typed(value, hints.get(name)) for name, value in words.items()}
    after = ask(told, **given, on_progress=on_progress, cancelled=cancelled)
    # Through JSON: what was read from a file has lists where a fresh answer has tuples.
    old, new = (msgspec.json.decode(msgspec.json.encode(one.result)) for one in (before, after))
    # What a second engine said is no part of our answer.
    old.pop("checks", None)
    return Reproduction(before, after, tuple(differences(old, new)))


def question(name: str) -> Callable[..., Finding]:
    """The function that answers a question of that name.

    :raises AskedWrongly: if there is none
    """
    import hotwash.investigate as room  # all questions are there, and this module is one of its own

    found = getattr(room, name.replace("-", "_"), None)
    if not callable(found) or get_type_hints(found).get("return") is not Finding:
        raise AskedWrongly(f'This version of Hotwash has no question "{name}".')
    return found  # type: ignore[no-any-return]


def _log(before: Finding, log: Log | None, zone: str | None) -> Predictions:
    if log is None:
        source = before.data.source
        if source.endswith((" in memory", ", handed in")):
            raise AskedWrongly(f"The log was {source}, and is not kept. Hand the table in again (log).")
        return Predictions(source, zone=zone)
    told = described(log)
    return replace(told, zone=zone) if zone and not told.zone else told


def _typed(value: Any, hint: Any) -> Any:
    try:
        return msgspec.convert(value, hint) if hint is not None else value
    except (msgspec.ValidationError, TypeError):
        return value


def differences(old: Any, new: Any, where: str = "result") -> Iterator[Difference]:
    """Every place in which two JSON values differ."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from differences(old.get(key), new.get(key), f"{where}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from differences(was, now, f"{where}[{place}]")
    elif old != new or type(old) is not type(new):
        yield Difference(where, old, new)
