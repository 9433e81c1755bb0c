"""Template tags of the room: forms where they may be sent, other views beside an entry, numbers that lead somewhere."""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from hotwash.reports import words
from hotwash.reports.containment_words import reach
from hotwash.reports.phrases import amount, between, measured, span
from hotwash.web.room.forms import ACTS
from hotwash.web.room.lines import linked

register = template.Library()


@register.inclusion_tag("room/fold.html", takes_context=True)
def act(
    context: Any, verb: str, *, fold: str | None = None, quick: bool = False, slim: bool = False, **fixed: Any
) -> dict[str, Any]:
    """The form of a verb, if this person may say it now, or if it came back with faults."""
    bound, room, kind = context.get("bound"), context["room"], ACTS[verb]
    form = kind(incident=room.incident, **fixed)
    back = bound is not None and type(bound) is kind and bound.place == form.place
    return {
        "form": bound if back else form,
        "shown": back or room.can[kind.verb],
        "back": back,
        "fold": kind.fold if fold is None else fold,
        "incident_id": room.id,
        "quick": quick,
        "slim": slim,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


@register.inclusion_tag("room/beside.html", takes_context=True)
def beside(context: Any, entry: int) -> dict[str, Any]:
    """Other views of an entry, and the way to add one."""
    room = context["room"]
    return {
        "dissents": room.dissents.get(entry, ()),
        "entry": entry,
        "incident_id": room.id,
        "may": room.can["dissent"],
    }


@register.simple_tag(takes_context=True)
def figures(context: Any, text: str, finding: int | None) -> SafeString:
    """Text whose numbers lead to a finding, if there is one."""
    escaped = escape(text)
    if finding is None:
        return escaped
    return linked(escaped, reverse("room-finding", args=[context["room"].id, finding]))


@register.simple_tag
def role_title(role: str) -> str:
    """What a role is called."""
    return words.role_title(role)


@register.filter
def how_much(event: Any) -> str:
    """The value of an estimate with its unit."""
    return measured(event.value, event.unit, event.currency)


@register.filter
def range_of(event: Any) -> str:
    """The range of an estimate."""
    return between(event.low, event.high)


@register.filter
def many(number: float) -> str:
    """A number with commas between thousands."""
    return amount(number)


@register.filter
def after(until: datetime, since: datetime) -> str:
    """The time between two moments, in words."""
    return span((until - since).total_seconds())


@register.filter
def reach_of(containment: Any) -> str:
    """For whom a containment holds."""
    if not containment.driven:
        event = containment.applied.event
        return event.cohort or ("everyone it reached" if event.complete else "part of the people")
    return reach(containment.reach)


@register.filter
def confirmed_in(containment: Any, incident: Any) -> Any:
    """What was recorded of who confirmed the last order of a containment, if there is anything to tell."""
    orders = [one for one in incident.orders.values() if one.containment == containment.number and one.confirmed]
    return orders[-1].confirmed.event if orders and orders[-1].confirmed.event.instances else None


@register.filter
def reached(remedy: Any) -> int:
    """How many people a remedy reached."""
    return int(remedy.owed.event.people - remedy.left)


@register.filter
def at_key(held: Any, key: Any) -> Any:
    """One value of a mapping."""
    return held.get(key) if held else None


@register.filter
def share(value: float | None) -> str:
    """A share between 0 and 1 as per cent."""
    return "–" if value is None else f"{100 * value:.1f} %"


@register.filter
def whole(value: float | None) -> str:
    """A computed amount, rounded to people."""
    return "–" if value is None else f"{value:,.0f}"


@register.filter
def count_of(value: Any) -> str:
    """A count, or a dash where it is hidden or not known."""
    return f"{value:,}" if isinstance(value, int) else "–"
