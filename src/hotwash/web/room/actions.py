"""The actions of a room as its page shows them: how each stands, SMART letter by letter, every measurement."""

from typing import Any

from hotwash.incident.actions import Action
from hotwash.reports.actions import mix, smart, waits_for
from hotwash.reports.vocabulary import ACTION_STATES
from hotwash.web.room.opened import Room
from hotwash.web.tables.models import TrackedAction, Tracker


def context(room: Room) -> dict[str, Any]:
    """What the page of actions has."""
    actions = room.incident.actions.values()
    waiting = dict(TrackedAction.objects.filter(incident=room.id).values_list("entry", "tracker__name"))
    trackers = list(Tracker.objects.filter(paused_at=None).order_by("name").values_list("name", flat=True)[:100])
    return {
        "trackers": trackers,
        "mix": mix(actions),
        "actions": [_shown(room, action) | {"tracked": waiting.get(action.number, "")} for action in actions],
    }


def _shown(room: Room, action: Action) -> dict[str, Any]:
    letters = smart(room.incident, action)
    url = action.issue.event.url if action.issue else ""
    return {
        "action": action,
        "stands": ACTION_STATES[action.state],
        "waits": waits_for(action),
        "smart": letters,
        "missing": "".join(one.letter for one in letters if one.met == "no"),
        "slip": action.reopened[-1].event if action.reopened else None,
        "link": url if url.startswith(("https://", "http://")) else "",
    }
