"""Two versions of one text side by side: where they differ, word by word, and a text that holds what both say."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS_MAX = 1_500
"""From so many words on, texts are compared sentence by sentence: word by word would take too long."""
_PIECES = re.compile(r"\s+|[^\s]+")
_SENTENCES = re.compile(r"\s+|\S[^\n]*?(?:[.!?]+(?=\s|\Z)|(?=\n)|\Z)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether the other text lacks it."""

    text: str
    own: bool


def side_by_side(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; those that only one has are marked."""
    mine, theirs = _cut(one, other)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, from_, to, since, until in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        same = tag == "equal"
        if to > from_:
            left.append(Piece("".join(mine[from_:to]), not same))
        if until > since:
            right.append(Piece("".join(theirs[since:until]), not same))
    return left, right


def both(one: str, other: str) -> str:
    """A text that holds every sentence of both: what they share once, what differs one after the other."""
    mine, theirs = _with_space(one), _with_space(other)
    made: list[str] = []
    for tag, from_, to, since, until in SequenceMatcher(None, _bare(mine), _bare(theirs), autojunk=False).get_opcodes():
        made += mine[from_:to]
        if tag != "equal":
            made += theirs[since:until]
    return "".join(piece if piece[-1:].isspace() else f"{piece} " for piece in made).strip()


def _with_space(text: str) -> list[str]:
    """Sentences, each with the space that follows it."""
    made: list[str] = []
    for piece in _SENTENCES.findall(text.strip()):
        if piece.isspace() and made:
            made[-1] += piece
        else:
            made.append(piece)
    return made


def _bare(pieces: list[str]) -> list[str]:
    return [piece.strip() for piece in pieces]


def _cut(one: str, other: str) -> tuple[list[str], list[str]]:
    mine, theirs = _PIECES.findall(one), _PIECES.findall(other)
    if max(len(mine), len(theirs)) > 2 * WORDS_MAX:
        return _SENTENCES.findall(one), _SENTENCES.findall(other)
    return mine, theirs
