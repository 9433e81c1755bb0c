"""The page of the way back: where traffic is, what is watched, what tripped, who has still to agree."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hotwash.incident.events import GateAnswer, GateRun
from hotwash.incident.parts import Said
from hotwash.incident.recoveries import RampStep, Recovery
from hotwash.knowledge.roles import roles
from hotwash.reports.phrases import span
from hotwash.reports.recovery_words import number, percent, where_traffic_is
from hotwash.web.room.opened import Room, open_room
from hotwash.web.work.health import health
from hotwash.web.work.recovering import asking

State = Literal["done", "now", "ordered", "next", "stopped"]

STATES: dict[State, str] = {
    "done": "watched to its end",
    "now": "being watched",
    "ordered": "ordered, not carried out yet",
    "next": "to come",
    "stopped": "stopped here",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ramp as it is drawn."""

    number: int
    share: str
    state: State
    word: str
    step: RampStep | None


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of a gate in words."""

    answer: GateAnswer
    numbers: list[tuple[str, str, str]]

    @property
    def sentence(self) -> str:
        """What was found, or why nothing could be told. That a number failed stands beside the number."""
        told = self.answer.outcome in ("passed", "failed")
        return self.answer.sentence if told and self.answer.sentence else self.answer.why


@dataclass(frozen=True, slots=True)
class Signature:
    """A role that must agree, and whether it has."""

    role: str
    title: str
    holder: str | None
    at: datetime | None
    remark: str
    mine: bool


def context(room: Room) -> dict[str, Any]:
    """What the page needs beyond the frame."""
    incident = room.incident
    recovery = incident.recovery
    last = _last(recovery)
    driven = [one for one in incident.in_force if one.driven]
    stage, gate_waits, worker = recovery.stage if recovery else "", asking(room.id), health(room.now)
    return {
        "recovery": recovery,
        "stage": stage,
        "goes_on": gate_waits or stage in ("ramp", "tripped"),
        # A page that offers other things, or that nobody stands behind any more, is drawn anew.
        "mark": f"{recovery.number if recovery else 0}-{stage}-{gate_waits}-{bool(worker.workers)}",
        "where": where_traffic_is(incident),
        "loud": recovery is not None and recovery.stage == "tripped",
        "rungs": _rungs(recovery) if recovery else [],
        "last": last,
        "answers": [_told(one) for one in last.event.answers] if last else [],
        "next_look": _next_look(room) if recovery else None,
        "signatures": _signatures(room, recovery) if recovery else [],
        "plan": recovery.planned.event if recovery else None,
        "watch": span(recovery.planned.event.watch_s) if recovery else "",
        "every": span(recovery.planned.event.every_s) if recovery else "",
        "driven": driven,
        "earlier": [one for one in incident.recoveries.values() if one is not recovery and (one.steps or one.runs)],
        "ungated": list(incident.ungated.items()),
        "wished": {one.asked.event.containment for one in incident.ungated.values() if one.agreed is None},
        "gate_waits": gate_waits,
        "worker": worker,
        "draft": draft(room),
    }


@require_safe
def live(request: HttpRequest, incident_id: str) -> HttpResponse:
    """What changed on a page that shows the way back already; the whole page anew where it offers other things now."""
    room = open_room(request, incident_id)
    shown = context(room)
    if request.GET.get("as") != shown["mark"]:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("room-tab", args=[incident_id, "recovery"])
    elif request.GET.get("since") == str(room.number):
        response = HttpResponse(status=204)
    else:
        words = {"room": room, "incident": room.incident, "incident_id": room.id, "system": room.system, "again": True}
        response = render(request, "room/recovery_live.html", shown | words)
    response["Cache-Control"] = "no-store"
    return response


def draft(room: Room) -> str:
    """A gate to begin with, filled from the description of the system's log."""
    log = room.system.log if room.system else None
    columns = {role: name for role, name in (log.columns if log else {}).items() if name}
    attribute = log.attributes[0] if log and log.attributes else "sex"
    decision = columns.get("decision", "decision")
    favourable = (log.favourable if log else None) or "granted"
    has_time = "time" in columns
    fresh = 'fresh = "24 hours"\n' if has_time else ""
    missing = "" if has_time else '[log]\ntime = "at"     # the column with the time of the decision\n\n'
    return f"""title = "{_plain(room.system.name if room.system else room.incident.title)} may decide again"

{missing}# The fix on the incident's own cases: say which rows they are.
[[questions]]
name = "own cases"
question = "blast-radius"
own_cases = true
rows_min = 50
thresholds = ["share.high <= 0.05"]
[questions.arguments]
harm = "{_plain(decision)} <> '{_plain(favourable)}'"
where = "case_set = '{room.id}'"

# Fresh decisions: asked before, and again and again while traffic goes back.
[[questions]]
name = "four fifths"
question = "fairness"
rows_min = 500
{fresh}thresholds = ["disparities[*].ratio.value >= 0.8"]
[questions.arguments]
group = ["{_plain(attribute)}"]
favourable = "{_plain(favourable)}"

[recovery]
sign_offs = ["commander", "legal"]
ramp = [0.01, 0.1, 1.0]
watch = "30 minutes"
every = "5 minutes"
"""


def _plain(text: str) -> str:
    """A name as it may stand between quotation marks of TOML and of a condition."""
    return "".join(letter for letter in text if letter.isprintable() and letter not in "\"'\\")


def _rungs(recovery: Recovery) -> list[Rung]:
    by_number = {one.ordered.event.step: one for one in recovery.steps}
    rungs = []
    for place, share in enumerate(recovery.planned.event.ramp, 1):
        step = by_number.get(place)
        state: State = "next"
        if step is not None:
            state = "done" if step.passed else "now" if step.applied else "ordered"
            if recovery.tripped is not None and state != "done":
                state = "stopped"
        rungs.append(Rung(place, percent(share), state, STATES[state], step))
    return rungs


def _last(recovery: Recovery | None) -> Said[GateRun] | None:
    return recovery.runs[-1] if recovery and recovery.runs else None


def _told(answer: GateAnswer) -> Told:
    return Told(answer, [(one.threshold, one.outcome, number(one.value)) for one in answer.thresholds])


def _next_look(room: Room) -> datetime | None:
    recovery = room.incident.recovery
    step = recovery.step if recovery else None
    if recovery is None or recovery.stage != "ramp" or step is None or step.applied is None:
        return None
    runs = [said for said in recovery.runs if said.event.step == step.ordered.event.step]
    last = runs[-1].at if runs else step.applied.at
    return last + timedelta(seconds=recovery.planned.event.every_s)


def _signatures(room: Room, recovery: Recovery) -> list[Signature]:
    found = []
    for role in recovery.planned.event.sign_offs:
        said = recovery.agreed.get(role)
        holder = room.incident.roster.get(role)
        title = next((one.title for one in roles().roles if one.id == role), role)
        found.append(
            Signature(
                role,
                title,
                said.by if said else holder,
                said.at if said else None,
                said.event.remark if said else "",
                mine=holder == room.person.name and said is None,
            )
        )
    return found
