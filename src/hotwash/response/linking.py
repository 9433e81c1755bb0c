"""Linking, merging and splitting: acts that concern two records, written in both or in neither.

`say` is to these verbs what `Desk.record` is to the others. Over a store that can write two records as one (the
database), a fault in between leaves nothing behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hotwash.incident import rules
from hotwash.incident.events import IncidentFact
from hotwash.incident.linking import left_over
from hotwash.incident.rules.linking import leftovers, splittable
from hotwash.incident.state import Incident, replay
from hotwash.ledger.rule import Asked, NotAllowed
from hotwash.response.desk import INCIDENT, Desk, NotFound, Person, Recorded
from hotwash.response.request import BadRequest, fit

CHAIN_MAX = 50
"""How many records are read to follow merges, so that no record of another origin can make a page slow."""


@dataclass(frozen=True, slots=True)
class Joined:
    """An incident that goes on in another one, with everything that was said in it."""

    incident: Incident
    facts: Sequence[IncidentFact]


def say(
    desk: Desk,
    incident_id: str,
    verb: str,
    *,
    by: Person,
    at: datetime | None = None,
    expected: int | None = None,
    **request: Any,
) -> Recorded:
    """Say a verb that concerns two incidents; what came into the record at which it is said.

    :raises BadRequest: if the request does not fit the verb, or there is no such other incident
    :raises NotPermitted, NotAllowed, NotFound, Conflict: as `Desk.record` does; nothing is recorded in either then
    """
    desk.permit(by, verb)
    words = fit(rules.VERBS[verb], request)
    if not desk.store.head(INCIDENT + incident_id).number:
        raise NotFound(f"There is no incident {incident_id}.")
    for name in ("other", "into"):
        if words.get(name) and not _is(desk, words[name]):
            raise BadRequest(name, f"there is no incident {words[name][:60]}.")
    with desk.together():
        return _SAID[verb](desk, incident_id, words, {"by": by, "right": verb, "at": at, "expected": expected})


def surviving(desk: Desk, incident_id: str) -> str:
    """The incident in which this one goes on, at the end of all merges; itself if it was not merged.

    What joins signals or messages to an incident asks this first: a merged one takes nothing new.
    """
    seen = [incident_id]
    while len(seen) < CHAIN_MAX:
        into = desk.incident(seen[-1]).linkage.into
        if not into or into in seen:
            return seen[-1]
        seen.append(into)
    return seen[-1]


def joined(desk: Desk, incident: Incident, may_see: Callable[[str], bool] = lambda _: True) -> list[Joined]:
    """Every incident that goes on in this one, also through others, each with its record.

    :param may_see: whether whoever asks may read an incident; those that they may not read are left out
    """
    found: dict[str, Joined] = {}
    waiting = list(incident.linkage.absorbed)
    while waiting and len(found) < CHAIN_MAX:
        name = waiting.pop(0)
        if name in found or name == incident.id or not may_see(name):
            continue
        try:
            facts = desk.incident_facts(name)
        except NotFound:
            continue
        other = replay(name, facts)
        if other.linkage.merged is not None:
            found[name] = Joined(other, facts)
            waiting += other.linkage.absorbed
    return list(found.values())


def _is(desk: Desk, name: str) -> bool:
    return len(name) <= 60 and desk.store.head(INCIDENT + name).number > 0


def _both(
    desk: Desk, here: tuple[str, str, dict[str, Any]], there: tuple[str, str, dict[str, Any]], how: dict[str, Any]
) -> Recorded:
    """Write both sides, each an incident with a step and its words; what came into the first.

    The other side's rule is asked before anything is written, so that its no leaves nothing behind in any store.
    """
    incident_id, step, words = there
    now, plain = desk.clock(), msgspec.to_builtins(words)
    asked = Asked(how["by"].name, how["at"] or now, now)
    rules.take(desk.incident(incident_id), step, asked, **fit(rules.STEPS[step], plain))
    written = desk.step(here[0], here[1], **how, **msgspec.to_builtins(here[2]))
    desk.step(incident_id, step, by=how["by"], at=how["at"], **plain)
    return written


def _link(desk: Desk, incident_id: str, words: dict[str, Any], how: dict[str, Any]) -> Recorded:
    there = (words["other"], "link-there", {**words, "other": incident_id})
    return _both(desk, (incident_id, "link", words), there, how)


def _unlink(desk: Desk, incident_id: str, words: dict[str, Any], how: dict[str, Any]) -> Recorded:
    there = (words["other"], "unlink-there", {**words, "other": incident_id})
    return _both(desk, (incident_id, "unlink", words), there, how)


def _merge(desk: Desk, incident_id: str, words: dict[str, Any], how: dict[str, Any]) -> Recorded:
    before = desk.incident(incident_id)
    said = {"other": incident_id, "reason": words["reason"], "entries": before.number, "left": leftovers(before)}
    return _both(desk, (incident_id, "merge", words), (words["into"], "absorb", said), how)


def _undo_merge(desk: Desk, incident_id: str, words: dict[str, Any], how: dict[str, Any]) -> Recorded:
    into = desk.incident(incident_id).linkage.into
    if not into:
        return desk.step(incident_id, "undo-merge", **how, **words)
    said = {"other": incident_id, "reason": words["reason"]}
    return _both(desk, (incident_id, "undo-merge", words), (into, "give-back", said), how)


def _split(desk: Desk, incident_id: str, words: dict[str, Any], how: dict[str, Any]) -> Recorded:
    by, at = how["by"], how["at"]
    here = desk.incident(incident_id)
    into = words["into"]
    if not into:
        if not words["title"].strip():
            raise BadRequest("title", "say what the new incident is called, or name one in `into`.")
        made = desk.declare(
            by=by, at=at, title=words["title"], kind=here.kind, harms=list(here.harms), system=here.system
        )
        into = made.id
    written = desk.step(incident_id, "split", **how, **{**words, "into": into})
    carried = []
    for entry in sorted(set(words["entries"])):
        now = _carry(desk, here, entry, into, by)
        carried.append({"was": entry, "now": now})
    desk.step(into, "split-there", by=by, at=at, other=incident_id, carried=carried, reason=words["reason"])
    return written


def _carry(desk: Desk, here: Incident, entry: int, into: str, by: Person) -> int:
    """Record in another incident what an entry names: the same bytes by their digest, at the time at which it was."""
    verb = splittable(here, entry)
    assert verb is not None
    known: dict[int, Any] = {**here.evidence, **here.findings, **here.holds}
    said = known.get(entry) or next(one for one in here.signals if one.entry == entry)
    words = msgspec.to_builtins(said.event)
    origin = f"{here.id}, entry {entry}"
    if verb == "add-evidence":
        words["source"] = f"{words['source']} ({origin})".strip()
    elif verb == "hold":
        words = {"items": words["items"], "reason": f"{words['reason']} ({origin})".strip()}
    written = desk.record(into, verb, by=by, at=said.at, **words)
    return written.entries[0].number


def _settle(desk: Desk, incident_id: str, words: dict[str, Any], how: dict[str, Any]) -> Recorded:
    there = (words["other"], "hand-on", {**words, "other": incident_id})
    if words["outcome"] == "taken-over" and not words["now"]:
        expected, how["expected"] = how["expected"], None
        words["now"] = _take_over(desk, incident_id, words, how["by"], expected)
        there[2]["now"] = words["now"]
    return _both(desk, (incident_id, "settle-leftover", words), there, how)


def _take_over(desk: Desk, incident_id: str, words: dict[str, Any], by: Person, expected: int | None) -> int:
    """Record in the surviving incident what was open in the merged one; the entry, or 0 where none is needed."""
    there = desk.incident(words["other"])
    what, entry = words["what"], words["entry"]
    if there.linkage.into != incident_id or (what, entry, words["name"]) not in {
        (one.what, one.entry, one.name) for one in left_over(there)
    }:
        raise NotAllowed(f"That is not open in {there.id}, or {there.id} does not go on in {incident_id}.")
    origin = f"{there.id}, entry {entry}"
    at: datetime | None = None
    verb, said = "", {}
    match what:
        case "role":
            if desk.incident(incident_id).roster.get(words["name"]) is None:
                verb, said = "assign", {"role": words["name"], "person": there.roster[words["name"]]}
        case "clock":
            fact = next(one for one in there.awareness if one.entry == entry)
            evidence = f"{fact.event.evidence} ({origin})".strip()
            verb, said, at = "record-awareness", {**msgspec.to_builtins(fact.event), "evidence": evidence}, fact.at
        case "action":
            verb, said = "add-action", msgspec.to_builtins(there.actions[entry].wanted)
            said.pop("factor", None)
            said.pop("factors", None)
        case "remedy":
            remedy = there.remedies[entry]
            verb, said = "owe-remedy", {**msgspec.to_builtins(remedy.owed.event), "people": remedy.left}
        case "question":
            verb, said = "ask-question", msgspec.to_builtins(there.questions[entry].raised.event)
    if not verb:
        return 0
    return desk.record(incident_id, verb, by=by, at=at, expected=expected, **said).entries[0].number


_SAID: dict[str, Callable[[Desk, str, dict[str, Any], dict[str, Any]], Recorded]] = {
    "link": _link,
    "unlink": _unlink,
    "merge": _merge,
    "undo-merge": _undo_merge,
    "split": _split,
    "settle-leftover": _settle,
}
