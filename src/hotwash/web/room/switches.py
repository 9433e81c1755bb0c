"""The switches of a room as they stand now, who confirmed, what was not carried out, and trying it again."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hotwash.incident.containments import Order, switch_of
from hotwash.incident.events import ContainmentOrdered
from hotwash.reports.containment_words import reach
from hotwash.response.confirming import Confirming
from hotwash.response.standing import Standing
from hotwash.web.door import desk
from hotwash.web.room.forms.switch import switches_of
from hotwash.web.room.opened import Room, open_room, person_of
from hotwash.web.switches import acting
from hotwash.web.switches.setting import switching

SAYS = {"serve": "serves", "fallback": "falls back", "human": "a person decides", "off": "is off"}


@dataclass(frozen=True, slots=True)
class Line:
    """One switch.

    :param followed: whether Hotwash sets it at all
    :param confirms: whether serving processes can confirm it
    """

    standing: Standing
    followed: bool
    confirms: bool
    others: list[dict[str, str]]

    @property
    def says(self) -> str:
        """What it does, for everyone or for some."""
        some = [f"{SAYS[one.state]} for {reach(one)}" for one in self.standing.orders if not one.everyone]
        whole = SAYS[self.standing.state]
        return f"{'; '.join(some)}; else {whole}" if some else whole

    @property
    def wrong(self) -> bool:
        """Whether an order was not carried out, or somebody is silent about one."""
        return not self.standing.applied or bool(self.standing.orders and self.standing.heard.silent)

    @property
    def count(self) -> str:
        """Such as ``9 of 9 instances confirmed``."""
        heard = self.standing.heard
        noun = "instance" if len(heard.instances) == 1 else "instances"
        return f"{len(heard.confirmed)} of {len(heard.instances)} {noun} confirmed"

    @property
    def after(self) -> str:
        """How long after the order, in words."""
        after_s = self.standing.heard.after_s
        return f"{after_s:.1f} s" if after_s is not None and self.standing.heard.all and self.standing.orders else ""

    @property
    def troubles(self) -> list[str]:
        """What serving processes say is wrong with them."""
        return [f"{one.name}: {one.trouble}" for one in self.standing.heard.instances if one.trouble][:5]


def drawn(room: Room) -> dict[str, Any]:
    """What the page shows of the switches."""
    lines = [_line(room, name) for name in switches_of(room.incident)]
    waiting = bool(room.incident.open_orders) or any(
        one.standing.orders and not one.standing.heard.all and one.confirms and one.followed for one in lines
    )
    followed = any(one.followed for one in lines)
    poll = "1s" if waiting or room.incident.unsettled else "5s" if followed else ""
    return {"lines": lines, "open": [_open(room, one) for one in room.incident.open_orders], "poll": poll}


def _line(room: Room, name: str) -> Line:
    standing = switching().standing(name)
    board = switching().orders.boards.get(standing.board)
    followed = board is not None and (not isinstance(board, Confirming) or board.followed(name))
    others = [
        {"state": one.state, "reach": reach(one), "incident": one.incident}
        for one in standing.orders
        if one.incident != room.id
    ]
    return Line(standing, followed, isinstance(board, Confirming), others)


def _open(room: Room, order: Order) -> dict[str, Any]:
    said, failed = order.said, order.failures[-1].event if order.failures else None
    what = f"{switch_of(order, room.incident.orders)} was to be set back."
    if isinstance(said.event, ContainmentOrdered):
        what = f"{said.event.switch} was to be “{said.event.state}” for {reach(said.event)}."
    return {
        "entry": said.entry,
        "by": said.by,
        "at": said.at,
        "what": what,
        "not_done": failed.not_done if failed else "It was interrupted half way.",
        "done": failed.done if failed else "",
        "containment": order.containment,
        "release": isinstance(said.event, ContainmentOrdered) and said.event.changes is None,
    }


@require_safe
def live(request: HttpRequest, incident_id: str) -> HttpResponse:
    """The switches alone, for a page that shows them already."""
    room = open_room(request, incident_id)
    context = {"room": room, "incident": room.incident, "incident_id": room.id, "can": room.can, "bound": None}
    response = render(request, "room/switches.html", context | {"switches": drawn(room)})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def settle(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Go on with what was not carried out."""
    room = open_room(request, incident_id)
    if not (room.can["contain"] or room.can["release"]):
        raise Http404
    desk().permit(person_of(request), "contain")
    told = acting.settle(incident_id)
    messages.info(request, " ".join(told) or "Nothing was left to do.")
    return HttpResponseRedirect(reverse("room-tab", args=[incident_id, "containment"]) + "#contain-part")
