"""The plain-language check: which sentences and words people will stumble over, and what the text does not say yet.

Each note points at its place. The figure for readability stands beside the notes and never instead of them: it knows
nothing of meaning. Sources: Flesch (1948) and Kincaid (1975) for English, Amstad (1978) for German, Szigriszt-Pazos
(1993) for Spanish. Syllables are counted by rule, which is a little off for single words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hotwash.knowledge.placeholders import gaps
from hotwash.knowledge.plainness import Plainness, patterns, plainness

NoteKind = Literal["word", "sentence", "passive", "part", "gap", "readability"]

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?:\n]+(?:[.!?:](?=\d)[^.!?:\n]*)*[.!?:]*")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\[missing: [^\[\]]*\]")
_VOWELS = {
    "en": re.compile(r"[aeiouy]+"),
    "de": re.compile(r"(?:ie|ei|ai|au|eu|äu|aa|ee|oo|[aeiouyäöü])"),
    "es": re.compile(r"(?:[iu]?[aeoáéó][iuy]?|[íú]|[iu]{1,2}|y(?![a-z]))"),
}
_APART = re.compile(r"(?<![ct])ia|io(?![un])|(?<![ctgx])ious|eo(?!p)|ua(?!r)|[^aeiou]ea$|reate|eing$|(?<=[cl])ien(?!d)")
"""Two vowels of English that are said one after the other."""
WORDS_MIN = 30
"""Below so many words a figure for readability says nothing, and is not given."""
TEXT_LENGTH_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at. ``line`` counts from 1 and ``start`` and ``end`` are places in the line; 0 for a part that
    is not there.

    :param text: the words it is about
    :param say: what to write instead, or a question to the writer
    """

    kind: NoteKind
    line: int
    start: int
    end: int
    text: str
    say: str


@dataclass(frozen=True, slots=True)
class Said:
    """A part that a message has to say, and whether it does."""

    id: str
    title: str
    found: bool


@dataclass(frozen=True, slots=True)
class Plain:
    """What came of the check.

    :param ease: reading ease by the formula of the language, higher is easier; None where the text is too short
    :param grade: years of school, where the language has such a figure
    """

    language: str
    formula: str
    source: str
    words: int
    sentences: int
    words_in_sentence: float
    ease: float | None
    grade: float | None
    notes: tuple[Note, ...]
    parts: tuple[Said, ...]

    @property
    def clear(self) -> bool:
        """Whether nothing was found to look at."""
        return not self.notes


def check(text: str, language: str = "en", *, audience: str = "", stage: str = "") -> Plain:
    """Hold a text against the table of its language; with an audience and a stage also against what it has to say.

    A language without a table is held against that of no words: only gaps are found then.
    """
    text = text[:TEXT_LENGTH_MAX]
    table = plainness(language)
    read = _PLACEHOLDER.sub(lambda hit: " " * len(hit[0]), text)
    sentences = list(_sentences(read))
    words = [word for sentence in sentences for word in _WORD.findall(sentence[1])]
    ease, grade = _figures(words, len(sentences), language)
    notes = [*_gaps(text), *(_found(read, sentences, table, language) if table else ())]
    parts = tuple(_parts(read, table, audience, stage)) if table and audience and stage else ()
    if table and ease is not None and (ease < table.ease_min or (grade or 0) > table.grade_max > 0):
        grade_told = f", grade {grade:.0f}" if grade is not None else ""
        say = f"Reading ease {ease:.0f}{grade_told}. Shorter sentences and shorter words make it easier."
        notes.append(Note("readability", 0, 0, 0, "", say))
    notes += [Note("part", 0, 0, 0, "", f"It does not seem to say: {one.title}.") for one in parts if not one.found]
    return Plain(
        language,
        table.formula if table else "",
        table.source if table else "",
        len(words),
        len(sentences),
        round(len(words) / len(sentences), 1) if sentences else 0.0,
        ease,
        grade,
        tuple(sorted(notes, key=lambda one: (one.line == 0, one.line, one.start))),
        parts,
    )


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for hit in _SENTENCE.finditer(text):
        if _WORD.search(hit[0]):
            yield hit.start(), hit[0]


