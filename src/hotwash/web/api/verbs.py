"""Every verb of incidents and of AI systems has an address of its own; the words in the body are those of its rule."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.incident import rules as incident_rules
from hotwash.incident.rules.evidence import COMPUTED
from hotwash.incident.rules.linking import TWO_SIDED
from hotwash.response import kept_gates, linking, playbooks, retention
from hotwash.response.desk import INCIDENT, SYSTEM, NotFound, Person, Recorded
from hotwash.response.request import BadRequest, fit
from hotwash.systems import rules as system_rules
from hotwash.systems.rules_gates import COMPUTED as COMPUTED_ON_SYSTEM
from hotwash.web.api import switches
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import Asked, asked, recorded, well_formed
from hotwash.web.api.openapi import verb_description
from hotwash.web.door import desk
from hotwash.web.switches import acting

incidents = Router(tags=["verbs of an incident"])
systems = Router(tags=["verbs of an AI system"])

BEGINNERS = {"declare", "register"}
"""Verbs that begin a record: they stand at the list, which finds the name. Those that are computed stand elsewhere."""


def _on_incident(verb: str) -> Callable[[HttpRequest, str], HttpResponse]:
    def view(request: HttpRequest, incident_id: str) -> HttpResponse:
        asking = caller(request)
        asking.need(verb)
        given = asked(request, incident_rules.VERBS[verb])
        name = well_formed(incident_id, "incident")
        if verb in acting.VERBS:
            return switches.answered(
                acting.say(name, verb, given.words, by=asking.person, at=given.at, expected=given.expected)
            )
        return recorded(_record(name, verb, given, asking.person), "incident")

    view.__doc__ = incident_rules.VERBS[verb].__doc__
    return view


def _record(incident_id: str, verb: str, given: Asked, by: Person) -> Recorded:
    if verb == "redact":
        words = fit(incident_rules.VERBS["redact"], given.words)
        return desk().redact(incident_id, by=by, entry=words["entry"], reason=words["reason"])
    if verb == "erase-record":
        return retention.erase(desk(), incident_id, by=by, at=given.at, expected=given.expected, **given.words)
    if verb in TWO_SIDED:
        return linking.say(desk(), incident_id, verb, by=by, at=given.at, expected=given.expected, **given.words)
    if verb == "leave-gate":
        return kept_gates.leave(desk(), incident_id, by=by, at=given.at, expected=given.expected, **given.words)
    if verb == "start-playbook":
        return playbooks.start(desk(), incident_id, by=by, at=given.at, expected=given.expected, **given.words)
    if "digest" in given.words:
        _known_here(incident_id, given.words["digest"])
    return desk().record(incident_id, verb, by=by, at=given.at, expected=given.expected, **given.words)


def _known_here(incident_id: str, digest: Any) -> None:
    # A digest is the key to its bytes, and whether the vault knows it tells what others have kept. So a record can name
    # only bytes that it names already; new bytes come in by being sent.
    entries = desk().store.read(INCIDENT + incident_id)
    if entries and not any((entry.body or {}).get("digest") == digest for entry in entries):
        raise BadRequest("digest", "is not of bytes in this record: send the bytes to /evidence or /findings.")


def _on_system(verb: str) -> Callable[[HttpRequest, str], HttpResponse]:
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        asking = caller(request)
        asking.need(verb)
        given = asked(request, system_rules.VERBS[verb])
        name = well_formed(slug, "AI system")
        if not desk().store.head(SYSTEM + name).number:
            raise NotFound(f"There is no AI system {name}.")
        how: dict[str, Any] = {"by": asking.person, "at": given.at, "expected": given.expected, **given.words}
        if verb in COMPUTED_ON_SYSTEM:
            written = kept_gates.keep(desk(), name, **how)
        else:
            written = desk().record_system(name, verb, **how)
        acting.described(name, verb)
        return recorded(written, "system")

    view.__doc__ = system_rules.VERBS[verb].__doc__
    return view


def _place(router: Router, path: str, verb: str, view: Callable[..., HttpResponse]) -> None:
    router.post(
        f"{path}/{verb}",
        operation_id=verb.replace("-", "_"),
        summary=verb,
        openapi_extra=verb_description(verb),
    )(view)


for _verb in incident_rules.VERBS:
    if _verb not in BEGINNERS | COMPUTED:
        _place(incidents, "/{incident_id}", _verb, _on_incident(_verb))
for _verb in system_rules.VERBS:
    if _verb not in BEGINNERS:
        _place(systems, "/{slug}", _verb, _on_system(_verb))
