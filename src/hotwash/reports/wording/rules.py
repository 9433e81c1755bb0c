"""The rules, by dimension: each takes a sentence and gives what it finds.

They ask for classes of words and for who acts. A person who is found in fault is a flag; a system that failed is none.
"""

from collections.abc import Callable, Iterator

from hotwash.reports.wording.looking import BE, Found, Sight

Rule = Callable[[Sight], Iterator[Found]]

_CAUSE_BY = frozenset("caused triggered introduced created provoked".split())
_CAUSE_TO = (
    ("due", "to"),
    ("because", "of"),
    ("attributed", "to"),
    ("attributable", "to"),
    ("owing", "to"),
    ("blamed", "on"),
    ("traced", "to"),
    ("traced", "back", "to"),
    ("fault", "of"),
    ("down", "to"),
    ("lies", "with"),
    ("lay", "with"),
    ("rests", "with"),
    ("fell", "on"),
)
_MINE = frozenset(
    "reviewed tested checked verified caught noticed escalated reported followed read told spotted".split()
)
_MINE_TOO = frozenset(
    "informed questioned detected raised challenged foreseen anticipated double-checked flagged".split()
)


def human_error(sight: Sight) -> Iterator[Found]:
    """ "Human error", "a mistake by", "the engineer mistakenly", "pressed the wrong button"."""
    lexicon, said = sight.lexicon, sight.said
    for at, word in enumerate(said):
        low = word.lower
        if low in lexicon.errors and low not in ("slip",) and not _only_spoken_of(sight, at):
            if _whose(sight, at - 1):
                yield Found(at - 1, at, "human-error", "what made this outcome likely: …")
            elif (
                at + 2 < len(said)
                and sight.lower(at + 1) in ("by", "of", "from", "made")
                or sight.has(at + 1, "on", "the", "part", "of")
            ):
                skip = {"on": 5, "made": 3}.get(sight.lower(at + 1), 2)
                kind, last = sight.clause.group_after(at + skip)
                if kind in ("person", "group") and sight.lower(at + 1) != "of":
                    yield Found(at, last, "human-error", "what made this outcome likely: …")
        if low in ("made", "committed", "making") and not sight.passive(at):
            end = next((i for i in range(at + 1, min(at + 6, len(said))) if sight.lower(i) in lexicon.errors), 0)
            if end and sight.acts(at) and sight.lower(at - 1) not in ("no", "never"):
                yield Found(at, end, "human-error", "did …, which at that moment looked right because …")
        if low in lexicon.wrong_acts and _does(sight, at, human=low not in _MACHINES_TOO):
            yield Found(at, at, "human-error", "… (what was on the screen, and what it was taken for)")
        if low in lexicon.slip_adverbs:
            verb = next((i for i in (at + 1, at + 2) if sight.past(i)), -1)
            if verb < 0 and sight.past(at - 1):
                verb = at - 1
            if verb >= 0 and not sight.negated(at, 2) and sight.acts(verb):
                yield Found(min(at, verb), max(at, verb), "human-error", "… (without the adverb), while …")
        if low == "by" and sight.lower(at + 1) in ("mistake", "accident") or sight.has(at, "in", "error"):
            verb = next((i for i in range(at - 1, max(-1, at - 12), -1) if sight.past(i)), -1)
            if verb >= 0 and sight.acts(verb):
                yield Found(at, at + 1, "human-error", "while …")
        if low == "wrong" and sight.lower(at - 1) in ("the", "a") and at + 1 < len(said):
            verb = next((i for i in range(at - 1, max(-1, at - 6), -1) if sight.past(i)), -1)
            if verb >= 0 and sight.acts(verb):
                yield Found(verb, at + 1, "human-error", "… (which of the two looked right, and why)")


_MACHINES_TOO = frozenset(
    "misclassified mishandled misinterpreted miscalculated misapplied mislabelled mislabeled misplaced".split()
)


def _does(sight: Sight, at: int, *, human: bool) -> bool:
    kind = sight.actor(at)
    return kind in ("person", "group") or (human and kind == "ambiguous")


_OF_WHOM = (
    ("by",),
    ("of",),
    ("from",),
    ("made", "by"),
    ("was", "made", "by"),
    ("were", "made", "by"),
    ("on", "the", "part", "of"),
)


