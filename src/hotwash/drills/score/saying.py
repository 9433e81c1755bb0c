"""Parts of the score about words and what comes after: first message, wording, actions."""

from collections.abc import Iterator

from hotwash.drills.score.parts import Part, Played, by_time, minutes, time_rule
from hotwash.reports import wording as blame
from hotwash.reports.messages.plain import check as plain

STRONG = ("barrier", "automation")


def first_word(played: Played) -> Part:
    """How soon the first message went out, whether to the right people, and how plain it was."""
    good, incident = played.scenario.good, played.incident
    sent = sorted(
        (one for one in incident.messages.values() if one.sendings and one.audience != "responders"),
        key=lambda one: one.sendings[0].entry,
    )
    title = "First message"
    rule = (
        f"Half for the time: {time_rule(good.message).lower()} A quarter if the first is to "
        f"{good.audience}. A quarter for plainness: a twentieth less for each thing to look at."
    )
    wanted = "What is known, what is not, what was stopped, what people can do, and when the next word comes."
    if not sent:
        drafted = f"{len(incident.messages)} drafted, none sent." if incident.messages else "Nobody was told anything."
        return Part("first-word", title, 0.0, drafted, rule, wanted)
    first = sent[0]
    minute = played.minute(first.sendings[0].recorded_at)
    text = first.text.event
    notes = len(plain(text.body, text.language, audience=first.audience, stage=first.stage).notes)
    fits = first.audience == good.audience
    points = by_time(minute, good.message) / 2 + (0.25 if fits else 0.0) + max(0.0, 0.25 - 0.05 * notes)
    things = "one thing" if notes == 1 else f"{notes or 'no'} things"
    said = f"To {first.audience} {minutes(minute)}; {things} to look at in its words."
    return Part("first-word", title, round(points, 2), said, rule, wanted, (first.sendings[0].entry,))


def wording(played: Played) -> Part:
    """Whether the team's words ask what made sense rather than who was at fault."""
    flags = [(entry, flag.text) for entry, text in texts(played) for flag in blame.check(text)]
    written = sum(1 for _ in texts(played))
    title, rule = "Wording", "All points with no place that blames a person; a quarter less for each."
    if not written:
        return Part("wording", title, None, "Nothing was written down in words.", rule)
    said = f"{written} texts, no place that blames a person."
    if flags:
        shown = ", ".join(f"“{text}”" for _, text in flags[:3])
        places = "One place that blames" if len(flags) == 1 else f"{len(flags)} places that blame"
        said = f"{places} a person: {shown}."
    entries = tuple(dict.fromkeys(entry for entry, _ in flags))
    good = "What made it sensible at the time? Blame ends the telling."
    return Part("wording", title, max(0.0, 1 - 0.25 * len(flags)), said, rule, good, entries)


def actions(played: Played) -> Part:
    """Whether the actions are strong, owned, dated, measurable, and against what was found."""
    wanted = [one for one in played.incident.actions.values() if one.state != "dropped"]
    title = "Strength of actions"
    rule = (
        "A quarter each: one that is a barrier or automation; all with owner and date; half or more with a measure; "
        "half or more of the factors have one."
    )
    good = "One barrier does more than ten reminders; what is not measured is hoped."
    if not wanted:
        return Part("actions", title, 0.0, "No action was added.", rule, good)
    strong = [one for one in wanted if one.wanted.strength in STRONG]
    owned = [one for one in wanted if one.wanted.owner and one.wanted.due]
    measured = [one for one in wanted if one.wanted.measure or one.planned]
    factors = set(played.incident.factors)
    met = factors & {factor for one in wanted for factor in one.factors}
    points = 0.25 * (
        bool(strong)
        + (len(owned) == len(wanted))
        + (2 * len(measured) >= len(wanted))
        + (bool(factors) and 2 * len(met) >= len(factors))
    )
    said = (
        f"{len(wanted)} actions: {len(strong)} strong, {len(owned)} with owner and date, {len(measured)} measured; "
        f"{len(met)} of {len(factors)} factors have one."
    )
    return Part("actions", title, points, said, rule, good, tuple(one.number for one in wanted))


def texts(played: Played) -> Iterator[tuple[int, str]]:
    """What the team wrote, with the entries: not what the drill itself put there."""
    incident = played.incident
    for said in incident.notes:
        yield said.entry, said.event.text
    for decision in incident.decisions:
        yield decision.entry, f"{decision.event.decision} {decision.event.reason}"
    for factor in incident.factors.values():
        yield factor.entry, factor.event.text
    for why in incident.whys.values():
        yield why.entry, f"{why.event.question} {why.event.answer}"
    for seen in incident.observations:
        yield seen.entry, seen.event.text
    for message in incident.messages.values():
        yield message.text.entry, message.text.event.body
    if incident.summary:
        yield 0, incident.summary
