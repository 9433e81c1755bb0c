"""What did not happen, said of people: "should have checked", "had she read it". An alert that should have is none."""

from hotwash.knowledge.wording import word_set
from hotwash.reports.wording.looking import PEOPLE, Found, Sight, base_forms

_DID = "did …, because …"
_IF = "… did …, because …"
_WAS_NOT = "was not …; what happened instead was …"
_PERSONS_WORK = word_set(
    "reviewed tested checked verified caught noticed escalated reported followed read told spotted informed questioned"
    " detected raised challenged foreseen anticipated double-checked flagged"
)
_BETWEEN = word_set("not n't to also at least instead never")
_BEFORE_PARTICIPLE = word_set("also at least first just never")
_STATES = word_set("more aware paying watching monitoring checking looking careful vigilant following using")
_PRESENT = {
    "known": "know",
    "told": "tell",
    "understood": "understand",
    "foreseen": "foresee",
    "read": "read",
    "paid": "pay",
}


def modal(sight: Sight, at: int) -> Found | None:
    """ "Should have", "could have", "ought to have"."""
    low = sight.lower(at)
    if low not in ("should", "could", "ought") or sight.asks:
        return None
    i = _past(sight, at + 1, _BETWEEN)
    if sight.lower(i) not in ("have", "'ve") or (low != "should" and sight.clause.conditional(at)):
        return None
    verb = _past(sight, i + 1, _BEFORE_PARTICIPLE)
    if sight.lower(verb) == "been":
        return _been(sight, at, _past(sight, verb + 1, frozenset()))
    kind, place = sight.clause.subject(at)
    if not sight.participle(verb) or place < 0 or kind not in ("person", "group", "we", "ambiguous", "affected"):
        return None
    done = sight.lower(verb)
    machine = kind == "ambiguous" and not (base_forms(done) | {_PRESENT.get(done, "")}) & sight.lexicon.human
    return None if machine or (kind == "affected" and low == "could") else Found(at, verb, "counterfactual", _DID)


def _been(sight: Sight, at: int, act: int) -> Found | None:
    """ "Should have been reviewed", "should have been paying attention"."""
    low, kind = sight.lower(at), sight.clause.subject(at)[0]
    if low == "could":
        return None
    by = sight.actor(act) if sight.participle(act) else "thing"
    if by in PEOPLE or (kind == "thing" and sight.lower(act) in _PERSONS_WORK):
        return Found(at, act, "counterfactual", _WAS_NOT)
    if kind in ("person", "group", "we") and sight.lower(act) in _STATES:
        return Found(at, act, "counterfactual", "was …, because …")
    return None


def supposed(sight: Sight, at: int) -> Found | None:
    """ "Was supposed to verify it but did not"."""
    if sight.lower(at) not in ("was", "were") or sight.asks or sight.lower(at + 2) != "to":
        return None
    if sight.lower(at + 1) not in ("supposed", "meant", "expected") or sight.clause.subject(at)[0] != "person":
        return None
    left = any(sight.lower(i) == "but" or sight.has(i, "did", "not") for i in range(at + 3, len(sight.said)))
    return Found(at, at + 2, "counterfactual", _DID) if left else None


def inverted(sight: Sight, at: int) -> Found | None:
    """ "Had the engineer checked, it would …"."""
    if sight.lower(at) != "had" or not (at == 0 or sight.lower(at - 1) in (",", ";")):
        return None
    kind, last = sight.clause.group_after(at + 1)
    verb = _past(sight, last + 1, frozenset({"not", "only"}))
    if kind not in ("person", "group", "we") or not _would(sight, verb):
        return None
    done = sight.past(verb) or sight.lower(verb) in ("been", "had")
    return Found(at, verb, "counterfactual", _IF) if done else None


def conditional(sight: Sight, at: int) -> Found | None:
    """ "If the reviewer had read it, … would", "if only he had"."""
    if sight.lower(at) != "had" or at == 0:
        return None
    verb = _past(sight, at + 1, frozenset({"not", "only", "n't"}))
    kind, place = sight.clause.subject(at)
    if (
        not (sight.participle(verb) or sight.lower(verb) == "been")
        or kind not in ("person", "group", "we")
        or place < 0
    ):
        return None
    start = next((i for i in range(place, max(-1, place - 6), -1) if sight.lower(i) == "if"), -1)
    if start >= 0 and (_would(sight, 0) or sight.lower(start + 1) == "only"):
        return Found(start, verb, "counterfactual", _IF)
    return None


def _would(sight: Sight, start: int) -> bool:
    return any(sight.lower(i) in ("would", "could", "might") for i in range(start, len(sight.said)))


def _past(sight: Sight, at: int, words: frozenset[str]) -> int:
    while sight.lower(at).endswith("ly") or sight.lower(at) in words:
        at += 1
    return at


FINDERS = (modal, supposed, inverted, conditional)
