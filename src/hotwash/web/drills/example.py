"""The worked example in this installation: its drill, its inbox, and the incident that a visitor takes over."""

from collections.abc import Callable

from hotwash.drills.example.showing import show
from hotwash.drills.example.table import TakeUp
from hotwash.response.desk import Desk, Person
from hotwash.web.door import desk
from hotwash.web.drill_rows import TableRows
from hotwash.web.drills.running import play
from hotwash.web.inbox import telling
from hotwash.web.inbox.alone import alone
from hotwash.web.inbox.triage import Triaging
from hotwash.web.tables.models import SignalGroup, Triage

Tell = Callable[[str], None]


def make(visitor: str, *, tell: Tell) -> str:
    """Make the worked example for somebody; the id of its incident."""
    person = Person(visitor, "commander")
    table = show(desk(), play, person, rows=TableRows(), take_up=_take_up, say=tell)
    return table.incident


def _take_up(then: Desk) -> TakeUp:
    """What has come is joined at its minute, so that the worker finds nothing left to tell."""

    def join(by: Person, incident: str) -> None:
        system = then.incident(incident).system
        lines = list(SignalGroup.objects.filter(system=system or ""))
        waiting = [line.pk for line in lines if line.state == Triage.WAITING]
        if waiting:
            Triaging(then, by).join(waiting, incident)
        grown = [line.pk for line in lines if line.state == Triage.JOINED and line.count > line.told]
        if grown:
            with alone():
                for line in SignalGroup.objects.filter(pk__in=grown):
                    telling.tell(then, line, by=by)

    return join
