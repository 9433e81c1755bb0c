"""Playbooks: the library, one of them to take out, and how those of an incident stand."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.knowledge import cacao
from hotwash.knowledge.playbook_text import written
from hotwash.knowledge.playbooks import Playbook, plain, shelf
from hotwash.reports.playbook import Progress, Task, progress, tiers_of
from hotwash.response.desk import NotFound
from hotwash.systems.playbooks import Edition
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, reply
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk

library = Router(tags=["playbooks"])
incidents = Router(tags=["playbooks"])

RELEASED_AT = datetime(2026, 11, 23, tzinfo=UTC)
"""The time that a shipped playbook carries in CACAO, so that the same edition is the same document."""


@library.get("/playbooks", summary="The library of playbooks", operation_id="list_playbooks")
def list_playbooks(request: HttpRequest) -> HttpResponse:
    """Every playbook with what it is for and how many steps each tier asks for; the organisation's own first."""
    caller(request).need("read")
    own = desk().organisation().playbooks
    kept = [_kept(one, own.editions[one.playbook.id]) for one in own.standing]
    return reply({"version": shelf().version, "playbooks": [*kept, *(_line(book) for book in shelf().playbooks)]})


@library.get("/playbooks/{playbook}", summary="One playbook", operation_id="get_playbook")
def get_playbook(
    request: HttpRequest,
    playbook: str,
    format: Annotated[Literal["json", "toml", "cacao"], Query()] = "json",  # noqa: A002
    version: Annotated[str, Query(max_length=200, description="Of an own one: an earlier edition.")] = "",
) -> HttpResponse:
    """The whole playbook: in Hotwash's own form, which can be changed and started, or as CACAO 2.0."""
    caller(request).need("read")
    book = _named(playbook, version)
    if format == "json":
        return reply(plain(book))
    if format == "toml":
        return attachment(written(book).encode(), f"{book.id}.toml", media_type="application/toml")
    import msgspec

    document = msgspec.json.format(msgspec.json.encode(cacao.written(book, made_at=RELEASED_AT)), indent=2)
    return attachment(document, f"{book.id}.cacao.json", media_type="application/json")


@incidents.get("/{incident_id}/playbooks", summary="Playbooks of an incident", operation_id="incident_playbooks")
def incident_playbooks(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Those that were started, with every step asked for: who, until when, how it stands, what seems to show it."""
    incident, _ = incident_of(request, incident_id)
    runs = [_run(progress(incident, number, desk().clock())) for number in incident.runs]
    return reply({"incident": incident_id, "playbooks": runs}, number=incident.number)


def _named(name: str, version: str) -> Playbook:
    own = desk().organisation().playbooks
    for edition in reversed(own.editions.get(name, [])):
        if version in ("", edition.playbook.version):
            return edition.playbook
    try:
        book = shelf().playbook(name)
    except KeyError:
        raise NotFound(f"There is no playbook “{name[:80]}”.") from None
    if version not in ("", book.version):
        raise NotFound(f"There is no edition {version[:80]} of “{name[:80]}”.")
    return book


def _kept(one: Edition, editions: list[Edition]) -> dict[str, Any]:
    return {
        **_line(one.playbook),
        "own": True,
        "systems": one.event.systems,
        "tiers": one.event.tiers,
        "editions": [{"version": two.playbook.version, "by": two.by, "at": two.at} for two in editions],
    }


def _line(book: Playbook) -> dict[str, Any]:
    return {
        "own": False,
        "id": book.id,
        "title": book.title,
        "version": book.version,
        "harms": book.harms,
        "when": book.when,
        "steps": tiers_of(book),
    }


def _run(now: Progress) -> dict[str, Any]:
    run = now.run
    return {
        "run": run.started.entry,
        "playbook": run.playbook.id,
        "title": run.playbook.title,
        "version": run.playbook.version,
        "tier": run.tier,
        "raise_to": now.raise_to or None,
        "started_at": run.started.at,
        "started_by": run.started.by,
        "ended_at": run.ended.at if run.ended else None,
        "left": now.left,
        "late": now.late,
        "next": now.next.step.id if now.next else None,
        "steps": [_task(task) for task in now.tasks],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "step": task.step.id,
        "title": task.step.title,
        "kind": task.step.kind,
        "role": task.step.role,
        "person": task.person or None,
        "due": task.due,
        "stand": task.stand,
        "done_when": task.step.done,
        "waits_for": task.waits_for,
        "shown_by": [{"entry": one.entry, "what": one.what} for one in task.shown],
        "outcomes": [
            {"entry": said.entry, "by": said.by, "at": said.at, "outcome": said.event.outcome, "text": said.event.text}
            for said in task.history
        ],
    }
