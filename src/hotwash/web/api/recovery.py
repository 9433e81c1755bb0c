"""The way back in the API: the gate, what it came to, who agreed, the ramp, and the way without a gate."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.incident.recoveries import Recovery
from hotwash.incident.state import Incident
from hotwash.reports.recovery_words import where_traffic_is
from hotwash.response.desk import INCIDENT, NotFound, Recorded
from hotwash.response.request import fit, schema
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, recorded, reply, well_formed
from hotwash.web.api.openapi import json_body
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk
from hotwash.web.switches.following_up import FOLLOWING_UP
from hotwash.web.work import recovering as way
from hotwash.web.work.health import health

router = Router(tags=["recovery"])


@router.get("/{incident_id}/recovery", summary="Where traffic is", operation_id="get_recovery")
def get_recovery(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Where traffic is, in a sentence and in numbers; what the gate came to last; who has still to agree."""
    incident, _ = incident_of(request, incident_id)
    return reply(_told(incident), number=incident.number)


def _told(incident: Incident) -> dict[str, Any]:
    known = incident.recovery
    return {
        "incident": incident.id,
        "sentence": where_traffic_is(incident),
        "share": known.share if known else None,
        "stage": known.stage if known else "none",
        "worker": health(desk().clock()).well,
        "recovery": _plan(known) if known else None,
        "ungated": [
            {
                "wish": entry,
                "containment": one.asked.event.containment,
                "by": one.asked.by,
                "reason": one.asked.event.reason,
                "agreed_by": one.agreed.by if one.agreed else None,
            }
            for entry, one in incident.ungated.items()
        ],
    }


def _plan(known: Recovery) -> dict[str, Any]:
    event, last = known.planned.event, known.runs[-1] if known.runs else None
    return {
        "plan": known.number,
        "containment": event.containment,
        "title": event.title,
        "gate": event.digest,
        "ramp": event.ramp,
        "watch_s": event.watch_s,
        "every_s": event.every_s,
        "sign_offs": {role: known.agreed[role].by if role in known.agreed else None for role in event.sign_offs},
        "missing": known.missing,
        "last_run": {"entry": last.entry, "at": last.at, **msgspec.to_builtins(last.event)} if last else None,
        "steps": [
            {
                "step": one.ordered.event.step,
                "share": one.ordered.event.share,
                "applied_at": one.applied.at if one.applied else None,
                "watch_until": one.applied.event.watch_until if one.applied else None,
                "passed_at": one.passed.at if one.passed else None,
                "failed": one.failed.event.why if one.failed and not one.applied else None,
            }
            for one in known.steps
        ],
        "tripped": known.tripped.event.why if known.tripped else None,
        "contained_again_at": known.engaged.at if known.engaged else None,
    }


# The words of each act, for the same checks as the verbs have.


def plan(*, containment: int, gate: str, no_own_cases_because: str = "") -> None:
    """Set the gate: the text of its file."""


def ask() -> None:
    """Ask the gate now; the answer comes with what it came to."""


def begin() -> None:
    """Let the first share of traffic go back."""


def stop(*, reason: str) -> None:
    """Stop, and contain all traffic again."""


def without_gate(*, containment: int, reason: str) -> None:
    """Ask, as commander, to let traffic go back without a gate."""


def agree_without_gate(*, wish: int, reason: str) -> None:
    """Agree to that as the second person; all traffic goes back."""


ACTS: tuple[tuple[Callable[..., None], str, str], ...] = (
    (plan, "release", "plan"),
    (ask, "ask", "ask"),
    (begin, "release", "begin"),
    (stop, "contain", "stop"),
    (without_gate, "release", "ask_ungated"),
    (agree_without_gate, "release", "agree_ungated"),
)
"""The words of each act, the verb that a token must hold, and what `Recovering` calls it."""


def _place(words: Callable[..., None], right: str, act: str) -> None:
    def view(request: HttpRequest, incident_id: str) -> HttpResponse:
        asking = caller(request)
        asking.need(right)
        name = well_formed(incident_id, "incident")
        before = desk().store.head(INCIDENT + name).number
        if not before:
            raise NotFound(f"There is no incident {name}.")
        said = fit(words, asked(request, words).words)
        getattr(way.recovering(local=asking.local), act)(name, by=asking.person, **said)
        FOLLOWING_UP.after(name)
        after = desk().incident(name)
        written = Recorded(name, desk().store.read(INCIDENT + name, after=before), after)
        return recorded(written, "incident", sentence=where_traffic_is(after), stage=_told(after)["stage"])

    view.__doc__ = words.__doc__
    verb = words.__name__.replace("_", "-")
    described = {"requestBody": json_body(schema(words)["$defs"][words.__name__])}
    router.post(
        f"/{{incident_id}}/recovery/{verb}",
        summary=verb,
        operation_id=f"recovery_{words.__name__}",
        openapi_extra=described,
    )(view)


for _words, _right, _act in ACTS:
    _place(_words, _right, _act)