def _whose(sight: Sight, at: int) -> bool:
    low = sight.lower(at)
    if low in ("human", "manual", "personnel"):
        return low != "manual" or True
    if low.endswith("'s") or low.endswith("s'"):
        return sight.clause.kind(at) in ("person", "group", "ambiguous")
    if low == "user":
        return sight.lower(at + 1) in ("error", "mistake")
    kind = sight.clause.kind(at)
    return kind in ("person", "ambiguous") and low not in ("who", "i", "he", "she", "person", "author")


def _only_spoken_of(sight: Sight, at: int) -> bool:
    lexicon = sight.lexicon
    if sight.negated(at - 1, 5):
        return True
    left = {sight.lower(i) for i in range(max(0, at - 7), at)}
    if left & lexicon.spoken_of:
        return True
    return any(sight.lower(at + i) in lexicon.hazard for i in (1, 2, 3, 4))


def cause(sight: Sight) -> Iterator[Found]:
    """A person as the cause: "caused by an operator", "the root cause was a developer"."""
    lexicon, said, clause = sight.lexicon, sight.said, sight.clause
    for at, word in enumerate(said):
        low = word.lower
        if low in ("cause", "causes", "trigger", "culprit", "culprits") and not sight.negated(at):
            for i in range(at + 1, min(at + 14, len(said))):
                if sight.lower(i) in (",", ";", "."):
                    break
                if sight.lower(i) in ("was", "is", "were", "as", "with", "to", "be"):
                    kind, last = clause.group_after(i + 1)
                    if kind in ("person", "group") and not sight.has(i + 1, "that"):
                        yield Found(at, last, "system-approach", "what let this happen was …")
                        break
        if low in _CAUSE_BY and sight.lower(at + 1) == "by" and not sight.negated(at):
            kind, last = clause.group_after(at + 2)
            if kind in ("person", "group"):
                yield Found(at, last, "system-approach", "came about when …, which nothing stopped because …")
        for several in _CAUSE_TO:
            if sight.has(at, *several) and not sight.negated(at):
                kind, last = clause.group_after(at + len(several))
                if kind == "person" or (kind == "group" and several[0] in ("blamed", "fault", "attributed")):
                    yield Found(at, last, "system-approach", "came about when …, which nothing stopped because …")
        if low in ("broke", "crashed", "wrecked", "ruined", "destroyed") and sight.actor(at) == "person":
            if sight.lower(at + 1) not in ("up", "down", "into", "out", "through"):
                yield Found(at, at, "system-approach", "… was followed by …, because nothing …")
        if low in ("took", "brought") and sight.lower(at + 1) == "down" and sight.actor(at) == "person":
            yield Found(at, at + 1, "system-approach", "… was followed by …, because nothing …")
        if low in ("caused", "provoked") and not sight.passive(at) and sight.actor(at) in ("person", "group"):
            if any(sight.lower(i) in lexicon.outcomes for i in range(at + 1, min(at + 6, len(said)))):
                yield Found(at, at, "system-approach", "… was followed by …, because nothing …")
        if low == "responsible" and sight.lower(at + 1) == "for" and sight.lower(at - 1) != "not":
            be = next((i for i in range(at - 1, max(-1, at - 4), -1) if sight.lower(i) in BE | {"held"}), -1)
            hurt = any(sight.lower(i) in lexicon.outcomes for i in range(at + 2, min(at + 6, len(said))))
            kind = clause.subject(be)[0] if be >= 0 else clause.kind(at - 1)
            if hurt and kind in ("person", "group", "ambiguous"):
                yield Found(at, at + 1, "system-approach", "took part in …, together with …")


def mended_person(sight: Sight) -> Iterator[Found]:
    """A measure that mends a person: "the nurse was reminded to", "be more careful"."""
    said = sight.said
    for first, last in sight.phrase(sight.lexicon.fixing_phrases):
        if not sight.negated(first, 6):
            yield Found(first, last, "system-approach", "change what the work is done with: …")
    for at, word in enumerate(said):
        low = word.lower
        if low in sight.lexicon.to_person and sight.passive(at) and not sight.negated(at):
            be = next((i for i in range(at - 1, max(-1, at - 4), -1) if sight.lower(i) in BE), at)
            if sight.clause.subject(be)[0] in ("person", "group", "ambiguous"):
                yield Found(at, at, "system-approach", "change what the work is done with: …")
        base = low if low in _MEND else _MEND_PAST.get(low, "")
        if base and not sight.passive(at) and not sight.negated(at):
            kind, last = sight.clause.group_after(at + 1)
            if kind in ("person", "group"):
                yield Found(at, last, "system-approach", "change what the work is done with: …")


