"""Which clocks an incident has: the rows of the law and the organisation's own, its facts, answers and filings."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.events import AwarenessRecorded
from hotwash.incident.state import Filing, Incident, Said
from hotwash.knowledge.duties import Answer, Duty, Stage, duties
from hotwash.reports.deadlines.applying import Applies, judge, judge_stage
from hotwash.reports.deadlines.clocks import Clock, Facts, choose, clocks_of, where
from hotwash.systems.organisation import DutyAdded, Organisation


@dataclass(frozen=True, slots=True)
class Standing:
    """One clock of an incident.

    :param applies: whether the duty and its stage apply; unknown is shown
    :param open: the questions that would settle it
    :param started_by: the entry of the fact, or of the filing, that started it
    :param filings: what was sent for it, the first one first
    """

    duty: Duty
    clock: Clock
    applies: Applies
    open: tuple[str, ...]
    because: tuple[str, ...]
    started_by: int | None
    filings: tuple[Filing, ...]

    @property
    def due(self) -> bool:
        """Whether something is still to be sent: it runs, or is due at once, and is not known not to apply."""
        return self.applies in ("yes", "unknown") and self.clock.state in ("running", "at-once")

    @property
    def moment(self) -> datetime | None:
        """By when to act: the early deadline, or since when it is due at once."""
        if self.clock.deadline is None:
            return self.clock.due_at_once_since
        return min(self.clock.deadline, self.clock.due_at_once_since or self.clock.deadline)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Every clock of an incident, what applies before what may apply, each the nearest first; with the answers."""

    clocks: tuple[Standing, ...]
    answers: Mapping[str, Answer]
    facts: Mapping[str, Said[AwarenessRecorded]]

    @property
    def due(self) -> list[Standing]:
        """What is still to be sent, the nearest first."""
        return [one for one in self.clocks if one.due]

    @property
    def next(self) -> Standing | None:
        """The nearest deadline with a number: of what applies, else of what may apply, for unknown means shown."""
        return next((one for one in self.due if one.clock.deadline is not None), None)

    def asked(self) -> list[tuple[str, int]]:
        """The questions that would settle something, and for how many duties: the most first, then the nearest."""
        settled: dict[str, set[str]] = {}
        first: dict[str, int] = {}
        for place, standing in enumerate(self.clocks):
            if standing.due or standing.clock.state == "waiting":
                for question in standing.open:
                    settled.setdefault(question, set()).add(standing.duty.id)
                    first.setdefault(question, place)
        counted = [(question, len(found)) for question, found in settled.items()]
        return sorted(counted, key=lambda one: (-one[1], first[one[0]]))


def deadlines(incident: Incident, organisation: Organisation | None = None) -> Deadlines:
    """The clocks of an incident. No time is read: whether one has run out is for whoever shows it."""
    organisation = organisation or Organisation()
    started = starts(incident)
    answers = answers_of(incident, organisation)
    filings = _by_stage(incident)
    facts = Facts(
        {name: said.at for name, said in started.items()},
        {key: sent[0].submitted.at for key, sent in filings.items()},
        {key: sent[-1].submitted.at for key, sent in filings.items()},
    )
    chosen = choose(organisation.places)
    found: list[Standing] = []
    for duty in _duties(incident, organisation):
        judged = judge(duty, answers)
        for clock in clocks_of(duty, facts, where(duty, chosen), answers):
            stage = judge_stage(duty.stage(clock.stage), answers)
            applies: Applies = judged.applies
            if applies in ("yes", "unknown") and stage.applies != "yes":
                applies = stage.applies
            found.append(
                Standing(
                    duty,
                    clock,
                    applies,
                    tuple(dict.fromkeys((*judged.open, *stage.open))),
                    judged.because or stage.because,
                    _started_by(clock, started, filings),
                    tuple(filings.get((duty.id, clock.stage), ())),
                )
            )
    return Deadlines(tuple(sorted(found, key=_order)), answers, started)


def starts(incident: Incident) -> dict[str, Said[AwarenessRecorded]]:
    """The earliest moment of each fact that was not taken back: a later one never hides an earlier one."""
    earliest: dict[str, Said[AwarenessRecorded]] = {}
    for said in incident.awareness:
        known = earliest.get(said.event.fact)
        if said.entry not in incident.withdrawn_awareness and (known is None or said.at < known.at):
            earliest[said.event.fact] = said
    return earliest


def answers_of(incident: Incident, organisation: Organisation) -> dict[str, Answer]:
    """The answers that hold: those of the organisation, and over them the last ones of the incident."""
    said: dict[str, Answer] = {one: known.event.answer for one, known in organisation.answers.items()}
    return said | {one.event.question: one.event.answer for one in incident.applicability}


def own_duty(added: DutyAdded, *, since: datetime, until: datetime | None) -> Duty:
    """A duty of the organisation's own as a row like those of the law."""
    stage = Stage(
        name="notify",
        n=added.n,
        unit=added.unit,
        start=(added.start,),
        promptness="without delay" if added.unit == "at_once" else "",
    )
    return Duty(
        id=added.duty,
        title=added.title,
        kind=added.kind,
        jurisdiction="own",
        place=added.place,
        instrument=added.source,
        provision="",
        who="the organisation",
        recipient=added.recipient,
        trigger=added.trigger,
        starts=added.start,
        calendar=added.calendar,
        status="Added by the organisation.",
        confidence="high",
        source=added.source,
        checked_on=since.date(),
        stages=(stage,),
        in_force_until=until.date() if until else None,
        notes=(added.note,) if added.note else (),
    )


def _duties(incident: Incident, organisation: Organisation) -> Iterator[Duty]:
    yield from duties().duties.values()
    for duty, added in organisation.duties.items():
        if added.system in ("", incident.system):
            yield own_duty(added, since=organisation.added_on[duty], until=organisation.retired.get(duty))


def _by_stage(incident: Incident) -> dict[tuple[str, str], list[Filing]]:
    found: dict[tuple[str, str], list[Filing]] = {}
    for filing in sorted(incident.filings.values(), key=lambda one: (one.submitted.at, one.submitted.entry)):
        if filing.withdrawn is None:
            sent = filing.submitted.event
            found.setdefault((sent.duty, sent.stage), []).append(filing)
    return found


def _started_by(
    clock: Clock, started: Mapping[str, Said[AwarenessRecorded]], filings: Mapping[tuple[str, str], list[Filing]]
) -> int | None:
    if clock.started_at is None:
        return None
    if clock.starts_from.endswith(".submitted"):
        sent = filings[(clock.duty, clock.starts_from.removesuffix(".submitted"))]
        return sent[-1].submitted.entry
    return started[clock.starts_from].entry


_RANK = {"yes": 0, "unknown": 1, "off": 2, "no": 3}


def _order(one: Standing) -> tuple[int, float, int, str]:
    moment = one.moment
    known = 0 if one.due else 1 if one.clock.state == "submitted" else 2
    return (
        _RANK[one.applies] * 3 + known,
        moment.timestamp() if moment else 0.0,
        0 if one.clock.deadline else 1,
        one.duty.id,
    )


def unverified(clocks: Iterable[Standing]) -> bool:
    """Whether any of these rows must be held against the primary text."""
    return any(one.duty.unverified for one in clocks)
