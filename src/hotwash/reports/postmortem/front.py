"""The first page: the numbers that matter, the facts at a glance, the summary."""

from hotwash.incident.events import HarmEstimated
from hotwash.incident.state import Incident, Said
from hotwash.knowledge.harms import harms
from hotwash.reports.document import (
    Block,
    Callout,
    Facts,
    Number,
    Numbers,
    Paragraph,
    Section,
    Text,
    entry,
    finding,
    text,
)
from hotwash.reports.metrics import EndPoint, Measure, measures
from hotwash.reports.phrases import amount, between, count, people, several, span
from hotwash.reports.postmortem.source import Source, moment
from hotwash.reports.status import Status, status
from hotwash.reports.vocabulary import KINDS, SEVERITY_SIGN, STANDING


def glance(source: Source) -> Section:
    """What an executive needs to know."""
    incident = source.incident
    now = status(incident, source.as_of)
    spans = measures(incident)
    blocks: list[Block] = []
    if incident.kind != "normal":
        blocks.append(Callout("note", text(f"{KINDS.get(incident.kind, incident.kind)}. {_KIND[incident.kind]}")))
    if incident.linkage.into:
        blocks.append(Callout("note", text(f"It was merged: the work goes on in {incident.linkage.into}.")))
    if incident.linkage.absorbed:
        joined = several(list(incident.linkage.absorbed))
        verb = "goes" if len(incident.linkage.absorbed) == 1 else "go"
        blocks.append(Callout("note", text(f"{joined} {verb} on in this incident, each with a record of its own.")))
    if now.harm.going_on:
        blocks.append(Callout("warning", text(now.harm.sentence)))
    blocks.append(Numbers((_harmed(incident), _lasted(now), *(_time(spans[one]) for one in ("mttd", "mttc")))))
    blocks.append(Facts(tuple((term, value) for term, value in _facts(source, now, spans) if value)))
    return Section("glance", "At a glance", tuple(blocks))


_KIND = {
    "drill": "This was an exercise: nobody was harmed, and it stays out of the figures.",
    "test": "This is a test of the record, and stays out of the figures.",
    "backdated": "It was written down after the event, so the times of the response were told, not taken.",
}


def summary(source: Source) -> Section:
    """What happened, in a few sentences."""
    incident = source.incident
    if incident.summary:
        blocks: tuple[Block, ...] = tuple(
            Paragraph(text(part.strip())) for part in incident.summary.split("\n\n") if part.strip()
        )
    else:
        gap = "Nobody has written a summary yet. Add one with “summarise”: what happened, in a few plain sentences."
        blocks = (Callout("missing", text(gap)), Paragraph(text(status(incident, source.as_of).harm.sentence)))
    return Section("summary", "Summary", blocks)


def people_harmed(incident: Incident) -> Said[HarmEstimated] | None:
    """The estimate of people that holds: the last one that a finding shows, else the last that was typed."""
    of_people = [said for said in incident.estimates if said.event.unit == "people"]
    return next((said for said in reversed(of_people) if said.event.finding is not None), None) or (
        of_people[-1] if of_people else None
    )


def _harmed(incident: Incident) -> Number:
    said = people_harmed(incident)
    if said is None:
        return Number("not known", "People harmed", text("nobody has counted them yet"))
    event = said.event
    rests = finding(event.finding) if event.finding else entry(said.entry)
    range_ = between(event.low, event.high)
    marked = "" if event.finding else "a typed estimate, "
    return Number(amount(event.value), "People harmed", text(f"{range_}, " if range_ else "", marked, rests))


def _lasted(now: Status) -> Number:
    harm = now.harm
    point = entry(harm.entry) if harm.entry else None
    if harm.since is None:
        return Number("not known", "Harm lasted", text("its beginning is not recorded"))
    if harm.until is None:
        return Number("goes on", "Harm lasts", text(f"since {moment(harm.since)}, ", point))
    lasted = (harm.until - harm.since).total_seconds()
    words = span(lasted) if lasted >= 0 else "none"
    return Number(words, "Harm lasted", text(f"{moment(harm.since)} to {moment(harm.until)}, ", point))


def _time(measure: Measure) -> Number:
    label = {"mttd": "Until it was seen", "mttc": "From seen to contained"}[measure.id]
    if measure.seconds is None or measure.until is None:
        return Number("pending" if measure.state == "pending" else "does not apply", label, text(measure.why))
    _, _, range_ = measure.words.partition(" (")
    return Number(
        span(measure.seconds) + (" before" if measure.seconds < 0 else ""),
        label,
        text(f"{range_[:-1]}, " if range_ else "", entry(measure.until.entry)),
    )


def _facts(source: Source, now: Status, spans: dict[str, Measure]) -> list[tuple[str, Text]]:
    incident = source.incident
    system = source.system_name or incident.system or ""
    severity = ""
    if now.severity:
        severity = f"{SEVERITY_SIGN.get(now.severity, '')} {now.severity}".strip() + (
            ", provisional" if now.provisional else ""
        )
    declared = incident.declared
    waits = f"{people(incident.owed)} still {'waits' if incident.owed == 1 else 'wait'} for a remedy"
    still_open = sum(one.kind == "action" for one in now.due)
    to_do = [
        count(still_open, "action", "actions") if still_open else "",
        waits if incident.owed else "",
        count(len(now.questions), "open question", "open questions") if now.questions else "",
    ]
    return [
        ("AI system", text(system or "not named")),
        ("Kind of harm", text(several([harms().harm(one).title for one in incident.harms]) or "not said")),
        ("Severity", text(severity or "not assessed")),
        ("State", text(STANDING.get(incident.standing, incident.standing).capitalize())),
        ("Commander", text(now.commander or "nobody yet")),
        ("Harm began", _point(spans["mttd"].since)),
        ("Seen", _point(spans["mttd"].until)),
        ("Declared", text(f"{moment(declared.at)}, by {declared.by} ", entry(declared.entry)) if declared else ()),
        ("Contained", _point(spans["mttc"].until)),
        ("Fixed", _point(spans["mttr"].until)),
        ("Redress done", _point(spans["time_to_redress"].until)),
        ("Still to do", text(several([part for part in to_do if part]) or now.next.sentence)),
    ]


def _point(point: EndPoint | None) -> Text:
    return text(f"{moment(point.at)} ", entry(point.entry)) if point else text("not recorded")