_MEND = frozenset("remind retrain re-train discipline reprimand punish sack fire scold coach".split())
_MEND_PAST = {
    "reminded": "remind",
    "retrained": "retrain",
    "disciplined": "discipline",
    "reprimanded": "reprimand",
    "reminding": "remind",
    "retraining": "retrain",
    "disciplining": "discipline",
    "punished": "punish",
    "sacked": "sack",
}


def blame(sight: Sight) -> Iterator[Found]:
    """Judgements: "careless", "at fault", "ignored the procedure", "the report blamed the pilot"."""
    lexicon, said, clause = sight.lexicon, sight.said, sight.clause
    for at, word in enumerate(said):
        low = word.lower
        if low in lexicon.blame and not sight.negated(at):
            yield Found(at, at, "blame", "… (what was done, and seen, at that moment)")
        if low in lexicon.beside_person and not sight.negated(at) and sight.lower(at - 1) != "automation":
            if _about_person(sight, at):
                yield Found(at, at, "blame", "… (what was done, and seen, at that moment)")
        if low in lexicon.violated and sight.acts(at):
            rule = next((i for i in range(at + 1, min(at + 7, len(said))) if sight.lower(i) in lexicon.rules), -1)
            if rule >= 0:
                yield Found(at, rule, "blame", "worked in another way than … says, because …")
        if low == "fault" and (sight.lower(at - 1) in ("his", "her") or sight.lower(at - 1).endswith(("'s", "s'"))):
            if sight.lower(at - 1) in ("his", "her") or clause.kind(at - 1) in ("person", "group", "ambiguous"):
                if not sight.negated(at - 1):
                    yield Found(at - 1, at, "blame", "… took part in it, together with …")
        if low in ("dismissed", "downplayed", "ridiculed", "brushed") and sight.acts(at):
            if any(sight.lower(i) in _CONCERNS for i in range(at + 1, min(at + 5, len(said)))):
                yield Found(at, at, "blame", "… weighed against …, and went on because …")
        if low in ("blame", "blamed", "blames", "blaming", "faulted", "accused") and not sight.negated(at):
            if sight.lower(at - 1) == "to":
                continue
            kind, last = clause.group_after(at + 1)
            if kind in ("person", "group"):
                yield Found(at, last, "blame", "looked into what made … likely")
            elif low in ("blamed", "faulted", "accused") and sight.passive(at):
                be = next((i for i in range(at - 1, max(-1, at - 4), -1) if sight.lower(i) in BE), at)
                if clause.subject(be)[0] in ("person", "group", "ambiguous"):
                    yield Found(at, at, "blame", "was part of …")
    for first, last in sight.phrase(lexicon.conduct):
        if not sight.negated(first, 2) and not sight.explained(last):
            kind, place = clause.subject(first)
            if kind in ("person", "group") and not clause.conditional(place + 1):
                yield Found(first, last, "blame", "… (what was done, and seen, at that moment)")
    for at, word in enumerate(said):
        if word.lower == "through" and sight.lower(at - 1) not in ("", "went", "worked", "read"):
            verb = next((i for i in range(at - 1, max(-1, at - 5), -1) if sight.lower(i) in ("waved", "nodded")), -1)
            if verb >= 0 and sight.acts(verb):
                yield Found(verb, at, "blame", "… (what the review could show, and the time for it)")
        if word.lower == "without" and sight.lower(at + 1) in _LEAVE:
            verb = next((i for i in range(at - 1, max(-1, at - 9), -1) if sight.past(i)), -1)
            if verb >= 0 and sight.acts(verb) and not sight.explained(at):
                yield Found(at, at + 1, "blame", "…, which nothing asked for approval")
        if word.lower in _FAULTY and not sight.negated(at):
            by = next((i for i in range(at + 2, min(at + 5, len(said))) if sight.lower(i) == "by"), -1)
            if by >= 0 and clause.group_after(by + 1)[0] == "person" and not any(map(sight.past, range(at + 1, by))):
                yield Found(at, clause.group_after(by + 1)[1], "human-error", "what made this likely: …")
    for first, last in sight.phrase(lexicon.blame_phrases):
        if sight.negated(first, 3):
            continue
        if sight.lower(last) in ("fault", "blame") and sight.lower(first) in ("at", "to"):
            be = next((i for i in range(first - 1, max(-1, first - 4), -1) if sight.lower(i) in BE), -1)
            if be < 0 or clause.subject(be)[0] not in ("person", "group", "ambiguous"):
                continue
        yield Found(first, last, "blame", "… (what was done, and seen, at that moment)")


