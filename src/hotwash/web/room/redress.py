"""What the page of redress shows: how people stand, the list of them with filters, the newest of its own record."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from hotwash.incident.events.redress import REGISTER, BatchRecorded
from hotwash.incident.redress import STATES
from hotwash.knowledge.redress import redress
from hotwash.response.redress.kept import Where
from hotwash.response.redress.lists import key_of
from hotwash.response.redress.progress import progress
from hotwash.response.redress.register import Register
from hotwash.response.request import BadRequest
from hotwash.web.api.redress_words import where_of
from hotwash.web.redress.registers import register
from hotwash.web.room.forms.redress import FILTERS
from hotwash.web.room.opened import Room

PAGE = 25
LATEST = 6
STATE_WORDS = {
    "owed": "owed",
    "assigned": "given to somebody",
    "in-work": "in work",
    "done": "done",
    "refused": "not wanted",
    "unreachable": "not reachable",
    "waived": "given up",
    "reopened": "owed again",
}


def context(request: HttpRequest, room: Room) -> dict[str, Any]:
    """What the page shows: some twenty statements, however many people there are."""
    if room.incident.register is None:
        return {"progress": None}
    opened = register(room.id)
    now = progress(opened)
    return {
        "progress": now,
        "as_of": now.as_of,
        "drawn": len(now.over_time) > 1,
        "money": [(one.currency, _thousands(one.paid), _thousands(one.total)) for one in now.money],
        "latest": list(_latest(opened, now.as_of)),
        "remedy_words": {one.id: one.title for one in redress().remedies},
        "state_words": STATE_WORDS,
        **(_people(request, room, opened) if room.can["work_list"] else {"rows": None}),
    }


def _thousands(amount: str) -> str:
    """``1234.50`` as ``1,234.50``."""
    whole, _, part = amount.partition(".")
    return f"{int(whole):,}.{part}"


def _people(request: HttpRequest, room: Room, opened: Register) -> dict[str, Any]:
    posted = {name: request.POST.get(f"only_{name}", "") for name in FILTERS}
    asked = posted if request.method == "POST" else {name: request.GET.get(name, "") for name in FILTERS}
    chosen = {name: value.replace("\x00", "")[:200] for name, value in asked.items() if value}
    key = request.GET.get("key", "").replace("\x00", "")[:200]
    try:
        where = where_of(chosen | ({"person": key} if key else {}))
    except BadRequest:
        where, chosen = Where(), {}
    after = key_of(request.GET.get("after", "").replace("\x00", "")[:300])
    page = opened.rows.page(room.id, where, after=after, limit=PAGE, today=opened.today())
    here = reverse("room-tab", args=[room.id, "redress"])
    lists = f"/api/v1/incidents/{room.id}/redress/work-list?"
    return {
        "rows": page.rows,
        "chosen": chosen,
        "key": key,
        "fixed": {f"only_{name}": value for name, value in chosen.items()},
        "first": f"{here}?{urlencode(chosen)}#people" if after else "",
        "further": f"{here}?{urlencode({**chosen, 'after': '|'.join(page.after)})}#people" if page.after else "",
        "lists": [(form, lists + urlencode({**chosen, "format": form})) for form in ("csv", "parquet", "jsonl")],
        "states": [(state, STATE_WORDS[state]) for state in STATES],
        "today": opened.today(),
    }


def _latest(opened: Register, as_of: int) -> Any:
    for number in range(as_of, max(0, as_of - LATEST), -1):
        fact = REGISTER.fact(opened.rows.entry(opened.stream, number))
        yield {"fact": fact, "event": fact.event, "batch": isinstance(fact.event, BatchRecorded)}
