"""Parts of the score about knowing: severity, how many people, since when, which clocks, which factors."""

from datetime import timedelta

from hotwash.drills.scenarios.shape import TrueFactor
from hotwash.drills.score.parts import Part, Played, minutes
from hotwash.incident.events.causes import FactorAdded

_ORDER = ("Minor", "Major", "Critical")
NEAR = 0.25
"""How far a number may lie off and still earn half."""


def severity(played: Played) -> Part:
    """The severity against the truth, and the answers that led to it."""
    truth, last = played.scenario.truth, played.incident.assessments[-1:] or None
    title = "Severity"
    rule = "Half for the level (a quarter if one off), half for the share of answers that are as they truly are."
    good = f"{truth.severity}: " + " ".join(truth.because)
    if last is None:
        return Part("severity", title, 0.0, "It was never assessed.", rule, good)
    found = last[0].event
    off = abs(_ORDER.index(found.severity) - _ORDER.index(truth.severity))
    given = {name: answer.value for name, answer in found.answers.items()}
    right = [name for name, value in truth.answers.items() if str(given.get(name)) == str(value)]
    points = (0.5, 0.25, 0.0)[off] + 0.5 * len(right) / max(1, len(truth.answers))
    return Part(
        "severity",
        title,
        round(points, 2),
        f"Assessed as {found.severity} ({found.rule}); {len(right)} of {len(truth.answers)} answers as they truly are.",
        rule,
        good,
        (last[0].entry,),
    )


def reach(played: Played) -> Part:
    """How many people, against the truth."""
    true = played.reality.harmed
    said = [one for one in played.incident.estimates if one.event.unit == "people"]
    title = "How many people"
    rule = (
        "0.75 if the range holds the true number and is no wider than it, 0.4 if there is no such range but the value "
        f"lies within {NEAR:.0%}; 0.25 more, where either is so, if the number rests on a finding."
    )
    good = f"{true:,} people were harmed before the drill began."
    if not said:
        return Part("reach", title, 0.0, "No number of people was stated.", rule, good)
    one = said[-1]
    value, low, high = one.event.value, one.event.low, one.event.high
    within = low is not None and high is not None and low <= true <= high and high - low <= true
    near = abs(value - true) <= NEAR * true
    points = 0.75 if within else 0.4 if near else 0.0
    if points and one.event.finding is not None:
        points += 0.25
    between = f" ({low:,.0f} to {high:,.0f})" if low is not None and high is not None else ", without a range"
    source = "from a finding" if one.event.finding is not None else "without a finding"
    truth = "the truth lies inside" if within else "near the truth" if near else "the truth lies elsewhere"
    return Part(
        "reach", title, round(points, 2), f"Stated {value:,.0f}{between}, {source}: {truth}.", rule, good, (one.entry,)
    )


def onset(played: Played) -> Part:
    """Since when, against the truth."""
    true, good = played.reality.onset, played.scenario.good
    title = "Since when"
    rule = (
        "All points if the stated range holds the true moment, or if the moment lies within "
        f"{good.onset_days:g} days of it; half within three times that."
    )
    truth = f"It began on {true.day} {true:%B %H:%M} UTC."
    if not played.incident.beginnings:
        return Part("onset", title, 0.0, "Since when was not stated.", rule, truth)
    one = played.incident.beginnings[-1]
    limit = timedelta(days=good.onset_days)
    low, high = one.event.low or one.at - limit, one.event.high or one.at + limit
    off = abs(one.at - true)
    within = (low <= true <= high and high - low <= 6 * limit) or off <= limit
    points = 1.0 if within else 0.5 if off <= 3 * limit else 0.0
    return Part(
        "onset",
        title,
        points,
        f"Stated {one.at.day} {one.at:%B %H:%M}, {off.total_seconds() / 3600:.0f} hours off"
        + (": the truth lies inside." if within else "."),
        rule,
        truth,
        (one.entry,),
    )


def clocks(played: Played) -> Part:
    """Which facts that start legal clocks were put on record."""
    duties, incident = played.scenario.truth.duties, played.incident
    title = "Clocks seen"
    rule = "The share of facts that start a clock here and are on record. Those that were withdrawn do not count."
    if not duties:
        return Part("clocks", title, None, "No duty starts a clock here.", rule)
    wanted = list(dict.fromkeys(one.starts for one in duties))
    found = {
        one.event.fact: one for one in reversed(incident.awareness) if one.entry not in incident.withdrawn_awareness
    }
    seen = [one for one in wanted if one in found]
    told = [
        f"{one}: {minutes(played.minute(found[one].recorded_at)) if one in found else 'not on record'}"
        for one in wanted
    ]
    good = " ".join(dict.fromkeys(f"{one.duty}: {one.because}" for one in duties))
    entries = tuple(found[one].entry for one in seen)
    return Part("clocks", title, round(len(seen) / len(wanted), 2), "; ".join(told) + ".", rule, good, entries)


def factors(played: Played) -> Part:
    """Which of the things that contributed were found."""
    truth, incident = played.scenario.truth, played.incident
    added = [one for one in incident.factors.values() if not getattr(one, "withdrawn", None)]
    found = {true.id: one for true in truth.factors for one in added if known(true, one.event)}
    beliefs = [
        one for one in added if one.event.finding is None and not one.event.evidence and not _supports(one.event)
    ]
    points = len(found) / len(truth.factors)
    said = f"{len(found)} of {len(truth.factors)} found, among {len(added)} that were named"
    said += f"; {len(beliefs)} of them rest on nothing written." if beliefs else "."
    missed = [one.text for one in truth.factors if one.id not in found]
    return Part(
        "factors",
        "What contributed",
        round(points, 2),
        said,
        "The share of true factors for which the team has one under a fitting tag that names it.",
        ("Not found: " + " ".join(missed)) if missed else "All were found.",
        tuple(one.entry for one in found.values()),
    )


def known(true: TrueFactor, said: FactorAdded) -> bool:
    """Whether a team's factor is a true one: a fitting tag, and a word of each group."""
    text = f"{said.text} {said.evidence}".casefold()
    return said.tag in true.tags and all(any(word in text for word in group.split("|")) for group in true.words)


def _supports(said: FactorAdded) -> bool:
    return bool(getattr(said, "supports", ()))
