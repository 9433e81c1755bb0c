"""Who acts: the words of a sentence and the head of a verb's subject.

No parser: English puts the subject before its verb and the head of a noun group at its end, so a few steps to the left
find it. What is not found counts as a thing, so that a doubt never becomes a flag.
"""

import re
from dataclasses import dataclass
from typing import Literal

from hotwash.knowledge.wording import Lexicon, word_set

Kind = Literal["person", "ambiguous", "group", "we", "affected", "thing", "nobody"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+|-[^\W\d_]+)*|\d[\d.,:]*|[^\w\s]", re.UNICODE)

_PRONOUNS: dict[str, Kind] = {
    "nobody": "nobody",
    "none": "nobody",
    "no-one": "nobody",
    "neither": "nobody",
    "we": "we",
    "us": "we",
}
_TITLES = word_set("dr mr mrs ms prof sgt lt capt")
DETERMINERS = word_set(
    "the a an this that these those his her their its our my your some any each every either no one another both"
    " several many few most all two three four other"
)
PREPOSITIONS = word_set("of in at on from for with within to by behind during inside near under over among about")
AUXILIARIES = word_set(
    "had has have having was were is are be been being did do does would could should might may must can will also then"
    " later again simply just never not n't reportedly allegedly apparently even still once subsequently initially only"
    " both who that which therefore thus instead however first there soon eventually somehow yet ought repeatedly"
)
_BREAKS = frozenset(",;:()—–[]")
_JOINS = word_set("and but or then yet nor")
_CLAUSE = word_set("because since when while although though if unless until after before as whereas so whether")
_AGENT = re.compile(r"^\w{3,}(?:er|or|ers|ors|eers|ian|ians)$")
_NOT_THE_END = word_set("down up out off back on online")
CONDITIONS = word_set("if whenever unless whether should lest in-case")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark with its place in the sentence."""

    text: str
    lower: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words and marks of a sentence."""
    found = []
    for match in _TOKEN.finditer(text):
        lower = match.group().lower().replace("’", "'")
        if lower.endswith("n't") and len(lower) > 3:
            cut = match.end() - 3
            found.append(Word(text[match.start() : cut], lower[:-3], match.start(), cut))
            found.append(Word(text[cut : match.end()], "n't", cut, match.end()))
        else:
            found.append(Word(match.group(), lower, match.start(), match.end()))
    return found


