"""Human error as an explanation: "human error", "a mistake by", "mistakenly deleted", "pressed the wrong button"."""

from hotwash.knowledge.wording import word_set
from hotwash.reports.wording.looking import PEOPLE, Found, Sight

MADE_LIKELY = "what made this outcome likely: …"
_MADE_BY = (
    ("by",),
    ("of",),
    ("from",),
    ("made", "by"),
    ("was", "made", "by"),
    ("were", "made", "by"),
    ("on", "the", "part", "of"),
)
_NOT_OWNERS = word_set("who i he she person author")
_MACHINES_TOO = word_set(
    "misclassified mishandled misinterpreted miscalculated misapplied mislabelled mislabeled misplaced"
)
_FAULTY = word_set("incorrect wrong improper faulty erroneous inadequate poor bad")


def named(sight: Sight, at: int) -> Found | None:
    """ "Human error", "the engineer's mistake", "a mistake made by the finance team"."""
    low = sight.lower(at)
    if low not in sight.lexicon.errors or low == "slip" or _only_spoken_of(sight, at):
        return None
    if _owned(sight, at - 1):
        return Found(at - 1, at, "human-error", MADE_LIKELY)
    for link in _MADE_BY:
        if sight.has(at + 1, *link):
            kind, last = sight.clause.group_after(at + 1 + len(link))
            if kind in PEOPLE:
                return Found(at, last, "human-error", MADE_LIKELY)
    return None


def _owned(sight: Sight, at: int) -> bool:
    low = sight.lower(at)
    if low in ("human", "manual", "personnel") or (low == "user" and sight.lower(at + 1) in ("error", "mistake")):
        return True
    if at < 0 or low in _NOT_OWNERS:
        return False
    kind = sight.clause.kind(at)
    if low.endswith(("'s", "s'")):
        return kind in ("person", "group", "ambiguous")
    return kind in ("person", "ambiguous")


def _only_spoken_of(sight: Sight, at: int) -> bool:
    """As a hazard, a word, or something that it was not."""
    if sight.negated(at - 1, 5):
        return True
    if any(sight.lower(i) in sight.lexicon.spoken_of for i in range(max(0, at - 7), at)):
        return True
    return any(sight.lower(at + i) in sight.lexicon.hazard for i in (1, 2, 3, 4))


def made(sight: Sight, at: int) -> Found | None:
    """ "Made a mistake", "committed an error"."""
    if sight.lower(at) not in ("made", "committed", "making") or sight.passive(at):
        return None
    end = next((i for i in sight.span(at + 1, at + 6) if sight.lower(i) in sight.lexicon.errors), -1)
    if end < 0 or not sight.acts(at) or sight.lower(at - 1) in ("no", "never"):
        return None
    return Found(at, end, "human-error", "did …, which at that moment looked right because …")


def wrong_act(sight: Sight, at: int) -> Found | None:
    """ "Misread", "mistyped", "misjudged", by a person."""
    low = sight.lower(at)
    if low not in sight.lexicon.wrong_acts:
        return None
    kind = sight.actor(at)
    if kind in PEOPLE or (kind == "ambiguous" and low not in _MACHINES_TOO):
        return Found(at, at, "human-error", "… (what was on the screen, and what it was taken for)")
    return None


def slip(sight: Sight, at: int) -> Found | None:
    """ "Accidentally deleted", "incorrectly assumed", by a person."""
    if sight.lower(at) not in sight.lexicon.slip_adverbs or sight.negated(at, 2):
        return None
    if sight.lower(at + 1).endswith("ing") and at and sight.clause.kind(at - 1) in PEOPLE:
        return Found(at, at + 1, "human-error", "… (without the adverb), while …")
    verb = next((i for i in (at + 1, at + 2) if sight.past(i)), at - 1 if sight.past(at - 1) else -1)
    if verb < 0 or not sight.acts(verb):
        return None
    return Found(min(at, verb), max(at, verb), "human-error", "… (without the adverb), while …")


def by_mistake(sight: Sight, at: int) -> Found | None:
    """ "Deleted the table by mistake"."""
    by = sight.lower(at) == "by" and sight.lower(at + 1) in ("mistake", "accident")
    if not by and not sight.has(at, "in", "error"):
        return None
    verb = next((i for i in range(at - 1, max(-1, at - 12), -1) if sight.past(i)), -1)
    return Found(at, at + 1, "human-error", "while …") if verb >= 0 and sight.acts(verb) else None


def wrong_thing(sight: Sight, at: int) -> Found | None:
    """ "Pressed the wrong button"."""
    if sight.lower(at) != "wrong" or sight.lower(at - 1) not in ("the", "a") or at + 1 >= len(sight.said):
        return None
    verb = next((i for i in range(at - 1, max(-1, at - 6), -1) if sight.past(i)), -1)
    if verb < 0 or not sight.acts(verb):
        return None
    return Found(verb, at + 1, "human-error", "… (which of the two looked right, and why)")


def faulty_work(sight: Sight, at: int) -> Found | None:
    """ "Incorrect data entry by a nurse"."""
    if sight.lower(at) not in _FAULTY or sight.negated(at):
        return None
    by = next((i for i in sight.span(at + 2, at + 5) if sight.lower(i) == "by"), -1)
    if by < 0 or any(sight.past(i) for i in range(at + 1, by)):
        return None
    kind, last = sight.clause.group_after(by + 1)
    return Found(at, last, "human-error", MADE_LIKELY) if kind == "person" else None


FINDERS = (named, made, wrong_act, slip, by_mistake, wrong_thing, faulty_work)