def _place(text: str, start: int, end: int) -> tuple[int, int, int]:
    line = text.count("\n", 0, start)
    begin = text.rfind("\n", 0, start) + 1
    return line + 1, start - begin, end - begin


def _gaps(text: str) -> Iterator[Note]:
    for what in dict.fromkeys(gaps(text)):
        whole = f"[missing: {what}]"
        at = text.index(whole)
        yield Note("gap", *_place(text, at, at + len(whole)), whole, f"Put on record {what}, or take it out.")


def _found(text: str, sentences: list[tuple[int, str]], table: Plainness, language: str) -> Iterator[Note]:
    taken: set[int] = set()
    for one, pattern in patterns(language):
        for hit in pattern.finditer(text):
            if taken.isdisjoint(range(*hit.span())):
                taken.update(range(*hit.span()))
                say = f"Plainer: {one.instead}." if one.instead else "Take it out: it says nothing."
                yield Note("word", *_place(text, *hit.span()), hit[0], say)
    passive = _passive(table)
    for start, sentence in sentences:
        long = len(_WORD.findall(sentence))
        lead = len(sentence) - len(sentence.lstrip())
        if long > table.sentence_max:
            place = _place(text, start + lead, start + len(sentence.rstrip()))
            yield Note("sentence", *place, sentence.strip(), f"{long} words in one sentence. Where could it end?")
        for hit in passive.finditer(sentence) if passive else ():
            yield Note("passive", *_place(text, start + hit.start(), start + hit.end()), hit[0], "Who did it? Say so.")


def _passive(table: Plainness) -> re.Pattern[str] | None:
    be = "|".join(re.escape(word) for word in table.be)
    if table.language == "en":
        states = "|".join(table.states)
        ends = "|".join(table.participles)
        words = rf"\b(?:{be})\s+(?:not\s+|already\s+|also\s+|wrongly\s+)?(?!(?:{states})\b)(?:\w+ed|{ends})\b"
        return re.compile(words, re.IGNORECASE)
    if table.language == "de":
        words = rf"\b(?:{be})\b(?:\s+\w+){{0,4}}?\s+(?:\w*ge\w{{2,}}(?:t|en)|(?:be|ver|er|ent|zer)\w{{2,}}(?:t|en))\b"
        return re.compile(words, re.IGNORECASE)
    return re.compile(rf"\b(?:{be})\s+\w+(?:ado|ada|ados|adas|ido|ida|idos|idas)\b", re.IGNORECASE)


def _parts(text: str, table: Plainness, audience: str, stage: str) -> Iterator[Said]:
    plain = " ".join(text.lower().split())
    for part in table.parts:
        if part.asked_of(audience, stage):
            yield Said(part.id, part.title, any(re.search(cue, plain) for cue in part.cues))


def _figures(words: list[str], sentences: int, language: str) -> tuple[float | None, float | None]:
    base = language.split("-", maxsplit=1)[0]
    if len(words) < WORDS_MIN or not sentences or base not in _VOWELS:
        return None, None
    length, syllables = len(words) / sentences, sum(syllables_of(word, base) for word in words) / len(words)
    match base:
        case "de":
            return round(180 - length - 58.5 * syllables, 1), None
        case "es":
            return round(206.835 - 62.3 * syllables - length, 1), None
    return round(206.835 - 1.015 * length - 84.6 * syllables, 1), round(0.39 * length + 11.8 * syllables - 15.59, 1)


def syllables_of(word: str, language: str = "en") -> int:
    """How many syllables a word has, by rule."""
    plain = word.lower()
    found = len(_VOWELS[language].findall(plain))
    if language == "en":
        found += len(_APART.findall(plain))
        if re.search(r"[^aeiouyl]es?$", plain) and not re.search(r"(?:[sxz]|ch|sh|[cg])es$", plain):
            found -= 1
        if re.search(r"[^aeioutd]ed$", plain):
            found -= 1
    return max(found, 1)