_CONCERNS = frozenset(
    "alert alerts alarm alarms concern concerns warning warnings objection objections advice complaint complaints doubts".split()
)


def _about_person(sight: Sight, at: int) -> bool:
    clause = sight.clause
    if any(clause.kind(i) in ("person", "group") for i in (at + 1, at + 2) if i < len(sight.said)):
        near = sight.lower(at + 1)
        if clause.kind(at + 1) in ("person", "group") or near not in (",", ";", "and"):
            return True
    if clause.kind(at - 1) in ("person", "group", "ambiguous") and sight.lower(at - 1) not in ("who",):
        return True
    if sight.lower(at + 1) in ("of", "among", "by", "on") and at + 2 < len(sight.said):
        if clause.group_after(at + 2)[0] in ("person", "group"):
            return True
    if sight.lower(at).endswith("ly"):
        verb = at + 1 if sight.past(at + 1) else at - 1
        return sight.past(verb) and sight.acts(verb)
    if sight.lower(at + 1) in _WORK:
        made = next((i for i in range(at - 1, max(-1, at - 4), -1) if sight.past(i)), -1)
        if (made >= 0 and sight.acts(made)) or clause.kind(at - 1) in ("person", "group"):
            return True
    if sight.lower(at + 1) in ("that", "for") and clause.group_after(at + 2)[0] in ("person", "group"):
        return True
    be = next((i for i in range(at - 1, max(-1, at - 5), -1) if sight.lower(i) in BE | _BECAME), -1)
    return be >= 0 and clause.subject(be)[0] in ("person", "group", "ambiguous")


_LEAVE = frozenset("authorization authorisation permission approval authority consent".split())
_FAULTY = frozenset("incorrect wrong improper faulty erroneous inadequate poor bad".split())
_WORK = frozenset("job work manner attitude decision effort way handling behaviour behavior conduct code".split())
_BECAME = frozenset("became become becoming grew seemed appeared felt".split())


