"""The organisation itself, as a record of its own: what it is, whose days it counts, what it promised to others.

Events and the state that they fold into; the verbs are in `rules_organisation`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from hotwash.knowledge.duties import Answer, Calendar, StartFact
from hotwash.knowledge.messages import AudienceId, StageId
from hotwash.ledger.catalogue import Catalogue, Fact
from hotwash.systems import governance, retention, rota, teams
from hotwash.systems import playbooks as own_playbooks
from hotwash.systems.governance import Governance
from hotwash.systems.playbooks import OwnPlaybooks, PlaybookKept, PlaybookWithdrawn
from hotwash.systems.retention import Retention
from hotwash.systems.rota import OnCall
from hotwash.systems.teams import Teams

OwnKind = Literal["law", "contract"]
OwnUnit = Literal["hour", "calendar_day", "business_day", "month", "at_once"]


@dataclass(frozen=True, slots=True)
class OrganisationDescribed:
    """Who notifies: as it stands in notices."""

    name: str
    contact: str = ""
    country: str = ""
    registration: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationAnswered:
    """An answer on which duties depend, for every incident that gives none of its own."""

    question: str
    answer: Answer
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlacesChosen:
    """The places whose days and holidays are counted, such as the member state whose authority is told."""

    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyAdded:
    """A duty of the organisation's own: another law, or a clause of a contract.

    :param system: the AI system that it is about; empty for all
    """

    duty: str
    title: str
    kind: OwnKind
    recipient: str
    trigger: str
    start: StartFact
    n: int
    unit: OwnUnit
    calendar: Calendar = "plain"
    place: str = "EU"
    source: str = ""
    system: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DutyRetired:
    """An own duty no longer holds."""

    duty: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportsOpened:
    """Everybody may report on a public form.

    :param introduction: what stands above it, in the organisation's words
    :param elsewhere: how else one can reach somebody: a telephone number, an office
    :param days_kept: after how many days a report is erased that no open incident counts
    :param systems: the AI systems that have an address of their own on the form
    """

    introduction: str
    elsewhere: str
    days_kept: int
    systems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportsClosed:
    """The public form is closed; what was sent can still be looked up."""

    reason: str


@dataclass(frozen=True, slots=True)
class MessageTemplateAdded:
    """A template of messages of the organisation's own. One of the same name that was there is replaced."""

    name: str
    audience: AudienceId
    stage: StageId
    subject: str
    body: str
    language: str = "en"
    harm: str = ""


@dataclass(frozen=True, slots=True)
class MessageTemplateRetired:
    """An own template is not offered any more."""

    name: str
    reason: str


Event = (
    OrganisationDescribed
    | OrganisationAnswered
    | PlacesChosen
    | DutyAdded
    | DutyRetired
    | ReportsOpened
    | ReportsClosed
    | rota.Event
    | own_playbooks.Event
    | governance.Event
    | teams.Event
    | retention.Event
    | MessageTemplateAdded
    | MessageTemplateRetired
)

OrganisationFact = Fact[Event]

CATALOGUE: Catalogue[Event] = Catalogue(
    {
        "organisation-described": OrganisationDescribed,
        "organisation-answered": OrganisationAnswered,
        "places-chosen": PlacesChosen,
        "duty-added": DutyAdded,
        "duty-retired": DutyRetired,
        "message-template-added": MessageTemplateAdded,
        "message-template-retired": MessageTemplateRetired,
        "reports-opened": ReportsOpened,
        "reports-closed": ReportsClosed,
        **rota.KINDS,
        **own_playbooks.KINDS,
        **governance.KINDS,
        **teams.KINDS,
        **retention.KINDS,
    }
)
"""Every event of the organisation by its stored word."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with who gave it, and when."""

    entry: int
    by: str
    at: datetime
    event: OrganisationAnswered


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A template of the organisation's own with the entry that holds it, which is its version."""

    entry: int
    by: str
    at: datetime
    event: MessageTemplateAdded


@dataclass(slots=True)
class Organisation:
    """What is known of the organisation. ``number`` is the last entry that it rests on.

    :param reports: how the public form stands; None while it is closed
    :param days_kept: what was promised last about how long a report is kept
    """

    number: int = 0
    described: OrganisationDescribed | None = None
    answers: dict[str, Answered] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    duties: dict[str, DutyAdded] = field(default_factory=dict)
    added_on: dict[str, datetime] = field(default_factory=dict)
    retired: dict[str, datetime] = field(default_factory=dict)
    reports: ReportsOpened | None = None
    days_kept: int | None = None
    templates: dict[str, OwnTemplate] = field(default_factory=dict)
    on_call: OnCall = field(default_factory=OnCall)
    playbooks: OwnPlaybooks = field(default_factory=OwnPlaybooks)
    governance: Governance = field(default_factory=Governance)
    teams: Teams = field(default_factory=Teams)
    retention: Retention = field(default_factory=Retention)
    unread: list[int] = field(default_factory=list)


def fold(organisation: Organisation, fact: OrganisationFact) -> None:  # noqa: C901, PLR0912 - a branch for each kind
    """Take one more fact into the state."""
    organisation.number = fact.number
    if isinstance(fact.event, governance.Event):
        governance.fold(organisation.governance, fact.event, by=fact.by, at=fact.occurred_at)
        return
    match fact.event:
        case teams.TeamSet() | teams.TeamRetired() as event:
            teams.fold(organisation.teams, event)
        case retention.RetentionSet() | retention.RetentionDropped() as event:
            retention.fold(organisation.retention, event)
        case OrganisationDescribed() as event:
            organisation.described = event
        case OrganisationAnswered() as event:
            organisation.answers[event.question] = Answered(fact.number, fact.by, fact.occurred_at, event)
        case PlacesChosen(places):
            organisation.places = places
        case DutyAdded() as event:
            organisation.duties[event.duty] = event
            organisation.added_on[event.duty] = fact.occurred_at
            organisation.retired.pop(event.duty, None)
        case DutyRetired(duty):
            organisation.retired[duty] = fact.occurred_at
        case ReportsOpened() as event:
            organisation.reports, organisation.days_kept = event, event.days_kept
        case ReportsClosed():
            organisation.reports = None
        case MessageTemplateAdded() as event:
            organisation.templates[event.name] = OwnTemplate(fact.number, fact.by, fact.occurred_at, event)
        case MessageTemplateRetired(name):
            organisation.templates.pop(name, None)
        case PlaybookKept() | PlaybookWithdrawn() as event:
            at, by = fact.occurred_at, fact.by
            own_playbooks.fold(organisation.playbooks, event, entry=fact.number, by=by, at=at)
        case None:
            organisation.unread.append(fact.number)
        case event:
            rota.fold(organisation.on_call, event)


def replay(facts: Iterable[OrganisationFact]) -> Organisation:
    """The state that a history makes."""
    organisation = Organisation()
    for fact in facts:
        fold(organisation, fact)
    return organisation
