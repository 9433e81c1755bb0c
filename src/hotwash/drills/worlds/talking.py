"""One block of a world that talks: what is asked, what is answered, and which answers go bad."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hotwash.drills.worlds.description import Chat
from hotwash.drills.worlds.draws import Draws
from hotwash.drills.worlds.phrases import phrases
from hotwash.drills.worlds.predicates import Coded

Numbers = Any
THUMBS = ("up", "down")
SAID, DOWN_IF_BAD, DOWN = 0.22, 0.55, 0.09
"""How many people say what they thought of an answer, and how many of those did not like a bad one, or any other."""


def intents(chat: Chat, draws: Draws) -> Coded:
    """What each person wants."""
    known = phrases(chat.phrases).intents
    weights = np.array([one.weight for one in known])
    edges = np.cumsum(weights / weights.sum())[:-1]
    codes = np.searchsorted(edges, draws.fine("intent"), side="right").astype(np.int8)
    return Coded(codes, tuple(one.name for one in known))


def chosen(told: Coded, names: Sequence[str]) -> Numbers:
    """Which rows are about one of these intents; all of them if none is named."""
    if not names:
        return np.ones(len(told.codes), bool)
    return np.isin(told.codes, [told.values.index(name) for name in names if name in told.values])


def can_go_bad(chat: Chat, told: Coded) -> Numbers:
    """For which rows there is a bad answer."""
    return np.array([bool(one.bad) for one in phrases(chat.phrases).intents])[told.codes]


def texts(chat: Chat, draws: Draws, told: Coded, bad: Numbers) -> tuple[Numbers, Numbers]:
    """Questions and answers. A good and a bad answer to the same question begin and end alike."""
    known = phrases(chat.phrases)
    asked = np.column_stack([draws.fine(f"question {part}") for part in range(4)]).tolist()
    said = np.column_stack([draws.fine(f"answer {part}") for part in range(4)]).tolist()
    slots = draws.fine("slots").tolist()
    codes, wrong = told.codes.tolist(), bad.tolist()
    questions, answers = np.empty(draws.rows, object), np.empty(draws.rows, object)
    for place in range(draws.rows):
        filled = known.filled(slots[place])
        questions[place] = known.question(codes[place], asked[place], filled)
        answers[place] = known.answer(codes[place], said[place], filled, bad=wrong[place])
    return questions, answers


def thumbs(draws: Draws, bad: Numbers) -> Coded:
    """What some people thought of their answer."""
    down = draws.uniform("thumb") < np.where(bad, DOWN_IF_BAD, DOWN)
    silent = draws.uniform("says so") >= SAID
    return Coded(np.where(silent, np.int8(-1), down.astype(np.int8)), THUMBS)
