"""An incident under the OECD's 29 criteria, and how many of them the record answers."""

# ruff: noqa: ARG001, ARG005 - one table of functions, so all take the same three arguments

from collections.abc import Callable
from dataclasses import dataclass

from hotwash.incident.state import Incident
from hotwash.knowledge.exchange import oecd
from hotwash.knowledge.factors import factors
from hotwash.knowledge.harms import harms
from hotwash.reports.phrases import measured
from hotwash.systems.state import System

_CLASSES = {
    "Critical": "Perhaps a serious incident: ask the lawyer",
    "Major": "Incident",
    "Minor": "Incident or hazard",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A criterion and what the record answers; ``entries`` are what that rests on."""

    id: int
    group: str
    title: str
    mandatory: bool
    answer: str
    entries: tuple[int, ...] = ()
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """All criteria in their order, and how many are answered."""

    incident: str
    source: str
    version: str
    confidence: str
    criteria: tuple[Answered, ...]

    @property
    def answered(self) -> int:
        """How many criteria the record answers."""
        return sum(bool(one.answer) for one in self.criteria)

    @property
    def mandatory(self) -> int:
        """How many criteria are mandatory."""
        return sum(one.mandatory for one in self.criteria)

    @property
    def mandatory_answered(self) -> int:
        """How many of the mandatory ones the record answers."""
        return sum(bool(one.answer) for one in self.criteria if one.mandatory)

    @property
    def missing(self) -> tuple[Answered, ...]:
        """What is still to be said, the mandatory ones first."""
        return tuple(sorted((one for one in self.criteria if not one.answer), key=lambda one: not one.mandatory))


def sheet(incident: Incident, system: System | None, *, organisation: str = "") -> Sheet:
    """The criteria with what the record answers."""
    table = oecd()
    criteria = []
    for one in table.criteria:
        reads = _READS.get(one.source)
        answer, entries = reads(incident, system, organisation) if reads else ("", ())
        criteria.append(
            Answered(one.id, one.group, one.title, one.mandatory, answer, entries, by_person=one.source == "person")
        )
    return Sheet(incident.id, table.source, table.version, table.confidence, tuple(criteria))


Said = tuple[str, tuple[int, ...]]
_NOTHING: Said = ("", ())


def _title(incident: Incident, system: System | None, organisation: str) -> Said:
    return incident.title, (incident.declared.entry,) if incident.declared else ()


def _description(incident: Incident, system: System | None, organisation: str) -> Said:
    return incident.summary or (incident.declared.event.detail if incident.declared else ""), ()


def _materials(incident: Incident, system: System | None, organisation: str) -> Said:
    held = [said.entry for said in incident.evidence.values()] if incident.evidence else []
    return (f"{len(held)} pieces of evidence kept" if held else "", tuple(held[:50]))


def _began(incident: Incident, system: System | None, organisation: str) -> Said:
    if not incident.beginnings:
        return _NOTHING
    said = incident.beginnings[-1]
    return said.at.date().isoformat(), (said.entry,)


def _detected(incident: Incident, system: System | None, organisation: str) -> Said:
    if not incident.detections:
        return _NOTHING
    said = incident.detections[-1]
    who = "from outside" if said.event.detector == "outside" else "by ourselves"
    return f"{said.at.date().isoformat()}, {who}", (said.entry,)


def _submitter(incident: Incident, system: System | None, organisation: str) -> Said:
    return (f"{organisation}, which deploys the system" if organisation else ""), ()


def _system(incident: Incident, system: System | None, organisation: str) -> Said:
    if not incident.system:
        return _NOTHING
    running = system.running if system else {}
    version = next((one.event.version for part, one in running.items() if part == "model"), "")
    return f"{(system.name if system else '') or incident.system} {version}".strip(), ()


def _linked(incident: Incident, system: System | None, organisation: str) -> Said:
    return incident.linkage.into, ()


def _class(incident: Incident, system: System | None, organisation: str) -> Said:
    return (_CLASSES[incident.severity.severity] if incident.severity else ""), _assessed(incident)


def _severity(incident: Incident, system: System | None, organisation: str) -> Said:
    if incident.severity is None:
        return _NOTHING
    tail = ", provisional" if incident.severity.provisional else ""
    return f"{incident.severity.severity}{tail}", _assessed(incident)


def _assessed(incident: Incident) -> tuple[int, ...]:
    return (incident.assessments[-1].entry,) if incident.assessments else ()


def _harms(incident: Incident, system: System | None, organisation: str) -> Said:
    return ", ".join(harms().harm(one).title for one in incident.harms), ()


def _amount(incident: Incident, system: System | None, organisation: str) -> Said:
    told = [
        (f"{said.event.what}: {measured(said.event.value, said.event.unit, said.event.currency)}", said.entry)
        for said in incident.estimates[-5:]
    ]
    return "; ".join(text for text, _ in told), tuple(entry for _, entry in told)


def _response(incident: Incident, system: System | None, organisation: str) -> Said:
    fixes = [(f"Fixed: {said.event.how}", said.entry) for said in incident.remediations[-1:]]
    held = [
        (f"Contained: {one.applied.event.reason or one.applied.event.switch}", one.number) for one in incident.in_force
    ]
    told = held[:3] + fixes
    return "; ".join(text for text, _ in told), tuple(entry for _, entry in told)


def _affected(incident: Incident, system: System | None, organisation: str) -> Said:
    people = [said for said in incident.estimates if said.event.unit == "people"]
    return (measured(people[-1].event.value, "people"), (people[-1].entry,)) if people else _NOTHING


def _principles(incident: Incident, system: System | None, organisation: str) -> Said:
    found = [f"OECD {number}" for one in incident.harms for number in harms().harm(one).crosswalk.get("oecd", ())]
    return ", ".join(dict.fromkeys(found)), ()


def _purpose(incident: Incident, system: System | None, organisation: str) -> Said:
    return (system.purpose if system else ""), ()


def _answer_to(question: str, yes: str, no: str) -> Callable[[Incident, System | None, str], Said]:
    def read(incident: Incident, system: System | None, organisation: str) -> Said:
        given = incident.severity.answers.get(question) if incident.severity else None
        said = {"yes": yes, "no": no}.get(str(given.value), "") if given else ""
        return said, _assessed(incident) if said else ()

    return read


def _breadth(incident: Incident, system: System | None, organisation: str) -> Said:
    given = incident.severity.answers.get("national_scale") if incident.severity else None
    return ("National" if given and given.value == "yes" else ""), _assessed(incident)


def _lies_in(*tags: str) -> Callable[[Incident, System | None, str], Said]:
    def read(incident: Incident, system: System | None, organisation: str) -> Said:
        found = [(one.event.text, entry) for entry, one in incident.factors.items() if one.event.tag in tags]
        return "; ".join(text for text, _ in found[:5]), tuple(entry for _, entry in found[:5])

    return read


def _model(incident: Incident, system: System | None, organisation: str) -> Said:
    running = system.running if system else {}
    return ", ".join(f"{part} {one.event.version}" for part, one in running.items()), ()


def _lessons(incident: Incident, system: System | None, organisation: str) -> Said:
    titles = {tag.id: tag.title for tag in factors().tags}
    found = dict.fromkeys(titles.get(one.event.tag, one.event.tag) for one in incident.factors.values())
    return (f"Contributing factors lie in: {', '.join(found)}." if found else ""), tuple(incident.factors)[:20]


_READS: dict[str, Callable[[Incident, System | None, str], Said]] = {
    "title": _title,
    "description": _description,
    "materials": _materials,
    "began": _began,
    "detected": _detected,
    "submitter": _submitter,
    "system": _system,
    "organisations": lambda incident, system, organisation: (organisation, ()),
    "linked": _linked,
    "class": _class,
    "severity": _severity,
    "harms": _harms,
    "amount": _amount,
    "response": _response,
    "affected": _affected,
    "principles": _principles,
    "purpose": _purpose,
    "critical": _answer_to("infrastructure_disrupted", "Critical infrastructure was disrupted", "No"),
    "breadth": _breadth,
    "data": _lies_in("data", "labels"),
    "personal": _answer_to("sensitive_data_exposed", "Sensitive data were exposed", "No sensitive data were exposed"),
    "model": _model,
    "training": _lies_in("training", "evaluation"),
    "task": _purpose,
    "lessons": _lessons,
}