def left_undone(sight: Sight) -> Iterator[Found]:
    """ "Forgot to", "failed to notice", "did not check", said of people and without what made it sensible."""
    lexicon, said = sight.lexicon, sight.said
    if sight.asks:
        return
    for at, word in enumerate(said):
        low = word.lower
        if low in lexicon.omitted and low != "dismissed" and not sight.negated(at, 2):
            kind = sight.actor(at)
            spurned = any(sight.lower(i) in _CONCERNS | lexicon.rules for i in range(at + 1, min(at + 5, len(said))))
            if kind in ("person", "group") or (kind == "ambiguous" and (low in lexicon.strong or spurned)):
                if low in lexicon.strong or not sight.explained(at):
                    yield Found(at, _to(sight, at), "local-rationality", "did not …; at that moment …")
        if low in ("failed", "fails") and sight.lower(at + 1) == "to" and not sight.negated(at, 2):
            if _failed(sight, at, _verb_after(sight, at + 2)):
                yield Found(at, at + 2, "local-rationality", "did not …; at that moment …")
        if low == "failure" and not sight.negated(at, 2):
            end = _failure(sight, at)
            if end:
                yield Found(min(at, end), max(at, end), "local-rationality", "did not …; at that moment …")
        if low == "failing" and sight.lower(at + 1) == "to" and sight.lower(at - 1) in ("for", "by", ",", "in", "and"):
            if sight.somebody_left(at) and _verb_after(sight, at + 2) in lexicon.care:
                yield Found(at, at + 2, "local-rationality", "did not …; at that moment …")
        if low == "did" and sight.lower(at + 1) in ("not", "n't") and not sight.explained(at):
            verb = _verb_after(sight, at + 2)
            kind = sight.clause.subject(at)[0]
            cared = verb in lexicon.care and verb not in _HAPPENS
            if (
                cared
                and not sight.clause.conditional(at)
                and (kind in ("person", "group") or (kind == "ambiguous" and verb in lexicon.human))
            ):
                yield Found(at, at + 2, "local-rationality", "… ; at that moment …")
        if low == "never" and sight.past(at + 1) and not sight.explained(at) and sight.acts(at + 1):
            if _base(sight.lower(at + 1)) & lexicon.care:
                yield Found(at, at + 1, "local-rationality", "did not …; at that moment …")
        if low == "without" and sight.lower(at + 1).endswith("ing") and not sight.explained(at):
            if _of_gerund(sight.lower(at + 1)) & lexicon.care - _HAPPENS and sight.somebody_left(at):
                yield Found(at, at + 1, "local-rationality", "… ; at that moment …")
        if low in ("chose", "decided", "opted", "preferred") and sight.acts(at) and not sight.explained(at):
            nots = sight.has(at + 1, "not", "to")
            shunned = sight.lower(at + 1) == "to" and sight.lower(at + 2) in _SHUN
            if nots or shunned:
                yield Found(at, at + 2, "local-rationality", "…, which made sense then because …")
        if low in ("slow", "late", "busy", "lazy", "tired") and sight.lower(at + 1) == "to":
            be = next((i for i in range(at - 1, max(-1, at - 4), -1) if sight.lower(i) in BE), -1)
            if be >= 0 and sight.clause.subject(be)[0] in ("person", "group"):
                yield Found(at, at + 2, "local-rationality", "did … at …; until then …")
        if sight.has(at, "too", "long", "to"):
            took = next((i for i in range(at - 1, max(-1, at - 4), -1) if sight.lower(i) in ("took", "taking")), -1)
            if took >= 0 and sight.clause.subject(took)[0] in ("person", "group", "we"):
                yield Found(took, at + 2, "local-rationality", "did … at …; until then …")
        if low == "missed" and not sight.explained(at) and sight.acts(at) and sight.lower(at + 1) not in _EVENTS:
            yield Found(at, at, "local-rationality", "did not see …; at that moment …")
    for first, last in sight.phrase(lexicon.hindsight):
        if not sight.negated(first):
            yield Found(first, last, "local-rationality", "… (what could be seen then, not now)")


_HAPPENS = frozenset("take use make know run set identify detect pay act react respond write".split())
_SHUN = frozenset("ignore skip bypass disregard dismiss overlook neglect hide cover".split())
_EVENTS = frozenset("his her their out deadline work".split())


def _failed(sight: Sight, at: int, verb: str) -> bool:
    lexicon = sight.lexicon
    kind = sight.actor(at)
    if kind == "ambiguous":
        return verb in lexicon.human
    return kind in ("person", "group") and verb not in lexicon.machine


def _failure(sight: Sight, at: int) -> int:
    """The other end of "operator's failure to" or "the failure of the operator to"; 0 if it is neither."""
    clause = sight.clause
    if sight.lower(at + 1) == "to":
        owner = at - 1
        while owner > 0 and (sight.lower(owner).endswith("ed") or sight.lower(owner) in _DEGREES):
            owner -= 1
        low = sight.lower(owner)
        if (
            low in ("his", "her")
            or (low.endswith(("'s", "s'")) or low == "'")
            and clause.kind(owner if low != "'" else owner - 1) in ("person", "group", "ambiguous")
        ):
            return at + 2
        if sight.lower(owner) not in ("the", "a") and clause.kind(owner) in ("person", "group"):
            return at + 2
        return 0
    skip = {"of": 2, "by": 2}.get(sight.lower(at + 1), 0) or (5 if sight.has(at + 1, "on", "the", "part", "of") else 0)
    if not skip:
        return 0
    kind, last = clause.group_after(at + skip)
    return last + 1 if kind in ("person", "group") and sight.lower(last + 1) == "to" else 0


_DEGREES = frozenset("own repeated complete apparent continued consistent subsequent total clear".split())


def _verb_after(sight: Sight, at: int) -> str:
    while sight.lower(at).endswith("ly") or sight.lower(at) in ("even", "either", "also", "first"):
        at += 1
    return sight.lower(at)


def _to(sight: Sight, at: int) -> int:
    return at + 2 if sight.lower(at + 1) == "to" and at + 2 < len(sight.said) else at


def _base(past: str) -> set[str]:
    return {past, past.removesuffix("ed"), past.removesuffix("d"), past.removesuffix("ied") + "y", past[:-3]}


