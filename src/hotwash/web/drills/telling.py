"""A drill as pages and API show it: to players nothing of the script, to its facilitator what comes, to all the end.

Invariant: what was planted (severity, cause, factors, people, onset) is in no answer before the debrief begins, and the
script is in none but the facilitator's.
"""

from dataclasses import asdict
from typing import Any

from hotwash.drills.play import engine
from hotwash.drills.play.rules import words_of
from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios.shape import Scenario, told
from hotwash.drills.score.debriefing import played
from hotwash.drills.score.scoring import NEGLECTED, score
from hotwash.incident.events import RoleHandedOver
from hotwash.incident.state import Incident
from hotwash.response.desk import NotPermitted, Person
from hotwash.web.door import desk
from hotwash.web.drills.running import book, first_about

CONSOLE = ("skip", "improvise", "note", "set-clock", "next", "send", "end", "begin", "cancel", "reveal")
"""Verbs of whoever runs the drill."""


def facilitates(drill: Drill, person: Person) -> bool:
    """Whether a person sees the script: only the one who was named as facilitator."""
    return bool(drill.plan.facilitator) and drill.plan.facilitator == person.name


def runs(drill: Drill, person: Person) -> bool:
    """Whether a person may begin, pause and end: the facilitator; of a solo drill whoever planned it or plays."""
    if drill.plan.mode == "solo":
        planned = drill.planned.by if drill.planned else ""
        return person.name == planned or person.name in drill.plan.players
    return facilitates(drill, person)


def need_to_run(drill: Drill, person: Person, verb: str) -> None:
    """:raises NotPermitted: if the person may not do that to the drill"""
    scripted = verb in ("skip", "improvise", "note", "send")
    if not (facilitates(drill, person) if scripted else runs(drill, person)):
        who = drill.plan.facilitator or "whoever plays it"
        raise NotPermitted(f"{drill.id} is run by {who}: nobody else may `{verb}`.")


def shown(drill_id: str, person: Person) -> dict[str, Any]:
    """A drill as this person may see it."""
    drill = book().drill(drill_id)
    scenario = book().scenario(drill)
    now = desk().clock()
    plan = drill.plan
    found: dict[str, Any] = {
        "id": drill.id,
        "number": drill.number,
        "stage": drill.stage,
        "scenario": told(scenario),
        "mode": plan.mode,
        "facilitator": plan.facilitator,
        "team": plan.team,
        "players": list(plan.players),
        "planned_for": plan.planned_for,
        "by_hand": plan.by_hand,
        "system": drill.system,
        "incident": "",
        "begun_at": drill.begun.at if drill.begun else None,
        "ended_at": drill.ended.at if drill.ended else None,
        "minute": round(drill.minute(now), 1),
        "speed": drill.speed,
        "runs": runs(drill, person),
        "facilitates": facilitates(drill, person),
        "came": _came(drill, scenario) if drill.begun else [],
        "roles": _cards(drill, scenario, person),
        "mark": "",
        "took_over": None,
        "console": None,
        "debrief": None,
    }
    incident = _theirs(drill)
    found["incident"] = incident.id if incident else ""
    found["mark"] = f"{drill.number}.{incident.number if incident else 0}.{found['minute']:.0f}"
    if incident is not None and drill.live:
        found["took_over"] = _took_over(incident.id, person)
    if facilitates(drill, person):
        found["console"] = _console(drill, scenario)
        found["roles"] = [asdict(card) for card in scenario.roles]
    if drill.stage == "debriefed":
        found["debrief"] = debrief(drill)
        found["roles"] = [asdict(card) for card in scenario.roles]
    return found


def _theirs(drill: Drill) -> Incident | None:
    """The team's incident. While the clock stands nobody writes down which it is: then it is looked up."""
    known = drill.incident or (first_about(drill.system) if drill.live and drill.system else None)
    return desk().incident(known) if known else None


def _took_over(incident: str, person: Person) -> dict[str, str] | None:
    """The briefing with which somebody handed a role to this person, the last one."""
    facts = desk().incident_facts(incident)
    given = [one.event for one in facts if isinstance(one.event, RoleHandedOver) and one.event.person == person.name]
    last = given[-1] if given else None
    return {"role": last.role, "former": last.before, "briefing": last.briefing} if last else None


