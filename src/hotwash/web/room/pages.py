"""The pages of a room that only show: timeline, harm, containment, causes, actions, people, and one entry."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.views.decorators.http import require_safe

from hotwash.incident.events import EntryRedacted
from hotwash.knowledge.access import may
from hotwash.knowledge.measures import measures as measure_table
from hotwash.knowledge.roles import roles
from hotwash.reports import command, playbook
from hotwash.reports.vocabulary import ACTION_KINDS, AWARENESS, OUTCOME, SWITCH, TAGS
from hotwash.reports.words import tell
from hotwash.response import retention
from hotwash.response.desk import INCIDENT
from hotwash.web.door import desk
from hotwash.web.room import actions, clocks, held, learning, lines, linked, recovery, redress, switches, telling, whys
from hotwash.web.room.drafted import command_source, drawn
from hotwash.web.room.forms import Act
from hotwash.web.room.opened import Room, open_room, person_of
from hotwash.web.tables.models import Account

TABS: dict[str, str] = {
    "timeline": "Timeline",
    "playbook": "Playbook",
    "severity": "Severity",
    "harm": "Harm",
    "questions": "Questions",
    "evidence": "Evidence",
    "containment": "Containment",
    "recovery": "Recovery",
    "causes": "Causes",
    "actions": "Actions",
    "redress": "Redress",
    "governance": "Cost and controls",
    "clocks": "Clocks",
    "messages": "Messages",
    "people": "People",
    "linked": "Linked incidents",
    "post-mortem": "Post-mortem",
    "record": "Record",
}
"""The pages of a room by the word in their address."""

ASIDE: dict[str, str] = {"read-in": "Read in"}
"""Pages that another page leads to."""

_TAB = re.compile(r"[a-z][a-z-]{0,29}")

NEXT: dict[str, tuple[str, str, str]] = {
    "assess": ("severity", "", "Answer the questions"),
    "assign": ("people", "assign", "Assign"),
    "hold": ("evidence", "hold", "Hold the evidence"),
    "add-evidence": ("containment", "hold-first", "Keep evidence"),
    "contain": ("containment", "contain", "Contain"),
    "ask": ("questions", "blast-radius", "Ask the log"),
    "begin-harm": ("harm", "begin-harm", "Say since when"),
    "owe-remedy": ("actions", "owe-remedy", "Say what is owed"),
    "remediate": ("containment", "remediate", "Record the fix"),
    "complete-remedy": ("actions", "remedies", "Record remedies"),
    "work-redress": ("redress", "", "See who waits"),
    "open-redress": ("redress", "close-redress", "Close the register"),
    "resolve": ("actions", "resolve", "Resolve"),
    "add-factor": ("causes", "add-factor", "Add a factor"),
    "add-action": ("actions", "add-action", "Add an action"),
    "summarise": ("post-mortem", "summarise", "Write it"),
    "plan-postmortem": ("post-mortem", "plan-postmortem", "Plan it"),
    "leave-gate": ("actions", "leave-gate", "Leave a gate"),
    "close": ("actions", "close", "Close"),
    "close-action": ("actions", "", "See the actions"),
    "finish-action": ("actions", "", "See the actions"),
}
"""Where the next step is done: page, place on it, and what the button says."""


def address(incident_id: str, tab: str) -> str:
    """The address of a page of a room."""
    return reverse("room", args=[incident_id]) if tab == "timeline" else reverse("room-tab", args=[incident_id, tab])


@require_safe
def tab_page(request: HttpRequest, incident_id: str, tab: str = "timeline") -> HttpResponse:
    """One page of a room."""
    if tab not in TABS and tab not in ASIDE:
        raise Http404
    return show(request, open_room(request, incident_id), tab)


@require_safe
def news(request: HttpRequest, incident_id: str) -> HttpResponse:
    """What came since the entry that a page shows; nothing (204) where nothing came."""
    since, tab = _number(request, "since"), request.GET.get("tab", "")
    # Whoever reads every record is told with one look that nothing came; others only after they were let in.
    if may(person_of(request).role, "read") and desk().store.head(INCIDENT + incident_id).number == since:
        return HttpResponse(status=204)
    room = open_room(request, incident_id)
    if room.number == since:
        return HttpResponse(status=204)
    # A page beside the tabs, such as one message, keeps its own word: it holds no lines that new ones could follow.
    context = frame(request, room, tab if _TAB.fullmatch(tab) else "record") | {"fresh": []}
    if tab == "timeline":
        context |= {"fresh": list(_fresh(room, since)), "said": _said(room, since)}
    response = render(request, "room/news.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _fresh(room: Room, since: int) -> Iterator[dict[str, Any]]:
    """New lines with the line after which each belongs, and old lines that now read differently."""
    touched = {said.event.about for said in room.incident.dissents if said.entry > since}
    touched |= {
        fact.event.entry for fact in room.facts if fact.number > since and isinstance(fact.event, EntryRedacted)
    }
    here, may_dissent, before = address(room.id, "timeline"), room.can["dissent"], 0
    for line in room.lines:
        if line.origin:
            continue
        if line.entry > since:
            yield {"after": before, "html": lines.draw(line, here, may_dissent=may_dissent)}
        elif line.entry in touched:
            yield {"html": lines.draw(line, here, may_dissent=may_dissent, oob=True), "again": True}
        before = line.entry


def _said(room: Room, since: int) -> str:
    new = [line for line in room.lines if line.entry > since and not line.origin]
    if len(new) == 1:
        return f"New: {new[0].sentence}"
    return f"{len(new)} new entries."


def show(
    request: HttpRequest, room: Room, tab: str, *, bound: Act | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """A page of a room; ``bound`` is a form that came back with its faults."""
    make = _CONTEXTS.get(tab)
    context = frame(request, room, tab) | (make(request, room) if make else {}) | {"bound": bound} | more
    return render(request, f"room/{tab.replace('-', '_')}.html", context, status=status)


def frame(request: HttpRequest, room: Room, tab: str) -> dict[str, Any]:
    """What every page of a room has: the head, the pages, the margin."""
    step = room.status.next
    where = NEXT.get(step.verb)
    may = room.can[step.verb] if step.verb else False
    system = room.system
    return {
        "room": room,
        "incident": room.incident,
        "can": room.can,
        "incident_id": room.id,
        "tab": tab,
        "tab_title": (TABS | ASIDE).get(tab, ""),
        "tabs": [(name, title, address(room.id, name)) for name, title in TABS.items()],
        "step": step,
        "step_address": f"{address(room.id, where[0])}#{where[1]}".rstrip("#") if where and may else "",
        "step_button": where[2] if where else "",
        "system": system,
        "recorded": _recorded(request, room),
        "roster": [(role, room.incident.roster.get(role.id)) for role in roles().roles],
        "bound": None,
        "words": {"awareness": AWARENESS, "switch": SWITCH, "tags": TAGS, "action_kinds": ACTION_KINDS},
        "note_address": address(room.id, "timeline") + "#note",
        "contain_address": address(room.id, "containment") + "#contain",
    }


def _recorded(request: HttpRequest, room: Room) -> dict[str, Any] | None:
    """The entry that this person has just written, for the word of thanks and the draft that can go."""
    number = _number(request, "recorded")
    if not 1 <= number <= room.number:
        return None
    fact = room.facts[number - 1]
    if fact.by != room.person.name or (room.now - fact.recorded_at).total_seconds() > 120:
        return None
    key = request.GET.get("draft", "")[:60]
    return {"entry": number, "draft": f"{room.id}:{key}" if key else ""}


def _number(request: HttpRequest, name: str) -> int:
    try:
        text = request.GET[name]
    except MultiValueDictKeyError:
        return 0
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 12 else 0


@require_safe
def entry_page(request: HttpRequest, incident_id: str, entry: int) -> HttpResponse:
    """One entry: its words, its digests, other views of it."""
    return show_entry(request, open_room(request, incident_id), entry)


def show_entry(
    request: HttpRequest, room: Room, entry: int, *, bound: Act | None = None, status: int = 200
) -> HttpResponse:
    """The page of an entry; ``bound`` is a form that came back with its faults."""
    if not 1 <= entry <= room.number:
        raise Http404
    line = next(line for line in room.lines if line.entry == entry and not line.origin)
    context = frame(request, room, "timeline") | {
        "entry": room.entries[entry - 1],
        "line": line,
        "told": tell(room.facts[entry - 1], room.incident),
        "bound": bound,
    }
    part = request.headers.get("HX-Request") and bound is None
    return render(request, "room/disagree.html" if part else "room/entry.html", context, status=status)


def _timeline(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return {"lines": lines.drawn(room), "holding": telling.holding(room)}


def _playbook(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    incident, own = room.incident, desk().organisation().playbooks
    runs = [playbook.progress(incident, number, room.now) for number in incident.runs]
    return {
        "running": [one for one in runs if one.run.ended is None],
        "over": [one for one in runs if one.run.ended is not None],
        "offered": [(book, set(book.harms) & set(incident.harms)) for book in playbook.offered(incident, own)],
        "outcomes": OUTCOME,
    }


def _harm(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return {"table": {one.id: one for one in measure_table().measures}, **_known(room)}


def _record(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return {"kept": retention.due_of(desk().organisation().retention, room.incident)}


def _evidence(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return held.shown(room)


def _actions(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return {"today": room.now.date(), **actions.context(room), **_known(room)}


def _people(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    held = [
        (role, room.incident.roster.get(role.id), [one for one in room.incident.tenures if one.role == role.id])
        for role in roles().roles
    ]
    source = command_source(room)
    period = source.period
    objectives = (
        [(number, words, period.outcome(number)) for number, words in enumerate(period.started.event.objectives, 1)]
        if period
        else []
    )
    return {
        "held": held,
        "period": period,
        "objectives": objectives,
        "hints": command.span_of_control(source),
        "briefing": command.briefing(source, "commander"),
        "pages": list(reversed(room.incident.paging.pages.values()))[:30],
        "ics": [(word, title) for word, (title, _) in command.FORMS.items()],
        **_known(room),
    }


def _read_in(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return {"document": drawn(command.read_in(command_source(room)))}


def _redress(request: HttpRequest, room: Room) -> dict[str, Any]:
    return {**redress.context(request, room), **_known(room)}


def _post_mortem(request: HttpRequest, room: Room) -> dict[str, Any]:
    return {**learning.context(request, room), **_known(room)}


def _clocks(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return {**clocks.context(room), **_known(room)}


def _known(room: Room) -> dict[str, Any]:
    """Names for the fields that ask for a person: accounts, and whoever had a role here."""
    names = set(Account.objects.filter(is_active=True).exclude(role="service").values_list("name", flat=True)[:200])
    return {"names": sorted(names | set(room.incident.roster.values()), key=str.casefold)}


def _linked(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return linked.context(room)


def _messages(request: HttpRequest, room: Room) -> dict[str, Any]:
    return telling.context(request, room)


def _recovery(request: HttpRequest, room: Room) -> dict[str, Any]:  # noqa: ARG001
    return recovery.context(room)


def _containment(request: HttpRequest, room: Room) -> dict[str, Any]:
    return {"switches": switches.drawn(room), **_evidence(request, room)}


_CONTEXTS: dict[str, Callable[[HttpRequest, Room], dict[str, Any]]] = {
    "record": _record,
    "timeline": _timeline,
    "playbook": _playbook,
    "harm": _harm,
    "evidence": _evidence,
    "containment": _containment,
    "recovery": _recovery,
    "causes": whys.shown,
    "actions": _actions,
    "redress": _redress,
    "people": _people,
    "linked": _linked,
    "read-in": _read_in,
    "post-mortem": _post_mortem,
    "clocks": _clocks,
    "messages": _messages,
}