class Clause:
    """Answers who is meant, in one sentence.

    :param before: the kind of the subject of the sentence before, for "they"
    """

    def __init__(self, said: list[Word], lexicon: Lexicon, before: Kind = "thing") -> None:
        self.said, self._lexicon, self._before = said, lexicon, before

    def kind(self, place: int) -> Kind:
        """What the word at a place means as the head of a noun group."""
        return self._pronoun(place) or self._noun(place)

    def _pronoun(self, place: int) -> Kind | None:
        lower = self.said[place].lower
        if lower in ("they", "them"):
            return self._they(place)
        if lower == "who":
            return self._who(place)
        if lower == "i":
            return "thing" if place + 1 < len(self.said) and self.said[place + 1].lower == "/" else "person"
        return "person" if lower in self._lexicon.pronouns else _PRONOUNS.get(lower)

    def _noun(self, place: int) -> Kind:
        word, lexicon = self.said[place], self._lexicon
        lower = word.lower.removesuffix("'s")
        last = lower.rsplit("-", 1)[-1]
        if lower in lexicon.affected:
            return "affected"
        if self._a_name(place):
            return "thing"
        if self._titled(place) or (word.text[:1].isupper() and lower in lexicon.names):
            return "person"
        classes: tuple[tuple[Kind, frozenset[str]], ...] = (
            ("ambiguous", lexicon.ambiguous),
            ("person", lexicon.roles),
            ("group", lexicon.groups),
        )
        for kind, several in classes:
            if lower in several or last in several:
                return self._negated(kind, place)
        unknown = _AGENT.search(last) and last not in lexicon.things and word.text.islower()
        return self._negated("ambiguous", place) if unknown else "thing"

    def _titled(self, place: int) -> bool:
        """ "Dr. Patel", "a team member"."""
        said = self.said
        if place and said[place].lower == "member" and self.kind(place - 1) in ("group", "person"):
            return True
        return place > 1 and said[place - 1].lower == "." and said[place - 2].lower in _TITLES

    def _a_name(self, place: int) -> bool:
        """Whether a role with a capital is part of a product's name, as "Package Manager" in mid sentence."""
        said = self.said
        if place < 1 or not said[place].text[:1].isupper() or not said[place - 1].text[:1].isupper():
            return False
        return (
            said[place - 1].lower not in DETERMINERS
            and place > 1
            and said[place].text.lower() not in self._lexicon.names
        )

    def _negated(self, kind: Kind, place: int) -> Kind:
        return "nobody" if place and self.said[place - 1].lower == "no" else kind

    def _who(self, place: int) -> Kind:
        at = place - 1
        while at >= 0 and self.said[at].lower in _BREAKS | {"and"}:
            at -= 1
        return self._head(at)[0] if at >= 0 else "thing"

    def _they(self, place: int) -> Kind:
        for at in range(place - 1, -1, -1):
            kind = self.kind(at) if self.said[at].lower not in ("they", "them", "who") else "thing"
            if kind != "thing":
                return kind
        return self._before if self._before != "thing" else "ambiguous"

    def subject(self, verb: int) -> tuple[Kind, int]:
        """The kind and the place of the head of the subject of a verb; the place is -1 if there is none."""
        kind, place = self._subject(verb - 1, 0)
        if kind == "thing" and place > 0:
            for at in range(place, max(-1, place - 9), -1):
                lower = self.said[at].lower
                if lower in _BREAKS | _CLAUSE or lower in ("that", "which", "said"):
                    break
                if lower == "who":
                    return self._who(at), at
        return kind, place

    def _subject(self, at: int, depth: int) -> tuple[Kind, int]:
        said = self.said
        while at >= 0:
            lower = said[at].lower
            if lower == "who":
                return self._who(at), at
            if lower in ("that", "which") and at and said[at - 1].lower not in _BREAKS and said[at - 1].text.isalpha():
                return self._head(at - 1)
            if lower in AUXILIARIES or (lower.endswith("ly") and self.kind(at) == "thing") or lower in _NOT_THE_END:
                at -= 1
            elif lower in _JOINS and depth < 4:
                return self._coordinated(at, depth)
            elif lower in (",", ")", "—", "–") and depth < 4:
                return self._behind_insertion(at, depth)
            else:
                return self._head(at)
        return "thing", -1

    def _behind_insertion(self, at: int, depth: int) -> tuple[Kind, int]:
        """ ", who was on call," and the like: the subject stands before it. A clause that just ends gives none."""
        said = self.said
        mark = "(" if said[at].lower == ")" else said[at].lower
        for left in range(at - 1, max(-1, at - 16), -1):
            if said[left].lower == mark:
                return self._subject(left - 1, depth + 1) if left else ("thing", -1)
        if at and said[at].lower == ",":
            return self._coordinated(at, depth)
        return "thing", -1

    def _coordinated(self, at: int, depth: int) -> tuple[Kind, int]:
        """ "opened the chart and ignored": the first subject of the clause that this verb goes on with."""
        if at and self.said[at - 1].lower in _JOINS:
            at -= 1
        start = at - 1
        while start >= 0 and self.said[start].lower not in (";", ":", "("):
            start -= 1
        for place in range(start + 1, at):
            kind = self.kind(place)
            lower = self.said[place].lower
            if lower in ("it", "this", "which"):
                return "thing", place
            after = self.said[place + 1].lower if place + 1 < len(self.said) else ""
            if kind != "thing" and not self.said[place].lower.endswith("'s") and after not in _BREAKS:
                behind = self.said[place - 1].lower if place else ""
                further = any(self.said[i].lower in PREPOSITIONS for i in range(max(0, place - 3), place))
                if behind not in PREPOSITIONS and not further and self.ends_group(place):
                    return kind, place
            if depth == 0 and place > start + 8:
                break
        return "thing", -1

    def ends_group(self, place: int) -> bool:
        """Whether the noun at a place ends its group: "operator" does not in "operator console"."""
        if place + 1 >= len(self.said):
            return True
        after = self.said[place + 1].lower
        verbal = after.endswith(("ed", "ly")) or after in AUXILIARIES | PREPOSITIONS | _JOINS
        return verbal or after in self._lexicon.irregular or after in _IRREGULAR_PAST or after in _CLAUSE

    def _head(self, at: int) -> tuple[Kind, int]:
        """The head of the noun group that ends at a place: over "of the pump" back to "operator"."""
        head = at
        for _ in range(4):
            left = head
            while left >= 0 and head - left < 6:
                lower = self.said[left].lower
                if left < head and (lower in PREPOSITIONS or not self.said[left].text[:1].isalnum()):
                    break
                if lower in DETERMINERS and left < head:
                    left -= 1
                    break
                left -= 1
            if left < 1 or self.said[left].lower not in PREPOSITIONS:
                break
            before = self.said[left - 1]
            if not before.text[:1].isalpha() or before.lower in AUXILIARIES | _CLAUSE | _JOINS:
                break
            if before.lower.endswith("ed") or before.lower in _IRREGULAR_PAST:
                break
            head = left - 1
        return (self.kind(head), head) if head >= 0 else ("thing", -1)

    def group_after(self, place: int) -> tuple[Kind, int]:
        """The kind and place of the head of the noun group that begins at a place, for "by an operator"."""
        last = -1
        for at in range(place, min(place + 7, len(self.said))):
            lower = self.said[at].lower
            if not self.said[at].text[:1].isalnum() or lower in PREPOSITIONS | _JOINS | _CLAUSE | AUXILIARIES:
                break
            if last >= 0 and self.kind(last) != "thing" and self._verb_here(at):
                break
            if lower.endswith("'s"):
                last = -1
                continue
            if lower not in DETERMINERS:
                last = at
        return (self.kind(last), last) if last >= 0 else ("thing", -1)

    def _verb_here(self, at: int) -> bool:
        """Whether the word behind a person is a verb: "analyst cost 2 million", "developer executing"."""
        lower = self.said[at].lower
        after = self.said[at + 1] if at + 1 < len(self.said) else None
        ahead = after is not None and (after.lower in DETERMINERS or after.text[:1].isdigit())
        return ahead or lower.endswith(("ing", "ed")) or lower in _IRREGULAR_PAST

    def conditional(self, place: int) -> bool:
        """Whether the words at a place stand under an "if"."""
        for at in range(place - 1, -1, -1):
            lower = self.said[at].lower
            if lower in CONDITIONS:
                return not (lower == "should" and at != 0)
            if lower in (",", ";", ":"):
                return False
        return False


_IRREGULAR_PAST = word_set(
    "ran wrote gave took went came saw made did began chose drove fell got grew held kept knew left let lost put read"
    " sent set shut slept spoke stood thought told wore was were had forgot wound woke broke hit"
)
