"""A person as the cause, or as what must be mended: "caused by an operator", "staff were reminded to be careful"."""

from collections.abc import Iterator

from hotwash.knowledge.wording import word_set
from hotwash.reports.wording.looking import BE, PEOPLE, Found, Sight

_CAME_ABOUT = "came about when …, which nothing stopped because …"
_FOLLOWED = "… was followed by …, because nothing …"
_CHANGE_WORK = "change what the work is done with: …"
_MAYBE_PEOPLE = ("person", "group", "ambiguous")
_NAMED_CAUSE = word_set("cause causes trigger culprit culprits reason reasons")
_IS = word_set("was is were as with to be")
_CAUSED_BY = word_set("caused triggered introduced created provoked")
_OWING = (
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
_OWING_GROUPS = word_set("blamed fault attributed")
_BROKE = word_set("broke crashed wrecked ruined destroyed")
_TIES = word_set("dependency dependencies loop cycle deadlock link tie connection news record work")
_BROKE_NOT = word_set("up down into out off through")
_MEND = word_set("remind retrain re-train discipline reprimand punish sack fire scold coach")
_MENDING = word_set("reminded retrained disciplined reprimanded reminding retraining disciplining punished sacked")


def named(sight: Sight, at: int) -> Found | None:
    """ "The root cause was identified as a developer"."""
    if sight.lower(at) not in _NAMED_CAUSE or sight.negated(at):
        return None
    for i in sight.span(at + 1, at + 14):
        if sight.lower(i) in (",", ";", "."):
            return None
        if sight.lower(i) in _IS and sight.lower(i + 1) != "that":
            kind, last = sight.clause.group_after(i + 1)
            if kind in PEOPLE:
                return Found(at, last, "system-approach", "what let this happen was …")
    return None


def caused_by(sight: Sight, at: int) -> Found | None:
    """ "Caused by an engineer"."""
    if sight.lower(at) not in _CAUSED_BY or sight.lower(at + 1) != "by" or sight.negated(at):
        return None
    kind, last = sight.clause.group_after(at + 2)
    return Found(at, last, "system-approach", _CAME_ABOUT) if kind in PEOPLE else None


def owing_to(sight: Sight, at: int) -> Found | None:
    """ "Due to an engineer", "the fault lies with the night crew"."""
    for several in _OWING:
        if sight.has(at, *several) and not sight.negated(at):
            kind, last = sight.clause.group_after(at + len(several))
            if kind == "person" or (kind == "group" and several[0] in _OWING_GROUPS):
                return Found(at, last, "system-approach", _CAME_ABOUT)
    return None


def caused(sight: Sight, at: int) -> Found | None:
    """ "The intern caused the outage", "brought down production"."""
    low = sight.lower(at)
    if low in ("caused", "provoked") and not sight.passive(at) and sight.acts(at):
        harm = any(sight.lower(i) in sight.lexicon.outcomes for i in sight.span(at + 1, at + 6))
        return Found(at, at, "system-approach", _FOLLOWED) if harm else None
    apart = any(sight.lower(i) in _TIES for i in sight.span(at + 1, at + 4))
    if low in _BROKE and sight.lower(at + 1) not in _BROKE_NOT and not apart and sight.actor(at) == "person":
        return Found(at, at, "system-approach", _FOLLOWED)
    if low in ("took", "brought") and sight.lower(at + 1) == "down" and sight.actor(at) == "person":
        return Found(at, at + 1, "system-approach", _FOLLOWED)
    return None


def responsible(sight: Sight, at: int) -> Found | None:
    """ "Is responsible for the outage"; not for the rota."""
    if sight.lower(at) != "responsible" or sight.lower(at + 1) != "for" or sight.lower(at - 1) == "not":
        return None
    if not any(sight.lower(i) in sight.lexicon.outcomes for i in sight.span(at + 2, at + 6)):
        return None
    be = sight.back(at, 3, BE | {"held"})
    kind = sight.clause.subject(be)[0] if be >= 0 else (sight.clause.kind(at - 1) if at else "thing")
    return Found(at, at + 1, "system-approach", "took part in …, together with …") if kind in _MAYBE_PEOPLE else None


def was_mended(sight: Sight, at: int) -> Found | None:
    """ "The nurse was retrained"."""
    if sight.lower(at) not in sight.lexicon.to_person or not sight.passive(at) or sight.negated(at):
        return None
    be = sight.back(at, 3, BE)
    kind = sight.clause.subject(be if be >= 0 else at)[0]
    return Found(at, at, "system-approach", _CHANGE_WORK) if kind in _MAYBE_PEOPLE else None


def mend(sight: Sight, at: int) -> Found | None:
    """ "Remind all staff", "retrain the reviewers"; not the model."""
    if sight.lower(at) not in _MEND | _MENDING or sight.passive(at) or sight.negated(at):
        return None
    kind, last = sight.clause.group_after(at + 1)
    return Found(at, last, "system-approach", _CHANGE_WORK) if kind in PEOPLE else None


def careful(sight: Sight) -> Iterator[Found]:
    """ "Be more careful"."""
    for first, last in sight.phrase(sight.lexicon.fixing_phrases):
        if not sight.negated(first, 6):
            yield Found(first, last, "system-approach", _CHANGE_WORK)


FINDERS = (named, caused_by, owing_to, caused, responsible, was_mended, mend)
PHRASES = (careful,)
