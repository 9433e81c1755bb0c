"""Where a chain of whys stops too early: at a person, at training, or where it began. It reads English."""

from functools import cache

from hotwash.knowledge.whys import whys
from hotwash.knowledge.wording import lexicon
from hotwash.reports.wording import check
from hotwash.reports.wording.looking import Sight

_ALIKE = 0.75
_READ = 2_000
"""Characters of an answer that are read."""


def stops_at_person(text: str) -> bool:
    """Whether an answer finds its reason in what a person did, and says nothing of what made it sensible."""
    text = text[:_READ]
    low = _low(text)
    if any(phrase in low for phrase in whys().stops.person_phrases):
        return True
    sight = Sight(text, lexicon())
    if sight.explained(0):
        return False
    acts = _words(whys().stops.acts)
    if any(sight.lower(at) in acts and sight.acts(at) for at in range(len(sight.said))):
        return True
    return bool(check(text))


def stops_at_training(text: str) -> bool:
    """Whether an answer asks people for more training or care; training a model is something else."""
    low = _low(text[:_READ])
    stops = whys().stops
    if any(phrase in low for phrase in stops.training_phrases):
        return True
    words = low.split()
    if any(word in _words(stops.models) for word in words):
        return False
    things = _words(stops.training_things)
    return any(
        word in _words(stops.training_words) and (words[at + 1] if at + 1 < len(words) else "") not in things
        for at, word in enumerate(words)
    )


def same(one: str, other: str) -> bool:
    """Whether two answers say the same, as far as their words tell."""
    left, right = _telling(one), _telling(other)
    if len(left) < 2 or len(right) < 2:
        return left == right and bool(left)
    return len(left & right) / len(left | right) >= _ALIKE


def _low(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() or letter in "'-" else " " for letter in text.lower()).split())


def _telling(text: str) -> frozenset[str]:
    empty = _words(whys().stops.empty)
    return frozenset(_stem(word) for word in _low(text[:_READ]).split() if word not in empty)


def _stem(word: str) -> str:
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)]
    return word


@cache
def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())