def _of_gerund(word: str) -> set[str]:
    stem = word.removesuffix("ing")
    return {stem, stem + "e", stem[:-1]}


def counterfactual(sight: Sight) -> Iterator[Found]:
    """ "The engineer should have checked", "had she read it", said of people; a system that should have fired is none."""
    said = sight.said
    for at, word in enumerate(said):
        low = word.lower
        if low in ("should", "could", "ought") or (low == "must" and sight.lower(at + 1) == "surely"):
            yield from _modal(sight, at)
        if low in ("was", "were") and sight.lower(at + 1) in ("supposed", "meant", "expected") and not sight.asks:
            if sight.lower(at + 2) == "to" and sight.clause.subject(at)[0] in ("person",):
                if any(sight.has(i, "but") or sight.has(i, "did", "not") for i in range(at + 3, len(said))):
                    yield Found(at, at + 2, "counterfactual", "did …, because …")
        if low == "had" and at + 2 < len(said):
            yield from _had(sight, at)


def _modal(sight: Sight, at: int) -> Iterator[Found]:
    i = at + 1
    while sight.lower(i) in ("not", "n't", "to", "also", "at", "least", "instead", "never") or sight.lower(i).endswith(
        "ly"
    ):
        i += 1
    if sight.lower(i) not in ("have", "'ve") or sight.asks:
        return
    verb = i + 1
    while sight.lower(verb).endswith("ly") or sight.lower(verb) in ("also", "at", "least", "first", "just", "never"):
        verb += 1
    low = sight.said[at].lower
    kind, place = sight.clause.subject(at)
    if sight.clause.conditional(at) and low != "should":
        return
    if sight.lower(verb) == "been":
        act = verb + 1
        while sight.lower(act).endswith("ly"):
            act += 1
        by = sight.actor(act) if sight.participle(act) else "thing"
        if by in ("person", "group") and low != "could":
            yield Found(at, act, "counterfactual", "was not …; what happened instead was …")
        elif sight.lower(act) in _MINE | _MINE_TOO and kind == "thing" and low != "could":
            yield Found(at, act, "counterfactual", "was not …; what happened instead was …")
        elif kind in ("person", "group", "we") and low in ("should", "ought") and sight.lower(act) in _STATES:
            yield Found(at, act, "counterfactual", "was …, because …")
        return
    if sight.participle(verb) and kind in ("person", "group", "we", "ambiguous", "affected") and place >= 0:
        if kind == "affected" and low == "could":
            return
        done = sight.lower(verb)
        if kind == "ambiguous" and not (_base(done) | {_PRESENT.get(done, "")}) & sight.lexicon.human:
            return
        yield Found(at, verb, "counterfactual", "did …, because …")


_PRESENT = {
    "known": "know",
    "told": "tell",
    "understood": "understand",
    "foreseen": "foresee",
    "read": "read",
    "paid": "pay",
}
_STATES = frozenset("more aware paying watching monitoring checking looking careful vigilant following using".split())


def _had(sight: Sight, at: int) -> Iterator[Found]:
    clause = sight.clause
    left = sight.lower(at - 1)
    if at == 0 or left in (",", ";"):
        kind, last = clause.group_after(at + 1)
        verb = last + 1
        while sight.lower(verb).endswith("ly") or sight.lower(verb) in ("not", "only"):
            verb += 1
        would = any(sight.lower(i) in ("would", "could", "might") for i in range(verb, len(sight.said)))
        if kind in ("person", "group", "we") and would and (sight.past(verb) or sight.lower(verb) in ("been", "had")):
            yield Found(at, verb, "counterfactual", "… did …, because …")
        return
    verb = at + 1
    while sight.lower(verb).endswith("ly") or sight.lower(verb) in ("not", "only", "n't"):
        verb += 1
    if not (sight.participle(verb) or sight.lower(verb) == "been"):
        return
    kind, place = clause.subject(at)
    if kind not in ("person", "group", "we") or place < 0:
        return
    start = next((i for i in range(place, max(-1, place - 6), -1) if sight.lower(i) == "if"), -1)
    if start >= 0:
        would = any(sight.lower(i) in ("would", "could", "might") for i in range(len(sight.said)))
        only = sight.lower(start + 1) == "only"
        if would or only:
            yield Found(start, verb, "counterfactual", "… did …, because …")


RULES: tuple[Rule, ...] = (human_error, cause, mended_person, blame, left_undone, counterfactual)
