"""Playbooks as CACAO 2.0 (OASIS, Collaborative Automated Course of Action Operations), out and in.

Out: each step becomes an action with one manual command, in the order in which it is due; what CACAO has no word for
(due times, roles, tiers, who may decide) goes along in one extension, so that the way back loses nothing. In: the
workflow is walked from its start; whatever would run by itself elsewhere (a shell command, a call of an API) becomes a
step that a person does, with the command as its text. Nothing is ever run.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hotwash.knowledge.playbooks import STEPS_MAX, BadPlaybook, Playbook, plain, read
from hotwash.knowledge.roles import roles

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:hotwash:playbooks")
"""The namespace of identifiers, so that the same playbook has the same ones."""
EXTENSION = f"extension-definition--{uuid.uuid5(SPACE, 'hotwash playbook 1')}"
MAKER = f"identity--{uuid.uuid5(SPACE, 'hotwash')}"
_TYPES = {"manual": "mitigation", "question": "investigation", "contain": "mitigation", "message": "notification"}


def written(book: Playbook, *, made_at: datetime) -> dict[str, Any]:
    """A playbook as a CACAO 2.0 document. The same playbook and time give the same document."""
    stamp = made_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    steps = sorted(book.steps, key=lambda step: step.due_within("Critical"))
    names = [_id(book, "action", step.id) for step in steps]
    start, end = _id(book, "start", ""), _id(book, "end", "")
    workflow: dict[str, Any] = {start: {"type": "start", "on_completion": names[0]}}
    told = {step["id"]: step for step in plain(book)["steps"]}
    for step, name, following in zip(steps, names, [*names[1:], end], strict=True):
        workflow[name] = {
            "type": "action",
            "name": step.title,
            "description": "\n".join(part for part in (step.detail, f"Done when: {step.done}") if part),
            "on_completion": following,
            "commands": [{"type": "manual", "command": step.detail or step.title}],
            "agent": _agent(step.role),
            "step_extensions": {EXTENSION: told[step.id]},
        }
    workflow[end] = {"type": "end"}
    own = {key: value for key, value in plain(book).items() if key != "steps"}
    document = {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": f"playbook--{uuid.uuid5(SPACE, f'{book.id} {book.version}')}",
        "name": book.title,
        "description": book.when,
        "playbook_types": sorted({_TYPES.get(step.kind, "mitigation") for step in book.steps}),
        "created_by": MAKER,
        "created": stamp,
        "modified": stamp,
        "labels": ["ai-harm", *book.harms],
        "external_references": [{"name": source[:250], "description": source} for source in book.sources] or None,
        "workflow_start": start,
        "workflow": workflow,
        "agent_definitions": {
            _agent(role): {"type": "individual", "name": roles().role(role).title}
            for role in sorted({step.role for step in book.steps})
        },
        "extension_definitions": {
            EXTENSION: {
                "type": "extension-definition",
                "name": "Hotwash playbook",
                "description": "Due times, roles, tiers and authority of a playbook for AI-related harm.",
                "created_by": MAKER,
                "schema": "urn:hotwash:playbook:1",
                "version": "1.0",
            }
        },
        "playbook_extensions": {EXTENSION: own},
    }
    return {key: value for key, value in document.items() if value is not None}


def taken(document: Mapping[str, Any], *, name: str = "the document") -> Playbook:
    """A playbook from a CACAO document, Hotwash's own or another's.

    Another's has no due times and no roles: its steps belong to operations, an hour apart at most, in their order.

    :raises BadPlaybook: with the first thing that is wrong
    """
    if document.get("type") not in ("playbook", "playbook-template"):
        raise BadPlaybook(f"{name}: it is no CACAO playbook (its type is {str(document.get('type'))[:40]!r}).")
    if not str(document.get("spec_version", "")).startswith("cacao-2"):
        raise BadPlaybook(f"{name}: its spec_version is {str(document.get('spec_version'))[:40]!r}; cacao-2.0 is read.")
    workflow, start = document.get("workflow"), document.get("workflow_start")
    if not isinstance(workflow, dict) or start not in workflow:
        raise BadPlaybook(f"{name}: workflow_start names no step of its workflow.")
    steps = list(_steps(workflow, str(start), name))
    own = (document.get("playbook_extensions") or {}).get(EXTENSION)
    if isinstance(own, dict):
        return read({**own, "steps": steps}, name=name)
    title = str(document.get("name") or "Untitled")
    return read(
        {
            "id": _plain_id(title),
            "title": title,
            "version": str(document.get("modified") or "1"),
            "harms": ["security"],
            "when": str(document.get("description") or title),
            "steps": steps,
            "sources": [str(document.get("id", ""))],
        },
        name=name,
    )


def _steps(workflow: dict[str, Any], start: str, name: str) -> Iterator[dict[str, Any]]:
    """The actions in the order of the workflow; branches one after the other, each step once."""
    waiting, seen, number = [start], set(), 0
    while waiting:
        at = waiting.pop(0)
        if at in seen:
            continue
        seen.add(at)
        step = workflow.get(at)
        if not isinstance(step, dict):
            raise BadPlaybook(f"{name}: the workflow leads to “{at[:80]}”, which is no step of it.")
        if step.get("type") in ("action", "playbook-action"):
            number += 1
            if number > STEPS_MAX:
                raise BadPlaybook(f"{name}: it has more than {STEPS_MAX} steps. Split it.")
            yield _step(step, number)
        inner, after = _following(step)
        waiting = [*inner, *waiting, *after]


def _following(step: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Steps inside a branch, and the step after it."""
    inner = [*_texts(step.get("next_steps")), *_texts(step.get("on_true")), *_texts(step.get("on_false"))]
    cases = step.get("cases")
    if isinstance(cases, dict):
        inner += [one for case in cases.values() for one in _texts(case)]
    after = [*_texts(step.get("on_completion")), *_texts(step.get("on_success")), *_texts(step.get("on_failure"))]
    return inner, after


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, list) else []


def _step(step: Mapping[str, Any], number: int) -> dict[str, Any]:
    own = (step.get("step_extensions") or {}).get(EXTENSION)
    if isinstance(own, dict):
        return own
    commands = [_command(one) for one in step.get("commands") or () if isinstance(one, dict)]
    title = str(step.get("name") or f"Step {number}")
    detail = [str(step.get("description") or ""), *commands]
    return {
        "id": f"step-{number}",
        "title": title[:300],
        "role": "operations",
        "due": 60 * number,
        "detail": "\n".join(part for part in detail if part)[:8000],
        "done": "What it asks for is done, and the record says so.",
    }


def _command(command: Mapping[str, Any]) -> str:
    text = str(command.get("command") or command.get("content") or command.get("description") or "")
    kind = str(command.get("type") or "")
    return text if kind in ("manual", "") else f"({kind}, not run by Hotwash) {text}"


def _id(book: Playbook, kind: str, step: str) -> str:
    return f"{kind}--{uuid.uuid5(SPACE, f'{book.id} {book.version} {kind} {step}')}"


def _agent(role: str) -> str:
    return f"individual--{uuid.uuid5(SPACE, f'hotwash role {role}')}"


def _plain_id(title: str) -> str:
    plain_title = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in title.lower())
    return "-".join(part for part in plain_title.split("-") if part)[:60] or "imported"
