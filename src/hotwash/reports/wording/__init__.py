"""Finds blame in text, by the sides of language that NHS England's LRRIT looks at, and asks a question instead.

Pure: text in, flags out. It tells people from systems as the subject: "the model failed to recognise her" is a fault of
a system and fine; "the nurse failed to notice" says nothing of why, and is flagged. Never a score.

Source: NHS England, Learning Response Review and Improvement Tool. Method and figures: ``docs/explanation/wording.md``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotwash.knowledge.wording import lexicon
from hotwash.reports.wording import causes, counterfactuals, errors, judgements, omissions
from hotwash.reports.wording.grammar import Kind
from hotwash.reports.wording.looking import Found, Sight
from hotwash.reports.wording.sentences import sentences

LENGTH_MAX = 2_000_000
SENTENCE_MAX = 3_000


@dataclass(frozen=True, slots=True)
class Flag:
    """A place in a text where a person is blamed.

    :param line: from 1
    :param start: of the flagged words, in characters from the start of the text; ``end`` is the first one after them
    :param dimension: ``system-approach``, ``human-error``, ``blame``, ``local-rationality`` or ``counterfactual``
    :param question: what to ask instead
    :param rewrite: how the place might go on, with … for what only the people who were there know
    """

    line: int
    start: int
    end: int
    text: str
    dimension: str
    question: str
    rewrite: str
    sentence: str


def check(text: str) -> list[Flag]:
    """Every flag of a text (plain, Markdown or HTML), in its order. Of two that overlap the longer one stays.

    :raises ValueError: if the text is longer than `LENGTH_MAX` characters
    """
    if len(text) > LENGTH_MAX:
        raise ValueError(f"The text has {len(text):,} characters; {LENGTH_MAX:,} are the most that are looked at.")
    words, flags = lexicon(), []
    questions = {one.id: one.question for one in words.dimensions}
    before: Kind = "thing"
    line, counted = 1, 0
    for sentence in sentences(text):
        if sentence.end - sentence.start > SENTENCE_MAX:
            continue
        sight = Sight(sentence.masked, words, before)
        for found in _apart(list(_found(sight))):
            last = min(found.last, len(sight.said) - 1)
            start, end = sentence.start + sight.said[found.first].start, sentence.start + sight.said[last].end
            line, counted = line + text.count("\n", counted, start), start
            flags.append(
                Flag(
                    line,
                    start,
                    end,
                    text[start:end],
                    found.dimension,
                    questions[found.dimension],
                    found.rewrite,
                    " ".join(text[sentence.start : sentence.end].split()),
                )
            )
        before = _actor(sight)
    return flags


_FINDERS = errors.FINDERS + causes.FINDERS + judgements.FINDERS + counterfactuals.FINDERS
_PHRASES = causes.PHRASES + judgements.PHRASES


def _found(sight: Sight) -> Iterator[Found]:
    finders = _FINDERS if sight.asks else _FINDERS + omissions.ASSERTED
    for at in range(len(sight.said)):
        for finder in finders:
            if (one := finder(sight, at)) is not None:
                yield one
    for phrases in _PHRASES if sight.asks else _PHRASES + omissions.PHRASES:
        yield from phrases(sight)


def _apart(found: Sequence[Found]) -> list[Found]:
    """Flags that do not overlap, by place."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.first - each.last, each.first)):
        if all(one.last < other.first or other.last < one.first for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.first)


def _actor(sight: Sight) -> Kind:
    """Who was last spoken of, for the "they" of the next sentence."""
    for at in range(len(sight.said)):
        kind = sight.clause.kind(at)
        if kind in ("person", "group", "affected"):
            return kind
    return "thing"