def _cards(drill: Drill, scenario: Scenario, person: Person) -> list[dict[str, Any]]:
    """The roles; what its holder knows only to its holder, and to all where one person or one table plays them all."""
    incident = _theirs(drill)
    roster = incident.roster if incident else {}
    everybody = drill.plan.mode in ("solo", "table") and drill.begun is not None
    return [
        {
            "role": card.role,
            "who": card.who,
            "brief": card.brief.strip() if everybody or roster.get(card.role) == person.name else "",
        }
        for card in scenario.roles
    ]


def _came(drill: Drill, scenario: Scenario) -> list[dict[str, Any]]:
    """What has reached the team, as it reached them; the newest first."""
    listed = []
    for told_at in drill.came.values():
        one = scenario.inject(told_at.event.inject)
        if one is not None:
            listed.append(
                _heard(told_at.event.minute, told_at.at, one.channel, one.title, one.text, one.sent_by, one.ask)
            )
    for told_at in drill.improvised:
        event = told_at.event
        listed.append(_heard(event.minute, told_at.at, event.channel, event.title, event.text, event.sent_by, ()))
    return sorted(listed, key=lambda one: one["at"], reverse=True)


def _heard(  # noqa: PLR0917 - the fields of one line, in their order
    minute: float, at: Any, channel: str, title: str, text: str, sent_by: str, ask: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "minute": round(minute, 1), "at": at, "channel": channel, "title": title, "text": text.strip(),
        "sent_by": sent_by, "ask": list(ask),
    }  # fmt: skip


def _console(drill: Drill, scenario: Scenario) -> dict[str, Any]:
    """What the facilitator sees: the script with how each inject stands, and the notes."""
    now = desk().clock()
    lines = engine.lines(scenario, drill, _theirs(drill), now)
    following = engine.following(scenario, drill, _theirs(drill), now)
    return {
        "next": following.inject.id if following and drill.live else "",
        "injects": [
            {
                "id": line.inject.id, "title": line.inject.title, "channel": line.inject.channel, "state": line.state,
                "minute": line.minute, "when": list(line.inject.when), "text": line.inject.text.strip(),
                "sent_by": line.inject.sent_by, "expects": line.inject.expects, "because": line.inject.because,
            }
            for line in lines
        ],
        "notes": [{"minute": round(one.event.minute, 1), "text": one.event.text, "by": one.by} for one in drill.notes],
    }  # fmt: skip


def debrief(drill: Drill) -> dict[str, Any]:
    """What everybody sees once the debrief has begun."""
    whole = played(book(), drill.id)
    scenario, true = whole.scenario, whole.reality
    parts = [asdict(one) for one in score(whole)]
    return {
        "parts": parts,
        "neglected": [one["id"] for one in parts if one["points"] is not None and one["points"] < NEGLECTED],
        "truth": {
            "severity": scenario.truth.severity,
            "because": list(scenario.truth.because),
            "cause": scenario.truth.cause.strip(),
            "onset": true.onset,
            "harmed_before": true.harmed,
            "harmed_if_nobody_stops_it": true.harmed + len(true.later),
            "factors": [one.text for one in scenario.truth.factors],
            "rumours": list(scenario.truth.rumours),
            "duties": [
                {"duty": one.duty, "starts": one.starts, "because": one.because} for one in scenario.truth.duties
            ],
        },
        "good": [{"text": one.text, "because": one.because} for one in scenario.good.steps],
        "questions": [
            {
                "question": one.question,
                "about": one.about,
                "said": [
                    {"text": told.event.text, "by": told.by, "at": told.at}
                    for told in drill.answers.get(one.question, ())
                ],
            }
            for one in scenario.debrief
        ],
        "notes": [
            {"minute": round(one.event.minute, 1), "text": words_of(one.event), "by": one.by} for one in drill.notes
        ],
        "lessons": [
            {
                "incident": one.event.incident,
                "action": one.event.action,
                "title": one.event.title,
                "part": one.event.part,
            }
            for one in drill.lessons
        ],
        "sources": [{"title": one.title, "used_for": one.used_for} for one in scenario.sources],
    }
