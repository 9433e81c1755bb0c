"""Parts of the score about acting: declared, command, evidence, containment, hand-overs."""

from hotwash.drills.score.parts import Part, Played, by_time, minutes, time_rule
from hotwash.incident.containments import Containment


def declared(played: Played) -> Part:
    """How soon the team declared."""
    good, said = played.scenario.good, played.incident.declared
    minute = played.minute(said.recorded_at) if said else None
    return Part(
        "declared",
        "Time to declare",
        by_time(minute, good.declare),
        f"Declared {minutes(minute)}.",
        time_rule(good.declare),
        "Declare on suspicion: it costs a minute and can be taken back.",
        (said.entry,) if said else (),
    )


def commanded(played: Played) -> Part:
    """How soon somebody was in command, and which roles were held at the end."""
    good, incident = played.scenario.good, played.incident
    first = min((one.recorded_at for one in incident.acknowledgements), default=None)
    minute = played.minute(first) if first else None
    held = [role for role in good.roles if role in incident.roster]
    points = round(by_time(minute, good.command) / 2 + len(held) / len(good.roles) / 2, 2) if good.roles else 0.0
    missing = [role for role in good.roles if role not in held]
    said = f"In command {minutes(minute)}; {len(held)} of {len(good.roles)} roles held"
    return Part(
        "commanded",
        "Command established",
        points,
        said + (f" (not: {', '.join(missing)})." if missing else "."),
        f"Half for a commander: {time_rule(good.command).lower()[:-1]}; half for the share of roles held at the end.",
        "One person decides, the others know what they are asked for.",
        tuple(one.entry for one in incident.acknowledgements[:1]),
    )


def held(played: Played) -> Part:
    """Whether evidence was kept before anything was switched."""
    incident = played.incident
    first = _first(played)
    kept = min((one for one in incident.held), default=None)
    if kept is None:
        points, said = 0.0, "No evidence was kept."
    elif first is None or kept < first.applied.entry:
        points, said = 1.0, "Evidence was kept before anything was switched."
    else:
        points, said = 0.4, f"Evidence was kept (entry {kept}) after the switch (entry {first.applied.entry})."
    return Part(
        "held",
        "Evidence before containment",
        points,
        said,
        "All points if something was kept before the first containment, 0.4 if after it, none if nothing was.",
        "What is switched or mended cannot be asked any more who was harmed by it.",
        tuple(one for one in (kept, first.applied.entry if first else None) if one is not None),
    )


def contained(played: Played) -> Part:
    """How soon the harm was stopped for everyone, and how many people it reached meanwhile."""
    good = played.scenario.good
    stop = stopped(played)
    minute = played.minute(stop.applied.recorded_at) if stop else None
    people = played.reality.until(played.minutes if minute is None else minute)
    spared = len(played.reality.later) - people
    return Part(
        "contained",
        "Containment, and the harm until then",
        by_time(minute, good.contain_within),
        f"Stopped for everyone {minutes(minute)}. Until then {people:,} more people were harmed; "
        f"{spared:,} were spared of those whom it would have met by the end of the day.",
        f"{time_rule(good.contain_within)} It counts when it is complete and set to {' or '.join(good.contain)}.",
        "People are harmed by the minute; a switch can be set back, a decision about a person often cannot.",
        (stop.applied.entry,) if stop else (),
    )


def handed_over(played: Played) -> Part:
    """Whether the role of somebody who dropped out was carried on, with what the next one has to know."""
    incident, drill, scenario = played.incident, played.drill, played.scenario
    gone = [(one, drill.came[one.id]) for one in scenario.injects if one.role and one.id in drill.came]
    title, rule = "Hand-overs", (
        "For each who dropped out: half if the role was given on within 15 minutes, half if with a briefing of at "
        "least ten words."
    )  # fmt: skip
    if not gone:
        return Part("handed-over", title, None, "Nobody dropped out.", rule)
    points, told, entries = 0.0, [], []
    for inject, came in gone:
        since = [one for one in incident.tenures if one.role == inject.role and one.since > came.at]
        taken = next(iter(since), None)
        minute = drill.minute(taken.since) - came.event.minute if taken else None
        briefed = taken is not None and len(taken.briefing.split()) >= 10
        points += (0.5 if minute is not None and minute <= 15 else 0.0) + (0.5 if briefed else 0.0)
        if taken is None:
            told.append(f"Nobody took over {inject.role}.")
        else:
            told.append(
                f"{inject.role}: given on after {minute:.0f} minutes, {'with' if briefed else 'without'} briefing."
            )
        entries.append(came.entry)
    return Part(
        "handed-over",
        title,
        round(points / len(gone), 2),
        " ".join(told),
        rule,
        "What only one head knows leaves with it.",
    )


def stopped(played: Played) -> Containment | None:
    """The first complete containment by a state that stops the harm."""
    found = [
        one
        for one in played.incident.containments.values()
        if one.applied.event.complete and one.applied.event.state in played.scenario.good.contain
    ]
    return min(found, key=lambda one: one.applied.entry, default=None)


def _first(played: Played) -> Containment | None:
    return min(played.incident.containments.values(), key=lambda one: one.applied.entry, default=None)
