"""What a person left undone, without what made that sensible: "forgot to", "failed to notice", "did not check"."""

from collections.abc import Iterator

from hotwash.knowledge.wording import word_set
from hotwash.reports.wording.looking import BE, CONCERNS, PEOPLE, Found, Sight, base_forms, gerund_forms

_THEN = "did not …; at that moment …"
_AT_THAT_MOMENT = "… ; at that moment …"
_LATER = "did … at …; until then …"
_HAPPENS = word_set("take use make know run set identify detect pay act react respond write")
_NOT_SIGHTS = word_set("his her their out deadline work")
_DEGREES = word_set("own repeated complete apparent continued consistent subsequent total clear")
_CHOSE = word_set("chose decided opted preferred")
_SHUN = word_set("ignore skip bypass disregard dismiss overlook neglect hide cover")


def omitted(sight: Sight, at: int) -> Found | None:
    """ "Forgot", "overlooked", "ignored three warnings"."""
    low, lexicon = sight.lower(at), sight.lexicon
    if low not in lexicon.omitted or low == "dismissed" or sight.negated(at, 2):
        return None
    strong = low in lexicon.strong
    spurned = any(sight.lower(i) in CONCERNS | lexicon.rules for i in sight.span(at + 1, at + 5))
    kind = sight.actor(at)
    human = kind in PEOPLE or (kind == "ambiguous" and (strong or spurned))
    if not human or (not strong and sight.explained(at)):
        return None
    end = at + 2 if sight.lower(at + 1) == "to" and at + 2 < len(sight.said) else at
    return Found(at, end, "local-rationality", _THEN)


def failed(sight: Sight, at: int) -> Found | None:
    """ "Failed to verify", said of people; of ambiguous words only with what nothing but a person does."""
    if sight.lower(at) not in ("failed", "fails") or sight.lower(at + 1) != "to" or sight.negated(at, 2):
        return None
    verb, kind = _verb_after(sight, at + 2), sight.actor(at)
    human = kind in PEOPLE and verb not in sight.lexicon.machine
    if human or (kind == "ambiguous" and verb in sight.lexicon.human):
        return Found(at, at + 2, "local-rationality", _THEN)
    return None


def failure(sight: Sight, at: int) -> Found | None:
    """ "The operator's failure to", "the failure of the operator to"."""
    if sight.lower(at) != "failure" or sight.negated(at, 2):
        return None
    if sight.lower(at + 1) == "to":
        return Found(at, at + 2, "local-rationality", _THEN) if _owned(sight, at) else None
    skip = 2 if sight.lower(at + 1) in ("of", "by") else 5 if sight.has(at + 1, "on", "the", "part", "of") else 0
    if not skip:
        return None
    kind, last = sight.clause.group_after(at + skip)
    if kind in PEOPLE and sight.lower(last + 1) == "to":
        return Found(at, last + 1, "local-rationality", _THEN)
    return None


def _owned(sight: Sight, at: int) -> bool:
    owner = at - 1
    while owner > 0 and (sight.lower(owner).endswith("ed") or sight.lower(owner) in _DEGREES):
        owner -= 1
    low = sight.lower(owner)
    if owner < 0 or low in ("the", "a"):
        return False
    if low in ("his", "her"):
        return True
    if low == "'":
        return owner > 0 and sight.clause.kind(owner - 1) in ("person", "group", "ambiguous")
    kind = sight.clause.kind(owner)
    return kind in PEOPLE or (low.endswith(("'s", "s'")) and kind == "ambiguous")


def failing(sight: Sight, at: int) -> Found | None:
    """ "For failing to escalate"."""
    before = sight.lower(at - 1) in ("for", "by", ",", "in", "and")
    if sight.lower(at) != "failing" or sight.lower(at + 1) != "to" or not before:
        return None
    cared = _verb_after(sight, at + 2) in sight.lexicon.care
    return Found(at, at + 2, "local-rationality", _THEN) if cared and sight.somebody_left(at) else None


