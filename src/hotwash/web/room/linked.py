"""Other incidents that this one has to do with, as a person sees them: what they may not read has no title here."""

from dataclasses import dataclass
from typing import Any

from hotwash.incident.events.linking import Leftover
from hotwash.incident.linking import left_over, open_things
from hotwash.incident.rules.linking import told
from hotwash.incident.state import Incident
from hotwash.reports.phrases import brief, people
from hotwash.reports.vocabulary import RELATIONS
from hotwash.web.api.caller import Caller
from hotwash.web.api.sight import titles
from hotwash.web.room.opened import Room


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is open in a merged incident: what, in words, and its fields for the form."""

    thing: Leftover
    said: str
    words: str
    who: str = ""


def context(room: Room) -> dict[str, Any]:
    """What the page of linked incidents shows."""
    incident = room.incident
    linkage = incident.linkage
    known = titles(Caller(room.person), linkage.others)
    theirs = {one.incident.id: one.incident for one in room.others}
    return {
        "links": [
            {
                "other": other, "title": known.get(other), "said": RELATIONS.get(relation, relation),
                "relation": relation, "of": said,
            }
            for (other, relation), said in linkage.links.items()
        ],
        "into": {"other": linkage.into, "title": known.get(linkage.into)} if linkage.into else None,
        "absorbed": [
            {
                "other": other, "title": known.get(other), "of": said, "seen": other in theirs,
                "left": [described(theirs[other], thing) for thing in left_over(theirs[other])]
                if other in theirs
                else [],
            }
            for other, said in linkage.absorbed.items()
        ],
        "split_off": [
            {"other": said.event.other, "title": known.get(said.event.other), "of": said} for said in linkage.split_off
        ],
        "split_from": [
            {"other": said.event.other, "title": known.get(said.event.other), "of": said}
            for said in linkage.split_from
        ],
        "open_here": [described(incident, thing) for thing in open_things(incident)],
    }  # fmt: skip


def described(incident: Incident, thing: Leftover) -> Left:
    """Something that is open, in the words of its own record."""
    words, who = "", ""
    match thing.what:
        case "role":
            who = incident.roster.get(thing.name, "")
        case "clock":
            said = next((one for one in incident.awareness if one.entry == thing.entry), None)
            words, who = (said.event.fact.replace("_", " "), said.event.person) if said else ("", "")
        case "containment":
            held = incident.containments.get(thing.entry)
            words = f"{held.applied.event.switch} is “{held.applied.event.state}”" if held else ""
        case "action":
            action = incident.actions.get(thing.entry)
            words, who = (action.wanted.title, action.wanted.owner) if action else ("", "")
        case "remedy":
            remedy = incident.remedies.get(thing.entry)
            words, who = (remedy.owed.event.what, remedy.owed.event.owner) if remedy else ("", "")
        case "register" if incident.register is not None:
            waiting = incident.register.counts.waiting
            words = f"{people(waiting)} {'waits' if waiting == 1 else 'wait'}"
        case "message":
            message = incident.messages.get(thing.entry)
            words = f"to {message.audience}: {message.text.event.subject}" if message else ""
        case "question":
            question = incident.questions.get(thing.entry)
            words = question.raised.event.text if question else ""
        case "playbook":
            run = incident.runs.get(thing.entry)
            words = run.started.event.playbook.title if run else ""
    return Left(thing, told(thing, incident.id), brief(words, 160), brief(who, 80))
