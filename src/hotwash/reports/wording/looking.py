"""What the rules share: one sentence with its words, who acts in it, and what is negated or only spoken of."""

from dataclasses import dataclass

from hotwash.knowledge.wording import Lexicon, word_set
from hotwash.reports.wording.grammar import Clause, Kind, Word, words

BE = word_set("was were been be being is are gets get got")
_NEGATIONS = word_set("not n't never no without nor neither nobody none avoid avoids avoiding cannot")
_REASONS = word_set("because since given believing thinking expecting trusting relying assuming due impression")
PEOPLE: frozenset[Kind] = frozenset({"person", "group"})


CONCERNS = word_set(
    "alert alerts alarm alarms concern concerns warning warnings objection objections advice complaint complaints"
    " doubts"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A flag before it has its place in the text: from one word to another, both in it."""

    first: int
    last: int
    dimension: str
    rewrite: str = ""


class Sight:
    """One sentence, looked at."""

    def __init__(self, text: str, lexicon: Lexicon, before: Kind = "thing") -> None:
        self.text, self.lexicon = text, lexicon
        self.said: list[Word] = words(text)
        self.clause = Clause(self.said, lexicon, before)
        self.asks = text.rstrip().endswith("?")

    def lower(self, at: int) -> str:
        """The word at a place in small letters; empty beyond the ends."""
        return self.said[at].lower if 0 <= at < len(self.said) else ""

    def has(self, at: int, *several: str) -> bool:
        """Whether these words stand at a place."""
        return all(self.lower(at + i) == word for i, word in enumerate(several))

    def span(self, start: int, end: int) -> range:
        """Places from one to before another, within the sentence."""
        return range(start, min(end, len(self.said)))

    def back(self, at: int, most: int, words: frozenset[str]) -> int:
        """The place of the nearest of some words, at most so far to the left; -1 if there is none."""
        return next((i for i in range(at - 1, max(-1, at - 1 - most), -1) if self.lower(i) in words), -1)

    def past(self, at: int) -> bool:
        """Whether a word may be a past form or a participle."""
        word = self.lower(at)
        return word.endswith("ed") or word in self.lexicon.irregular or word in _PAST

    def participle(self, at: int) -> bool:
        """Whether a word behind "have" is a participle, and no noun: "should have access" is none."""
        word = self.lower(at)
        return self.past(at) or (len(word) > 4 and word.endswith(("en", "wn", "ung", "ught", "elt", "uck")))

    def passive(self, verb: int) -> bool:
        """Whether a form of "be" makes the past form at a place passive."""
        at = verb - 1
        while at >= 0 and (self.lower(at).endswith("ly") or self.lower(at) in _BETWEEN):
            at -= 1
        return self.lower(at) in BE

    def actor(self, verb: int) -> Kind:
        """Who does what the verb says: its subject, or whom "by" names if it is passive."""
        if self.passive(verb):
            for at in range(verb + 1, min(verb + 9, len(self.said))):
                if self.lower(at) == "by":
                    return self.clause.group_after(at + 1)[0]
                if self.lower(at) in (",", ";", "because", "when"):
                    break
            return "thing"
        kind, place = self.clause.subject(verb)
        return "thing" if place >= 0 and self.clause.conditional(place + 1) else kind

    def acts(self, verb: int) -> bool:
        """Whether a person or a group of people does it."""
        return self.actor(verb) in PEOPLE

    def somebody_left(self, place: int) -> bool:
        """Whether a person acts somewhere in the clause to the left."""
        for at in range(place - 1, max(-1, place - 14), -1):
            if self.lower(at) in (";", ":", "."):
                return False
            if self.clause.kind(at) in PEOPLE and self.clause.ends_group(at) and not self.lower(at).endswith("'s"):
                behind = self.lower(at - 1)
                if behind not in ("by", "to", "for", "of", "with", "from") and not self.clause.conditional(at):
                    return True
        return False

    def negated(self, place: int, within: int = 4) -> bool:
        """Whether the words at a place are denied: "not", "rather than", "instead of"."""
        for at in range(place - 1, max(-1, place - 1 - within), -1):
            word = self.lower(at)
            if word in (",", ";", ":", "but"):
                return False
            if word in _NEGATIONS:
                return not self.has(at, "not", "only")
            if (word == "than" and self.lower(at - 1) == "rather") or (
                word == "of" and self.lower(at - 1) == "instead"
            ):
                return True
        return False

    def explained(self, at: int) -> bool:
        """Whether the sentence goes on to say what made it sensible."""
        lows = [word.lower for word in self.said[at + 1 :]]
        text = " ".join(lows)
        return any(word in _REASONS for word in lows) or any(phrase in text for phrase in _REASON_PHRASES)

    def phrase(self, phrases: tuple[str, ...]) -> list[tuple[int, int]]:
        """Where phrases stand: first and last word."""
        found = []
        for phrase in phrases:
            several = phrase.replace("couldn't", "could n't").replace("didn't", "did n't").replace("wasn't", "was n't")
            parts = several.split()
            for at in range(len(self.said) - len(parts) + 1):
                if self.has(at, *parts):
                    found.append((at, at + len(parts) - 1))
        return found


_BETWEEN = word_set("not n't also then again simply just never once all both")
_PAST = word_set(
    "ran wrote gave took went came saw made did began chose drove held kept knew left let lost put read sent set shut"
    " spoke stood thought told forgot"
)
_REASON_PHRASES = (
    "so that",
    "which meant",
    "made it",
    "had no way",
    "no way to",
    "did not show",
    "was hidden",
    "had not been told",
    "was never told",
    "were never told",
    "had never been",
    "nothing on the",
    "as the",
    "as there",
    "while handling",
    "while also",
)


def base_forms(past: str) -> set[str]:
    """What the base of a regular past form may be."""
    return {past, past.removesuffix("ed"), past.removesuffix("d"), past.removesuffix("ied") + "y", past[:-3]}


def gerund_forms(word: str) -> set[str]:
    """What the base of a form in -ing may be."""
    stem = word.removesuffix("ing")
    return {stem, stem + "e", stem[:-1]}
