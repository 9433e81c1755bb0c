"""What a scenario holds. `reading` makes it from a file and says what is wrong with one; nothing here decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hotwash.incident.events.causes import Tag
from hotwash.incident.events.life import HarmType, Level
from hotwash.incident.events.work import RoleId, SwitchState
from hotwash.systems.events import Part

Channel = Literal["alert", "complaint", "mail", "call", "rumour", "news", "absence"]
"""How an inject reaches the team. An ``alert`` is a monitor's own body and goes through the real intake."""

StartFact = Literal["aware", "suspected", "classified", "determined", "discovered", "adverse_action"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who the team works for."""

    name: str
    business: str
    place: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version that went live, so many days before the drill begins."""

    part: Part
    version: str
    days_before: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrilledSystem:
    """The AI system that the drill is about, as its owner would register it."""

    name: str
    purpose: str
    owner: str
    tier: Literal["high", "limited", "minimal"]
    favourable: str = ""
    attributes: tuple[str, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    stop: tuple[str, ...] = ()
    stop_how: str = ""


@dataclass(frozen=True, slots=True)
class RoleCard:
    """What the holder of a role knows at the beginning, and nobody else."""

    role: RoleId
    who: str
    brief: str


@dataclass(frozen=True, slots=True)
class Inject:
    """Something that reaches the team.

    :param at: minutes of simulated time after the beginning; with ``after``, minutes after that inject
    :param after: the inject that it follows; it never comes if that one never does
    :param when: what must all be so at that moment (`conditions`); it waits until it is
    :param until: minutes after the beginning past which it comes no more
    :param sender: of an alert: whose body it is
    :param body: of an alert: the body, with places for times (`payloads`)
    :param role: of an absence: whose holder drops out
    :param expects: what a good team does with it; for the facilitator
    :param because: why that is good
    :param ask: what to talk about at the table
    """

    id: str
    title: str
    channel: Channel
    at: float
    text: str = ""
    sent_by: str = ""
    after: str = ""
    when: tuple[str, ...] = ()
    until: float | None = None
    sender: str = ""
    body: str = ""
    role: RoleId | None = None
    expects: str = ""
    because: str = ""
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrueFactor:
    """Something that contributed, and by what a team's factor is taken for it.

    :param tags: tags under which it may be filed
    :param words: groups of words (``a|b``), one of each of which must be in the text
    """

    id: str
    text: str
    tags: tuple[Tag, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty whose clock a team has to see, and from which fact it starts."""

    duty: str
    starts: StartFact
    because: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so, and what players may not see before the debrief. Onset and people harmed come from the world."""

    severity: Level
    because: tuple[str, ...]
    answers: Mapping[str, str | int]
    cause: str
    factors: tuple[TrueFactor, ...]
    duties: tuple[Duty, ...] = ()
    rumours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Good:
    """What good looks like: limits in minutes of simulated time, and what to expect beyond them, with the reasons.

    :param onset_days: how far a stated beginning may lie off the true one
    :param roles: roles that should be held by the end
    :param audience: whom the first message has to reach
    :param contain: states of the switch that stop the harm
    """

    declare: float
    command: float
    contain_within: float
    message: float
    onset_days: float
    roles: tuple[RoleId, ...]
    audience: str
    contain: tuple[SwitchState, ...]
    steps: tuple["GoodStep", ...]


@dataclass(frozen=True, slots=True)
class GoodStep:
    """Something a good team does, and why."""

    text: str
    because: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """A question for the hot-wash."""

    question: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a fact of the scenario rests on."""

    title: str
    used_for: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. What players may see of it is `told`; everything else is for the facilitator or for the debrief."""

    format: int
    name: str
    title: str
    harm: HarmType
    playbook: str
    minutes: int
    synopsis: str
    objectives: tuple[str, ...]
    organisation: Organisation
    system: DrilledSystem
    roles: tuple[RoleCard, ...]
    world: Mapping[str, Any]
    injects: tuple[Inject, ...]
    truth: Truth
    good: Good
    debrief: tuple[Debrief, ...]
    sources: tuple[Source, ...]
    language: str = "en"
    labels: Mapping[str, str] = field(default_factory=dict)

    def inject(self, name: str) -> Inject | None:
        """An inject by its id."""
        return next((one for one in self.injects if one.id == name), None)


def told(scenario: Scenario) -> dict[str, Any]:
    """What anybody may know of a scenario before it is debriefed: nothing of its world, injects, truth or good."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "harm": scenario.harm,
        "playbook": scenario.playbook,
        "minutes": scenario.minutes,
        "synopsis": scenario.synopsis,
        "objectives": list(scenario.objectives),
        "organisation": scenario.organisation.name,
        "system": scenario.system.name,
    }
