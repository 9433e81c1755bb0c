"""Which part of the record answers which field of a notice. What nobody recorded stays empty: nothing is guessed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hotwash.incident.causes import believed
from hotwash.incident.state import Incident
from hotwash.knowledge.duties import duties
from hotwash.knowledge.harms import harms
from hotwash.reports.deadlines.standing import answers_of, starts
from hotwash.reports.document import Text, quiet, strong, text
from hotwash.reports.duty_words import ANSWERS, duty_title
from hotwash.reports.phrases import between, day, measured, people, several, span, when
from hotwash.reports.redress import made_whole
from hotwash.reports.status import harm_ended
from hotwash.reports.vocabulary import STANDING, SWITCH
from hotwash.systems.organisation import Organisation
from hotwash.systems.state import System


@dataclass(frozen=True, slots=True)
class Source:
    """What a notice is filled from."""

    incident: Incident
    organisation: Organisation
    system: System | None


def filled(fill: str, source: Source) -> tuple[Text, ...]:
    """The lines that answer a field; none if nothing on record does."""
    if not fill:
        return ()
    name, _, of = fill.partition(":")
    if of:
        return tuple(_OF[name](source, of))
    return tuple(_FILLS[fill](source))


def known_fills() -> frozenset[str]:
    """The words that a form may name; those of a family without what they are of."""
    return frozenset({*_FILLS, *_OF})


def _line(words: str, entry: int) -> Text:
    return text(words, quiet(f" (entry {entry})"))


# ── who ──────────────────────────────────────────────────────────────────────


def _organisation(source: Source) -> Iterator[Text]:
    known = source.organisation.described
    if known is not None:
        yield text(", ".join(part for part in (known.name, known.country, known.registration) if part))


def _contact(source: Source) -> Iterator[Text]:
    known, roster = source.organisation.described, source.incident.roster
    if known is not None and known.contact:
        yield text(known.contact)
    if "legal" in roster:
        yield text(f"Legal: {roster['legal']}")


def _place(source: Source) -> Iterator[Text]:
    for place in source.organisation.places:
        yield text(duties().places[place].name)


def _roles(source: Source) -> Iterator[Text]:
    said = answers_of(source.incident, source.organisation)
    named = source.organisation.described.name if source.organisation.described else "the organisation"
    for question, role in (("ai_provider", "provider"), ("ai_deployer", "deployer")):
        if said.get(question) == "yes":
            yield text(f"{named} is the {role}")


# ── what happened ────────────────────────────────────────────────────────────


def _id(source: Source) -> Iterator[Text]:
    yield text(source.incident.id)


def _title(source: Source) -> Iterator[Text]:
    yield text(source.incident.title)


def _description(source: Source) -> Iterator[Text]:
    incident = source.incident
    for part in incident.summary.split("\n\n"):
        if part.strip():
            yield text(part.strip())


def _began(source: Source) -> Iterator[Text]:
    if not source.incident.beginnings:
        return
    said = source.incident.beginnings[-1]
    range_ = ""
    if said.event.low and said.event.high:
        range_ = f", between {when(said.event.low)} and {when(said.event.high)}"
    yield _line(f"{when(said.at)}{range_}", said.entry)


def _detected(source: Source) -> Iterator[Text]:
    if source.incident.detections:
        said = source.incident.detections[-1]
        yield _line(when(said.at), said.entry)


def _discovery(source: Source) -> Iterator[Text]:
    if source.incident.detections:
        said = source.incident.detections[-1]
        by = "people outside" if said.event.detector == "outside" else "the organisation"
        yield _line(f"By {by}: {said.event.source}", said.entry)


def _ended(source: Source) -> Iterator[Text]:
    ended = harm_ended(source.incident)
    if ended is not None:
        yield text(when(ended))


def _lasted(source: Source) -> Iterator[Text]:
    ended = harm_ended(source.incident)
    if ended is not None and source.incident.beginnings:
        since = source.incident.beginnings[-1].at
        yield text(span((ended - since).total_seconds()) if ended >= since else "it was stopped before it began")


def _going_on(source: Source) -> Iterator[Text]:
    incident = source.incident
    state = f"The incident is {STANDING.get(incident.standing, incident.standing)}."
    yield text("Harm may be going on. " if incident.harm_going_on else "The harm has stopped. ", state)


# ── harm ─────────────────────────────────────────────────────────────────────


def _estimates(source: Source, *units: str) -> Iterator[Text]:
    for said in source.incident.estimates:
        event = said.event
        if event.unit in units:
            range_ = between(event.low, event.high)
            basis = "computed" if event.finding is not None else "an estimate"
            words = f"{measured(event.value, event.unit, event.currency)}{f' ({range_})' if range_ else ''}, {basis}"
            yield _line(f"{words}: {event.what}", said.entry)


def _harmed(source: Source) -> Iterator[Text]:
    yield from _estimates(source, "people")


def _decisions(source: Source) -> Iterator[Text]:
    yield from _estimates(source, "decisions")


def _money(source: Source) -> Iterator[Text]:
    yield from _estimates(source, "money")


def _groups(source: Source) -> Iterator[Text]:
    for entry, said in source.incident.findings.items():
        if said.event.question in ("fairness", "slices"):
            yield _line(said.event.sentence, entry)


def _harms(source: Source) -> Iterator[Text]:
    if source.incident.harms:
        yield text(several([harms().harm(one).title for one in source.incident.harms]))


def _severity(source: Source) -> Iterator[Text]:
    severity = source.incident.severity
    if severity is not None:
        provisional = ", provisional" if severity.provisional else ""
        yield text(strong(f"{severity.severity}{provisional}. "), " ".join(severity.because))


def _consequences(source: Source) -> Iterator[Text]:
    yield from _severity(source)
    yield from _estimates(source, "people", "money")


# ── the system ───────────────────────────────────────────────────────────────


def _system(source: Source) -> Iterator[Text]:
    known = source.system
    if known is None:
        if source.incident.system:
            yield text(source.incident.system)
        return
    versions = [f"{one.event.part} {one.event.version}" for one in known.running.values()]
    yield text(
        f"{known.name}{f' ({several(versions)})' if versions else ''}{f': {known.purpose}' if known.purpose else ''}"
    )


def _purpose(source: Source) -> Iterator[Text]:
    if source.system is not None and source.system.purpose:
        yield text(source.system.purpose)


def _log(source: Source) -> Iterator[Text]:
    if source.system is not None and source.system.log is not None:
        columns = several(sorted({*source.system.log.columns.values(), *source.system.log.attributes}))
        yield text(f"Predictions with the columns {columns}" if columns else "A prediction log is described.")


def _model(source: Source) -> Iterator[Text]:
    for one in source.system.running.values() if source.system is not None else ():
        yield text(f"{one.event.part} {one.event.version}, live since {when(one.at)}")


def _autonomy(source: Source) -> Iterator[Text]:
    known = source.system
    if known is not None and known.stop_authority is not None:
        yield text(f"May be stopped by {several([*known.stop_authority.people])}.")


# ── cause and answer ─────────────────────────────────────────────────────────


def _factors(source: Source) -> Iterator[Text]:
    for entry, said in source.incident.factors.items():
        doubt = ", so far a belief" if believed(source.incident, said.event) else ""
        yield _line(f"{said.event.text.rstrip('. ')}{doubt}", entry)


def _causes(source: Source) -> Iterator[Text]:
    yield from _fact(source, "suspected")
    yield from _factors(source)


def _containment(source: Source) -> Iterator[Text]:
    for one in source.incident.containments.values():
        event = one.applied.event
        reach = "for everyone" if event.complete else f"for {event.cohort or 'part of the people'}"
        state = SWITCH.get(event.state, event.state)
        back = "" if one.in_force else ", taken back since"
        yield _line(f"{when(one.applied.at)}: {event.switch}, {state}, {reach}{back}", one.applied.entry)
    for said in source.incident.remediations:
        yield _line(f"{when(said.at)}: fixed in production: {said.event.how}", said.entry)


def _fix(source: Source) -> Iterator[Text]:
    for said in source.incident.remediations:
        yield _line(f"{when(said.at)}: {said.event.how}, verified by {said.event.source}", said.entry)


def _evidence(source: Source) -> Iterator[Text]:
    for entry, said in source.incident.evidence.items():
        yield _line(f"{said.event.name}, kept {when(said.at)}", entry)


def _actions(source: Source) -> Iterator[Text]:
    for entry, one in source.incident.actions.items():
        if one.dropped is not None:
            continue
        added = one.wanted
        due = f", due {day(added.due)}" if added.due else ""
        yield _line(f"{added.title} ({added.owner}{due}{'' if one.to_do else ', done'})", entry)


def _remedies(source: Source) -> Iterator[Text]:
    for entry, one in source.incident.remedies.items():
        yield _line(f"{one.owed.event.what}: {people(one.owed.event.people)}, {one.left:,} still wait", entry)
    if register := source.incident.register:
        yield _line(f"Redress: {made_whole(register.counts)}", register.said.entry)


def _sent_before(source: Source) -> Iterator[Text]:
    sent = [one for one in source.incident.filings.values() if one.withdrawn is None]
    if not sent:
        yield text("First: nothing was sent before.")
    for one in sent:
        yield _filing(one.submitted.event.duty, one.submitted.event.stage, when(one.submitted.at), one.submitted.entry)


def _filing(duty: str, stage: str, at: str, entry: int) -> Text:
    return _line(f"{at}: {duty_title(duty)}, {stage}", entry)


# ── families ─────────────────────────────────────────────────────────────────


def _fact(source: Source, fact: str) -> Iterator[Text]:
    said = starts(source.incident).get(fact)
    if said is not None:
        evidence = f". {said.event.evidence}" if said.event.evidence else ""
        yield _line(f"{when(said.at)}, {said.event.person}{evidence}", said.entry)


def _answer(source: Source, question: str) -> Iterator[Text]:
    said = [one for one in source.incident.applicability if one.event.question == question]
    if said and said[-1].event.answer != "unknown":
        event = said[-1].event
        yield _line(
            f"{ANSWERS[event.answer].capitalize()}{f': {event.reason}' if event.reason else '.'}", said[-1].entry
        )
        return
    known = source.organisation.answers.get(question)
    if not said and known is not None and known.event.answer != "unknown":
        yield text(
            f"{ANSWERS[known.event.answer].capitalize()}{f': {known.event.reason}' if known.event.reason else '.'}"
        )


def _filed(source: Source, duty: str) -> Iterator[Text]:
    for one in source.incident.filings.values():
        event = one.submitted.event
        if event.duty == duty and one.withdrawn is None:
            receipt = f", receipt {event.receipt}" if event.receipt else ""
            yield _line(f"{when(one.submitted.at)}: {event.stage} to {event.recipient}{receipt}", one.submitted.entry)


def _late(source: Source, duty: str) -> Iterator[Text]:
    for one in source.incident.filings.values():
        event = one.submitted.event
        if event.duty == duty and one.withdrawn is None and event.late_because:
            yield _line(event.late_because, one.submitted.entry)


_FILLS: dict[str, Callable[[Source], Iterator[Text]]] = {
    "organisation": _organisation,
    "contact": _contact,
    "place": _place,
    "roles": _roles,
    "id": _id,
    "title": _title,
    "description": _description,
    "began": _began,
    "detected": _detected,
    "discovery": _discovery,
    "ended": _ended,
    "lasted": _lasted,
    "going_on": _going_on,
    "harmed": _harmed,
    "decisions": _decisions,
    "money": _money,
    "groups": _groups,
    "harms": _harms,
    "severity": _severity,
    "consequences": _consequences,
    "system": _system,
    "purpose": _purpose,
    "log": _log,
    "model": _model,
    "autonomy": _autonomy,
    "factors": _factors,
    "causes": _causes,
    "containment": _containment,
    "fix": _fix,
    "evidence": _evidence,
    "actions": _actions,
    "remedies": _remedies,
    "sent_before": _sent_before,
}
_OF: dict[str, Callable[[Source, str], Iterator[Text]]] = {
    "fact": _fact,
    "answer": _answer,
    "filed": _filed,
    "late": _late,
}
