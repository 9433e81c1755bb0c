"""Judgements of people: "careless", "at fault", "ignored the policy", "the report blamed the pilot"."""

from collections.abc import Iterator

from hotwash.knowledge.wording import word_set
from hotwash.reports.wording.looking import BE, CONCERNS, PEOPLE, Found, Sight

_SEEN = "… (what was done, and seen, at that moment)"
_MAYBE_PEOPLE = ("person", "group", "ambiguous")
_BLAMING = word_set("blame blamed blames blaming faulted accused")
_BECAME = word_set("became become becoming grew seemed appeared felt")
_WORK = word_set("job work manner attitude decision effort way handling behaviour behavior conduct code")
_LEAVE = word_set("authorization authorisation permission approval authority consent")


def judged(sight: Sight, at: int) -> Found | None:
    """ "Careless", "negligence"; "lazy" and the like beside a person only."""
    low = sight.lower(at)
    if low in sight.lexicon.blame and not sight.negated(at):
        return Found(at, at, "blame", _SEEN)
    if low not in sight.lexicon.beside_person or sight.negated(at) or sight.lower(at - 1) == "automation":
        return None
    return Found(at, at, "blame", _SEEN) if _of_a_person(sight, at) else None


def _of_a_person(sight: Sight, at: int) -> bool:
    clause = sight.clause
    near = [i for i in (at + 1, at + 2) if i < len(sight.said) and clause.kind(i) in PEOPLE]
    if near and (near[0] == at + 1 or sight.lower(at + 1) not in (",", ";", "and")):
        return True
    if at and clause.kind(at - 1) in _MAYBE_PEOPLE and sight.lower(at - 1) != "who":
        return True
    if sight.lower(at + 1) in ("of", "among", "by", "on", "that", "for") and clause.group_after(at + 2)[0] in PEOPLE:
        return True
    if sight.lower(at).endswith("ly"):
        verb = at + 1 if sight.past(at + 1) else at - 1
        return sight.past(verb) and sight.acts(verb)
    return _work_of_a_person(sight, at) or _said_of_a_person(sight, at)


def _work_of_a_person(sight: Sight, at: int) -> bool:
    """ "Did a sloppy job", "Bob's sloppy work"."""
    if sight.lower(at + 1) not in _WORK:
        return False
    made = next((i for i in range(at - 1, max(-1, at - 4), -1) if sight.past(i)), -1)
    return (made >= 0 and sight.acts(made)) or (at > 0 and sight.clause.kind(at - 1) in PEOPLE)


def _said_of_a_person(sight: Sight, at: int) -> bool:
    be = sight.back(at, 4, BE | _BECAME)
    return be >= 0 and sight.clause.subject(be)[0] in _MAYBE_PEOPLE


def violated(sight: Sight, at: int) -> Found | None:
    """ "Violated the policy", "bypassed the review"."""
    if sight.lower(at) not in sight.lexicon.violated or not sight.acts(at):
        return None
    rule = next((i for i in sight.span(at + 1, at + 7) if sight.lower(i) in sight.lexicon.rules), -1)
    return Found(at, rule, "blame", "worked in another way than … says, because …") if rule >= 0 else None


def fault(sight: Sight, at: int) -> Found | None:
    """ "The engineer's fault"."""
    owner = sight.lower(at - 1)
    if sight.lower(at) != "fault" or sight.negated(at - 1):
        return None
    theirs = owner in ("his", "her") or (owner.endswith(("'s", "s'")) and sight.clause.kind(at - 1) in _MAYBE_PEOPLE)
    return Found(at - 1, at, "blame", "… took part in it, together with …") if theirs else None


def dismissed(sight: Sight, at: int) -> Found | None:
    """ "Dismissed the concerns"."""
    if sight.lower(at) not in ("dismissed", "downplayed", "ridiculed", "brushed") or not sight.acts(at):
        return None
    if not any(sight.lower(i) in CONCERNS for i in sight.span(at + 1, at + 5)):
        return None
    return Found(at, at, "blame", "… weighed against …, and went on because …")


def blamed(sight: Sight, at: int) -> Found | None:
    """ "Blamed the pilot", "the pilot was blamed"."""
    low = sight.lower(at)
    if low not in _BLAMING or sight.negated(at) or sight.lower(at - 1) == "to":
        return None
    kind, last = sight.clause.group_after(at + 1)
    if kind in PEOPLE:
        return Found(at, last, "blame", "looked into what made … likely")
    if low in ("blamed", "faulted", "accused") and sight.passive(at):
        be = sight.back(at, 3, BE)
        if sight.clause.subject(be if be >= 0 else at)[0] in _MAYBE_PEOPLE:
            return Found(at, at, "blame", "was part of …")
    return None


def waved_through(sight: Sight, at: int) -> Found | None:
    """ "Waved the change through"."""
    if sight.lower(at) != "through":
        return None
    verb = sight.back(at, 4, frozenset({"waved", "nodded"}))
    if verb < 0 or not sight.acts(verb):
        return None
    return Found(verb, at, "blame", "… (what the review could show, and the time for it)")


def unapproved(sight: Sight, at: int) -> Found | None:
    """ "Disabled it without authorization"."""
    if sight.lower(at) != "without" or sight.lower(at + 1) not in _LEAVE or sight.explained(at):
        return None
    verb = next((i for i in range(at - 1, max(-1, at - 9), -1) if sight.past(i)), -1)
    return (
        Found(at, at + 1, "blame", "…, for which nothing asked for approval")
        if verb >= 0 and sight.acts(verb)
        else None
    )


def conduct(sight: Sight) -> Iterator[Found]:
    """ "Did nothing", "refused to", "was asleep", said of a person."""
    for first, last in sight.phrase(sight.lexicon.conduct):
        if sight.negated(first, 2) or sight.explained(last):
            continue
        kind, place = sight.clause.subject(first)
        if kind in PEOPLE and not sight.clause.conditional(place + 1):
            yield Found(first, last, "blame", _SEEN)


def idioms(sight: Sight) -> Iterator[Found]:
    """ "Dropped the ball", "was to blame"."""
    for first, last in sight.phrase(sight.lexicon.blame_phrases):
        if sight.negated(first, 3):
            continue
        if sight.lower(last) in ("fault", "blame") and sight.lower(first) in ("at", "to"):
            be = sight.back(first, 3, BE)
            if be < 0 or sight.clause.subject(be)[0] not in _MAYBE_PEOPLE:
                continue
        yield Found(first, last, "blame", _SEEN)


FINDERS = (judged, violated, fault, dismissed, blamed, waved_through, unapproved)
PHRASES = (conduct, idioms)