def did_not(sight: Sight, at: int) -> Found | None:
    """ "Did not check"; "did not have access" says what made it so, and is none."""
    if sight.lower(at) != "did" or sight.lower(at + 1) not in ("not", "n't") or sight.explained(at):
        return None
    verb, kind = _verb_after(sight, at + 2), sight.clause.subject(at)[0]
    if verb not in sight.lexicon.care - _HAPPENS or sight.clause.conditional(at):
        return None
    if kind in PEOPLE or (kind == "ambiguous" and verb in sight.lexicon.human):
        return Found(at, at + 2, "local-rationality", _AT_THAT_MOMENT)
    return None


def had_not(sight: Sight, at: int) -> Found | None:
    """ "Had not understood the alarm"; "had not been told" says what made it so, and is none."""
    if sight.lower(at) != "had" or sight.lower(at + 1) not in ("not", "n't") or sight.explained(at):
        return None
    done = sight.lower(at + 2)
    cared = (base_forms(done) & sight.lexicon.care - _HAPPENS) or done in ("understood", "read", "thought", "noticed")
    if not cared or not sight.participle(at + 2) or sight.clause.conditional(at):
        return None
    return Found(at, at + 2, "local-rationality", _AT_THAT_MOMENT) if sight.clause.subject(at)[0] in PEOPLE else None


def never_did(sight: Sight, at: int) -> Found | None:
    """ "Never verified"."""
    if sight.lower(at) != "never" or not sight.past(at + 1) or sight.explained(at) or not sight.acts(at + 1):
        return None
    cared = base_forms(sight.lower(at + 1)) & sight.lexicon.care
    return Found(at, at + 1, "local-rationality", _THEN) if cared else None


def without(sight: Sight, at: int) -> Found | None:
    """ "Approved it without reading it"."""
    if sight.lower(at) != "without" or not sight.lower(at + 1).endswith("ing") or sight.explained(at):
        return None
    cared = gerund_forms(sight.lower(at + 1)) & (sight.lexicon.care - _HAPPENS)
    return Found(at, at + 1, "local-rationality", _AT_THAT_MOMENT) if cared and sight.somebody_left(at) else None


def missed(sight: Sight, at: int) -> Found | None:
    """ "Missed the nodule"."""
    if sight.lower(at) != "missed" or sight.explained(at) or sight.lower(at + 1) in _NOT_SIGHTS:
        return None
    return Found(at, at, "local-rationality", "did not see …; at that moment …") if sight.acts(at) else None


def chose(sight: Sight, at: int) -> Found | None:
    """ "Chose to ignore", "decided not to"."""
    if sight.lower(at) not in _CHOSE or sight.explained(at) or not sight.acts(at):
        return None
    shunned = sight.lower(at + 1) == "to" and sight.lower(at + 2) in _SHUN
    if shunned or sight.has(at + 1, "not", "to"):
        return Found(at, at + 2, "local-rationality", "…, which made sense then because …")
    return None


def too_late(sight: Sight, at: int) -> Found | None:
    """ "Was slow to respond", "took too long to"."""
    if sight.lower(at) in ("slow", "late", "busy", "lazy", "tired") and sight.lower(at + 1) == "to":
        be = sight.back(at, 3, BE)
        if be >= 0 and sight.clause.subject(be)[0] in PEOPLE:
            return Found(at, at + 2, "local-rationality", _LATER)
    if sight.has(at, "too", "long", "to"):
        took = sight.back(at, 3, frozenset({"took", "taking"}))
        if took >= 0 and sight.clause.subject(took)[0] in ("person", "group", "we"):
            return Found(took, at + 2, "local-rationality", _LATER)
    return None


def hindsight(sight: Sight) -> Iterator[Found]:
    """ "It was obvious", "all he had to do"."""
    for first, last in sight.phrase(sight.lexicon.hindsight):
        if not sight.negated(first):
            yield Found(first, last, "local-rationality", "… (what could be seen then, not now)")


def _verb_after(sight: Sight, at: int) -> str:
    while sight.lower(at).endswith("ly") or sight.lower(at) in ("even", "either", "also", "first"):
        at += 1
    return sight.lower(at)


ASSERTED = (omitted, failed, failure, failing, did_not, had_not, never_did, without, missed, chose, too_late)
"""Not in a question: "why did nobody check?" is what a facilitator asks."""
PHRASES = (hindsight,)
